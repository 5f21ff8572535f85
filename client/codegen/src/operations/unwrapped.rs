//! The value in the envelope of a response.

use std::collections::BTreeSet;

use agenthuman_contract::child;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{Field, Type};

use super::reader::Reader;
use crate::rewrite::property_name;

impl Reader<'_, '_> {
    /// Returns the type that `send` returns, and the way to it.
    ///
    /// An envelope, one property beside constant ones, is unwrapped.
    pub(super) fn unwrapped(&self, operation: &str, value: &Type) -> (TokenStream, TokenStream) {
        let constants = self.constants(operation);
        let fields: Vec<_> = self
            .types
            .structure(value)
            .iter()
            .flat_map(|item| &item.fields)
            .filter(|field| field.ident.as_ref().is_some_and(|ident| ident != "unknown_fields"))
            .collect();
        let (constant, other): (Vec<&Field>, Vec<&Field>) =
            fields.iter().partition(|field| constants.contains(&property_name(field)));
        match other.as_slice() {
            [field] if !constant.is_empty() => {
                let (ident, ty) = (&field.ident, self.types.qualified(&field.ty));
                (quote!(#ty), quote!(.#ident))
            }
            _ => (quote!(#value), quote!()),
        }
    }

    /// Returns the properties of the successful response that have the same value in each response: an
    /// `enum` of one value, or a boolean with the name `success`.
    fn constants(&self, operation: &str) -> BTreeSet<String> {
        let responses = child(operation, "responses");
        let statuses = self.contract.get(&responses).and_then(Value::as_object);
        let statuses = statuses.into_iter().flatten().map(|(status, _)| status);
        let properties = statuses.filter(|status| status.starts_with('2')).find_map(|status| {
            let response = child(&responses, status);
            let (at, _) = self.contract.resolve(&response).ok()?;
            let schema = format!("{at}/content/application~1json/schema");
            self.contract.resolve(&schema).ok()?.1["properties"].as_object().cloned()
        });
        let is_constant = |name: &str, schema: &Value| {
            let values = schema["enum"].as_array().map(Vec::len);
            values == Some(1) || name == "success" && schema["type"] == "boolean"
        };
        let constant = properties.into_iter().flatten();
        constant.filter(|(name, one)| is_constant(name, one)).map(|(name, _)| name).collect()
    }
}
