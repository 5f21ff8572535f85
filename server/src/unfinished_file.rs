//! Files that appear under their name only when they are complete and durable.
//!
//! A file is written under a temporary name beside its own. A process that is killed cannot remove it, so
//! the next one that creates the same file does. Running processes hold a shared lock of the folder, which
//! tells their files from leftovers. Locking the files themselves was rejected: on NFS such a lock would
//! exclude SQLite's own locks.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

const SUFFIX: &str = ".unfinished";
/// Suffix of the journal that SQLite writes beside a database.
const JOURNAL_SUFFIX: &str = ".unfinished-journal";

/// A file that is deleted unless it is finished. Only its owner can read it.
#[derive(Debug)]
pub(crate) struct UnfinishedFile {
    file: NamedTempFile,
    target: PathBuf,
    /// Holds the shared lock.
    folder: File,
}

impl UnfinishedFile {
    /// Creates an empty file that will be `target`, which must not exist.
    pub(crate) fn create(target: &Path) -> io::Result<Self> {
        if target.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(".");
        let path = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let path = path.unwrap_or(Path::new("."));
        let folder = File::open(path)?;
        // a file system without such locks keeps leftovers
        if folder.try_lock().is_ok() {
            remove_leftovers(path, &prefix);
        }
        // replaces the exclusive lock
        let _ = folder.try_lock_shared();
        let file = tempfile::Builder::new().prefix(&prefix).suffix(SUFFIX).tempfile_in(path)?;
        Ok(UnfinishedFile { file, target: target.to_owned(), folder })
    }

    /// Returns the file.
    pub(crate) fn file(&self) -> &File {
        self.file.as_file()
    }

    /// Returns the temporary path.
    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Returns the temporary paths of the file and of its journal, for a process that has to end before it
    /// can drop this.
    pub(crate) fn paths(&self) -> [PathBuf; 2] {
        let path = self.file.path();
        let mut name = path.as_os_str().to_owned();
        name.push(JOURNAL_SUFFIX.trim_start_matches(SUFFIX));
        [path.to_owned(), PathBuf::from(name)]
    }

    /// Makes the file durable and gives it its name, unless a file of that name was created meanwhile.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.file.as_file().sync_all()?;
        self.file.persist_noclobber(&self.target).map_err(|error| error.error)?;
        self.folder.sync_all()
    }
}

/// Removes files of processes that were killed. Failures are ignored, because a leftover does no harm.
fn remove_leftovers(folder: &Path, prefix: &OsString) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let is_unfinished =
            [SUFFIX, JOURNAL_SUFFIX].iter().any(|suffix| name.ends_with(suffix.as_bytes()));
        if name.starts_with(prefix.as_encoded_bytes()) && is_unfinished {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn leftovers_are_removed_but_not_files_of_running_processes() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("copy.db");
        let other = folder.path().join(".other.db.a.unfinished");
        let leftover = folder.path().join(".copy.db.a.unfinished");
        for path in [&other, &leftover] {
            fs::write(path, "").unwrap();
        }
        let running = UnfinishedFile::create(&target).unwrap();
        assert!(!leftover.exists());
        fs::write(&leftover, "").unwrap();
        let second = UnfinishedFile::create(&target).unwrap();
        assert!(running.path().exists() && leftover.exists() && other.exists());
        running.finish().unwrap();
        assert_eq!(second.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let exists = UnfinishedFile::create(&target).unwrap_err();
        assert_eq!(exists.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
