//! The object in a response that shows the result of an update.
//!
//! A contract does not state that `name` of the response is `name` of the request. It is assumed for
//! the object of the response that has the most properties of the request, by name and type.

use std::collections::VecDeque;

use agenthuman_contract::model::{Aspect, Model, Schema, SchemaId};
use agenthuman_contract::{child, exact};
use agenthuman_server_runtime::timestamp::Timestamp;
use serde_json::{Map, Value};

use crate::schemas::{fact, type_name};

/// The object in a response that shows the result of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Representation {
    /// Position in the body of the response.
    pub pointer: String,
    /// Properties that are both in the request and in the response.
    pub properties: Vec<String>,
    pub schema: SchemaId,
}

/// Maximum depth of the search for the object.
const MAX_DEPTH: usize = 4;

impl Representation {
    /// Finds the object; `None` if no object of the response has a property of the request.
    pub(crate) fn find(model: &Model, request: SchemaId, response: SchemaId) -> Option<Self> {
        let wanted = &model.schemas[request];
        let mut best: Option<Representation> = None;
        let mut queue = VecDeque::from([(response, String::new(), 0)]);
        while let Some((id, pointer, depth)) = queue.pop_front() {
            let schema = &model.schemas[id];
            let properties = shared_properties(model, wanted, schema);
            // The search is breadth-first: of equals, it keeps the outermost.
            let most = best.as_ref().map_or(0, |best| best.properties.len());
            if properties.len() > most {
                best = Some(Representation { pointer: pointer.clone(), properties, schema: id });
            }
            if depth < MAX_DEPTH {
                for (name, property) in &schema.properties {
                    if let Some(id) = property.schema {
                        queue.push_back((id, child(&pointer, name), depth + 1));
                    }
                }
            }
        }
        best
    }

    /// Returns the settable properties that a response shows; `None` if the object is missing.
    pub(crate) fn read(&self, body: &Value) -> Option<Map<String, Value>> {
        let object = body.pointer(&self.pointer)?.as_object()?;
        let shown = self
            .properties
            .iter()
            .filter_map(|name| Some((name.clone(), object.get(name)?.clone())));
        Some(shown.collect())
    }

    /// Returns all properties of the object, including those that cannot be set.
    pub(crate) fn all_properties(&self, body: &Value) -> Vec<(String, Value)> {
        let object = body.pointer(&self.pointer).and_then(Value::as_object);
        let all = object.into_iter().flatten();
        all.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Returns true if two values of a property mean the same; times are compared as instants.
    pub(crate) fn equal(&self, model: &Model, property: &str, one: &Value, other: &Value) -> bool {
        let schema = &model.schemas[self.schema];
        let format = schema
            .properties
            .get(property)
            .and_then(|property| property.schema)
            .and_then(|id| fact(&model.schemas[id], Aspect::Format))
            .and_then(Value::as_str);
        equal(one, other, format == Some("date-time"))
    }
}

/// Returns the properties that two schemas share, by name and type.
fn shared_properties(model: &Model, wanted: &Schema, schema: &Schema) -> Vec<String> {
    let type_of = |schema: &Schema, name: &str| {
        let id = schema.properties.get(name)?.schema?;
        Some(type_name(&model.schemas[id]).to_owned())
    };
    let both = |name: &&String| {
        type_of(wanted, name)
            .is_some_and(|wanted| type_of(schema, name).is_some_and(|shown| wanted == shown))
    };
    wanted.properties.keys().filter(both).cloned().collect()
}

/// Compares a sent value with a shown one; an object may show more properties than were sent.
fn equal(sent: &Value, shown: &Value, time: bool) -> bool {
    match (sent, shown) {
        (one, other) if exact::is_number(one) && exact::is_number(other) => {
            exact::canonical_number(one) == exact::canonical_number(other)
        }
        (Value::String(one), Value::String(other)) => {
            one == other || time && instant(one).is_some() && instant(one) == instant(other)
        }
        (Value::Object(one), Value::Object(other)) => one
            .iter()
            .all(|(name, value)| other.get(name).is_some_and(|shown| equal(value, shown, time))),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| equal(one, other, time))
        }
        (one, other) => one == other,
    }
}

/// Reads a timestamp (RFC 3339) as microseconds since 1970.
pub(crate) fn instant(text: &str) -> Option<i64> {
    Timestamp::read(text).map(|time| time.micros())
}
