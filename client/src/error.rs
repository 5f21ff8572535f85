//! The error type of this crate.

mod failures;
mod redaction;

use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use crate::deadline::{DeadlineCause, DeadlineExceeded};
use crate::rate_limit_headers::{MAX_WINDOW, RateLimit};
use crate::raw_response::REQUEST_ID;
use crate::retry;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The greatest length of a message of the server, in characters; the rest is cut off.
const MESSAGE_MAX_CHARS: usize = 2000;

/// The error of a failed call or of an invalid configuration.
///
/// Match on [`Error::kind`]; the other methods return the details of the failure. `Display` and `Debug`
/// are one line, and [`source`](StdError::source) returns its cause. It never contains the API key.
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
    /// True if the kind is one of transient failures, but this failure is not.
    is_permanent: bool,
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

    /// Returns the details of the error; `field` is the name of the rejected field. If the client rejects
    /// several arguments, `fields` has all their names.
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
    /// exceeded rate limit, a broken connection, a timeout, or a status that [`RetryPolicy`] retries. A
    /// certificate that is not valid is not transient.
    ///
    /// [`RetryPolicy`]: crate::RetryPolicy
    pub fn is_transient(&self) -> bool {
        if self.inner.is_permanent {
            return false;
        }
        // Without a complete response there is no status to decide on.
        matches!(self.kind(), ErrorKind::RateLimited | ErrorKind::Timeout | ErrorKind::Connection)
            || self.inner.status.is_some_and(retry::is_transient_status)
    }

    /// Returns the wait before the next attempt that the server asks for. It is not bounded, while the
    /// client waits for up to two minutes only.
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

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
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
                is_permanent: false,
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
        Error::invalid_arguments(vec![(field, problem.to_owned())])
    }

    /// Returns the error of arguments that the contract does not allow, with the reason for each.
    pub(crate) fn invalid_arguments(problems: Vec<(&str, String)>) -> Self {
        let texts: Vec<_> =
            problems.iter().map(|(field, problem)| format!("`{field}`: {problem}")).collect();
        let mut error = Error::invalid_request(texts.join("; "));
        let fields: Vec<_> = problems.iter().map(|(field, _)| Value::from(*field)).collect();
        // A server's error has `field` too; it reports one field at a time.
        let field = fields.first().map(|first| ("field".to_owned(), first.clone()));
        let all = (fields.len() > 1).then(|| ("fields".to_owned(), fields.into()));
        error.inner.details = Some(field.into_iter().chain(all).collect());
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
        if let Some(wait) = self.inner.retry_after.filter(|wait| *wait > MAX_WINDOW) {
            let (wait, most) = (wait.as_secs(), MAX_WINDOW.as_secs());
            write!(
                formatter,
                "; the server asks for a wait of {wait} s, which is cut to {most} s"
            )?;
        }
        let Some(DeadlineExceeded { cause, timeout }) = self.inner.deadline_exceeded else {
            return Ok(());
        };
        let timeout = timeout.as_secs_f64();
        match cause {
            DeadlineCause::Wait(wait) => {
                let wait = wait.as_secs_f64();
                write!(
                    formatter,
                    "; a wait of {wait:.1} s would exceed the timeout of {timeout:.1} s"
                )
            }
            DeadlineCause::Passed => write!(formatter, "; the timeout is {timeout:.1} s"),
        }
    }
}

/// Writes the error as one line: the kind, the status and request id of the response, and the message.
impl Debug for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Error({}", self.kind())?;
        if let Some(id) = self.request_id() {
            write!(formatter, ", request id {}", shorten(id.to_owned()))?;
        }
        if self.attempts() > 0 {
            write!(formatter, ", {} attempts", self.attempts())?;
        }
        write!(formatter, "): {self}")?;
        let mut source = self.source();
        while let Some(cause) = source {
            write!(formatter, ": {}", shorten(cause.to_string()))?;
            source = cause.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
