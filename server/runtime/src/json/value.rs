//! JSON values, read one level at a time.
//!
//! `serde_json::Value` was rejected: it keeps only the last of duplicate keys, and it rounds numbers. Its
//! feature `arbitrary_precision` was rejected too, because it changes serde_json for every crate of the
//! build.

use std::fmt::{self, Formatter};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

/// A JSON value whose items or members are not read yet.
#[derive(Clone)]
pub(super) enum JsonValue<'a> {
    Null,
    Bool(bool),
    /// The text of the number: `f64` would round it.
    Number(&'a str),
    String(String),
    Array(Vec<&'a RawValue>),
    Object(Vec<(String, &'a RawValue)>),
}

impl<'a> JsonValue<'a> {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// A string with a lone surrogate, which is the only mistake that a [`RawValue`] can have.
    pub(super) fn read(raw: &'a RawValue) -> Result<Self, serde_json::Error> {
        let text = raw.get();
        Ok(match text.as_bytes().first() {
            Some(b'n') => JsonValue::Null,
            Some(b't' | b'f') => JsonValue::Bool(text == "true"),
            Some(b'"') => JsonValue::String(serde_json::from_str(text)?),
            Some(b'[') => JsonValue::Array(serde_json::from_str(text)?),
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text)?;
                JsonValue::Object(members)
            }
            _ => JsonValue::Number(text),
        })
    }

    /// Returns the value in the form that serde's error messages use.
    pub(super) fn unexpected(&self) -> Unexpected<'_> {
        match self {
            JsonValue::Null => Unexpected::Unit,
            JsonValue::Bool(value) => Unexpected::Bool(*value),
            JsonValue::Number(text) => Unexpected::Other(text),
            JsonValue::String(value) => Unexpected::Str(value),
            JsonValue::Array(_) => Unexpected::Seq,
            JsonValue::Object(_) => Unexpected::Map,
        }
    }
}

/// The members of an object in their order, with duplicates.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}
