//! Checks of all references.

use agenthuman_contract::{Contract, child};
use serde_json::Value;

use crate::unsupported::Unsupported;

/// Returns every reference that cannot be resolved.
pub(super) fn check(contract: &Contract) -> Vec<Unsupported> {
    let mut found = Vec::new();
    visit(contract, "", contract.document(), &mut found);
    found
}

fn visit(contract: &Contract, pointer: &str, value: &Value, found: &mut Vec<Unsupported>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str)
                && let Err(error) = contract.resolve(pointer)
            {
                // The pointer of the error is the last reference of a chain, which is visited too.
                if error.pointer.as_deref() == Some(pointer) {
                    let subject = format!("the reference `{reference}`");
                    found.push(Unsupported::new(
                        "client-reference",
                        pointer,
                        &subject,
                        error.message,
                    ));
                }
            }
            // Examples are data: their members have no meaning in OpenAPI, `$ref` included.
            let members =
                members.iter().filter(|(key, _)| !matches!(&***key, "example" | "examples"));
            for (key, member) in members {
                visit(contract, &child(pointer, key), member, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                visit(contract, &format!("{pointer}/{index}"), item, found);
            }
        }
        _ => {}
    }
}
