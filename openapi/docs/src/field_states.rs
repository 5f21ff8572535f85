//! The three states of each field of an update: the effect of an absent field, `null` and a value.

use agenthuman_contract::{Contract, ContractError, child, clearable, required};
use serde_json::Value;

use crate::schema;

/// Path of a JSON body's schema, relative to its operation.
const BODY: &str = "/requestBody/content/application~1json/schema";

/// Cell for a state that the server rejects.
const REJECTED: &str = "rejected: 400";

/// Returns the table of an operation in Markdown, with its introduction; `None` if no field of its body
/// can be cleared.
pub(crate) fn markdown(
    contract: &Contract,
    operation: &str,
) -> Result<Option<String>, ContractError> {
    let body = format!("{operation}{BODY}");
    if contract.get(&body).is_none() {
        return Ok(None);
    }
    let (object, schema) = contract.resolve(&body)?;
    let Some(properties) = schema["properties"].as_object() else { return Ok(None) };
    if !properties.keys().any(|name| clearable(contract, &object, name)) {
        return Ok(None);
    }
    let mut table = "Effect of each field of the body:\n\n\
         | field | absent | `null` | a value |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for name in properties.keys() {
        let property = child(&format!("{object}/properties"), name);
        let absent = if required(contract, &object, name) { REJECTED } else { "unchanged" };
        let null = match clearable(contract, &object, name) {
            true => effect_of_null(contract, &property),
            false => REJECTED.to_owned(),
        };
        let value = values(contract, &property)?;
        table.push_str(&format!("| `{name}` | {absent} | {null} | set to {value} |\n"));
    }
    Ok(Some(table))
}

/// Returns the effect of `null`, from the sentence of the description that begins with "`null`".
fn effect_of_null(contract: &Contract, property: &str) -> String {
    let description = contract.get(property).and_then(|schema| schema["description"].as_str());
    let words: Vec<_> = description.unwrap_or_default().split_whitespace().collect();
    let description = words.join(" ");
    let mut sentences = description.trim_end_matches('.').split(". ");
    let effect = sentences.find_map(|sentence| sentence.strip_prefix("`null` "));
    effect.unwrap_or("is cleared").to_owned()
}

/// Describes the values of a field: the listed ones, or the type with its bounds.
fn values(contract: &Contract, property: &str) -> Result<String, ContractError> {
    let pointer = schema::resolve(contract, property)?;
    let schema = contract.get(&pointer).unwrap_or(&Value::Null);
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> = values.iter().map(|value| format!("`{}`", plain(value))).collect();
        return Ok(match values.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => values.concat(),
        });
    }
    let bounds = match (&schema["minimum"], &schema["maximum"]) {
        (Value::Null, Value::Null) => String::new(),
        (minimum, Value::Null) => format!(", at least {minimum}"),
        (Value::Null, maximum) => format!(", at most {maximum}"),
        (minimum, maximum) => format!(", {minimum} … {maximum}"),
    };
    let kind = match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("date-time")) => "a timestamp (RFC 3339)",
        (Some("string"), _) => "text",
        (Some("integer"), _) => "an integer",
        (Some(kind), _) => kind,
        (None, _) => "any value",
    };
    Ok(format!("{kind}{bounds}"))
}

/// Returns a value as text, a string without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
