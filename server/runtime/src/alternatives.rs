//! Values of one of several types: `oneOf` and `anyOf`.
//!
//! serde's untagged enums were rejected. They take the first variant that fits, whose type may drop
//! fields that another variant has; they read nested values again for each variant, so the time doubles
//! with each level; and their buffer rounds numbers. Here the deserialiser of requests counts what each
//! alternative would lose, and remembers its choices:
//!
//! - For `oneOf`, exactly one alternative must fit.
//! - For `anyOf`, the alternative that loses the least is chosen, and of several the first.
//!
//! The values of parameters have no JSON type. For them `oneOf` is read like `anyOf`.

use std::marker::PhantomData;
use std::ops::Deref;

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::json;

/// An enum with one variant per alternative. [`alternatives!`](crate::alternatives) implements it.
pub trait Alternatives: DeserializeOwned {
    /// The name by which [`crate::json`] recognises the type, with the rule for the choice.
    #[doc(hidden)]
    const NAME: &'static str;

    /// The number of alternatives.
    const COUNT: usize;

    /// Reads a value as the alternative `index`.
    ///
    /// # Errors
    ///
    /// The value does not fit.
    fn read<'de, D: Deserializer<'de>>(index: usize, deserializer: D) -> Result<Self, D::Error>;
}

/// Implements deserialising and the schema for an enum with one variant per alternative.
///
/// ```
/// use agenthuman_server_runtime::{alternatives, json};
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
/// struct Card {
///     number: String,
/// }
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
/// struct Transfer {
///     iban: String,
/// }
///
/// #[derive(Debug, PartialEq, Serialize)]
/// #[serde(untagged)]
/// enum Payment {
///     Card(Card),
///     Transfer(Transfer),
/// }
///
/// alternatives! {
///     one_of Payment { 0 => Card(Card), 1 => Transfer(Transfer) } ["The way to pay."]
/// }
///
/// let payment: Payment = json::from_slice(br#"{"number": "1"}"#).unwrap();
/// assert_eq!(payment, Payment::Card(Card { number: "1".to_owned() }));
/// let error = json::from_slice::<Payment>(br#"{"number": "1", "iban": "2"}"#).unwrap_err();
/// assert_eq!(error.message, "the request body fits 2 alternatives instead of exactly one");
/// ```
#[macro_export]
macro_rules! alternatives {
    ($rule:ident $name:ident { $($index:literal => $variant:ident($value:ty)),+ $(,)? } [$($line:literal),* $(,)?]) => {
        impl $crate::alternatives::Alternatives for $name {
            const NAME: &'static str = concat!(
                "agenthuman_server_runtime::", stringify!($rule), " ", module_path!(), "::", stringify!($name)
            );

            const COUNT: usize = [$($index),+].len();

            fn read<'de, D: serde::Deserializer<'de>>(index: usize, deserializer: D) -> Result<Self, D::Error> {
                match index {
                    $($index => <$value as serde::Deserialize>::deserialize(deserializer).map(Self::$variant),)+
                    _ => Err(serde::de::Error::custom("no alternative has this number")),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::alternatives::deserialize(deserializer)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> String {
                stringify!($name).to_owned()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(
                generator: &mut schemars::r#gen::SchemaGenerator,
            ) -> schemars::schema::Schema {
                $crate::schema::$rule(vec![$($crate::schema::of::<$value>(generator)),+], &[$($line),*])
            }
        }
    };
}

/// Reads a value as the alternative that the rule of `T` chooses.
///
/// # Errors
///
/// No alternative fits; for `oneOf` also if several fit.
pub fn deserialize<'de, T: Alternatives, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct(T::NAME, AlternativesVisitor::<T>(PhantomData))
}

struct AlternativesVisitor<T>(PhantomData<T>);

impl<'de, T: Alternatives> Visitor<'de> for AlternativesVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("one of several alternatives")
    }

    /// The deserialiser of requests makes an attempt for each alternative and returns its choice.
    fn visit_map<A: MapAccess<'de>>(self, mut attempts: A) -> Result<T, A::Error> {
        let mut values = Vec::with_capacity(T::COUNT);
        for index in 0..T::COUNT {
            values.push(attempts.next_key_seed(Attempt::<T>(index, PhantomData))?);
        }
        let chosen: usize = attempts.next_value()?;
        values
            .into_iter()
            .nth(chosen)
            .flatten()
            .ok_or_else(|| A::Error::custom("the chosen alternative does not fit"))
    }

    /// Another deserialiser.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        json::from_deserializer(deserializer)
    }
}

/// The alternative with this number.
struct Attempt<T>(usize, PhantomData<T>);

impl<'de, T: Alternatives> DeserializeSeed<'de> for Attempt<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::read(self.0, deserializer)
    }
}

/// An object with the fields that its type does not have.
///
/// If several alternatives can fit one value, the choice of one must not lose the fields of another.
///
/// ```
/// use agenthuman_server_runtime::alternatives::WithUnknownFields;
/// use agenthuman_server_runtime::json;
///
/// #[derive(serde::Deserialize)]
/// struct Book {
///     title: String,
/// }
///
/// let body = br#"{"title": "Emma", "pages": 474}"#;
/// let book: WithUnknownFields<Book> = json::from_slice(body).unwrap();
/// assert_eq!(book.title, "Emma");
/// assert_eq!(book.unknown_fields["pages"], 474);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct WithUnknownFields<T> {
    /// The object.
    #[serde(flatten)]
    pub value: T,
    /// The other fields.
    #[serde(flatten)]
    pub unknown_fields: serde_json::Map<String, serde_json::Value>,
}

impl<T> From<T> for WithUnknownFields<T> {
    fn from(value: T) -> Self {
        WithUnknownFields { value, unknown_fields: serde_json::Map::new() }
    }
}

impl<T> Deref for WithUnknownFields<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for WithUnknownFields<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(json::UNKNOWN_FIELDS, FieldsVisitor(PhantomData))
    }
}

struct FieldsVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for FieldsVisitor<T> {
    type Value = WithUnknownFields<T>;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        let missing = || A::Error::custom("the deserialiser returned no object");
        let value = parts.next_key()?.ok_or_else(missing)?;
        Ok(WithUnknownFields { value, unknown_fields: parts.next_value()? })
    }

    /// Another deserialiser.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        json::from_deserializer(deserializer)
    }
}

/// The schema of `T`, which allows unknown fields.
impl<T: JsonSchema> JsonSchema for WithUnknownFields<T> {
    fn is_referenceable() -> bool {
        T::is_referenceable()
    }

    fn schema_name() -> String {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
