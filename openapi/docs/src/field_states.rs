//! The three states of each field of a body: the effect of an absent field, `null` and a value.

use agenthuman_contract::{Contract, ContractError, child, clearable, required};
use serde_json::Value;

use crate::fields::one_line;
use crate::schema;

/// Path of a JSON body's schema, relative to its operation.
const BODY: &str = "/requestBody/content/application~1json/schema";

/// Cell for a state that the server rejects.
const REJECTED: &str = "rejected: 400";

/// The beginnings of a clause about an absent field.
const ABSENT: &[&str] = &["If the field is absent, ", "If the field is absent or `null`, "];

/// The beginnings of a clause about `null`.
const NULL: &[&str] = &["`null` ", "If the field is absent or `null`, "];

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
    let is_update = ["/put", "/patch"].iter().any(|method| operation.ends_with(method));
    let unchanged = if is_update { "unchanged" } else { "not set" };
    let mut table = "Effect of each field of the body:\n\n\
         | field | absent | `null` | a value |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for name in properties.keys() {
        let property = child(&format!("{object}/properties"), name);
        let described = |prefixes| effect(contract, &property, prefixes);
        let absent = match required(contract, &object, name) {
            true => REJECTED.to_owned(),
            false => described(ABSENT).unwrap_or_else(|| unchanged.to_owned()),
        };
        let null = match clearable(contract, &object, name) {
            true => described(NULL).unwrap_or_else(|| "is cleared".to_owned()),
            false => REJECTED.to_owned(),
        };
        let value = values(contract, &property)?;
        table.push_str(&format!("| `{name}` | {absent} | {null} | set to {value} |\n"));
    }
    Ok(Some(table))
}

/// Returns the effect of a state: the clause of the description that begins with one of the prefixes.
fn effect(contract: &Contract, property: &str, prefixes: &[&str]) -> Option<String> {
    let description = contract.get(property).and_then(|schema| schema["description"].as_str());
    let words: Vec<_> = description.unwrap_or_default().split_whitespace().collect();
    let description = words.join(" ");
    let clauses = description.trim_end_matches('.').split(". ");
    let mut clauses = clauses.flat_map(|sentence| sentence.split("; "));
    let effect = |clause: &str| {
        prefixes.iter().find_map(|prefix| clause.strip_prefix(prefix).map(str::to_owned))
    };
    clauses.find_map(effect)
}

/// The words of a sentence about values that are rejected.
const RULES: [&str; 5] = [" must ", " rejected", " cannot ", " accepted", "without "];

/// Returns the list of the rules for the fields of an operation's body in Markdown: the sentences of their
/// descriptions about values that are rejected.
pub(crate) fn rules(contract: &Contract, operation: &str) -> Result<String, ContractError> {
    let body = format!("{operation}{BODY}");
    let (_, schema) = contract.resolve(&body)?;
    let mut list = String::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let description = one_line(property["description"].as_str().unwrap_or_default());
        let sentences = description.trim_end_matches('.').split(". ");
        let rules = sentences.filter(|sentence| RULES.iter().any(|word| sentence.contains(word)));
        let rules: Vec<_> = rules.map(|rule| format!("{rule}.")).collect();
        if !rules.is_empty() {
            list.push_str(&format!("- `{name}`: {}\n", rules.join(" ")));
        }
    }
    Ok(list)
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
    let pattern = match schema["pattern"].as_str() {
        Some(pattern) => format!(", matches `{}`", pattern.replace('|', "\\|")),
        None => String::new(),
    };
    Ok(format!("{kind}{bounds}{pattern}"))
}

/// Returns a value as text, a string without quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
