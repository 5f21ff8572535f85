//! The source of one response: a struct, or a variant of an enum.

use heck::ToSnakeCase;

use super::documented::{DocumentedResponse, ResponseBody, sent_media_type};
use super::generator::JSON;
use crate::source::{doc_comment, literal};

/// The source of a response's type, and of its conversion to HTTP.
pub(super) struct Variant {
    pub(super) name: String,
    /// The status and the description.
    pub(super) documentation: String,
    /// The fields with their types.
    pub(super) fields: Vec<String>,
    /// The names of the fields.
    pub(super) names: Vec<&'static str>,
    /// The expression of the HTTP response, in which the fields are variables.
    pub(super) result: String,
    /// The expression of the status code, in which the field `status` is a variable.
    pub(super) code: String,
    /// The attribute with the derived traits.
    pub(super) derives: &'static str,
    has_status: bool,
}

const DERIVES: &str = "#[derive(Clone, Debug, PartialEq)]";

/// A stream of bytes can neither be compared nor copied.
const DERIVES_OF_STREAMS: &str = "#[derive(Debug)]";

impl Variant {
    /// Returns the source of a response. `is_streamed` is true if its JSON may be a stream.
    pub(super) fn new(response: &DocumentedResponse, name: &str, is_streamed: bool) -> Self {
        let (mut fields, mut names) = (Vec::new(), Vec::new());
        let (status, code) = match response.status() {
            Some(status) => (status.to_string(), status_constant(status)),
            None => {
                let (ty, code) = match response.is_error() {
                    true => ("dropshot::ErrorStatusCode", "status.as_status()"),
                    false => ("StatusCode", "status"),
                };
                fields.push(format!("status: {ty}"));
                names.push("status");
                ("status.as_u16()".to_owned(), code.to_owned())
            }
        };
        let is_json = |media_type: &str| media_type == JSON;
        let (ty, function, content) = match &response.body {
            ResponseBody::None => (String::new(), "empty_response", String::new()),
            ResponseBody::Bytes(media_type) => {
                let sent = literal(sent_media_type(media_type));
                ("Body".to_owned(), "content_response", format!("{sent}, body, "))
            }
            ResponseBody::Json { json, .. } if is_streamed => {
                (format!("Json<{}>", json.ty), "json_stream_response", "body, ".to_owned())
            }
            ResponseBody::Json { media_type, json } if is_json(media_type) => {
                (json.ty.clone(), "json_response", "&body, ".to_owned())
            }
            ResponseBody::Json { media_type, json } => {
                let content = format!("{}, json_content(&body)?, ", literal(media_type));
                (json.ty.clone(), "content_response", content)
            }
            ResponseBody::Choice { ty, .. } => (ty.clone(), "choice_response", "body, ".to_owned()),
        };
        let derives = match &response.body {
            ResponseBody::Bytes(_) | ResponseBody::Choice { .. } => DERIVES_OF_STREAMS,
            ResponseBody::Json { .. } if is_streamed => DERIVES_OF_STREAMS,
            _ => DERIVES,
        };
        if !ty.is_empty() {
            fields.push(format!("body: {ty}"));
            names.push("body");
        }
        if let Some(headers) = &response.headers {
            fields.push(format!("headers: {headers}"));
            names.push("headers");
        }
        let headers = if response.headers.is_some() { "&headers" } else { "&()" };
        Variant {
            name: name.to_owned(),
            documentation: format!("{}: {}", response.key, response.description.trim()),
            fields,
            names,
            result: format!("{function}({status}, {content}{headers})"),
            code,
            derives,
            has_status: response.status().is_none(),
        }
    }

    /// Returns the traits that an enum of these variants derives.
    pub(super) fn shared_derives<'v>(
        mut variants: impl Iterator<Item = &'v Variant>,
    ) -> &'static str {
        if variants.all(|variant| variant.derives == DERIVES) {
            DERIVES
        } else {
            DERIVES_OF_STREAMS
        }
    }

    /// Returns the definition of the variant.
    pub(super) fn definition(&self, documentation: &str) -> String {
        let fields = match self.fields.is_empty() {
            true => String::new(),
            false => format!(" {{ {} }}", self.fields.join(", ")),
        };
        format!("{}{}{fields},", doc_comment(documentation), self.name)
    }

    /// Returns the arm that converts the variant to an HTTP response.
    pub(super) fn result_arm(&self) -> String {
        let pattern = match self.names.is_empty() {
            true => String::new(),
            false => format!(" {{ {} }}", self.names.join(", ")),
        };
        format!("Self::{}{pattern} => {},", self.name, self.result)
    }

    /// Returns the arm that returns the status of the variant.
    pub(super) fn code_arm(&self) -> String {
        let pattern = match (self.has_status, self.fields.is_empty()) {
            (true, _) => " { status, .. }",
            (false, true) => "",
            (false, false) => " { .. }",
        };
        // The variable is a reference here.
        let code = if self.code == "status" { "*status" } else { &self.code };
        format!("Self::{}{pattern} => {code},", self.name)
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
