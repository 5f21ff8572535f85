//! The request builder of each operation:
//! `client.update_thing(id).name("x").clear_expires_at().send()`.
//!
//! Required inputs are arguments of the client's method, whether they are parameters or fields of the
//! body. Each optional input has a setter, and a clearable one a `clear_…` method too. A builder owns
//! what it needs, so that a call can be moved to another task.

mod argument_checks;
mod sending;
mod setters;

use std::collections::BTreeSet;

use agenthuman_contract::{Contract, ContractError, child};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Type;

use crate::media_types;
use crate::operations::{Body, Input, Operation, Presence};
use crate::reserved_names::{self, BUILDER_FIELDS, BUILDER_METHODS};
use crate::responses::Outcome;
use crate::security;
use crate::types::{Types, last_segment};
use crate::unsupported::Limit;

/// Returns the builders of all operations, and the module that exports what users of the client see.
pub fn builders(
    contract: &Contract,
    types: &Types<'_>,
    operations: &[Operation<'_>],
) -> Result<TokenStream, Vec<ContractError>> {
    let (mut written, mut errors) = (TokenStream::new(), Vec::new());
    let mut outcomes = Vec::new();
    for operation in operations {
        let builder = Builder::new(contract, types, operation);
        errors.extend(builder.name_conflicts());
        written.extend(builder.build());
        outcomes.extend(builder.into_outcomes());
    }
    let outcome_types = outcomes.iter().flat_map(|outcome| idents(outcome.items.clone()));
    let roots = operations.iter().flat_map(|operation| {
        let inputs = operation.inputs().map(|input| &input.ty);
        let bodies = operation.body.iter().map(|body| &body.ty);
        let types: TokenStream = inputs.chain(bodies).map(|ty| quote!(#ty)).collect();
        let items: TokenStream = operation.pages.iter().map(|pages| pages.item.clone()).collect();
        idents(types.into_iter().chain(operation.output.clone()).chain(items).collect())
    });
    let names = types.reachable_from(roots.chain(outcome_types));
    errors.extend(name_collisions(contract, &names, operations));
    if !errors.is_empty() {
        return Err(errors);
    }
    let names = names.iter().map(|name| {
        let ident = format_ident!("{name}");
        if !reserved_names::is_public_item(name) {
            return quote!(#ident);
        }
        let mut alias = format!("{name}Schema");
        while types.has(&alias) {
            alias.push_str("Schema");
        }
        let alias = format_ident!("{alias}");
        quote!(#ident as #alias)
    });
    let builders = operations.iter().map(|operation| &operation.builder);
    let builders = builders.chain(outcomes.iter().filter_map(|outcome| outcome.name.as_ref()));
    let conversion_error = types.has_conversion_error().then(|| {
        quote!(
            pub use super::types::error::ConversionError;
        )
    });
    Ok(quote! {
        #written

        /// The part of this module that users of the client see.
        pub mod public {
            pub use super::types::{#(#names),*};
            #conversion_error
            pub use super::{#(#builders),*};
        }
    })
}

/// Returns the errors of all operations whose names the client already has.
fn name_collisions(
    contract: &Contract,
    types: &BTreeSet<String>,
    operations: &[Operation<'_>],
) -> Vec<ContractError> {
    let mut errors = Vec::new();
    let mut builders = BTreeSet::new();
    for operation in operations {
        let (name, builder) = (operation.name.to_string(), operation.builder.to_string());
        let collides = reserved_names::is_client_method(&name)
            || reserved_names::is_public_item(&builder)
            || types.contains(&builder)
            || !builders.insert(builder.clone());
        if collides {
            let message = format!(
                "the operation name `{name}`, because the client already has a \
                 `{name}` or a `{builder}`"
            );
            let message = Limit::Generator.message(message);
            errors.push(contract.error(&child(&operation.pointer, "operationId"), message));
        }
    }
    errors
}

/// Returns all identifiers, however deep they are nested.
fn idents(tokens: TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Group(group) => found.extend(idents(group.stream())),
            other => found.push(other.to_string()),
        }
    }
    found
}

struct Builder<'b, 'a> {
    contract: &'b Contract,
    types: &'b Types<'a>,
    operation: &'b Operation<'a>,
    /// The successful responses, if their bodies depend on the status.
    success: Option<Outcome>,
    /// The documented error responses, if their bodies depend on the status.
    error: Option<Outcome>,
}

impl<'b, 'a> Builder<'b, 'a> {
    fn new(contract: &'b Contract, types: &'b Types<'a>, operation: &'b Operation<'a>) -> Self {
        let (success, error) = (sending::success(operation), sending::error(operation));
        Builder { contract, types, operation, success, error }
    }

    /// Returns the types of responses whose bodies depend on the status.
    fn into_outcomes(self) -> impl Iterator<Item = Outcome> {
        self.success.into_iter().chain(self.error)
    }

    fn build(&self) -> TokenStream {
        let Operation { name, builder, constant, method, path, summary, .. } = self.operation;
        let output = self.output();
        let content_type = match media_types::content_type(self.contract, &self.operation.pointer) {
            Some((_, Some(name))) => quote!(Some(#name)),
            _ => quote!(None),
        };
        let security = security::alternatives(self.contract, &self.operation.pointer);
        let id = name.to_string();
        let described = format!(" `{method} {path}`");
        let started = format!(" A request builder for `{id}`. [`Self::send`] sends the request.");
        let (arguments, taken): (Vec<_>, Vec<_>) =
            self.operation.inputs().partition(|input| input.presence == Presence::Required);
        let setters: TokenStream = taken.iter().map(|input| self.setter(input)).collect();
        let idents: Vec<_> = arguments.iter().map(|input| &input.method).collect();
        let types: Vec<_> = arguments.iter().map(|input| &input.ty).collect();
        let accepted: Vec<_> = types.iter().map(|ty| accepted(ty)).collect();
        let converted = arguments.iter().map(|Input { method, name, ty, .. }| match is_plain(ty) {
            true => quote!(Some(#method)),
            false => quote!(invalid.convert(#name, #method)),
        });
        let slots: Vec<_> = arguments.iter().map(|input| &input.slot).collect();
        let optional: Vec<_> = taken.iter().map(|input| &input.slot).collect();
        let optional_types: Vec<_> = taken.iter().map(|input| slot_type(input)).collect();
        let whole = self.whole();
        let whole_argument = whole.map(|ty| quote!(body: impl crate::Argument<#ty>,));
        let whole_value = whole.map(|_| quote!(body: invalid.convert("body", body),));
        let whole_slot = whole.map(|ty| quote!(body: ::std::option::Option<#ty>,));
        let converts = whole.is_some() || types.iter().any(|ty| !is_plain(ty));
        let mutable = converts.then(|| quote!(mut));
        let outcomes = [&self.success, &self.error].into_iter().flatten().map(|one| &one.items);
        let (request, send, checked) = (self.request(), self.send(), self.check_method());
        let stream = self.operation.pages.as_ref().map(|pages| self.stream(pages));
        quote! {
            #[doc = #described]
            pub const #constant: crate::operation::Operation =
                crate::operation::Operation {
                    id: #id,
                    method: #method,
                    path: #path,
                    content_type: #content_type,
                    security: #security,
                };

            impl crate::Client {
                #summary
                ///
                /// `send` reports all arguments that the contract does not allow, in one error.
                pub fn #name(&self, #(#idents: #accepted,)* #whole_argument) -> #builder {
                    let #mutable invalid = crate::argument::InvalidArguments::default();
                    #builder {
                        client: self.clone(),
                        #(#slots: #converted,)*
                        #(#optional: Default::default(),)*
                        #whole_value
                        invalid,
                    }
                }
            }

            #(#outcomes)*

            #[doc = #started]
            #[must_use = "only `send` sends the request"]
            #[derive(Debug)]
            pub struct #builder {
                client: crate::Client,
                #(#slots: ::std::option::Option<#types>,)*
                #(#optional: #optional_types,)*
                #whole_slot
                invalid: crate::argument::InvalidArguments,
            }

            impl #builder {
                #setters
                #request

                /// Sends the request.
                ///
                /// # Errors
                ///
                /// An invalid argument is rejected before anything is sent. See [`crate::Error`] for
                /// the rest.
                pub async fn send(self) -> crate::Result<#output> {
                    self.send_with_response().await.map(crate::Response::into_value)
                }

                #send
                #stream
                #checked
            }
        }
    }

    /// Returns the type of a body that is passed as a whole.
    fn whole(&self) -> Option<&Type> {
        let body = self.operation.body.as_ref()?;
        body.fields.is_none().then_some(&body.ty)
    }

    /// Returns the fields of a body that is an object.
    fn fields(&self) -> Option<(&Type, &[Input])> {
        let Body { ty, fields, .. } = self.operation.body.as_ref()?;
        Some((ty, fields.as_ref()?))
    }

    /// Returns an error for each input whose name the builder already has.
    fn name_conflicts(&self) -> Vec<ContractError> {
        let mut fields = BTreeSet::from(BUILDER_FIELDS.map(str::to_owned));
        let mut methods = BTreeSet::from(BUILDER_METHODS.map(str::to_owned));
        let mut arguments = BTreeSet::new();
        if self.whole().is_some() {
            fields.insert("body".to_owned());
            arguments.insert("body".to_owned());
        }
        let mut errors = Vec::new();
        for input in self.operation.inputs() {
            let (kind, names, known) = match input.presence {
                Presence::Required => ("arguments", vec![input.method.to_string()], &mut arguments),
                _ => ("methods", input.methods(), &mut methods),
            };
            // Every name is inserted, so that each conflict is found.
            let conflicts: Vec<_> =
                names.into_iter().filter(|name| !known.insert(name.clone())).collect();
            let slot = input.slot.to_string();
            let message = match conflicts.first() {
                Some(name) => format!("two {kind} with the name `{name}`"),
                None if !fields.insert(slot.clone()) => {
                    format!("the input `{slot}`, because another input has this name")
                }
                None => continue,
            };
            let pointer = input.schema.trim_end_matches("/schema");
            errors.push(self.contract.error(pointer, Limit::Generator.message(message)));
        }
        errors
    }
}

/// Returns the type of the slot of an input that need not be given.
fn slot_type(input: &Input) -> TokenStream {
    let ty = &input.ty;
    match input.presence {
        Presence::Clearable => quote!(crate::Patch<#ty>),
        _ => quote!(::std::option::Option<#ty>),
    }
}

/// Returns the type that a method accepts for a value: for numbers and booleans the type itself, so that
/// the compiler infers the type of a literal and does not convert a boolean to a number.
fn accepted(ty: &Type) -> TokenStream {
    match is_plain(ty) {
        true => quote!(#ty),
        false => quote!(impl crate::Argument<#ty>),
    }
}

/// Returns true for the types of numbers and booleans.
fn is_plain(ty: &Type) -> bool {
    let name = last_segment(ty).map(ToString::to_string);
    matches!(name.as_deref(), Some("i64" | "f64" | "bool"))
}
