//! Integers in JSON texts that are written with a fraction or an exponent, such as `12.0` or `1e3`.
//!
//! JSON does not distinguish them from `12` and `1000`, and languages whose only number is a
//! floating-point number write them. serde does distinguish them: it does not read `12.0` as an `i64`.
//! The client therefore rewrites such numbers before it reads a response. It works on the text, so that
//! it covers every type, and so that no digit of a large number is lost.

use std::borrow::Cow;

use serde::de::DeserializeOwned;

/// The most digits that a number of 64 bits can have.
const MAX_DIGITS: usize = 20;

/// Deserializes a value from a JSON text.
#[allow(dead_code, reason = "the contract decides whether there is such a response")]
pub(crate) fn from_slice<T: DeserializeOwned>(json: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(&rewritten(json))
}

/// Returns a JSON text in which each integer is written without a fraction and an exponent.
pub(crate) fn rewritten(json: &[u8]) -> Cow<'_, [u8]> {
    // Most texts have nothing that looks like such a number. Without an early exit the compiler
    // vectorizes this search.
    let is_suspect = json.windows(2).fold(false, |is_suspect, pair| {
        let has_fraction = pair[0].is_ascii_digit() & matches!(pair[1], b'.' | b'e' | b'E');
        is_suspect | has_fraction | (pair == b"-0")
    });
    if !is_suspect {
        return Cow::Borrowed(json);
    }
    let mut written = Cow::Borrowed(&[][..]);
    let mut copied = 0;
    let mut position = 0;
    while let Some(byte) = json.get(position) {
        let length = match byte {
            b'"' => string_length(&json[position..]),
            b'-' | b'0'..=b'9' => {
                let number = number(&json[position..]);
                if let Some(integer) = integer(number) {
                    let written = written.to_mut();
                    written.extend_from_slice(&json[copied..position]);
                    written.extend_from_slice(integer.as_bytes());
                    copied = position + number.len();
                }
                number.len()
            }
            _ => 1,
        };
        position += length;
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    written.to_mut().extend_from_slice(&json[copied..]);
    written
}

/// Returns the length of the string that a text begins with, including its quotation marks.
fn string_length(json: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = json.iter().skip(1).position(|byte| {
        let is_end = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(json.len(), |end| end + 2)
}

/// Returns the number that a text begins with.
fn number(json: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    let length = json.iter().position(|byte| !is_part(byte)).unwrap_or(json.len());
    &json[..length]
}

/// Returns the digits of a number that is an integer, if it is not written as one.
fn integer(number: &[u8]) -> Option<String> {
    if number != b"-0" && !number.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
        return None;
    }
    let number = std::str::from_utf8(number).ok()?;
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (number, 0),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let mut digits = format!("{whole}{fraction}");
    // What is not a number in JSON must not become one.
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    let is_number = !whole.is_empty() && !fraction.is_empty() && !has_leading_zero;
    if !is_number || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // The number of digits after the decimal point, which is negative for an integer that ends in zeros.
    let scale = i32::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    if digits.bytes().all(|digit| digit == b'0') {
        return Some("0".to_owned());
    }
    match usize::try_from(scale) {
        Ok(scale) => {
            let end = digits.len().checked_sub(scale)?;
            if digits[end..].bytes().any(|digit| digit != b'0') {
                return None;
            }
            digits.truncate(end);
        }
        Err(_) => {
            let zeros = usize::try_from(scale.unsigned_abs()).ok()?;
            if zeros > MAX_DIGITS {
                return None;
            }
            digits.extend(std::iter::repeat_n('0', zeros));
        }
    }
    let digits = digits.trim_start_matches('0');
    let is_integer = !digits.is_empty() && digits.len() <= MAX_DIGITS;
    is_integer.then(|| format!("{sign}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&rewritten(json.as_bytes())), expected, "{json}");
    }

    #[test]
    fn integers_are_rewritten() {
        for (json, expected) in [
            ("12.0", "12"),
            (r#"{"uses":12.0,"b":[-3.00, 1e3,1.5E1 ]}"#, r#"{"uses":12,"b":[-3, 1000,15 ]}"#),
            ("9007199254740993.0", "9007199254740993"),
            ("-9223372036854775808.000", "-9223372036854775808"),
            ("0.0", "0"),
            ("-0", "0"),
            ("-0.0e7", "0"),
            ("1200e-2", "12"),
            ("12.50e1", "125"),
        ] {
            check(json, expected);
        }
    }

    #[test]
    fn everything_else_is_unchanged() {
        for json in [
            "12",
            "12.5",
            "1e-3",
            "1e400",
            "1e99999999999",
            "0.1",
            "123456789012345678901.0",
            r#"{"name":"12.0 \" 13.0","b":"\\","c":1.5}"#,
            r#""12.0"#,
            "-",
            "1.",
            ".5",
            "1.2.3",
            "1e",
            "",
            "null",
        ] {
            check(json, json);
        }
    }

    #[test]
    fn text_after_a_string_with_escapes_is_rewritten() {
        check(r#"["a\\", 12.0, "\"", 1.0]"#, r#"["a\\", 12, "\"", 1]"#);
    }

    #[test]
    fn invalid_numbers_stay_invalid() {
        for json in ["1.", "-.0", "1e", "--1.0", "1.0.0", "01.0"] {
            assert!(from_slice::<f64>(json.as_bytes()).is_err(), "{json}");
        }
    }
}
