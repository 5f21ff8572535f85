//! Numbers at the bounds of a schema. Candidates, as those of `text`: the validator judges them.

use serde_json::{Value, json};

use super::schemas::{fact, type_of};
use agenthuman_contract::integer_range;
use agenthuman_contract::model::{Aspect, Schema};

/// Numbers at the bounds of a schema and one step beyond.
pub(super) fn numbers(schema: &Schema) -> Vec<(Value, Aspect, bool)> {
    let mut found = Vec::new();
    let whole = type_of(schema) == "integer";
    let format = fact(schema, Aspect::Format).and_then(Value::as_str).unwrap_or_default();
    for (aspect, outwards) in [(Aspect::Minimum, -1_i128), (Aspect::Maximum, 1)] {
        match fact(schema, aspect) {
            Some(Value::Object(exclusive)) => {
                if let Some(bound) = exclusive.get("exclusive").and_then(Value::as_f64) {
                    found.push((json!(bound), aspect, false));
                    found.push((json!(bound - outwards as f64 * step(bound)), aspect, true));
                }
            }
            Some(bound) => match (whole, bound.as_i64()) {
                (true, Some(number)) => {
                    let number = i128::from(number);
                    found.extend(integer(number).map(|value| (value, aspect, true)));
                    found.extend(integer(number + outwards).map(|value| (value, aspect, false)));
                }
                _ => {
                    let bound = bound.as_f64().unwrap_or_default();
                    found.push((json!(bound), aspect, true));
                    found.push((json!(bound + outwards as f64 * step(bound)), aspect, false));
                }
            },
            None if whole => {
                let Some(range) = integer_range(format) else { continue };
                let bound = if outwards < 0 { *range.start() } else { *range.end() };
                found.extend(integer(bound).map(|value| (value, Aspect::Format, true)));
                found.extend(integer(bound + outwards).map(|value| (value, Aspect::Format, false)));
            }
            None => {}
        }
    }
    if let Some(multiple) = fact(schema, Aspect::MultipleOf).and_then(Value::as_f64) {
        let low = fact(schema, Aspect::Minimum).and_then(Value::as_f64).unwrap_or(0.0);
        let inside = ((low / multiple).ceil() + 1.0) * multiple;
        for (value, inside) in
            [(inside, true), (inside + multiple / 2.0, false), (inside + 1.0, false)]
        {
            let value =
                if whole && value.fract() == 0.0 { json!(value as i64) } else { json!(value) };
            found.push((value, Aspect::MultipleOf, inside));
        }
    }
    found
}

fn step(bound: f64) -> f64 {
    bound.abs().max(1.0) / 1024.0
}

fn integer(number: i128) -> Option<Value> {
    i64::try_from(number).map(Value::from).or(u64::try_from(number).map(Value::from)).ok()
}
