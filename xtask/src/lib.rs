//! The project's own tasks: arguments, calls into the crates that do the work, output.
//!
//! Nothing that is generated is linked here, so that `generate` works while it is broken.

pub mod check;
pub mod conform;
pub mod demo;
pub mod diff;
pub mod docs;
pub mod emission;
pub mod generate;
pub mod generated;
pub mod output_folder;
pub mod release;

use std::path::{Path, PathBuf};

use agenthuman_contract::{Contract, ContractError};

/// The contract, relative to the repository.
pub const CONTRACT: &str = "openapi/links.yaml";

/// The contracts of released versions, relative to the repository.
pub const RELEASED: &str = "openapi/released";

/// The exceptions from findings, relative to the repository.
pub const EXCEPTIONS: &str = "openapi/drift-allow.toml";

/// The exceptions from changes that `diff` finds in the contract, relative to the repository. They are in a
/// file of their own: an exception that only `check` or only `diff` matches would be unmatched for the other.
pub const DIFF_EXCEPTIONS: &str = "openapi/diff-allow.toml";

/// Whether a task found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing that needs to be fixed.
    Clean,
    /// Something that needs to be fixed.
    Findings,
}

/// The manifest of this crate, relative to the repository.
const MANIFEST: &str = "xtask/Cargo.toml";

/// There is no repository around a folder.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// No folder from this one upwards is the repository.
    #[error(
        "failed to find the repository: neither {} nor a folder above it has a workspace with \
         `{MANIFEST}`; change to a folder of the repository",
        .0.display()
    )]
    NotFound(PathBuf),
    /// The working directory cannot be read.
    #[error("failed to read the working directory: {0}")]
    WorkingDirectory(#[from] std::io::Error),
}

/// Returns the repository around the working directory.
///
/// The repository in which this program was built was rejected: it is another one, or none, once a
/// checkout has been copied or moved together with its programs.
///
/// # Errors
///
/// See [`RootError`].
pub fn root() -> Result<PathBuf, RootError> {
    root_of(&std::env::current_dir()?)
}

/// Returns the repository around a folder.
///
/// # Errors
///
/// [`RootError::NotFound`].
pub fn root_of(folder: &Path) -> Result<PathBuf, RootError> {
    let is_root = |folder: &&Path| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
        let has_workspace = |text: String| text.lines().any(|line| line.trim() == "[workspace]");
        folder.join(MANIFEST).is_file() && manifest.is_ok_and(has_workspace)
    };
    let found = folder.ancestors().find(is_root);
    found.map(Path::to_owned).ok_or_else(|| RootError::NotFound(folder.to_owned()))
}

/// Reads a contract; `None` is the repository's own. One that lies in the repository is named by its
/// path there.
///
/// # Errors
///
/// A file that cannot be read or is not an OpenAPI 3.0 document.
pub fn read_contract(file: Option<&Path>, root: &Path) -> Result<Contract, ContractError> {
    let Some(file) = file else { return Contract::read(root, CONTRACT) };
    let inside = match (file.canonicalize(), root.canonicalize()) {
        (Ok(file), Ok(root)) => file.strip_prefix(root).map(Path::to_path_buf).ok(),
        _ => None,
    };
    match inside {
        Some(inside) => Contract::read(root, &inside.display().to_string()),
        None => {
            // Findings name files relative to the repository, or absolute.
            let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
            Contract::read(Path::new(""), &absolute.display().to_string())
        }
    }
}
