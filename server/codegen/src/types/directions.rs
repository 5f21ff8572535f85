//! The schemas that occur in requests, and those that occur in responses.

use std::collections::HashSet;

use serde_json::{Map, Value};

use agenthuman_contract::{Contract, METHODS, child};

/// The locations of schemas, after references are followed, by the direction in which they are sent.
#[derive(Debug, Default)]
pub struct Directions {
    /// The schemas in request bodies.
    pub requests: HashSet<String>,
    /// The schemas in response bodies.
    pub responses: HashSet<String>,
}

impl Directions {
    /// Collects the schemas of all operations.
    pub fn of(contract: &Contract) -> Self {
        let mut directions = Directions::default();
        let paths = contract.document()["paths"].as_object();
        for (path, item) in paths.into_iter().flatten() {
            let item_location = child("/paths", path);
            for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
                let operation = child(&item_location, method);
                let body = child(&operation, "requestBody");
                collect(contract, bodies(contract, &body), &mut directions.requests);
                let responses = child(&operation, "responses");
                for status in keys(contract, &responses) {
                    let bodies = bodies(contract, &child(&responses, &status));
                    collect(contract, bodies, &mut directions.responses);
                }
            }
        }
        directions
    }
}

/// Returns the locations of the schemas in a `content`.
fn bodies(contract: &Contract, owner: &str) -> Vec<String> {
    let Ok((owner, _)) = contract.resolve(owner) else { return Vec::new() };
    let content = child(&owner, "content");
    let names = keys(contract, &content).into_iter();
    names.map(|name| child(&child(&content, &name), "schema")).collect()
}

fn keys(contract: &Contract, pointer: &str) -> Vec<String> {
    let members = contract.get(pointer).and_then(Value::as_object);
    members.into_iter().flat_map(Map::keys).cloned().collect()
}

/// Adds schemas and all schemas in them.
fn collect(contract: &Contract, mut pending: Vec<String>, seen: &mut HashSet<String>) {
    while let Some(pointer) = pending.pop() {
        let Ok((target, schema)) = contract.resolve(&pointer) else { continue };
        let target = target.into_owned();
        let properties = child(&target, "properties");
        let names = schema["properties"].as_object().into_iter().flat_map(Map::keys);
        let mut inside: Vec<_> = names.map(|name| child(&properties, name)).collect();
        for keyword in ["allOf", "oneOf", "anyOf"] {
            let count = schema[keyword].as_array().map_or(0, Vec::len);
            inside.extend((0..count).map(|index| format!("{target}/{keyword}/{index}")));
        }
        let keywords = ["items", "additionalProperties"].into_iter();
        let keywords = keywords.filter(|keyword| schema[*keyword].is_object());
        inside.extend(keywords.map(|keyword| child(&target, keyword)));
        if seen.insert(target) {
            pending.extend(inside);
        }
    }
}
