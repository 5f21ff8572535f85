//! Whether an answer is about what was asked for.
//!
//! A contract does not say that `thing_id` of the answer is `thing_id` of the path. It is taken to be
//! so for the outermost object of the answer that has a property of that name.

use std::collections::VecDeque;

use serde_json::Value;

use super::answer::{Answer, Problem, documented};
use super::request::Request;
use super::schemas::type_of;
use agenthuman_contract::child;
use agenthuman_contract::model::{Model, Operation, SchemaId};

/// How deep the property is looked for.
const DEPTH: usize = 4;

/// What is wrong, where an answer names another object than the path.
pub(super) fn problems(
    model: &Model,
    operation: &Operation,
    request: &Request,
    answer: &Answer,
) -> Vec<Problem> {
    let response = documented(operation, answer.status).filter(|_| answer.is_success());
    let schema = response.and_then(|(_, one)| one.content.values().find_map(|media| media.schema));
    let (Some(schema), Some(body)) = (schema, answer.json()) else { return Vec::new() };
    let mut problems = Vec::new();
    for (name, asked) in &request.named {
        let Some((at, pointer)) = find(model, schema, name) else { continue };
        let shown = match body.pointer(&at) {
            Some(Value::String(text)) => text.clone(),
            Some(number @ Value::Number(_)) => number.to_string(),
            _ => continue,
        };
        if shown != *asked {
            let contract = format!("the answer is about what the path names: `{name}` {asked}");
            let server = format!("`{name}` {shown}");
            problems.push(Problem::new("response-other-object", pointer, contract, server));
        }
    }
    problems
}

/// Where in an answer the property is, and where in the contract.
fn find(model: &Model, schema: SchemaId, name: &str) -> Option<(String, String)> {
    let mut queue = VecDeque::from([(schema, String::new(), 0)]);
    while let Some((id, at, depth)) = queue.pop_front() {
        let properties = &model.schemas[id].properties;
        if let Some(property) = properties.get(name)
            && let Some(id) = property.schema
            && matches!(type_of(&model.schemas[id]), "string" | "integer")
        {
            return Some((child(&at, name), property.pointer.clone()));
        }
        if depth < DEPTH {
            for (name, property) in properties {
                queue.extend(property.schema.map(|id| (id, child(&at, name), depth + 1)));
            }
        }
    }
    None
}
