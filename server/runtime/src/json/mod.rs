//! Reads JSON bodies and text parameters, with errors that name the field and suggest a fix.
//!
//! serde_json's own errors are text: they give the line, but neither the field nor the fields that
//! would be valid. A body is therefore parsed into a tree of values first, and the tree is
//! deserialised with an error type that keeps those facts.

mod deserializer;
mod error;
mod invalid_request;
mod value;

use serde::de::DeserializeOwned;

use value::JsonValue;

pub use invalid_request::{InvalidRequest, InvalidRequestKind};

/// Reads a value from a JSON request body.
///
/// ```
/// use agenthuman_server_runtime::json::{self, InvalidRequestKind};
///
/// #[derive(Debug, PartialEq, serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct Book {
///     title: String,
/// }
///
/// let book: Book = json::from_slice(br#"{"title": "Emma"}"#).unwrap();
/// assert_eq!(book, Book { title: "Emma".to_owned() });
///
/// let error = json::from_slice::<Book>(br#"{"titel": "Emma"}"#).unwrap_err();
/// assert_eq!(error.kind, InvalidRequestKind::UnknownField);
/// assert_eq!(error.message, "unknown field `titel`");
/// assert_eq!(error.suggestion.as_deref(), Some("Did you mean `title`?"));
/// ```
///
/// # Errors
///
/// An empty body, a body that is not JSON or not a value of `T`, a field that is unknown (where `T`
/// denies unknown fields), missing, or present more than once.
pub fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, InvalidRequest> {
    let invalid_body = |message: String, suggestion: &str| InvalidRequest {
        kind: InvalidRequestKind::Body,
        field: None,
        message,
        suggestion: Some(suggestion.to_owned()),
    };
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(invalid_body("the request has no body".to_owned(), "Send a JSON object"));
    }
    let value: JsonValue = serde_json::from_slice(body).map_err(|error| {
        invalid_body(
            format!("the request body is not valid JSON: {error}"),
            "Send one JSON object in UTF-8",
        )
    })?;
    T::deserialize(value).map_err(|error| error.into_invalid_request("the request body"))
}

/// Reads a struct from parameters that arrived as text, given as pairs of name and text.
///
/// Text is parsed where a number or a boolean is expected. A field that is an `Option` may be
/// missing.
///
/// ```
/// use agenthuman_server_runtime::json;
///
/// #[derive(serde::Deserialize)]
/// struct Page {
///     limit: u32,
///     after: Option<String>,
/// }
///
/// let query = [("limit".to_owned(), "7".to_owned())];
/// let page: Page = json::from_texts(query).unwrap();
/// assert_eq!((page.limit, page.after), (7, None));
/// ```
///
/// # Errors
///
/// A parameter that is unknown (where `T` denies unknown fields), missing, invalid, or present more
/// than once.
pub fn from_texts<T: DeserializeOwned>(
    parameters: impl IntoIterator<Item = (String, String)>,
) -> Result<T, InvalidRequest> {
    let members =
        parameters.into_iter().map(|(name, text)| (name, JsonValue::Text(text))).collect();
    T::deserialize(JsonValue::Object(members))
        .map_err(|error| error.into_invalid_request("the request"))
}
