//! What people read in a contract: descriptions, summaries, titles and examples, and where there is
//! more to read.
//!
//! It is a set of texts, so that moving, inlining or sharing a component is no change. Two texts
//! that change places are seen by `drift`, which knows the texts of whatever operations lead to;
//! this finds the rest: what is said of the API as a whole, or in components that nothing needs.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::reader::child;

/// Each text with the pointer where it stands first.
pub fn texts(document: &Value) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    collect(document, "", &mut texts);
    texts
}

fn collect(value: &Value, pointer: &str, texts: &mut BTreeMap<String, String>) {
    match value {
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                collect(item, &format!("{pointer}/{number}"), texts);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                let at = child(pointer, key);
                // A property may be called `description`; then it is a schema.
                match (key.as_str(), value) {
                    ("description" | "summary" | "title", Value::String(text)) => {
                        texts.entry(text.trim().to_owned()).or_insert(at);
                    }
                    ("example" | "value", _) if !pointer.ends_with("/properties") => {
                        texts.entry(canonical(value)).or_insert(at);
                    }
                    ("license" | "contact" | "externalDocs", _)
                        if !pointer.ends_with("/properties") =>
                    {
                        texts.entry(canonical(value)).or_insert(at);
                    }
                    ("termsOfService", Value::String(url)) if pointer == "/info" => {
                        texts.entry(url.clone()).or_insert(at);
                    }
                    ("default" | "enum", _) if !pointer.ends_with("/properties") => {}
                    _ => collect(value, &at, texts),
                }
            }
        }
        _ => {}
    }
}

fn canonical(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(members) => {
            let members: BTreeMap<_, _> =
                members.iter().map(|(key, value)| (key, canonical(value))).collect();
            format!("{members:?}")
        }
        other => other.to_string(),
    }
}
