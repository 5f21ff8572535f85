//! The errors of requests that got no response, or one that is an error or malformed.

use std::sync::Arc;

use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use reqwest::Url;

use super::{Error, ErrorKind, shorten};
use crate::deadline::{DeadlineCause, DeadlineExceeded};
use crate::error_body::ErrorBody;
use crate::raw_response::{BodyEnd, MAX_BODY_BYTES, RawResponse};
use crate::retry;

impl ErrorKind {
    /// Returns the kind of failure of a request that got no response.
    pub(crate) fn of_failed_request(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            ErrorKind::Timeout
        } else if error.is_builder() {
            ErrorKind::InvalidRequest
        } else {
            ErrorKind::Connection
        }
    }

    fn of_status(status: StatusCode) -> Self {
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
}

impl Error {
    /// Returns the error of a request that was not sent before its deadline.
    pub(crate) fn not_sent(deadline_exceeded: Option<DeadlineExceeded>) -> Self {
        match deadline_exceeded.map(|exceeded| exceeded.cause) {
            Some(DeadlineCause::Wait(wait)) => {
                let mut error = Error::new(ErrorKind::RateLimited, "rate limit exceeded");
                error.inner.retry_after = Some(wait);
                error
            }
            Some(DeadlineCause::Passed) | None => {
                Error::new(ErrorKind::Timeout, "request not sent before the timeout")
            }
        }
    }

    /// Returns the error of a request that got no response.
    pub(crate) fn no_response(error: reqwest::Error) -> Self {
        let server = error.url().map_or_else(|| "the server".to_owned(), origin);
        let kind = ErrorKind::of_failed_request(&error);
        let is_certificate_error = retry::is_certificate_error(&error);
        let message = match kind {
            ErrorKind::Timeout if error.is_connect() => {
                format!("failed to connect to {server} in time")
            }
            ErrorKind::Timeout => format!("no response from {server} in time"),
            ErrorKind::InvalidRequest => "failed to build the request".to_owned(),
            _ if is_certificate_error => format!("invalid TLS certificate of {server}"),
            _ if error.is_connect() => format!("failed to connect to {server}"),
            _ => format!("connection to {server} broke before a response"),
        };
        // Path parameters are data of the application, which decides whether to log them.
        let mut error = Error::new(kind, message).with_source(error.without_url());
        error.inner.is_permanent = is_certificate_error;
        error
    }

    /// Returns the error of a response that is an error or does not conform to the contract.
    ///
    /// `cause` is the error of parsing the body.
    pub(crate) fn from_response(response: &RawResponse, cause: Option<serde_json::Error>) -> Self {
        let status = response.status;
        let is_error =
            status.is_client_error() || status.is_server_error() || response.is_failure();
        let parse = |parse: fn(&[u8]) -> Option<ErrorBody>| match is_error {
            true => parse(&response.body),
            false => None,
        };
        let documented = parse(ErrorBody::parse);
        let is_documented = documented.is_some();
        let reason = documented.or_else(|| parse(ErrorBody::parse_foreign));
        let kind = match &response.body_end {
            BodyEnd::Broken(error) if status.is_success() && error.is_timeout() => {
                ErrorKind::Timeout
            }
            BodyEnd::Broken(_) if status.is_success() => ErrorKind::Connection,
            _ => ErrorKind::of_status(status),
        };
        let mut error = match reason {
            Some(reason) => Error::with_reason(kind, reason),
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

    fn with_reason(kind: ErrorKind, body: ErrorBody) -> Self {
        let ErrorBody { message, suggestion, code, details } = body;
        let mut error = Error::new(kind, message);
        error.inner.suggestion = suggestion.map(shorten);
        error.inner.code = code.map(shorten);
        error.inner.details = details;
        error
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
    let header = |name| response.headers.get(name).and_then(|value| value.to_str().ok());
    if status.is_redirection()
        && let Some(location) = header(LOCATION)
    {
        return format!("unexpected redirect to `{}`, which is not followed", address(location));
    }
    if !response.is_json() {
        let media_type = header(CONTENT_TYPE).unwrap_or("?");
        return format!("unexpected content type `{media_type}` of the response {status}");
    }
    if failed_to_parse && status.is_success() {
        return "response body does not conform to the contract".to_owned();
    }
    format!("response {status} does not conform to the contract")
}

/// Returns scheme, host and port of a URL. The rest can have data of the application or a password.
fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

/// Returns the address in a header `Location` without user, password, query and fragment, which can
/// have secrets.
fn address(location: &str) -> String {
    match Url::parse(location) {
        Ok(url) => format!("{}{}", origin(&url), url.path()),
        Err(_) => location.split(['?', '#']).next().unwrap_or_default().to_owned(),
    }
}
