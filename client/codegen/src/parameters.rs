//! Parameters, of which some are lists with a delimiter: `ids=1,2,3`, or `/things/1,2,3`.
//!
//! progenitor sends each item as a parameter of its own, `ids=1&ids=2`. For any other list it gets a
//! parameter that is a string, and the client joins the items.

use agenthuman_contract::{Contract, METHODS, child};
use serde_json::{Map, Value, json};
use syn::{Type, parse_quote};

/// Returns the delimiter of the parameter at this pointer, if it is a list with a delimiter.
pub fn delimiter(contract: &Contract, pointer: &str) -> Option<&'static str> {
    let (pointer, parameter) = contract.resolve(pointer).ok()?;
    let schema = child(&pointer, "schema");
    if contract.resolve(&schema).ok()?.1["type"] != "array" {
        return None;
    }
    let is_exploded = parameter["explode"].as_bool();
    match (parameter["in"].as_str()?, parameter["style"].as_str()) {
        ("path" | "header", _) => Some(","),
        ("query", Some("spaceDelimited")) => is_delimited(is_exploded, false).then_some(" "),
        ("query", Some("pipeDelimited")) => is_delimited(is_exploded, false).then_some("|"),
        ("query", _) => is_delimited(is_exploded, true).then_some(","),
        _ => None,
    }
}

fn is_delimited(is_exploded: Option<bool>, default: bool) -> bool {
    !is_exploded.unwrap_or(default)
}

/// Returns the type of a list with a delimiter, from the pointer of its schema.
pub fn list_type(contract: &Contract, schema: &str) -> Type {
    let items = contract.resolve(schema).map(|(at, _)| child(&at, "items")).unwrap_or_default();
    match contract.resolve(&items).ok().and_then(|(_, item)| item["type"].as_str()) {
        Some("integer") => parse_quote!(::std::vec::Vec<i64>),
        Some("number") => parse_quote!(::std::vec::Vec<f64>),
        Some("boolean") => parse_quote!(::std::vec::Vec<bool>),
        _ => parse_quote!(::std::vec::Vec<::std::string::String>),
    }
}

/// Makes a string of each list with a delimiter, in the copy of the contract that progenitor reads. No
/// parameter is nullable there.
pub fn prepare(contract: &Contract, document: &mut Value) {
    let paths = contract.document()["paths"].as_object();
    for (path, item) in paths.into_iter().flatten() {
        let path = child("/paths", path);
        let operations = METHODS.into_iter().filter(|method| item.get(method).is_some());
        for owner in operations.map(|method| child(&path, method)).chain([path.clone()]) {
            let list = child(&owner, "parameters");
            let count = contract.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
            for pointer in (0..count).map(|number| format!("{list}/{number}")) {
                let is_list = delimiter(contract, &pointer).is_some();
                let Ok((pointer, _)) = contract.resolve(&pointer) else { continue };
                match document.pointer_mut(&pointer) {
                    Some(Value::Object(parameter)) if is_list => make_string(parameter),
                    // A parameter without a value is absent, and progenitor cannot send `null`.
                    Some(Value::Object(parameter)) => {
                        let schema = parameter.get_mut("schema").and_then(Value::as_object_mut);
                        schema.map(|schema| schema.remove("nullable"));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn make_string(parameter: &mut Map<String, Value>) {
    parameter.remove("style");
    parameter.remove("explode");
    parameter.insert("schema".to_owned(), json!({ "type": "string" }));
}
