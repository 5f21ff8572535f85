//! The operations of a contract, by JSON pointer.

use agenthuman_contract::{Contract, METHODS, child};
use serde_json::Value;

/// Returns the pointers of all operations, in the order of the contract.
pub(crate) fn operations(contract: &Contract) -> Vec<String> {
    let mut operations = Vec::new();
    for (path, item) in contract.get("/paths").and_then(Value::as_object).into_iter().flatten() {
        let methods = METHODS.iter().filter(|method| item.get(method).is_some());
        operations.extend(methods.map(|method| child(&child("/paths", path), method)));
    }
    operations
}

/// Returns the method of an operation in upper case, and its path.
pub(crate) fn method_and_path(operation: &str) -> (String, String) {
    let (path, method) = operation.rsplit_once('/').unwrap_or_default();
    let path = path.trim_start_matches("/paths/").replace("~1", "/").replace("~0", "~");
    (method.to_uppercase(), path)
}

/// Returns a string of the contract; empty if it is missing.
pub(crate) fn text<'a>(contract: &'a Contract, pointer: &str) -> &'a str {
    contract.get(pointer).and_then(Value::as_str).unwrap_or_default()
}
