//! The error type of an operation: the response when Dropshot itself fails.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::documented::{DEFAULT, DocumentedResponse, JsonType, ResponseBody, json_content};
use super::generator::OperationGenerator;
use crate::source::literal;
use agenthuman_contract::child;

/// The largest number of values in a minimal value. A schema may contain itself.
const MAX_MINIMAL_VALUES: usize = 200;

/// Dropshot's own error type.
const HTTP_ERROR: &str = "HttpError";

impl OperationGenerator<'_, '_> {
    /// Returns the type of the errors that Dropshot itself raises.
    ///
    /// - Dropshot's own, if the contract documents its body, or no error at all;
    /// - otherwise the documented response for status 500, if it is JSON: its example, or a minimal value
    ///   of its schema;
    /// - otherwise a type of the runtime with a body like Dropshot's own.
    pub(super) fn error_type(
        &mut self,
        location: &str,
        failures: &[&DocumentedResponse],
    ) -> String {
        let Some(first) = failures.first() else { return self.undocumented_error() };
        let schema =
            |response: &DocumentedResponse| response.json().map(|json| json.schema.clone());
        let is_only = failures.iter().all(|response| schema(response) == schema(first));
        if is_only && schema(first).is_some_and(|schema| self.is_dropshot_error(&schema)) {
            return HTTP_ERROR.to_owned();
        }
        let find = |key: &&str| failures.iter().find(|response| response.key == **key).copied();
        let unexpected = ["500", "5XX", DEFAULT].iter().find_map(find);
        let unexpected = unexpected.and_then(|one| self.unexpected_error(location, one, is_only));
        unexpected.unwrap_or_else(|| "UndocumentedError".to_owned())
    }

    /// Returns the error type of an operation that documents no error: Dropshot's own. Dropshot emits its
    /// body as a component, which would replace another one with that name.
    fn undocumented_error(&self) -> String {
        let component = "/components/schemas/Error";
        let is_taken = self.types.contract.get(component).is_some();
        match is_taken && !self.is_dropshot_error(component) {
            true => "UndocumentedError".to_owned(),
            false => HTTP_ERROR.to_owned(),
        }
    }

    /// Returns the error type whose body is that of a documented response. `is_only` is true if the
    /// other errors of the operation have the same body.
    fn unexpected_error(
        &mut self,
        location: &str,
        response: &DocumentedResponse,
        is_only: bool,
    ) -> Option<String> {
        let ResponseBody::Json { json: JsonType { ty, schema }, .. } = &response.body else {
            return None;
        };
        let (pointer, response) = self.types.resolve(&child(location, &response.key))?;
        let (_, content) = json_content(&pointer, response);
        let first = content["examples"].as_object().and_then(|examples| examples.values().next());
        let example = content.get("example").or_else(|| first?.get("value"));
        let mut budget = MAX_MINIMAL_VALUES;
        let example = example.cloned().or_else(|| self.minimal_value(schema, &mut budget))?;
        let example = example.to_string();
        let described = if is_only { "" } else { "undescribed " };
        let key = format!("{schema}#{described}{example}");
        if let Some(known) = self.error_types.get(&key) {
            return Some(known.clone());
        }
        let name = self.types.claim_name(&key, "UnexpectedError");
        let _ = write!(
            self.items,
            "agenthuman_server_runtime::unexpected_error! {{\n    \
                 /// Error outside of a handler. The response is a 500 with a fixed body.\n    \
                 {described}pub struct {name}: {ty} = {};\n\
             }}\n\n",
            literal(&example)
        );
        self.error_types.insert(key, name.clone());
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
