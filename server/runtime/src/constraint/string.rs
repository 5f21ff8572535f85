//! Constraints of strings.

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use chrono::NaiveDate;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{InstanceType, SchemaObject, StringValidation};
use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

use super::constraints::{Constraints, ExpectedValue};

/// Constraints of a string; lengths count Unicode code points.
#[derive(Clone, Copy, Debug)]
pub struct StringConstraints {
    /// The `format`. `uuid`, `date`, `ip`, `ipv4`, `ipv6` and `byte` (Base64) are checked; any
    /// other format is only emitted.
    pub format: Option<&'static str>,
    /// An ECMA-262 regular expression that must match a part of the string, as in JSON Schema.
    pub pattern: Option<&'static str>,
    /// The smallest number of code points.
    pub min_length: Option<u32>,
    /// The largest number of code points.
    pub max_length: Option<u32>,
}

impl StringConstraints {
    /// Constraints that allow every string.
    pub const ANY: Self =
        StringConstraints { format: None, pattern: None, min_length: None, max_length: None };

    fn matches_format(&self, text: &str) -> bool {
        match self.format {
            Some("uuid") => is_uuid(text),
            Some("date") => text.len() == "2024-01-15".len() && text.parse::<NaiveDate>().is_ok(),
            Some("ip") => text.parse::<IpAddr>().is_ok(),
            Some("ipv4") => text.parse::<Ipv4Addr>().is_ok(),
            Some("ipv6") => text.parse::<Ipv6Addr>().is_ok(),
            Some("byte") => is_base64(text),
            _ => true,
        }
    }
}

/// Returns true if `text` is a UUID in the hyphenated form of RFC 9562.
fn is_uuid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let is_group = |(group, length): (&str, usize)| {
        group.len() == length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    text.split('-').count() == groups.len() && text.split('-').zip(groups).all(is_group)
}

/// Returns true if `text` is Base64 with padding (RFC 4648).
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

impl Display for StringConstraints {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.format {
            Some("uuid") => formatter.write_str("a UUID")?,
            Some("date") => formatter.write_str("a date such as 2030-06-30")?,
            Some("ip") => formatter.write_str("an IP address")?,
            Some("ipv4") => formatter.write_str("an IPv4 address")?,
            Some("ipv6") => formatter.write_str("an IPv6 address")?,
            Some("byte") => formatter.write_str("a Base64 string")?,
            _ => formatter.write_str("a string")?,
        }
        match (self.min_length, self.max_length) {
            (Some(min), Some(max)) => write!(formatter, " of {min} to {max} characters")?,
            (Some(min), None) => write!(formatter, " of at least {min} characters")?,
            (None, Some(max)) => write!(formatter, " of at most {max} characters")?,
            (None, None) => {}
        }
        match self.pattern {
            Some(pattern) => write!(formatter, " that matches `{pattern}`"),
            None => Ok(()),
        }
    }
}

impl Constraints<String> for StringConstraints {
    fn deserialize<'de, D: Deserializer<'de>>(&self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_string(StringVisitor(self))
    }

    fn allows(&self, value: &String, pattern: Option<&regress::Regex>) -> bool {
        let length = value.chars().count();
        self.min_length.is_none_or(|min| length >= min as usize)
            && self.max_length.is_none_or(|max| length <= max as usize)
            && self.matches_format(value)
            && pattern.is_none_or(|pattern| pattern.find(value).is_some())
    }

    fn pattern(&self) -> Option<&'static str> {
        self.pattern
    }

    fn schema(&self, _: &mut SchemaGenerator) -> SchemaObject {
        let validation = StringValidation {
            pattern: self.pattern.map(str::to_owned),
            min_length: self.min_length,
            max_length: self.max_length,
        };
        SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: self.format.map(str::to_owned),
            string: (validation != StringValidation::default()).then(|| Box::new(validation)),
            ..SchemaObject::default()
        }
    }

    fn unexpected<'v>(&self, value: &'v String) -> Unexpected<'v> {
        Unexpected::Str(value)
    }
}

struct StringVisitor<'a>(&'a StringConstraints);

impl Visitor<'_> for StringVisitor<'_> {
    type Value = String;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        serde::de::Expected::fmt(&ExpectedValue(self.0), formatter)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<String, E> {
        Ok(value)
    }
}
