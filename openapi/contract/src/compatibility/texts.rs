//! The documentation in a contract: descriptions, summaries, titles, examples and links to more.
//!
//! It is a set of texts, so that moving, inlining or sharing a component is no change. `diff` compares
//! the texts of everything that operations use, so it sees two texts that are swapped. This module
//! finds the other texts: those of the API as a whole, and of components that nothing uses.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::canonical;
use crate::reader::child;

/// Returns each text with the pointer of its first occurrence.
pub(super) fn texts(document: &Value) -> BTreeMap<String, String> {
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
                        texts.entry(canonical(value).to_string()).or_insert(at);
                    }
                    ("license" | "contact" | "externalDocs", _)
                        if !pointer.ends_with("/properties") =>
                    {
                        texts.entry(canonical(value).to_string()).or_insert(at);
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
