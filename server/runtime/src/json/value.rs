//! JSON as a tree of values.
//!
//! `serde_json::Value` was rejected: it keeps only the last of duplicate keys.

use std::fmt::{self, Formatter};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};

/// A JSON value. An object keeps the order of its members, and duplicates.
pub(super) enum JsonValue {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    String(String),
    Array(Vec<JsonValue>),
    Object(Vec<(String, JsonValue)>),
    /// A parameter that arrived as text: a string, or a number or boolean where one is expected.
    Text(String),
}

impl JsonValue {
    /// Returns the value in the form that serde's error messages use.
    pub(super) fn unexpected(&self) -> Unexpected<'_> {
        match self {
            JsonValue::Null => Unexpected::Unit,
            JsonValue::Bool(value) => Unexpected::Bool(*value),
            JsonValue::Unsigned(value) => Unexpected::Unsigned(*value),
            JsonValue::Signed(value) => Unexpected::Signed(*value),
            JsonValue::Float(value) => Unexpected::Float(*value),
            JsonValue::String(value) | JsonValue::Text(value) => Unexpected::Str(value),
            JsonValue::Array(_) => Unexpected::Seq,
            JsonValue::Object(_) => Unexpected::Map,
        }
    }
}

impl<'de> Deserialize<'de> for JsonValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct JsonVisitor;
        impl<'de> Visitor<'de> for JsonVisitor {
            type Value = JsonValue;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<JsonValue, E> {
                Ok(JsonValue::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<JsonValue, E> {
                Ok(JsonValue::Bool(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<JsonValue, E> {
                Ok(JsonValue::Unsigned(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<JsonValue, E> {
                Ok(JsonValue::Signed(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<JsonValue, E> {
                Ok(JsonValue::Float(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<JsonValue, E> {
                Ok(JsonValue::String(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<JsonValue, E> {
                Ok(JsonValue::String(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<JsonValue, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = sequence.next_element()? {
                    items.push(item);
                }
                Ok(JsonValue::Array(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<JsonValue, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(JsonValue::Object(members))
            }
        }
        deserializer.deserialize_any(JsonVisitor)
    }
}
