//! The request builder of each operation:
//! `client.update_thing(id).name("x").clear_expires_at().send()`.
//!
//! Required arguments are arguments of the client's method. Each optional field of the body has a
//! setter, and a clearable field has a `clear_…` method too.

use std::collections::BTreeSet;

use agenthuman_contract::{Contract, ContractError, child};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::operations::{BodyField, Operation, Output};
use crate::reserved_names::{self, BUILDER_METHODS};
use crate::rewrite::bounds;
use crate::types::{Types, last_segment, unknown_variant};

/// Returns the code of all request builders, and the module of the public types.
///
/// # Errors
///
/// All names of the contract that collide with names of the client.
pub fn builders(
    contract: &Contract,
    types: &Types<'_>,
    operations: &[Operation<'_>],
) -> Result<TokenStream, Vec<ContractError>> {
    let generator = BuilderGenerator { contract, types };
    let names = public_types(types, operations);
    let mut errors = name_collisions(contract, &names, operations);
    let mut builders = TokenStream::new();
    for operation in operations {
        match generator.builder(operation) {
            Ok(builder) => builders.extend(builder),
            Err(found) => errors.extend(found),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let names = names.iter().map(|name| format_ident!("{name}"));
    let builder_names = operations.iter().map(|operation| &operation.builder);
    Ok(quote! {
        #builders

        /// The generated part of the public API.
        pub mod public {
            pub use super::types::{#(#names),*};
            pub use super::types::error::ConversionError;
            pub use super::{#(#builder_names),*};
        }
    })
}

/// Returns the names of the types that occur in the signatures of operations, directly or in other
/// types.
fn public_types(types: &Types<'_>, operations: &[Operation<'_>]) -> BTreeSet<String> {
    let roots = operations.iter().flat_map(|operation| {
        let arguments = operation.arguments.iter().map(|(_, ty)| ty);
        let tokens = arguments.chain([&operation.output.ty]).cloned().flatten();
        let body = last_segment(operation.body).map(Ident::to_string);
        tokens.map(|token| token.to_string()).chain(body).collect::<Vec<_>>()
    });
    types.reachable_from(roots)
}

/// Returns the errors of all types and operations whose names the client already has.
fn name_collisions(
    contract: &Contract,
    types: &BTreeSet<String>,
    operations: &[Operation<'_>],
) -> Vec<ContractError> {
    let reserved_types = types.iter().filter(|name| reserved_names::is_public_item(name));
    let mut errors: Vec<_> = reserved_types
        .map(|name| {
            let message = format!("not supported: a schema with the reserved name `{name}`");
            contract.error(&child("/components/schemas", name), message)
        })
        .collect();
    for operation in operations {
        let (name, builder) = (operation.name.to_string(), operation.builder.to_string());
        let collides = reserved_names::is_client_method(&name)
            || reserved_names::is_public_item(&builder)
            || types.contains(&builder);
        if collides {
            let message = format!(
                "not supported: the operation name `{name}`, because the client already has a \
                 `{name}` or a `{builder}`"
            );
            errors.push(contract.error(&child(&operation.pointer, "operationId"), message));
        }
    }
    errors
}

struct BuilderGenerator<'a> {
    contract: &'a Contract,
    types: &'a Types<'a>,
}

impl BuilderGenerator<'_> {
    fn builder(&self, operation: &Operation<'_>) -> Result<TokenStream, Vec<ContractError>> {
        let Operation { name, builder, constant, method, path, body, summary, .. } = operation;
        let id = name.to_string();
        let described = format!(" `{method} {path}`");
        let about = format!(" A request builder for `{id}`. [`Self::send`] sends the request.");
        let mut taken = BTreeSet::from(BUILDER_METHODS.map(str::to_owned));
        let (mut setters, mut checks, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for field in &operation.fields {
            let (names, methods) = self.setters(field);
            if let Some(name) = names.into_iter().find(|name| !taken.insert(name.clone())) {
                let message = format!("not supported: two methods with the name `{name}`");
                errors.push(self.contract.error(&field.pointer, message));
            }
            setters.push(methods);
            checks.extend(self.check(field));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let (names, types): (Vec<_>, Vec<_>) = operation.arguments.iter().cloned().unzip();
        let texts: Vec<_> = names.iter().map(|name| name.to_string()).collect();
        let Output { ty: output, access } = &operation.output;

        Ok(quote! {
            #[doc = #described]
            pub const #constant: crate::operation::Operation =
                crate::operation::Operation { id: #id, method: #method, path: #path };

            impl crate::Client {
                #summary
                ///
                /// `send` reports arguments that the contract does not allow.
                pub fn #name(&self, #(#names: impl crate::Argument<#types>),*) -> #builder<'_> {
                    #builder {
                        client: self,
                        #(#names: crate::argument::convert(#texts, #names),)*
                        body: Default::default(),
                        invalid: Default::default(),
                    }
                }
            }

            #[doc = #about]
            #[must_use = "only `send` sends the request"]
            #[derive(Debug)]
            pub struct #builder<'a> {
                client: &'a crate::Client,
                #(#names: crate::Result<#types>,)*
                body: #body,
                invalid: crate::argument::InvalidArguments,
            }

            impl #builder<'_> {
                #(#setters)*

                /// Returns the request body.
                pub fn request(&self) -> &#body {
                    &self.body
                }

                /// Replaces the whole request body.
                pub fn with_request(mut self, request: #body) -> Self {
                    self.body = request;
                    self.invalid = Default::default();
                    self
                }

                /// Sends the request.
                ///
                /// # Errors
                ///
                /// An invalid argument, or a body without any field, is rejected before the request
                /// is sent. See [`crate::Error`] for all other errors.
                pub async fn send(self) -> crate::Result<#output> {
                    self.send_with_response().await.map(crate::Response::into_value)
                }

                /// Sends the request and returns the response with its metadata: status, headers,
                /// request id and rate limit.
                ///
                /// # Errors
                ///
                /// The same as those of [`Self::send`].
                pub async fn send_with_response(self) -> crate::Result<crate::Response<#output>> {
                    let client = self.client;
                    let (#(#names,)* body,) = self.check()?;
                    let (client, call) = start_call(client, &#constant);
                    let result = client.#name(#(&#names,)* &body).await;
                    Ok(call.finish(result)?.map(|response| response #access))
                }

                /// Returns the arguments and the body, if the contract allows them.
                fn check(self) -> crate::Result<(#(#types,)* #body,)> {
                    #(let #names = self.#names?;)*
                    self.invalid.check()?;
                    #(#checks)*
                    if self.body == Default::default() {
                        return Err(crate::Error::empty_body());
                    }
                    Ok((#(#names,)* self.body,))
                }
            }
        })
    }

    /// Returns the methods that set and clear a field, and their names.
    fn setters(&self, field: &BodyField<'_>) -> (Vec<String>, TokenStream) {
        let (stem, clear) = (field.stem(), field.clear_method());
        let BodyField { field, ident, property, ty, clearable, .. } = field;
        let qualified = self.types.qualified(ty);
        let docs: Vec<_> =
            field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).collect();
        let wrap = if *clearable { quote!(crate::Patch::Value) } else { quote!(Some) };
        let assign = quote! {
            if let Some(value) = self.invalid.record(#property, value) {
                self.body.#ident = #wrap(value);
            }
            self
        };
        let mut names = vec![ident.to_string()];
        let mut methods = quote! {
            #(#docs)*
            pub fn #ident(mut self, #ident: impl crate::Argument<#qualified>) -> Self {
                let value = crate::argument::convert(#property, #ident);
                #assign
            }
        };
        if last_segment(ty).is_some_and(|name| name == "DateTime") {
            let relative = format_ident!("{}_in", stem.strip_suffix("_at").unwrap_or(&stem));
            let text = format!(" Sets `{property}` to the time after `duration` from now.");
            names.push(relative.to_string());
            methods.extend(quote! {
                #[doc = #text]
                ///
                /// The time is computed by this call, so that a retry sends the same time.
                pub fn #relative(mut self, duration: ::std::time::Duration) -> Self {
                    let time = self.client.time_after(duration);
                    let value = crate::argument::check_time(#property, time);
                    #assign
                }
            });
        }
        if let Some(clear) = clear {
            let text = format!(" Clears `{property}` by sending `null`.");
            names.push(clear.to_string());
            methods.extend(quote! {
                #[doc = #text]
                pub fn #clear(mut self) -> Self {
                    self.invalid.clear(#property);
                    self.body.#ident = crate::Patch::Null;
                    self
                }
            });
        }
        (names, methods)
    }

    /// Returns the check of a field for the constraints that its type does not enforce.
    fn check(&self, field: &BodyField<'_>) -> Option<TokenStream> {
        let BodyField { ident, property, pointer, ty, clearable, .. } = field;
        let value = match clearable {
            true => quote!(self.body.#ident.value()),
            false => quote!(self.body.#ident.as_ref()),
        };
        if self.types.item(ty).is_some_and(|item| unknown_variant(item).is_some()) {
            return Some(quote! {
                crate::argument::check_known(#property, #value.is_some_and(|value| value.is_unknown()))?;
            });
        }
        match &*last_segment(ty)?.to_string() {
            "DateTime" => Some(quote!(crate::argument::check_year(#property, #value)?;)),
            "i64" => {
                let (minimum, maximum) = bounds(self.contract, pointer);
                let (minimum, maximum) = (minimum.unwrap_or(i64::MIN), maximum.unwrap_or(i64::MAX));
                let is_bounded = (minimum, maximum) != (i64::MIN, i64::MAX);
                is_bounded.then(|| {
                    let bounds = quote!(#minimum..=#maximum);
                    quote!(crate::argument::check_range(#property, #value, #bounds)?;)
                })
            }
            _ => None,
        }
    }
}
