//! The API trait, and what each operation takes and answers.

mod answer;
mod errors;
mod parameters;
mod routes;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::names::{
    RESERVED, component_name, docs, field_name, free, function_name, literal, type_name, uses,
};
use super::types::Types;
use agenthuman_contract::{Contract, child};
use routes::Routes;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

const JSON: &str = "application/json";

/// The extensions by which Dropshot marks operations.
const PAGINATION: &str = "x-dropshot-pagination";
const WEBSOCKET: &str = "x-dropshot-websocket";

/// What else the functions of operations take.
const ARGUMENTS: [&str; 6] = ["rqctx", "path", "query", "headers", "body", "connection"];

/// The source of the module of operations.
pub fn operations(contract: &Contract, types: &mut Types<'_>) -> String {
    let mut module = Module {
        types,
        items: String::new(),
        headers: BTreeMap::new(),
        errors: BTreeMap::new(),
        schemes: BTreeMap::new(),
        functions: BTreeMap::new(),
    };
    module.security_schemes();
    let methods = module.methods();
    let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
    let description = contract.document()["info"]["description"].as_str().unwrap_or(title);
    let name = trait_name(contract);
    let tags: String =
        contract.document()["tags"].as_array().into_iter().flatten().map(tag).collect();
    let items = module.items;
    let text = format!("{methods}{items}");
    let others = uses(
        &format!("{text} RequestContext"),
        &[
            (
                "dropshot",
                &[
                    "ApiEndpointResponse",
                    "Body",
                    "HttpError",
                    "HttpResponse",
                    "HttpResponseHeaders",
                    "HttpResponseOk",
                    "RequestContext",
                ],
            ),
            ("http", &["Response", "StatusCode"]),
            ("schemars", &["JsonSchema"]),
            ("serde", &["Deserialize", "Serialize"]),
        ],
    );
    let ours = uses(
        &text,
        &[
            (
                "agenthuman_server_runtime::request",
                &[
                    "FormBody",
                    "HeaderParameters",
                    "JsonBody",
                    "PageParameters",
                    "PathParameters",
                    "QueryParameters",
                ],
            ),
            (
                "agenthuman_server_runtime::response",
                &["bytes_response", "empty_response", "json_response", "metadata"],
            ),
            ("agenthuman_server_runtime::timestamp", &["Timestamp"]),
        ],
    );
    let other_tags =
        if has_other_tags(contract) { "        allow_other_tags = true,\n" } else { "" };
    format!(
        "//! The operations: their trait, and what each takes and answers.

{others}
{ours}#[allow(unused_imports, reason = \"an API may have no types of its own\")]
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

            {methods}
        }}

        {items}",
        docs(description)
    )
}

/// Whether an operation has a tag that the contract does not describe.
fn has_other_tags(contract: &Contract) -> bool {
    let names = |tags: &Value| -> Vec<String> {
        let tags = tags.as_array().into_iter().flatten();
        tags.filter_map(|tag| tag["name"].as_str().or(tag.as_str()).map(str::to_owned)).collect()
    };
    let described = names(&contract.document()["tags"]);
    let paths = contract.document()["paths"].as_object().into_iter().flat_map(Map::values);
    let operations = paths.filter_map(Value::as_object).flat_map(Map::values);
    operations.flat_map(|operation| names(&operation["tags"])).any(|tag| !described.contains(&tag))
}

/// The name of the API trait.
pub fn trait_name(contract: &Contract) -> String {
    let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
    let name = type_name(title);
    let components = contract.document()["components"]["schemas"].as_object();
    let mut components = components.into_iter().flat_map(Map::keys);
    let taken = RESERVED.contains(&name.as_str())
        || components.any(|component| component_name(component) == name);
    match name.strip_prefix('_') {
        Some(name) => format!("Api{name}"),
        None if taken => format!("{name}Api"),
        None => name,
    }
}

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

pub(super) struct Module<'a, 'b> {
    types: &'a mut Types<'b>,
    items: String,
    /// The struct for each set of headers, so that equal sets are one type.
    headers: BTreeMap<String, String>,
    /// The error type for each error schema.
    errors: BTreeMap<String, String>,
    /// The extractor of each security scheme, by its pointer.
    schemes: BTreeMap<String, String>,
    /// Where each function is described.
    functions: BTreeMap<String, String>,
}

/// An operation while its parts are put together.
struct Operation<'a> {
    span: String,
    path: &'a str,
    value: &'a Value,
    /// The name of its function.
    name: String,
    /// What the names of its types begin with.
    prefix: String,
}

impl<'b> Module<'_, 'b> {
    fn security_schemes(&mut self) {
        let schemes = self.types.contract.document()["components"]["securitySchemes"].as_object();
        for (name, scheme) in schemes.into_iter().flatten() {
            let pointer = child("/components/securitySchemes", name);
            match (scheme["type"].as_str(), scheme["in"].as_str(), scheme["name"].as_str()) {
                (Some("apiKey"), Some("header"), Some(header)) => {
                    let docs = docs(scheme["description"].as_str().unwrap_or(name));
                    let docs: String = docs.lines().map(|line| format!("    {line}\n")).collect();
                    let name = self.types.claim(&pointer, &type_name(name));
                    self.schemes.insert(pointer, name.clone());
                    let header = literal(header);
                    let _ = write!(
                        self.items,
                        "agenthuman_server_runtime::api_key_header! {{\n{docs}    pub struct {name} = {header};\n}}\n\n"
                    );
                }
                _ => self.types.error(&pointer, "only an API key in a header is supported"),
            }
        }
    }

    fn methods(&mut self) -> String {
        let mut methods = String::new();
        let mut routes = Routes::default();
        let paths = self.types.contract.document()["paths"].as_object();
        for (path, item) in paths.into_iter().flatten() {
            let span = child("/paths", path);
            let known =
                [&METHODS[..], &["parameters", "summary", "description", "servers"]].concat();
            self.types.only(&span, item, &known);
            if let Err(message) = routes.add(path) {
                self.types.error(&span, message);
            }
            for method in METHODS.iter().filter(|method| item.get(method).is_some()) {
                if let Some(source) = self.method(&child(&span, method), path, method) {
                    methods += &source;
                    methods += "\n\n";
                }
            }
        }
        methods
    }

    fn method(&mut self, span: &str, path: &'b str, method: &str) -> Option<String> {
        let value = self.types.contract.get(span)?;
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
        ];
        self.types.only(span, value, &known);
        let Some(id) = value["operationId"].as_str() else {
            self.types.error(span, "an operation needs an `operationId`");
            return None;
        };
        let name = function_name(id);
        let here = child(span, "operationId");
        if let Some(other) = self.functions.insert(name.clone(), here.clone()) {
            let message = format!("the stub would call this as it does what is at `#{other}`");
            self.types.error(&here, message);
        }
        let operation =
            Operation { span: span.to_owned(), path, value, name, prefix: type_name(id) };
        let mut arguments = vec!["rqctx: RequestContext<Self::Context>".to_owned()];
        if let Some(key) = self.security(&operation) {
            let scheme = child("/components/securitySchemes", &key);
            let argument = free(&field_name(&key), |name| ARGUMENTS.contains(&name));
            let extractor = self.schemes.get(&scheme).cloned().unwrap_or_default();
            arguments.push(format!("{argument}: {extractor}"));
        }
        arguments.extend(self.parameters(&operation));
        let mut content_type = "";
        // Dropshot emits a channel with its 101; before 0.17 it emitted what any upgrade still is.
        let is_upgrade = value.get(WEBSOCKET).is_some();
        let is_channel = is_upgrade && value["responses"].get("101").is_some();
        if is_channel {
            arguments.push("connection: dropshot::WebsocketConnection".to_owned());
        } else if is_upgrade {
            arguments.push("upgrade: dropshot::WebsocketUpgrade".to_owned());
        } else if value.get("requestBody").is_some() {
            let (body, media_type) = self.request_body(&operation)?;
            arguments.push(format!("body: {body}"));
            content_type = media_type;
        }
        let result = if is_channel {
            self.channel(&operation);
            "dropshot::WebsocketChannelResult".to_owned()
        } else {
            self.result(&operation)?
        };

        let mut text = value["summary"].as_str().unwrap_or_default().to_owned();
        if let Some(description) = value["description"].as_str() {
            text = format!("{text}\n\n{description}");
        }
        let tags: Vec<_> = value["tags"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(literal)
            .collect();
        let mut attributes = String::new();
        if !content_type.is_empty() {
            let _ = write!(attributes, "\n        content_type = {},", literal(content_type));
        }
        if value["deprecated"] == Value::Bool(true) {
            attributes += "\n        deprecated = true,";
        }
        Some(format!(
            "{}#[{} {{
        {} = {},
        path = {},
        operation_id = {},
        tags = [{}],{attributes}
    }}]
            async fn {}({}) -> {result};",
            docs(&text),
            if is_channel { "channel" } else { "endpoint" },
            if is_channel { "protocol" } else { "method" },
            if is_channel { "WEBSOCKETS".to_owned() } else { method.to_uppercase() },
            literal(path),
            literal(id),
            tags.join(", "),
            operation.name,
            arguments.join(", "),
        ))
    }

    /// The scheme whose key the operation wants.
    fn security(&mut self, operation: &Operation<'b>) -> Option<String> {
        let document = self.types.contract.document();
        let (span, requirements) = match operation.value.get("security") {
            Some(requirements) => (child(&operation.span, "security"), requirements),
            None => ("/security".to_owned(), document.get("security")?),
        };
        let mut requirements = requirements.as_array()?.clone();
        let mut seen = Vec::new();
        requirements.retain(|one| {
            let again = seen.contains(one);
            seen.push(one.clone());
            !again
        });
        if requirements.is_empty() {
            return None;
        }
        let names = requirements.iter().filter_map(Value::as_object).flat_map(Map::keys);
        let names: Vec<_> = names.collect();
        match (requirements.len(), names.as_slice()) {
            (1, [scheme]) if document["components"]["securitySchemes"].get(scheme).is_some() => {
                Some((*scheme).clone())
            }
            (1, [scheme]) => {
                self.types.error(&span, format!("there is no security scheme `{scheme}`"));
                None
            }
            _ => {
                let message = "one scheme is supported, alternatives and combinations are not";
                self.types.error(&span, message);
                None
            }
        }
    }
}
