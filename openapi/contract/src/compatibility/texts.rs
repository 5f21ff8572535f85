//! The documentation in a contract: descriptions, summaries, titles, examples and links to more.
//!
//! It is a set of texts, so that moving, inlining or sharing a component is no change. `diff` compares
//! the texts of everything that operations use, so it sees two texts that are swapped. This module
//! finds the other texts: those of the API as a whole, and of components that nothing uses.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::canonical;
use crate::reader::{Keys, child};

/// Returns each text with the pointer of its first occurrence.
pub(super) fn texts(document: &Value) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    collect(document, "", Keys::Keywords, &mut texts);
    texts
}

fn collect(value: &Value, pointer: &str, keys: Keys, texts: &mut BTreeMap<String, String>) {
    match value {
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                collect(item, &format!("{pointer}/{number}"), Keys::Keywords, texts);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                let at = child(pointer, key);
                match (key.as_str(), value) {
                    // A property can be called `description`; then it is a schema.
                    _ if keys == Keys::Names => collect(value, &at, Keys::Keywords, texts),
                    (
                        "description" | "summary" | "title" | "termsOfService" | "bearerFormat",
                        Value::String(text),
                    ) => {
                        texts.entry(text.trim().to_owned()).or_insert(at);
                    }
                    ("example" | "value" | "license" | "contact" | "externalDocs", _) => {
                        texts.entry(canonical(value).to_string()).or_insert(at);
                    }
                    ("examples", _) => collect(value, &at, Keys::Names, texts),
                    ("scopes", Value::Object(scopes)) => {
                        for (name, text) in scopes {
                            let text = text.as_str().unwrap_or_default().trim();
                            texts.entry(text.to_owned()).or_insert(child(&at, name));
                        }
                    }
                    _ => {
                        if let Some(keys) = keys.inside(key) {
                            collect(value, &at, keys, texts);
                        }
                    }
                }
            }
        }
        _ => {}
    }
}
