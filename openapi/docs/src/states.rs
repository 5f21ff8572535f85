//! The three states of each field of an update: what absent, `null` and a value do.

use serde_json::Value;

use agenthuman_contract::{Contract, ContractError, child, clearable, required};

/// How the body of a request is found from its operation.
const BODY: &str = "/requestBody/content/application~1json/schema";

/// The reference refuses what is neither allowed nor there.
const REFUSED: &str = "refused: 400";

/// What stands above the table.
pub const INTRODUCTION: &str = "What each field of the body does:";

/// A Markdown table, where a field of the body can be cleared.
pub fn table(contract: &Contract, operation: &str) -> Result<Option<String>, ContractError> {
    let body = format!("{operation}{BODY}");
    if contract.get(&body).is_none() {
        return Ok(None);
    }
    let (object, schema) = contract.resolve(&body)?;
    let Some(properties) = schema["properties"].as_object() else { return Ok(None) };
    if !properties.keys().any(|name| clearable(contract, &object, name)) {
        return Ok(None);
    }
    let mut table = "| field | absent | `null` | a value |\n| --- | --- | --- | --- |\n".to_owned();
    for name in properties.keys() {
        let at = child(&format!("{object}/properties"), name);
        let absent = if required(contract, &object, name) { REFUSED } else { "unchanged" };
        let null = match clearable(contract, &object, name) {
            true => null(contract, &at),
            false => REFUSED.to_owned(),
        };
        let value = value(contract, &at)?;
        table.push_str(&format!("| `{name}` | {absent} | {null} | set to {value} |\n"));
    }
    Ok(Some(table))
}

/// What the contract says of `null`, in a sentence that begins with it.
fn null(contract: &Contract, property: &str) -> String {
    let description = contract.get(property).and_then(|schema| schema["description"].as_str());
    let words: Vec<_> = description.unwrap_or_default().split_whitespace().collect();
    let description = words.join(" ");
    let mut sentences = description.trim_end_matches('.').split(". ");
    sentences.find_map(|one| one.strip_prefix("`null` ")).unwrap_or("is cleared").to_owned()
}

/// Which values a field takes, in a few words.
fn value(contract: &Contract, property: &str) -> Result<String, ContractError> {
    let at = meant(contract, property)?;
    let schema = contract.get(&at).unwrap_or(&Value::Null);
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(|value| format!("`{}`", plain(value))).collect();
        return Ok(match values.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => values.concat(),
        });
    }
    let bounds = match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, Value::Null) => String::new(),
        (least, Value::Null) => format!(", at least {least}"),
        (Value::Null, most) => format!(", at most {most}"),
        (least, most) => format!(", {least} … {most}"),
    };
    let kind = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => "a timestamp (RFC 3339)",
        (Some("string"), _) => "text",
        (Some("integer"), _) => "a whole number",
        (Some(kind), _) => kind,
        (None, _) => "anything",
    };
    Ok(format!("{kind}{bounds}"))
}

/// Where the schema is that is meant: behind a `$ref`, or behind an `allOf` of one, which is how a
/// reference gets a description.
pub fn meant(contract: &Contract, schema: &str) -> Result<String, ContractError> {
    let (at, _) = contract.resolve(schema)?;
    let inside = format!("{at}/allOf/0");
    match contract.get(&inside) {
        Some(_) => Ok(contract.resolve(&inside)?.0.into_owned()),
        None => Ok(at.into_owned()),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
