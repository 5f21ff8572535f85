//! Converts schemas of OpenAPI 3.0 to JSON Schema 2020-12, for a validator.
//!
//! References remain references (into `$defs`), so recursion needs no special case. `nullable`, boolean
//! exclusive bounds and integer formats are converted. `discriminator` does not affect validity, and
//! is left out.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::{cycles, exact_keywords};
use crate::integer_format::integer_range;
use crate::reader::{follow, target};

/// The keywords with the same meaning in both.
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

/// Returns the schema of an object whose property `0` has the first of the schemas at `pointers`, and so
/// on; with all schemas that they use. The document is an exact one, and the keywords about numbers are
/// those of `exact_keywords`.
pub(super) fn json_schema(document: &Value, pointers: &[&str]) -> Value {
    let (names, pending) = (HashMap::new(), Vec::new());
    let mut conversion = Conversion { document, names, pending };
    let properties: Map<_, _> = pointers
        .iter()
        .enumerate()
        .map(|(number, pointer)| (number.to_string(), conversion.reference(pointer)))
        .collect();
    let mut definitions = Map::new();
    while let Some(pointer) = conversion.pending.pop() {
        // The validator rejects `null`.
        let schema = document.pointer(&pointer).unwrap_or(&Value::Null);
        let converted = conversion.schema(schema);
        definitions.insert(conversion.names[&pointer].clone(), converted);
    }
    cycles::cut(&mut definitions);
    json!({ "properties": properties, "$defs": definitions })
}

struct Conversion<'a> {
    document: &'a Value,
    /// The name in `$defs` of each pointer.
    names: HashMap<String, String>,
    pending: Vec<String>,
}

impl Conversion<'_> {
    fn reference(&mut self, pointer: &str) -> Value {
        let next = format!("s{}", self.names.len());
        let name = self.names.entry(pointer.to_owned()).or_insert_with(|| {
            self.pending.push(pointer.to_owned());
            next
        });
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// Returns the final target of a reference. The validator rejects one that has none.
    fn target(&self, reference: &str) -> String {
        let Some(target) = target(reference) else { return reference.to_owned() };
        match follow(self.document, &target) {
            Ok((pointer, _)) => pointer.into_owned(),
            Err(_) => target,
        }
    }

    /// Returns the members of an `allOf` and of nested ones, each once: a validator would visit each as
    /// often as it is referenced.
    fn all_of(&mut self, members: &[Value]) -> Vec<Value> {
        let mut converted = Vec::new();
        let mut seen = HashSet::new();
        let mut pending: Vec<&Value> = members.iter().rev().collect();
        while let Some(member) = pending.pop() {
            let mut meant = Some(member);
            let mut pointer = None;
            if let Some(Value::String(reference)) = member.get("$ref") {
                let target = self.target(reference);
                if !seen.insert(target.clone()) {
                    continue;
                }
                meant = self.document.pointer(&target);
                pointer = Some(target);
            }
            let own = meant.and_then(Value::as_object);
            match (own.and_then(|own| own.get("allOf")), own) {
                // An `allOf` beside `nullable` is one of two alternatives.
                (Some(Value::Array(inside)), Some(own))
                    if own.get("nullable") != Some(&true.into()) =>
                {
                    let mut own = own.clone();
                    own.remove("allOf");
                    converted.push(self.schema(&own.into()));
                    pending.extend(inside.iter().rev());
                }
                _ => converted.push(match pointer {
                    Some(pointer) => self.reference(&pointer),
                    None => self.schema(member),
                }),
            }
        }
        converted
    }

    fn schema(&mut self, schema: &Value) -> Value {
        let Value::Object(from) = schema else { return schema.clone() };
        if let Some(Value::String(reference)) = from.get("$ref") {
            return self.reference(&self.target(reference));
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
        let mut all = match from.get("allOf") {
            Some(Value::Array(members)) => self.all_of(members),
            _ => Vec::new(),
        };
        for key in ["anyOf", "oneOf"] {
            let Some(Value::Array(members)) = from.get(key) else { continue };
            let (mut once, again) = distinct(members.iter().map(|schema| self.schema(schema)));
            // A repeated member of `oneOf` is never the only valid one.
            if key == "oneOf" && !again.is_empty() {
                once.retain(|member| !again.contains(member));
                all.push(json!({ "not": { "anyOf": again } }));
            }
            if once.is_empty() {
                all.push(false.into());
            } else {
                to.insert(key.to_owned(), once.into());
            }
        }
        if !all.is_empty() {
            to.insert("allOf".to_owned(), all.into());
        }
        if let Some((low, high)) = to.get("format").and_then(format_bounds) {
            for (key, flag, bound) in
                [("minimum", "exclusiveMinimum", low), ("maximum", "exclusiveMaximum", high)]
            {
                if !to.contains_key(key) && !to.contains_key(flag) {
                    to.insert(key.to_owned(), bound);
                }
            }
        }
        let nullable = from.get("nullable") == Some(&Value::Bool(true));
        let alternatives = nullable && !add_null(&mut to);
        exact_keywords::rename(&mut to);
        if alternatives { json!({ "anyOf": [{ "type": "null" }, to] }) } else { Value::Object(to) }
    }
}

/// Returns the distinct alternatives, and those that are repeated: a validator would visit a repeated
/// alternative twice, and those within it four times.
fn distinct(members: impl Iterator<Item = Value>) -> (Vec<Value>, Vec<Value>) {
    let (mut once, mut again) = (Vec::new(), Vec::new());
    for member in members {
        let list = if once.contains(&member) { &mut again } else { &mut once };
        if !list.contains(&member) {
            list.push(member);
        }
    }
    (once, again)
}

/// Returns the bounds of an integer format.
fn format_bounds(format: &Value) -> Option<(Value, Value)> {
    let (minimum, maximum) = integer_range(format.as_str()?)?.into_inner();
    Some((integer(minimum)?, integer(maximum)?))
}

fn integer(number: i128) -> Option<Value> {
    i64::try_from(number).map(Value::from).or(u64::try_from(number).map(Value::from)).ok()
}

/// Adds `null` to the types of a schema, which gives better messages than alternatives. Returns false if
/// that is not enough.
fn add_null(schema: &mut Map<String, Value>) -> bool {
    let combined = ["allOf", "anyOf", "oneOf", "not"].iter().any(|key| schema.contains_key(*key));
    match schema.get("type").cloned() {
        Some(name @ Value::String(_)) if !combined => {
            schema.insert("type".to_owned(), json!([name, "null"]));
            if let Some(Value::Array(values)) = schema.get_mut("enum")
                && !values.contains(&Value::Null)
            {
                values.push(Value::Null);
            }
            true
        }
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::lint::validation::validator;

    /// Validates values by the schema `A` of these components.
    fn valid(schemas: Value, values: &[Value]) -> Vec<bool> {
        let document = json!({ "components": { "schemas": schemas } });
        let validator = validator(&document, &["/components/schemas/A"]).unwrap();
        values.iter().map(|value| validator.is_valid(&json!({ "0": value }))).collect()
    }

    fn to(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    #[test]
    fn nested_all_of_is_flattened() {
        let schemas = json!({
            "A": { "allOf": [to("B"), to("C"), { "allOf": [to("C")], "maxLength": 4 }] },
            "B": { "allOf": [to("C")], "minLength": 2 },
            "C": { "allOf": [{ "type": "string" }], "nullable": true },
        });
        let values = [json!("a"), json!("ab"), json!("abcde"), json!(1), json!(null)];
        assert_eq!(valid(schemas, &values), [false, true, false, false, true]);
    }

    #[test]
    fn repeated_alternative_of_one_of_never_matches() {
        let schemas = |key: &str| {
            json!({
                "A": { "allOf": [{}], key: [to("B"), { "type": "integer" }, to("B")] },
                "B": { "type": "string" },
            })
        };
        let values = [json!("a"), json!(1), json!(null)];
        assert_eq!(valid(schemas("oneOf"), &values), [false, true, false]);
        assert_eq!(valid(schemas("anyOf"), &values), [true, true, false]);
    }

    #[test]
    fn cycle_matches_its_other_alternatives() {
        let schemas = json!({
            "A": { "oneOf": [to("B"), { "type": "string" }] },
            "B": { "anyOf": [to("C"), to("A")] },
            "C": { "type": "array", "items": to("A") },
        });
        let values = [json!("a"), json!([["a"], []]), json!([1]), json!(1)];
        assert_eq!(valid(schemas, &values), [true, true, false, false]);
    }

    #[test]
    fn shared_schema_is_visited_once() {
        for key in ["allOf", "anyOf", "oneOf"] {
            let mut schemas: Map<_, _> = (0..40)
                .map(|n| {
                    let next = to(&format!("S{}", n + 1));
                    (format!("S{n}"), json!({ key: [next, next] }))
                })
                .collect();
            schemas.insert("S40".to_owned(), json!({ "type": "object" }));
            schemas.insert("A".to_owned(), to("S0"));
            assert_eq!(valid(schemas.into(), &[json!({})]), [key != "oneOf"], "{key}");
        }
    }
}
