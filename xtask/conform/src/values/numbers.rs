//! Numbers at and beyond the bounds of a schema. The caller confirms them with the validator.

use agenthuman_contract::model::{Aspect, Schema};
use serde_json::{Value, json};

use crate::schemas::{fact, type_name};

/// Returns numbers at the bounds of a schema and one step beyond, each with the keyword it tests and
/// whether it is expected to be valid.
pub(super) fn numbers(schema: &Schema) -> Vec<(Value, Aspect, bool)> {
    let mut found = Vec::new();
    let is_integer = type_name(schema) == "integer";
    let format = fact(schema, Aspect::Format).and_then(Value::as_str).unwrap_or_default();
    for (aspect, outwards) in [(Aspect::Minimum, -1_i128), (Aspect::Maximum, 1)] {
        match fact(schema, aspect) {
            Some(Value::Object(exclusive)) => {
                if let Some(bound) = exclusive.get("exclusive").and_then(Value::as_f64) {
                    found.push((json!(bound), aspect, false));
                    found.push((json!(bound - outwards as f64 * step(bound)), aspect, true));
                }
            }
            Some(bound) => match (is_integer, bound.as_i64()) {
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
            None if is_integer => {
                let Some((low, high)) = range_of(format) else { continue };
                let bound = if outwards < 0 { low } else { high };
                found.extend(integer(bound).map(|value| (value, Aspect::Format, true)));
                found.extend(integer(bound + outwards).map(|value| (value, Aspect::Format, false)));
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
            found.push((value, Aspect::MultipleOf, valid));
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

/// Returns the least and the greatest number of an integer format.
fn range_of(format: &str) -> Option<(i128, i128)> {
    Some(match format {
        "int8" => (i8::MIN.into(), i8::MAX.into()),
        "int16" => (i16::MIN.into(), i16::MAX.into()),
        "int32" => (i32::MIN.into(), i32::MAX.into()),
        "int64" => (i64::MIN.into(), i64::MAX.into()),
        "uint8" => (0, u8::MAX.into()),
        "uint16" => (0, u16::MAX.into()),
        "uint32" => (0, u32::MAX.into()),
        "uint" | "uint64" => (0, u64::MAX.into()),
        _ => return None,
    })
}
