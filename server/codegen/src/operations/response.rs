//! The response enum of an operation, with one variant per documented status.

use std::fmt::Write as _;

use heck::ToSnakeCase;
use serde_json::Map;

use super::documented::{ANY_MEDIA_TYPE, DocumentedResponse, ResponseBody, json_content};
use super::generator::{Operation, OperationGenerator};
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
        let name = self.types.claim_name(&location, &format!("{}Response", operation.prefix));
        self.write_response_enum(operation, &name, &documented, success);
        Some(format!("Result<{name}, {error}>"))
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

    /// Writes the enum of the documented responses.
    fn write_response_enum(
        &mut self,
        operation: &Operation<'b>,
        name: &str,
        responses: &[DocumentedResponse],
        success: &DocumentedResponse,
    ) {
        let (mut variants, mut results, mut codes) = (String::new(), String::new(), String::new());
        let mut derives = "#[derive(Clone, Debug, PartialEq)]";
        for response in responses {
            let DocumentedResponse { key, variant, description, headers, .. } = response;
            variants += &doc_comment(&format!("{key}: {}", description.trim()));
            let (mut fields, mut names) = (String::new(), Vec::new());
            let (status, code) = match response.status() {
                Some(status) => (status.to_string(), status_constant(status)),
                None => {
                    fields += "status: dropshot::ErrorStatusCode, ";
                    names.push("status");
                    ("status.as_u16()".to_owned(), "status.as_status()".to_owned())
                }
            };
            let (function, body) = match &response.body {
                ResponseBody::None => ("empty_response", ""),
                ResponseBody::Bytes => {
                    // A stream of bytes can neither be compared nor copied.
                    derives = "#[derive(Debug)]";
                    fields += "body: Body, ";
                    ("bytes_response", "body, ")
                }
                ResponseBody::Json { ty, .. } => {
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
            let bound = match (response.status(), fields.is_empty()) {
                (None, _) => " { status, .. }",
                (Some(_), true) => "",
                (Some(_), false) => " { .. }",
            };
            let _ = write!(codes, "Self::{variant}{bound} => {code},");
        }
        let dropshot_type = match &success.body {
            ResponseBody::Json { ty, .. } => format!("HttpResponseOk<{ty}>"),
            ResponseBody::Bytes => "HttpResponseOk<dropshot::FreeformBody>".to_owned(),
            ResponseBody::None => "dropshot::HttpResponseUpdatedNoContent".to_owned(),
        };
        let dropshot_type = match &success.headers {
            Some(headers) => format!("HttpResponseHeaders<{dropshot_type}, {headers}>"),
            None => dropshot_type,
        };
        let status = success.status().unwrap_or_default();
        let description = literal(success.description.trim());
        let function = &operation.function;
        let _ = write!(
            self.items,
            "/// Response of `{function}`, with one variant per documented status.
            {derives}
            pub enum {name} {{ {variants} }}

            impl HttpResponse for {name} {{
                fn to_result(self) -> Result<Response<Body>, HttpError> {{
                    match self {{ {results} }}
                }}

                fn response_metadata() -> ApiEndpointResponse {{
                    metadata::<{dropshot_type}>({status}, {description})
                }}

                fn status_code(&self) -> StatusCode {{
                    match self {{ {codes} }}
                }}
            }}\n\n"
        );
    }
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
