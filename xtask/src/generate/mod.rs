//! The server's stub from the contract: `cargo xtask generate`.
//!
//! Reads the contract, writes `server/api/src/{lib,types,operations}.rs`: a Dropshot API trait, the
//! types of its requests and responses, and nothing that behaves. What those types are made of
//! (`constraint.rs`, `patch.rs`, …) stands beside them and is written by hand.
//!
//! The source is put together as text and formatted by rustfmt. Token streams were rejected: the
//! result is checked in to be read, and they keep neither comments nor the form of a macro's input.
//!
//! Nothing here knows what the API is about. What the stub cannot express is an error at its place
//! in the contract; all of them are reported in one run.

pub mod client;
pub mod command;
pub mod names;
mod operations;
pub mod rustfmt;
pub mod standalone;
mod types;

use std::path::{Path, PathBuf};

use crate::check::structure;
use crate::reader::{Contract, ContractError};

/// Where the generated files are, relative to the repository.
const DIRECTORY: &str = "server/api/src";

/// A file that is generated from the contract.
#[derive(Debug)]
pub struct GeneratedFile {
    /// Relative to the repository, for example `server/api/src/types.rs`.
    pub path: PathBuf,
    /// What stands in it.
    pub text: String,
}

/// All files that are generated and checked in: the stub's and the client's.
pub fn checked_in(contract: &Contract) -> Result<Vec<GeneratedFile>, Vec<ContractError>> {
    let mut files = generate(contract)?;
    files.push(client::file(contract).map_err(|error| vec![error])?);
    Ok(files)
}

/// The files of the stub, or everything in the contract that cannot be expressed.
pub fn generate(contract: &Contract) -> Result<Vec<GeneratedFile>, Vec<ContractError>> {
    // What is of another kind than OpenAPI says is skipped by everything that follows.
    let mut errors: Vec<_> = structure::check(contract)
        .into_iter()
        .filter(|one| one.rule == "wrong-kind-of-value" || one.rule == "missing-keyword")
        .map(|one| {
            let text = one.statements.first().map_or(&one.subject, |statement| &statement.text);
            let message = format!("{}: {text}", one.subject);
            contract.error(one.pointer.as_deref().unwrap_or_default(), message)
        })
        .collect();
    let version = contract.document()["info"]["version"].as_str().unwrap_or_default();
    if let Err(error) = semver::Version::parse(version) {
        let message = format!("must be a semantic version for Dropshot: {error}");
        errors.push(contract.error("/info/version", message));
    }
    let mut types = types::Types::new(contract, &mut errors);
    let operations = operations::operations(contract, &mut types);
    let types = types.finish();
    if !errors.is_empty() {
        errors.sort_by_key(|error| error.place.map(|place| place.start));
        errors.dedup();
        return Err(errors);
    }
    [("lib.rs", library(contract)), ("types.rs", types), ("operations.rs", operations)]
        .into_iter()
        .map(|(name, body)| {
            let source = format!("{}\n\n{body}", first_line(contract));
            let text = rustfmt::format(&source)
                .map_err(|problem| vec![contract.error("", format!("{name}: {problem}"))])?;
            Ok(GeneratedFile { path: Path::new(DIRECTORY).join(name), text })
        })
        .collect()
}

/// Writes the generated files below `root`; answers those that changed.
///
/// Each is written beside its place and then renamed, so that none is ever half there.
pub fn write(root: &Path, files: &[GeneratedFile]) -> std::io::Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    for file in files {
        let path = root.join(&file.path);
        if std::fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        let beside = path.with_extension("new");
        std::fs::write(&beside, &file.text)?;
        std::fs::rename(&beside, &path)?;
        changed.push(file.path.clone());
    }
    Ok(changed)
}

fn first_line(contract: &Contract) -> String {
    let file = Path::new(contract.file()).file_name().unwrap_or_default().to_string_lossy();
    format!(
        "// @generated from openapi/{file} by `cargo xtask generate`. Do not edit: edit the contract."
    )
}

/// The crate's root: what the API is for, in the contract's words, and the modules.
fn library(contract: &Contract) -> String {
    let info = &contract.document()["info"];
    let title = info["title"].as_str().unwrap_or_default();
    let version = info["version"].as_str().unwrap_or_default();
    let mut docs = format!("The server's stub of the {title} {version}.\n");
    if let Some(description) = info["description"].as_str() {
        docs.push('\n');
        docs.push_str(description);
    }
    let docs: String =
        docs.trim().lines().map(|line| format!("//! {}\n", names::comment(line))).collect();
    format!(
        "{docs}
pub mod constraint;
pub mod json;
mod operations;
pub mod patch;
pub mod request;
pub mod response;
pub mod schema;
pub mod timestamp;
pub mod types;

pub use operations::*;
"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it fails")]
mod tests;
