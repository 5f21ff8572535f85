//! Backup of a database that is in use, and restore.
//!
//! `VACUUM INTO` reads one snapshot and blocks no writer. SQLite's backup API was rejected because it
//! starts again whenever another process writes. Copying the file was rejected because the copy would
//! miss what is still in the write-ahead log.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::migrations;
use crate::store::error::BackupError;
use crate::unfinished_file::UnfinishedFile;

/// Copies the database to `copy`.
pub(crate) fn backup(database: &Path, copy: &UnfinishedFile) -> Result<(), BackupError> {
    let connection = migrations::open_reader(database)?;
    migrations::check(&connection, database)?;
    let path = copy.path();
    let path = path.to_str().ok_or_else(|| BackupError::Path(path.to_owned()))?;
    // VACUUM INTO does not run on a connection that only queries
    connection.pragma_update(None, "query_only", false).map_err(sqlite_error(database))?;
    connection.execute("VACUUM INTO ?1", [path]).map(drop).map_err(sqlite_error(database))
}

/// Creates `database` from a copy that passes SQLite's integrity check.
pub(crate) fn restore(file: &Path, database: &UnfinishedFile) -> Result<(), BackupError> {
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
    // not `fs::copy`, which copies the permissions as well
    let copied = File::open(file).and_then(|mut file| io::copy(&mut file, &mut database.file()));
    copied.map(drop).map_err(|error| BackupError::Write { path: database.path().to_owned(), error })
}

/// Checks that there is no database of this name, nor a log of one, which SQLite would apply to the new file.
pub(crate) fn check_missing(database: &Path) -> Result<(), BackupError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut path = database.as_os_str().to_owned();
        path.push(suffix);
        let path = PathBuf::from(path);
        if path.exists() {
            return Err(BackupError::Exists(path));
        }
    }
    Ok(())
}

fn sqlite_error(path: &Path) -> impl Fn(rusqlite::Error) -> BackupError {
    let path = path.to_owned();
    move |error| BackupError::Sqlite { path: path.clone(), error }
}
