//! Cycles of schemas with no value in between: `A: {anyOf: [A, B]}`.
//!
//! A validator would recurse without end. Such a schema has its least meaning: the reference that
//! closes the cycle matches nothing.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

/// The keywords that apply schemas to the same value.
const COMBINATORS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

const DEFINITIONS: &str = "#/$defs/";

/// Replaces each reference that closes such a cycle by `false`.
pub(super) fn cut(definitions: &mut Map<String, Value>) {
    let mut edges: HashMap<String, Vec<String>> = HashMap::new();
    for (name, schema) in &*definitions {
        let mut targets = Vec::new();
        references(schema, &mut targets);
        edges.insert(name.clone(), targets);
    }
    // Definitions that refer to each other, the innermost last, each with the references left to visit.
    let mut open: Vec<(String, Vec<String>)> = Vec::new();
    let (mut around, mut done) = (HashSet::new(), HashSet::new());
    let mut cycles: Vec<(String, String)> = Vec::new();
    for name in definitions.keys() {
        let mut next = Some(name.clone());
        loop {
            if let Some(name) = next.take().filter(|name| done.insert(name.clone())) {
                around.insert(name.clone());
                let targets = edges.remove(&name).unwrap_or_default();
                open.push((name, targets));
            }
            let Some((name, targets)) = open.last_mut() else { break };
            match targets.pop() {
                Some(target) if around.contains(&target) => cycles.push((name.clone(), target)),
                Some(target) => next = Some(target),
                None => {
                    if let Some((name, _)) = open.pop() {
                        around.remove(&name);
                    }
                }
            }
        }
    }
    for (name, target) in cycles {
        if let Some(schema) = definitions.get_mut(&name) {
            cut_reference(schema, &format!("{DEFINITIONS}{target}"));
        }
    }
}

/// Collects the definitions that apply to the same value as `schema`.
fn references(schema: &Value, found: &mut Vec<String>) {
    let target = schema.get("$ref").and_then(Value::as_str);
    found.extend(target.and_then(|target| target.strip_prefix(DEFINITIONS)).map(str::to_owned));
    if let Some(not) = schema.get("not") {
        references(not, found);
    }
    for key in COMBINATORS {
        for member in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            references(member, found);
        }
    }
}

fn cut_reference(schema: &mut Value, reference: &str) {
    if schema.get("$ref").is_some_and(|target| target == reference) {
        *schema = Value::Bool(false);
        return;
    }
    if let Some(not) = schema.get_mut("not") {
        cut_reference(not, reference);
    }
    for key in COMBINATORS {
        for member in schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            cut_reference(member, reference);
        }
    }
}
