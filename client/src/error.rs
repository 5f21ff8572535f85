//! The one error of this crate.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Map, Value};

use crate::generated::types::ErrorResponse;

/// Why a call failed.
///
/// [`Error::kind`] says which sort of failure it is; the other methods answer what is known of it.
/// The API key is in none of them.
#[derive(Debug)]
pub struct Error {
    // An error is the rare case: it should not make every `Result` large.
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    kind: ErrorKind,
    message: String,
    suggestion: Option<String>,
    code: Option<String>,
    details: Option<Map<String, Value>>,
    status: Option<StatusCode>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The sort of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built: a missing or malformed key or base URL.
    Configuration,
    /// The request is not acceptable: refused before it was sent, or by the server (400, 413, 415).
    InvalidRequest,
    /// The key is missing, unknown or revoked (401, 403).
    Authentication,
    /// The account has no such link (404).
    NotFound,
    /// The key has used up its requests for now (429).
    RateLimited,
    /// The server failed (5xx).
    Server,
    /// No answer in time.
    Timeout,
    /// The server could not be reached, or the connection broke.
    Connection,
    /// An answer that the contract does not know.
    UnexpectedResponse,
}

impl Error {
    /// The sort of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// What went wrong, for people.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// How to mend the request, where the server says so.
    pub fn suggestion(&self) -> Option<&str> {
        self.inner.suggestion.as_deref()
    }

    /// The machine-readable code, where the server gives one, for example `LINK_NOT_FOUND`.
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// More about the failure, where the server says more; `field` names the field it is about.
    pub fn details(&self) -> Option<&Map<String, Value>> {
        self.inner.details.as_ref()
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.inner.status.map(|status| status.as_u16())
    }

    /// What names the answer in the server's log.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// How long to wait before the next attempt, where the server says so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            inner: Box::new(Inner {
                kind,
                message: message.into(),
                suggestion: None,
                code: None,
                details: None,
                status: None,
                request_id: None,
                retry_after: None,
                source: None,
            }),
        }
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn invalid_argument(field: &str, problem: &str) -> Self {
        let mut error = Error::new(ErrorKind::InvalidRequest, format!("`{field}`: {problem}"));
        error.inner.details = Some(Map::from_iter([("field".to_owned(), field.into())]));
        error
    }

    pub(crate) fn nothing_to_change() -> Self {
        Error::new(ErrorKind::InvalidRequest, "nothing to change: no field is set or cleared")
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.inner.source = Some(Box::new(source));
        self
    }

    fn answered(mut self, status: StatusCode, headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        self.inner.status = Some(status);
        self.inner.request_id = text("x-request-id").map(str::to_owned);
        self.inner.retry_after =
            text("retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs);
        self
    }

    pub(crate) fn from_generated(error: progenitor_client::Error<ErrorResponse>) -> Self {
        use progenitor_client::Error as Generated;
        match error {
            Generated::ErrorResponse(response) => {
                let (status, headers) = (response.status(), response.headers().clone());
                refused(status, response.into_inner()).answered(status, &headers)
            }
            Generated::UnexpectedResponse(response) => {
                let status = response.status();
                let message = format!(
                    "the server answered {status} in a way that the contract does not know"
                );
                Error::new(kind_of(status), message).answered(status, response.headers())
            }
            Generated::InvalidResponsePayload(_, error) => {
                let message = "the server's answer is not what the contract says";
                Error::new(ErrorKind::UnexpectedResponse, message).caused_by(error)
            }
            Generated::InvalidRequest(problem) => Error::new(ErrorKind::InvalidRequest, problem),
            Generated::CommunicationError(error)
            | Generated::ResponseBodyError(error)
            | Generated::InvalidUpgrade(error) => {
                let (kind, message) = if error.is_timeout() {
                    (ErrorKind::Timeout, "no answer in time")
                } else if error.is_builder() {
                    (ErrorKind::InvalidRequest, "the request cannot be built")
                } else {
                    (
                        ErrorKind::Connection,
                        "the server could not be reached, or the connection broke",
                    )
                };
                // The URL holds nothing secret, but it is the caller's to log.
                Error::new(kind, message).caused_by(error.without_url())
            }
            Generated::Custom(problem) => Error::new(ErrorKind::UnexpectedResponse, problem),
        }
    }
}

/// The error that a refusal of the server means. Its shape is read from the JSON: the message is a
/// string, or is found beside its suggestion, code and details.
fn refused(status: StatusCode, body: ErrorResponse) -> Error {
    let body = serde_json::to_value(body).unwrap_or_default();
    let error = &body["error"];
    let text = |name: &str| error[name].as_str().map(str::to_owned);
    let message = error.as_str().map(str::to_owned).or_else(|| text("message"));
    let mut refused = Error::new(kind_of(status), message.unwrap_or_else(|| status.to_string()));
    refused.inner.suggestion = text("suggestion");
    refused.inner.code = text("code");
    refused.inner.details = error["details"].as_object().cloned();
    refused
}

fn kind_of(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        401 | 403 => ErrorKind::Authentication,
        404 => ErrorKind::NotFound,
        429 => ErrorKind::RateLimited,
        400..=499 => ErrorKind::InvalidRequest,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::UnexpectedResponse,
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.inner.message)?;
        if let Some(status) = self.inner.status {
            write!(formatter, " ({})", status.as_u16())?;
        }
        match &self.inner.suggestion {
            Some(suggestion) => write!(formatter, ": {suggestion}"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
