//! The walk through all objects of a contract that are not data, such as examples.

use agenthuman_contract::{Contract, Keys, child};
use serde_json::{Map, Value};

/// Calls `visit` with the pointer of each object of OpenAPI: operations, schemas and all others.
pub(super) fn objects(contract: &Contract, visit: &mut dyn FnMut(&str, &Map<String, Value>)) {
    walk("", contract.document(), Keys::Keywords, visit);
}

fn walk(
    pointer: &str,
    value: &Value,
    keys: Keys,
    visit: &mut dyn FnMut(&str, &Map<String, Value>),
) {
    match value {
        Value::Object(members) => {
            if keys == Keys::Keywords {
                visit(pointer, members);
            }
            for (key, member) in members {
                if let Some(keys) = keys.inside(key) {
                    walk(&child(pointer, key), member, keys, visit);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(&format!("{pointer}/{index}"), item, Keys::Keywords, visit);
            }
        }
        _ => {}
    }
}
