//! The classification of changes: whom a change breaks.
//!
//! Requests may become less strict, and responses more strict, without breaking a client. In the other
//! direction a working client breaks.
//!
//! Decisions where opinions differ:
//! - *A new member of an `enum` in a response breaks clients.* The generated client, and any client
//!   that matches exhaustively, fails to parse an unknown value.
//! - *A renamed path parameter breaks clients*: not over HTTP, but generated code has its name, as it
//!   has the `operationId`.
//! - *In a callback the directions are reversed*: the server sends its requests, and clients respond. In a
//!   `not`, a wider schema allows fewer values.
//! - *A new success status breaks clients*, which take it for a failure. A new error status does not:
//!   each client has to expect unknown errors.
//! - *Additions are compatible*, although a server must change to implement them: operations, optional
//!   parameters and properties of requests, properties and headers of responses.
//! - *A change breaks servers* if a server of the old contract does not keep the new one in something
//!   that existed before: it must accept more (a new member of an `enum` in a request, a wider bound),
//!   or may no longer send a response that it sent.
//! - *`additionalProperties: false` in a response* narrows it like any other bound.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::diff::{Delta, Part};
use crate::exact::number;
use crate::integer_range;

/// The class of a change, in ascending order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A change of what only people read.
    Documentation,
    /// A change that breaks neither clients nor servers.
    Compatible,
    /// A change that breaks only servers.
    BreakingForServers,
    /// A change that breaks clients.
    BreakingForClients,
}

impl Class {
    /// Returns the name: that of the rule without `change-`.
    pub fn name(self) -> &'static str {
        self.rule().trim_start_matches("change-")
    }

    /// Returns the rule of the finding.
    pub fn rule(self) -> &'static str {
        match self {
            Class::Documentation => "change-documentation",
            Class::Compatible => "change-compatible",
            Class::BreakingForServers => "change-breaking-for-servers",
            Class::BreakingForClients => "change-breaking-for-clients",
        }
    }
}

/// The effect of a change on the set of valid values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Fewer values are valid.
    Narrower,
    /// More values are valid.
    Wider,
    /// Some values became valid and others invalid, or the effect is unknown.
    Other,
}

/// Classifies a change from the first document to the second. `status` is that of the response, for
/// changes of whole responses.
pub fn classify(delta: &Delta, status: &str) -> Class {
    use Class::*;
    let added = delta.values[0].is_none();
    match (delta.part, delta.keyword) {
        (_, "tags" | "summary" | "title" | "description" | "example" | "examples") => Documentation,
        (_, "links") => Compatible,
        (_, "servers") => servers(delta),
        (_, "deprecated") => Compatible,
        (
            _,
            "operationId" | "name" | "callbacks" | "extensions" | "style" | "explode" | "encoding"
            | "xml",
        ) => BreakingForClients,
        (_, "discriminator") => BreakingForClients,
        (Part::Operation, "security") => {
            if delta.values[1].is_some() {
                BreakingForServers
            } else {
                BreakingForClients
            }
        }
        (Part::Operation, _) => if_added(added),
        // Clients respond to a callback.
        (Part::Response, "") if delta.from_server => if_added(added),
        (Part::Response, "") if added => {
            if status.starts_with('2') || status == "default" {
                BreakingForClients
            } else {
                Compatible
            }
        }
        (Part::Response, "") => BreakingForServers,
        // A property is a condition, and the values that meet it are not allowed.
        (part, "") if delta.negated => by_effect(if_more(added), from_client(part, delta)),
        (part, "") if from_client(part, delta) && added => {
            if delta.required {
                BreakingForClients
            } else {
                Compatible
            }
        }
        // A parameter has one form: a schema, or one media type.
        (Part::Parameter | Part::ResponseHeader, "mediaType") => BreakingForClients,
        (_, "" | "mediaType") => if_added(added),
        (part, "default") if !from_client(part, delta) => Compatible,
        (part, _) => by_effect(effect(delta), from_client(part, delta)),
    }
}

/// Returns the class of a change of valid values, which the sender must keep to.
fn by_effect(effect: Effect, from_client: bool) -> Class {
    match (effect, from_client) {
        (Effect::Other, _) | (Effect::Narrower, true) | (Effect::Wider, false) => {
            Class::BreakingForClients
        }
        (Effect::Wider, true) | (Effect::Narrower, false) => Class::BreakingForServers,
    }
}

/// Clients continue to work as long as each server that they know still exists.
fn servers(delta: &Delta) -> Class {
    let [old, new] = [0, 1].map(|side| match members(&delta.values[side]) {
        Some(servers) => servers.clone(),
        None => vec![serde_json::json!({ "url": "/" })],
    });
    if old.iter().all(|server| new.contains(server)) {
        Class::Compatible
    } else {
        Class::BreakingForClients
    }
}

fn if_added(added: bool) -> Class {
    if added { Class::Compatible } else { Class::BreakingForClients }
}

/// Returns true if clients send the part, and servers read it.
fn from_client(part: Part, delta: &Delta) -> bool {
    let in_request = matches!(part, Part::Parameter | Part::RequestBody | Part::RequestProperty);
    in_request != delta.from_server
}

/// Returns the effect of a change on the values of the whole, outside of each `not`.
fn effect(delta: &Delta) -> Effect {
    match inner_effect(delta) {
        Effect::Narrower if delta.negated => Effect::Wider,
        Effect::Wider if delta.negated => Effect::Narrower,
        effect => effect,
    }
}

fn inner_effect(delta: &Delta) -> Effect {
    let [old, new] = &delta.values;
    match delta.keyword {
        "nullable" | "allowEmptyValue" | "allowReserved" => if_more(new.is_some()),
        "required" | "uniqueItems" | "schema" | "items" | "not" | "readOnly" | "writeOnly" => {
            if_more(new.is_none())
        }
        "enum" => match (members(old), members(new)) {
            (Some(old), Some(new)) => {
                let all = |some: &[Value], of: &[Value]| some.iter().all(|one| of.contains(one));
                match (all(old, new), all(new, old)) {
                    (true, _) => Effect::Wider,
                    (_, true) => Effect::Narrower,
                    _ => Effect::Other,
                }
            }
            _ => if_more(new.is_none()),
        },
        "minimum" | "minLength" | "minItems" | "minProperties" => bound(old, new, false),
        "maximum" | "maxLength" | "maxItems" | "maxProperties" => bound(old, new, true),
        "type" => {
            match (old.as_ref().and_then(Value::as_str), new.as_ref().and_then(Value::as_str)) {
                (Some("integer"), Some("number")) | (Some(_), None) => Effect::Wider,
                (Some("number"), Some("integer")) | (None, Some(_)) => Effect::Narrower,
                _ => Effect::Other,
            }
        }
        "pattern" | "format" | "multipleOf" | "additionalProperties" => match (old, new) {
            (None, Some(_)) => Effect::Narrower,
            (Some(_), None) => Effect::Wider,
            (Some(old), Some(new)) => match delta.keyword {
                "format" => integers(old, new),
                "multipleOf" => multiples(old, new),
                _ => Effect::Other,
            },
            (None, None) => Effect::Other,
        },
        "oneOf" | "anyOf" => match (count(old), count(new)) {
            // No alternatives allow any value.
            (Some(old), Some(0)) if old > 0 => Effect::Wider,
            (Some(0), _) => Effect::Narrower,
            (Some(old), Some(new)) => if_more(new > old),
            _ => Effect::Other,
        },
        _ => Effect::Other,
    }
}

/// Returns the effect of another format: of two formats of integers, one contains the other.
fn integers(old: &Value, new: &Value) -> Effect {
    let range = |format: &Value| integer_range(format.as_str()?);
    let (Some(old), Some(new)) = (range(old), range(new)) else { return Effect::Other };
    let contains = |outer: &RangeInclusive<i128>, inner: &RangeInclusive<i128>| {
        outer.contains(inner.start()) && outer.contains(inner.end())
    };
    match (contains(&new, &old), contains(&old, &new)) {
        (true, _) => Effect::Wider,
        (_, true) => Effect::Narrower,
        _ => Effect::Other,
    }
}

/// Returns the effect of another `multipleOf`: each multiple of 10 is one of 5.
fn multiples(old: &Value, new: &Value) -> Effect {
    let is_multiple = |one: &Value, other: &Value| number(one)?.is_multiple_of(&number(other)?);
    match (is_multiple(old, new), is_multiple(new, old)) {
        (Some(true), _) => Effect::Wider,
        (_, Some(true)) => Effect::Narrower,
        _ => Effect::Other,
    }
}

fn if_more(more: bool) -> Effect {
    if more { Effect::Wider } else { Effect::Narrower }
}

fn members(side: &Option<Value>) -> Option<&Vec<Value>> {
    side.as_ref().and_then(Value::as_array)
}

fn count(side: &Option<Value>) -> Option<u64> {
    side.as_ref().and_then(Value::as_u64)
}

/// Returns the effect of a changed bound; a bound with `upper` widens when it grows.
fn bound(old: &Option<Value>, new: &Option<Value>, upper: bool) -> Effect {
    let exclusive = |side: &Value| side.get("exclusive").is_some();
    let limit = |side: &Value| number(side.get("exclusive").unwrap_or(side));
    let (Some(old), Some(new)) = (old, new) else { return if_more(new.is_none()) };
    match (limit(old), limit(new)) {
        (Some(before), Some(after)) if before == after => {
            if_more(exclusive(old) && !exclusive(new))
        }
        (Some(before), Some(after)) => if_more((after > before) == upper),
        // A number with an exponent that nothing can hold.
        _ => Effect::Other,
    }
}
