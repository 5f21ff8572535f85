//! The examples that a contract documents for a body or a parameter.

use agenthuman_contract::{Contract, child};
use serde_json::Value;

/// A documented example.
#[derive(Clone, Debug)]
pub(crate) struct Example<'a> {
    pub name: String,
    /// Position of the value in the contract.
    pub pointer: String,
    /// The value; `None` if the contract has only its address (`externalValue`).
    pub value: Option<&'a Value>,
}

impl<'a> Example<'a> {
    /// Returns the examples of the media type or the parameter at `pointer`.
    pub(crate) fn all_at(contract: &'a Contract, pointer: &str) -> Vec<Self> {
        let mut examples = Vec::new();
        let single = child(pointer, "example");
        if let Some(value) = contract.get(&single) {
            examples.push(Example {
                name: "example".to_owned(),
                pointer: single,
                value: Some(value),
            });
        }
        let named = child(pointer, "examples");
        let members = contract.get(&named).and_then(Value::as_object);
        for name in members.into_iter().flat_map(|members| members.keys()) {
            let example = child(&named, name);
            let Ok((at, _)) = contract.resolve(&example) else { continue };
            let pointer = child(&at, "value");
            let value = contract.get(&pointer);
            if value.is_some() || contract.get(&child(&at, "externalValue")).is_some() {
                examples.push(Example { name: name.clone(), pointer, value });
            }
        }
        examples
    }
}
