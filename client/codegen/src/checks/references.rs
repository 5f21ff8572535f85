//! Checks of all references.

use agenthuman_contract::Contract;
use serde_json::Value;

use super::walk;
use crate::unsupported::Unsupported;

/// Returns every reference that cannot be resolved.
pub(super) fn check(contract: &Contract) -> Vec<Unsupported> {
    let mut found = Vec::new();
    walk::objects(contract, &mut |pointer, members| {
        if let Some(reference) = members.get("$ref").and_then(Value::as_str)
            && let Err(error) = contract.resolve(pointer)
            // The pointer of the error is the last reference of a chain, which is visited too.
            && error.pointer.as_deref() == Some(pointer)
        {
            let subject = format!("the reference `{reference}`");
            found.push(Unsupported::new("client-reference", pointer, &subject, error.message));
        }
    });
    found
}
