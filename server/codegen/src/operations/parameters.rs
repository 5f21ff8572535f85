//! The parameters of an operation: in path, query and headers.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::generator::{Operation, OperationGenerator, PAGINATION};
use crate::names::type_name;
use crate::source::{documentation, literal};
use crate::types::{FieldKind, unique_field_name};
use agenthuman_contract::child;

impl<'b> OperationGenerator<'_, 'b> {
    /// Returns the arguments for the parameters, and generates their structs: one for the path, one
    /// for the query and one for the headers, as far as the operation has such parameters.
    pub(super) fn parameter_arguments(&mut self, operation: &Operation<'b>) -> Vec<String> {
        let credentials = self.credential_parameters(operation);
        let mut parameters = self.effective_parameters(operation);
        parameters.retain(|(_, parameter)| !credentials.contains(&key_of(parameter)));
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
                let message = format!("this generator does not support a parameter in `{kind}`");
                self.types.error(&child(pointer, "in"), message);
            }
            let is_in_path = |(_, other): &(String, &Value)| {
                other["in"] == "path" && other["name"] == parameter["name"]
            };
            if parameter["in"] == "query" && parameters.iter().any(is_in_path) {
                let message =
                    "Dropshot does not support a query parameter with the name of a path parameter";
                self.types.error(pointer, message);
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
            let keys: Vec<_> = credentials.iter().filter(|(part, _)| part == kind).collect();
            let keys: Vec<_> = keys.into_iter().map(|(_, name)| name.as_str()).collect();
            self.parameter_struct(operation, kind, &name, &here, &keys);
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
        let mut parameters: Vec<(String, &Value)> = Vec::new();
        for owner in [operation.path_item(), &operation.location] {
            let owned =
                self.types.contract.get(owner).and_then(|owner| owner["parameters"].as_array());
            for index in 0..owned.map_or(0, Vec::len) {
                let location = format!("{owner}/parameters/{index}");
                let Some((pointer, parameter)) = self.types.resolve(&location) else { continue };
                parameters.retain(|(_, other)| key_of(other) != key_of(parameter));
                parameters.push((pointer, parameter));
            }
        }
        // OpenAPI ignores these.
        let ignored = |name: &str| ["accept", "content-type"].contains(&name);
        parameters.retain(|(_, parameter)| {
            let (part, name) = key_of(parameter);
            part != "header" || !ignored(&name)
        });
        parameters
    }

    /// Reports variables of the path without a parameter, and the reverse.
    fn check_path_parameters(
        &mut self,
        operation: &Operation<'b>,
        parameters: &[(String, &Value)],
    ) {
        let variables = operation.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let variables: Vec<_> = variables.collect();
        for (pointer, parameter) in parameters.iter().filter(|(_, one)| one["in"] == "path") {
            let name = parameter["name"].as_str().unwrap_or_default();
            if !variables.contains(&name) {
                self.types.error(pointer, format!("the path has no `{{{name}}}`"));
            }
        }
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
        keys: &[&str],
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
                "deprecated",
                "allowReserved",
                "allowEmptyValue",
            ];
            self.types.reject_other_keywords(pointer, parameter, &known);
            let property = parameter["name"].as_str().unwrap_or_default();
            let location = child(pointer, "schema");
            let Some(form) = self.parameter_form(pointer, parameter, kind) else { continue };
            let Some(ty) = self.types.type_of(&location, &format!("{name}{}", type_name(property)))
            else {
                continue;
            };
            let required = parameter["required"] == Value::Bool(true);
            let field = match parameter["schema"].get("default") {
                Some(default) if !required => {
                    let kind = self.types.default_kind(&location, default, false);
                    let Some(kind) = kind else { continue };
                    kind
                }
                _ if required => FieldKind::Required,
                _ => FieldKind::Optional,
            };
            fields += &documentation(parameter);
            // Header names are case-insensitive, and Dropshot has them in lower case.
            let mut sent = property.to_owned();
            if kind == "header" && property.chars().any(char::is_uppercase) {
                let _ = writeln!(fields, "#[schemars(rename = {})]", literal(property));
                sent = property.to_lowercase();
            }
            let field_name = unique_field_name(&sent, &mut taken);
            fields += &match form {
                Form::Scalar => field.source(&sent, &field_name, &ty, name),
                Form::List(reader) => field.list_source(&sent, &field_name, &ty, name, reader),
            };
            defaults += &field.default_function(property, &field_name, &ty, name);
        }
        // The credentials read their own parameters, which are no mistake here.
        for key in keys.iter().filter(|_| kind == "query") {
            let field = unique_field_name(key, &mut taken);
            let _ = writeln!(
                fields,
                "/// Read by the credentials.
                #[serde(rename = {}, default, skip_serializing)]
                #[schemars(skip)]
                pub {field}: agenthuman_server_runtime::credentials::InQuery,",
                literal(key)
            );
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

    /// Returns the form of a parameter, or reports that it is not supported.
    fn parameter_form(&mut self, pointer: &str, parameter: &Value, kind: &str) -> Option<Form> {
        let location = child(pointer, "schema");
        let (target, schema) = self.types.resolve(&location)?;
        let is_list = schema["type"] == "array";
        let default = if kind == "query" { "form" } else { "simple" };
        let style = parameter["style"].as_str().unwrap_or(default);
        let explode = parameter["explode"].as_bool().unwrap_or(style == "form");
        let reader = match (kind, style, explode) {
            // The style and `explode` of a scalar do not matter, except for these.
            _ if !is_list && !["label", "matrix", "deepObject"].contains(&style) => None,
            ("query", "form" | "spaceDelimited" | "pipeDelimited", true) => None,
            ("query", "form", false) | ("path", "simple", _) => Some("comma"),
            ("header", "simple", _) => Some("header"),
            ("query", "spaceDelimited", false) => Some("space"),
            ("query", "pipeDelimited", false) => Some("pipe"),
            _ => {
                let message = format!("this generator does not support the style `{style}` here");
                self.types.error(&child(pointer, "style"), message);
                return None;
            }
        };
        if !is_list {
            return self.check_scalar(&target, kind).then_some(Form::Scalar);
        }
        let items = child(&target, "items");
        let (items, _) = self.types.resolve(&items)?;
        // Dropshot does not see the items.
        self.check_scalar(&items, "header").then_some(Form::List(reader))
    }

    /// Reports a parameter that is not a scalar. Returns true if it is one.
    pub(super) fn check_scalar(&mut self, pointer: &str, kind: &str) -> bool {
        let Some((pointer, schema)) = self.types.resolve(pointer) else { return false };
        let members = schema["enum"].as_array();
        let has_members = members.is_some_and(|all| !all.iter().all(Value::is_null));
        let message = match schema["type"].as_str() {
            Some("string" | "integer" | "number" | "boolean") => return true,
            Some(other @ ("object" | "array")) => {
                format!("this generator does not support a parameter that is an {other}")
            }
            // An invalid type is reported with the schema.
            Some(_) => return true,
            None if has_members => return true,
            None => {
                for keyword in ["allOf", "oneOf", "anyOf"] {
                    let Some(list) = schema[keyword].as_array() else { continue };
                    if keyword == "anyOf" && list.len() > 1 && kind != "header" {
                        let message = "Dropshot does not support `anyOf` in a parameter";
                        self.types.error(&child(&pointer, keyword), message);
                        return false;
                    }
                    let all = 0..list.len();
                    return all
                        .map(|index| format!("{pointer}/{keyword}/{index}"))
                        .all(|one| self.check_scalar(&one, kind));
                }
                "this generator does not support a parameter without a type".to_owned()
            }
        };
        self.types.error(&pointer, message);
        false
    }
}

/// The form of a parameter.
enum Form {
    Scalar,
    /// A list. If it is in one text, it has the module of the runtime that splits it.
    List(Option<&'static str>),
}

/// Returns the location and the name of a parameter; that of a header in lower case.
fn key_of(parameter: &Value) -> (String, String) {
    let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
    let (part, name) = (text("in"), text("name"));
    let name = if part == "header" { name.to_ascii_lowercase() } else { name };
    (part, name)
}
