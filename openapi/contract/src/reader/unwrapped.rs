//! Removes each `allOf` of one schema, for code that reads a contract keyword by keyword.

use serde_json::{Map, Value};

use super::contract::Contract;

impl Contract {
    /// Returns the same contract with each `allOf` of one schema replaced by that schema, where the
    /// meaning allows it: a `$ref` can have no siblings, so one with a description remains.
    pub fn unwrapped(&self) -> Contract {
        let mut document = self.document.clone();
        for part in ["paths", "components"] {
            unwrap(&mut document[part]);
        }
        Contract { file: self.file.clone(), document, spans: self.spans.clone() }
    }
}

fn unwrap(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(unwrap),
        Value::Object(members) => {
            // The contents of an example or an enum are data.
            let schemas = members.iter_mut().filter(|(key, _)| {
                !matches!(key.as_str(), "example" | "examples" | "enum" | "default")
            });
            schemas.for_each(|(_, member)| unwrap(member));
            if let Some(only) = only_member(members) {
                members.remove("allOf");
                for (key, value) in only {
                    members.entry(key).or_insert(value);
                }
            }
        }
        _ => {}
    }
}

/// Returns the only member of an `allOf` if it can be merged into the schema that contains it.
fn only_member(members: &Map<String, Value>) -> Option<Map<String, Value>> {
    let [Value::Object(only)] = members.get("allOf")?.as_array()?.as_slice() else { return None };
    // Both schemas apply. Two different values of a keyword can be merged only for these two.
    let conflicts = |key: &String| {
        only.get(key).is_some_and(|inner| {
            !matches!(key.as_str(), "description" | "title") && members.get(key) != Some(inner)
        })
    };
    let is_reference = only.contains_key("$ref") && members.len() > 1;
    (!is_reference && !members.keys().any(conflicts)).then(|| only.clone())
}
