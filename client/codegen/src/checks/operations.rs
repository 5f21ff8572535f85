//! Checks of operations: ids, parameters, request bodies and responses.

use std::collections::HashMap;

use agenthuman_contract::{Contract, METHODS, child};
use serde_json::{Map, Value};

use crate::unsupported::Unsupported;

/// The media types of request bodies that progenitor supports (`BodyContentType::from_str`).
const REQUEST_MEDIA_TYPES: [&str; 5] = [
    "application/octet-stream",
    "application/json",
    "application/x-www-form-urlencoded",
    "text/plain",
    "text/x-markdown",
];

/// Returns everything in the operations that progenitor does not support.
pub(super) fn check(contract: &Contract) -> Vec<Unsupported> {
    let mut checks = Checks { contract, found: Vec::new(), ids: HashMap::new() };
    let paths = contract.get("/paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten().filter(|(path, _)| path.starts_with('/')) {
        let pointer = child("/paths", path);
        if item.get("$ref").is_some() {
            checks.report("client-path-reference", &pointer, path, "a path item by reference");
            continue;
        }
        for method in METHODS.into_iter().filter(|method| item.get(method).is_some()) {
            let subject = format!("{} {path}", method.to_uppercase());
            checks.operation(&child(&pointer, method), &subject);
            checks.parameters(&pointer, &subject);
        }
    }
    checks.found
}

struct Checks<'c> {
    contract: &'c Contract,
    found: Vec<Unsupported>,
    /// The pointer of the first use of each operation id.
    ids: HashMap<String, String>,
}

impl Checks<'_> {
    fn operation(&mut self, pointer: &str, subject: &str) {
        let id_pointer = child(pointer, "operationId");
        match self.contract.get(&id_pointer).and_then(Value::as_str) {
            None => {
                let message = "an operation without `operationId`";
                self.report("client-operation-id", pointer, subject, message);
            }
            Some(id) => {
                if let Some(first) = self.ids.insert(id.to_owned(), id_pointer.clone()) {
                    let line = self.contract.span(&first).line;
                    let message = format!("the `operationId` `{id}`, which line {line} has too");
                    self.report("client-operation-id", &id_pointer, subject, message);
                }
            }
        }
        self.parameters(pointer, subject);
        self.request(&child(pointer, "requestBody"), subject);
        // progenitor does not generate a response type for a WebSocket.
        if self.contract.get(&child(pointer, "x-dropshot-websocket")).is_none() {
            self.responses(&child(pointer, "responses"), subject);
        }
    }

    fn parameters(&mut self, parent: &str, subject: &str) {
        let list = child(parent, "parameters");
        let count = self.contract.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
        for number in 0..count {
            let pointer = format!("{list}/{number}");
            let Ok((at, parameter)) = self.contract.resolve(&pointer) else { continue };
            let text = |key: &str| parameter.get(key).and_then(Value::as_str);
            let supported = match text("in") {
                Some("path") => "simple",
                Some("query") => "form",
                Some("cookie") => {
                    self.report("client-parameter", &at, subject, "a cookie parameter");
                    continue;
                }
                _ => "simple",
            };
            if let Some(style) = text("style").filter(|style| *style != supported) {
                let message =
                    format!("a parameter with the style `{style}` instead of `{supported}`");
                self.report("client-parameter", &child(&at, "style"), subject, message);
            }
            if parameter.get("content").is_some() {
                let message = "a parameter with `content` instead of `schema`";
                self.report("client-parameter", &child(&at, "content"), subject, message);
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
            let message = format!("a request body with {} media types", types.len());
            self.report("client-body", &content, subject, message);
        }
        for (name, media) in types {
            let at = child(&content, name);
            let essence = name.split(';').next().unwrap_or_default().to_ascii_lowercase();
            if !REQUEST_MEDIA_TYPES.contains(&essence.as_str()) {
                let message = format!("a request body with the media type `{name}`");
                self.report("client-body", &at, subject, message);
            }
            self.media_type(&at, media, subject);
        }
    }

    fn media_type(&mut self, pointer: &str, media: &Value, subject: &str) {
        if media.get("schema").is_none() {
            self.report("client-body", pointer, subject, "a body without a schema");
        }
        if media.get("encoding").and_then(Value::as_object).is_some_and(|all| !all.is_empty()) {
            let message = "a body with `encoding`";
            self.report("client-body", &child(pointer, "encoding"), subject, message);
        }
    }

    fn responses(&mut self, pointer: &str, subject: &str) {
        let Some(responses) = self.contract.get(pointer).and_then(Value::as_object) else { return };
        let bodies: Vec<_> =
            responses.keys().filter_map(|status| self.json_body(pointer, status)).collect();
        for (name, media) in bodies {
            self.media_type(&name, &media, subject);
        }
        // For progenitor, `default` is a success too, unless there is a `2XX`.
        let has_class = responses.keys().any(|status| status.eq_ignore_ascii_case("2XX"));
        let success = |status: &str| status.starts_with('2') || status == "default" && !has_class;
        let error = |status: &str| status.starts_with(['4', '5']) || status == "default";
        self.same_body(pointer, responses, "client-success-bodies", subject, &success);
        self.same_body(pointer, responses, "client-error-bodies", subject, &error);
    }

    /// Returns the pointer and the value of the JSON media type of a response.
    fn json_body(&self, responses: &str, status: &str) -> Option<(String, Value)> {
        let pointer = child(responses, status);
        let (at, response) = self.contract.resolve(&pointer).ok()?;
        let content = response.get("content")?.as_object()?;
        let (name, media) = content.iter().find(|(name, _)| is_json(name))?;
        Some((child(&child(&at, "content"), name), media.clone()))
    }

    /// Reports the responses whose body differs from that of the first one.
    fn same_body(
        &mut self,
        pointer: &str,
        responses: &Map<String, Value>,
        rule: &'static str,
        subject: &str,
        is_included: &dyn Fn(&str) -> bool,
    ) {
        let mut first: Option<(&str, String)> = None;
        for status in responses.keys().filter(|status| is_included(status)) {
            let Some(body) = self.body(&child(pointer, status)) else { continue };
            match &first {
                None => first = Some((status, body)),
                Some((_, same)) if *same == body => {}
                Some((other, different)) => {
                    let message = format!(
                        "different bodies: {body} for {status}, and {different} for {other}"
                    );
                    self.report(rule, &child(pointer, status), subject, message);
                }
            }
        }
    }

    /// Returns a name for the body of a response; equal names mean equal types in the client.
    fn body(&self, pointer: &str) -> Option<String> {
        let (at, response) = self.contract.resolve(pointer).ok()?;
        let Some(content) = response.get("content").and_then(Value::as_object) else {
            return Some("no body".to_owned());
        };
        let Some(name) = content.keys().find(|name| is_json(name)) else {
            return Some(if content.is_empty() { "no body" } else { "bytes" }.to_owned());
        };
        let schema = child(&child(&child(&at, "content"), name), "schema");
        let (at, schema) = self.contract.resolve(&schema).ok()?;
        // A scalar type becomes a Rust type without a name of its own.
        let scalar = schema.as_object().filter(|members| {
            let known = ["type", "description", "title", "format"];
            members.keys().all(|key| known.contains(&key.as_str()))
                && members.get("type").is_some_and(|name| name != "object" && name != "array")
        });
        Some(match scalar {
            Some(members) => {
                let text = |key| members.get(key).and_then(Value::as_str).unwrap_or_default();
                format!("a {} {}", text("type"), text("format")).trim_end().to_owned()
            }
            None => format!("`#{at}`"),
        })
    }

    fn report(
        &mut self,
        rule: &'static str,
        pointer: &str,
        subject: &str,
        message: impl Into<String>,
    ) {
        self.found.push(Unsupported::new(rule, pointer, subject, message));
    }
}

fn is_json(name: &str) -> bool {
    let essence = name.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use agenthuman_contract::Contract;

    use crate::checks::unsupported;

    const CONTRACT: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0}
servers: [{url: 'https://a.test'}]
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
  securitySchemes: {k: {type: apiKey, in: header, name: x-key}}
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
    fn supported_contract_has_no_findings() {
        assert_eq!(found(CONTRACT), [] as [&str; 0]);
    }

    #[test]
    fn each_unsupported_construct_is_reported_at_its_position() {
        let json = "content: {application/json: {schema: {$ref: '#/components/schemas/E'}}}}\n        '500'";
        for (from, to, expected) in [
            (
                json,
                "content: {application/json: {schema: {$ref: '#/components/schemas/F'}}}}\n        '500'",
                "client-error-bodies c.yaml:14:9",
            ),
            (json, "}\n        '500'", "client-error-bodies c.yaml:14:9"),
            (
                "{type: string, description: x}",
                "{type: integer}",
                "client-success-bodies c.yaml:12:9",
            ),
            (
                "        '404'",
                "        default: {description: d}\n        '404'",
                "client-success-bodies c.yaml:13:9",
            ),
            ("operationId: a\n", "tags: [a]\n", "client-operation-id c.yaml:6:5"),
            ("in: path", "in: cookie", "client-parameter c.yaml:8:20"),
            ("in: path", "in: path, style: label", "client-parameter c.yaml:8:40"),
            (
                "schema: {type: string}}]",
                "content: {text/plain: {}}}]",
                "client-parameter c.yaml:8:56",
            ),
            (
                "{content: {application/json",
                "{content: {application/xml",
                "client-body c.yaml:9:31",
            ),
            (
                "{content: {application/json: {schema: {type: string}}",
                "{content: {text/plain: {schema: {type: string}}, application/json: {}",
                "client-body c.yaml:9:21",
            ),
            (
                "{application/json: {schema: {type: string}}}}\n        '201'",
                "{application/json: {}}}\n        '201'",
                "client-body c.yaml:11:43",
            ),
            (
                "  /a/{b}:\n",
                "  /r: {$ref: '#/paths/~1a~1{b}'}\n  /a/{b}:\n",
                "client-path-reference c.yaml:5:3",
            ),
            (
                "components:",
                "  /z: {get: {operationId: a, responses: {}}}\ncomponents:",
                "client-operation-id c.yaml:15:14",
            ),
        ] {
            let text = CONTRACT.replacen(from, to, 1);
            assert_ne!(text, CONTRACT, "{from}");
            let found = found(&text);
            assert!(found.iter().any(|one| one == expected), "{to}: {found:?}");
        }
    }
}
