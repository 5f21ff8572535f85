//! The error codes of a contract.

use agenthuman_contract::{Contract, child};
use serde_json::Value;

/// The property that has the code of an error.
const CODE: &str = "code";

/// Returns the section with the table of all error codes in Markdown; empty if there are none.
pub(crate) fn markdown(contract: &Contract) -> String {
    match table(contract) {
        table if table.is_empty() => table,
        table => format!("## Error codes\n\n{table}\n"),
    }
}

/// Returns the table of all error codes in Markdown; empty if there are none.
///
/// A code is an item of the list in the description of a property `code`: "- `CODE`: meaning".
pub(crate) fn table(contract: &Contract) -> String {
    let schemas = contract.get("/components/schemas").and_then(Value::as_object);
    let properties = schemas.into_iter().flatten().map(|(_, schema)| &schema["properties"][CODE]);
    let descriptions = properties.filter_map(|property| property["description"].as_str());
    let mut rows = String::new();
    for item in descriptions.flat_map(|text| text.split("\n- ").skip(1)) {
        let item = item.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((codes, meaning)) = item.split_once(": ") {
            let codes: Vec<_> = codes.split(", ").collect();
            for code in codes {
                let (status, suggestion) = example(contract, code.trim_matches('`'));
                rows.push_str(&format!("| {code} | {status} | {meaning} | {suggestion} |\n"));
            }
        }
    }
    match rows.is_empty() {
        true => rows,
        false => format!(
            "| code | status | meaning | for example, how to fix it |\n| --- | --- | --- | --- |\n{rows}"
        ),
    }
}

/// Returns the statuses with a code in an example, and the suggestion of the first one; else nothing.
fn example(contract: &Contract, code: &str) -> (String, String) {
    let mut statuses = Vec::new();
    let mut suggestion = String::new();
    for operation in contract.operations() {
        let responses = format!("{operation}/responses");
        let members = contract.get(&responses).and_then(Value::as_object);
        for status in members.into_iter().flat_map(|members| members.keys()) {
            let unresolved = child(&responses, status);
            let Ok((_, response)) = contract.resolve(&unresolved) else { continue };
            let examples = response.pointer("/content/application~1json/examples");
            for (_, example) in examples.and_then(Value::as_object).into_iter().flatten() {
                let error = &example["value"]["error"];
                if error["code"] == code && !statuses.contains(status) {
                    statuses.push(status.clone());
                    let text = error["suggestion"].as_str().unwrap_or_default();
                    suggestion = text.replace('|', "\\|");
                }
            }
        }
    }
    (statuses.join(", "), suggestion)
}
