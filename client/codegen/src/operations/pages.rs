//! The pagination of an operation.

use agenthuman_contract::{ContractError, child};
use quote::quote;
use serde_json::json;
use syn::{Field, Type};

use super::reader::Reader;
use super::{Input, Pages};
use crate::prepare::DROPSHOT_PAGINATION;
use crate::rewrite::{argument, property_name};

/// The extension by which a contract marks an operation that answers page by page.
const PAGINATION: &str = "x-pagination";

impl Reader<'_, '_> {
    pub(super) fn pages(
        &self,
        operation: &str,
        value: &Type,
        parameters: &[Input],
    ) -> Result<Option<Pages>, ContractError> {
        let mut pointer = child(operation, PAGINATION);
        let extension = match self.contract.get(&pointer) {
            Some(extension) => extension.clone(),
            None => {
                pointer = child(operation, DROPSHOT_PAGINATION);
                if self.contract.get(&pointer).is_none() {
                    return Ok(None);
                }
                json!({ "cursor": "page_token", "next": "next_page", "items": "items" })
            }
        };
        let wrong = |key: &str, what: &str| {
            self.contract.error(&child(&pointer, key), format!("`{key}` must name {what}"))
        };
        let parameter = |key: &str| {
            let name = extension[key].as_str();
            parameters.iter().find(|one| Some(one.name.as_str()) == name)
        };
        let cursor = parameter("cursor").ok_or_else(|| wrong("cursor", "a query parameter"))?;
        let limit = match extension.get("limit") {
            None => None,
            Some(_) => {
                let input =
                    parameter("limit").ok_or_else(|| wrong("limit", "a query parameter"))?;
                let schema = self.contract.resolve(&input.schema)?.1;
                let largest = schema["maximum"].as_i64();
                let what = "a parameter with a `maximum`";
                Some((input.ident.clone(), largest.ok_or_else(|| wrong("limit", what))?))
            }
        };
        let member = |key: &str| {
            let name = extension[key].as_str();
            let fields = self.types.structure(value).map(|item| &item.fields);
            let mut fields = fields.into_iter().flatten();
            fields.find(|field| Some(property_name(field).as_str()) == name)
        };
        let next = member("next").ok_or_else(|| wrong("next", "a property of the response"))?;
        let items = member("items").ok_or_else(|| wrong("items", "a property of the response"))?;
        let item = argument(&items.ty, "Vec").map(|ty| self.types.qualified(ty));
        let item = item.ok_or_else(|| wrong("items", "an array"))?;
        let ident = |field: &Field, key: &str| {
            field.ident.clone().ok_or_else(|| wrong(key, "a property of the response"))
        };
        Ok(Some(Pages {
            cursor: cursor.ident.clone(),
            limit,
            next: ident(next, "next")?,
            items: ident(items, "items")?,
            item: quote!(#item),
            members: [property_name(items), property_name(next)],
        }))
    }
}
