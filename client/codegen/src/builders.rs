//! The request builder of each operation:
//! `client.update_thing(id).name("x").clear_expires_at().send()`.
//!
//! Required inputs are arguments of the client's method, whether they are parameters or fields of the
//! body. Each optional input has a setter, and a clearable one a `clear_…` method too.

use std::collections::BTreeSet;

use agenthuman_contract::{Contract, ContractError, child};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, Type};

use crate::media_types;
use crate::operations::{Body, Input, Operation, Pages, Presence};
use crate::reserved_names::{self, BUILDER_FIELDS, BUILDER_METHODS};
use crate::responses::{Outcome, outcome};
use crate::rewrite::bounds;
use crate::security;
use crate::types::{Types, is_time, last_segment, unknown_variant};

/// Returns the builders of all operations, and the module that exports what users of the client see.
pub fn builders(
    contract: &Contract,
    types: &Types<'_>,
    operations: &[Operation<'_>],
) -> Result<TokenStream, Vec<ContractError>> {
    let (mut written, mut errors) = (TokenStream::new(), Vec::new());
    let mut outcomes = Vec::new();
    for operation in operations {
        let builder = Builder { contract, types, operation };
        errors.extend(builder.name_conflicts());
        written.extend(builder.build());
        outcomes.extend(builder.outcomes());
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
                "not supported: the operation name `{name}`, because the client already has a \
                 `{name}` or a `{builder}`"
            );
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
}

impl Builder<'_, '_> {
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
        let names: Vec<_> = arguments.iter().map(|input| &input.name).collect();
        let slots: Vec<_> = arguments.iter().map(|input| &input.slot).collect();
        let optional: Vec<_> = taken.iter().map(|input| &input.slot).collect();
        let optional_types: Vec<_> = taken.iter().map(|input| slot_type(input)).collect();
        let whole = self.whole();
        let whole_argument = whole.map(|ty| quote!(body: impl crate::Argument<#ty>,));
        let whole_value = whole.map(|_| quote!(body: crate::argument::convert("body", body),));
        let whole_slot = whole.map(|ty| quote!(body: crate::Result<#ty>,));
        let outcomes = self.outcomes().into_iter().map(|outcome| outcome.items);
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
                /// `send` reports arguments that the contract does not allow.
                pub fn #name(
                    &self,
                    #(#idents: impl crate::Argument<#types>,)*
                    #whole_argument
                ) -> #builder<'_> {
                    #builder {
                        client: self,
                        #(#slots: crate::argument::convert(#names, #idents),)*
                        #(#optional: Default::default(),)*
                        #whole_value
                        invalid: Default::default(),
                    }
                }
            }

            #(#outcomes)*

            #[doc = #started]
            #[must_use = "only `send` sends the request"]
            #[derive(Debug)]
            pub struct #builder<'a> {
                client: &'a crate::Client,
                #(#slots: crate::Result<#types>,)*
                #(#optional: #optional_types,)*
                #whole_slot
                invalid: crate::argument::InvalidArguments,
            }

            impl<'a> #builder<'a> {
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
                Some(name) => format!("not supported: two {kind} with the name `{name}`"),
                None if !fields.insert(slot.clone()) => {
                    format!("not supported: `{slot}` is the name of another input")
                }
                None => continue,
            };
            let pointer = input.schema.trim_end_matches("/schema");
            errors.push(self.contract.error(pointer, message));
        }
        errors
    }

    /// Returns the methods that set and clear one input.
    fn setter(&self, input: &Input) -> TokenStream {
        let Input { method, slot, name, ty, presence, docs, .. } = input;
        let wrap = match presence {
            Presence::Clearable => quote!(crate::Patch::Value),
            _ => quote!(Some),
        };
        let keep = quote! {
            if let Some(value) = self.invalid.record(#name, value) {
                self.#slot = #wrap(value);
            }
            self
        };
        let mut written = quote! {
            #(#docs)*
            pub fn #method(mut self, #method: impl crate::Argument<#ty>) -> Self {
                let value = crate::argument::convert(#name, #method);
                #keep
            }
        };
        if let Some(later) = input.later() {
            let text = format!(" Sets `{name}` to the time after `duration` from now.");
            written.extend(quote! {
                #[doc = #text]
                ///
                /// The time is computed by this call, so that a retry sends the same time.
                pub fn #later(mut self, duration: ::std::time::Duration) -> Self {
                    let value =
                        crate::argument::check_time(#name, self.client.time_after(duration));
                    #keep
                }
            });
        }
        if let Some(clear) = input.clear() {
            let text = format!(" Clears `{name}` by sending `null`.");
            written.extend(quote! {
                #[doc = #text]
                pub fn #clear(mut self) -> Self {
                    self.invalid.clear(#name);
                    self.#slot = crate::Patch::Null;
                    self
                }
            });
        }
        written
    }

    /// Returns the methods for a body that consists of optional fields, as a whole.
    fn request(&self) -> Option<TokenStream> {
        let (ty, fields) = self.fields()?;
        if fields.iter().any(|field| field.presence == Presence::Required) {
            return None;
        }
        let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
        let slots: Vec<_> = fields.iter().map(|field| &field.slot).collect();
        let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
        Some(quote! {
            /// Returns the body that [`Self::send`] sends.
            pub fn request(&self) -> #ty {
                #ty { #(#idents: self.#slots.clone(),)* }
            }

            /// Replaces the whole body.
            pub fn with_request(mut self, request: #ty) -> Self {
                #(
                    self.#slots = request.#idents;
                    self.invalid.clear(#names);
                )*
                self
            }
        })
    }

    /// Returns the slots of all that progenitor's method takes, in its order.
    fn inputs(&self) -> Vec<Ident> {
        let slots = self.operation.parameters.iter().map(|input| input.slot.clone());
        slots.chain(self.operation.body.iter().map(|_| format_ident!("body"))).collect()
    }

    /// Returns the call of progenitor's method with these inputs.
    fn call(&self) -> TokenStream {
        let Operation { name, constant, .. } = self.operation;
        let parameters = self.operation.parameters.iter().map(|input| {
            let slot = &input.slot;
            if let Some(delimiter) = input.delimiter {
                return match input.presence {
                    Presence::Required => {
                        quote!(&crate::argument::join(&#slot, #delimiter))
                    }
                    _ => quote! {
                        #slot.as_deref()
                            .map(|items| crate::argument::join(items, #delimiter))
                            .as_deref()
                    },
                };
            }
            let is_text = last_segment(&input.ty).is_some_and(|name| name == "String");
            match (input.presence, input.by_reference) {
                (Presence::Required, true) => quote!(&#slot),
                (Presence::Required, false) => quote!(#slot.clone()),
                (_, true) if is_text => quote!(#slot.as_deref()),
                (_, true) => quote!(#slot.as_ref()),
                (_, false) => quote!(#slot.clone()),
            }
        });
        let body = self.operation.body.as_ref().map(|body| match body.by_reference {
            true => quote!(&body),
            false => quote!(body.clone()),
        });
        let finish = match self.success() {
            Some(Outcome { read, .. }) => quote!(call.finish_as(response, #read)?),
            None => quote!(call.finish(response)?),
        };
        quote! {
            let (http, call) = start_call(client, &#constant);
            let response = http.#name(#(#parameters,)* #body).await;
            let response = #finish;
        }
    }

    /// Returns the type that `send` returns.
    fn output(&self) -> TokenStream {
        self.success().map_or_else(|| self.operation.output.clone(), |outcome| outcome.ty)
    }

    /// Returns the successful responses, if their bodies depend on the status.
    fn success(&self) -> Option<Outcome> {
        let name = &self.operation.name;
        let docs = format!(" A successful response of `{name}`.");
        let responses = self.operation.responses.successes.as_ref()?;
        let ident = format_ident!("{}Response", self.operation.builder);
        Some(outcome(responses, ident, format_ident!("read_{name}_response"), &docs))
    }

    /// Returns the documented error responses, if their bodies depend on the status.
    fn error(&self) -> Option<Outcome> {
        let name = &self.operation.name;
        let docs = format!(" The documented body of an error response of `{name}`.");
        let responses = self.operation.responses.errors.as_ref().filter(|all| all.len() > 1)?;
        let ident = format_ident!("{}Error", self.operation.builder);
        let mut outcome = outcome(responses, ident, format_ident!("read_{name}_error"), &docs);
        if let Some(name) = &outcome.name {
            let read = &outcome.read;
            outcome.items.extend(quote! {
                impl #name {
                    /// Reads the body of an error response. Returns `None` if there was no
                    /// response, or if its status or its body is not the documented one.
                    pub fn of(error: &crate::Error) -> ::std::option::Option<Self> {
                        let body = ::bytes::Bytes::copy_from_slice(error.body()?);
                        #read(error.status()?, &body)?.ok()
                    }
                }
            });
        }
        Some(outcome)
    }

    /// Returns the types of responses whose bodies depend on the status.
    fn outcomes(&self) -> Vec<Outcome> {
        self.success().into_iter().chain(self.error()).collect()
    }

    fn send(&self) -> TokenStream {
        let (output, unwrap) = (self.output(), &self.operation.unwrap);
        let (inputs, call) = (self.inputs(), self.call());
        quote! {
            /// Sends the request. The value comes with the status, the headers, the request id and
            /// the rate limit of the response.
            ///
            /// # Errors
            ///
            /// As [`Self::send`].
            pub async fn send_with_response(self) -> crate::Result<crate::Response<#output>> {
                let client = self.client;
                let (#(#inputs,)*) = self.check()?;
                #call
                Ok(response.map(|value| value #unwrap))
            }
        }
    }

    fn stream(&self, pages: &Pages) -> TokenStream {
        let Pages { cursor, limit, next, items, item, .. } = pages;
        let (inputs, call) = (self.inputs(), self.call());
        let name = cursor.to_string();
        let limit = limit.as_ref().map(|(slot, largest)| {
            quote! {
                self.#slot.get_or_insert(#largest);
            }
        });
        let described = format!(
            " Returns the {} of all pages, one by one.",
            format_args!("`{}`", pages.members[0])
        );
        let mutable = limit.as_ref().map(|_| quote!(mut));
        let following = inputs.iter().map(|input| match input == cursor {
            true => quote!(Some(crate::argument::convert(#name, next)?)),
            false => quote!(#input),
        });
        quote! {
            #[doc = #described]
            ///
            /// The stream requests a page when the items before it have been read, and waits for the
            /// rate limit like any other call. It begins at the cursor, if one is set. To continue
            /// later, read single pages with [`Self::send`] and keep the cursor of the next one.
            ///
            /// # Errors
            ///
            /// The first error ends the stream. It is one of those of [`Self::send`], or
            /// [`crate::ErrorKind::UnexpectedResponse`] if a page repeats the cursor that it was
            /// requested with.
            pub fn stream(
                #mutable self,
            ) -> impl ::futures_core::Stream<Item = crate::Result<#item>> + Send + 'a {
                #limit
                let client = self.client;
                crate::pages::items(self.check(), move |(#(#inputs,)*)| async move {
                    #call
                    let page = response.into_value();
                    let next = match crate::pages::cursor(page.#next) {
                        Some(next) => Some((#(#following,)*)),
                        None => None,
                    };
                    Ok((page.#items, next))
                })
            }
        }
    }

    /// Returns the method that checks the inputs and assembles the body.
    fn check_method(&self) -> TokenStream {
        let required = self.operation.inputs().filter(|one| one.presence == Presence::Required);
        let required: Vec<_> = required.map(|input| &input.slot).collect();
        let whole = self.whole().map(|_| quote!(let body = self.body?;));
        let optional = self.operation.inputs().filter(|one| one.presence != Presence::Required);
        let optional: Vec<_> = optional.map(|input| &input.slot).collect();
        let checks = self.operation.inputs().filter_map(|input| self.check(input));
        let parameter_types = self.operation.parameters.iter().map(|input| match input.presence {
            Presence::Required => {
                let ty = &input.ty;
                quote!(#ty)
            }
            _ => slot_type(input),
        });
        let body_type = self.operation.body.as_ref().map(|body| &body.ty);
        let types: Vec<_> = parameter_types.chain(body_type.map(|ty| quote!(#ty))).collect();
        let empty = self.operation.rejects_empty_body().then(|| {
            quote! {
                if body == Default::default() {
                    return Err(crate::Error::empty_body());
                }
            }
        });
        let body = self.fields().map(|(ty, fields)| {
            let (idents, slots) =
                (fields.iter().map(|one| &one.ident), fields.iter().map(|one| &one.slot));
            quote!(let body = #ty { #(#idents: #slots,)* };)
        });
        let inputs = self.inputs();
        quote! {
            /// Returns the inputs, if the contract allows them.
            fn check(self) -> crate::Result<(#(#types,)*)> {
                #(let #required = self.#required?;)*
                #whole
                self.invalid.check()?;
                #(let #optional = self.#optional;)*
                #(#checks)*
                #body
                #empty
                Ok((#(#inputs,)*))
            }
        }
    }

    /// Returns the check of an input against the contract, if its type does not guarantee it.
    fn check(&self, input: &Input) -> Option<TokenStream> {
        let Input { slot, name, schema, ty, presence, .. } = input;
        let value = match presence {
            Presence::Required => quote!(Some(&#slot)),
            Presence::Optional => quote!(#slot.as_ref()),
            Presence::Clearable => quote!(#slot.value()),
        };
        if self.types.item(ty).is_some_and(|item| unknown_variant(item).is_some()) {
            return Some(quote! {
                crate::argument::check_known(#name, #value.is_some_and(|value| value.is_unknown()))?;
            });
        }
        match &*last_segment(ty)?.to_string() {
            "DateTime" if is_time(ty) => Some(quote!(crate::argument::check_year(#name, #value)?;)),
            "i64" => {
                let (minimum, maximum) = bounds(self.contract, schema);
                let (minimum, maximum) = (minimum.unwrap_or(i64::MIN), maximum.unwrap_or(i64::MAX));
                let unbounded = (minimum, maximum) == (i64::MIN, i64::MAX);
                (!unbounded).then(
                    || quote!(crate::argument::check_range(#name, #value, #minimum..=#maximum)?;),
                )
            }
            "f64" => {
                let (lower, upper) = number_bounds(self.contract, schema);
                Some(quote!(crate::argument::check_number(#name, #value, (#lower, #upper))?;))
            }
            "Vec" => {
                let (least, most) = item_bounds(self.contract, schema)?;
                Some(quote! {
                    crate::argument::check_count(#name, #value.map(Vec::len), #least..=#most)?;
                })
            }
            _ => None,
        }
    }
}

/// Returns the bounds of a number, as values of `std::ops::Bound`.
fn number_bounds(contract: &Contract, pointer: &str) -> (TokenStream, TokenStream) {
    let schema = contract.resolve(pointer).map(|(_, schema)| schema);
    let bound = |key: &str, exclusive: &str| {
        let schema = schema.as_ref().ok();
        let Some(bound) = schema.and_then(|schema| schema[key].as_f64()) else {
            return quote!(::std::ops::Bound::Unbounded);
        };
        match schema.is_some_and(|schema| schema[exclusive] == Value::Bool(true)) {
            true => quote!(::std::ops::Bound::Excluded(#bound)),
            false => quote!(::std::ops::Bound::Included(#bound)),
        }
    };
    (bound("minimum", "exclusiveMinimum"), bound("maximum", "exclusiveMaximum"))
}

/// Returns the least and the greatest number of items of an array, if there are bounds.
fn item_bounds(contract: &Contract, pointer: &str) -> Option<(usize, usize)> {
    let (_, schema) = contract.resolve(pointer).ok()?;
    let bound = |key: &str| schema[key].as_u64().and_then(|bound| usize::try_from(bound).ok());
    match (bound("minItems"), bound("maxItems")) {
        (None, None) => None,
        (least, most) => Some((least.unwrap_or(0), most.unwrap_or(usize::MAX))),
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
