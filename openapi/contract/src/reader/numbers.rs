//! Numbers: a [`Value`] holds only 64-bit integers and `f64`, so the text of the others is kept.
//!
//! The feature `arbitrary_precision` of serde_json was rejected: Cargo unites features, so it would
//! change serde_json for every crate that is built with this one, servers included.

use std::collections::HashMap;

use serde_json::Number;
#[cfg(doc)]
use serde_json::Value;

/// The text of each number that a [`Value`] writes in another way, by pointer: `0.10`, `1e2`,
/// `18446744073709551617`.
pub(crate) type Texts = HashMap<String, String>;

/// The start of the text that stands for a number in an exact document. No other text begins with it.
pub(crate) const EXACT: &str = "\0number:";

/// Returns an error for a text that looks like a number of an exact document.
pub(super) fn check_text(text: &str) -> Result<(), String> {
    match text.starts_with(EXACT) {
        true => Err("a text that begins with U+0000 and `number:` is not supported".to_owned()),
        false => Ok(()),
    }
}

/// Returns true if a [`Value`] writes the number in another way than the document.
pub(super) fn is_rewritten(text: &str, number: &Number) -> bool {
    number.to_string() != text
}

/// Returns the value of a number of a JSON text, or `None` if it is not one.
pub(super) fn json(text: &str) -> Option<Number> {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match magnitude.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            (mantissa, exponent.strip_prefix(['-', '+']).unwrap_or(exponent))
        }
        None => (magnitude, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = [whole, fraction, exponent].into_iter().all(are_digits)
        && (whole == "0" || !whole.starts_with('0'));
    if is_number { decimal(text) } else { None }
}

/// Returns the value of a decimal number: exactly if it is a 64-bit integer, or else the nearest
/// finite `f64`.
pub(super) fn decimal(text: &str) -> Option<Number> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if let Ok(integer) = text.parse::<u64>() {
        return Some(Number::from(integer));
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(Number::from(integer));
    }
    let float: f64 = text.parse().ok()?;
    Number::from_f64(float.clamp(f64::MIN, f64::MAX))
}
