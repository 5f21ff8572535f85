//! Generates the source of a typed client from an OpenAPI contract, on top of progenitor.
//!
//! progenitor has two limits: an optional and nullable property becomes an `Option`, which can never
//! send `null`, and its methods have positional arguments. The generator therefore works in steps:
//!
//! | step | module |
//! |---|---|
//! | reject what the client does not support | `checks` |
//! | drop requirements of one direction | `one_way` |
//! | prepare a copy of the contract for progenitor | `prepare`, `parameters`, `media_types`, `responses` |
//! | run progenitor | `run_progenitor` |
//! | correct the types that progenitor writes | `rewrite`, `untagged` |
//! | add a request builder for each operation | `operations`, `builders` |
//! | add trait implementations for string types | `text_types` |
//! | add the examples of the contract, for tests | `examples` |
//! | add the commands of the command line | `commands`, `command_names`, `command_help`, `command_values`, `command_columns` |
//! | add the service, its authentication and the hooks of the runtime | `service`, `security` |
//!
//! The limits of the client. A message says whose limit it is:
//!
//! | not supported by progenitor | not supported by this generator |
//! |---|---|
//! | alternatives that overlap without a way to keep all fields | request bodies of `multipart/…` and of ranges such as `image/*` |
//! | an `allOf` that contains itself in a property of several members | authentication by anything but keys, bearer tokens and passwords |
//! | a path that is a `$ref`, cookie parameters, parameters with `content` | WebSockets |
//! | objects in paths and headers, the styles `label`, `matrix` and `deepObject` | operations with the names of methods of `Client` |
//!
//! Patterns that Rust's engine would read differently are not checked by the client: the server checks
//! them.
//!
//! `standalone` adds a copy of the runtime and a manifest, so that the client builds alone.

#![warn(missing_docs)]

mod builders;
mod checks;
mod command_columns;
mod command_help;
mod command_names;
mod command_values;
mod commands;
mod enum_values;
mod examples;
mod media_types;
mod one_way;
mod operations;
mod parameters;
mod patterns;
mod prepare;
mod reserved_names;
mod responses;
mod rewrite;
mod run_progenitor;
mod security;
mod service;
mod standalone;
mod text_types;
mod types;
mod unsupported;
mod untagged;

use agenthuman_contract::{Contract, ContractError};
use progenitor::{GenerationSettings, InterfaceStyle};

pub use checks::unsupported;
pub use standalone::{Files, Runtime, generate_standalone};
use unsupported::Limit;
pub use unsupported::Unsupported;

/// Returns the source of the generated part of the client.
///
/// `source` is the name of the contract in the first line of the result.
///
/// # Errors
///
/// Everything in the contract that the client does not support: first the constructs that
/// [`unsupported`] finds, and if there are none, those that are known only after running progenitor.
pub fn generate(contract: &Contract, source: &str) -> Result<String, Vec<ContractError>> {
    generate_with(contract, source, true)
}

/// Returns the source of the client, with or without the commands of the command line.
fn generate_with(
    contract: &Contract,
    source: &str,
    with_commands: bool,
) -> Result<String, Vec<ContractError>> {
    let unsupported = unsupported(contract);
    if !unsupported.is_empty() {
        return Err(unsupported.iter().map(|one| one.error(contract)).collect());
    }
    let text = generate_source(&one_way::relaxed(&contract.normalized()), with_commands)?;
    Ok(format!(
        "// @generated from {source} by `cargo xtask generate`. Do not edit: edit the contract.\n{text}"
    ))
}

fn generate_source(contract: &Contract, with_commands: bool) -> Result<String, Vec<ContractError>> {
    let prepared = prepare::prepare(contract).map_err(|error| vec![error])?;
    let document = serde_json::from_value(prepared.document).map_err(|error| {
        vec![contract.error("", format!("progenitor cannot read the contract: {error}"))]
    })?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_inner_type(quote::quote!(crate::call::Call))
        .with_derive("PartialEq");
    for (name, replacement) in &prepared.replacements {
        settings.with_replacement(name, replacement, std::iter::empty());
    }
    let tokens = run_progenitor::run(&settings, &document)
        .map_err(|problem| vec![contract.error("", format!("progenitor failed: {problem}"))])?;
    let tokens = enum_values::restore_values(tokens, &prepared.placeholders);
    let syntax_error =
        |error: syn::Error| vec![contract.error("", format!("invalid generated source: {error}"))];
    let mut file: syn::File = syn::parse2(tokens).map_err(syntax_error)?;
    rewrite::rewrite(contract, &prepared.objects, &mut file);
    untagged::rewrite(&mut file);

    let duplicates = types::duplicates(&file);
    if let Some(name) = duplicates.first() {
        let construct = format!("two schemas that become the type `{name}`: rename the component");
        let pointer = prepare::component_of(contract, name).unwrap_or_default();
        return Err(vec![contract.error(&pointer, Limit::Progenitor.message(construct))]);
    }
    let types = types::Types::of(&file);
    let operations = operations::read(contract, &prepared.objects, &types, &file)?;
    let service = service::service(contract);
    let builders = builders::builders(contract, &types, &operations)?;
    let text_types = text_types::implementations(&types);
    let commands =
        with_commands.then(|| commands::commands(contract, &types, &operations)).transpose()?;
    let examples = examples::examples(contract, &types);
    let added = quote::quote!(#service #builders #text_types #examples #commands);
    let added: syn::File = syn::parse2(added).map_err(syntax_error)?;
    file.items.extend(added.items);
    Ok(prettyplease::unparse(&file))
}
