//! What an operation answers: one variant for each documented status.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::{JSON, Module, Operation};
use crate::names::{docs, literal, type_name};
use crate::types::unique;
use agenthuman_contract::{child, media_type};

/// What Dropshot emits where a handler answers what it likes.
const ANYTHING: &str = "*/*";

/// What one documented status answers.
pub(super) struct Answer {
    /// `404`, or `4XX`.
    pub key: String,
    variant: String,
    description: String,
    pub body: Body,
    headers: Option<String>,
}

pub(super) enum Body {
    None,
    Bytes,
    /// The type, and where its schema is, references followed: two answers of one schema are alike.
    Json {
        ty: String,
        schema: String,
    },
}

impl Answer {
    /// The status, where it is a single one.
    fn status(&self) -> Option<u16> {
        self.key.parse().ok()
    }

    fn is_success(&self) -> bool {
        self.status().is_some_and(|status| (200..400).contains(&status))
    }

    pub fn schema(&self) -> &str {
        match &self.body {
            Body::Json { schema, .. } => schema,
            _ => "",
        }
    }

    fn headers(&self) -> &str {
        self.headers.as_deref().unwrap_or("dropshot::NoHeaders")
    }
}

impl<'b> Module<'_, 'b> {
    /// The type that the operation's function returns; writes the types that it needs.
    pub(super) fn result(&mut self, operation: &Operation<'b>) -> Option<String> {
        let span = child(&operation.span, "responses");
        let responses = operation.value["responses"].as_object();
        let keys: Vec<_> = responses.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        if keys == ["default"] {
            return self.anything(&child(&span, "default"));
        }
        let mut answers = Vec::new();
        for key in keys {
            answers.extend(self.answer(&child(&span, key), key, &operation.prefix));
        }
        answers.sort_by(|one: &Answer, other| one.key.cmp(&other.key));
        let (successes, failures): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.is_success());
        let [success] = successes.as_slice() else {
            self.types.error(&span, "an operation needs exactly one status of success");
            return None;
        };
        let error = self.error_type(&span, &failures)?;
        let name = self.types.claim(&span, &format!("{}Response", operation.prefix));
        self.write(operation, &name, &answers, success);
        Some(format!("Result<{name}, {error}>"))
    }

    /// A channel is answered by Dropshot itself: it upgrades the connection or refuses in its own way.
    pub(super) fn channel(&mut self, operation: &Operation<'b>) {
        let span = child(&operation.span, "responses");
        let responses = operation.value["responses"].as_object();
        let mut keys: Vec<_> =
            responses.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        keys.sort_unstable();
        if keys != ["101", "4XX", "5XX"] {
            self.types
                .error(&span, "a channel answers 101, or `4XX` and `5XX` with Dropshot's own body");
        }
        for key in keys.into_iter().filter(|key| *key != "101") {
            let here = child(&span, key);
            let Some((pointer, response)) = self.types.resolve(&here) else { continue };
            let schema = format!("{}/schema", json(&pointer, response).0);
            let Some((schema, _)) = self.types.resolve(&schema) else { continue };
            if !self.is_dropshot_error(&schema) {
                self.types.error(&here, "a channel refuses with Dropshot's own body");
            }
        }
    }

    /// An operation that answers what it likes.
    fn anything(&mut self, span: &str) -> Option<String> {
        let (pointer, response) = self.types.resolve(span)?;
        let content = child(&pointer, "content");
        let schema = response["content"][ANYTHING]["schema"].as_object();
        if !schema.is_some_and(Map::is_empty) {
            let message = "`default` is supported alone, and with `*/*` and an empty schema only";
            self.types.error(&content, message);
        }
        Some("Result<Response<Body>, HttpError>".to_owned())
    }

    fn answer(&mut self, here: &str, key: &str, prefix: &str) -> Option<Answer> {
        let known = key.parse().ok().and_then(|code: u16| http::StatusCode::from_u16(code).ok());
        let variant = match (known, key) {
            (Some(known), _) => type_name(known.canonical_reason().unwrap_or(key)),
            (None, "4XX") => "ClientError".to_owned(),
            (None, "5XX") => "ServerError".to_owned(),
            _ => {
                let message = "a status is a number, `4XX` or `5XX`; `default` is not supported beside others";
                self.types.error(here, message);
                return None;
            }
        };
        let (pointer, response) = self.types.resolve(here)?;
        self.types.only(&pointer, response, &["description", "headers", "content"]);
        let owner = match pointer.strip_prefix("/components/responses/") {
            Some(component) => type_name(component),
            None => format!("{prefix}{variant}"),
        };
        let body = self.body(&pointer, response, &owner)?;
        let headers = self.headers(&pointer, response, &owner);
        let description = response["description"].as_str().unwrap_or_default().to_owned();
        Some(Answer { key: key.to_owned(), variant, description, body, headers })
    }

    fn body(&mut self, pointer: &str, response: &Value, owner: &str) -> Option<Body> {
        let content = child(pointer, "content");
        let Some(types) = response["content"].as_object().filter(|types| !types.is_empty()) else {
            return Some(Body::None);
        };
        let [name] = types.keys().collect::<Vec<_>>()[..] else {
            self.types.error(&content, "a response is supported in one media type");
            return None;
        };
        let span = child(&content, name);
        let value = &types[name.as_str()];
        self.types.only(&span, value, &["schema", "example", "examples"]);
        match media_type(name).as_str() {
            JSON if value.get("schema").is_none() => {
                self.types.error(&span, "a body needs a `schema`");
                None
            }
            JSON => {
                let schema = format!("{span}/schema");
                let ty = self.types.of(&schema, &format!("{owner}Body"))?;
                let (schema, _) = self.types.resolve(&schema)?;
                Some(Body::Json { ty, schema })
            }
            ANYTHING => Some(Body::Bytes),
            other => {
                let message = format!(
                    "a response of `{other}` is not supported; Dropshot emits bytes as `*/*`"
                );
                self.types.error(&span, message);
                None
            }
        }
    }

    /// The struct of a response's headers; equal sets share the struct of the first.
    fn headers(&mut self, response: &str, value: &Value, owner: &str) -> Option<String> {
        let headers = value["headers"].as_object().filter(|headers| !headers.is_empty())?;
        let span = child(response, "headers");
        let name = self.types.claim(&span, &format!("{owner}Headers"));
        let (mut fields, mut taken) = (String::new(), BTreeSet::new());
        for header in headers.keys() {
            let Some((pointer, value)) = self.types.resolve(&child(&span, header)) else {
                continue;
            };
            let known =
                ["description", "required", "schema", "example", "examples", "style", "explode"];
            self.types.only(&pointer, value, &known);
            self.style(&pointer, value, "simple");
            let ty =
                self.types.of(&child(&pointer, "schema"), &format!("{name}{}", type_name(header)));
            let Some(ty) = ty else { continue };
            fields += &docs(value["description"].as_str().unwrap_or_default());
            let (field, header) = (unique(header, &mut taken), literal(header));
            fields += &match value["required"] == Value::Bool(true) {
                true => format!("#[serde(rename = {header})]\npub {field}: {ty},\n"),
                false => format!(
                    "#[serde(rename = {header}, default, skip_serializing_if = \"Option::is_none\")]
                    #[schemars(with = \"{ty}\")]
                    pub {field}: Option<{ty}>,\n"
                ),
            };
        }
        if let Some(known) = self.headers.get(&fields) {
            return Some(known.clone());
        }
        let _ = write!(
            self.items,
            "/// Headers of a response.
            #[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
            pub struct {name} {{ {fields} }}\n\n"
        );
        self.headers.insert(fields, name.clone());
        Some(name)
    }

    /// Writes the enum of the documented responses.
    fn write(
        &mut self,
        operation: &Operation<'b>,
        name: &str,
        answers: &[Answer],
        success: &Answer,
    ) {
        let (mut variants, mut results, mut codes) = (String::new(), String::new(), String::new());
        let mut derives = "#[derive(Clone, Debug, PartialEq)]";
        for answer in answers {
            let Answer { key, variant, description, headers, .. } = answer;
            variants += &docs(&format!("{key}: {}", description.trim()));
            let (mut fields, mut names) = (String::new(), Vec::new());
            let (status, code) = match answer.status() {
                Some(status) => (status.to_string(), constant(status)),
                None => {
                    fields += "status: dropshot::ErrorStatusCode, ";
                    names.push("status");
                    ("status.as_u16()".to_owned(), "status.as_status()".to_owned())
                }
            };
            let (function, body) = match &answer.body {
                Body::None => ("empty_response", ""),
                Body::Bytes => {
                    // Bytes that are sent as they come cannot be compared or copied.
                    derives = "#[derive(Debug)]";
                    fields += "body: Body, ";
                    ("bytes_response", "body, ")
                }
                Body::Json { ty, .. } => {
                    let _ = write!(fields, "body: {ty}, ");
                    ("json_response", "&body, ")
                }
            };
            if !body.is_empty() {
                names.push("body");
            }
            if let Some(headers) = headers {
                let _ = write!(fields, "headers: {headers}, ");
                names.push("headers");
            }
            let sent = if headers.is_some() { "&headers" } else { "&()" };
            let names = names.join(", ");
            let (variant_fields, pattern) = match fields.is_empty() {
                true => (String::new(), String::new()),
                false => (format!(" {{ {fields} }}"), format!(" {{ {names} }}")),
            };
            let _ = writeln!(variants, "{variant}{variant_fields},");
            let _ =
                write!(results, "Self::{variant}{pattern} => {function}({status}, {body}{sent}),");
            let bound = match (answer.status(), fields.is_empty()) {
                (None, _) => " { status, .. }",
                (Some(_), true) => "",
                (Some(_), false) => " { .. }",
            };
            let _ = write!(codes, "Self::{variant}{bound} => {code},");
        }
        let like = match &success.body {
            Body::Json { ty, .. } => format!("HttpResponseOk<{ty}>"),
            Body::Bytes => "HttpResponseOk<dropshot::FreeformBody>".to_owned(),
            Body::None => "dropshot::HttpResponseUpdatedNoContent".to_owned(),
        };
        let like = match &success.headers {
            Some(_) => format!("HttpResponseHeaders<{like}, {}>", success.headers()),
            None => like,
        };
        let status = success.status().unwrap_or_default();
        let description = literal(success.description.trim());
        let function = &operation.name;
        let _ = write!(
            self.items,
            "/// What `{function}` answers: one variant for each documented status.
            {derives}
            pub enum {name} {{ {variants} }}

            impl HttpResponse for {name} {{
                fn to_result(self) -> Result<Response<Body>, HttpError> {{
                    match self {{ {results} }}
                }}

                fn response_metadata() -> ApiEndpointResponse {{
                    metadata::<{like}>({status}, {description})
                }}

                fn status_code(&self) -> StatusCode {{
                    match self {{ {codes} }}
                }}
            }}\n\n"
        );
    }
}

/// The constant of a status.
fn constant(status: u16) -> String {
    let known = http::StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason());
    match known {
        // Its name breaks off at the apostrophe.
        Some("I'm a teapot") => "StatusCode::IM_A_TEAPOT".to_owned(),
        Some(reason) => format!("StatusCode::{}", reason.to_snake_case().to_uppercase()),
        None => format!("StatusCode::from_u16({status}).unwrap_or_default()"),
    }
}

/// Where the JSON of a response is described, and what is said there.
pub(super) fn json<'v>(pointer: &str, response: &'v Value) -> (String, &'v Value) {
    let content = child(pointer, "content");
    let types = response["content"].as_object();
    let found = types.into_iter().flatten().find(|(name, _)| media_type(name) == JSON);
    found.map_or_else(
        || (child(&content, JSON), &Value::Null),
        |(name, value)| (child(&content, name), value),
    )
}
