//! The error codes of a contract.

use agenthuman_contract::Contract;
use serde_json::Value;

/// The property that has the code of an error.
const CODE: &str = "code";

/// Returns the section with the table of all error codes in Markdown; empty if there are none.
///
/// A code is an item of the list in the description of a property `code`: "- `CODE`: meaning".
pub(crate) fn markdown(contract: &Contract) -> String {
    let schemas = contract.get("/components/schemas").and_then(Value::as_object);
    let properties = schemas.into_iter().flatten().map(|(_, schema)| &schema["properties"][CODE]);
    let descriptions = properties.filter_map(|property| property["description"].as_str());
    let mut rows = String::new();
    for item in descriptions.flat_map(|text| text.split("\n- ").skip(1)) {
        let item = item.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((codes, meaning)) = item.split_once(": ") {
            rows.push_str(&format!("| {codes} | {meaning} |\n"));
        }
    }
    match rows.is_empty() {
        true => rows,
        false => format!("## Error codes\n\n| code | meaning |\n| --- | --- |\n{rows}\n"),
    }
}
