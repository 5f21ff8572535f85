//! Deserialises request types from JSON values and from texts.

use std::collections::HashMap;

use serde::de::Unexpected;
use serde::de::{Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;

use super::access::{Items, Members, VariantName};
use super::attempts::{Attempts, Rule, UNKNOWN_FIELDS, UnknownFields};
use super::error::{DeserializeError, Reason, one_of};
use super::number;
use super::state::{Loss, Position, State};
use super::value::JsonValue;
use crate::list;

/// The number of arrays and objects around a value that is read, which bounds the stack. It is
/// serde_json's own limit.
const MAX_DEPTH: usize = 128;

/// The part of a request from which a value is deserialised.
#[derive(Clone)]
pub(super) struct Source<'a> {
    content: Content<'a>,
    /// The number of arrays and objects around it.
    depth: usize,
    pub(super) state: &'a State<'a>,
}

#[derive(Clone)]
enum Content<'a> {
    Json(&'a RawValue),
    /// A parameter: a string, or a number or boolean where one is expected.
    Text(String),
    /// A parameter that is a list.
    List(Vec<String>),
    /// All parameters.
    Texts(Vec<(String, String)>),
}

impl<'a> Source<'a> {
    /// Returns the source for a whole body.
    pub(super) fn body(body: &'a RawValue, state: &'a State<'a>) -> Self {
        Source { content: Content::Json(body), depth: 0, state }
    }

    /// Returns the source for parameters, given as pairs of name and text.
    pub(super) fn texts(texts: Vec<(String, String)>, state: &'a State<'a>) -> Self {
        Source { content: Content::Texts(texts), depth: 0, state }
    }

    /// Returns true for a value of a body.
    pub(super) fn is_json(&self) -> bool {
        self.position().is_some()
    }

    /// Returns the position of a value of a body.
    pub(super) fn position(&self) -> Option<Position> {
        match self.content {
            Content::Json(raw) => Some(Position::of(raw)),
            Content::Text(_) | Content::List(_) | Content::Texts(_) => None,
        }
    }

    /// Reads a value of a body.
    fn read(&self, raw: &'a RawValue) -> Result<JsonValue<'a>, DeserializeError> {
        self.state.read(raw).map_err(|error| {
            let problem = super::without_position(&error);
            DeserializeError::new(Reason::Syntax(problem))
        })
    }

    /// Returns the members of an object; none of another value.
    pub(super) fn object_members(&self) -> Result<Vec<(String, &'a RawValue)>, DeserializeError> {
        let Content::Json(raw) = self.content else { return Ok(Vec::new()) };
        match self.read(raw)? {
            JsonValue::Object(members) => Ok(members),
            _ => Ok(Vec::new()),
        }
    }

    /// Returns the sources of the items of an array.
    fn items(&self, items: Vec<&'a RawValue>) -> Result<Items<'a>, DeserializeError> {
        let (depth, state) = (self.depth_inside()?, self.state);
        let source = |item| Source { content: Content::Json(item), depth, state };
        let sources = items.into_iter().map(source);
        Ok(Items::new(sources.collect()))
    }

    /// Returns the sources of the members of an object.
    pub(super) fn members(
        &self,
        members: Vec<(String, &'a RawValue)>,
    ) -> Result<Members<'a>, DeserializeError> {
        let (depth, state) = (self.depth_inside()?, self.state);
        let source = |value| Source { content: Content::Json(value), depth, state };
        Members::new(members.into_iter().map(|(name, value)| (name, source(value))).collect())
    }

    /// Returns the value of a JSON number that is an integer.
    fn integer(&self, number: &str) -> Option<i128> {
        number::integer(number)
    }

    /// Returns the value of a JSON number as `f64`, and records an integer that is rounded.
    fn float(&self, number: &str) -> Option<f64> {
        let float = number::float(number)?;
        if number::integer(number).is_some_and(|integer| integer != float as i128) {
            self.state.lose(Loss::Digits);
        }
        Some(float)
    }

    /// Splits a text into the items of a list.
    fn split(self, delimiter: &str) -> Self {
        let content = match self.content {
            Content::Text(text) => Content::List(list::split(&text, delimiter)),
            other => other,
        };
        Source { content, ..self }
    }

    fn depth_inside(&self) -> Result<usize, DeserializeError> {
        if self.depth == MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} arrays and objects inside of each other");
            return Err(DeserializeError::new(Reason::Syntax(message)));
        }
        Ok(self.depth + 1)
    }
}

impl<'a> IntoDeserializer<'a, DeserializeError> for Source<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Passes an integer to the visitor, or an error if there is none or it does not fit into 64 bits.
fn visit_integer<'de, V: Visitor<'de>>(
    integer: Option<i128>,
    found: Unexpected<'_>,
    visitor: V,
) -> Result<V::Value, DeserializeError> {
    let unsigned = integer.and_then(|value| u64::try_from(value).ok());
    let signed = integer.and_then(|value| i64::try_from(value).ok());
    match (unsigned, signed) {
        (Some(value), _) => visitor.visit_u64(value),
        (None, Some(value)) => visitor.visit_i64(value),
        (None, None) => Err(DeserializeError::invalid_value(found, &visitor)),
    }
}

/// Passes a floating-point number to the visitor, or an error if there is none.
fn visit_float<'de, V: Visitor<'de>>(
    float: Option<f64>,
    found: Unexpected<'_>,
    visitor: V,
) -> Result<V::Value, DeserializeError> {
    match float {
        Some(value) => visitor.visit_f64(value),
        None => Err(DeserializeError::invalid_value(found, &visitor)),
    }
}

/// Implements methods that expect a number.
macro_rules! deserialize_number {
    ($visit:ident, $json:ident, $text:path: $($method:ident),*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
                match &self.content {
                    Content::Json(raw) => match self.read(raw)? {
                        JsonValue::Number(text) => {
                            $visit(self.$json(text), Unexpected::Other(text), visitor)
                        }
                        _ => self.deserialize_any(visitor),
                    },
                    Content::Text(text) => $visit($text(text), Unexpected::Str(text), visitor),
                    Content::List(_) | Content::Texts(_) => self.deserialize_any(visitor),
                }
            }
        )*
    };
}

impl<'de> Deserializer<'de> for Source<'de> {
    type Error = DeserializeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        let raw = match self.content {
            Content::Json(raw) => raw,
            Content::Text(text) => return visitor.visit_string(text),
            Content::List(_) => return Err(DeserializeError::new(Reason::Repeated)),
            Content::Texts(_) => return self.deserialize_map(visitor),
        };
        match self.read(raw)? {
            JsonValue::Null => visitor.visit_unit(),
            JsonValue::Bool(value) => visitor.visit_bool(value),
            JsonValue::Number(text) => match self.integer(text) {
                Some(value) if i64::try_from(value).is_ok() || u64::try_from(value).is_ok() => {
                    visit_integer(Some(value), Unexpected::Other(text), visitor)
                }
                _ => visit_float(self.float(text), Unexpected::Other(text), visitor),
            },
            JsonValue::String(value) => visitor.visit_string(value),
            JsonValue::Array(items) => visitor.visit_seq(self.items(items)?),
            JsonValue::Object(members) => visitor.visit_map(self.members(members)?),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match &self.content {
            Content::Text(text) => match text.parse() {
                Ok(value) => visitor.visit_bool(value),
                Err(_) => Err(DeserializeError::invalid_value(Unexpected::Str(text), &visitor)),
            },
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        match self.content {
            Content::Json(raw) if raw.get() == "null" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        match Rule::of(name) {
            Some(rule) => visitor.visit_map(Attempts::new(self, name, rule)),
            None if name == UNKNOWN_FIELDS => visitor.visit_map(UnknownFields::new(self)),
            None => visitor.visit_newtype_struct(match list::delimiter(name) {
                Some(delimiter) => self.split(delimiter),
                None => self,
            }),
        }
    }

    /// A parameter is a list of one item, unless it is repeated.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        let texts = match self.content {
            Content::Text(text) => vec![text],
            Content::List(texts) => texts,
            _ => return self.deserialize_any(visitor),
        };
        let (depth, state) = (self.depth + 1, self.state);
        let source = |text| Source { content: Content::Text(text), depth, state };
        visitor.visit_seq(Items::new(texts.into_iter().map(source).collect()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        let raw = match self.content {
            Content::Json(raw) => raw,
            Content::Text(name) => return visitor.visit_enum(VariantName(name)),
            Content::List(_) | Content::Texts(_) => return self.deserialize_any(visitor),
        };
        match self.read(raw)? {
            JsonValue::String(name) => visitor.visit_enum(VariantName(name)),
            other => {
                Err(DeserializeError::invalid_type(other.unexpected(), &one_of(variants).as_str()))
            }
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeserializeError> {
        let Content::Texts(texts) = self.content else { return self.deserialize_any(visitor) };
        let state = self.state;
        let source = |content| Source { content, depth: 1, state };
        let mut members: Vec<(String, Vec<String>)> = Vec::new();
        let mut positions = HashMap::new();
        for (name, text) in texts {
            let position = *positions.entry(name.clone()).or_insert(members.len());
            match members.get_mut(position) {
                Some((_, repeated)) => repeated.push(text),
                None => members.push((name, vec![text])),
            }
        }
        let members = members.into_iter().map(|(name, mut texts)| {
            let only = if texts.len() == 1 { texts.pop() } else { None };
            (name, source(only.map_or(Content::List(texts), Content::Text)))
        });
        visitor.visit_map(Members::new(members.collect())?)
    }

    /// Accepts only an object: serde's derive would also accept an array of the fields in order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        let Content::Json(raw) = self.content else { return self.deserialize_map(visitor) };
        match self.read(raw)? {
            JsonValue::Object(members) => visitor.visit_map(self.members(members)?),
            other => Err(DeserializeError::invalid_type(other.unexpected(), &"a JSON object")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, DeserializeError> {
        if let Some(position) = self.position() {
            self.state.lose(Loss::UnknownField(position));
        }
        visitor.visit_unit()
    }

    deserialize_number! { visit_integer, integer, number::plain_integer:
        deserialize_i8, deserialize_i16, deserialize_i32, deserialize_i64,
        deserialize_u8, deserialize_u16, deserialize_u32, deserialize_u64
    }

    deserialize_number! { visit_float, float, number::plain_number:
        deserialize_f32, deserialize_f64
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}
