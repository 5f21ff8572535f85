//! Documents whose numbers keep their digits.
//!
//! `serde_json::Value` rounds a number that is neither a 64-bit integer nor an `f64`. In an exact
//! document such a number is a string with a prefix that no document contains: the same trick as
//! serde_json's for its feature `arbitrary_precision`, which cannot be used here, because Cargo would
//! enable it for every crate of the build. All other numbers remain numbers.
//!
//! ```
//! use agenthuman_contract::exact;
//!
//! let [small, large] = ["9007199254740993.5", "9007199254740993.25"];
//! assert_ne!(exact::from_json(small)?, exact::from_json(large)?);
//! assert_eq!(exact::json(&exact::from_json(large)?), large);
//! # Ok::<(), String>(())
//! ```

use std::borrow::Cow;

use serde_json::{Number, Value};

use crate::decimal::Decimal;
use crate::reader::{Contract, EXACT, Texts, parse_json};

/// Returns the document with exact numbers.
pub fn exact_document(contract: &Contract) -> Cow<'_, Value> {
    exact_value(contract.document(), contract.rewritten_numbers())
}

/// Returns the value of a JSON text with exact numbers.
///
/// # Errors
///
/// The reason why the text is not JSON, with its position.
pub fn from_json(text: &str) -> Result<Value, String> {
    let (value, numbers) = parse_json(text)?;
    Ok(exact_value(&value, &numbers).into_owned())
}

fn exact_value<'v>(value: &'v Value, numbers: &Texts) -> Cow<'v, Value> {
    let mut document = Cow::Borrowed(value);
    for (pointer, text) in numbers {
        let rounded = value.pointer(pointer).and_then(number);
        let exact = match Decimal::parse(text) {
            Some(exact) if rounded.as_ref() == Some(&exact) => continue,
            Some(exact) => from_decimal(&exact),
            None if is_based(text) => continue,
            None => Value::String(format!("{EXACT}{text}")),
        };
        if let Some(number) = document.to_mut().pointer_mut(pointer) {
            *number = exact;
        }
    }
    document
}

/// Returns the exact value of the number at a pointer of a contract.
pub(crate) fn number_at(contract: &Contract, pointer: &str) -> Option<Decimal> {
    let text = contract.number(pointer)?;
    if is_based(&text) { contract.get(pointer).and_then(number) } else { Decimal::parse(&text) }
}

/// Returns true for a number of YAML in base 8 or 16, which is always exact.
fn is_based(text: &str) -> bool {
    text.starts_with("0x") || text.starts_with("0o")
}

/// Returns the text of a number that is not exact as a `Value`.
fn text(value: &Value) -> Option<&str> {
    value.as_str()?.strip_prefix(EXACT)
}

/// Returns true for a number.
pub fn is_number(value: &Value) -> bool {
    value.is_number() || text(value).is_some()
}

/// Returns the exact value of a number, or `None` for other values. The exponent of a number can be too
/// long to decide on: then it is `None` too.
pub(crate) fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Decimal::parse(&number.to_string()),
        other => Decimal::parse(text(other)?),
    }
}

/// Returns the `f64` that is nearest to a number.
pub(crate) fn nearest_float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        other => text(other)?.parse().ok(),
    }
}

/// Returns the canonical form of a number, in which equal numbers are equal values: an integer, or else
/// an `f64`, or else exact digits.
pub fn canonical_number(value: &Value) -> Value {
    number(value).map_or_else(|| value.clone(), |number| from_decimal(&number))
}

/// Returns an integer as a value, in canonical form.
pub fn from_integer(integer: i128) -> Value {
    match (i64::try_from(integer), u64::try_from(integer)) {
        (Ok(integer), _) => Value::from(integer),
        (_, Ok(integer)) => Value::from(integer),
        _ => float_or_digits(&integer.to_string()),
    }
}

/// Returns the value of an integer that fits, however it is written.
pub fn integer(value: &Value) -> Option<i128> {
    number(value)?.to_integer()
}

/// Returns a number that is slightly greater than the given one, or slightly smaller: by a thousandth of
/// its last digit. Returns `None` for a number with very many digits.
pub fn beside(value: &Value, is_greater: bool) -> Option<Value> {
    number(value)?.beside(is_greater).map(|number| from_decimal(&number))
}

/// Returns a multiple of a number. Returns `None` for a number with very many digits.
pub fn times(value: &Value, factor: i128) -> Option<Value> {
    number(value)?.times(factor).map(|number| from_decimal(&number))
}

fn from_decimal(number: &Decimal) -> Value {
    number.to_integer().map_or_else(|| float_or_digits(&number.to_string()), from_integer)
}

/// Returns a number that is no 64-bit integer as a value: an `f64` if that is written with the same
/// digits.
fn float_or_digits(text: &str) -> Value {
    let float = text.parse().ok().and_then(Number::from_f64);
    match float.filter(|float| Decimal::parse(&float.to_string()) == Decimal::parse(text)) {
        Some(float) => Value::Number(float),
        None => Value::String(format!("{EXACT}{text}")),
    }
}

/// Returns the JSON text of a value, with exact numbers.
pub fn json(value: &Value) -> String {
    without_prefixes(&value.to_string())
}

/// Returns a text that contains JSON, with its exact numbers as numbers.
pub fn without_prefixes(text: &str) -> String {
    // The prefix as a JSON string escapes it.
    let mut parts = text.split(r#""\u0000number:"#);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once('"').unwrap_or((part, ""));
        plain.push_str(number);
        plain.push_str(rest);
    }
    plain
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn exact(numbers: &str) -> Value {
        let text = format!("openapi: 3.0.3\nx: {numbers}\n");
        exact_document(&Contract::parse("c.yaml", &text).unwrap())["x"].clone()
    }

    #[test]
    fn exact_document_keeps_digits() {
        let value =
            exact("[1e2, 0.10, 0x1F, 9007199254740993, 18446744073709551617, 1e400, 1e-400]");
        let expected = "[100.0,0.1,31,9007199254740993,18446744073709551617,1e400,1e-400]";
        assert_eq!(json(&value), expected);
        let other = exact("['18446744073709551617', {a: -18446744073709551617}]");
        assert_eq!(json(&other), r#"["18446744073709551617",{"a":-18446744073709551617}]"#);
        assert_eq!(json(&exact(&format!("1e{}", "9".repeat(99)))).len(), 101);
    }

    #[test]
    fn canonical_number_is_equal_for_equal_numbers() {
        let canonical = |text: &str| canonical_number(&exact(text));
        assert_eq!(canonical("1e2"), json!(100));
        assert_eq!(canonical("0.10"), json!(0.1));
        assert_eq!(canonical("1e17"), json!(100_000_000_000_000_000_u64));
        assert_eq!(canonical("18446744073709551617"), canonical("18446744073709551617.0"));
        assert_ne!(canonical("18446744073709551617"), canonical("18446744073709551616"));
        assert_ne!(canonical("0.1"), canonical("0.1000000000000000000001"));
        assert_eq!(canonical("10e399"), canonical("1e400"));
    }
}
