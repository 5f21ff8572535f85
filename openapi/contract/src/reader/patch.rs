//! The rule of the three states.

use std::collections::HashSet;

use serde_json::Value;

use super::{Contract, child};

/// Whether a property of a request can be cleared: absent, `null` and a value then mean three
/// different things.
///
/// That is so where the property is optional (not in `required`) and nullable. `object` points to
/// the schema that has the property.
pub fn clearable(contract: &Contract, object: &str, property: &str) -> bool {
    !required(contract, object, property)
        && nullable(contract, &child(&format!("{object}/properties"), property))
}

/// Whether a property must be there.
pub fn required(contract: &Contract, object: &str, property: &str) -> bool {
    let required = contract.get(object).and_then(|schema| schema["required"].as_array());
    required.is_some_and(|names| names.iter().any(|name| name == property))
}

/// Whether the schema at `pointer` allows `null`: by itself, or through the schema that it stands for.
pub fn nullable(contract: &Contract, pointer: &str) -> bool {
    let mut pointer = pointer.to_owned();
    // An `allOf` may lead back to itself.
    let mut seen = HashSet::new();
    loop {
        let Ok((target, schema)) = contract.resolve(&pointer) else { return false };
        if schema["nullable"] == Value::Bool(true) {
            return true;
        }
        let inside = match schema["allOf"].as_array() {
            Some(members) if members.len() == 1 => format!("{target}/allOf/0"),
            _ => return false,
        };
        if !seen.insert(target.into_owned()) {
            return false;
        }
        pointer = inside;
    }
}
