//! The parts of a value: the items of an array, the members of an object, the variant of an enum.

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

use super::deserializer::Source;
use super::error::{DeserializeError, PathSegment, Reason};

/// The name of a variant of an enum.
pub(super) struct VariantName(pub String);

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
pub(super) struct UnitVariant;

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
pub(super) struct Items<'a> {
    items: std::vec::IntoIter<Source<'a>>,
    index: usize,
}

impl<'a> Items<'a> {
    pub(super) fn new(items: Vec<Source<'a>>) -> Self {
        Items { items: items.into_iter(), index: 0 }
    }
}

impl<'de> SeqAccess<'de> for Items<'de> {
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
pub(super) struct Members<'a> {
    members: std::vec::IntoIter<(String, Source<'a>)>,
    value: Option<(String, Source<'a>)>,
}

impl<'a> Members<'a> {
    pub(super) fn new(members: Vec<(String, Source<'a>)>) -> Result<Self, DeserializeError> {
        let mut names = std::collections::HashSet::new();
        if let Some((name, _)) = members.iter().find(|(name, _)| !names.insert(name.as_str())) {
            return Err(DeserializeError::new(Reason::Duplicate { name: name.clone() }));
        }
        Ok(Members { members: members.into_iter(), value: None })
    }
}

impl<'de> MapAccess<'de> for Members<'de> {
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
