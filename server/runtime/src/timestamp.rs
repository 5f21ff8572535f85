//! RFC 3339 timestamps (`format: date-time`).

use std::fmt::{self, Display, Formatter};

use chrono::{DateTime, Datelike, SecondsFormat, SubsecRound, Timelike, Utc};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The digits of a second that a timestamp keeps: microseconds, the precision of PostgreSQL.
const SUBSECOND_DIGITS: u16 = 6;
/// chrono represents a leap second as this number of nanoseconds or more.
const NANOS_PER_SECOND: u32 = 1_000_000_000;

/// A point in time in UTC, in the years 0 to 9999, with microsecond precision.
///
/// It is read from and written as an RFC 3339 text. An offset is converted to UTC, and digits beyond
/// the microsecond are dropped. A leap second, which can only be 23:59:60 UTC, is the first second of the
/// next day.
///
/// ```
/// use agenthuman_server_runtime::timestamp::Timestamp;
///
/// let time: Timestamp = serde_json::from_str(r#""2024-01-15T12:30:00.5+02:00""#).unwrap();
/// assert_eq!(time.to_string(), "2024-01-15T10:30:00.500Z");
/// assert_eq!(Timestamp::from_micros(time.micros()), Some(time));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Returns the timestamp of `time`; `None` if the year in UTC is not 0 to 9999, the years of RFC 3339.
    pub fn new(time: DateTime<Utc>) -> Option<Self> {
        let time = time.trunc_subsecs(SUBSECOND_DIGITS);
        // chrono represents a leap second as a fraction above 1. Converting through microseconds
        // turns it into the first moment of the next minute.
        let time = DateTime::from_timestamp_micros(time.timestamp_micros())?;
        (0..=9999).contains(&time.year()).then_some(Timestamp(time))
    }

    /// Returns the time as a chrono type.
    pub fn time(&self) -> DateTime<Utc> {
        self.0
    }

    /// Returns the microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(&self) -> i64 {
        self.0.timestamp_micros()
    }

    /// Returns the timestamp of a number of [`Timestamp::micros`]; `None` if it is out of range.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).and_then(Timestamp::new)
    }

    /// Reads a timestamp; `None` if the text is not one.
    pub fn read(text: &str) -> Option<Self> {
        Timestamp::parse(text).ok()
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        // chrono also accepts a space instead of `T`, and U+2212 instead of a minus sign.
        if !text.is_ascii() || !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
            return Err(ParseError::Syntax);
        }
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| ParseError::Syntax)?;
        let time = time.with_timezone(&Utc);
        if time.nanosecond() >= NANOS_PER_SECOND && (time.hour(), time.minute()) != (23, 59) {
            return Err(ParseError::LeapSecond);
        }
        Timestamp::new(time).ok_or_else(|| {
            // The last second of a year can be a leap second, which is in the next year.
            let leap = i32::from(time.nanosecond() >= NANOS_PER_SECOND && time.year() == 9999);
            ParseError::Year(time.year() + leap)
        })
    }
}

/// The reason why a text is not a timestamp.
#[derive(Debug, PartialEq)]
enum ParseError {
    /// The text does not have the form of RFC 3339, or the date does not exist.
    Syntax,
    /// The second is 60 at a time that has no leap second: they are inserted at the end of a day in UTC.
    LeapSecond,
    /// The year in UTC is out of range.
    Year(i32),
}

impl Display for Timestamp {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TimestampVisitor;
        impl Visitor<'_> for TimestampVisitor {
            type Value = Timestamp;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("an RFC 3339 timestamp such as 2030-06-30T18:00:00Z")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse(text).map_err(|error| match error {
                    ParseError::Syntax => E::invalid_value(Unexpected::Str(text), &self),
                    ParseError::LeapSecond => E::invalid_value(
                        Unexpected::Str(text),
                        &"an RFC 3339 timestamp with second 60 only at 23:59:60 UTC",
                    ),
                    ParseError::Year(year) => E::invalid_value(
                        Unexpected::Other(&format!(
                            "in the year {year} UTC, which is out of range"
                        )),
                        &"an RFC 3339 timestamp in the years 0000 to 9999 UTC",
                    ),
                })
            }
        }
        deserializer.deserialize_str(TimestampVisitor)
    }
}

#[cfg(feature = "server")]
mod emission {
    use schemars::JsonSchema;
    use schemars::r#gen::SchemaGenerator;
    use schemars::schema::{InstanceType, Schema, SchemaObject};

    use super::Timestamp;

    impl JsonSchema for Timestamp {
        fn is_referenceable() -> bool {
            false
        }

        fn schema_name() -> String {
            "Timestamp".to_owned()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            SchemaObject {
                instance_type: Some(InstanceType::String.into()),
                format: Some("date-time".to_owned()),
                ..SchemaObject::default()
            }
            .into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_converts_to_utc_and_truncates_to_microseconds() {
        for (text, expected) in [
            ("2024-01-15T10:30:00Z", "2024-01-15T10:30:00Z"),
            ("2024-01-15T12:30:00+02:00", "2024-01-15T10:30:00Z"),
            ("2024-01-15T10:30:00.5Z", "2024-01-15T10:30:00.500Z"),
            ("2024-01-15T10:30:00.123456Z", "2024-01-15T10:30:00.123456Z"),
            ("2024-01-15T10:30:00.123456789Z", "2024-01-15T10:30:00.123456Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
            ("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500Z"),
            ("2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00Z"),
            ("2016-12-31T15:29:60-08:30", "2017-01-01T00:00:00Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ] {
            assert_eq!(
                Timestamp::parse(text).map(|time| time.to_string()),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn parse_rejects_other_forms() {
        for text in [
            "tomorrow",
            "",
            "2024-01-15",
            "2024-01-15T10:30:00",
            "2024-01-15 10:30:00Z",
            "2024-02-30T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "2016-12-31T23:59:61Z",
            "1705314600",
            "2030-06-30T18:00:00\u{2212}01:00",
        ] {
            assert_eq!(Timestamp::parse(text), Err(ParseError::Syntax), "{text}");
        }
    }

    #[test]
    fn parse_rejects_second_60_except_at_end_of_day_in_utc() {
        for text in [
            "2026-06-30T12:00:60Z",
            "2016-12-31T23:58:60Z",
            "2016-12-31T22:59:60Z",
            "2016-12-31T23:59:60+01:00",
            "2017-01-01T00:59:60Z",
            "2026-06-30T12:00:60.000001Z",
        ] {
            assert_eq!(Timestamp::parse(text), Err(ParseError::LeapSecond), "{text}");
        }
    }

    #[test]
    fn parse_rejects_years_out_of_range_in_utc() {
        for (text, year) in [
            ("9999-12-31T23:59:59-01:00", 10_000),
            ("9999-12-31T23:59:60Z", 10_000),
            ("0000-01-01T00:00:00+01:00", -1),
        ] {
            assert_eq!(Timestamp::parse(text), Err(ParseError::Year(year)), "{text}");
        }
    }
}
