//! What an operation takes: the parameters of path, query and headers, and the body.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::{JSON, Module, Operation, PAGINATION};
use crate::names::{docs, literal, type_name};
use crate::types::{Field, unique};
use agenthuman_contract::{child, media_type};

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";
const BYTES: &str = "application/octet-stream";

impl<'b> Module<'_, 'b> {
    /// The arguments for the parameters: one for each place that has some.
    pub(super) fn parameters(&mut self, operation: &Operation<'b>) -> Vec<String> {
        let mut spans = Vec::new();
        // Those of the path item come first; an operation may say them again, its own way.
        let item = operation.span.rsplit_once('/').map_or("", |(item, _)| item);
        for owner in [item, &operation.span] {
            let parameters =
                self.types.contract.get(owner).and_then(|owner| owner["parameters"].as_array());
            for index in 0..parameters.map_or(0, Vec::len) {
                let Some((pointer, parameter)) =
                    self.types.resolve(&format!("{owner}/parameters/{index}"))
                else {
                    continue;
                };
                let key = (
                    parameter["in"].as_str().unwrap_or_default(),
                    parameter["name"].as_str().unwrap_or_default(),
                );
                spans.retain(|(_, other): &(String, &Value)| {
                    (
                        other["in"].as_str().unwrap_or_default(),
                        other["name"].as_str().unwrap_or_default(),
                    ) != key
                });
                spans.push((pointer, parameter));
            }
        }
        let paginated = operation.value.get(PAGINATION);
        let kinds = [
            ("path", "Path", "path", "PathParameters"),
            (
                "query",
                "Query",
                "query",
                if paginated.is_some() { "PageParameters" } else { "QueryParameters" },
            ),
            ("header", "HeaderParameters", "headers", "HeaderParameters"),
        ];
        for (pointer, parameter) in &spans {
            if !kinds.iter().any(|(kind, ..)| parameter["in"] == *kind) {
                let message = format!("a parameter in {} is not supported", parameter["in"]);
                self.types.error(&child(pointer, "in"), message);
            }
        }
        let path = operation.path;
        for variable in path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let known = |(_, parameter): &(String, &Value)| {
                parameter["in"] == "path" && parameter["name"] == variable
            };
            if !spans.iter().any(known) {
                self.types.error(item, format!("`{{{variable}}}` has no path parameter"));
            }
        }
        let mut arguments = Vec::new();
        for (kind, suffix, argument, extractor) in kinds {
            let here: Vec<_> =
                spans.iter().filter(|(_, parameter)| parameter["in"] == kind).cloned().collect();
            if here.is_empty() {
                continue;
            }
            let span = format!("{}/{kind}", operation.span);
            let name = self.types.claim(&span, &format!("{}{suffix}", operation.prefix));
            self.parameter_struct(operation, kind, &name, &here);
            if let (Some(extension), "query") = (paginated, kind) {
                let _ = write!(
                    self.items,
                    "impl agenthuman_server_runtime::request::Page for {name} {{
                        const EXTENSION: &'static str = {};
                    }}\n\n",
                    literal(&extension.to_string())
                );
            }
            arguments.push(format!("{argument}: {extractor}<{name}>"));
        }
        arguments
    }

    fn parameter_struct(
        &mut self,
        operation: &Operation<'b>,
        kind: &str,
        name: &str,
        parameters: &[(String, &'b Value)],
    ) {
        let (mut fields, mut functions) = (String::new(), String::new());
        let mut taken = BTreeSet::new();
        for (pointer, parameter) in parameters {
            let known = [
                "name",
                "in",
                "required",
                "description",
                "schema",
                "example",
                "examples",
                "style",
                "explode",
            ];
            self.types.only(pointer, parameter, &known);
            self.style(pointer, parameter, if kind == "query" { "form" } else { "simple" });
            let property = parameter["name"].as_str().unwrap_or_default();
            let span = child(pointer, "schema");
            let Some((_, schema)) = self.types.resolve(&span) else { continue };
            if matches!(schema["type"].as_str(), Some("array" | "object")) {
                self.types.error(
                    &span,
                    "a parameter is one value: Dropshot reads no lists and no objects",
                );
                continue;
            }
            let Some(ty) = self.types.of(&span, &format!("{name}{}", type_name(property))) else {
                continue;
            };
            let required = parameter["required"] == Value::Bool(true);
            let field = match parameter["schema"].get("default") {
                Some(default) if !required => {
                    Field::Default { json: default.to_string(), nullable: false }
                }
                _ if required => Field::Required,
                _ => Field::Optional,
            };
            fields += &docs(parameter["description"].as_str().unwrap_or_default());
            // HTTP/1.1 headers have no case, and Dropshot has them all in lower case.
            let mut sent = property.to_owned();
            if kind == "header" && property.chars().any(char::is_uppercase) {
                let _ = writeln!(fields, "#[schemars(rename = {})]", literal(property));
                sent = property.to_lowercase();
            }
            let called = unique(&sent, &mut taken);
            fields += &field.source(&sent, &called, &ty, name);
            functions += &field.functions(property, &called, &ty, name);
        }
        let _ = write!(
            self.items,
            "/// The {kind} parameters of `{}`.
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
            pub struct {name} {{ {fields} }}
            {functions}\n\n",
            operation.name
        );
    }

    /// How a parameter or a header is written: Dropshot knows the usual way of each.
    pub(super) fn style(&mut self, pointer: &str, value: &Value, usual: &str) {
        if value.get("style").is_some_and(|style| style != usual) {
            let message = format!("only `style: {usual}` is supported here");
            self.types.error(&child(pointer, "style"), message);
        }
        let exploded = usual == "form";
        if value.get("explode").is_some_and(|explode| *explode != Value::Bool(exploded)) {
            let message = format!("only `explode: {exploded}` is supported here");
            self.types.error(&child(pointer, "explode"), message);
        }
    }

    /// The type of the argument for the body, and its media type where Dropshot must be told.
    pub(super) fn request_body(
        &mut self,
        operation: &Operation<'b>,
    ) -> Option<(String, &'static str)> {
        let (pointer, body) = self.types.resolve(&child(&operation.span, "requestBody"))?;
        self.types.only(&pointer, body, &["required", "description", "content"]);
        if body["required"] != Value::Bool(true) {
            self.types.error(&pointer, "a request body is supported with `required: true` only");
        }
        let content = child(&pointer, "content");
        let types = body["content"].as_object();
        let [name] = types.into_iter().flat_map(|types| types.keys()).collect::<Vec<_>>()[..]
        else {
            self.types.error(&content, "a request body is supported in one media type");
            return None;
        };
        let span = child(&content, name);
        let value = self.types.contract.get(&span)?;
        self.types.only(&span, value, &["schema", "example", "examples"]);
        let schema = format!("{span}/schema");
        let wanted = format!("{}Body", operation.prefix);
        match media_type(name).as_str() {
            JSON => Some((format!("JsonBody<{}>", self.types.of(&schema, &wanted)?), "")),
            FORM => Some((format!("FormBody<{}>", self.types.of(&schema, &wanted)?), FORM)),
            BYTES => {
                self.binary(&schema);
                Some(("dropshot::StreamingBody".to_owned(), ""))
            }
            MULTIPART => {
                self.binary(&schema);
                Some(("dropshot::MultipartBody".to_owned(), MULTIPART))
            }
            other => {
                self.types.error(&span, format!("a request body of `{other}` is not supported"));
                None
            }
        }
    }

    /// Bytes have one schema: `type: string`, `format: binary`.
    pub(super) fn binary(&mut self, span: &str) {
        let is_binary = self
            .types
            .contract
            .get(span)
            .is_some_and(|schema| schema["type"] == "string" && schema["format"] == "binary");
        if !is_binary {
            self.types.error(span, "the schema of bytes is `type: string`, `format: binary`");
        }
    }
}
