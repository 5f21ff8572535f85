//! The responses of operations: a struct for the success of each, and one enum for the errors of all.
//!
//! All operations share the error enum, so that a server converts its own errors to documented responses
//! in one place. Each variant is one response of the contract.

use std::fmt::Write as _;

use heck::ToSnakeCase;
use serde_json::Map;

use super::documented::{ANY_MEDIA_TYPE, DocumentedResponse, ResponseBody, json_content};
use super::generator::{CURSOR_PAGINATION, ErrorVariant, Operation, OperationGenerator};
use crate::names::free_name;
use crate::source::{doc_comment, literal};
use agenthuman_contract::child;

impl<'b> OperationGenerator<'_, 'b> {
    /// Returns the result type of the operation's function, and generates the types that it needs.
    pub(super) fn result_type(&mut self, operation: &Operation<'b>) -> Option<String> {
        let location = child(&operation.location, "responses");
        let responses = operation.value["responses"].as_object();
        let keys: Vec<_> = responses.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        if keys == ["default"] {
            return self.freeform_response(&child(&location, "default"));
        }
        let mut documented = Vec::new();
        for key in keys {
            documented.extend(self.documented_response(
                &child(&location, key),
                key,
                &operation.prefix,
            ));
        }
        documented.sort_by(|one: &DocumentedResponse, other| one.key.cmp(&other.key));
        let (successes, failures): (Vec<_>, Vec<_>) =
            documented.iter().partition(|response| response.is_success());
        let [success] = successes.as_slice() else {
            self.types.error(
                &location,
                "not supported: an operation without exactly one status of success",
            );
            return None;
        };
        let error = self.error_type(&location, &failures)?;
        for failure in failures {
            self.add_error(operation, &child(&location, &failure.key), failure);
        }
        let name = self.write_success(operation, &location, success);
        let errors = &self.errors_name;
        Some(format!("Result<Outcome<{name}, {errors}>, {error}>"))
    }

    /// Checks the responses of a channel, which Dropshot sends itself: an upgrade or its own error.
    pub(super) fn check_channel_responses(&mut self, operation: &Operation<'b>) {
        let location = child(&operation.location, "responses");
        let responses = operation.value["responses"].as_object();
        let mut keys: Vec<_> =
            responses.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        keys.sort_unstable();
        if keys != ["101", "4XX", "5XX"] {
            self.types.error(
                &location,
                "not supported: responses of a channel other than 101, `4XX` and `5XX`",
            );
        }
        for key in keys.into_iter().filter(|key| *key != "101") {
            let here = child(&location, key);
            let Some((pointer, response)) = self.types.resolve(&here) else { continue };
            let schema = format!("{}/schema", json_content(&pointer, response).0);
            let Some((schema, _)) = self.types.resolve(&schema) else { continue };
            if !self.is_dropshot_error(&schema) {
                self.types.error(
                    &here,
                    "not supported: an error body of a channel other than Dropshot's own",
                );
            }
        }
    }

    /// Returns the result type of an operation that documents no particular response.
    fn freeform_response(&mut self, location: &str) -> Option<String> {
        let (pointer, response) = self.types.resolve(location)?;
        let content = child(&pointer, "content");
        let schema = response["content"][ANY_MEDIA_TYPE]["schema"].as_object();
        if !schema.is_some_and(Map::is_empty) {
            let message = "not supported: a `default` other than `*/*` with an empty schema";
            self.types.error(&content, message);
        }
        Some("Result<Response<Body>, HttpError>".to_owned())
    }

    /// Writes the struct of a success and returns its name.
    fn write_success(
        &mut self,
        operation: &Operation<'b>,
        location: &str,
        success: &DocumentedResponse,
    ) -> String {
        let wanted = format!("{}{}", operation.prefix, success.variant);
        let name = self.types.claim_name(&format!("{location}#success"), &wanted);
        let is_streamed = operation.value.get(CURSOR_PAGINATION).is_some();
        let Parts { fields, names, function, body, headers, status, code } =
            parts(success, is_streamed);
        let (dropshot_type, derives) = match &success.body {
            ResponseBody::Json { ty, .. } if is_streamed => {
                (format!("HttpResponseOk<{ty}>"), "#[derive(Debug)]")
            }
            ResponseBody::Json { ty, .. } => {
                (format!("HttpResponseOk<{ty}>"), "#[derive(Clone, Debug, PartialEq)]")
            }
            // A stream of bytes can neither be compared nor copied.
            ResponseBody::Bytes => {
                ("HttpResponseOk<dropshot::FreeformBody>".to_owned(), "#[derive(Debug)]")
            }
            ResponseBody::None => (
                "dropshot::HttpResponseUpdatedNoContent".to_owned(),
                "#[derive(Clone, Debug, PartialEq)]",
            ),
        };
        let dropshot_type = match &success.headers {
            Some(headers) => format!("HttpResponseHeaders<{dropshot_type}, {headers}>"),
            None => dropshot_type,
        };
        let description = literal(success.description.trim());
        let documentation =
            doc_comment(&format!("{}: {}", success.key, success.description.trim()));
        let (definition, pattern) = match fields.is_empty() {
            true => (";".to_owned(), String::new()),
            false => {
                let fields: Vec<_> = fields.iter().map(|field| format!("pub {field}")).collect();
                let names = names.join(", ");
                (format!(" {{ {} }}", fields.join(", ")), format!("let Self {{ {names} }} = self;"))
            }
        };
        let _ = write!(
            self.items,
            "{documentation}{derives}
            pub struct {name}{definition}

            impl HttpResponse for {name} {{
                fn to_result(self) -> Result<Response<Body>, HttpError> {{
                    {pattern}
                    {function}({status}, {body}{headers})
                }}

                fn response_metadata() -> ApiEndpointResponse {{
                    metadata::<{dropshot_type}>({status}, {description})
                }}

                fn status_code(&self) -> StatusCode {{
                    {code}
                }}
            }}\n\n"
        );
        name
    }

    /// Adds a variant to the enum of errors, unless it has the response already.
    fn add_error(
        &mut self,
        operation: &Operation<'b>,
        location: &str,
        failure: &DocumentedResponse,
    ) {
        let pointer = match self.types.contract.resolve(location) {
            Ok((pointer, _)) => pointer.into_owned(),
            Err(_) => location.to_owned(),
        };
        let function = operation.function.clone();
        let known =
            |error: &&mut ErrorVariant| (&error.key, &error.pointer) == (&failure.key, &pointer);
        if let Some(known) = self.errors.iter_mut().find(known) {
            known.functions.push(function);
            return;
        }
        let taken = |name: &str| self.errors.iter().any(|error| error.variant == name);
        let variant = match taken(&failure.variant) {
            false => failure.variant.clone(),
            true => free_name(&format!("{}{}", operation.prefix, failure.variant), taken),
        };
        let Parts { fields, names, function: response, body, headers, status, code } =
            parts(failure, false);
        let text = format!("{}: {}", failure.key, failure.description.trim());
        let pattern = match names.is_empty() {
            true => String::new(),
            false => format!(" {{ {} }}", names.join(", ")),
        };
        let bound = match (failure.status(), fields.is_empty()) {
            (None, _) => " { status, .. }",
            (Some(_), true) => "",
            (Some(_), false) => " { .. }",
        };
        self.errors.push(ErrorVariant {
            key: failure.key.clone(),
            pointer,
            documentation: text,
            fields: match fields.is_empty() {
                true => String::new(),
                false => format!(" {{ {} }}", fields.join(", ")),
            },
            functions: vec![function],
            result: format!("Self::{variant}{pattern} => {response}({status}, {body}{headers}),"),
            code: format!("Self::{variant}{bound} => {code},"),
            variant,
        });
    }

    /// Writes the enum of the errors of all operations.
    pub(super) fn write_errors(&mut self) {
        if self.errors.is_empty() {
            return;
        }
        self.errors.sort_by(|one, other| one.key.cmp(&other.key));
        let name = &self.errors_name;
        let text = |part: fn(&ErrorVariant) -> &str| -> String {
            self.errors.iter().map(part).collect::<Vec<_>>().join("\n")
        };
        let definition = |ErrorVariant { documentation, functions, variant, fields, .. }: &_| {
            let functions: Vec<_> = functions.iter().map(|name| format!("`{name}`")).collect();
            let text = format!("{documentation}\n\nSent by {}.", functions.join(", "));
            format!("{}{variant}{fields},", doc_comment(&text))
        };
        let definitions = self.errors.iter().map(definition).collect::<Vec<_>>().join("\n");
        let (results, codes) = (text(|error| &error.result), text(|error| &error.code));
        let _ = write!(
            self.items,
            "/// An error response that the contract documents. An operation sends only those that it
            /// documents itself.
            #[derive(Clone, Debug, PartialEq)]
            pub enum {name} {{ {definitions} }}

            impl HttpErrorResponse for {name} {{
                fn to_result(self) -> Result<Response<Body>, HttpError> {{
                    match self {{ {results} }}
                }}

                fn status_code(&self) -> StatusCode {{
                    match self {{ {codes} }}
                }}
            }}\n\n"
        );
    }
}

/// The source of a response's fields, and of its conversion to HTTP.
struct Parts {
    fields: Vec<String>,
    /// The names of the fields.
    names: Vec<&'static str>,
    /// The function of the runtime that builds the response, and its arguments.
    function: &'static str,
    body: &'static str,
    headers: &'static str,
    status: String,
    /// The expression of the status code.
    code: String,
}

fn parts(response: &DocumentedResponse, is_streamed: bool) -> Parts {
    let (mut fields, mut names) = (Vec::new(), Vec::new());
    let (status, code) = match response.status() {
        Some(status) => (status.to_string(), status_constant(status)),
        None => {
            fields.push("status: dropshot::ErrorStatusCode".to_owned());
            names.push("status");
            ("status.as_u16()".to_owned(), "status.as_status()".to_owned())
        }
    };
    let (function, body) = match &response.body {
        ResponseBody::None => ("empty_response", ""),
        ResponseBody::Bytes => {
            fields.push("body: Body".to_owned());
            ("bytes_response", "body, ")
        }
        ResponseBody::Json { ty, .. } if is_streamed => {
            fields.push(format!("body: Json<{ty}>"));
            ("json_stream_response", "body, ")
        }
        ResponseBody::Json { ty, .. } => {
            fields.push(format!("body: {ty}"));
            ("json_response", "&body, ")
        }
    };
    if !body.is_empty() {
        names.push("body");
    }
    if let Some(headers) = &response.headers {
        fields.push(format!("headers: {headers}"));
        names.push("headers");
    }
    let headers = if response.headers.is_some() { "&headers" } else { "&()" };
    Parts { fields, names, function, body, headers, status, code }
}

/// Returns the constant of a status.
fn status_constant(status: u16) -> String {
    let known = http::StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason());
    match known {
        // The constant is not named after the reason phrase, which has an apostrophe.
        Some("I'm a teapot") => "StatusCode::IM_A_TEAPOT".to_owned(),
        Some(reason) => format!("StatusCode::{}", reason.to_snake_case().to_uppercase()),
        None => format!("StatusCode::from_u16({status}).unwrap_or_default()"),
    }
}
