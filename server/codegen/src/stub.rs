//! The generator of a stub's source files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use agenthuman_contract::lint::examples::invalid_defaults;
use agenthuman_contract::lint::structure;
use agenthuman_contract::{Contract, ContractError};
use heck::ToSnakeCase;

use crate::merged::merged;
use crate::origin::origin;
use crate::source::comment_line;
use crate::types::TypeGenerator;
use crate::{operations, rustfmt};

/// Generated files: the text of each, by its path relative to the crate.
pub type Files = BTreeMap<PathBuf, String>;

/// Generates the files of a stub.
///
/// `library` is the name of the stub's library, such as `library_stub`. `source` is the contract's
/// path, for the first line of each file.
///
/// ```
/// use std::path::Path;
///
/// use agenthuman_contract::Contract;
/// use agenthuman_server_codegen::generate;
///
/// let text = "{openapi: 3.0.3, info: {title: Library, version: 1.0.0}, paths: {}}";
/// let contract = Contract::parse("library.yaml", text).unwrap();
/// let files = generate(&contract, "library_stub", "library.yaml").unwrap();
/// assert!(files[Path::new("src/operations.rs")].contains("pub trait Library"));
/// ```
///
/// # Errors
///
/// Everything in the contract that a stub does not support, each with its position; also a failure of
/// rustfmt.
pub fn generate(
    contract: &Contract,
    library: &str,
    source: &str,
) -> Result<Files, Vec<ContractError>> {
    // The generators skip values of the wrong kind, so these must be reported here.
    let mut errors: Vec<_> = structure::check(contract)
        .into_iter()
        .filter(|one| one.rule == "wrong-kind-of-value" || one.rule == "missing-keyword")
        // Only its numbers are used.
        .filter(|one| one.pointer.as_deref() != Some("/info/version"))
        .map(|one| {
            let text = one.statements.first().map_or(&one.subject, |statement| &statement.text);
            let message = format!("{}: {text}", one.subject);
            contract.error(one.pointer.as_deref().unwrap_or_default(), message)
        })
        .collect();
    let merged = merged(contract);
    let mut types = TypeGenerator::new(&merged, &mut errors);
    let operations = operations::generate(contract, &mut types);
    let names = types.names().clone();
    let types = types.finish();
    if errors.is_empty() {
        // The stub parses a default when a request needs it.
        errors.extend(invalid_defaults(contract).into_iter().map(|one| {
            let text = one.statements.first().map_or("", |statement| &statement.text);
            let message = format!("a default that is not a value of its schema: {text}");
            contract.error(one.pointer.as_deref().unwrap_or_default(), message)
        }));
    }
    if !errors.is_empty() {
        errors.sort_by_key(|error| error.span.map(|span| span.start));
        errors.dedup();
        return Err(errors);
    }
    let emission = emission_program(contract, library);
    [
        ("src/lib.rs", root_module(contract)),
        ("src/types.rs", types),
        ("src/operations.rs", operations),
        ("examples/emission.rs", emission),
    ]
    .into_iter()
    .map(|(path, body)| {
        let unformatted = format!("{}\n\n{body}", first_line(source));
        let text = rustfmt::format(&unformatted).map_err(|problem| {
            let location = origin(contract, &names, &unformatted, &problem);
            vec![contract.error(&location, format!("{path}: {problem}"))]
        })?;
        Ok((PathBuf::from(path), text))
    })
    .collect()
}

/// Returns the module that Dropshot generates beside the API trait. It has the functions that turn an
/// implementation into an API description.
pub fn support_module(contract: &Contract) -> String {
    format!("{}_mod", operations::trait_name(contract).to_snake_case())
}

fn first_line(source: &str) -> String {
    format!(
        "// @generated from {source} by `cargo xtask generate`. Do not edit: edit the contract."
    )
}

/// Returns the program that prints the document which Dropshot emits for the stub.
fn emission_program(contract: &Contract, library: &str) -> String {
    let info = &contract.document()["info"];
    let title = info["title"].as_str().unwrap_or_default();
    let version = contract.semantic_version();
    let module = support_module(contract);
    format!(
        "//! Prints the OpenAPI document that Dropshot emits for this API.

fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let api = {library}::{module}::stub_api_description()?;
    api.openapi({title:?}, \"{version}\".parse()?).write(&mut std::io::stdout())?;
    Ok(())
}}
"
    )
}

/// Returns the crate's root module, with the contract's description.
fn root_module(contract: &Contract) -> String {
    let info = &contract.document()["info"];
    let title = info["title"].as_str().unwrap_or_default();
    let version = info["version"].as_str().unwrap_or_default();
    let mut docs =
        format!("Server stub of the {title} {version}: a Dropshot API trait and its types.\n");
    if let Some(description) = info["description"].as_str() {
        docs.push('\n');
        docs.push_str(description);
    }
    let docs: String =
        docs.trim().lines().map(|line| format!("//! {}\n", comment_line(line))).collect();
    format!(
        "{docs}
mod operations;
pub mod types;

pub use operations::*;
"
    )
}
