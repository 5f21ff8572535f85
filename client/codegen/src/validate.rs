//! References and patterns that generated code takes for granted.

use agenthuman_contract::{Contract, ContractError, child};
use serde_json::Value;

/// Returns the first reference that cannot be resolved or pattern that the client would misread.
pub fn validate(contract: &Contract) -> Result<(), ContractError> {
    if !contract.document()["paths"].is_object() {
        return Err(contract.error("", "the contract has no `paths`"));
    }
    references(contract, "", contract.document())
}

/// Every `$ref` points to something, and every pattern can be matched.
fn references(contract: &Contract, pointer: &str, value: &Value) -> Result<(), ContractError> {
    match value {
        Value::Object(members) => {
            if members.get("$ref").is_some_and(Value::is_string) {
                contract.resolve(pointer)?;
            }
            super::patterns::check(contract, pointer, value)?;
            // An example may hold anything, a member called `$ref` included.
            let members =
                members.iter().filter(|(key, _)| !matches!(&***key, "example" | "examples"));
            for (key, member) in members {
                references(contract, &child(pointer, key), member)?;
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                references(contract, &format!("{pointer}/{index}"), item)?;
            }
        }
        _ => {}
    }
    Ok(())
}
