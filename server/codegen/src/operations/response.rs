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
        let variants: String = responses.iter().map(variant).collect();
        let conversions: String = responses.iter().map(conversion_arm).collect();
        let statuses: String = responses.iter().map(status_arm).collect();
        // A stream of bytes can neither be compared nor copied.
        let has_bytes = responses.iter().any(|one| matches!(one.body, ResponseBody::Bytes));
        let derives = if has_bytes { "Debug" } else { "Clone, Debug, PartialEq" };
        let dropshot_type = dropshot_type(success);
        let status = success.status().unwrap_or_default();
        let description = literal(success.description.trim());
        let function = &operation.function;
        let _ = write!(
            self.items,
            "/// Response of `{function}`, with one variant per documented status.
            #[derive({derives})]
            pub enum {name} {{ {variants} }}

            impl HttpResponse for {name} {{
                fn to_result(self) -> Result<Response<Body>, HttpError> {{
                    match self {{ {conversions} }}
                }}

                fn response_metadata() -> ApiEndpointResponse {{
                    metadata::<{dropshot_type}>({status}, {description})
                }}

                fn status_code(&self) -> StatusCode {{
                    match self {{ {statuses} }}
                }}
            }}\n\n"
        );
    }
}

/// Returns the fields of a response's variant, each with its name and type.
fn fields(response: &DocumentedResponse) -> Vec<(&'static str, &str)> {
    let mut fields = Vec::new();
    if response.status().is_none() {
        fields.push(("status", "dropshot::ErrorStatusCode"));
    }
    match &response.body {
        ResponseBody::None => {}
        ResponseBody::Bytes => fields.push(("body", "Body")),
        ResponseBody::Json { ty, .. } => fields.push(("body", ty)),
    }
    fields.extend(response.headers.as_deref().map(|headers| ("headers", headers)));
    fields
}

/// Returns the declaration of a response's variant.
fn variant(response: &DocumentedResponse) -> String {
    let DocumentedResponse { key, variant, description, .. } = response;
    let docs = doc_comment(&format!("{key}: {}", description.trim()));
    let fields = fields(response).into_iter().map(|(name, ty)| format!("{name}: {ty}"));
    match fields.collect::<Vec<_>>().as_slice() {
        [] => format!("{docs}{variant},\n"),
        fields => format!("{docs}{variant} {{ {} }},\n", fields.join(", ")),
    }
}

/// Returns the arm that converts a response to HTTP.
fn conversion_arm(response: &DocumentedResponse) -> String {
    let variant = &response.variant;
    let names: Vec<_> = fields(response).into_iter().map(|(name, _)| name).collect();
    let pattern = match names.as_slice() {
        [] => String::new(),
        names => format!(" {{ {} }}", names.join(", ")),
    };
    let status = match response.status() {
        Some(status) => status.to_string(),
        None => "status.as_u16()".to_owned(),
    };
    let headers = if response.headers.is_some() { "&headers" } else { "&()" };
    let call = match &response.body {
        ResponseBody::None => format!("empty_response({status}, {headers})"),
        ResponseBody::Bytes => format!("bytes_response({status}, body, {headers})"),
        ResponseBody::Json { .. } => format!("json_response({status}, &body, {headers})"),
    };
    format!("Self::{variant}{pattern} => {call},")
}

/// Returns the arm that gives the status of a response.
fn status_arm(response: &DocumentedResponse) -> String {
    let variant = &response.variant;
    match response.status() {
        None => format!("Self::{variant} {{ status, .. }} => status.as_status(),"),
        Some(status) => {
            let pattern = if fields(response).is_empty() { "" } else { " { .. }" };
            format!("Self::{variant}{pattern} => {},", status_constant(status))
        }
    }
}

/// Returns the type of Dropshot whose metadata is like that of a successful response.
fn dropshot_type(success: &DocumentedResponse) -> String {
    let ty = match &success.body {
        ResponseBody::Json { ty, .. } => format!("HttpResponseOk<{ty}>"),
        ResponseBody::Bytes => "HttpResponseOk<dropshot::FreeformBody>".to_owned(),
        ResponseBody::None => "dropshot::HttpResponseUpdatedNoContent".to_owned(),
    };
    match &success.headers {
        Some(headers) => format!("HttpResponseHeaders<{ty}, {headers}>"),
        None => ty,
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
