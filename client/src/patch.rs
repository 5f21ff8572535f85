//! The three states of a field in an update.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field that may be left alone, cleared or set.
///
/// ```
/// use agenthuman_links::{Patch, UpdateLinkRequest};
///
/// let update: UpdateLinkRequest = serde_json::from_str(r#"{"expires_at": null, "use_limit": 100}"#)?;
/// assert_eq!(update.name, Patch::Absent);
/// assert_eq!(update.expires_at, Patch::Null);
/// assert_eq!(update.use_limit, Patch::Value(100));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The field is not sent: it stays as it is.
    #[default]
    Absent,
    /// The field is sent as `null`: it is cleared.
    Null,
    /// The field is sent with a value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the field is not sent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Patch::Absent)
    }

    /// The value that is sent, if it is one.
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
    /// `Absent` has no JSON of its own: the struct that holds the field skips it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Absent | Patch::Null => serializer.serialize_none(),
            Patch::Value(value) => value.serialize(serializer),
        }
    }
}

/// Deserialises an optional field that may be absent but never `null`.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
