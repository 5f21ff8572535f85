//! JSON as requests carry it, and what is wrong with it.
//!
//! serde_json's own errors are text: they know the line, but not the field, and neither which
//! fields there would have been. A body is therefore read into a tree that refuses duplicate
//! keys, and deserialised from there with an error type of its own that keeps those facts.

use std::fmt::{self, Display, Formatter};

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected,
    IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

/// Names further apart than this are not suggested for each other (1 is equal, 0 has nothing in common).
const NEAREST_NAME_SIMILARITY: f64 = 0.7;

/// Why a request could not be read: what is wrong, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest {
    /// What kind of mistake it is.
    pub kind: InvalidRequestKind,
    /// The parameter or field, as a path such as `agent.name` or `items[2]`; `None` for the whole body.
    pub field: Option<String>,
    /// What is wrong, with the field's name.
    pub message: String,
    /// How to mend the request.
    pub suggestion: Option<String>,
}

/// What kind of mistake a request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidRequestKind {
    /// The body is not JSON, or not an object.
    Body,
    /// A field that the contract does not name.
    UnknownField,
    /// A field that is there twice.
    DuplicateField,
    /// A field that must be there is not.
    MissingField,
    /// A field or parameter whose value the contract does not allow.
    InvalidField,
}

impl Display for InvalidRequest {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for InvalidRequest {}

/// Reads a request body.
pub fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, InvalidRequest> {
    let invalid_body = |problem: String, suggestion: &str| InvalidRequest {
        kind: InvalidRequestKind::Body,
        field: None,
        message: problem,
        suggestion: Some(suggestion.to_owned()),
    };
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(invalid_body(
            "the request has no body".to_owned(),
            "Send a JSON object with the fields that change",
        ));
    }
    let json: Json = serde_json::from_slice(body).map_err(|error| {
        invalid_body(
            format!("the request body is not valid JSON: {error}"),
            "Send one JSON object in UTF-8",
        )
    })?;
    T::deserialize(json).map_err(|problem| problem.into_invalid_request("the request body"))
}

/// Reads parameters that arrived as text, each under its name.
pub fn from_texts<T: DeserializeOwned>(
    parameters: impl IntoIterator<Item = (String, String)>,
) -> Result<T, InvalidRequest> {
    let members = parameters.into_iter().map(|(name, text)| (name, Json::Text(text))).collect();
    T::deserialize(Json::Object(members))
        .map_err(|problem| problem.into_invalid_request("the request"))
}

/// A JSON value; an object keeps the order of its members.
enum Json {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
    /// A parameter of the path or the query: a string, or a number or boolean where one is wanted.
    Text(String),
}

impl Json {
    /// The value, as an error message shows it.
    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Json::Null => Unexpected::Unit,
            Json::Bool(value) => Unexpected::Bool(*value),
            Json::Unsigned(value) => Unexpected::Unsigned(*value),
            Json::Signed(value) => Unexpected::Signed(*value),
            Json::Float(value) => Unexpected::Float(*value),
            Json::String(value) | Json::Text(value) => Unexpected::Str(value),
            Json::Array(_) => Unexpected::Seq,
            Json::Object(_) => Unexpected::Map,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct JsonVisitor;
        impl<'de> Visitor<'de> for JsonVisitor {
            type Value = Json;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON value")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Unsigned(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Signed(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Float(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::String(value.to_owned()))
            }

            fn visit_string<E>(self, value: String) -> Result<Json, E> {
                Ok(Json::String(value))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = sequence.next_element()? {
                    items.push(item);
                }
                Ok(Json::Array(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Json::Object(members))
            }
        }
        deserializer.deserialize_any(JsonVisitor)
    }
}

/// What serde reports, with the way to the field that it is about.
#[derive(Debug)]
struct Problem {
    /// From the field outwards: the error arises at the innermost.
    path: Vec<Step>,
    reason: Reason,
}

#[derive(Debug)]
enum Step {
    Member(String),
    Item(usize),
}

#[derive(Debug)]
enum Reason {
    Unknown { name: String, expected: &'static [&'static str] },
    Duplicate { name: String },
    Missing { name: &'static str },
    Invalid { found: String, expected: String },
    Other(String),
}

impl Problem {
    fn because(reason: Reason) -> Self {
        Problem { path: Vec::new(), reason }
    }

    fn inside(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    fn into_invalid_request(self, whole: &str) -> InvalidRequest {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Member(name) if path.is_empty() => path.push_str(name),
                Step::Member(name) => path.extend([".", name]),
                Step::Item(index) => path.push_str(&format!("[{index}]")),
            }
        }
        let member =
            |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let place = if path.is_empty() { whole.to_owned() } else { format!("`{path}`") };
        let at = (!path.is_empty()).then(|| path.clone());
        let (kind, field, message, suggestion) = match self.reason {
            Reason::Unknown { name, expected } => {
                let field = member(&name);
                let message = format!("unknown field `{field}`");
                (
                    InvalidRequestKind::UnknownField,
                    Some(field),
                    message,
                    Some(nearest(&name, expected)),
                )
            }
            Reason::Duplicate { name } => {
                let field = member(&name);
                let message = format!("`{field}` appears more than once");
                let suggestion = format!("Send `{field}` once");
                (InvalidRequestKind::DuplicateField, Some(field), message, Some(suggestion))
            }
            Reason::Missing { name } => {
                let field = member(name);
                let message = format!("`{field}` is missing");
                let suggestion = format!("Send `{field}`");
                (InvalidRequestKind::MissingField, Some(field), message, Some(suggestion))
            }
            Reason::Invalid { found, expected } => {
                let kind = if at.is_some() {
                    InvalidRequestKind::InvalidField
                } else {
                    InvalidRequestKind::Body
                };
                let message = format!("{place} is {found}, not {expected}");
                (kind, at, message, Some(format!("Send {expected}")))
            }
            Reason::Other(problem) => (
                InvalidRequestKind::InvalidField,
                at,
                format!("{place} is not acceptable: {problem}"),
                None,
            ),
        };
        InvalidRequest { kind, field, message, suggestion }
    }
}

/// What to say of a name that nobody knows.
fn nearest(name: &str, expected: &[&str]) -> String {
    let similarity = |known: &str| strsim::jaro_winkler(name, known);
    let near = expected
        .iter()
        .filter(|known| similarity(known) >= NEAREST_NAME_SIMILARITY)
        .max_by(|one, other| similarity(one).total_cmp(&similarity(other)));
    match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None if expected.is_empty() => "Leave it out".to_owned(),
        None => format!("Leave it out, or send {}", one_of(expected)),
    }
}

/// What was found, in a caller's words.
fn shown(found: Unexpected<'_>) -> String {
    /// Longer texts are cut: an answer must not grow with the request.
    const SHOWN: usize = 64;
    match found {
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        Unexpected::Seq => "an array".to_owned(),
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Float(value) => value.to_string(),
        Unexpected::Str(text) if text.chars().count() > SHOWN => {
            format!("{:?}…", text.chars().take(SHOWN).collect::<String>())
        }
        Unexpected::Str(text) => format!("{text:?}"),
        other => other.to_string(),
    }
}

fn one_of(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("one of {}", names.join(", "))
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.reason)
    }
}

impl std::error::Error for Problem {}

impl serde::de::Error for Problem {
    fn custom<T: Display>(message: T) -> Self {
        Problem::because(Reason::Other(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Str(_) => "a string".to_owned(),
            other => shown(other),
        };
        Problem::because(Reason::Invalid { found, expected: expected.to_string() })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Problem::because(Reason::Invalid { found: shown(found), expected: expected.to_string() })
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::invalid_value(Unexpected::Str(variant), &one_of(expected).as_str())
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Problem::because(Reason::Unknown { name: field.to_owned(), expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Problem::because(Reason::Missing { name: field })
    }

    fn duplicate_field(field: &'static str) -> Self {
        Problem::because(Reason::Duplicate { name: field.to_owned() })
    }
}

impl IntoDeserializer<'_, Problem> for Json {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// A number or boolean that is wanted where the request has text.
macro_rules! parse_text {
    ($($method:ident $visit:ident $type:ty),*) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
                match self {
                    Json::Text(text) => match text.parse::<$type>() {
                        Ok(value) => visitor.$visit(value),
                        Err(_) => Err(Problem::invalid_value(Unexpected::Str(&text), &visitor)),
                    },
                    json => json.deserialize_any(visitor),
                }
            }
        )*
    };
}

impl<'de> Deserializer<'de> for Json {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Json::Null => visitor.visit_unit(),
            Json::Bool(value) => visitor.visit_bool(value),
            Json::Unsigned(value) => visitor.visit_u64(value),
            Json::Signed(value) => visitor.visit_i64(value),
            Json::Float(value) => visitor.visit_f64(value),
            Json::String(value) | Json::Text(value) => visitor.visit_string(value),
            Json::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), index: 0 }),
            Json::Object(members) => visitor.visit_map(Members::new(members)?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self {
            Json::Null => visitor.visit_none(),
            json => visitor.visit_some(json),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self {
            Json::String(name) | Json::Text(name) => visitor.visit_enum(Variant(name)),
            other => Err(Problem::invalid_type(other.unexpected(), &one_of(variants).as_str())),
        }
    }

    /// Only an object is a struct: serde's derive would take an array for its fields in order.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self {
            Json::Object(members) => visitor.visit_map(Members::new(members)?),
            other => Err(Problem::invalid_type(other.unexpected(), &"a JSON object")),
        }
    }

    parse_text! {
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

struct Variant(String);

impl<'de> EnumAccess<'de> for Variant {
    type Error = Problem;
    type Variant = UnitOnly;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, UnitOnly), Problem> {
        let name: StringDeserializer<Problem> = self.0.into_deserializer();
        seed.deserialize(name).map(|value| (value, UnitOnly))
    }
}

/// A variant that is a name and nothing more, as an `enum` of the contract has it.
struct UnitOnly;

impl<'de> VariantAccess<'de> for UnitOnly {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _seed: S) -> Result<S::Value, Problem> {
        Err(Problem::custom("expected a name alone"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _visitor: V) -> Result<V::Value, Problem> {
        Err(Problem::custom("expected a name alone"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Problem> {
        Err(Problem::custom("expected a name alone"))
    }
}

struct Items {
    items: std::vec::IntoIter<Json>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Problem;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(item).map(Some).map_err(|problem| problem.inside(Step::Item(index)))
    }
}

struct Members {
    members: std::vec::IntoIter<(String, Json)>,
    value: Option<(String, Json)>,
}

impl Members {
    fn new(members: Vec<(String, Json)>) -> Result<Self, Problem> {
        let mut names = std::collections::HashSet::new();
        if let Some((name, _)) = members.iter().find(|(name, _)| !names.insert(name.as_str())) {
            return Err(Problem::because(Reason::Duplicate { name: name.clone() }));
        }
        Ok(Members { members: members.into_iter(), value: None })
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = Problem;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Problem> {
        let Some((name, value)) = self.members.next() else { return Ok(None) };
        let key: StringDeserializer<Problem> = name.clone().into_deserializer();
        self.value = Some((name, value));
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Problem> {
        let Some((name, value)) = self.value.take() else {
            return Err(Problem::custom("a value was asked for before its key"));
        };
        seed.deserialize(value).map_err(|problem| problem.inside(Step::Member(name)))
    }
}
