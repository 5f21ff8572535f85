//! Numbers of a request, decided on their digits.
//!
//! Reading them as `f64` was rejected: it rounds `9007199254740990.5` and `99.99999999999999999999` to
//! integers, and it cannot hold every 64-bit integer.

/// Returns the value of a valid JSON number if it is an integer, however it is written: `100.0` and
/// `1E2` are the integer 100. Integers that do not fit are `None` too.
///
/// The time is linear in the length of the text, also for a huge exponent.
pub(super) fn integer(number: &str) -> Option<i128> {
    let magnitude = number.strip_prefix('-').unwrap_or(number);
    let (mantissa, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // The zeros at the end of the mantissa are moved into the exponent. The value is then an integer
    // if and only if the exponent is not negative.
    let fraction = fraction.trim_end_matches('0');
    let significant = if fraction.is_empty() { whole.trim_end_matches('0') } else { whole };
    let moved = i64::try_from(whole.len() - significant.len()).ok()?;
    let behind_point = i64::try_from(fraction.len()).ok()?;
    if significant.bytes().chain(fraction.bytes()).all(|digit| digit == b'0') {
        return Some(0);
    }
    let exponent = exponent.parse::<i64>().ok()?.checked_add(moved)?.checked_sub(behind_point)?;
    let scale = 10_i128.checked_pow(u32::try_from(exponent).ok()?)?;
    let value = digits(significant.bytes().chain(fraction.bytes()))?.checked_mul(scale)?;
    Some(if number.starts_with('-') { -value } else { value })
}

/// Returns the value of a number of a JSON text as the nearest `f64`, unless it is too large for one.
pub(super) fn float(number: &str) -> Option<f64> {
    number.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Returns the integer of a parameter: digits without leading zeros, after a minus sign if it is
/// negative. Rust also parses `+5` and `007`.
pub(super) fn plain_integer(text: &str) -> Option<i128> {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    let is_plain = matches!(magnitude.as_bytes(), [b'0'] | [b'1'..=b'9', ..])
        && magnitude.bytes().all(|byte| byte.is_ascii_digit());
    let value = if is_plain { digits(magnitude.bytes())? } else { return None };
    Some(if text.starts_with('-') { -value } else { value })
}

/// Returns the number of a parameter, which is written as in JSON. Rust also parses `inf` and `.5`.
pub(super) fn plain_number(text: &str) -> Option<f64> {
    let is_json = text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && serde_json::from_str::<&serde_json::value::RawValue>(text)
            .is_ok_and(|number| number.get() == text);
    if is_json { float(text) } else { None }
}

fn digits(digits: impl Iterator<Item = u8>) -> Option<i128> {
    let add = |value: i128, digit: u8| value.checked_mul(10)?.checked_add((digit - b'0').into());
    digits.into_iter().try_fold(0, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_with_zero_fraction_is_integer() {
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("0.000", 0),
            ("0e999999999999999999999", 0),
            ("0.0e-5", 0),
            ("7", 7),
            ("-7", -7),
            ("100.0", 100),
            ("1E2", 100),
            ("1e+2", 100),
            ("100e-2", 1),
            ("1200.00e-2", 12),
            ("1.5e1", 15),
            ("0.001e3", 1),
            ("10.50E+001", 105),
            ("9007199254740991.0", 9_007_199_254_740_991),
            ("9007199254740993", 9_007_199_254_740_993),
            ("18446744073709551616", 18_446_744_073_709_551_616),
        ] {
            assert_eq!(integer(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn number_with_fraction_is_no_integer() {
        for text in [
            "0.5",
            "1e-1",
            "100e-3",
            "1.5e0",
            "1.25e1",
            "9007199254740990.5",
            "99.99999999999999999999",
            "12.9999999999999999999999",
            "0.1e-400",
            "1e-400",
            "1e-9223372036854775808",
            "1e-99999999999999999999999999",
        ] {
            assert_eq!(integer(text), None, "{text}");
        }
        let long = format!("1.{}1", "0".repeat(60_000));
        assert_eq!(integer(&long), None);
    }

    #[test]
    fn integer_that_does_not_fit_is_none() {
        for text in ["1e39", "1e400", "-1e400", "1e4294967296", "1e9223372036854775807"] {
            assert_eq!(integer(text), None, "{text}");
        }
        for text in ["1e99999999999999999999999999", "1.0e9223372036854775808"] {
            assert_eq!(integer(text), None, "{text}");
        }
        assert_eq!(integer(&"9".repeat(60_000)), None);
        assert_eq!(integer(&format!("1e{}", "9".repeat(60_000))), None);
    }

    #[test]
    fn zeros_of_any_number_are_counted() {
        let zeros = "0".repeat(60_000);
        assert_eq!(integer(&format!("1{zeros}e-60000")), Some(1));
        assert_eq!(integer(&format!("0.{zeros}1e60001")), Some(1));
        assert_eq!(integer(&format!("1.{zeros}")), Some(1));
    }

    #[test]
    fn parameter_is_plain_integer_only() {
        for (text, expected) in [("0", 0), ("5", 5), ("-5", -5), ("1000", 1000)] {
            assert_eq!(plain_integer(text), Some(expected));
        }
        for text in ["", "-", "+5", " 5", "5 ", "05", "1.0", "1e2", "0x5", "٥", "5\n", "--5"] {
            assert_eq!(plain_integer(text), None, "{text:?}");
        }
    }

    #[test]
    fn parameter_number_is_written_as_in_json() {
        assert_eq!(plain_number("-1.5e1"), Some(-15.0));
        for text in ["", "inf", "NaN", "+1", ".5", "1.", " 1", "1 ", "01", "1e400", "\"1\"", "[1]"]
        {
            assert_eq!(plain_number(text), None, "{text:?}");
        }
    }
}
