//! The commands of the command line: for each operation its arguments, and for each field of its
//! body a flag that sets it and, where it can be cleared, one that clears it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, Type};

use super::rewrite::renamed;
use super::types::{Types, is_text, last_segment, unknown_variant};
use super::verbs::{BodyField, Operation};
use agenthuman_contract::{Contract, child};

/// The commands of all operations, for those who build the command line.
pub fn commands(
    contract: &Contract,
    types: &Types<'_>,
    operations: &[Operation<'_>],
) -> TokenStream {
    let commands = operations.iter().map(|operation| command(contract, types, operation));
    quote! {
        /// The commands of the command line.
        #[cfg(feature = "cli")]
        pub(crate) const COMMANDS: &[crate::cli::Command] = &[#(#commands),*];
    }
}

fn command(contract: &Contract, types: &Types<'_>, operation: &Operation<'_>) -> TokenStream {
    let Operation { name, constant, pointer, .. } = operation;
    let text = |key: &str| {
        let text = contract.get(&child(pointer, key)).and_then(Value::as_str);
        text.unwrap_or_default().trim().to_owned()
    };
    let (summary, description) = (text("summary"), text("description"));
    let arguments = operation.arguments.iter().map(|(name, _)| {
        let (name, help) = (name.to_string(), parameter_help(contract, pointer, name));
        quote!(crate::cli::Argument { name: #name, help: #help })
    });
    let fields = operation.fields.iter().map(|field| self::field(contract, types, field));
    let count = operation.arguments.len();
    let given: Vec<_> = (0..count).map(|number| quote!(arguments[#number].as_str())).collect();
    let ignored = (0..count).map(|_| quote!(_));
    let arms = operation.fields.iter().map(|field| set(types, field));
    quote! {
        crate::cli::Command {
            operation: &#constant,
            summary: #summary,
            description: #description,
            arguments: &[#(#arguments),*],
            fields: &[#(#fields),*],
            start: |client, arguments, fields, is_dry| Box::pin(async move {
                let mut call = client.#name(#(#given),*);
                for (field, text) in fields {
                    call = match (field.as_str(), text.as_deref()) {
                        #(#arms)*
                        _ => call,
                    };
                }
                if is_dry {
                    let (#(#ignored,)* body,) = call.checked()?;
                    return Ok(crate::cli::Outcome::Dry(crate::cli::json(&body)));
                }
                let response = call.send_with_response().await?;
                Ok(crate::cli::Outcome::Sent(response.map(|answer| crate::cli::json(&answer))))
            }),
        }
    }
}

/// What the contract says of a path parameter.
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

fn field(contract: &Contract, types: &Types<'_>, field: &BodyField<'_>) -> TokenStream {
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
    let kind = match written(types, ty) {
        Written::Text => "Text",
        Written::Time => "Time",
        Written::Plain if last_segment(ty).is_some_and(|name| name == "i64") => "Integer",
        Written::Plain | Written::Json => "Json",
    };
    let kind = format_ident!("{kind}");
    quote! {
        crate::cli::Field {
            name: #property,
            help: #help,
            kind: crate::cli::Kind::#kind,
            values: &[#(#values),*],
            clearable: #clearable,
        }
    }
}

/// How the value of a field is written in a shell.
enum Written {
    /// As it is.
    Text,
    /// As RFC 3339 has it.
    Time,
    /// As Rust reads it.
    Plain,
    Json,
}

fn written(types: &Types<'_>, ty: &Type) -> Written {
    match types.item(ty) {
        Some(Item::Struct(item)) if is_text(item) => return Written::Text,
        Some(item) if unknown_variant(item).is_some() => return Written::Text,
        Some(_) => return Written::Json,
        None => {}
    }
    match last_segment(ty).map(ToString::to_string).as_deref() {
        Some("String") => Written::Text,
        Some("DateTime") => Written::Time,
        Some("i64" | "f64" | "bool" | "NaiveDate") => Written::Plain,
        _ => Written::Json,
    }
}

/// The call with one field set or cleared from the text of a flag.
fn set(types: &Types<'_>, field: &BodyField<'_>) -> TokenStream {
    let BodyField { ident, property, ty, .. } = field;
    let outside = types.outside(ty);
    let value = match written(types, ty) {
        Written::Text => quote!(text.to_owned()),
        Written::Time => quote!(crate::cli::time(#property, text)?),
        Written::Plain => quote!(crate::cli::parsed::<#outside>(#property, text)?),
        Written::Json => quote!(crate::cli::from_json::<#outside>(#property, text)?),
    };
    let clear = field.clear().map(|clear| quote!((#property, None) => call.#clear(),));
    quote! {
        (#property, Some(text)) => call.#ident(#value),
        #clear
    }
}
