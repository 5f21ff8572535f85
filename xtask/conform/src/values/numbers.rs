//! Numbers at and beyond the bounds of a schema. The caller confirms them with the validator.

use agenthuman_contract::model::{Aspect, Schema};
use agenthuman_contract::{exact, integer_range};
use serde_json::Value;

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
        let is_outwards_greater = outwards > 0;
        match fact(schema, aspect) {
            Some(Value::Object(exclusive)) => {
                let Some(bound) = exclusive.get("exclusive") else { continue };
                add(Some(bound.clone()), aspect, false);
                match exact::integer(bound).filter(|_| is_integer) {
                    Some(number) => add(Some(exact::from_integer(number - outwards)), aspect, true),
                    None => add(exact::beside(bound, !is_outwards_greater), aspect, true),
                }
            }
            Some(bound) => {
                add(Some(bound.clone()), aspect, true);
                match exact::integer(bound).filter(|_| is_integer) {
                    Some(number) => {
                        add(Some(exact::from_integer(number + outwards)), aspect, false)
                    }
                    None => add(exact::beside(bound, is_outwards_greater), aspect, false),
                }
            }
            None if is_integer => {
                let Some(range) = integer_range(format) else { continue };
                let bound = if outwards < 0 { *range.start() } else { *range.end() };
                add(Some(exact::from_integer(bound)), Aspect::Format, true);
                add(Some(exact::from_integer(bound + outwards)), Aspect::Format, false);
            }
            None => {}
        }
    }
    if let Some(multiple) = fact(schema, Aspect::MultipleOf) {
        // The first multiple within the bounds, if an `f64` is near enough to find it.
        let low = fact(schema, Aspect::Minimum).and_then(Value::as_f64).unwrap_or(0.0);
        let count = multiple.as_f64().map_or(1, |multiple| (low / multiple).ceil() as i128 + 1);
        let multiple_of = exact::times(multiple, count);
        let beside = multiple_of.as_ref().and_then(|value| exact::beside(value, true));
        let next =
            multiple_of.as_ref().and_then(exact::integer).map(|one| exact::from_integer(one + 1));
        add(multiple_of, Aspect::MultipleOf, true);
        add(beside, Aspect::MultipleOf, false);
        add(next, Aspect::MultipleOf, false);
    }
    found
}
