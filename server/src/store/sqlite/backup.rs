//! Backup of a database that is in use, and restore.
//!
//! `VACUUM INTO` reads one snapshot and blocks no writer. SQLite's backup API was rejected because it
//! starts again whenever another process writes. Copying the file was rejected because the copy would
//! miss what is still in the write-ahead log.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::migrations;
use crate::store::error::BackupError;

/// Copies the database to `file`, which must not exist. The file appears only when it is complete and
/// durable.
pub(crate) fn backup(database: &Path, file: &Path) -> Result<(), BackupError> {
    check_missing(file)?;
    let connection = migrations::open_reader(database)?;
    migrations::check(&connection, database)?;
    create_atomically(file, |unfinished| {
        let path = unfinished.to_str().ok_or_else(|| BackupError::Path(file.to_owned()))?;
        // VACUUM INTO does not run on a connection that only queries
        connection.pragma_update(None, "query_only", false).map_err(sqlite_error(database))?;
        connection.execute("VACUUM INTO ?1", [path]).map(drop).map_err(sqlite_error(database))
    })
}

/// Creates `database`, which must not exist, from a copy that passes SQLite's integrity check.
pub(crate) fn restore(file: &Path, database: &Path) -> Result<(), BackupError> {
    check_missing(database)?;
    // SQLite would apply an old log to the new file
    for suffix in ["-wal", "-shm", "-journal"] {
        check_missing(&with_suffix(database, suffix))?;
    }
    if !file.exists() {
        return Err(BackupError::Missing(file.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags).map_err(sqlite_error(file))?;
    migrations::check(&connection, file)?;
    let integrity =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0));
    if integrity.map_err(sqlite_error(file))? != "ok" {
        return Err(BackupError::Damaged(file.to_owned()));
    }
    create_atomically(database, |unfinished| {
        fs::copy(file, unfinished).map(drop).map_err(|error| write_error(unfinished, error))
    })
}

/// Creates a file under a temporary name, syncs it, and gives it its own name.
fn create_atomically(
    path: &Path,
    make: impl FnOnce(&Path) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let unfinished = with_suffix(path, &format!(".{}.unfinished", std::process::id()));
    let made = make(&unfinished).and_then(|()| {
        let failed = |error| write_error(path, error);
        File::open(&unfinished).and_then(|file| file.sync_all()).map_err(failed)?;
        // unlike a rename, a link does not replace a file that was created in the meantime
        fs::hard_link(&unfinished, path).map_err(failed)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new(".")));
        folder.and_then(|folder| folder.sync_all()).map_err(failed)
    });
    let removed = fs::remove_file(&unfinished);
    made.and_then(|()| removed.map_err(|error| write_error(&unfinished, error)))
}

fn check_missing(path: &Path) -> Result<(), BackupError> {
    if path.exists() { Err(BackupError::Exists(path.to_owned())) } else { Ok(()) }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn sqlite_error(path: &Path) -> impl Fn(rusqlite::Error) -> BackupError {
    let path = path.to_owned();
    move |error| BackupError::Sqlite { path: path.clone(), error }
}

fn write_error(path: &Path, error: std::io::Error) -> BackupError {
    BackupError::Write { path: path.to_owned(), error }
}
