//! Fields with three states: absent, `null`, or a value.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of an update that is left unchanged, cleared or set.
///
/// ```
/// use agenthuman_links::Patch;
///
/// #[derive(serde::Deserialize)]
/// #[serde(default)]
/// # #[derive(Default)]
/// struct Update {
///     title: Patch<String>,
///     due: Patch<String>,
///     size: Patch<u32>,
/// }
///
/// let update: Update = serde_json::from_str(r#"{"due": null, "size": 100}"#)?;
/// assert_eq!(update.title, Patch::Absent);
/// assert_eq!(update.due, Patch::Null);
/// assert_eq!(update.size, Patch::Value(100));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The field is not sent and keeps its value.
    #[default]
    Absent,
    /// The field is sent as `null`, which clears it.
    Null,
    /// The field is sent with this value.
    Value(T),
}

impl<T> Patch<T> {
    /// Returns true if the field is not sent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Patch::Absent)
    }

    /// Returns the value, unless the field is absent or `null`.
    pub fn value(&self) -> Option<&T> {
        match self {
            Patch::Value(value) => Some(value),
            Patch::Absent | Patch::Null => None,
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
    /// Serializes the value or `null`. A struct skips a field that is `Absent`, which has no JSON form.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Absent | Patch::Null => serializer.serialize_none(),
            Patch::Value(value) => value.serialize(serializer),
        }
    }
}

/// Deserializes an optional field that may be absent but not `null`.
pub(crate) fn deserialize_not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
