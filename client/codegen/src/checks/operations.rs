//! Checks of operations: names, parameters and request bodies.

use std::collections::HashMap;
use std::fmt::Display;

use agenthuman_contract::{Contract, METHODS, child};
use serde_json::Value;

use crate::media_types;
use crate::unsupported::{Limit, Unsupported};

/// Returns everything in the operations that the client does not support.
pub(super) fn check(contract: &Contract) -> Vec<Unsupported> {
    let mut checks = Checks { contract, found: Vec::new(), ids: HashMap::new() };
    let paths = contract.get("/paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten().filter(|(path, _)| path.starts_with('/')) {
        let pointer = child("/paths", path);
        if item.get("$ref").is_some() {
            let construct = "a path item by reference";
            checks.report(Limit::Progenitor, "client-path-reference", &pointer, path, construct);
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
        let id = self.contract.operation_id(pointer).into_owned();
        if let Some(first) = self.ids.insert(id.clone(), pointer.to_owned()) {
            let line = self.contract.span(&first).line;
            let construct =
                format!("two operations with the name `{id}`; the other one is in line {line}");
            let pointer = self.id_pointer(pointer);
            self.report(Limit::Generator, "client-operation-id", &pointer, subject, construct);
        }
        self.parameters(pointer, subject);
        self.request(&child(pointer, "requestBody"), subject);
    }

    /// Returns the pointer of the operation's name, or of the operation if it has none.
    fn id_pointer(&self, operation: &str) -> String {
        let id = child(operation, "operationId");
        if self.contract.get(&id).is_some() { id } else { operation.to_owned() }
    }

    fn parameters(&mut self, parent: &str, subject: &str) {
        let list = child(parent, "parameters");
        let count = self.contract.get(&list).and_then(Value::as_array).map_or(0, Vec::len);
        for number in 0..count {
            let pointer = format!("{list}/{number}");
            let Ok((at, parameter)) = self.contract.resolve(&pointer) else { continue };
            let text = |key: &str| parameter.get(key).and_then(Value::as_str);
            let (supported, is_query) = match text("in") {
                Some("query") => (&["form", "spaceDelimited", "pipeDelimited"][..], true),
                Some("cookie") => {
                    self.parameter(&at, subject, "a cookie parameter");
                    continue;
                }
                _ => (&["simple"][..], false),
            };
            if let Some(style) = text("style").filter(|style| !supported.contains(style)) {
                let message = format!(
                    "a parameter with the style `{style}` instead of `{}`",
                    supported.join("` or `")
                );
                self.parameter(&child(&at, "style"), subject, message);
            }
            let schema = child(&at, "schema");
            let is_object =
                self.contract.resolve(&schema).is_ok_and(|(_, it)| it["type"] == "object");
            if !is_query && is_object {
                let message = "a parameter in a path or a header that is an object";
                self.parameter(&schema, subject, message);
            }
            if parameter.get("content").is_some() {
                let message = "a parameter with `content` instead of `schema`";
                self.parameter(&child(&at, "content"), subject, message);
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
        match media_types::of_request(types) {
            None if types.is_empty() => {}
            None => {
                let names: Vec<_> = types.keys().map(|name| format!("`{name}`")).collect();
                let message = format!("a request body with the media type {}", names.join(" or "));
                self.report(Limit::Generator, "client-body", &content, subject, message);
            }
            Some((name, _)) => {
                let at = child(&content, name);
                let encoding = types[name].get("encoding").and_then(Value::as_object);
                if encoding.is_some_and(|all| !all.is_empty()) {
                    let (message, at) = ("a body with `encoding`", child(&at, "encoding"));
                    self.report(Limit::Progenitor, "client-body", &at, subject, message);
                }
            }
        }
    }

    fn parameter(&mut self, pointer: &str, subject: &str, construct: impl Display) {
        self.report(Limit::Progenitor, "client-parameter", pointer, subject, construct);
    }

    fn report(
        &mut self,
        limit: Limit,
        rule: &'static str,
        pointer: &str,
        subject: &str,
        construct: impl Display,
    ) {
        self.found.push(Unsupported::new(rule, pointer, subject, limit.message(construct)));
    }
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
        for (from, to, expected) in [
            ("in: path", "in: cookie", "client-parameter c.yaml:8:20"),
            ("in: path", "in: path, style: label", "client-parameter c.yaml:8:40"),
            (
                "required: true, schema: {type: string}",
                "required: true, schema: {type: object}",
                "client-parameter c.yaml:8:56",
            ),
            (
                "schema: {type: string}}]",
                "content: {text/plain: {}}}]",
                "client-parameter c.yaml:8:56",
            ),
            (
                "{content: {application/json",
                "{content: {multipart/form-data",
                "client-body c.yaml:9:21",
            ),
            (
                "{content: {application/json: {schema: {type: string}}",
                "{content: {application/json: {encoding: {a: {}}, schema: {type: string}}",
                "client-body c.yaml:9:50",
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
