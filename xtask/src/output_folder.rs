//! Writes generated files to a folder that a user names, and never destroys anything else.
//!
//! A folder is written if it is missing, empty, or carries the marker of an earlier run. The files
//! are first written to a new folder beside it; the two are then swapped by rename, so that the folder
//! is never half written. Only files that the marker lists are deleted. Whatever else is in the
//! folder, such as `Cargo.lock` and `target` of a generated crate, stays.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The file that marks a folder as written by this tool. It lists the files that were written.
pub const MARKER: &str = ".xtask-output";

const FIRST_LINE: &str = "# Written by `cargo xtask`, which replaces the files listed here.";

/// How many files in the way an error names.
const NAMED: usize = 3;

/// The reason why a folder was not written. Nothing in it has changed, unless the error says so.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder contains the working directory or the repository.
    #[error("{}: the folder contains {contained}; name a folder of its own", folder.display())]
    Contains {
        /// The folder as it was named.
        folder: PathBuf,
        /// The contents.
        contained: &'static str,
    },
    /// A file or a symbolic link.
    #[error("{}: is {kind}, not a folder", folder.display())]
    NotAFolder {
        /// The path as it was named.
        folder: PathBuf,
        /// The file or folder at this path.
        kind: &'static str,
    },
    /// Files that this tool did not write.
    #[error(
        "{}: contains {}, which `cargo xtask` did not write; name an empty or a new folder",
        folder.display(), named(files)
    )]
    Foreign {
        /// The folder as it was named.
        folder: PathBuf,
        /// The files, relative to the folder.
        files: Vec<PathBuf>,
    },
    /// A marker that cannot be trusted.
    #[error("{}: {problem}", marker.display())]
    Marker {
        /// The marker.
        marker: PathBuf,
        /// The problem.
        problem: String,
    },
    /// A file that could not be moved into the new folder.
    #[error(
        "failed to move {} to {}; it was left in the first of these folders",
        from.display(), to.display()
    )]
    Move {
        /// The folder that has the file.
        from: PathBuf,
        /// The folder that was written.
        to: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// Any other failure.
    #[error("failed to write {}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
}

fn named(files: &[PathBuf]) -> String {
    let names: Vec<_> =
        files.iter().take(NAMED).map(|file| format!("`{}`", file.display())).collect();
    let more = files.len().saturating_sub(NAMED);
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// Writes `files`, by their paths relative to `folder`, and deletes the files of an earlier run.
///
/// # Errors
///
/// See [`OutputError`].
pub fn write(
    folder: &Path,
    files: &BTreeMap<PathBuf, Vec<u8>>,
    repository: &Path,
) -> Result<(), OutputError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |error| OutputError::Io { path, error }
    };
    let target = resolved(folder, repository)?;
    let written = written_before(folder, &target)?;
    let foreign = foreign(&target, &written).map_err(failed(&target))?;
    let in_the_way: Vec<_> = foreign
        .iter()
        .filter(|path| files.keys().any(|file| file.starts_with(path) || path.starts_with(file)))
        .cloned()
        .collect();
    if !in_the_way.is_empty() {
        return Err(OutputError::Foreign { folder: folder.to_owned(), files: in_the_way });
    }

    let parent = target.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let scratch = || tempfile::Builder::new().prefix(".xtask-").tempdir_in(parent);
    let staging = scratch().map_err(failed(parent))?;
    let new = staging.path().join("new");
    for (path, bytes) in files.iter().chain([(&PathBuf::from(MARKER), &marker(files))]) {
        let path = new.join(path);
        let directory = path.parent().unwrap_or(&new);
        fs::create_dir_all(directory).map_err(failed(directory))?;
        fs::write(&path, bytes).map_err(failed(&path))?;
    }
    if fs::symlink_metadata(&target).is_err() {
        return fs::rename(&new, &target).map_err(failed(&target));
    }

    // From here on the old folder is in a place that nothing deletes by itself.
    let aside = scratch().map_err(failed(parent))?.keep();
    let old = aside.join("old");
    fs::rename(&target, &old).map_err(failed(&target))?;
    let kept = |error| OutputError::Move { from: old.clone(), to: target.clone(), error };
    if let Err(error) = fs::rename(&new, &target) {
        fs::rename(&old, &target).map_err(kept)?;
        return Err(OutputError::Io { path: target, error });
    }
    for path in &foreign {
        let to = target.join(path);
        let folder = to.parent().unwrap_or(&target);
        fs::create_dir_all(folder).and_then(|()| fs::rename(old.join(path), &to)).map_err(kept)?;
    }
    remove(&old, &written);
    // Fails if something is left in it, which is then not ours to delete.
    let _ = fs::remove_dir(&aside);
    Ok(())
}

/// Deletes these files, and the folders that are empty afterwards.
fn remove(folder: &Path, files: &BTreeSet<PathBuf>) {
    let mut folders = BTreeSet::from([folder.to_owned()]);
    for file in files {
        let path = folder.join(file);
        // A listed file that the user has deleted is as it should be.
        let _ = fs::remove_file(&path);
        folders
            .extend(path.ancestors().skip(1).take_while(|one| *one != folder).map(Path::to_owned));
    }
    // The innermost first.
    for folder in folders.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
}

/// Returns the folder as an absolute path, if it is one that may be written.
fn resolved(folder: &Path, repository: &Path) -> Result<PathBuf, OutputError> {
    let failed = |error| OutputError::Io { path: folder.to_owned(), error };
    let absolute = std::path::absolute(folder).map_err(failed)?;
    // `components` drops a trailing `/` and `/.`, behind which a symbolic link would be followed.
    let absolute: PathBuf = absolute.components().collect();
    let kind = fs::symlink_metadata(&absolute).map(|metadata| metadata.file_type());
    let not_a_folder = |kind| Err(OutputError::NotAFolder { folder: folder.to_owned(), kind });
    match kind {
        Ok(kind) if kind.is_symlink() => return not_a_folder("a symbolic link"),
        Ok(kind) if !kind.is_dir() => return not_a_folder("a file"),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // `missing/..` would be a folder that exists once `missing` has been created.
            if absolute.components().any(|component| component == Component::ParentDir) {
                return Err(failed(error));
            }
            return Ok(absolute);
        }
        Err(error) => return Err(failed(error)),
    }
    let target = absolute.canonicalize().map_err(failed)?;
    let current = std::env::current_dir().and_then(|path| path.canonicalize());
    for (inside, contained) in
        [(current, "the working directory"), (repository.canonicalize(), "the repository")]
    {
        if inside.is_ok_and(|inside| inside.starts_with(&target)) {
            return Err(OutputError::Contains { folder: folder.to_owned(), contained });
        }
    }
    Ok(target)
}

/// Returns the files that an earlier run wrote, the marker included; none in an empty or missing
/// folder.
fn written_before(folder: &Path, target: &Path) -> Result<BTreeSet<PathBuf>, OutputError> {
    let failed = |error| OutputError::Io { path: folder.to_owned(), error };
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(PathBuf::from(entry.map_err(failed)?.file_name()));
    }
    names.sort();
    if names.is_empty() {
        return Ok(BTreeSet::new());
    }
    let marker = target.join(MARKER);
    if !fs::symlink_metadata(&marker).is_ok_and(|metadata| metadata.is_file()) {
        return Err(OutputError::Foreign { folder: folder.to_owned(), files: names });
    }
    let broken = |problem: String| OutputError::Marker { marker: marker.clone(), problem };
    let text = fs::read_to_string(&marker).map_err(|error| broken(error.to_string()))?;
    let mut lines = text.lines();
    if lines.next() != Some(FIRST_LINE) {
        return Err(broken("is not a marker of `cargo xtask`".to_owned()));
    }
    let mut files = BTreeSet::from([PathBuf::from(MARKER)]);
    for line in lines {
        let path = PathBuf::from(line);
        let is_inside = path.components().all(|one| matches!(one, Component::Normal(_)));
        if line.is_empty() || !is_inside {
            return Err(broken(format!("lists `{line}`, which is not a file of the folder")));
        }
        files.insert(path);
    }
    Ok(files)
}

/// Returns the topmost paths in `target` that hold none of the files in `written`.
fn foreign(target: &Path, written: &BTreeSet<PathBuf>) -> io::Result<Vec<PathBuf>> {
    let mut foreign = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(folder) = pending.pop() {
        let entries = match fs::read_dir(target.join(&folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            let is_folder = entry.file_type()?.is_dir();
            if is_folder && written.iter().any(|file| file.starts_with(&path)) {
                pending.push(path);
            } else if is_folder || !written.contains(&path) {
                foreign.push(path);
            }
        }
    }
    foreign.sort();
    Ok(foreign)
}

fn marker(files: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<u8> {
    let mut text = format!("{FIRST_LINE}\n");
    for path in files.keys() {
        text.push_str(&path.display().to_string());
        text.push('\n');
    }
    text.into_bytes()
}
