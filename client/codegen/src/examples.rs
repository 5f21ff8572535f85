//! The examples of the contract as values of the generated types, for the tests of the client's users.

use std::collections::BTreeMap;

use agenthuman_contract::{Contract, child};
use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{Fields, Item};

use crate::types::Types;

/// The beginning of the pointers of schemas that have names.
const SCHEMAS: &str = "/components/schemas/";

/// The greatest depth of a schema that is searched; a schema can contain itself.
const MAX_DEPTH: usize = 64;

/// Returns a function `example` for each object of which the contract has an example.
pub fn examples(contract: &Contract, types: &Types<'_>) -> TokenStream {
    let mut examples = Examples { contract, found: BTreeMap::new() };
    examples.search("", contract.document());
    let named: BTreeMap<_, _> = examples
        .found
        .iter()
        .map(|(component, (_, value))| (component.to_upper_camel_case(), value))
        .collect();
    let functions = types.iter().filter_map(|item| {
        let Item::Struct(item) = item else { return None };
        let value = named.get(&item.ident.to_string())?;
        if !value.is_object() || !matches!(item.fields, Fields::Named(_)) {
            return None;
        }
        let (ident, text) = (&item.ident, value.to_string());
        let problem = format!("the example of `{ident}` conforms to the contract");
        Some(quote! {
            #[cfg(feature = "test-util")]
            impl types::#ident {
                /// Returns the example of the contract, for tests. Its fields can be changed.
                pub fn example() -> Self {
                    ::serde_json::from_str(#text).expect(#problem)
                }
            }
        })
    });
    functions.collect()
}

struct Examples<'a> {
    contract: &'a Contract,
    /// The example of each named schema, and the pointer where it was found.
    found: BTreeMap<String, (String, Value)>,
}

impl Examples<'_> {
    /// Searches a part of the document for media types with examples.
    fn search(&mut self, pointer: &str, part: &Value) {
        match part {
            Value::Object(members) => {
                if members.contains_key("schema") {
                    let schema = child(pointer, "schema");
                    if let Some(example) = members.get("example") {
                        self.record(&schema, example, 0);
                    }
                    for name in
                        members.get("examples").and_then(Value::as_object).into_iter().flatten()
                    {
                        let at = child(&child(pointer, "examples"), name.0);
                        if let Ok((_, example)) = self.contract.resolve(&at) {
                            self.record(&schema, &example["value"], 0);
                        }
                    }
                }
                for (key, member) in members {
                    self.search(&child(pointer, key), member);
                }
            }
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    self.search(&format!("{pointer}/{number}"), item);
                }
            }
            _ => {}
        }
    }

    /// Records an example of a schema, and its parts as examples of the schemas that it refers to.
    fn record(&mut self, pointer: &str, example: &Value, depth: usize) {
        let Ok((resolved, schema)) = self.contract.resolve(pointer) else { return };
        if depth > MAX_DEPTH {
            return;
        }
        if let Some(name) = resolved.strip_prefix(SCHEMAS) {
            // Which example is taken must not depend on the order in which a map is read.
            let found = (pointer.to_owned(), example.clone());
            let known = self.found.entry(name.to_owned()).or_insert_with(|| found.clone());
            if found.0 < known.0 {
                *known = found;
            }
        }
        for (key, value) in example.as_object().into_iter().flatten() {
            if schema["properties"].get(key).is_some() {
                self.record(&child(&child(&resolved, "properties"), key), value, depth + 1);
            }
        }
        if let Some(first) = example.as_array().and_then(|items| items.first()) {
            self.record(&child(&resolved, "items"), first, depth + 1);
        }
        let parts = schema["allOf"].as_array().map_or(0, Vec::len);
        for number in 0..parts {
            self.record(&format!("{resolved}/allOf/{number}"), example, depth + 1);
        }
    }
}
