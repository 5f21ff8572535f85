//! The error type of an operation: the response when Dropshot itself fails.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::documented::{DocumentedResponse, ResponseBody, json_content};
use super::generator::OperationGenerator;
use crate::source::literal;
use agenthuman_contract::child;

/// The largest number of values in a minimal value. A schema may contain itself.
const MAX_MINIMAL_VALUES: usize = 200;

impl OperationGenerator<'_, '_> {
    /// Returns the type of the errors that Dropshot itself raises.
    ///
    /// The type is Dropshot's own if the contract documents its body. Otherwise the response is the
    /// documented example for status 500, or without an example, a minimal value of its schema.
    pub(super) fn error_type(
        &mut self,
        location: &str,
        failures: &[&DocumentedResponse],
    ) -> Option<String> {
        let Some(first) = failures.first() else {
            self.types.error(
                location,
                "missing error responses: every operation can fail with status 500",
            );
            return None;
        };
        if let Some(other) = failures.iter().find(|response| response.schema() != first.schema()) {
            let message = "not supported: error responses of one operation with different schemas";
            self.types.error(&child(location, &other.key), message);
            return None;
        }
        let ResponseBody::Json { ty, schema } = &first.body else {
            self.types.error(
                &child(location, &first.key),
                "not supported: an error response without a JSON body",
            );
            return None;
        };
        if let Some(known) = self.error_types.get(schema) {
            return Some(known.clone());
        }
        if self.is_dropshot_error(schema) {
            self.error_types.insert(schema.clone(), "HttpError".to_owned());
            return Some("HttpError".to_owned());
        }
        let unexpected = failures.iter().find(|response| matches!(&*response.key, "500" | "5XX"));
        let Some(unexpected) = unexpected else {
            let message = "missing status 500: every operation can fail with it";
            self.types.error(location, message);
            return None;
        };
        let (pointer, response) = self.types.resolve(&child(location, &unexpected.key))?;
        let (location, content) = json_content(&pointer, response);
        let first = content["examples"].as_object().and_then(|examples| examples.values().next());
        let example = content.get("example").or_else(|| first?.get("value"));
        let mut budget = MAX_MINIMAL_VALUES;
        let Some(example) = example.cloned().or_else(|| self.minimal_value(schema, &mut budget))
        else {
            let message = "missing example: the server sends it when Dropshot itself fails";
            self.types.error(&location, message);
            return None;
        };
        let name = self.types.claim_name(&format!("{schema}#error"), "UnexpectedError");
        let _ = write!(
            self.items,
            "agenthuman_server_runtime::unexpected_error! {{\n    \
                 /// Error outside of a handler. The response is a 500 with a fixed body.\n    \
                 pub struct {name}: {ty} = {};\n\
             }}\n\n",
            literal(&example.to_string())
        );
        self.error_types.insert(schema.clone(), name.clone());
        Some(name)
    }

    /// Returns a value of a schema with its required fields only, of at most `budget` values.
    fn minimal_value(&self, pointer: &str, budget: &mut usize) -> Option<Value> {
        *budget = budget.checked_sub(1)?;
        let (pointer, schema) = self.types.contract.resolve(pointer).ok()?;
        if let Some(example) = schema.get("example").or_else(|| schema["enum"].get(0)) {
            return Some(example.clone());
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            if schema.get(keyword).is_some() {
                return self.minimal_value(&format!("{pointer}/{keyword}/0"), budget);
            }
        }
        let unbounded =
            |keywords: &[&str]| keywords.iter().all(|keyword| schema.get(keyword).is_none());
        match schema["type"].as_str()? {
            "string" if unbounded(&["pattern", "minLength", "format"]) => Some("".into()),
            "boolean" => Some(false.into()),
            "integer" | "number" => {
                Some(schema.get("minimum").cloned().unwrap_or_else(|| 0.into()))
            }
            "array" if unbounded(&["minItems"]) => Some(Value::Array(Vec::new())),
            "object" => {
                let names =
                    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let member = |name: &str| {
                    let location = child(&format!("{pointer}/properties"), name);
                    Some((name.to_owned(), self.minimal_value(&location, budget)?))
                };
                names.map(member).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            _ => None,
        }
    }

    /// Returns true if a schema is that of Dropshot's own error body.
    pub(super) fn is_dropshot_error(&self, schema: &str) -> bool {
        let Some(schema) = self.types.contract.get(schema) else { return false };
        let mut required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
        required.sort_by_key(|name| name.as_str());
        let properties = schema["properties"].as_object();
        let names: Vec<_> = properties.into_iter().flat_map(Map::keys).collect();
        let strings = properties
            .into_iter()
            .flat_map(Map::values)
            .all(|property| property["type"] == "string" && property.get("nullable").is_none());
        let has = |name: &str| names.iter().any(|known| *known == name);
        required == ["message", "request_id"]
            && names.len() == 3
            && ["error_code", "message", "request_id"].iter().all(|name| has(name))
            && strings
    }
}
