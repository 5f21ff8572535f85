//! What an operation answers: one variant for each documented status.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use super::{JSON, Module, Operation};
use crate::generate::names::{docs, literal, type_name};
use crate::generate::types::unique;
use crate::reader::{child, media_type};

/// What Dropshot emits where a handler answers what it likes.
const ANYTHING: &str = "*/*";

/// How many values the least value of a schema may consist of; a schema may contain itself.
const LEAST_VALUES: usize = 200;

/// What one documented status answers.
struct Answer {
    /// `404`, or `4XX`.
    key: String,
    variant: String,
    description: String,
    body: Body,
    headers: Option<String>,
}

enum Body {
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

    fn schema(&self) -> &str {
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
        let place = child(&operation.place, "responses");
        let responses = operation.value["responses"].as_object();
        let keys: Vec<_> = responses.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        if keys == ["default"] {
            return self.anything(&child(&place, "default"));
        }
        let mut answers = Vec::new();
        for key in keys {
            answers.extend(self.answer(&child(&place, key), key, &operation.prefix));
        }
        answers.sort_by(|one: &Answer, other| one.key.cmp(&other.key));
        let (successes, failures): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.is_success());
        let [success] = successes.as_slice() else {
            self.types.error(&place, "an operation needs exactly one status of success");
            return None;
        };
        let error = self.error_type(&place, &failures)?;
        let name = self.types.claim(&place, &format!("{}Response", operation.prefix));
        self.write(operation, &name, &answers, success);
        Some(format!("Result<{name}, {error}>"))
    }

    /// A channel is answered by Dropshot itself: it upgrades the connection or refuses in its own way.
    pub(super) fn channel(&mut self, operation: &Operation<'b>) {
        let place = child(&operation.place, "responses");
        let responses = operation.value["responses"].as_object();
        let mut keys: Vec<_> =
            responses.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        keys.sort_unstable();
        if keys != ["101", "4XX", "5XX"] {
            self.types.error(
                &place,
                "a channel answers 101, or `4XX` and `5XX` with Dropshot's own body",
            );
        }
        for key in keys.into_iter().filter(|key| *key != "101") {
            let here = child(&place, key);
            let Some((pointer, response)) = self.types.resolve(&here) else { continue };
            let schema = format!("{}/schema", json(&pointer, response).0);
            let Some((schema, _)) = self.types.resolve(&schema) else { continue };
            if !self.is_dropshot_error(&schema) {
                self.types.error(&here, "a channel refuses with Dropshot's own body");
            }
        }
    }

    /// An operation that answers what it likes.
    fn anything(&mut self, place: &str) -> Option<String> {
        let (pointer, response) = self.types.resolve(place)?;
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
        let place = child(&content, name);
        let value = &types[name.as_str()];
        self.types.only(&place, value, &["schema", "example", "examples"]);
        match media_type(name).as_str() {
            JSON if value.get("schema").is_none() => {
                self.types.error(&place, "a body needs a `schema`");
                None
            }
            JSON => {
                let schema = format!("{place}/schema");
                let ty = self.types.of(&schema, &format!("{owner}Body"))?;
                let (schema, _) = self.types.resolve(&schema)?;
                Some(Body::Json { ty, schema })
            }
            ANYTHING => Some(Body::Bytes),
            other => {
                let message = format!(
                    "a response of `{other}` is not supported; Dropshot emits bytes as `*/*`"
                );
                self.types.error(&place, message);
                None
            }
        }
    }

    /// The struct of a response's headers; equal sets share the struct of the first.
    fn headers(&mut self, response: &str, value: &Value, owner: &str) -> Option<String> {
        let headers = value["headers"].as_object().filter(|headers| !headers.is_empty())?;
        let place = child(response, "headers");
        let name = self.types.claim(&place, &format!("{owner}Headers"));
        let (mut fields, mut taken) = (String::new(), BTreeSet::new());
        for header in headers.keys() {
            let Some((pointer, value)) = self.types.resolve(&child(&place, header)) else {
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

    /// The type of the errors that Dropshot itself raises.
    ///
    /// They answer Dropshot's own body where the contract documents just that, otherwise the
    /// documented example of a 500, and where there is none, the least value of its schema.
    fn error_type(&mut self, place: &str, failures: &[&Answer]) -> Option<String> {
        let Some(first) = failures.first() else {
            self.types.error(place, "the errors must be documented: a server can always fail");
            return None;
        };
        if let Some(other) = failures.iter().find(|answer| answer.schema() != first.schema()) {
            let message = "every error response needs the same schema: progenitor and Dropshot know one for each operation";
            self.types.error(&child(place, &other.key), message);
            return None;
        }
        let Body::Json { ty, schema } = &first.body else {
            self.types.error(&child(place, &first.key), "an error response needs a JSON body");
            return None;
        };
        if let Some(known) = self.errors.get(schema) {
            return Some(known.clone());
        }
        if self.is_dropshot_error(schema) {
            self.errors.insert(schema.clone(), "HttpError".to_owned());
            return Some("HttpError".to_owned());
        }
        let unexpected = failures.iter().find(|answer| matches!(&*answer.key, "500" | "5XX"));
        let Some(unexpected) = unexpected else {
            let message = "the status 500 must be documented: a server can always fail";
            self.types.error(place, message);
            return None;
        };
        let (pointer, response) = self.types.resolve(&child(place, &unexpected.key))?;
        let (place, content) = json(&pointer, response);
        let first = content["examples"].as_object().and_then(|examples| examples.values().next());
        let example = content.get("example").or_else(|| first?.get("value"));
        let mut left = LEAST_VALUES;
        let Some(example) = example.cloned().or_else(|| self.least(schema, &mut left)) else {
            let message =
                "needs an example: it is what the server answers when Dropshot itself fails";
            self.types.error(&place, message);
            return None;
        };
        let name = self.types.claim(&format!("{schema}#error"), "UnexpectedError");
        let _ = write!(
            self.items,
            "crate::unexpected_error! {{\n    \
                 /// A failure that no operation answers itself: the documented example of the status 500.\n    \
                 pub struct {name}: {ty} = {};\n\
             }}\n\n",
            literal(&example.to_string())
        );
        self.errors.insert(schema.clone(), name.clone());
        Some(name)
    }

    /// The least value of a schema: what must be there, and as little of it as may be. `left` is how
    /// many values it may still have.
    fn least(&self, pointer: &str, left: &mut usize) -> Option<Value> {
        *left = left.checked_sub(1)?;
        let (pointer, schema) = self.types.contract.resolve(pointer).ok()?;
        if let Some(example) = schema.get("example").or_else(|| schema["enum"].get(0)) {
            return Some(example.clone());
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            if schema.get(keyword).is_some() {
                return self.least(&format!("{pointer}/{keyword}/0"), left);
            }
        }
        let unbounded =
            |keywords: &[&str]| keywords.iter().all(|keyword| schema.get(keyword).is_none());
        match schema["type"].as_str()? {
            "string" if unbounded(&["pattern", "minLength", "format"]) => Some("".into()),
            "boolean" => Some(false.into()),
            "integer" | "number" => {
                Some(schema.get("minimum").cloned().unwrap_or_else(|| 0.into()))
            }
            "array" if unbounded(&["minItems"]) => Some(Value::Array(Vec::new())),
            "object" => {
                let names =
                    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let member = |name: &str| {
                    let place = child(&format!("{pointer}/properties"), name);
                    Some((name.to_owned(), self.least(&place, left)?))
                };
                names.map(member).collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            _ => None,
        }
    }

    /// Whether a schema is that of the body by which Dropshot reports its own errors.
    fn is_dropshot_error(&self, schema: &str) -> bool {
        let Some(schema) = self.types.contract.get(schema) else { return false };
        let mut required: Vec<_> = schema["required"].as_array().into_iter().flatten().collect();
        required.sort_by_key(|name| name.as_str());
        let properties = schema["properties"].as_object();
        let names: Vec<_> = properties.into_iter().flat_map(Map::keys).collect();
        let strings = properties
            .into_iter()
            .flat_map(Map::values)
            .all(|property| property["type"] == "string" && property.get("nullable").is_none());
        let has = |name: &str| names.iter().any(|known| *known == name);
        required == ["message", "request_id"]
            && names.len() == 3
            && ["error_code", "message", "request_id"].iter().all(|name| has(name))
            && strings
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
fn json<'v>(pointer: &str, response: &'v Value) -> (String, &'v Value) {
    let content = child(pointer, "content");
    let types = response["content"].as_object();
    let found = types.into_iter().flatten().find(|(name, _)| media_type(name) == JSON);
    found.map_or_else(
        || (child(&content, JSON), &Value::Null),
        |(name, value)| (child(&content, name), value),
    )
}
