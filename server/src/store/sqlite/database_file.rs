//! Detection of a database file that was replaced or deleted while it is open.
//!
//! SQLite goes on with the file that it has opened, so changes would be acknowledged and lost with that
//! file. A store that has lost its file does not use it again, even if the file comes back, because other
//! programs may have used it with another log in the meantime. Opening the new file was rejected: an
//! operator who is still copying it would get a damaged database.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use slog::{Logger, error};

use crate::store::error::{OpenError, StoreError};

/// Space in bytes that a check requires: more than the commit of the largest request needs.
const NEEDED_SPACE: usize = 256 * 1024;

/// The path of an open database, with the identity of the file.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    identity: Identity,
    is_lost: AtomicBool,
    log: Logger,
}

impl DatabaseFile {
    /// Returns the file of these connections.
    pub(super) fn new(
        path: &Path,
        connections: [&Connection; 2],
        log: Logger,
    ) -> Result<Self, OpenError> {
        let missing = |_| OpenError::Missing { path: path.to_owned() };
        let absolute = std::path::absolute(path).map_err(missing)?;
        let identity = Identity::of(&absolute).map_err(missing)?;
        for connection in connections {
            if has_moved(connection) {
                return Err(OpenError::Missing { path: path.to_owned() });
            }
        }
        Ok(DatabaseFile { path: absolute, identity, is_lost: AtomicBool::new(false), log })
    }

    /// Fails from the first time on that the path does not lead to the file.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let is_lost = self.is_lost.load(Ordering::Relaxed)
            || match Identity::of(&self.path) {
                Ok(identity) => identity != self.identity,
                Err(error) if error.kind() == io::ErrorKind::NotFound => true,
                Err(error) => return Err(StoreError::Unavailable(error.into())),
            };
        if !is_lost {
            return Ok(());
        }
        const CAUSE: &str = "the database file was replaced or deleted: restart the server";
        if !self.is_lost.swap(true, Ordering::Relaxed) {
            error!(self.log, "{}", CAUSE; "path" => %self.path.display());
        }
        Err(StoreError::Unavailable(CAUSE.into()))
    }

    /// Fails if the disk is full or read-only. An update may succeed on a full disk while the log has
    /// pages to overwrite, but the next one may not.
    pub(super) fn check_space(&self) -> Result<(), StoreError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        // without a name, so that a crash leaves nothing behind
        let written = tempfile::tempfile_in(folder)
            .and_then(|mut file| file.write_all(&vec![0; NEEDED_SPACE]));
        match written {
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::StorageFull
                        | io::ErrorKind::QuotaExceeded
                        | io::ErrorKind::ReadOnlyFilesystem
                ) =>
            {
                Err(StoreError::Unavailable(error.into()))
            }
            // a folder without write permission does not keep SQLite from writing to its open files
            _ => Ok(()),
        }
    }
}

/// Identity of a file, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Identity {
    #[cfg(unix)]
    fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = fs::metadata(path)?;
        Ok(Identity { device: metadata.dev(), inode: metadata.ino() })
    }

    /// Other systems do not let a file be replaced while it is open.
    #[cfg(not(unix))]
    fn of(path: &Path) -> io::Result<Self> {
        fs::metadata(path).map(|_| Identity {})
    }
}

/// Returns true if the path of a connection leads to another file than the one that it has opened.
#[cfg(unix)]
fn has_moved(connection: &Connection) -> bool {
    let mut moved = 0;
    let asked = connection.file_control(Some("main"), rusqlite::FileControl::HasMoved(&mut moved));
    asked.is_ok() && moved != 0
}

#[cfg(not(unix))]
fn has_moved(_connection: &Connection) -> bool {
    false
}
