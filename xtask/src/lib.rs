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

/// Whether a task found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing that needs to be fixed.
    Clean,
    /// Something that needs to be fixed.
    Findings,
}

/// Returns the repository: that of `cargo xtask`, or the one in which this program was built.
pub fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let manifest = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    manifest.parent().map_or(manifest.clone(), Path::to_owned)
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
