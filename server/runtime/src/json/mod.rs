//! Reads JSON bodies and text parameters, with errors that name the field and suggest a fix.
//!
//! serde_json's own errors are text: they give the line, but neither the field nor the fields that
//! would be valid. serde_json therefore only checks the syntax of a body and splits it into raw values.
//! They are deserialised here, with an error type that keeps those facts.

mod access;
mod attempts;
mod deserializer;
mod error;
mod invalid_request;
mod number;
mod state;
mod value;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

use serde_json::value::RawValue;

use deserializer::Source;
use state::State;

pub(crate) use attempts::UNKNOWN_FIELDS;
pub use invalid_request::{InvalidRequest, InvalidRequestKind};

/// Byte order marks of UTF-8 and UTF-16. JSON texts must not begin with one (RFC 8259 §8.1).
const BYTE_ORDER_MARKS: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe"];

/// Reads a value from a JSON request body.
///
/// An integer is recognised by its digits: `100.0` and `1e2` are the integer 100, and
/// `9007199254740990.5` is none.
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
    if BYTE_ORDER_MARKS.iter().any(|mark| body.starts_with(mark)) {
        return Err(InvalidRequest::body(
            "the request body begins with a byte order mark".to_owned(),
            "Send one JSON object in UTF-8 without a byte order mark",
        ));
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        let message = "the request has no body".to_owned();
        return Err(InvalidRequest::body(message, "Send a JSON object"));
    }
    let body: &RawValue = serde_json::from_slice(body)
        .map_err(|error| InvalidRequest::invalid_json("", &error.to_string()))?;
    T::deserialize(Source::body(body, &State::default()))
        .map_err(|error| error.into_invalid_request("the request body"))
}

/// Reads a value from the JSON that another deserialiser holds.
pub(crate) fn from_deserializer<'de, T: DeserializeOwned, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = serde_json::Value::deserialize(deserializer)?.to_string();
    let value: &RawValue = serde_json::from_str(&text).map_err(D::Error::custom)?;
    T::deserialize(Source::body(value, &State::default()))
        .map_err(|error| D::Error::custom(error.into_invalid_request("the value").message))
}

/// Returns the text of an error without its position, which is of no use if only a part of the body was
/// read.
fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).unwrap_or(&text).to_owned()
}

/// Reads a struct from parameters that arrived as text, given as pairs of name and text.
///
/// Text is parsed where a number or a boolean is expected. An integer has only digits, after a minus
/// sign if it is negative: `+5`, `1.0`, `007` and ` 5` are invalid. A field that is an `Option` may be
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
    let texts = parameters.into_iter().collect();
    T::deserialize(Source::texts(texts, &State::default()))
        .map_err(|error| error.into_invalid_request("the request"))
}

/// Reads a struct from the text of a form (`application/x-www-form-urlencoded`).
///
/// # Errors
///
/// See [`from_texts`].
pub fn from_form<T: DeserializeOwned>(text: &[u8]) -> Result<T, InvalidRequest> {
    from_texts(form_urlencoded::parse(text).into_owned())
}
