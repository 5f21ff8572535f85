//! The values of arguments and flags: their syntax, the values that the contract allows, and an example.

use agenthuman_contract::{Contract, child};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, Type};

use crate::operations::{Input, Operation};
use crate::patterns;
use crate::rewrite::{bounds, renamed};
use crate::types::{Types, is_text, is_time, last_segment, unknown_variant};

/// The extension, beside a `pattern`, that says in words which texts it allows.
const PATTERN_IN_WORDS: &str = "x-cli-pattern";

/// The syntax of a value in a shell.
pub enum ValueSyntax {
    Text,
    /// RFC 3339.
    Time,
    /// The syntax of `FromStr`.
    FromStr,
    Json,
}

/// Returns the syntax of the values of a type.
pub fn value_syntax(types: &Types<'_>, ty: &Type) -> ValueSyntax {
    if is_time(ty) {
        return ValueSyntax::Time;
    }
    match types.item(ty) {
        Some(Item::Struct(item)) if is_text(item) => return ValueSyntax::Text,
        Some(item) if unknown_variant(item).is_some() => return ValueSyntax::Text,
        Some(_) => return ValueSyntax::Json,
        None => {}
    }
    match last_segment(ty).map(ToString::to_string).as_deref() {
        Some("String") => ValueSyntax::Text,
        Some("i64" | "f64" | "bool" | "NaiveDate") => ValueSyntax::FromStr,
        _ => ValueSyntax::Json,
    }
}

/// Returns the description of the value of an input.
pub fn value(
    contract: &Contract,
    types: &Types<'_>,
    operation: &Operation<'_>,
    input: &Input,
) -> TokenStream {
    let ty = &input.ty;
    let integer = last_segment(ty).is_some_and(|name| name == "i64");
    let kind = match value_syntax(types, ty) {
        ValueSyntax::Text => "Text",
        ValueSyntax::Time => "Time",
        ValueSyntax::FromStr if integer => "Integer",
        ValueSyntax::FromStr => "Plain",
        ValueSyntax::Json => "Json",
    };
    let kind_ident = format_ident!("{kind}");
    let values = allowed_values(types, ty);
    let (minimum, maximum) = match integer {
        true => bounds(contract, &input.schema),
        false => (None, None),
    };
    let (minimum, maximum) = (minimum.unwrap_or(i64::MIN), maximum.unwrap_or(i64::MAX));
    let text = |key: &str| find(contract, input, key).and_then(Value::as_str);
    let pattern = text("pattern").filter(|one| kind == "Text" && !patterns::is_ambiguous(one));
    let pattern_in_words = text(PATTERN_IN_WORDS).unwrap_or_default();
    let pattern = pattern.unwrap_or_default();
    let example = example(contract, operation, input).or_else(|| values.first().cloned());
    let example = example.unwrap_or_default();
    quote! {
        crate::cli::command::Value {
            kind: crate::cli::command::ValueKind::#kind_ident,
            values: &[#(#values),*],
            minimum: #minimum,
            maximum: #maximum,
            pattern: #pattern,
            pattern_in_words: #pattern_in_words,
            example: #example,
        }
    }
}

/// Returns the values of a type, if the contract lists them.
fn allowed_values(types: &Types<'_>, ty: &Type) -> Vec<String> {
    match types.item(ty) {
        Some(item @ Item::Enum(listed)) => {
            let unknown = unknown_variant(item);
            let listed = listed.variants.iter().filter(|variant| Some(&variant.ident) != unknown);
            listed.filter_map(|variant| renamed(&variant.attrs)).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the value of a keyword: that of the parameter, of its schema, of the schema that it refers
/// to, or of the first schema of an `allOf`.
fn find<'c>(contract: &'c Contract, input: &Input, key: &str) -> Option<&'c Value> {
    let owner = input.schema.trim_end_matches("/schema");
    if let Some(value) = contract.get(&child(owner, key)) {
        return Some(value);
    }
    let mut pointer = input.schema.clone();
    // A reference, an `allOf`, and a reference in it.
    for _ in 0..3 {
        let (resolved, _) = contract.resolve(&pointer).ok()?;
        let resolved = resolved.into_owned();
        if let Some(value) = contract.get(&child(&resolved, key)) {
            return Some(value);
        }
        pointer = format!("{resolved}/allOf/0");
    }
    None
}

/// Returns an example of an input: its own one, or else the value in an example of the request body.
fn example(contract: &Contract, operation: &Operation<'_>, input: &Input) -> Option<String> {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    if let Some(example) = find(contract, input, "example").and_then(text) {
        return Some(example);
    }
    let body = child(&operation.pointer, "requestBody");
    let (_, body) = contract.resolve(&body).ok()?;
    let (_, content) = body.get("content")?.as_object()?.iter().next()?;
    let examples = content.get("examples").and_then(Value::as_object).into_iter().flatten();
    let values = examples.filter_map(|(_, example)| example.get("value"));
    let mut values = values.chain(content.get("example"));
    values.find_map(|value| text(value.get(&input.name)?))
}
