//! The commands of the command line: one for each operation, with an argument for each required input, a
//! flag that sets each optional one, and a flag that clears each clearable one.

use agenthuman_contract::{Contract, ContractError, child};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, Type};

use crate::command_columns::columns;
use crate::command_help;
use crate::command_names::{clear_flag, command_name, duplicates, flag, later_flag};
use crate::command_values::{self, ValueSyntax, value_syntax};
use crate::operations::{Input, Location, Operation, Pages, Presence};
use crate::types::Types;

/// The extension with the question that the command line asks before it sends a request.
const CONFIRM: &str = "x-cli-confirm";

/// Returns the code of the command table, or an error for each name that is used twice.
pub fn commands(
    contract: &Contract,
    types: &Types<'_>,
    operations: &[Operation<'_>],
) -> Result<TokenStream, Vec<ContractError>> {
    let duplicates = duplicates(contract, operations);
    if !duplicates.is_empty() {
        return Err(duplicates);
    }
    let (functions, commands): (Vec<_>, Vec<_>) = operations
        .iter()
        .map(|operation| command(contract, types, operation, &command_name(operation, operations)))
        .unzip();
    Ok(quote! {
        #(#functions)*

        /// The commands of the command line.
        #[cfg(feature = "cli")]
        pub(crate) const COMMANDS: &[crate::cli::command::Command] = &[#(#commands),*];
    })
}

/// Returns the function that starts an operation from texts, and its command.
fn command(
    contract: &Contract,
    types: &Types<'_>,
    operation: &Operation<'_>,
    command_name: &str,
) -> (TokenStream, TokenStream) {
    let Operation { name, constant, pointer, .. } = operation;
    let summary = command_help::summary(contract, operation);
    let description = command_help::description(contract, operation);
    let (required, optional): (Vec<_>, Vec<_>) =
        operation.inputs().partition(|input| input.presence == Presence::Required);
    let whole = operation.body.as_ref().filter(|body| body.fields.is_none());
    let arguments = required.iter().map(|input| {
        let (name, help) = (&input.name, command_help::input(contract, operation, input));
        let value = command_values::value(contract, types, operation, input);
        quote!(crate::cli::command::Parameter { name: #name, help: #help, value: #value })
    });
    let whole_argument = whole.map(|_| {
        quote! {
            crate::cli::command::Parameter {
                name: "body",
                help: "The request body, as JSON",
                value: crate::cli::command::Value::JSON,
            }
        }
    });
    let fields = optional.iter().map(|input| {
        let help = command_help::input(contract, operation, input);
        field(input, &help, &command_values::value(contract, types, operation, input))
    });
    let columns = columns(contract, operation);
    let count = required.len();
    let given = required.iter().enumerate().map(|(number, input)| {
        value(types, &input.ty, &input.name, &quote!(parameters[#number].as_str()))
    });
    let whole_given = whole.map(|body| {
        let ty = &body.ty;
        quote!(crate::cli::command::parse_json::<#ty>("body", parameters[#count].as_str())?)
    });
    let given: Vec<_> = given.chain(whole_given).collect();
    let arms: Vec<_> = optional.iter().map(|input| set(types, input)).collect();
    let started = match arms.as_slice() {
        [] => quote!(Ok(client.#name(#(#given),*))),
        arms => quote! {
            let mut call = client.#name(#(#given),*);
            for (field, text) in fields {
                call = match (field.as_str(), text.as_deref()) {
                    #(#arms)*
                    _ => call,
                };
            }
            Ok(call)
        },
    };
    let start = format_ident!("start_{}", name.to_string().trim_start_matches("r#"));
    let builder = &operation.builder;
    let pages = match &operation.pages {
        None => quote!(None),
        Some(Pages { members: [items, next], limit, cursor, .. }) => {
            let name = |ident: &Ident| {
                let input = operation.parameters.iter().find(|input| input.ident == *ident);
                input.map_or("", |input| input.name.as_str())
            };
            let cursor = name(cursor);
            let limit = match limit {
                Some((limit, largest)) => {
                    let limit = name(limit);
                    quote!(Some((#limit, #largest)))
                }
                None => quote!(None),
            };
            quote! {
                Some(crate::cli::command::Pages {
                    items: #items,
                    next: #next,
                    limit: #limit,
                    cursor: #cursor,
                })
            }
        }
    };
    let sent = |location: Location| {
        let inputs = operation.parameters.iter().enumerate();
        let inputs = inputs.filter(|(_, input)| input.location == location);
        let values = inputs.map(|(number, input)| {
            let (name, number) = (&input.name, syn::Index::from(number));
            quote!((#name, crate::cli::command::to_json(&inputs.#number)))
        });
        quote!(crate::cli::command::texts([#(#values),*]))
    };
    let (query, headers) = (sent(Location::Query), sent(Location::Header));
    let body = match &operation.body {
        Some(_) => {
            let number = syn::Index::from(operation.parameters.len());
            quote!(Some(crate::cli::command::to_json(&inputs.#number)))
        }
        None => quote!(None),
    };
    let needs_field = operation.rejects_empty_body();
    let confirm = contract.get(&child(pointer, CONFIRM)).and_then(Value::as_str);
    let confirm = confirm.unwrap_or_default().trim();
    let function = quote! {
        #[cfg(feature = "cli")]
        fn #start(
            client: &crate::Client,
            parameters: &[::std::string::String],
            fields: &[(::std::string::String, ::std::option::Option<::std::string::String>)],
        ) -> crate::Result<#builder> {
            // Which of these are used depends on the operation.
            let _ = (parameters, fields);
            #started
        }
    };
    let command = quote! {
        crate::cli::command::Command {
            name: #command_name,
            operation: &#constant,
            summary: #summary,
            description: #description,
            parameters: &[#(#arguments,)* #whole_argument],
            fields: &[#(#fields),*],
            needs_field: #needs_field,
            confirm: #confirm,
            columns: &[#(#columns),*],
            pages: #pages,
            run: |client, parameters, fields, is_dry_run| Box::pin(async move {
                let call = #start(client, parameters, fields)?;
                if is_dry_run {
                    let inputs = call.check()?;
                    let _ = &inputs;
                    return Ok(crate::cli::command::Outcome::DryRun {
                        query: #query,
                        headers: #headers,
                        body: #body,
                    });
                }
                let response = call.send_with_response().await?;
                Ok(crate::cli::command::Outcome::Sent(response.map(|value| crate::cli::command::to_json(&value))))
            }),
        }
    };
    (function, command)
}

fn field(input: &Input, help: &str, value: &TokenStream) -> TokenStream {
    let (name, set) = (&input.name, flag(input));
    let clear = match clear_flag(input) {
        Some(clear) => quote!(Some(#clear)),
        None => quote!(None),
    };
    let later = match (input.later(), later_flag(input)) {
        (Some(later), Some(flag)) => {
            let later = later.to_string();
            quote!(Some(crate::cli::command::Later { name: #later, flag: #flag }))
        }
        _ => quote!(None),
    };
    quote! {
        crate::cli::command::Field {
            name: #name,
            flag: #set,
            clear_flag: #clear,
            later: #later,
            help: #help,
            value: #value,
        }
    }
}

/// Returns the value of an input, from the text that a user has written.
fn value(types: &Types<'_>, ty: &Type, name: &str, text: &TokenStream) -> TokenStream {
    match value_syntax(types, ty) {
        ValueSyntax::Text => quote!(#text.to_owned()),
        ValueSyntax::Time => quote!(crate::cli::command::parse_time(#name, #text)?),
        ValueSyntax::FromStr => quote!(crate::cli::command::parse::<#ty>(#name, #text)?),
        ValueSyntax::Json => quote!(crate::cli::command::parse_json::<#ty>(#name, #text)?),
    }
}

/// Returns the arms that set and clear an input.
fn set(types: &Types<'_>, input: &Input) -> TokenStream {
    let Input { method, name, ty, .. } = input;
    let value = value(types, ty, name, &quote!(text));
    let clear = input.clear().map(|clear| quote!((#name, None) => call.#clear(),));
    let later = input.later().map(|later| {
        let name = later.to_string();
        quote! {
            (#name, Some(text)) => {
                call.#later(crate::cli::command::parse_duration(#name, text)?)
            }
        }
    });
    quote! {
        (#name, Some(text)) => call.#method(#value),
        #clear
        #later
    }
}
