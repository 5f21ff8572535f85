//! The operations of a contract, and their names.

use std::borrow::Cow;

use serde_json::Value;

use crate::{Contract, METHODS, child};

impl Contract {
    /// Returns the pointers of all operations, in the order of the contract.
    pub fn operations(&self) -> Vec<String> {
        let mut operations = Vec::new();
        for (path, item) in self.get("/paths").and_then(Value::as_object).into_iter().flatten() {
            let methods = METHODS.iter().filter(|method| item.get(method).is_some());
            operations.extend(methods.map(|method| child(&child("/paths", path), method)));
        }
        operations
    }

    /// Returns the `operationId` of the operation at this pointer, or a name that is derived from its
    /// method and path if the contract gives none: `get_things_by_id` for `GET /things/{id}`.
    ///
    /// A derived name has only letters, digits and underscores.
    ///
    /// ```
    /// use agenthuman_contract::Contract;
    ///
    /// let text = r#"{"openapi": "3.0.3", "paths": {
    ///     "/v1/things/{id}": {"get": {}, "put": {"operationId": "change_thing"}}
    /// }}"#;
    /// let contract = Contract::parse("things.json", text)?;
    /// assert_eq!(contract.operation_id("/paths/~1v1~1things~1{id}/get"), "get_v1_things_by_id");
    /// assert_eq!(contract.operation_id("/paths/~1v1~1things~1{id}/put"), "change_thing");
    /// # Ok::<(), agenthuman_contract::ContractError>(())
    /// ```
    pub fn operation_id(&self, operation: &str) -> Cow<'_, str> {
        if let Some(id) = self.get(&child(operation, "operationId")).and_then(Value::as_str) {
            return id.into();
        }
        let (path, method) = operation.rsplit_once('/').unwrap_or(("", operation));
        let path = path.strip_prefix("/paths/").unwrap_or(path);
        derived(&path.replace("~1", "/").replace("~0", "~"), method).into()
    }
}

fn derived(path: &str, method: &str) -> String {
    let words = path.replace('{', "/by/");
    let words: Vec<_> = words
        .split(|one: char| !one.is_ascii_alphanumeric() && one != '_')
        .filter(|word| !word.is_empty())
        .collect();
    match words.as_slice() {
        [] => format!("{method}_root"),
        words => format!("{method}_{}", words.join("_")),
    }
}

#[cfg(test)]
mod tests {
    use super::derived;

    #[test]
    fn a_name_is_derived_from_method_and_path() {
        for (path, method, name) in [
            ("/", "get", "get_root"),
            ("/things", "post", "post_things"),
            (
                "/things/{thingId}/parts/{part_id}",
                "delete",
                "delete_things_by_thingId_parts_by_part_id",
            ),
            ("/files/{name}.{type}", "get", "get_files_by_name_by_type"),
            ("/a-b/c%20d/~e", "put", "put_a_b_c_20d_e"),
        ] {
            assert_eq!(derived(path, method), name);
        }
    }
}
