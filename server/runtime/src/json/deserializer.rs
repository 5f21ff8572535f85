//! Deserialises request types from a tree of JSON values.

use serde::de::Unexpected;
use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::error::{DeserializeError, PathSegment, Reason, one_of};
use super::value::JsonValue;

impl IntoDeserializer<'_, DeserializeError> for JsonValue {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Implements methods that parse a number or boolean if the request has text.
macro_rules! deserialize_parsed {
    ($($method:ident $visit:ident $type:ty),*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
                match self {
                    JsonValue::Text(text) => match text.parse::<$type>() {
                        Ok(value) => visitor.$visit(value),
                        Err(_) => Err(DeserializeError::invalid_value(Unexpected::Str(&text), &visitor)),
                    },
                    json => json.deserialize_any(visitor),
                }
            }
        )*
    };
}

impl<'de> Deserializer<'de> for JsonValue {
    type Error = DeserializeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self {
            JsonValue::Null => visitor.visit_unit(),
            JsonValue::Bool(value) => visitor.visit_bool(value),
            JsonValue::Unsigned(value) => visitor.visit_u64(value),
            JsonValue::Signed(value) => visitor.visit_i64(value),
            JsonValue::Float(value) => visitor.visit_f64(value),
            JsonValue::String(value) | JsonValue::Text(value) => visitor.visit_string(value),
            JsonValue::Array(items) => {
                visitor.visit_seq(Items { items: items.into_iter(), index: 0 })
            }
            JsonValue::Object(members) => visitor.visit_map(Members::new(members)?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self {
            JsonValue::Null => visitor.visit_none(),
            json => visitor.visit_some(json),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        match self {
            JsonValue::String(name) | JsonValue::Text(name) => {
                visitor.visit_enum(VariantName(name))
            }
            other => {
                Err(DeserializeError::invalid_type(other.unexpected(), &one_of(variants).as_str()))
            }
        }
    }

    /// Accepts only an object: serde's derive would also accept an array of the fields in order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        match self {
            JsonValue::Object(members) => visitor.visit_map(Members::new(members)?),
            other => Err(DeserializeError::invalid_type(other.unexpected(), &"a JSON object")),
        }
    }

    deserialize_parsed! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i64 i64, deserialize_i16 visit_i64 i64,
        deserialize_i32 visit_i64 i64, deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u64 u64, deserialize_u16 visit_u64 u64,
        deserialize_u32 visit_u64 u64, deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f64 f64, deserialize_f64 visit_f64 f64
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        identifier ignored_any
    }
}

/// The name of a variant of an enum.
struct VariantName(String);

impl<'de> EnumAccess<'de> for VariantName {
    type Error = DeserializeError;
    type Variant = UnitVariant;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, UnitVariant), DeserializeError> {
        let name: StringDeserializer<DeserializeError> = self.0.into_deserializer();
        seed.deserialize(name).map(|value| (value, UnitVariant))
    }
}

/// A variant without data, which is what an `enum` of a contract has.
struct UnitVariant;

impl<'de> VariantAccess<'de> for UnitVariant {
    type Error = DeserializeError;

    fn unit_variant(self) -> Result<(), DeserializeError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        _seed: S,
    ) -> Result<S::Value, DeserializeError> {
        Err(DeserializeError::custom("expected a variant without data"))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _len: usize,
        _visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        Err(DeserializeError::custom("expected a variant without data"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        Err(DeserializeError::custom("expected a variant without data"))
    }
}

/// The items of an array.
struct Items {
    items: std::vec::IntoIter<JsonValue>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = DeserializeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeserializeError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(item).map(Some).map_err(|error| error.within(PathSegment::Item(index)))
    }
}

/// The members of an object, each name once.
struct Members {
    members: std::vec::IntoIter<(String, JsonValue)>,
    value: Option<(String, JsonValue)>,
}

impl Members {
    fn new(members: Vec<(String, JsonValue)>) -> Result<Self, DeserializeError> {
        let mut names = std::collections::HashSet::new();
        if let Some((name, _)) = members.iter().find(|(name, _)| !names.insert(name.as_str())) {
            return Err(DeserializeError::new(Reason::Duplicate { name: name.clone() }));
        }
        Ok(Members { members: members.into_iter(), value: None })
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = DeserializeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeserializeError> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        let key: StringDeserializer<DeserializeError> = name.clone().into_deserializer();
        self.value = Some((name, value));
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, DeserializeError> {
        let Some((name, value)) = self.value.take() else {
            return Err(DeserializeError::custom(
                "the value of a member was requested before its key",
            ));
        };
        seed.deserialize(value).map_err(|error| error.within(PathSegment::Member(name)))
    }
}
