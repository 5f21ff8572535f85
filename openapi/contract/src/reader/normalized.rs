//! Removes differences of spelling, for code that reads a contract keyword by keyword.

use serde_json::{Map, Value};

use super::contract::{Contract, METHODS};
use super::keys::Keys;
use super::media_type::essence;
use super::pointer::child;
use super::reference::target;

impl Contract {
    /// Returns the same contract in the usual spelling:
    ///
    /// - Each `allOf` of one schema is replaced by that schema, where the meaning allows it: a `$ref` can
    ///   have no siblings, so one with a description remains.
    /// - The media type of JSON is `application/json`, without capitals or parameters.
    /// - References within the document are not percent-encoded.
    /// - Each operation has an `operationId`; see [`Contract::operation_id`].
    pub fn normalized(&self) -> Contract {
        let mut document = self.document.clone();
        for part in ["paths", "components"] {
            // The keys of `paths` are names.
            let keys = Keys::Keywords.inside(part).unwrap_or(Keys::Keywords);
            normalize(&mut document[part], keys);
        }
        self.name_operations(&mut document);
        self.with_document(document)
    }

    /// Returns a contract with another document, which says the same in other words. A value that this
    /// contract does not have gets the position of the nearest value around it.
    pub fn with_document(&self, document: Value) -> Contract {
        Contract {
            file: self.file.clone(),
            document,
            spans: self.spans.clone(),
            numbers: self.numbers.clone(),
        }
    }

    /// Adds an `operationId` to each operation that has none.
    fn name_operations(&self, document: &mut Value) {
        let paths = document["paths"].as_object_mut();
        for (path, item) in paths.into_iter().flatten() {
            for method in METHODS {
                if let Some(Value::Object(operation)) = item.get_mut(method) {
                    let id = self.operation_id(&child(&child("/paths", path), method));
                    operation.entry("operationId").or_insert_with(|| id.into());
                }
            }
        }
    }
}

fn normalize(value: &mut Value, keys: Keys) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| normalize(item, Keys::Keywords)),
        Value::Object(members) => {
            for (key, member) in members.iter_mut() {
                if let Some(keys) = keys.inside(key) {
                    normalize(member, keys);
                }
            }
            if keys == Keys::Names {
                return;
            }
            if let Some(Value::Object(content)) = members.get_mut("content") {
                rename_json(content);
            }
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some(pointer) = target(reference)
            {
                *reference = format!("#{pointer}");
            }
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

/// Renames the media type of JSON to `application/json`.
fn rename_json(content: &mut Map<String, Value>) {
    const JSON: &str = "application/json";
    if content.contains_key(JSON) {
        return;
    }
    let name = content.keys().find(|name| essence(name) == JSON).cloned();
    if let Some(media) = name.and_then(|name| content.remove(&name)) {
        content.insert(JSON.to_owned(), media);
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
