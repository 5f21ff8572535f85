//! What the generated client cannot express, at its place in the contract.
//!
//! progenitor (0.15.1, `method.rs`, `lib.rs`) stops at these with an assertion, a `todo!` or an
//! error without a place, in the middle of `build.rs`; each check names what it foresees. It is
//! told from the document and not by running progenitor, which takes seconds and stops at the
//! first.

use std::collections::HashMap;

use agenthuman_contract::{Contract, METHODS, child};
use serde_json::{Map, Value};

/// `BodyContentType::from_str`.
const REQUEST_MEDIA_TYPES: [&str; 5] = [
    "application/octet-stream",
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/x-markdown",
];

/// Something in a contract that the generated client does not support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// A stable name of its kind, for example `client-parameter`.
    pub rule: &'static str,
    /// The JSON pointer of the value in the contract.
    pub pointer: String,
    /// The operation: `PUT /v1/things/{id}`.
    pub subject: String,
    /// The construct, for people.
    pub message: String,
}

/// Returns everything in a contract that progenitor would stop at.
pub fn unsupported(contract: &Contract) -> Vec<Unsupported> {
    let mut checks = Checks { contract, found: Vec::new(), ids: HashMap::new() };
    let paths = contract.get("/paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten().filter(|(path, _)| path.starts_with('/')) {
        let pointer = child("/paths", path);
        if item.get("$ref").is_some() {
            let text = "a path by reference";
            checks.say("client-path-reference", &pointer, path, text.to_owned());
            continue;
        }
        for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
            let subject = format!("{} {path}", method.to_uppercase());
            checks.operation(&child(&pointer, method), &subject);
            checks.parameters(&pointer, &subject);
        }
    }
    checks.found.dedup();
    checks.found
}

struct Checks<'c> {
    contract: &'c Contract,
    found: Vec<Unsupported>,
    /// Where each operation id was first.
    ids: HashMap<String, String>,
}

impl Checks<'_> {
    fn operation(&mut self, pointer: &str, subject: &str) {
        match self.contract.get(&child(pointer, "operationId")).and_then(Value::as_str) {
            None => {
                let text = "has no `operationId`".to_owned();
                self.say("client-operation-id", pointer, subject, text);
            }
            Some(id) => {
                let id_pointer = child(pointer, "operationId");
                if let Some(first) = self.ids.insert(id.to_owned(), id_pointer.clone()) {
                    let line = self.contract.span(&first).line;
                    let text = format!("`{id}` is the `operationId` of line {line} too");
                    self.say("client-operation-id", &id_pointer, subject, text);
                }
            }
        }
        self.parameters(pointer, subject);
        self.request(&child(pointer, "requestBody"), subject);
        // A websocket has no body that anyone reads.
        if self.contract.get(&child(pointer, "x-dropshot-websocket")).is_none() {
            self.responses(&child(pointer, "responses"), subject);
        }
    }

    fn parameters(&mut self, around: &str, subject: &str) {
        let list = child(around, "parameters");
        let count = self.contract.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
        for number in 0..count {
            let pointer = format!("{list}/{number}");
            let Ok((at, parameter)) = self.contract.resolve(&pointer) else { continue };
            let text = |key: &str| parameter.get(key).and_then(Value::as_str);
            let wanted = match text("in") {
                Some("path") => "simple",
                Some("query") => "form",
                Some("cookie") => {
                    let text = "a cookie".to_owned();
                    self.say("client-parameter", &at, subject, text);
                    continue;
                }
                _ => "simple",
            };
            if let Some(style) = text("style").filter(|style| *style != wanted) {
                let text = format!("the style `{style}`, not `{wanted}`");
                self.say("client-parameter", &child(&at, "style"), subject, text);
            }
            if parameter.get("content").is_some() {
                let text = "`content` instead of `schema`".to_owned();
                self.say("client-parameter", &child(&at, "content"), subject, text);
            }
        }
    }

    fn request(&mut self, pointer: &str, subject: &str) {
        if self.contract.get(pointer).is_none() {
            return;
        }
        let Ok((at, body)) = self.contract.resolve(pointer) else { return };
        let content = child(&at, "content");
        let Some(types) = body.get("content").and_then(Value::as_object) else { return };
        if types.len() > 1 {
            let text = format!("a request with {} media types", types.len());
            self.say("client-body", &content, subject, text);
        }
        for (name, media) in types {
            let at = child(&content, name);
            let essence = name.split(';').next().unwrap_or_default();
            if !REQUEST_MEDIA_TYPES.contains(&essence) {
                let text = format!("a request of the media type `{name}`");
                self.say("client-body", &at, subject, text);
            }
            self.media_type(&at, media, subject);
        }
    }

    fn media_type(&mut self, pointer: &str, media: &Value, subject: &str) {
        if media.get("schema").is_none() {
            self.say("client-body", pointer, subject, "a body without a schema".to_owned());
        }
        if media.get("encoding").and_then(Value::as_object).is_some_and(|all| !all.is_empty()) {
            let text = "a body with `encoding`".to_owned();
            self.say("client-body", &child(pointer, "encoding"), subject, text);
        }
    }

    fn responses(&mut self, pointer: &str, subject: &str) {
        let Some(responses) = self.contract.get(pointer).and_then(Value::as_object) else { return };
        let bodies: Vec<_> =
            responses.keys().filter_map(|status| self.json(pointer, status)).collect();
        for (name, media) in bodies {
            self.media_type(&name, &media, subject);
        }
        // progenitor leaves `default` out of the successes only beside the whole class.
        let class = responses.keys().any(|status| status.eq_ignore_ascii_case("2XX"));
        let success = |status: &str| status.starts_with('2') || status == "default" && !class;
        let error = |status: &str| status.starts_with(['4', '5']) || status == "default";
        self.one_body(pointer, responses, "client-success-bodies", subject, &success);
        self.one_body(pointer, responses, "client-error-bodies", subject, &error);
    }

    /// The JSON form of a response.
    fn json(&self, responses: &str, status: &str) -> Option<(String, Value)> {
        let pointer = child(responses, status);
        let (at, response) = self.contract.resolve(&pointer).ok()?;
        let content = response.get("content")?.as_object()?;
        let (name, media) = content.iter().find(|(name, _)| is_json(name))?;
        Some((child(&child(&at, "content"), name), media.clone()))
    }

    fn one_body(
        &mut self,
        pointer: &str,
        responses: &Map<String, Value>,
        rule: &'static str,
        subject: &str,
        wanted: &dyn Fn(&str) -> bool,
    ) {
        let mut first: Option<(&str, String)> = None;
        for status in responses.keys().filter(|status| wanted(status)) {
            let Some(body) = self.body(&child(pointer, status)) else { continue };
            match &first {
                None => first = Some((status, body)),
                Some((_, same)) if *same == body => {}
                Some((other, different)) => {
                    let text = format!("{status} answers {body}, and {other} answers {different}");
                    self.say(rule, &child(pointer, status), subject, text);
                }
            }
        }
    }

    /// What the client's type of a response comes from.
    fn body(&self, pointer: &str) -> Option<String> {
        let (at, response) = self.contract.resolve(pointer).ok()?;
        let Some(content) = response.get("content").and_then(Value::as_object) else {
            return Some("nothing".to_owned());
        };
        let Some(name) = content.keys().find(|name| is_json(name)) else {
            return Some(if content.is_empty() { "nothing" } else { "bytes" }.to_owned());
        };
        let schema = child(&child(&child(&at, "content"), name), "schema");
        let (at, schema) = self.contract.resolve(&schema).ok()?;
        // A plain type has no name that could tell two of them apart.
        let plain = schema.as_object().filter(|members| {
            let known = ["type", "description", "title", "format"];
            members.keys().all(|key| known.contains(&key.as_str()))
                && members.get("type").is_some_and(|name| name != "object" && name != "array")
        });
        Some(match plain {
            Some(members) => {
                let text = |key| members.get(key).and_then(Value::as_str).unwrap_or_default();
                format!("a {} {}", text("type"), text("format")).trim_end().to_owned()
            }
            None => format!("`#{at}`"),
        })
    }

    fn say(&mut self, rule: &'static str, pointer: &str, subject: &str, message: String) {
        let (pointer, subject) = (pointer.to_owned(), subject.to_owned());
        self.found.push(Unsupported { rule, pointer, subject, message });
    }
}

fn is_json(name: &str) -> bool {
    name == "application/json" || name.starts_with("application/json;")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const CONTRACT: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0}
paths:
  /a/{b}:
    put:
      operationId: a
      parameters: [{name: b, in: path, required: true, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {type: string}}}}
      responses:
        '200': {description: d, content: {application/json: {schema: {type: string}}}}
        '201': {description: d, content: {application/json: {schema: {type: string, description: x}}}}
        '404': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/E'}}}}
        '500': {$ref: '#/components/responses/E'}
components:
  responses: {E: {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/E'}}}}}
  schemas: {E: {type: object}, F: {type: object}}
";

    fn found(text: &str) -> Vec<String> {
        let contract = Contract::parse("c.yaml", text).unwrap();
        let at = |pointer: &str| {
            let span = contract.span(pointer);
            format!("c.yaml:{}:{}", span.line, span.column)
        };
        let found = unsupported(&contract);
        found.iter().map(|one| format!("{} {}", one.rule, at(&one.pointer))).collect()
    }

    #[test]
    fn what_progenitor_takes() {
        assert_eq!(found(CONTRACT), [] as [&str; 0]);
    }

    #[test]
    fn what_progenitor_stops_at() {
        let json = "content: {application/json: {schema: {$ref: '#/components/schemas/E'}}}}\n        '500'";
        for (from, to, expected) in [
            (
                json,
                "content: {application/json: {schema: {$ref: '#/components/schemas/F'}}}}\n        '500'",
                "client-error-bodies c.yaml:13:9",
            ),
            (json, "}\n        '500'", "client-error-bodies c.yaml:13:9"),
            (
                "{type: string, description: x}",
                "{type: integer}",
                "client-success-bodies c.yaml:11:9",
            ),
            (
                "        '404'",
                "        default: {description: d}\n        '404'",
                "client-success-bodies c.yaml:12:9",
            ),
            ("operationId: a\n", "tags: [a]\n", "client-operation-id c.yaml:5:5"),
            ("in: path", "in: cookie", "client-parameter c.yaml:7:20"),
            ("in: path", "in: path, style: label", "client-parameter c.yaml:7:40"),
            (
                "schema: {type: string}}]",
                "content: {text/plain: {}}}]",
                "client-parameter c.yaml:7:56",
            ),
            (
                "{content: {application/json",
                "{content: {application/xml",
                "client-body c.yaml:8:31",
            ),
            (
                "{content: {application/json: {schema: {type: string}}",
                "{content: {text/plain: {schema: {type: string}}, application/json: {}",
                "client-body c.yaml:8:21",
            ),
            (
                "{application/json: {schema: {type: string}}}}\n        '201'",
                "{application/json: {}}}\n        '201'",
                "client-body c.yaml:10:43",
            ),
            (
                "  /a/{b}:\n",
                "  /r: {$ref: '#/paths/~1a~1{b}'}\n  /a/{b}:\n",
                "client-path-reference c.yaml:4:3",
            ),
            (
                "components:",
                "  /z: {get: {operationId: a, responses: {}}}\ncomponents:",
                "client-operation-id c.yaml:14:14",
            ),
        ] {
            let text = CONTRACT.replacen(from, to, 1);
            assert_ne!(text, CONTRACT, "{from}");
            let found = found(&text);
            assert!(found.iter().any(|one| one == expected), "{to}: {found:?}");
        }
    }
}
