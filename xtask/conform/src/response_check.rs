//! Checks one response against the contract: status, media type, headers, body.
//!
//! An undocumented property is a finding even if the response schema is open: a client cannot know
//! what it means, and nobody has promised to keep it. If the contract has `additionalProperties`, or
//! names no property at all, it announces further properties, and they are not findings.

use std::collections::BTreeMap;

use agenthuman_contract::model::{
    self, Aspect, Child, Content, Model, Operation, Parameter, SchemaId,
};
use agenthuman_contract::{Contract, child, essence, exact, is_json};
use serde_json::Value;

use crate::excerpt::excerpt;
use crate::problem::Problem;
use crate::response::{Response, documented_response};
use crate::schemas::{Schemas, Violation, parse_text, pointer_at};

/// The contract that responses are checked against.
#[derive(Clone, Copy)]
pub(crate) struct ResponseChecker<'a> {
    pub contract: &'a Contract,
    pub model: &'a Model,
    pub schemas: &'a Schemas<'a>,
}

impl ResponseChecker<'_> {
    /// Returns all problems of a response to `operation`.
    pub(crate) fn problems(
        &self,
        operation: &Operation,
        method: &str,
        response: &Response,
    ) -> Vec<Problem> {
        let Some((_, documented)) = documented_response(operation, response.status) else {
            let statuses: Vec<_> = operation.responses.keys().map(String::as_str).collect();
            return vec![Problem::new(
                "response-status-undocumented",
                child(&operation.pointer, "responses"),
                format!("responds with {}", statuses.join(", ")),
                response.text(),
            )];
        };
        let mut problems = self.headers(documented, response);
        if method != "HEAD" {
            self.body(documented, response, &mut problems);
        }
        problems
    }

    fn headers(&self, documented: &model::Response, response: &Response) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (key, header) in &documented.headers {
            let values: Vec<_> = response.headers.get_all(key).iter().collect();
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
                    format!("every {} has the header `{name}`", response.status),
                    format!("a {} without it", response.status),
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
                        self.schemas.violations(&schema.pointer, &parse_text(Some(schema), text));
                    if let Some(Violation { message, .. }) = wrong.first() {
                        let message = excerpt(message);
                        problems.push(invalid(format!("`{name}: {text}` ({message})")));
                    }
                }
                _ => problems
                    .push(invalid(format!("`{name}` {} times in one response", values.len()))),
            }
        }
        problems
    }

    fn header_text(&self, header: &Parameter) -> String {
        let facts = header.schema.map(|id| {
            let facts = &self.model.schemas[id].facts;
            let facts: Vec<_> = facts
                .iter()
                .map(|(aspect, fact)| format!("{} {}", aspect.keyword(), fact.value))
                .collect();
            facts.join(", ")
        });
        format!("the header `{}` is {}", header.name, facts.unwrap_or_else(|| "text".to_owned()))
    }

    fn body(&self, documented: &model::Response, response: &Response, problems: &mut Vec<Problem>) {
        let media_types: Vec<_> = documented.content.keys().map(String::as_str).collect();
        let rule = "response-media-type";
        if documented.content.is_empty() {
            if !response.body.is_empty() {
                let contract = format!("a {} has no body", response.status);
                problems.push(Problem::new(rule, &documented.pointer, contract, response.text()));
            }
            return;
        }
        let contract = format!("a {} is {}", response.status, media_types.join(" or "));
        let at = child(&documented.pointer, "content");
        let Some(declared) = response.header("content-type") else {
            let server = format!("a {} without a media type", response.status);
            problems.push(Problem::new(rule, at, contract, server));
            return;
        };
        let essence = essence(declared);
        let Some(media) = matching_media(&documented.content, &essence) else {
            let server = format!("a {} is `{declared}`", response.status);
            problems.push(Problem::new(rule, at, contract, server));
            return;
        };
        let Some(id) = documented.content[media].schema else { return };
        if !is_json(&essence) {
            return;
        }
        let schema = &self.model.schemas[id].pointer;
        match response.parse() {
            Ok(value) => self.value(id, &value, response, problems),
            Err(error) => problems.push(Problem::new(
                "response-body-invalid",
                schema,
                format!("the body of a {} is JSON", response.status),
                format!("{error}: {}", response.text()),
            )),
        }
    }

    fn value(&self, id: SchemaId, value: &Value, response: &Response, problems: &mut Vec<Problem>) {
        let rule = "response-body-invalid";
        // One problem for each position in the contract, however many violations there are.
        let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for violation in self.schemas.violations(&self.model.schemas[id].pointer, value) {
            let at = if violation.path.is_empty() { "the body" } else { &violation.path };
            let text = format!("{at}: {}", excerpt(&violation.message));
            wrong.entry(pointer_at(self.model, id, &violation.path)).or_default().push(text);
        }
        let valid = wrong.is_empty();
        for (pointer, messages) in wrong {
            let contract = format!("the body of a {} matches this schema", response.status);
            problems.push(Problem::new(rule, pointer, contract, messages.join("; ")));
        }
        // In a body that matches no alternative, every property would be undocumented.
        if valid {
            self.undocumented(id, value, "", problems);
        }
    }

    fn undocumented(&self, id: SchemaId, value: &Value, path: &str, problems: &mut Vec<Problem>) {
        let matching = self.schemas.matching(self.model, id, value);
        match value {
            Value::Object(members) => {
                let open = matching.iter().all(|schema| schema.properties.is_empty())
                    || matching.iter().any(|schema| {
                        self.contract.get(&child(&schema.pointer, "additionalProperties")).is_some()
                    });
                for (name, value) in members {
                    let at = child(path, name);
                    let property = matching.iter().find_map(|schema| schema.properties.get(name));
                    let other = matching
                        .iter()
                        .find_map(|schema| schema.children.get(&Child::AdditionalProperties));
                    match (property, other) {
                        (Some(property), _) => {
                            if let Some(id) = property.schema {
                                self.undocumented(id, value, &at, problems);
                            }
                        }
                        (None, Some(id)) => self.undocumented(*id, value, &at, problems),
                        (None, None) if open => {}
                        (None, None) => problems.push(Problem::new(
                            "response-extra-property",
                            &self.model.schemas[id].pointer,
                            format!("names no property `{name}`"),
                            format!("{at} is {}", excerpt(&exact::json(value))),
                        )),
                    }
                }
            }
            Value::Array(items) => {
                let item_schema =
                    matching.iter().find_map(|schema| schema.children.get(&Child::Items));
                for (number, item) in items.iter().enumerate() {
                    if let Some(id) = item_schema {
                        self.undocumented(*id, item, &format!("{path}/{number}"), problems);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Returns the documented media type that covers `essence`.
fn matching_media<'c>(content: &'c Content, essence: &str) -> Option<&'c str> {
    let class = essence.split('/').next().unwrap_or_default();
    let ranges = [essence.to_owned(), format!("{class}/*"), "*/*".to_owned()];
    content.keys().map(String::as_str).find(|documented| {
        let documented = documented.split(';').next().unwrap_or_default().trim();
        ranges.iter().any(|range| range == documented)
    })
}
