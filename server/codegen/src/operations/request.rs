//! The request of an operation: the parameters in path, query and headers, and the body.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::generator::{JSON, Operation, OperationGenerator, PAGINATION};
use crate::names::type_name;
use crate::source::{doc_comment, literal};
use crate::types::{FieldKind, unique_field_name};
use agenthuman_contract::{child, media_type};

const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";
const BYTES: &str = "application/octet-stream";

impl<'b> OperationGenerator<'_, 'b> {
    /// Returns the arguments for the parameters, and generates their structs: one for the path, one
    /// for the query and one for the headers, as far as the operation has such parameters.
    pub(super) fn parameter_arguments(&mut self, operation: &Operation<'b>) -> Vec<String> {
        let parameters = self.effective_parameters(operation);
        self.check_path_parameters(operation, &parameters);
        let paginated = operation.value.get(PAGINATION);
        let query_extractor =
            if paginated.is_some() { "PageParameters" } else { "QueryParameters" };
        let kinds = [
            ("path", "Path", "path", "PathParameters"),
            ("query", "Query", "query", query_extractor),
            ("header", "HeaderParameters", "headers", "HeaderParameters"),
        ];
        for (pointer, parameter) in &parameters {
            if !kinds.iter().any(|(kind, ..)| parameter["in"] == *kind) {
                let kind = parameter["in"].as_str().unwrap_or_default();
                let message = format!("not supported: a parameter in `{kind}`");
                self.types.error(&child(pointer, "in"), message);
            }
        }
        let mut arguments = Vec::new();
        for (kind, suffix, argument, extractor) in kinds {
            let here: Vec<_> = parameters
                .iter()
                .filter(|(_, parameter)| parameter["in"] == kind)
                .cloned()
                .collect();
            if here.is_empty() {
                continue;
            }
            let location = format!("{}/{kind}", operation.location);
            let name = self.types.claim_name(&location, &format!("{}{suffix}", operation.prefix));
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

    /// Returns the parameters of an operation, each with its location. Those of the path item come
    /// first; the operation may override them.
    fn effective_parameters(&mut self, operation: &Operation<'b>) -> Vec<(String, &'b Value)> {
        let key = |parameter: &'b Value| {
            let text = |key: &str| parameter[key].as_str().unwrap_or_default();
            (text("in"), text("name"))
        };
        let mut parameters: Vec<(String, &Value)> = Vec::new();
        for owner in [operation.path_item(), &operation.location] {
            let owned =
                self.types.contract.get(owner).and_then(|owner| owner["parameters"].as_array());
            for index in 0..owned.map_or(0, Vec::len) {
                let location = format!("{owner}/parameters/{index}");
                let Some((pointer, parameter)) = self.types.resolve(&location) else { continue };
                parameters.retain(|(_, other)| key(other) != key(parameter));
                parameters.push((pointer, parameter));
            }
        }
        parameters
    }

    /// Reports variables of the path without a parameter.
    fn check_path_parameters(
        &mut self,
        operation: &Operation<'b>,
        parameters: &[(String, &Value)],
    ) {
        let variables = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        for variable in variables {
            let is_declared = |(_, parameter): &(String, &Value)| {
                parameter["in"] == "path" && parameter["name"] == variable
            };
            if !parameters.iter().any(is_declared) {
                let message = format!("missing path parameter `{variable}`");
                self.types.error(operation.path_item(), message);
            }
        }
    }

    /// Generates the struct of the parameters in one part of the request.
    fn parameter_struct(
        &mut self,
        operation: &Operation<'b>,
        kind: &str,
        name: &str,
        parameters: &[(String, &'b Value)],
    ) {
        let (mut fields, mut defaults) = (String::new(), String::new());
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
            self.types.reject_other_keywords(pointer, parameter, &known);
            self.check_style(pointer, parameter, if kind == "query" { "form" } else { "simple" });
            let property = parameter["name"].as_str().unwrap_or_default();
            let location = child(pointer, "schema");
            let Some((_, schema)) = self.types.resolve(&location) else { continue };
            if matches!(schema["type"].as_str(), Some("array" | "object")) {
                self.types
                    .error(&location, "not supported: a parameter that is an array or an object");
                continue;
            }
            let Some(ty) = self.types.type_of(&location, &format!("{name}{}", type_name(property)))
            else {
                continue;
            };
            let required = parameter["required"] == Value::Bool(true);
            let field = match parameter["schema"].get("default") {
                Some(default) if !required => {
                    FieldKind::Default { json: default.to_string(), nullable: false }
                }
                _ if required => FieldKind::Required,
                _ => FieldKind::Optional,
            };
            fields += &doc_comment(parameter["description"].as_str().unwrap_or_default());
            // Header names are case-insensitive, and Dropshot has them in lower case.
            let mut sent = property.to_owned();
            if kind == "header" && property.chars().any(char::is_uppercase) {
                let _ = writeln!(fields, "#[schemars(rename = {})]", literal(property));
                sent = property.to_lowercase();
            }
            let field_name = unique_field_name(&sent, &mut taken);
            fields += &field.source(&sent, &field_name, &ty, name);
            defaults += &field.default_function(property, &field_name, &ty, name);
        }
        // A misspelt query parameter is an error. Every request has headers that no contract mentions.
        let unknown = if kind == "query" { "#[serde(deny_unknown_fields)]\n" } else { "" };
        let _ = write!(
            self.items,
            "/// {} parameters of `{}`.
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
            {unknown}pub struct {name} {{ {fields} }}
            {defaults}\n\n",
            type_name(kind),
            operation.function
        );
    }

    /// Returns the type of the argument for the body, and the media type that the endpoint must
    /// declare; empty for JSON.
    pub(super) fn body_argument(
        &mut self,
        operation: &Operation<'b>,
    ) -> Option<(String, &'static str)> {
        let (pointer, body) = self.types.resolve(&child(&operation.location, "requestBody"))?;
        self.types.reject_other_keywords(&pointer, body, &["required", "description", "content"]);
        if body["required"] != Value::Bool(true) {
            self.types.error(&pointer, "not supported: a request body without `required: true`");
        }
        let content = child(&pointer, "content");
        let types = body["content"].as_object();
        let [name] = types.into_iter().flat_map(|types| types.keys()).collect::<Vec<_>>()[..]
        else {
            self.types.error(
                &content,
                "not supported: a request body that has not exactly one media type",
            );
            return None;
        };
        let location = child(&content, name);
        let value = self.types.contract.get(&location)?;
        self.types.reject_other_keywords(&location, value, &["schema", "example", "examples"]);
        let schema = format!("{location}/schema");
        let wanted = format!("{}Body", operation.prefix);
        match media_type(name).as_str() {
            JSON => Some((format!("JsonBody<{}>", self.types.type_of(&schema, &wanted)?), "")),
            FORM => Some((format!("FormBody<{}>", self.types.type_of(&schema, &wanted)?), FORM)),
            BYTES => {
                self.check_binary_schema(&schema);
                Some(("dropshot::StreamingBody".to_owned(), ""))
            }
            MULTIPART => {
                self.check_binary_schema(&schema);
                Some(("dropshot::MultipartBody".to_owned(), MULTIPART))
            }
            other => {
                self.types.error(&location, format!("not supported: a request body of `{other}`"));
                None
            }
        }
    }

    /// Reports a schema of bytes other than `type: string`, `format: binary`.
    fn check_binary_schema(&mut self, location: &str) {
        let is_binary = self
            .types
            .contract
            .get(location)
            .is_some_and(|schema| schema["type"] == "string" && schema["format"] == "binary");
        if !is_binary {
            self.types.error(
                location,
                "not supported: a schema of bytes other than `type: string`, `format: binary`",
            );
        }
    }
}
