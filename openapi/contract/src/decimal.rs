//! Decimal numbers, compared on their digits.
//!
//! Comparing as `f64` was rejected: 9007199254740993 and 9007199254740992 are one `f64`. The server's
//! runtime decides in the same way whether a number is an integer: the zeros at the end of the digits
//! are moved into the exponent. It needs only integers and reads only JSON, so the two crates share the
//! idea and not the code.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

/// A decimal number: `digits` × 10^`exponent`. Equal numbers have equal fields.
///
/// The time to read, compare and write one is linear in the length of its text, also if its exponent is
/// huge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    /// The significant digits, without zeros at either end: empty for 0.
    digits: String,
    exponent: i128,
}

impl Decimal {
    /// Parses a number of JSON or a decimal number of YAML. Returns `None` for anything else, and for an
    /// exponent of more than 36 digits.
    pub fn parse(text: &str) -> Option<Self> {
        /// So many digits leave room in an `i128` for the length of the mantissa.
        const MAX_EXPONENT_DIGITS: usize = 36;
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let magnitude = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let is_incomplete = exponent_digits.is_empty() || whole.is_empty() && fraction.is_empty();
        if is_incomplete || ![whole, fraction, exponent_digits].into_iter().all(are_digits) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_end_matches('0');
        let digits = significant.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Decimal { negative: false, digits, exponent: 0 });
        }
        if exponent_digits.trim_start_matches('0').len() > MAX_EXPONENT_DIGITS {
            return None;
        }
        let moved = i128::try_from(all.len() - significant.len()).ok()?;
        let behind_point = i128::try_from(fraction.len()).ok()?;
        let exponent = exponent.parse::<i128>().ok()? + moved - behind_point;
        Some(Decimal { negative: text.starts_with('-'), digits, exponent })
    }

    /// Returns true for an integer, however it is written.
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// Returns true if the number is less than 0.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Returns true for 0.
    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Returns the value of an integer that fits.
    pub fn to_integer(&self) -> Option<i128> {
        let zeros = u32::try_from(self.exponent).ok()?;
        let digits = if self.is_zero() { 0 } else { self.digits.parse::<i128>().ok()? };
        let magnitude = digits.checked_mul(10_i128.checked_pow(zeros)?)?;
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// Returns the greatest integer that is not greater, if 128 bits can hold the digits.
    pub fn floor(&self) -> Option<i128> {
        let places = u32::try_from(-self.exponent).ok()?;
        Some(self.mantissa()?.div_euclid(10_i128.checked_pow(places)?))
    }

    /// Returns the least integer that is not smaller, if 128 bits can hold the digits.
    pub fn ceiling(&self) -> Option<i128> {
        let places = u32::try_from(-self.exponent).ok()?;
        Some(-(-self.mantissa()?).div_euclid(10_i128.checked_pow(places)?))
    }

    /// Returns the number that is greater or smaller by a thousandth of the last digit. Returns `None`
    /// for a number of more digits than fit into 128 bits.
    pub fn beside(&self, is_greater: bool) -> Option<Decimal> {
        let step = if is_greater { 1 } else { -1 };
        let mantissa = self.mantissa()?.checked_mul(1000)?.checked_add(step)?;
        Some(Decimal::from_parts(mantissa, self.exponent - 3))
    }

    /// Returns the product with an integer. Returns `None` if its digits do not fit into 128 bits.
    pub fn times(&self, factor: i128) -> Option<Decimal> {
        Some(Decimal::from_parts(self.mantissa()?.checked_mul(factor)?, self.exponent))
    }

    /// Returns the digits as an integer, with the sign.
    fn mantissa(&self) -> Option<i128> {
        let digits = if self.is_zero() { 0 } else { self.digits.parse::<i128>().ok()? };
        Some(if self.negative { -digits } else { digits })
    }

    fn from_parts(mantissa: i128, exponent: i128) -> Decimal {
        let text = mantissa.unsigned_abs().to_string();
        let digits = if mantissa == 0 { "" } else { text.trim_end_matches('0') };
        let moved = i128::try_from(text.len() - digits.len()).unwrap_or_default();
        let exponent = if digits.is_empty() { 0 } else { exponent + moved };
        Decimal { negative: mantissa < 0, digits: digits.to_owned(), exponent }
    }

    /// Returns true if the number is a multiple of `other`. Returns `None` for an `other` of more digits
    /// than fit into 64 bits.
    pub fn is_multiple_of(&self, other: &Decimal) -> Option<bool> {
        if self.is_zero() || other.is_zero() {
            return Some(self.is_zero());
        }
        // The last digit of `self` is not 0, and each multiple of `other` ends at its last digit.
        let Ok(mut zeros) = u128::try_from(self.exponent - other.exponent) else {
            return Some(false);
        };
        let divisor = u128::from(other.digits.parse::<u64>().ok()?);
        let digit = |rest: u128, digit: u8| (rest * 10 + u128::from(digit - b'0')) % divisor;
        let mut rest = self.digits.bytes().fold(0, digit);
        // 10^zeros by repeated squaring.
        let mut power = 10 % divisor;
        while zeros > 0 {
            if zeros % 2 == 1 {
                rest = rest * power % divisor;
            }
            power = power * power % divisor;
            zeros /= 2;
        }
        Some(rest == 0)
    }

    /// Returns the number of digits before the point, negative if there are zeros behind the point.
    fn magnitude(&self) -> i128 {
        self.exponent + i128::try_from(self.digits.len()).unwrap_or(i128::MAX / 2)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Decimal| match (number.is_zero(), number.negative) {
            (true, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        let magnitude = || {
            let order = self.magnitude().cmp(&other.magnitude());
            // The digits of both begin at the same power of ten.
            order.then_with(|| self.digits.cmp(&other.digits))
        };
        sign(self)
            .cmp(&sign(other))
            .then_with(|| if self.negative { magnitude().reverse() } else { magnitude() })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Display for Decimal {
    /// Writes the number without an exponent if it is not too long, or else as `1.5e300`.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        /// The maximum number of zeros that are added to the digits.
        const MAX_ZEROS: i128 = 40;
        if self.is_zero() {
            return formatter.write_str("0");
        }
        if self.negative {
            formatter.write_str("-")?;
        }
        let digits = &self.digits;
        let magnitude = self.magnitude();
        let zeros = |count: i128| "0".repeat(usize::try_from(count).unwrap_or(0));
        if (0..=MAX_ZEROS).contains(&self.exponent) {
            return write!(formatter, "{digits}{}", zeros(self.exponent));
        }
        if self.exponent < 0 && magnitude > -MAX_ZEROS {
            return match usize::try_from(magnitude) {
                Ok(point) if point > 0 => {
                    write!(formatter, "{}.{}", &digits[..point], &digits[point..])
                }
                _ => write!(formatter, "0.{}{digits}", zeros(-magnitude)),
            };
        }
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        write!(formatter, "{first}{point}{rest}e{}", magnitude - 1)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn equal_numbers_are_equal_however_written() {
        for (one, other) in [
            ("0.1", "0.10"),
            ("1e2", "100"),
            ("100", "100.000"),
            ("1E+2", "+100"),
            ("-0.0", "0"),
            ("0e999999999999999999999999999999999999999999", "0"),
            (".5", "0.5"),
            ("5.", "5"),
            ("007", "7"),
            ("18446744073709551617", "1844674407370955161.7e1"),
            ("1e1000000000000000000", "10e999999999999999999"),
        ] {
            assert_eq!(decimal(one), decimal(other));
            assert_eq!(decimal(one).cmp(&decimal(other)), Ordering::Equal);
        }
    }

    #[test]
    fn numbers_are_ordered_by_value() {
        let ascending = [
            "-1e1000000000000000000",
            "-18446744073709551617",
            "-18446744073709551616",
            "-0.2",
            "-0.10",
            "-1e-1000000000000000000",
            "0",
            "1e-1000000000000000000",
            "0.09",
            "0.1",
            "0.1000000000000000000000000000001",
            "9007199254740992",
            "9007199254740992.5",
            "9007199254740993",
            "18446744073709551616",
            "18446744073709551617",
            "1e400",
            "1e1000000000000000000",
        ];
        for (position, number) in ascending.iter().enumerate() {
            for (other_position, other) in ascending.iter().enumerate() {
                let expected = position.cmp(&other_position);
                assert_eq!(decimal(number).cmp(&decimal(other)), expected, "{number} {other}");
            }
        }
    }

    #[test]
    fn display_is_short_and_exact() {
        for (text, expected) in [
            ("1e2", "100"),
            ("-0.10", "-0.1"),
            ("12.340", "12.34"),
            ("1e-5", "0.00001"),
            ("18446744073709551617.0", "18446744073709551617"),
            ("1e999999999999", "1e999999999999"),
            ("-15e999999999999", "-1.5e1000000000000"),
            ("1e-999999999999", "1e-999999999999"),
        ] {
            assert_eq!(decimal(text).to_string(), expected);
            assert_eq!(decimal(expected), decimal(text));
        }
    }

    #[test]
    fn multiples_are_exact() {
        for (number, other, expected) in [
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("18446744073709551617", "2", false),
            ("18446744073709551618", "2", true),
            ("1e1000000000000000000", "3", false),
            ("3e1000000000000000000", "3", true),
            ("-9", "3", true),
            ("0", "7", true),
            ("5", "10", false),
        ] {
            assert_eq!(decimal(number).is_multiple_of(&decimal(other)), Some(expected), "{number}");
        }
    }

    #[test]
    fn neighbours_and_multiples_are_exact() {
        for (text, smaller, greater, thrice) in [
            ("5", "4.999", "5.001", "15"),
            ("0", "-0.001", "0.001", "0"),
            ("-0.1", "-0.1001", "-0.0999", "-0.3"),
            (
                "9007199254740993",
                "9007199254740992.999",
                "9007199254740993.001",
                "27021597764222979",
            ),
            ("1e300", "9.99e299", "1.001e300", "3e300"),
        ] {
            let number = decimal(text);
            assert_eq!(number.beside(false), Some(decimal(smaller)), "{text}");
            assert_eq!(number.beside(true), Some(decimal(greater)), "{text}");
            assert_eq!(number.times(3), Some(decimal(thrice)), "{text}");
        }
        assert_eq!(decimal(&"7".repeat(60)).beside(true), None);
    }

    #[test]
    fn integer_has_no_fraction() {
        assert_eq!(decimal("1.50e1").to_integer(), Some(15));
        assert_eq!(decimal("-1e3").to_integer(), Some(-1000));
        assert_eq!(decimal("0.000").to_integer(), Some(0));
        assert_eq!(decimal("1e400").to_integer(), None);
        assert!(decimal("1e400").is_integer());
        assert!(!decimal("9007199254740992.5").is_integer());
    }

    #[test]
    fn floor_and_ceiling_are_beside_fraction() {
        for (text, floor, ceiling) in [
            ("1.5", 1, 2),
            ("-1.5", -2, -1),
            ("0.001", 0, 1),
            ("-0.1", -1, 0),
            ("9007199254740992.5", 9_007_199_254_740_992, 9_007_199_254_740_993),
        ] {
            let number = decimal(text);
            assert_eq!((number.floor(), number.ceiling()), (Some(floor), Some(ceiling)), "{text}");
        }
        assert_eq!(decimal("1e-400").floor(), None);
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "-", ".", "e5", "1e", "1e+", "0x1F", "1_000", "1.2.3", "NaN", "٥", "--1"]
        {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse(&format!("1e{}", "9".repeat(60_000))), None);
    }
}
