//! Checks that a response shows the object that the path of the request names.
//!
//! A contract does not state that `thing_id` in the response is `thing_id` of the path. It is assumed
//! for the outermost object of the response that has a property of that name.

use std::collections::VecDeque;

use agenthuman_contract::child;
use agenthuman_contract::model::{Model, Operation, SchemaId};
use serde_json::Value;

use crate::problem::Problem;
use crate::request::Request;
use crate::response::{Response, documented_response};
use crate::schemas::type_name;

/// Maximum depth of the search for the property.
const MAX_DEPTH: usize = 4;

/// Returns a problem for each path parameter that the response shows with another value.
pub(crate) fn problems(
    model: &Model,
    operation: &Operation,
    request: &Request,
    response: &Response,
) -> Vec<Problem> {
    let documented =
        documented_response(operation, response.status).filter(|_| response.is_success());
    let schema =
        documented.and_then(|(_, one)| one.content.values().find_map(|media| media.schema));
    let (Some(schema), Some(body)) = (schema, response.json()) else { return Vec::new() };
    let mut problems = Vec::new();
    for (name, requested) in &request.path_parameters {
        let Some((path, pointer)) = find(model, schema, name) else { continue };
        let shown = match body.pointer(&path) {
            Some(Value::String(text)) => text.clone(),
            Some(number @ Value::Number(_)) => number.to_string(),
            _ => continue,
        };
        if shown != *requested {
            let contract =
                format!("the response shows the object of the path: `{name}` {requested}");
            let server = format!("`{name}` {shown}");
            problems.push(Problem::new("response-other-object", pointer, contract, server));
        }
    }
    problems
}

/// Returns the position of the property in a response, and in the contract.
pub(crate) fn find(model: &Model, schema: SchemaId, name: &str) -> Option<(String, String)> {
    let mut queue = VecDeque::from([(schema, String::new(), 0)]);
    while let Some((id, path, depth)) = queue.pop_front() {
        let properties = &model.schemas[id].properties;
        if let Some(property) = properties.get(name)
            && let Some(id) = property.schema
            && matches!(type_name(&model.schemas[id]), "string" | "integer")
        {
            return Some((child(&path, name), property.pointer.clone()));
        }
        if depth < MAX_DEPTH {
            for (name, property) in properties {
                queue.extend(property.schema.map(|id| (id, child(&path, name), depth + 1)));
            }
        }
    }
    None
}
