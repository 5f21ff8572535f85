//! Copies of a database, made while it is in use, and their way back.
//!
//! `VACUUM INTO` reads one snapshot and keeps no writer waiting. SQLite's page-wise backup was
//! rejected: it begins again whenever another process writes, and a busy server always does. Copying
//! the file would miss what is still in its log.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::migrations;
use crate::store::BackupError;

/// Writes a copy of the database to `file`, which must not be there yet, and is there only once it is
/// whole and on the disk.
pub(crate) fn backup(database: &Path, file: &Path) -> Result<(), BackupError> {
    refuse_existing(file)?;
    let connection = migrations::open_reader(database)?;
    migrations::check(&connection, database)?;
    into_place(file, |unfinished| {
        let path = unfinished.to_str().ok_or_else(|| BackupError::Path(file.to_owned()))?;
        // a reader may not change anything but what it makes
        connection.pragma_update(None, "query_only", false).map_err(failed(database))?;
        connection.execute("VACUUM INTO ?1", [path]).map(drop).map_err(failed(database))
    })
}

/// Makes `database`, which must not be there yet, of a copy, once the copy is found to be sound.
pub(crate) fn restore(file: &Path, database: &Path) -> Result<(), BackupError> {
    refuse_existing(database)?;
    // a log that was left behind would be applied to the new file
    for suffix in ["-wal", "-shm", "-journal"] {
        refuse_existing(&with_suffix(database, suffix))?;
    }
    if !file.exists() {
        return Err(BackupError::Missing(file.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(failed(file))?;
    migrations::check(&connection, file)?;
    let sound = connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    if sound.map_err(failed(file))? != "ok" {
        return Err(BackupError::Damaged(file.to_owned()));
    }
    into_place(database, |unfinished| {
        fs::copy(file, unfinished).map(drop).map_err(|error| write(unfinished, error))
    })
}

/// Has a file made under another name, and gives it its own when it is on the disk.
fn into_place(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let unfinished = with_suffix(path, &format!(".{}.unfinished", std::process::id()));
    let made = make(&unfinished).and_then(|()| {
        let failed = |error| write(path, error);
        File::open(&unfinished).and_then(|file| file.sync_all()).map_err(failed)?;
        // unlike a rename, this does not replace what another one may have made meanwhile
        fs::hard_link(&unfinished, path).map_err(failed)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new(".")));
        folder.and_then(|folder| folder.sync_all()).map_err(failed)
    });
    let removed = fs::remove_file(&unfinished);
    made.and_then(|()| removed.map_err(|error| write(&unfinished, error)))
}

fn refuse_existing(path: &Path) -> Result<(), BackupError> {
    if path.exists() { Err(BackupError::Exists(path.to_owned())) } else { Ok(()) }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn failed(path: &Path) -> impl Fn(rusqlite::Error) -> BackupError {
    let path = path.to_owned();
    move |error| BackupError::Sqlite { path: path.clone(), error }
}

fn write(path: &Path, error: std::io::Error) -> BackupError {
    BackupError::Write { path: path.to_owned(), error }
}
