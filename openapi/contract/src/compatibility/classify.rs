//! Whom a change breaks.
//!
//! By direction: what callers send may be asked for less strictly, what servers answer may be
//! promised more strictly, and no caller notices. In the other directions a caller that works
//! stops to work.
//!
//! Decided where opinions differ:
//! - *A new member of an `enum` in a response breaks callers.* The generated client (and any that
//!   matches exhaustively) fails to read a value that it does not know.
//! - *A new success status breaks callers* (they take it for a failure); a new error status does
//!   not, as every caller has to expect errors that it does not know.
//! - *Additions are compatible,* though a server has work to do before it keeps the new contract:
//!   operations, optional parameters and properties of requests, properties and headers of responses.
//! - *Breaking for servers* is what makes a promise that a server of the old contract does not keep
//!   about something that was there already: it must take more than it did (a new member of an
//!   `enum` in a request, a wider bound), or may no longer answer what it did.
//! - *Additional properties refused in a response* (`additionalProperties: false`) narrow it like
//!   any other bound.

use serde_json::Value;

use crate::diff::{Change, Part};

/// Whom a change breaks; the later, the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Documentation,
    Compatible,
    BreakingForServers,
    BreakingForCallers,
}

impl Class {
    /// The rule of a finding.
    pub fn rule(self) -> &'static str {
        match self {
            Class::Documentation => "change-documentation",
            Class::Compatible => "change-compatible",
            Class::BreakingForServers => "change-breaking-for-servers",
            Class::BreakingForCallers => "change-breaking-for-callers",
        }
    }
}

/// What happens to the values that are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Narrower,
    Wider,
    /// Some more, some less, or nobody can tell.
    Other,
}

/// Classifies a change from the first side to the second. `status` is that of the response, for
/// changes of whole responses.
pub fn classify(change: &Change, status: &str) -> Class {
    use Class::*;
    let added = change.sides[0].is_none();
    match (change.part, change.keyword) {
        (_, "tags" | "summary" | "title" | "description" | "example" | "examples") => Documentation,
        (_, "links") => Compatible,
        (_, "servers") => servers(change),
        (_, "deprecated") => Compatible,
        (_, "operationId" | "callbacks" | "extensions" | "style" | "explode" | "encoding") => {
            BreakingForCallers
        }
        (_, "discriminator") => BreakingForCallers,
        (Part::Operation, "security") => {
            if change.sides[1].is_some() {
                BreakingForServers
            } else {
                BreakingForCallers
            }
        }
        (Part::Operation, _) => if_added(added),
        (Part::Response, "") if added => {
            if status.starts_with('2') || status == "default" {
                BreakingForCallers
            } else {
                Compatible
            }
        }
        (Part::Response, "") => BreakingForServers,
        (part, "") if from_caller(part) && added => {
            if change.required {
                BreakingForCallers
            } else {
                Compatible
            }
        }
        (_, "" | "mediaType") => if_added(added),
        (part, "default") if !from_caller(part) => Compatible,
        (part, _) => match (effect(change), from_caller(part)) {
            (Effect::Other, _) | (Effect::Narrower, true) | (Effect::Wider, false) => {
                BreakingForCallers
            }
            (Effect::Wider, true) | (Effect::Narrower, false) => BreakingForServers,
        },
    }
}

/// Callers go on as long as every address that they know is still there.
fn servers(change: &Change) -> Class {
    let [old, new] = [0, 1].map(|side| match members(&change.sides[side]) {
        Some(servers) => servers.clone(),
        None => vec![serde_json::json!({ "url": "/" })],
    });
    if old.iter().all(|server| new.contains(server)) {
        Class::Compatible
    } else {
        Class::BreakingForCallers
    }
}

fn if_added(added: bool) -> Class {
    if added { Class::Compatible } else { Class::BreakingForCallers }
}

fn from_caller(part: Part) -> bool {
    matches!(part, Part::Parameter | Part::RequestBody | Part::RequestProperty)
}

fn effect(change: &Change) -> Effect {
    let [old, new] = &change.sides;
    match change.keyword {
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
            _ => Effect::Other,
        },
        "oneOf" | "anyOf" => match (number(old), number(new)) {
            // None at all means that anything goes.
            (Some(old), Some(0.0)) if old > 0.0 => Effect::Wider,
            (Some(0.0), _) => Effect::Narrower,
            (Some(old), Some(new)) => if_more(new > old),
            _ => Effect::Other,
        },
        _ => Effect::Other,
    }
}

fn if_more(more: bool) -> Effect {
    if more { Effect::Wider } else { Effect::Narrower }
}

fn members(side: &Option<Value>) -> Option<&Vec<Value>> {
    side.as_ref().and_then(Value::as_array)
}

fn number(side: &Option<Value>) -> Option<f64> {
    side.as_ref().and_then(|value| value.get("exclusive").unwrap_or(value).as_f64())
}

/// `upper` bounds widen by growing.
fn bound(old: &Option<Value>, new: &Option<Value>, upper: bool) -> Effect {
    let exclusive =
        |side: &Option<Value>| side.as_ref().is_some_and(|value| value.get("exclusive").is_some());
    match (number(old), number(new)) {
        (Some(before), Some(after)) if before == after => {
            if_more(exclusive(old) && !exclusive(new))
        }
        (Some(before), Some(after)) => if_more((after > before) == upper),
        _ => if_more(new.is_none()),
    }
}
