//! Required, nullable and clearable properties.

use std::collections::HashSet;

use serde_json::Value;

use super::contract::Contract;
use super::pointer::child;

/// Returns true if a property of a request can be cleared: absent, `null` and a value have three
/// different meanings.
///
/// A property is clearable if it is optional (not in `required`) and nullable. `object` points to
/// the schema that has the property.
pub fn clearable(contract: &Contract, object: &str, property: &str) -> bool {
    !required(contract, object, property)
        && nullable(contract, &child(&format!("{object}/properties"), property))
}

/// Returns true if the schema at `object` requires a property.
pub fn required(contract: &Contract, object: &str, property: &str) -> bool {
    let required = contract.get(object).and_then(|schema| schema["required"].as_array());
    required.is_some_and(|names| names.iter().any(|name| name == property))
}

/// Returns true if the schema at `pointer` allows `null`, itself or through a reference or an `allOf`
/// of one.
pub fn nullable(contract: &Contract, pointer: &str) -> bool {
    let mut pointer = pointer.to_owned();
    // An `allOf` can contain itself.
    let mut seen = HashSet::new();
    loop {
        let Ok((target, schema)) = contract.resolve(&pointer) else { return false };
        if schema["nullable"] == Value::Bool(true) {
            return true;
        }
        let member = match schema["allOf"].as_array() {
            Some(members) if members.len() == 1 => format!("{target}/allOf/0"),
            _ => return false,
        };
        if !seen.insert(target.into_owned()) {
            return false;
        }
        pointer = member;
    }
}
