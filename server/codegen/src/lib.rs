//! Generates the server's stub from a contract: a Dropshot API trait, the types of its requests and
//! responses, and nothing that behaves. The code that all stubs share is `server/runtime`.
//!
//! The source is assembled as text and formatted by rustfmt. Token streams were rejected: the result
//! is checked in to be read, and they keep neither comments nor the layout of a macro's input.
//!
//! Nothing here knows what the API is about. Whatever the stub does not support is an error at its
//! position in the contract; all of them are reported in one run.

pub mod names;
mod operations;
mod rust_item;
pub mod rustfmt;
mod standalone;
mod types;

use std::collections::BTreeMap;
use std::path::PathBuf;

use agenthuman_contract::lint::structure;
use agenthuman_contract::{Contract, ContractError};
use heck::ToSnakeCase;

pub use rust_item::find as find_rust_item;
pub use standalone::standalone;

/// Generated files: the path of each, relative to its crate, and its text.
pub type Files = BTreeMap<PathBuf, String>;

/// The files of the stub, or everything in the contract that cannot be expressed.
///
/// `library` is the crate's name in Rust; `source` is what the first line of each file calls the
/// contract.
pub fn generate(
    contract: &Contract,
    library: &str,
    source: &str,
) -> Result<Files, Vec<ContractError>> {
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
        errors.sort_by_key(|error| error.span.map(|span| span.start));
        errors.dedup();
        return Err(errors);
    }
    let emission = emission(contract, library);
    [
        ("src/lib.rs", self::library(contract)),
        ("src/types.rs", types),
        ("src/operations.rs", operations),
        ("examples/emission.rs", emission),
    ]
    .into_iter()
    .map(|(path, body)| {
        let unformatted = format!("{}\n\n{body}", first_line(source));
        let text = rustfmt::format(&unformatted)
            .map_err(|problem| vec![contract.error("", format!("{path}: {problem}"))])?;
        Ok((PathBuf::from(path), text))
    })
    .collect()
}

fn first_line(source: &str) -> String {
    format!(
        "// @generated from {source} by `cargo xtask generate`. Do not edit: edit the contract."
    )
}

/// The program that prints the document which Dropshot emits for the stub.
fn emission(contract: &Contract, library: &str) -> String {
    let info = &contract.document()["info"];
    let title = info["title"].as_str().unwrap_or_default();
    let version = info["version"].as_str().unwrap_or_default();
    let module = format!("{}_mod", operations::trait_name(contract).to_snake_case());
    format!(
        "//! Prints the OpenAPI document that Dropshot emits for this API.

fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let api = {library}::{module}::stub_api_description()?;
    api.openapi({title:?}, {version:?}.parse()?).write(&mut std::io::stdout())?;
    Ok(())
}}
"
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
mod operations;
pub mod types;

pub use operations::*;
"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it fails")]
mod tests;
