//! Checks of `allOf` for members that progenitor cannot merge.

use std::collections::{BTreeMap, BTreeSet};

use agenthuman_contract::{Contract, child};
use serde_json::Value;

use super::walk;
use crate::unsupported::{Limit, Unsupported};

/// Returns each `allOf` that leads back to itself through a property of several members.
///
/// typify merges the schemas of such a property, which contain the same `allOf` again: it would not end.
pub(super) fn check(contract: &Contract) -> Vec<Unsupported> {
    let mut found = Vec::new();
    for pointer in merged_schemas(contract) {
        let mut owners = BTreeMap::<String, Vec<String>>::new();
        for member in members(contract, &pointer) {
            let mut properties = BTreeSet::new();
            collect_properties(contract, &member, &mut properties, &mut BTreeSet::new());
            for property in properties {
                let name = property.rsplit('/').next().unwrap_or_default().to_owned();
                owners.entry(name).or_default().push(property);
            }
        }
        let shared = owners.values().filter(|properties| properties.len() > 1).flatten();
        if shared.into_iter().any(|property| reaches(contract, property, &pointer)) {
            let list = child(&pointer, "allOf");
            let construct = "an `allOf` that contains itself in a property of several members";
            let message = Limit::Progenitor.message(construct);
            found.push(Unsupported::new("client-all-of", &list, "a schema", message));
        }
    }
    found
}

/// Returns the pointers of all schemas with an `allOf` of several members.
fn merged_schemas(contract: &Contract) -> Vec<String> {
    let mut found = Vec::new();
    walk::objects(contract, &mut |pointer, members| {
        if members.get("allOf").and_then(Value::as_array).is_some_and(|all| all.len() > 1) {
            found.push(pointer.to_owned());
        }
    });
    found
}

/// Returns the pointers of the members of an `allOf`.
fn members(contract: &Contract, pointer: &str) -> Vec<String> {
    let list = child(pointer, "allOf");
    let count = contract.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
    (0..count).map(|number| format!("{list}/{number}")).collect()
}

/// Collects the pointers of the properties that a schema has, by itself or by its `allOf`.
fn collect_properties(
    contract: &Contract,
    pointer: &str,
    found: &mut BTreeSet<String>,
    seen: &mut BTreeSet<String>,
) {
    let Ok((pointer, schema)) = contract.resolve(pointer) else { return };
    if !seen.insert(pointer.to_string()) {
        return;
    }
    let properties = child(&pointer, "properties");
    for name in schema["properties"].as_object().into_iter().flat_map(|all| all.keys()) {
        found.insert(child(&properties, name));
    }
    for member in members(contract, &pointer) {
        collect_properties(contract, &member, found, seen);
    }
}

/// Returns true if the schema at `from` contains the one at `to`, through any references.
fn reaches(contract: &Contract, from: &str, to: &str) -> bool {
    let mut pending = vec![from.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(pointer) = pending.pop() {
        let Ok((pointer, value)) = contract.resolve(&pointer) else { continue };
        if pointer == to {
            return true;
        }
        if !seen.insert(pointer.to_string()) {
            continue;
        }
        match value {
            Value::Object(members) => {
                pending.extend(members.keys().map(|key| child(&pointer, key)));
            }
            Value::Array(items) => {
                pending.extend((0..items.len()).map(|number| format!("{pointer}/{number}")));
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn shared_property_with_the_same_all_of_is_found() {
        let document = |property: &str| {
            format!(
                "openapi: 3.0.3
components:
  schemas:
    A: {{properties: {{all: {{items: {{allOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}]}}}}}}}}
    B: {{properties: {{{property}: {{items: {{allOf: [{{$ref: '#/components/schemas/A'}}, {{type: object}}]}}}}}}}}
"
            )
        };
        for (property, expected) in [("all", 1), ("other", 0)] {
            let contract = Contract::parse("c.yaml", &document(property)).unwrap();
            assert_eq!(check(&contract).len(), expected, "{property}");
        }
    }
}
