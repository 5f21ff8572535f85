//! The columns of the tables in which the command line prints responses.
//!
//! They are the properties of the printed schema in the order of the contract. The extension
//! `x-cli-columns` of the schema names those that come first.

use agenthuman_contract::{Contract, child};
use heck::ToUpperCamelCase;
use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;

use crate::operations::Operation;

/// The extension with the columns that come first.
const COLUMNS: &str = "x-cli-columns";

/// Returns the columns of the table for the responses of an operation; empty if their schema is not a
/// component.
pub fn columns(contract: &Contract, operation: &Operation<'_>) -> Vec<String> {
    let output = operation.pages.as_ref().map_or(&operation.output, |pages| &pages.item);
    let Some(schema) = last_ident(output).and_then(|name| component(contract, &name)) else {
        return Vec::new();
    };
    let first = schema.get(COLUMNS).and_then(Value::as_array).into_iter().flatten();
    let mut columns: Vec<_> = first.filter_map(Value::as_str).map(str::to_owned).collect();
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    for (name, _) in properties {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    columns
}

/// Returns the component that progenitor gives this name.
fn component<'c>(contract: &'c Contract, name: &str) -> Option<&'c Value> {
    let schemas = contract.get(&child("/components", "schemas"))?.as_object()?;
    let (_, schema) = schemas.iter().find(|(schema, _)| schema.to_upper_camel_case() == name)?;
    Some(schema)
}

/// Returns the last identifier of a type, `Thing` of `types::Thing`.
fn last_ident(tokens: &TokenStream) -> Option<String> {
    match tokens.clone().into_iter().last()? {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}
