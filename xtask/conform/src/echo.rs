//! Where an answer shows what an update has set.
//!
//! A contract does not say that `name` of the request is `name` of the answer. It is taken to be so
//! for the object of the answer that has the most properties of the request, by name and type.

use std::collections::VecDeque;

use chrono::DateTime;
use serde_json::{Map, Value};

use super::schemas::{fact, type_of};
use agenthuman_contract::child;
use agenthuman_contract::model::{Aspect, Model, Schema, SchemaId};

/// The object of the answer that shows what was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Echo {
    /// Where in the body of the answer.
    pub pointer: String,
    /// Properties that request and answer have both.
    pub properties: Vec<String>,
    pub schema: SchemaId,
}

/// How deep the object is looked for.
const DEPTH: usize = 4;

impl Echo {
    /// Finds the object; `None` where no object of the answer has a property of the request.
    pub fn find(model: &Model, request: SchemaId, response: SchemaId) -> Option<Self> {
        let wanted = &model.schemas[request];
        let mut best: Option<Echo> = None;
        let mut queue = VecDeque::from([(response, String::new(), 0)]);
        while let Some((id, pointer, depth)) = queue.pop_front() {
            let schema = &model.schemas[id];
            let properties = shared(model, wanted, schema);
            // the first of equals is the outermost
            let most = best.as_ref().map_or(0, |best| best.properties.len());
            if properties.len() > most {
                best = Some(Echo { pointer: pointer.clone(), properties, schema: id });
            }
            if depth < DEPTH {
                for (name, property) in &schema.properties {
                    if let Some(id) = property.schema {
                        queue.push_back((id, child(&pointer, name), depth + 1));
                    }
                }
            }
        }
        best
    }

    /// What an answer shows of the properties that can be set.
    pub fn of(&self, body: &Value) -> Option<Map<String, Value>> {
        let object = body.pointer(&self.pointer)?.as_object()?;
        let shown = self
            .properties
            .iter()
            .filter_map(|name| Some((name.clone(), object.get(name)?.clone())));
        Some(shown.collect())
    }

    /// The numbers and times that the object has beside those that are set.
    pub fn others(&self, body: &Value) -> Vec<(String, Value)> {
        let object = body.pointer(&self.pointer).and_then(Value::as_object);
        let all = object.into_iter().flatten();
        all.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Whether two values of a property mean the same: times are compared as points in time.
    pub fn same(&self, model: &Model, property: &str, one: &Value, other: &Value) -> bool {
        let schema = &model.schemas[self.schema];
        let format = schema
            .properties
            .get(property)
            .and_then(|property| property.schema)
            .and_then(|id| fact(&model.schemas[id], Aspect::Format))
            .and_then(Value::as_str);
        same(one, other, format == Some("date-time"))
    }
}

fn shared(model: &Model, wanted: &Schema, schema: &Schema) -> Vec<String> {
    let of = |schema: &Schema, name: &str| {
        let id = schema.properties.get(name)?.schema?;
        Some(type_of(&model.schemas[id]).to_owned())
    };
    let both = |name: &&String| {
        of(wanted, name).is_some_and(|wanted| of(schema, name).is_some_and(|shown| wanted == shown))
    };
    wanted.properties.keys().filter(both).cloned().collect()
}

/// What was sent and what is shown: an object may show more than was sent.
fn same(sent: &Value, shown: &Value, time: bool) -> bool {
    match (sent, shown) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64() && (one.is_f64() || other.is_f64())
        }
        (Value::String(one), Value::String(other)) => {
            one == other || time && instant(one).is_some() && instant(one) == instant(other)
        }
        (Value::Object(one), Value::Object(other)) => one
            .iter()
            .all(|(name, value)| other.get(name).is_some_and(|shown| same(value, shown, time))),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| same(one, other, time))
        }
        (one, other) => one == other,
    }
}

/// Nanoseconds since 1970.
pub(super) fn instant(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok()?.timestamp_nanos_opt()
}
