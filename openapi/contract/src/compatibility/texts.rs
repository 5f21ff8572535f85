//! The documentation in a contract: descriptions, summaries, titles, examples and links to more.
//!
//! It is a set of texts, so that moving, inlining or sharing a component is no change. `diff` compares
//! the texts of everything that operations use, so it sees two texts that are swapped. This module
//! finds the other texts: those of the API as a whole, and of components that nothing uses.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::reader::child;

/// Returns each text with the pointer of its first occurrence.
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
                // A property can be called `description`; then it is a schema.
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
