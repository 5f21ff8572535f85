//! What progenitor would report without a place, or by a panic: said first, at its place.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::reader::{Contract, ContractError, child};

/// Checks what the client's generators take for granted.
pub fn validate(contract: &Contract) -> Result<(), ContractError> {
    references(contract, "", contract.document())?;
    operations(contract)
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

/// Every operation has a name of its own and one schema for all of its errors.
fn operations(contract: &Contract) -> Result<(), ContractError> {
    let Some(paths) = contract.document()["paths"].as_object() else {
        return Err(contract.error("", "the contract has no `paths`"));
    };
    let mut names = BTreeMap::new();
    for (path, item) in paths {
        let methods = item.as_object().into_iter().flatten();
        for (method, operation) in methods.filter(|(_, value)| value.get("responses").is_some()) {
            let pointer = child(&child("/paths", path), method);
            let Some(name) = operation["operationId"].as_str() else {
                return Err(contract.error(&pointer, "an operation needs an `operationId`"));
            };
            if let Some(other) = names.insert(name, pointer.clone()) {
                let message = format!("`{name}` is the name of `#{other}` already");
                return Err(contract.error(&child(&pointer, "operationId"), message));
            }
            one_error_schema(contract, &child(&pointer, "responses"))?;
        }
    }
    Ok(())
}

fn one_error_schema(contract: &Contract, responses: &str) -> Result<(), ContractError> {
    let statuses = contract.get(responses).and_then(Value::as_object);
    let mut first = None;
    for status in statuses.into_iter().flat_map(|statuses| statuses.keys()) {
        if status.starts_with(['1', '2', '3']) {
            continue;
        }
        let place = child(responses, status);
        let (response, _) = contract.resolve(&place)?;
        let schema = format!("{response}/content/application~1json/schema");
        let schema = contract.resolve(&schema).map(|(schema, _)| schema.into_owned()).ok();
        match &first {
            None => first = Some(schema),
            Some(first) if *first == schema => {}
            Some(_) => {
                let message = "all errors of an operation need the same schema: progenitor knows one error type for each";
                return Err(contract.error(&place, message));
            }
        }
    }
    Ok(())
}
