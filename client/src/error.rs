//! The error type of this crate.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value};

use crate::deadline::{DeadlineCause, DeadlineExceeded};
use crate::error_body::ErrorBody;
use crate::rate_limit_headers::RateLimit;
use crate::raw_response::{BodyEnd, MAX_BODY_BYTES, REQUEST_ID, RawResponse};
use crate::retry;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The replacement of the API key in texts.
const REDACTED: &str = "(redacted)";

/// The greatest length of a message of the server, in characters; the rest is cut off.
const MESSAGE_MAX_CHARS: usize = 2000;

/// The shortest API key that is redacted. A shorter text is not a secret, and many texts contain it.
const REDACTED_MIN_BYTES: usize = 8;

/// The error of a failed call or of an invalid configuration.
///
/// Match on [`Error::kind`]; the other methods return the details of the failure. An error displays as
/// one line, and [`source`](StdError::source) returns its cause. It never contains the API key.
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
    headers: HeaderMap,
    retry_after: Option<Duration>,
    rate_limit: Option<RateLimit>,
    attempts: u32,
    deadline_exceeded: Option<DeadlineExceeded>,
    body: Option<Bytes>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration of the client is invalid: a missing or malformed API key or base URL.
    Configuration,
    /// The request is invalid: the client did not send it, or the server rejected it (400, 413, 415
    /// and other 4xx).
    InvalidRequest,
    /// The API key is missing, unknown or revoked (401), or lacks a permission (403).
    Authentication,
    /// The resource does not exist, or belongs to another account (404).
    NotFound,
    /// The rate limit of the API key is exceeded (429), and waiting would exceed the deadline.
    RateLimited,
    /// The server failed (5xx).
    Server,
    /// There was no response in time, or the server did not receive the request in time (408).
    Timeout,
    /// The client failed to connect, or the connection broke.
    Connection,
    /// The response does not conform to the contract.
    UnexpectedResponse,
}

impl Display for ErrorKind {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ErrorKind::Configuration => "configuration",
            ErrorKind::InvalidRequest => "invalid request",
            ErrorKind::Authentication => "authentication",
            ErrorKind::NotFound => "not found",
            ErrorKind::RateLimited => "rate limited",
            ErrorKind::Server => "server",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Connection => "connection",
            ErrorKind::UnexpectedResponse => "unexpected response",
        })
    }
}

impl Error {
    /// Returns the kind of the failure.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Returns the message, written for people.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// Returns the server's suggestion for fixing the request.
    pub fn suggestion(&self) -> Option<&str> {
        self.inner.suggestion.as_deref()
    }

    /// Returns the machine-readable code of the server's error. The contract lists the codes.
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// Returns the details of the server's error; `field` is the name of the rejected field.
    pub fn details(&self) -> Option<&Map<String, Value>> {
        self.inner.details.as_ref()
    }

    /// Returns the HTTP status, if there was a response.
    pub fn status(&self) -> Option<u16> {
        self.inner.status.map(|status| status.as_u16())
    }

    /// Returns the id of the response in the server's log. Quote it in support requests.
    pub fn request_id(&self) -> Option<&str> {
        self.header(REQUEST_ID)
    }

    /// Returns a response header by its case-insensitive name; `None` if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.inner.headers.get(name)?.to_str().ok()
    }

    /// Returns true if the failure is transient, so that the same request can succeed later: an
    /// exceeded rate limit, a broken connection, a timeout, or a status that [`RetryPolicy`] retries.
    ///
    /// [`RetryPolicy`]: crate::RetryPolicy
    pub fn is_transient(&self) -> bool {
        // Without a complete response there is no status to decide on.
        matches!(self.kind(), ErrorKind::RateLimited | ErrorKind::Timeout | ErrorKind::Connection)
            || self.inner.status.is_some_and(retry::is_transient_status)
    }

    /// Returns the wait before the next attempt that the server asks for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// Returns the rate limit that the response reports.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.inner.rate_limit
    }

    /// Returns the number of times that the request was sent; 0 if the client rejected it.
    ///
    /// If a `DELETE` fails with [`ErrorKind::NotFound`] after more than one attempt, an earlier attempt
    /// may have deleted the resource: the server may have carried it out, and its response was lost.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// Returns the body of the response, if there was one: that of an error response, or one that
    /// does not conform to the contract, for example the HTML of a proxy.
    pub fn body(&self) -> Option<&[u8]> {
        self.inner.body.as_deref()
    }

    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            inner: Box::new(Inner {
                kind,
                message: shorten(message.into()),
                suggestion: None,
                code: None,
                details: None,
                status: None,
                headers: HeaderMap::new(),
                retry_after: None,
                rate_limit: None,
                attempts: 0,
                deadline_exceeded: None,
                body: None,
                source: None,
            }),
        }
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::InvalidRequest, message)
    }

    pub(crate) fn invalid_argument(field: &str, problem: &str) -> Self {
        let mut error = Error::invalid_request(format!("`{field}`: {problem}"));
        error.inner.details = Some(Map::from_iter([("field".to_owned(), field.into())]));
        error
    }

    pub(crate) fn empty_body() -> Self {
        Error::invalid_request("nothing to change: no field is set or cleared")
    }

    /// Returns the error of a page that has its own cursor as the cursor of the next page.
    pub(crate) fn repeated_cursor() -> Self {
        let message = "the page has its own cursor as the cursor of the next page";
        Error::new(ErrorKind::UnexpectedResponse, message)
    }

    /// Returns the error of a request that was not sent before its deadline.
    pub(crate) fn not_sent(deadline_exceeded: Option<DeadlineExceeded>) -> Self {
        match deadline_exceeded.map(|exceeded| exceeded.cause) {
            Some(DeadlineCause::Wait(wait)) => {
                let mut error = Error::new(ErrorKind::RateLimited, "rate limit exceeded");
                error.inner.retry_after = Some(wait);
                error
            }
            Some(DeadlineCause::NoResponse) | None => {
                let message = "request not sent: no response to earlier requests in time";
                Error::new(ErrorKind::Timeout, message)
            }
        }
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.inner.source = Some(Box::new(source));
        self
    }

    /// Adds the progress of the call.
    pub(crate) fn with_progress(
        mut self,
        attempts: u32,
        deadline_exceeded: Option<DeadlineExceeded>,
    ) -> Self {
        self.inner.attempts = attempts;
        self.inner.deadline_exceeded = deadline_exceeded;
        self
    }

    /// Redacts the API key: some proxies repeat the request in their response.
    pub(crate) fn redacted(mut self, key: &HeaderValue) -> Self {
        let key = key.to_str().unwrap_or_default();
        if key.len() < REDACTED_MIN_BYTES {
            return self;
        }
        let redact = |text: &mut String| {
            if text.contains(key) {
                *text = text.replace(key, REDACTED);
            }
        };
        let inner = &mut *self.inner;
        redact(&mut inner.message);
        inner.suggestion.iter_mut().for_each(redact);
        inner.code.iter_mut().for_each(redact);
        if let Some(details) = &mut inner.details
            && Value::Object(details.clone()).to_string().contains(key)
        {
            *details = Map::from_iter([(REDACTED.to_owned(), Value::Null)]);
        }
        let has_key = |bytes: &[u8]| bytes.windows(key.len()).any(|one| one == key.as_bytes());
        for value in inner.headers.values_mut().filter(|value| has_key(value.as_bytes())) {
            *value = HeaderValue::from_static(REDACTED);
        }
        if let Some(body) = inner.body.take_if(|body| has_key(body)) {
            let text = String::from_utf8_lossy(&body).replace(key, REDACTED);
            inner.body = Some(text.into_bytes().into());
        }
        inner.source.take_if(|source| format!("{source:?}").contains(key));
        self
    }

    /// Returns the error of a request that got no response.
    pub(crate) fn no_response(error: reqwest::Error) -> Self {
        let (kind, message) = if error.is_timeout() {
            (ErrorKind::Timeout, "no response in time")
        } else if error.is_builder() {
            (ErrorKind::InvalidRequest, "failed to build the request")
        } else {
            (ErrorKind::Connection, "failed to connect to the server, or the connection broke")
        };
        // Path parameters are data of the application, which decides whether to log them.
        Error::new(kind, message).with_source(error.without_url())
    }

    fn documented(kind: ErrorKind, body: ErrorBody) -> Self {
        let ErrorBody { message, suggestion, code, details } = body;
        let mut error = Error::new(kind, message);
        error.inner.suggestion = suggestion.map(shorten);
        error.inner.code = code.map(shorten);
        error.inner.details = details;
        error
    }

    /// Returns the error of a response that is an error or does not conform to the contract.
    ///
    /// `cause` is the error of parsing the body.
    pub(crate) fn from_response(response: &RawResponse, cause: Option<serde_json::Error>) -> Self {
        let status = response.status;
        let is_error = status.is_client_error() || status.is_server_error();
        let documented = if is_error { ErrorBody::parse(&response.body) } else { None };
        let is_documented = documented.is_some();
        let kind = match &response.body_end {
            BodyEnd::Broken(error) if status.is_success() && error.is_timeout() => {
                ErrorKind::Timeout
            }
            BodyEnd::Broken(_) if status.is_success() => ErrorKind::Connection,
            _ => kind_of_status(status),
        };
        let mut error = match documented {
            Some(body) => Error::documented(kind, body),
            None => Error::new(kind, unexpected_response_message(response, cause.is_some())),
        };
        let inner = &mut error.inner;
        inner.status = Some(status);
        inner.headers = response.headers.clone();
        inner.retry_after = response.rate_limit.wait();
        inner.rate_limit = response.rate_limit.rate_limit;
        inner.body = Some(response.body.clone());
        match (&response.body_end, cause) {
            (BodyEnd::Broken(broken), _) => error.with_source(Arc::clone(broken)),
            (_, Some(cause)) if !is_documented => error.with_source(cause),
            _ => error,
        }
    }
}

/// Returns the message for a response that does not conform to the contract.
fn unexpected_response_message(response: &RawResponse, failed_to_parse: bool) -> String {
    let status = response.status;
    match &response.body_end {
        BodyEnd::Complete => {}
        BodyEnd::TooLong => return format!("response body longer than {MAX_BODY_BYTES} bytes"),
        BodyEnd::Broken(error) if error.is_timeout() => {
            return "response not complete in time".to_owned();
        }
        BodyEnd::Broken(_) => return "connection broke in the middle of the response".to_owned(),
    }
    if !response.is_json() {
        let media_type = response.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("?");
        return format!("unexpected content type `{media_type}` of the response {status}");
    }
    if failed_to_parse && status.is_success() {
        return "response body does not conform to the contract".to_owned();
    }
    format!("response {status} does not conform to the contract")
}

fn kind_of_status(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        401 | 403 => ErrorKind::Authentication,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        429 => ErrorKind::RateLimited,
        400..=499 => ErrorKind::InvalidRequest,
        500..=599 => ErrorKind::Server,
        _ => ErrorKind::UnexpectedResponse,
    }
}

/// Cuts a text to [`MESSAGE_MAX_CHARS`] and replaces control characters, so that the text of a server
/// can neither forge a line of a log nor fill it.
fn shorten(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MESSAGE_MAX_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    // Control characters, line and paragraph separators, and bidirectional formatting characters.
    let is_control = |letter: char| {
        letter.is_control() || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(is_control) { text.replace(is_control, " ") } else { text }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.inner.message)?;
        if let Some(status) = self.inner.status {
            write!(formatter, " ({})", status.as_u16())?;
        }
        if let Some(suggestion) = &self.inner.suggestion {
            write!(formatter, ": {suggestion}")?;
        }
        if let Some(DeadlineExceeded { cause: DeadlineCause::Wait(wait), timeout }) =
            self.inner.deadline_exceeded
        {
            let (wait, timeout) = (wait.as_secs_f64(), timeout.as_secs_f64());
            write!(
                formatter,
                "; a wait of {wait:.1} s would exceed the timeout of {timeout:.1} s"
            )?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
