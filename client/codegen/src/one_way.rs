//! Properties of requests or of responses only: `readOnly` and `writeOnly`.
//!
//! Such a property is required in one direction only, and one schema can describe both. progenitor
//! ignores these keywords: it would reject each response without a required `writeOnly` property.

use agenthuman_contract::{Contract, child};
use serde_json::Value;

/// Returns the contract in which no `readOnly` and no `writeOnly` property is required.
pub fn relaxed(contract: &Contract) -> Contract {
    let mut document = contract.document().clone();
    for part in ["paths", "components"] {
        relax(contract, &format!("/{part}"), &mut document[part]);
    }
    contract.with_document(document)
}

fn relax(contract: &Contract, pointer: &str, value: &mut Value) {
    match value {
        Value::Object(members) => {
            let properties = child(pointer, "properties");
            if let Some(Value::Array(required)) = members.get_mut("required") {
                required.retain(|name| {
                    let name = name.as_str().unwrap_or_default();
                    !is_one_way(contract, &child(&properties, name))
                });
            }
            for (key, member) in members.iter_mut() {
                relax(contract, &child(pointer, key), member);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter_mut().enumerate() {
                relax(contract, &format!("{pointer}/{number}"), item);
            }
        }
        _ => {}
    }
}

fn is_one_way(contract: &Contract, property: &str) -> bool {
    contract.get(property).is_some()
        && contract.resolve(property).is_ok_and(|(_, schema)| {
            ["readOnly", "writeOnly"].iter().any(|key| schema[key] == Value::Bool(true))
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn one_way_properties_are_not_required() {
        let text = "openapi: 3.0.3
paths: {}
components:
  schemas:
    Secret: {type: string, writeOnly: true}
    Job:
      required: [id, name, secret]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string, readOnly: false}
        secret: {$ref: '#/components/schemas/Secret'}
";
        let contract = relaxed(&Contract::parse("c.yaml", text).unwrap());
        let required = contract.get("/components/schemas/Job/required").unwrap();
        assert_eq!(*required, serde_json::json!(["name"]));
    }
}
