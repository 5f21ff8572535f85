//! Values of enums that would become the same identifier, such as `expired` and `Expired`, or `+` and `-`.
//!
//! progenitor rejects them. It reads placeholders instead, from which it makes distinct identifiers, and
//! the values are put into the source that it writes.

use std::collections::{BTreeMap, HashSet};

use agenthuman_contract::Keys;
use heck::ToUpperCamelCase;
use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use serde_json::{Map, Value};

/// The value for which each placeholder stands.
pub type Placeholders = BTreeMap<String, String>;

/// Replaces values by placeholders, in all schemas of a document.
pub fn replace_values(document: &mut Value, placeholders: &mut Placeholders) {
    let mut texts = HashSet::new();
    collect_texts(document, &mut texts);
    replace(document, Keys::Keywords, &texts, placeholders);
}

/// Collects the keys and the texts that look like a placeholder. The document means them as they are.
fn collect_texts(value: &Value, texts: &mut HashSet<String>) {
    let mut add = |text: &String| {
        if text.starts_with(PREFIX) {
            texts.insert(text.clone());
        }
    };
    match value {
        Value::String(text) => add(text),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(members) => {
            members.keys().for_each(&mut add);
            members.values().for_each(|member| collect_texts(member, texts));
        }
        _ => {}
    }
}

fn replace(
    value: &mut Value,
    keys: Keys,
    texts: &HashSet<String>,
    placeholders: &mut Placeholders,
) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(|item| replace(item, Keys::Keywords, texts, placeholders));
        }
        Value::Object(members) => {
            if keys == Keys::Keywords && members.get("type").is_some_and(|kind| kind == "string") {
                replace_in_schema(members, texts, placeholders);
            }
            for (key, member) in members {
                if let Some(keys) = keys.inside(key) {
                    replace(member, keys, texts, placeholders);
                }
            }
        }
        _ => {}
    }
}

fn replace_in_schema(
    schema: &mut Map<String, Value>,
    texts: &HashSet<String>,
    placeholders: &mut Placeholders,
) {
    let Some(Value::Array(values)) = schema.get_mut("enum") else { return };
    let mut seen = HashSet::new();
    values.retain(|value| seen.insert(value.to_string()));
    // The first of several values keeps its name, so that a value which is appended changes no name.
    let mut taken = HashSet::new();
    let is_distinct = |text: &&str| {
        let identifier = identifier(text);
        identifier.starts_with(char::is_alphabetic) && taken.insert(identifier)
    };
    let distinct = values.iter().filter_map(Value::as_str).filter(is_distinct);
    let distinct: HashSet<_> = distinct.map(str::to_owned).collect();
    let mut replace = |value: &mut Value| {
        if let Value::String(text) = value
            && !distinct.contains(text)
        {
            let placeholder = placeholder(text, texts);
            placeholders.insert(placeholder.clone(), std::mem::replace(text, placeholder));
        }
    };
    values.iter_mut().for_each(&mut replace);
    if let Some(default) = schema.get_mut("default") {
        replace(default);
    }
}

/// Returns the identifier that a value becomes, without anything that an identifier cannot have.
fn identifier(value: &str) -> String {
    value.to_upper_camel_case().chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The start of each placeholder.
const PREFIX: &str = "value_";

/// Returns the placeholder of a value: `value_2b` for `+`, by the code points.
fn placeholder(value: &str, texts: &HashSet<String>) -> String {
    let codes: Vec<_> = value.chars().map(|letter| format!("{:x}", u32::from(letter))).collect();
    let codes = if codes.is_empty() { "empty".to_owned() } else { codes.join("_") };
    let mut placeholder = format!("{PREFIX}{codes}");
    while texts.contains(&placeholder) {
        placeholder.push_str("_again");
    }
    placeholder
}

/// Replaces the placeholders in generated code by their values.
pub fn restore_values(code: TokenStream, placeholders: &Placeholders) -> TokenStream {
    if placeholders.is_empty() {
        return code;
    }
    let restored = code.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let inner = restore_values(group.stream(), placeholders);
            let mut restored = Group::new(group.delimiter(), inner);
            restored.set_span(group.span());
            TokenTree::Group(restored)
        }
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            let value = placeholders.get(text.trim_matches('"')).filter(|_| text.starts_with('"'));
            TokenTree::Literal(value.map_or(literal, |value| Literal::string(value)))
        }
        other => other,
    });
    restored.collect()
}
