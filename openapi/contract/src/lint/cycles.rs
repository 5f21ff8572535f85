//! Schemas that contain themselves with no value in between: `A: {anyOf: [A, B]}`.
//!
//! A validator that asks whether a value is an `A` asks the same again without end. What such a
//! schema means is the least that it can mean: the way back leads to nothing.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

/// What is valid where all or some of these are.
const IN_PLACE: [&str; 3] = ["allOf", "anyOf", "oneOf"];

const DEFINITIONS: &str = "#/$defs/";

/// Replaces each reference that closes such a circle by the schema of nothing.
pub fn cut(definitions: &mut Map<String, Value>) {
    let mut edges: HashMap<String, Vec<String>> = HashMap::new();
    for (name, schema) in &*definitions {
        let mut targets = Vec::new();
        references(schema, &mut targets);
        edges.insert(name.clone(), targets);
    }
    // Definitions that lead to each other, the innermost last, and where each leads besides.
    let mut open: Vec<(String, Vec<String>)> = Vec::new();
    let (mut around, mut done) = (HashSet::new(), HashSet::new());
    let mut circles: Vec<(String, String)> = Vec::new();
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
                Some(target) if around.contains(&target) => circles.push((name.clone(), target)),
                Some(target) => next = Some(target),
                None => {
                    if let Some((name, _)) = open.pop() {
                        around.remove(&name);
                    }
                }
            }
        }
    }
    for (name, target) in circles {
        if let Some(schema) = definitions.get_mut(&name) {
            end(schema, &format!("{DEFINITIONS}{target}"));
        }
    }
}

/// The definitions that a value of `schema` must be, or may be.
fn references(schema: &Value, found: &mut Vec<String>) {
    let target = schema.get("$ref").and_then(Value::as_str);
    found.extend(target.and_then(|target| target.strip_prefix(DEFINITIONS)).map(str::to_owned));
    if let Some(not) = schema.get("not") {
        references(not, found);
    }
    for key in IN_PLACE {
        for member in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            references(member, found);
        }
    }
}

fn end(schema: &mut Value, reference: &str) {
    if schema.get("$ref").is_some_and(|target| target == reference) {
        *schema = Value::Bool(false);
        return;
    }
    if let Some(not) = schema.get_mut("not") {
        end(not, reference);
    }
    for key in IN_PLACE {
        for member in schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten() {
            end(member, reference);
        }
    }
}
