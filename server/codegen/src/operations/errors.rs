//! What the server answers when Dropshot itself fails: a value of the documented error.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::Module;
use super::answer::{Answer, Body, json};
use crate::names::literal;
use agenthuman_contract::child;

/// How many values the least value of a schema may consist of; a schema may contain itself.
const LEAST_VALUES: usize = 200;

impl Module<'_, '_> {
    /// The type of the errors that Dropshot itself raises.
    ///
    /// They answer Dropshot's own body where the contract documents just that, otherwise the
    /// documented example of a 500, and where there is none, the least value of its schema.
    pub(super) fn error_type(&mut self, span: &str, failures: &[&Answer]) -> Option<String> {
        let Some(first) = failures.first() else {
            self.types.error(span, "the errors must be documented: a server can always fail");
            return None;
        };
        if let Some(other) = failures.iter().find(|answer| answer.schema() != first.schema()) {
            let message = "every error response needs the same schema: progenitor and Dropshot know one for each operation";
            self.types.error(&child(span, &other.key), message);
            return None;
        }
        let Body::Json { ty, schema } = &first.body else {
            self.types.error(&child(span, &first.key), "an error response needs a JSON body");
            return None;
        };
        if let Some(known) = self.errors.get(schema) {
            return Some(known.clone());
        }
        if self.is_dropshot_error(schema) {
            self.errors.insert(schema.clone(), "HttpError".to_owned());
            return Some("HttpError".to_owned());
        }
        let unexpected = failures.iter().find(|answer| matches!(&*answer.key, "500" | "5XX"));
        let Some(unexpected) = unexpected else {
            let message = "the status 500 must be documented: a server can always fail";
            self.types.error(span, message);
            return None;
        };
        let (pointer, response) = self.types.resolve(&child(span, &unexpected.key))?;
        let (span, content) = json(&pointer, response);
        let first = content["examples"].as_object().and_then(|examples| examples.values().next());
        let example = content.get("example").or_else(|| first?.get("value"));
        let mut left = LEAST_VALUES;
        let Some(example) = example.cloned().or_else(|| self.least(schema, &mut left)) else {
            let message =
                "needs an example: it is what the server answers when Dropshot itself fails";
            self.types.error(&span, message);
            return None;
        };
        let name = self.types.claim(&format!("{schema}#error"), "UnexpectedError");
        let _ = write!(
            self.items,
            "agenthuman_server_runtime::unexpected_error! {{\n    \
                 /// A failure that no operation answers itself: the documented example of the status 500.\n    \
                 pub struct {name}: {ty} = {};\n\
             }}\n\n",
            literal(&example.to_string())
        );
        self.errors.insert(schema.clone(), name.clone());
        Some(name)
    }

    /// The least value of a schema: what must be there, and as little of it as may be. `left` is how
    /// many values it may still have.
    fn least(&self, pointer: &str, left: &mut usize) -> Option<Value> {
        *left = left.checked_sub(1)?;
        let (pointer, schema) = self.types.contract.resolve(pointer).ok()?;
        if let Some(example) = schema.get("example").or_else(|| schema["enum"].get(0)) {
            return Some(example.clone());
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            if schema.get(keyword).is_some() {
                return self.least(&format!("{pointer}/{keyword}/0"), left);
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
                    let span = child(&format!("{pointer}/properties"), name);
                    Some((name.to_owned(), self.least(&span, left)?))
                };
                names.map(member).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            _ => None,
        }
    }

    /// Whether a schema is that of the body by which Dropshot reports its own errors.
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
