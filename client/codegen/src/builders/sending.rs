//! The methods of a request builder that send the request and read the responses.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::Builder;
use crate::operations::{Operation, Pages, Presence};
use crate::responses::{Outcome, outcome};
use crate::types::last_segment;

impl Builder<'_, '_> {
    /// Returns the slots of all that progenitor's method takes, in its order.
    pub(super) fn inputs(&self) -> Vec<Ident> {
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
        let finish = match &self.success {
            Some(Outcome { read, .. }) => quote!(call.finish_as(response, #read)?),
            None => quote!(call.finish(response)?),
        };
        quote! {
            let (http, call) = start_call(&client, &#constant);
            let response = http.#name(#(#parameters,)* #body).await;
            let response = #finish;
        }
    }

    /// Returns the type that `send` returns.
    pub(super) fn output(&self) -> TokenStream {
        match &self.success {
            Some(outcome) => outcome.ty.clone(),
            None => self.operation.output.clone(),
        }
    }

    pub(super) fn send(&self) -> TokenStream {
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
                let client = self.client.clone();
                let (#(#inputs,)*) = self.check()?;
                #call
                Ok(response.map(|value| value #unwrap))
            }

            /// Sends the request and blocks the thread until the call ends.
            ///
            /// # Errors
            ///
            /// As [`Self::send`].
            #[cfg(feature = "blocking")]
            pub fn send_blocking(self) -> crate::Result<#output> {
                crate::blocking::wait(self.send())
            }

            /// Sends the request as [`Self::send_with_response`] does, and blocks the thread until the
            /// call ends.
            ///
            /// # Errors
            ///
            /// As [`Self::send`].
            #[cfg(feature = "blocking")]
            pub fn send_with_response_blocking(self) -> crate::Result<crate::Response<#output>> {
                crate::blocking::wait(self.send_with_response())
            }
        }
    }

    pub(super) fn stream(&self, pages: &Pages) -> TokenStream {
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
            ) -> impl ::futures_core::Stream<Item = crate::Result<#item>> + Send + 'static {
                #limit
                let client = self.client.clone();
                crate::pages::items(self.check(), move |(#(#inputs,)*)| {
                    let client = client.clone();
                    async move {
                        #call
                        let page = response.into_value();
                        let next = match crate::pages::cursor(page.#next) {
                            Some(next) => Some((#(#following,)*)),
                            None => None,
                        };
                        Ok((page.#items, next))
                    }
                })
            }

            #[doc = #described]
            ///
            /// The iterator is [`Self::stream`] for programs without a tokio runtime: it blocks the
            /// thread while it requests a page.
            ///
            /// # Errors
            ///
            /// As [`Self::stream`].
            #[cfg(feature = "blocking")]
            pub fn iter_blocking(self) -> impl Iterator<Item = crate::Result<#item>> + Send + 'static {
                crate::blocking::items(self.stream())
            }
        }
    }
}

/// Returns the successful responses, if their bodies depend on the status.
pub fn success(operation: &Operation<'_>) -> Option<Outcome> {
    let name = &operation.name;
    let docs = format!(" A successful response of `{name}`.");
    let responses = operation.responses.successes.as_ref()?;
    let ident = format_ident!("{}Response", operation.builder);
    Some(outcome(responses, ident, format_ident!("read_{name}_response"), &docs))
}

/// Returns the documented error responses, if their bodies depend on the status.
pub fn error(operation: &Operation<'_>) -> Option<Outcome> {
    let name = &operation.name;
    let docs = format!(" The documented body of an error response of `{name}`.");
    let responses = operation.responses.errors.as_ref().filter(|all| all.len() > 1)?;
    let ident = format_ident!("{}Error", operation.builder);
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
