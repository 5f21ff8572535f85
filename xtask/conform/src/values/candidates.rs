//! Candidates for the test values of a schema.

use agenthuman_contract::exact;
use agenthuman_contract::model::{Aspect, Schema};
use serde_json::{Value, json};

use crate::excerpt::quoted_excerpt;
use crate::schemas::type_name;

/// A value for a schema.
#[derive(Clone, Debug)]
pub(crate) struct TestValue {
    /// Description of the value, such as `0 (minimum is 1)`.
    pub description: String,
    /// Position of the constraint in the contract.
    pub pointer: String,
    pub value: Value,
    /// True if the value is valid against the schema.
    pub valid: bool,
}

/// Candidates for test values of one schema.
pub(super) struct Candidates<'s> {
    pub schema: &'s Schema,
    pub values: Vec<TestValue>,
}

impl Candidates<'_> {
    /// Adds a value for a keyword of the schema, or for the schema if it does not have the keyword.
    pub(super) fn add(
        &mut self,
        aspect: Option<Aspect>,
        description: String,
        value: Value,
        valid: bool,
    ) {
        let fact = aspect.and_then(|aspect| self.schema.facts.get(&aspect));
        let pointer = fact.map_or(&self.schema.pointer, |fact| &fact.pointer).clone();
        self.values.push(TestValue { description, pointer, value, valid });
    }

    /// Adds a value for a constraint at another position, such as that of an item.
    pub(super) fn add_at(&mut self, pointer: &str, description: String, value: Value, valid: bool) {
        self.values.push(TestValue { description, pointer: pointer.to_owned(), value, valid });
    }
}

/// Adds each listed value, and values that differ from a listed one in a detail.
pub(super) fn enumeration(values: &[Value], candidates: &mut Candidates<'_>) {
    let aspect = Some(Aspect::Enum);
    for value in values {
        candidates.add(
            aspect,
            format!("{}, which is listed", exact::json(value)),
            value.clone(),
            true,
        );
    }
    if let Some(text) = values.iter().find_map(Value::as_str) {
        for (text, difference) in [
            (text.to_uppercase(), "in upper case"),
            (format!("{text} "), "with a trailing space"),
            (String::new(), "empty"),
            ("no_such_value".to_owned(), "not listed"),
        ] {
            candidates.add(
                aspect,
                format!("{}, {difference}", quoted_excerpt(&text)),
                text.into(),
                false,
            );
        }
    }
    if let Some(largest) = values.iter().filter_map(Value::as_i64).max() {
        let beyond = largest.saturating_add(1);
        candidates.add(aspect, format!("{beyond}, not listed"), beyond.into(), false);
    }
}

/// Adds a value of every other type.
pub(super) fn wrong_types(
    schema: &Schema,
    sample: Option<&Value>,
    candidates: &mut Candidates<'_>,
) {
    let own = type_name(schema);
    if own.is_empty() {
        return;
    }
    let text = match sample {
        Some(Value::String(_)) | None => "1".to_owned(),
        Some(other) => exact::json(other),
    };
    for (name, value) in [
        ("string", Value::from(text)),
        ("integer", 1.into()),
        ("boolean", true.into()),
        ("array", sample.map_or(json!([]), |sample| json!([sample]))),
        ("object", json!({})),
    ] {
        let same = name == own || own == "number" && name == "integer";
        if !same {
            candidates.add(Some(Aspect::Type), format!("{value}, not of type {own}"), value, false);
        }
    }
}
