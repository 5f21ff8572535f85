//! The commands of the command line: one for each operation, with a flag that sets each field of the
//! request body and a flag that clears each clearable field.

use agenthuman_contract::{Contract, child};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, Type};

use crate::operations::{BodyField, Operation};
use crate::rewrite::renamed;
use crate::types::{Types, is_text, last_segment, unknown_variant};

/// Returns the code of the command table.
pub fn commands(
    contract: &Contract,
    types: &Types<'_>,
    operations: &[Operation<'_>],
) -> TokenStream {
    let commands = operations.iter().map(|operation| command(contract, types, operation));
    quote! {
        /// The commands of the command line.
        #[cfg(feature = "cli")]
        pub(crate) const COMMANDS: &[crate::cli::command::Command] = &[#(#commands),*];
    }
}

fn command(contract: &Contract, types: &Types<'_>, operation: &Operation<'_>) -> TokenStream {
    let Operation { name, constant, pointer, .. } = operation;
    let text = |key: &str| {
        let text = contract.get(&child(pointer, key)).and_then(Value::as_str);
        text.unwrap_or_default().trim().to_owned()
    };
    let (summary, description) = (text("summary"), text("description"));
    let parameters = operation.arguments.iter().map(|(name, _)| {
        let (name, help) = (name.to_string(), parameter_help(contract, pointer, name));
        quote!(crate::cli::command::Parameter { name: #name, help: #help })
    });
    let fields = operation.fields.iter().map(|field| field_entry(contract, types, field));
    let count = operation.arguments.len();
    let values = (0..count).map(|index| quote!(parameters[#index].as_str()));
    let ignored = (0..count).map(|_| quote!(_));
    let arms = operation.fields.iter().map(|field| field_arms(types, field));
    quote! {
        crate::cli::command::Command {
            operation: &#constant,
            summary: #summary,
            description: #description,
            parameters: &[#(#parameters),*],
            fields: &[#(#fields),*],
            run: |client, parameters, fields, is_dry_run| Box::pin(async move {
                let mut request = client.#name(#(#values),*);
                for (field, text) in fields {
                    request = match (field.as_str(), text.as_deref()) {
                        #(#arms)*
                        _ => request,
                    };
                }
                if is_dry_run {
                    let (#(#ignored,)* body,) = request.check()?;
                    let body = crate::cli::command::to_json(&body);
                    return Ok(crate::cli::command::Outcome::DryRun(body));
                }
                let response = request.send_with_response().await?;
                let response = response.map(|value| crate::cli::command::to_json(&value));
                Ok(crate::cli::command::Outcome::Sent(response))
            }),
        }
    }
}

/// Returns the description of a path parameter in the contract.
fn parameter_help(contract: &Contract, operation: &str, name: &impl ToString) -> String {
    let list = contract.get(&child(operation, "parameters")).and_then(Value::as_array);
    (0..list.map_or(0, Vec::len))
        .filter_map(|number| {
            let pointer = format!("{operation}/parameters/{number}");
            let (_, parameter) = contract.resolve(&pointer).ok()?;
            let is_it = parameter["name"].as_str() == Some(&*name.to_string());
            parameter["description"].as_str().filter(|_| is_it).map(|text| text.trim().to_owned())
        })
        .next()
        .unwrap_or_default()
}

/// Returns the entry of a field in the command table.
fn field_entry(contract: &Contract, types: &Types<'_>, field: &BodyField<'_>) -> TokenStream {
    let BodyField { property, pointer, clearable, ty, .. } = field;
    let help = contract.get(&child(pointer, "description")).and_then(Value::as_str);
    let help = help.unwrap_or_default().trim();
    let values: Vec<String> = match types.item(ty) {
        Some(item @ Item::Enum(listed)) => {
            let unknown = unknown_variant(item);
            let listed = listed.variants.iter().filter(|variant| Some(&variant.ident) != unknown);
            listed.filter_map(|variant| renamed(&variant.attrs)).collect()
        }
        _ => Vec::new(),
    };
    let kind = match value_syntax(types, ty) {
        ValueSyntax::Text => "Text",
        ValueSyntax::Time => "Time",
        ValueSyntax::FromStr if last_segment(ty).is_some_and(|name| name == "i64") => "Integer",
        ValueSyntax::FromStr | ValueSyntax::Json => "Json",
    };
    let kind = format_ident!("{kind}");
    quote! {
        crate::cli::command::Field {
            name: #property,
            help: #help,
            kind: crate::cli::command::ValueKind::#kind,
            values: &[#(#values),*],
            clearable: #clearable,
        }
    }
}

/// The syntax of the value of a field in a shell.
enum ValueSyntax {
    Text,
    /// RFC 3339.
    Time,
    /// The syntax of `FromStr`.
    FromStr,
    Json,
}

fn value_syntax(types: &Types<'_>, ty: &Type) -> ValueSyntax {
    match types.item(ty) {
        Some(Item::Struct(item)) if is_text(item) => return ValueSyntax::Text,
        Some(item) if unknown_variant(item).is_some() => return ValueSyntax::Text,
        Some(_) => return ValueSyntax::Json,
        None => {}
    }
    match last_segment(ty).map(ToString::to_string).as_deref() {
        Some("String") => ValueSyntax::Text,
        Some("DateTime") => ValueSyntax::Time,
        Some("i64" | "f64" | "bool" | "NaiveDate") => ValueSyntax::FromStr,
        _ => ValueSyntax::Json,
    }
}

/// Returns the match arms that set or clear a field from the text of a flag.
fn field_arms(types: &Types<'_>, field: &BodyField<'_>) -> TokenStream {
    let BodyField { ident, property, ty, .. } = field;
    let qualified = types.qualified(ty);
    let value = match value_syntax(types, ty) {
        ValueSyntax::Text => quote!(text.to_owned()),
        ValueSyntax::Time => quote!(crate::cli::command::parse_time(#property, text)?),
        ValueSyntax::FromStr => quote!(crate::cli::command::parse::<#qualified>(#property, text)?),
        ValueSyntax::Json => {
            quote!(crate::cli::command::parse_json::<#qualified>(#property, text)?)
        }
    };
    let clear = field.clear_method();
    let clear = clear.map(|clear| quote!((#property, None) => request.#clear(),));
    quote! {
        (#property, Some(text)) => request.#ident(#value),
        #clear
    }
}
