//! The one error of this crate.

use std::error::Error as StdError;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Map, Value};

use crate::call::{ANSWER_MAX_BYTES, Answered, End, GivenUp, REQUEST_ID};
use crate::pacing::Late;
use crate::rate_limit::RateLimit;

/// What stands where the API key stood.
const REDACTED: &str = "(redacted)";

/// How much of a server's message is kept.
const MESSAGE_MAX_CHARS: usize = 2000;

/// Why a call failed.
///
/// [`Error::kind`] says which sort of failure it is; the other methods answer what is known of it.
/// It displays as one line, and [`source`](StdError::source) leads to its causes. The API key is
/// nowhere in it.
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
    given_up: Option<GivenUp>,
    body: Option<Bytes>,
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
    /// The key is missing, unknown or revoked (401), or may not do this (403).
    Authentication,
    /// The account has no such link (404).
    NotFound,
    /// The key has used up its requests for now (429), and waiting would pass the deadline.
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

    /// What names the answer in the server's log; quote it when asking for support.
    pub fn request_id(&self) -> Option<&str> {
        self.header(REQUEST_ID)
    }

    /// A header of the answer by its name, whose case is of no matter; `None` where it is missing or
    /// not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.inner.headers.get(name)?.to_str().ok()
    }

    /// Whether the same request may succeed later: the rate limit, a server or a network that fails
    /// for now.
    pub fn is_transient(&self) -> bool {
        match self.kind() {
            ErrorKind::RateLimited | ErrorKind::Timeout | ErrorKind::Connection => true,
            ErrorKind::Server => matches!(self.status(), Some(502..=504)),
            _ => false,
        }
    }

    /// How long to wait before the next attempt, where the server says so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// What the server said about the rate limit.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.inner.rate_limit
    }

    /// How many times the request was sent; 0 where it was refused before.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// The body of the answer, where it was not an error as the contract has it: a proxy's HTML, for
    /// example, or a link with a field missing.
    pub fn body(&self) -> Option<&[u8]> {
        self.inner.body.as_deref()
    }

    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error {
            inner: Box::new(Inner {
                kind,
                message: one_line(message.into()),
                suggestion: None,
                code: None,
                details: None,
                status: None,
                headers: HeaderMap::new(),
                retry_after: None,
                rate_limit: None,
                attempts: 0,
                given_up: None,
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

    pub(crate) fn nothing_to_change() -> Self {
        Error::invalid_request("nothing to change: no field is set or cleared")
    }

    /// The request was not sent: its turn would have come after the deadline.
    pub(crate) fn not_sent(given_up: Option<GivenUp>) -> Self {
        match given_up.map(|given_up| given_up.late) {
            Some(Late::RateLimit(wait)) => {
                let message = "the rate limit is used up for now";
                let mut error = Error::new(ErrorKind::RateLimited, message);
                error.inner.retry_after = Some(wait);
                error
            }
            _ => {
                let message = "not sent: the requests that went ahead were not answered in time";
                Error::new(ErrorKind::Timeout, message)
            }
        }
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.inner.source = Some(Box::new(source));
        self
    }

    pub(crate) fn after(mut self, attempts: u32, given_up: Option<GivenUp>) -> Self {
        self.inner.attempts = attempts;
        self.inner.given_up = given_up;
        self
    }

    /// An answer that repeats the key (some proxies show what they got) must not bring it into a log.
    pub(crate) fn without(mut self, key: &HeaderValue) -> Self {
        let key = key.to_str().unwrap_or_default();
        // A shorter one is no secret, and would be found in every text.
        if key.len() < 8 {
            return self;
        }
        let hide = |text: &mut String| {
            if text.contains(key) {
                *text = text.replace(key, REDACTED);
            }
        };
        let inner = &mut *self.inner;
        hide(&mut inner.message);
        inner.suggestion.iter_mut().for_each(hide);
        inner.code.iter_mut().for_each(hide);
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

    /// There was no answer, or not all of one.
    pub(crate) fn unanswered(error: reqwest::Error) -> Self {
        let (kind, message) = if error.is_timeout() {
            (ErrorKind::Timeout, "no answer in time")
        } else if error.is_builder() {
            (ErrorKind::InvalidRequest, "the request cannot be built")
        } else {
            (ErrorKind::Connection, "the server could not be reached, or the connection broke")
        };
        // The URL holds nothing secret, but it is the caller's to log.
        Error::new(kind, message).caused_by(error.without_url())
    }

    /// The answer is a refusal, or not what the contract says.
    pub(crate) fn answered(answered: &Answered, cause: Option<serde_json::Error>) -> Self {
        let status = answered.status;
        let refusal =
            Some(answered).filter(|_| status.is_client_error() || status.is_server_error());
        let refusal = refusal.and_then(|answered| refusal_of(&answered.body));
        let is_documented = refusal.is_some();
        let mut error = refusal.unwrap_or_else(|| {
            Error::new(ErrorKind::UnexpectedResponse, unexpected(answered, cause.is_some()))
        });
        let inner = &mut error.inner;
        inner.kind = match &answered.end {
            End::Broken(error) if status.is_success() && error.is_timeout() => ErrorKind::Timeout,
            End::Broken(_) if status.is_success() => ErrorKind::Connection,
            _ => kind_of(status),
        };
        inner.status = Some(status);
        inner.headers = answered.headers.clone();
        inner.retry_after = answered.told.wait();
        inner.rate_limit = answered.told.rate_limit;
        inner.body = (!is_documented).then(|| answered.body.clone());
        match (&answered.end, cause) {
            (End::Broken(broken), _) => error.caused_by(Arc::clone(broken)),
            (_, Some(cause)) if !is_documented => error.caused_by(cause),
            _ => error,
        }
    }
}

/// The error that a refusal of the server means, if it has one of the documented shapes: the
/// message is a string, or is found beside its suggestion, code and details.
fn refusal_of(body: &[u8]) -> Option<Error> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let error = body.get("error")?;
    let text = |name: &str| Some(one_line(error.get(name)?.as_str()?.to_owned()));
    let message = error.as_str().map(str::to_owned).or_else(|| text("message"))?;
    let mut refused = Error::new(ErrorKind::Server, message);
    refused.inner.suggestion = text("suggestion");
    refused.inner.code = text("code");
    refused.inner.details = error.get("details").and_then(Value::as_object).cloned();
    Some(refused)
}

/// What is wrong with an answer.
fn unexpected(answered: &Answered, unreadable: bool) -> String {
    let status = answered.status;
    match &answered.end {
        End::Whole => {}
        End::TooLong => return format!("the answer is longer than {ANSWER_MAX_BYTES} bytes"),
        End::Broken(error) if error.is_timeout() => {
            return "the answer was not complete in time".to_owned();
        }
        End::Broken(_) => return "the connection broke in the middle of the answer".to_owned(),
    }
    if !answered.is_json() {
        let kind = answered.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        return format!("the server answered {status} with `{}`, not JSON", kind.unwrap_or("?"));
    }
    if unreadable && status.is_success() {
        return "the server's answer is not what the contract says".to_owned();
    }
    format!("the server answered {status} in a way that the contract does not know")
}

fn kind_of(status: StatusCode) -> ErrorKind {
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

/// What a server says is its own; it must not forge a line of somebody's log, nor fill the disk.
fn one_line(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MESSAGE_MAX_CHARS) {
        text.truncate(end);
        text.push('…');
    }
    // Line and paragraph separators, and what turns the direction of a text.
    let moves = |letter: char| {
        letter.is_control() || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(moves) { text.replace(moves, " ") } else { text }
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
        if let Some(GivenUp { late: Late::RateLimit(wait), timeout }) = self.inner.given_up {
            let (wait, timeout) = (wait.as_secs_f64(), timeout.as_secs_f64());
            write!(
                formatter,
                "; not waiting {wait:.1} s for another attempt: it would pass the deadline of {timeout:.1} s"
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
