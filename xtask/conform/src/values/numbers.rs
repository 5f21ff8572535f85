//! Numbers at and beyond the bounds of a schema. The caller confirms them with the validator.

use agenthuman_contract::integer_range;
use agenthuman_contract::model::{Aspect, Schema};
use serde_json::{Value, json};

use crate::schemas::{fact, type_name};

/// A number that may or may not be valid as intended.
pub(super) struct NumberCandidate {
    pub value: Value,
    /// The keyword that it tests.
    pub aspect: Aspect,
    /// True if it is expected to be valid.
    pub valid: bool,
}

/// Returns numbers at the bounds of a schema and one step beyond.
pub(super) fn numbers(schema: &Schema) -> Vec<NumberCandidate> {
    let mut found = Vec::new();
    let mut add = |value: Option<Value>, aspect, valid| {
        found.extend(value.map(|value| NumberCandidate { value, aspect, valid }));
    };
    let is_integer = type_name(schema) == "integer";
    let format = fact(schema, Aspect::Format).and_then(Value::as_str).unwrap_or_default();
    for (aspect, outwards) in [(Aspect::Minimum, -1_i128), (Aspect::Maximum, 1)] {
        match fact(schema, aspect) {
            Some(Value::Object(exclusive)) => {
                if let Some(bound) = exclusive.get("exclusive").and_then(Value::as_f64) {
                    add(Some(json!(bound)), aspect, false);
                    add(Some(json!(bound - outwards as f64 * step(bound))), aspect, true);
                }
            }
            Some(bound) => match (is_integer, bound.as_i64()) {
                (true, Some(number)) => {
                    let number = i128::from(number);
                    add(integer(number), aspect, true);
                    add(integer(number + outwards), aspect, false);
                }
                _ => {
                    let bound = bound.as_f64().unwrap_or_default();
                    add(Some(json!(bound)), aspect, true);
                    add(Some(json!(bound + outwards as f64 * step(bound))), aspect, false);
                }
            },
            None if is_integer => {
                let Some(range) = integer_range(format) else { continue };
                let bound = if outwards < 0 { *range.start() } else { *range.end() };
                add(integer(bound), Aspect::Format, true);
                add(integer(bound + outwards), Aspect::Format, false);
            }
            None => {}
        }
    }
    if let Some(multiple) = fact(schema, Aspect::MultipleOf).and_then(Value::as_f64) {
        let low = fact(schema, Aspect::Minimum).and_then(Value::as_f64).unwrap_or(0.0);
        let multiple_of = ((low / multiple).ceil() + 1.0) * multiple;
        for (value, valid) in
            [(multiple_of, true), (multiple_of + multiple / 2.0, false), (multiple_of + 1.0, false)]
        {
            let value =
                if is_integer && value.fract() == 0.0 { json!(value as i64) } else { json!(value) };
            add(Some(value), Aspect::MultipleOf, valid);
        }
    }
    found
}

/// Returns a step that is small in relation to a bound, and exact in binary for common bounds.
fn step(bound: f64) -> f64 {
    bound.abs().max(1.0) / 1024.0
}

/// Returns an integer as JSON; `None` if it fits neither `i64` nor `u64`.
fn integer(number: i128) -> Option<Value> {
    i64::try_from(number).map(Value::from).or(u64::try_from(number).map(Value::from)).ok()
}
