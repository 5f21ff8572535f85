//! A lock that only servers take, so that a database has one of them.
//!
//! Two servers on one file would each have a rate limit of their own, and would wait for each other's
//! commits. Other commands do not take the lock: they work beside a server. The lock is that of a file
//! beside the database, because a file's POSIX locks, which SQLite uses, end when any handle of it is closed.

use std::fs::{File, OpenOptions, TryLockError};
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::store::error::OpenError;

/// The lock of a database, which ends when it is dropped or with the process. Its file stays, because
/// another process may be about to lock it.
#[derive(Debug)]
pub(crate) struct ServerLock {
    _file: File,
}

impl ServerLock {
    /// Takes the lock, or fails if another server has it.
    pub(crate) fn take(database: &Path) -> Result<Self, OpenError> {
        // a link to a database leads to the same lock
        let mut path = database.canonicalize().unwrap_or(database.to_owned()).into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let mut options = OpenOptions::new();
        options.write(true).create(true);
        #[cfg(unix)]
        options.mode(0o600);
        let failed = |error| OpenError::Lock { path: path.clone(), error };
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(ServerLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
