//! `cargo xtask release`: freezes the contract.

use std::io::{self, Write};
use std::path::Path;

use agenthuman_contract::findings::Format;
use agenthuman_contract::{Contract, ContractError};
use serde_json::Value;

use crate::check::{CheckError, report};
use crate::generated::{self, replace};
use crate::{Outcome, RELEASED, read_contract};

/// How to report what keeps the contract from being released.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Write findings in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,
}

/// The reason why the contract was not released.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// It could not be checked.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// It cannot be read.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// It has no version.
    #[error("`info.version` is missing")]
    NoVersion,
    /// Its version has been released with another content.
    #[error("{0} exists and is different: a released contract never changes; raise `info.version`")]
    Different(String),
    /// A file cannot be written.
    #[error("failed to write {0}: {1}")]
    Output(String, #[source] io::Error),
}

/// Checks the contract, copies it to the folder of released contracts, and generates what shows it.
///
/// # Errors
///
/// See [`ReleaseError`].
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, ReleaseError> {
    let contract = read_contract(None, root)?;
    let outcome = report(&contract, options.format, root, out)?;
    if outcome == Outcome::Clean {
        freeze(&contract, root, out)?;
        // The change log has one more release.
        let files = generated::files(&contract, root).files;
        let failed = |error| ReleaseError::Output("the generated files".to_owned(), error);
        for path in generated::write(root, &files).map_err(failed)? {
            writeln!(out, "wrote {}", path.display()).map_err(failed)?;
        }
    }
    Ok(outcome)
}

/// Copies the contract to the folder of released contracts; one that is there is never changed.
///
/// # Errors
///
/// See [`ReleaseError`].
pub fn freeze(contract: &Contract, root: &Path, out: &mut dyn Write) -> Result<(), ReleaseError> {
    let version = contract.get("/info/version").and_then(Value::as_str);
    let version = version.ok_or(ReleaseError::NoVersion)?;
    let name = format!("{RELEASED}/{version}.yaml");
    let path = root.join(&name);
    let failed = |error| ReleaseError::Output(name.clone(), error);
    let text = std::fs::read(root.join(contract.file())).map_err(failed)?;
    match std::fs::read(&path) {
        Ok(released) if released == text => writeln!(out, "{name} exists already").map_err(failed),
        Ok(_) => Err(ReleaseError::Different(name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            replace(&path, &text).map_err(failed)?;
            writeln!(out, "wrote {name}").map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}
