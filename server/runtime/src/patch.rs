//! The three states of a field in an update: absent, `null`, or a value.
//!
//! `Option<Option<T>>` was rejected: serde reads `null` as the outer `None`, and a reader would have
//! to remember which `None` means "absent".

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of an update, which keeps, clears or sets the stored value.
///
/// The field needs the attribute `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
///
/// ```
/// use agenthuman_server_runtime::patch::Patch;
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Update {
///     #[serde(default, skip_serializing_if = "Patch::is_absent")]
///     title: Patch<String>,
/// }
///
/// let read = |json| serde_json::from_str::<Update>(json).unwrap().title;
/// let stored = Some("Emma".to_owned());
/// assert_eq!(read("{}").apply(stored.clone()), stored);
/// assert_eq!(read(r#"{"title": null}"#).apply(stored.clone()), None);
/// assert_eq!(read(r#"{"title": "Sanditon"}"#).apply(stored), Some("Sanditon".to_owned()));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The field is not in the body: keep the stored value.
    #[default]
    Absent,
    /// The field is `null`: clear the stored value.
    Null,
    /// The field has a value: store it.
    Value(T),
}

impl<T> Patch<T> {
    /// Returns true if the field is not in the body.
    pub fn is_absent(&self) -> bool {
        matches!(self, Patch::Absent)
    }

    /// Returns the value to store, given the value that is stored now.
    pub fn apply<U: From<T>>(self, stored: Option<U>) -> Option<U> {
        match self {
            Patch::Absent => stored,
            Patch::Null => None,
            Patch::Value(value) => Some(value.into()),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::deserialize(deserializer)? {
            None => Patch::Null,
            Some(value) => Patch::Value(value),
        })
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    /// Serialises `Absent` as `null`, since JSON cannot express it: the struct must skip the field.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Absent | Patch::Null => serializer.serialize_none(),
            Patch::Value(value) => value.serialize(serializer),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn is_referenceable() -> bool {
        false
    }

    fn schema_name() -> String {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}

/// Deserialises an optional field that must not be `null`.
///
/// With `#[serde(default, deserialize_with = "present")]` an absent field is `None`, and `T` rejects
/// `null`.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Update {
///     #[serde(default, deserialize_with = "agenthuman_server_runtime::patch::present")]
///     pages: Option<u32>,
/// }
///
/// assert_eq!(serde_json::from_str::<Update>("{}").unwrap().pages, None);
/// assert!(serde_json::from_str::<Update>(r#"{"pages": null}"#).is_err());
/// ```
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Returns the schema of a field that must be present and may be `null`.
pub fn nullable<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    Option::<T>::json_schema(generator)
}
