//! From the contract to the client's source.
//!
//! progenitor makes an optional and nullable property an `Option`, which can never send `null`, and
//! stops at a flat list of positional arguments. So it is run on a prepared copy of the contract
//! ([`prepare`]), what it writes is put right ([`rewrite`]) and completed with verbs ([`verbs`]) and
//! commands ([`commands`]).

mod commands;
mod patterns;
mod prepare;
mod rewrite;
mod strings;
mod types;
mod unsupported;
mod validate;
mod verbs;

use std::cell::Cell;
use std::error::Error;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use agenthuman_contract::{Contract, ContractError};
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};

pub use unsupported::{Unsupported, unsupported};

/// Returns the source of the generated part of the client, or everything in the contract that keeps
/// it from being generated.
///
/// `source` is what the first line of the result calls the contract.
pub fn generate(contract: &Contract, source: &str) -> Result<String, Vec<ContractError>> {
    let unsupported = unsupported(contract);
    if !unsupported.is_empty() {
        let error = |one: Unsupported| {
            let message = format!("not supported by the client: {}", one.message);
            contract.error(&one.pointer, message)
        };
        return Err(unsupported.into_iter().map(error).collect());
    }
    let text = client(contract).map_err(|error| match error.downcast::<ContractError>() {
        Ok(error) => vec![*error],
        Err(error) => vec![contract.error("", error.to_string())],
    })?;
    Ok(format!(
        "// @generated from {source} by `cargo xtask generate`. Do not edit: edit the contract.\n{text}"
    ))
}

fn client(contract: &Contract) -> Result<String, Box<dyn Error>> {
    validate::validate(contract)?;
    let contract = &contract.unwrapped();
    let prepared = prepare::prepare(contract)?;
    let document = serde_json::from_value(prepared.document).map_err(|error| {
        contract.error("", format!("not a valid OpenAPI 3.0 document: {error}"))
    })?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_inner_type(quote::quote!(crate::call::Call))
        .with_derive("PartialEq");
    for (name, replacement) in &prepared.replacements {
        settings.with_replacement(name, replacement, std::iter::empty());
    }
    let tokens = progenitor(&settings, &document).map_err(|problem| {
        contract.error("", format!("progenitor cannot express this contract: {problem}"))
    })?;
    let mut file = syn::parse2(tokens)?;
    rewrite::rewrite(contract, &prepared.objects, &mut file);
    let types = types::Types::of(&file);
    let operations = verbs::read(contract, &prepared.objects, &types, &file)?;
    let verbs = verbs::verbs(contract, &types, &operations)?;
    let commands = commands::commands(contract, &types, &operations);
    let strings = strings::strings(&types);
    let facts = facts(contract)?;
    let added = syn::parse2::<syn::File>(quote::quote!(#facts #verbs #strings #commands))?.items;
    file.items.extend(added);
    Ok(prettyplease::unparse(&file))
}

/// Runs progenitor, which asserts what it does not support: the build says so rather than panic.
fn progenitor(settings: &GenerationSettings, document: &OpenAPI) -> Result<TokenStream, String> {
    // The hook is the whole process's, and xtask has other threads.
    thread_local!(static QUIET: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                others(panic)
            }
        }));
    });
    QUIET.set(true);
    let tokens =
        catch_unwind(AssertUnwindSafe(|| Generator::new(settings).generate_tokens(document)));
    QUIET.set(false);
    match tokens {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (_, Some(text)) => text.clone(),
            _ => "it panicked".to_owned(),
        }),
    }
}

/// What progenitor ignores: where the service is, and how a caller shows its key.
fn facts(contract: &Contract) -> Result<TokenStream, ContractError> {
    let pointer = "/servers/0/url";
    let text = |pointer: &str, what: &str| {
        let value = contract.get(pointer).and_then(serde_json::Value::as_str);
        value.map(str::to_owned).ok_or_else(|| contract.error(pointer, what))
    };
    let base_url = text(pointer, "the client needs the URL of a server")?;
    let schemes = contract.document()["components"]["securitySchemes"].as_object();
    let header = schemes
        .into_iter()
        .flatten()
        .find(|(_, scheme)| scheme["type"] == "apiKey" && scheme["in"] == "header");
    let Some((_, scheme)) = header else {
        return Err(contract
            .error("/components/securitySchemes", "the client needs an API key in a header"));
    };
    // Header names have no case; reqwest wants them in lower case.
    let header = scheme["name"].as_str().unwrap_or_default().to_lowercase();
    if header.is_empty() || !header.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        let message = "the header of an API key is made of letters, digits and hyphens";
        return Err(contract.error("/components/securitySchemes", message));
    }
    Ok(quote::quote! {
        /// Where the service is, unless the caller says otherwise.
        pub const BASE_URL: &str = #base_url;
        /// The header that carries the API key.
        pub const API_KEY_HEADER: &str = #header;
    })
}
