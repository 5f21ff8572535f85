//! The rule of the three states.

use serde_json::Value;

/// Whether a property of a request can be cleared: absent, `null` and a value then mean three
/// different things.
///
/// That is so where the property is optional (not in `required`) and nullable. `object` is the
/// schema that has the property, with its `$ref`s resolved.
pub fn clearable(object: &Value, property: &str) -> bool {
    let required = object["required"]
        .as_array()
        .is_some_and(|names| names.iter().any(|name| name == property));
    let nullable = object["properties"][property]["nullable"] == Value::Bool(true);
    nullable && !required
}
