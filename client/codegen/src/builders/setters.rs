//! The methods of a request builder that set and clear its inputs.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Builder, accepted, is_plain};
use crate::operations::{Input, Presence};

impl Builder<'_, '_> {
    /// Returns the methods that set and clear one input.
    pub(super) fn setter(&self, input: &Input) -> TokenStream {
        let Input { method, slot, name, ty, presence, docs, .. } = input;
        let wrap = match presence {
            Presence::Clearable => quote!(crate::Patch::Value),
            _ => quote!(Some),
        };
        let keep = |value: TokenStream| match is_plain(ty) {
            true => quote!(self.#slot = #wrap(#method);),
            false => quote! {
                if let Some(value) = self.invalid.#value {
                    self.#slot = #wrap(value);
                }
            },
        };
        let accepted = accepted(ty);
        let kept = keep(quote!(convert(#name, #method)));
        let maybe = input.maybe();
        let text = format!(" Sets `{name}`, unless the value is `None`.");
        let mut written = quote! {
            #(#docs)*
            pub fn #method(mut self, #method: #accepted) -> Self {
                #kept
                self
            }

            #[doc = #text]
            pub fn #maybe(self, #method: ::std::option::Option<#accepted>) -> Self {
                match #method {
                    Some(value) => self.#method(value),
                    None => self,
                }
            }
        };
        if let Some(later) = input.later() {
            let text = format!(" Sets `{name}` to the time after `duration` from now.");
            let kept = keep(quote! {
                record(#name, crate::argument::check_time(self.client.time_after(duration)))
            });
            written.extend(quote! {
                #[doc = #text]
                ///
                /// The time is computed by this call, so that a retry sends the same time.
                pub fn #later(mut self, duration: ::std::time::Duration) -> Self {
                    #kept
                    self
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
    pub(super) fn request(&self) -> Option<TokenStream> {
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
}
