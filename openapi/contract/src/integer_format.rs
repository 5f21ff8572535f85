//! The integer formats: those of OpenAPI 3.0, and those that schemars emits for Rust's integers.

use std::ops::RangeInclusive;

/// The name of each integer format, and its range.
pub const INTEGER_FORMATS: [(&str, RangeInclusive<i128>); 9] = [
    ("int8", i8::MIN as i128..=i8::MAX as i128),
    ("int16", i16::MIN as i128..=i16::MAX as i128),
    ("int32", i32::MIN as i128..=i32::MAX as i128),
    ("int64", i64::MIN as i128..=i64::MAX as i128),
    ("uint", 0..=u64::MAX as i128),
    ("uint8", 0..=u8::MAX as i128),
    ("uint16", 0..=u16::MAX as i128),
    ("uint32", 0..=u32::MAX as i128),
    ("uint64", 0..=u64::MAX as i128),
];

/// Returns the range of an integer format, or `None` if `format` is not one.
pub fn integer_range(format: &str) -> Option<RangeInclusive<i128>> {
    INTEGER_FORMATS.into_iter().find(|(name, _)| *name == format).map(|(_, range)| range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_range_of_unknown_format_is_none() {
        assert_eq!(integer_range("uint16"), Some(0..=65_535));
        assert_eq!(integer_range("int64"), Some(i128::from(i64::MIN)..=i128::from(i64::MAX)));
        assert_eq!(integer_range("float"), None);
    }
}
