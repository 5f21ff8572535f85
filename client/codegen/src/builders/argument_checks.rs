//! The method of a request builder that checks its inputs against the contract.

use agenthuman_contract::Contract;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::{Builder, slot_type};
use crate::operations::{Input, Presence};
use crate::rewrite::bounds;
use crate::types::{is_time, last_segment, unknown_variant};

impl Builder<'_, '_> {
    /// Returns the method that checks the inputs and assembles the body.
    pub(super) fn check_method(&self) -> TokenStream {
        let required = self.operation.inputs().filter(|one| one.presence == Presence::Required);
        let required = required.map(|input| input.slot.clone());
        let whole = self.whole().map(|_| format_ident!("body"));
        let required: Vec<_> = required.chain(whole.clone()).collect();
        let slots = self.operation.inputs().map(|input| input.slot.clone()).chain(whole);
        let checks: Vec<_> =
            self.operation.inputs().filter_map(|input| self.check(input)).collect();
        let mutable = (!checks.is_empty()).then(|| quote!(mut));
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
            /// Returns the inputs, or an error with all those that the contract does not allow.
            fn check(self) -> crate::Result<(#(#types,)*)> {
                let Self { client: _, #(#slots,)* #mutable invalid } = self;
                #(#checks)*
                let ((#(Some(#required),)*), true) = ((#(#required,)*), invalid.is_empty()) else {
                    return Err(invalid.into_error());
                };
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
            Presence::Required | Presence::Optional => quote!(#slot.as_ref()),
            Presence::Clearable => quote!(#slot.value()),
        };
        if self.types.item(ty).is_some_and(|item| unknown_variant(item).is_some()) {
            return Some(quote! {
                let unlisted = #value.filter(|value| value.is_unknown()).map(AsRef::as_ref);
                invalid.check(#name, crate::argument::check_listed(unlisted, <#ty>::VALUES));
            });
        }
        let check = match &*last_segment(ty)?.to_string() {
            "DateTime" if is_time(ty) => quote!(check_year(#value)),
            "i64" => {
                let (minimum, maximum) = bounds(self.contract, schema);
                if (minimum, maximum) == (None, None) {
                    return None;
                }
                let (minimum, maximum) = (minimum.unwrap_or(i64::MIN), maximum.unwrap_or(i64::MAX));
                quote!(check_range(#value, #minimum..=#maximum))
            }
            "f64" => {
                let (lower, upper) = number_bounds(self.contract, schema);
                quote!(check_number(#value, (#lower, #upper)))
            }
            "Vec" => {
                let (least, most) = item_bounds(self.contract, schema)?;
                quote!(check_count(#value.map(Vec::len), #least..=#most))
            }
            _ => return None,
        };
        Some(quote!(invalid.check(#name, crate::argument::#check);))
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
