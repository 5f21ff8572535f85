//! A schema of OpenAPI 3.0 as JSON Schema 2020-12, for a validator.
//!
//! References stay references (into `$defs`), so recursion needs no care. What OpenAPI 3.0 says in
//! its own way is said in JSON Schema's: `nullable`, boolean exclusive bounds, and the formats of
//! integers, which are ranges. `discriminator` only helps to find an alternative; it is left out.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::model::percent_decoded;

/// Keywords that mean the same in both.
const SAME: [&str; 14] = [
    "type",
    "enum",
    "format",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "required",
    "description",
];

/// A schema of an object whose property `0` is as the first of the schemas at `pointers`, and so on;
/// with all that they lead to.
pub fn json_schema(document: &Value, pointers: &[&str]) -> Value {
    let mut conversion = Conversion::default();
    let properties: Map<_, _> = pointers
        .iter()
        .enumerate()
        .map(|(number, pointer)| (number.to_string(), conversion.reference(pointer)))
        .collect();
    let mut definitions = Map::new();
    while let Some(pointer) = conversion.pending.pop() {
        // `null` is no schema: the validator says so.
        let schema = document.pointer(&pointer).unwrap_or(&Value::Null);
        let converted = conversion.schema(schema);
        definitions.insert(conversion.names[&pointer].clone(), converted);
    }
    json!({ "properties": properties, "$defs": definitions })
}

#[derive(Default)]
struct Conversion {
    /// The name in `$defs` of each pointer.
    names: HashMap<String, String>,
    pending: Vec<String>,
}

impl Conversion {
    fn reference(&mut self, pointer: &str) -> Value {
        let next = format!("s{}", self.names.len());
        let name = self.names.entry(pointer.to_owned()).or_insert_with(|| {
            self.pending.push(pointer.to_owned());
            next
        });
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn schema(&mut self, schema: &Value) -> Value {
        let Value::Object(from) = schema else { return schema.clone() };
        if let Some(target) = from.get("$ref").and_then(Value::as_str) {
            return self.reference(&percent_decoded(target.trim_start_matches('#')));
        }
        let mut to = Map::new();
        for key in SAME {
            if let Some(value) = from.get(key) {
                to.insert(key.to_owned(), value.clone());
            }
        }
        for (key, flag) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if let Some(bound) = from.get(key) {
                let exclusive = from.get(flag) == Some(&Value::Bool(true));
                to.insert(if exclusive { flag } else { key }.to_owned(), bound.clone());
            }
        }
        for key in ["items", "additionalProperties", "not"] {
            if let Some(value) = from.get(key) {
                to.insert(key.to_owned(), self.schema(value));
            }
        }
        if let Some(Value::Object(properties)) = from.get("properties") {
            let converted =
                properties.iter().map(|(name, schema)| (name.clone(), self.schema(schema)));
            to.insert("properties".to_owned(), Value::Object(converted.collect()));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            if let Some(Value::Array(members)) = from.get(key) {
                let converted = members.iter().map(|schema| self.schema(schema)).collect();
                to.insert(key.to_owned(), Value::Array(converted));
            }
        }
        if let Some((low, high)) = to.get("format").and_then(range) {
            for (key, flag, bound) in
                [("minimum", "exclusiveMinimum", low), ("maximum", "exclusiveMaximum", high)]
            {
                if !to.contains_key(key) && !to.contains_key(flag) {
                    to.insert(key.to_owned(), bound);
                }
            }
        }
        if from.get("nullable") == Some(&Value::Bool(true)) {
            nullable(to)
        } else {
            Value::Object(to)
        }
    }
}

fn range(format: &Value) -> Option<(Value, Value)> {
    Some(match format.as_str()? {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0.into(), u8::MAX.into()),
        "uint16" => (0.into(), u16::MAX.into()),
        "uint32" => (0.into(), u32::MAX.into()),
        "uint" | "uint64" => (0.into(), u64::MAX.into()),
        _ => return None,
    })
}

/// "Or null". A list of types gives better messages than alternatives, where it is enough.
fn nullable(mut schema: Map<String, Value>) -> Value {
    let combined = ["allOf", "anyOf", "oneOf", "not"].iter().any(|key| schema.contains_key(*key));
    match schema.get("type").cloned() {
        Some(name @ Value::String(_)) if !combined => {
            schema.insert("type".to_owned(), json!([name, "null"]));
            if let Some(Value::Array(values)) = schema.get_mut("enum")
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
            Value::Object(schema)
        }
        _ => json!({ "anyOf": [{ "type": "null" }, schema] }),
    }
}
