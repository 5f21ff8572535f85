//! The API trait, and the request and response types of its operations.

mod body;
mod documented;
mod error_type;
mod generator;
mod parameters;
mod response;
mod routes;
mod security;
mod variant;

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::imports::{self, use_lines};
use crate::names::{component_names, is_reserved, type_name};
use crate::source::{doc_comment, literal};
use crate::types::TypeGenerator;
use agenthuman_contract::{Contract, child};
use generator::{Operation, OperationGenerator};
use routes::Routes;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// The extension by which Dropshot marks a WebSocket.
const WEBSOCKET: &str = "x-dropshot-websocket";

/// Names of the arguments that the functions of operations have besides the key.
const ARGUMENTS: [&str; 7] = ["rqctx", "path", "query", "headers", "body", "connection", "upgrade"];

/// Generates the module of operations.
pub fn generate(contract: &Contract, types: &mut TypeGenerator<'_>) -> String {
    let mut generator = OperationGenerator::new(types);
    generator.security_schemes();
    let mut functions = generator.trait_functions();
    generator.write_errors();
    generator.write_header_structs(&mut functions);
    let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
    let description = contract.document()["info"]["description"].as_str().unwrap_or(title);
    let name = trait_name(contract);
    let tags: String =
        contract.document()["tags"].as_array().into_iter().flatten().map(tag).collect();
    let items = generator.items;
    let text = format!("{functions}{items}");
    let (foreign, runtime) = imports::OPERATIONS;
    let foreign_uses = use_lines(&text, foreign);
    let runtime_uses = use_lines(&text, runtime);
    let other_tags =
        if has_other_tags(contract) { "        allow_other_tags = true,\n" } else { "" };
    format!(
        "//! The API trait, and the request and response types of its operations.

{foreign_uses}
{runtime_uses}#[allow(unused_imports, reason = \"an API may have no types of its own\")]
        use crate::types::*;

        {}#[dropshot::api_description {{
    tag_config = {{
        tags = {{
{tags}        }},
{other_tags}    }},
}}]
        pub trait {name} {{
            /// The server's state, shared by all operations.
            type Context;

            {functions}
        }}

        {items}",
        doc_comment(description)
    )
}

/// Returns true if an operation has a tag that the contract does not declare.
fn has_other_tags(contract: &Contract) -> bool {
    let names = |tags: &Value| -> Vec<String> {
        let tags = tags.as_array().into_iter().flatten();
        tags.filter_map(|tag| tag["name"].as_str().or(tag.as_str()).map(str::to_owned)).collect()
    };
    let declared = names(&contract.document()["tags"]);
    let paths = contract.document()["paths"].as_object().into_iter().flat_map(Map::values);
    let operations = paths.filter_map(Value::as_object).flat_map(Map::values);
    operations.flat_map(|operation| names(&operation["tags"])).any(|tag| !declared.contains(&tag))
}

/// Returns the name of the API trait.
pub fn trait_name(contract: &Contract) -> String {
    let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
    let name = type_name(title);
    let taken = is_reserved(&name) || component_names(contract).values().any(|one| *one == name);
    match name.strip_prefix('_') {
        Some(name) => format!("Api{name}"),
        None if taken => format!("{name}Api"),
        None => name,
    }
}

/// Returns a tag in the form of Dropshot's `tag_config`.
fn tag(tag: &Value) -> String {
    let name = literal(tag["name"].as_str().unwrap_or_default());
    let field = |value: &Value, field: &str| {
        value.as_str().map(|text| format!("{field} = {}, ", literal(text))).unwrap_or_default()
    };
    let mut fields = field(&tag["description"], "description");
    let docs = &tag["externalDocs"];
    if docs.is_object() {
        let inner = field(&docs["description"], "description") + &field(&docs["url"], "url");
        let _ = write!(fields, "external_docs = {{ {} }}, ", inner.trim_end_matches(", "));
    }
    match fields.trim_end_matches(", ") {
        "" => format!("            {name} = {{}},\n"),
        fields => format!("            {name} = {{ {fields} }},\n"),
    }
}

impl<'b> OperationGenerator<'_, 'b> {
    /// Returns the functions of the API trait.
    fn trait_functions(&mut self) -> String {
        let mut functions = String::new();
        let mut routes = Routes::default();
        let paths = self.types.contract.document()["paths"].as_object();
        for (path, item) in paths.into_iter().flatten() {
            let location = child("/paths", path);
            let known =
                [&METHODS[..], &["parameters", "summary", "description", "servers"]].concat();
            self.types.reject_other_keywords(&location, item, &known);
            if let Err(message) = routes.add(path) {
                self.types.error(&location, message);
            }
            for method in METHODS.iter().filter(|method| item.get(method).is_some()) {
                if let Some(source) = self.trait_function(&child(&location, method), path, method) {
                    functions += &source;
                    functions += "\n\n";
                }
            }
        }
        functions
    }

    /// Returns the function of one operation.
    fn trait_function(&mut self, location: &str, path: &'b str, method: &str) -> Option<String> {
        let value = self.types.contract.get(location)?;
        let known = [
            "operationId",
            "tags",
            "summary",
            "description",
            "parameters",
            "requestBody",
            "responses",
            "security",
            "deprecated",
            "externalDocs",
            "servers",
            // A server calls these; it does not implement them.
            "callbacks",
        ];
        self.types.reject_other_keywords(location, value, &known);
        let id = self.types.contract.operation_id(location);
        let function = self.functions.get(location).cloned().unwrap_or_default();
        let here = child(location, "operationId");
        if let Some(other) = self.ids.insert(id.to_string(), here.clone()) {
            self.types.error(&here, format!("duplicate operation `{id}`, which `#{other}` is too"));
        }
        let operation = Operation {
            location: location.to_owned(),
            path,
            value,
            function,
            prefix: type_name(&id),
        };
        let mut arguments = vec!["rqctx: RequestContext<Self::Context>".to_owned()];
        arguments.extend(self.credentials_argument(&operation, &ARGUMENTS));
        arguments.extend(self.parameter_arguments(&operation));
        let mut content_type = "";
        // Dropshot emits a channel with status 101. An upgrade, and before 0.17 also a channel, has
        // the extension only.
        let is_upgrade = value.get(WEBSOCKET).is_some();
        let is_channel = is_upgrade && value["responses"].get("101").is_some();
        if is_channel {
            arguments.push("connection: dropshot::WebsocketConnection".to_owned());
        } else if is_upgrade {
            arguments.push("upgrade: dropshot::WebsocketUpgrade".to_owned());
        } else if value.get("requestBody").is_some() {
            let body = self.body_argument(&operation)?;
            arguments.push(format!("body: {}", body.ty));
            content_type = body.media_type;
        }
        let result = if is_channel {
            self.check_channel_responses(&operation);
            "dropshot::WebsocketChannelResult".to_owned()
        } else {
            self.result_type(&operation)?
        };

        let attributes = attributes(value, content_type);
        Some(format!(
            "{}#[{} {{
        {} = {},
        path = {},
        operation_id = {},
        {attributes}
    }}]
            async fn {}({}) -> {result};",
            doc_comment(&documentation(value)),
            if is_channel { "channel" } else { "endpoint" },
            if is_channel { "protocol" } else { "method" },
            if is_channel { "WEBSOCKETS".to_owned() } else { method.to_uppercase() },
            literal(path),
            literal(&id),
            operation.function,
            arguments.join(", "),
        ))
    }
}

/// Returns the documentation of an operation: its summary and its description.
fn documentation(operation: &Value) -> String {
    let summary = operation["summary"].as_str().unwrap_or_default();
    match operation["description"].as_str() {
        Some(description) => format!("{summary}\n\n{description}"),
        None => summary.to_owned(),
    }
}

/// Returns the attributes of an endpoint besides its method, path and id.
fn attributes(operation: &Value, content_type: &str) -> String {
    let tags = operation["tags"].as_array().into_iter().flatten();
    let tags: Vec<_> = tags.filter_map(Value::as_str).map(literal).collect();
    let mut attributes = format!("tags = [{}],", tags.join(", "));
    if !content_type.is_empty() {
        let _ = write!(attributes, "\n        content_type = {},", literal(content_type));
    }
    if operation["deprecated"] == Value::Bool(true) {
        attributes += "\n        deprecated = true,";
    }
    attributes
}
