//! What is wrong with one answer, whatever was asked: status, media type, headers, body.
//!
//! A property that the contract does not name is a finding although a response schema is open: a
//! caller cannot know what it means, and what nobody promised is what nobody keeps. Where the
//! contract says `additionalProperties` (or names no property at all), it has said that there is
//! more, and nothing is found.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::schemas::{Schemas, Violation, from_text, pointer_at};
use agenthuman_contract::model::{
    Aspect, Child, Content, Model, Operation, Parameter, Response, SchemaId,
};
use agenthuman_contract::{Contract, child};

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The status and the beginning of the body.
    pub fn text(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        if body.is_empty() {
            return self.status.to_string();
        }
        format!("{} {}", self.status, shortened(&body))
    }
}

/// Longest piece of an answer that a finding repeats, in characters.
const REPEATED_CHARACTERS: usize = 200;

pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(REPEATED_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What the contract and the server say differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub rule: &'static str,
    /// Where in the contract.
    pub pointer: String,
    pub contract: String,
    pub server: String,
}

impl Problem {
    pub fn new(
        rule: &'static str,
        pointer: impl Into<String>,
        contract: impl Into<String>,
        server: impl Into<String>,
    ) -> Self {
        let (pointer, contract, server) = (pointer.into(), contract.into(), server.into());
        Problem { rule, pointer, contract, server }
    }
}

/// The response that the contract has for a status: its own, its class, `default`.
pub(super) fn documented(operation: &Operation, status: u16) -> Option<(&str, &Response)> {
    let keys = [status.to_string(), format!("{}XX", status / 100), "default".to_owned()];
    let found = keys.iter().find_map(|key| operation.responses.get_key_value(key));
    found.map(|(key, response)| (key.as_str(), response))
}

/// What answers are held against.
#[derive(Clone, Copy)]
pub(super) struct Rulebook<'a> {
    pub contract: &'a Contract,
    pub model: &'a Model,
    pub schemas: &'a Schemas<'a>,
}

impl Rulebook<'_> {
    /// Everything that is wrong with an answer to `operation`.
    pub fn problems(&self, operation: &Operation, method: &str, answer: &Answer) -> Vec<Problem> {
        let Some((_, response)) = documented(operation, answer.status) else {
            let statuses: Vec<_> = operation.responses.keys().map(String::as_str).collect();
            return vec![Problem::new(
                "response-status-undocumented",
                child(&operation.pointer, "responses"),
                format!("answers {}", statuses.join(", ")),
                answer.text(),
            )];
        };
        let mut problems = self.headers(response, answer);
        if method != "HEAD" {
            self.body(response, answer, &mut problems);
        }
        problems
    }

    fn headers(&self, response: &Response, answer: &Answer) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (key, header) in &response.headers {
            let values: Vec<_> = answer.headers.get_all(key).iter().collect();
            let required = header.facts.contains_key(&Aspect::Required);
            let invalid = |server: String| {
                let contract = self.header_text(header);
                Problem::new("response-header-invalid", &header.pointer, contract, server)
            };
            let name = &header.name;
            match values[..] {
                [] if required => problems.push(Problem::new(
                    "response-header-missing",
                    &header.pointer,
                    format!("every {} has the header `{name}`", answer.status),
                    format!("a {} without it", answer.status),
                )),
                [] => {}
                [value] => {
                    let Ok(text) = value.to_str() else {
                        problems.push(invalid(format!("`{name}` is not text: {value:?}")));
                        continue;
                    };
                    let Some(id) = header.schema else { continue };
                    let schema = &self.model.schemas[id];
                    let wrong =
                        self.schemas.violations(&schema.pointer, &from_text(Some(schema), text));
                    if let Some(Violation { message, .. }) = wrong.first() {
                        let message = shortened(message);
                        problems.push(invalid(format!("`{name}: {text}` ({message})")));
                    }
                }
                _ => {
                    problems.push(invalid(format!("`{name}` {} times in one answer", values.len())))
                }
            }
        }
        problems
    }

    fn header_text(&self, header: &Parameter) -> String {
        let said = header.schema.map(|id| {
            let facts = &self.model.schemas[id].facts;
            let facts: Vec<_> = facts
                .iter()
                .map(|(aspect, fact)| format!("{} {}", aspect.keyword(), fact.value))
                .collect();
            facts.join(", ")
        });
        format!("the header `{}` is {}", header.name, said.unwrap_or_else(|| "text".to_owned()))
    }

    fn body(&self, response: &Response, answer: &Answer, problems: &mut Vec<Problem>) {
        let documented: Vec<_> = response.content.keys().map(String::as_str).collect();
        let rule = "response-media-type";
        if response.content.is_empty() {
            if !answer.body.is_empty() {
                let contract = format!("a {} has no body", answer.status);
                problems.push(Problem::new(rule, &response.pointer, contract, answer.text()));
            }
            return;
        }
        let contract = format!("a {} is {}", answer.status, documented.join(" or "));
        let at = child(&response.pointer, "content");
        let Some(declared) = answer.header("content-type") else {
            let server = format!("a {} without a media type", answer.status);
            problems.push(Problem::new(rule, at, contract, server));
            return;
        };
        let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let Some(media) = matching(&response.content, &essence) else {
            let server = format!("a {} is `{declared}`", answer.status);
            problems.push(Problem::new(rule, at, contract, server));
            return;
        };
        let Some(id) = response.content[media].schema else { return };
        if essence != "application/json" && !essence.ends_with("+json") {
            return;
        }
        let schema = &self.model.schemas[id].pointer;
        match serde_json::from_slice::<Value>(&answer.body) {
            Ok(value) => self.value(id, &value, answer, problems),
            Err(error) => problems.push(Problem::new(
                "response-body-invalid",
                schema,
                format!("the body of a {} is JSON", answer.status),
                format!("{error}: {}", answer.text()),
            )),
        }
    }

    fn value(&self, id: SchemaId, value: &Value, answer: &Answer, problems: &mut Vec<Problem>) {
        let rule = "response-body-invalid";
        // One problem for each place of the contract, whatever is wrong there.
        let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for violation in self.schemas.violations(&self.model.schemas[id].pointer, value) {
            let at = if violation.path.is_empty() { "the body" } else { &violation.path };
            let text = format!("{at}: {}", shortened(&violation.message));
            wrong.entry(pointer_at(self.model, id, &violation.path)).or_default().push(text);
        }
        let valid = wrong.is_empty();
        for (pointer, messages) in wrong {
            let contract = format!("the body of a {} is as this schema says", answer.status);
            problems.push(Problem::new(rule, pointer, contract, messages.join("; ")));
        }
        // Of a body that no alternative describes, everything would be extra.
        if valid {
            self.extras(id, value, "", problems);
        }
    }

    fn extras(&self, id: SchemaId, value: &Value, path: &str, problems: &mut Vec<Problem>) {
        let applying = self.schemas.applying(self.model, id, value);
        match value {
            Value::Object(members) => {
                let open = applying.iter().all(|schema| schema.properties.is_empty())
                    || applying.iter().any(|schema| {
                        self.contract.get(&child(&schema.pointer, "additionalProperties")).is_some()
                    });
                for (name, value) in members {
                    let at = child(path, name);
                    let property = applying.iter().find_map(|schema| schema.properties.get(name));
                    let other = applying
                        .iter()
                        .find_map(|schema| schema.children.get(&Child::AdditionalProperties));
                    match (property, other) {
                        (Some(property), _) => {
                            if let Some(id) = property.schema {
                                self.extras(id, value, &at, problems);
                            }
                        }
                        (None, Some(id)) => self.extras(*id, value, &at, problems),
                        (None, None) if open => {}
                        (None, None) => problems.push(Problem::new(
                            "response-extra-property",
                            &self.model.schemas[id].pointer,
                            format!("names no property `{name}`"),
                            format!("{at} is {}", shortened(&value.to_string())),
                        )),
                    }
                }
            }
            Value::Array(items) => {
                let of = applying.iter().find_map(|schema| schema.children.get(&Child::Items));
                for (number, item) in items.iter().enumerate() {
                    if let Some(id) = of {
                        self.extras(*id, item, &format!("{path}/{number}"), problems);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The documented media type that covers `essence`.
fn matching<'c>(content: &'c Content, essence: &str) -> Option<&'c str> {
    let class = essence.split('/').next().unwrap_or_default();
    let ranges = [essence.to_owned(), format!("{class}/*"), "*/*".to_owned()];
    content.keys().map(String::as_str).find(|documented| {
        let documented = documented.split(';').next().unwrap_or_default().trim();
        ranges.iter().any(|range| range == documented)
    })
}
