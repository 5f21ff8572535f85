//! Interceptors: the hook for what every request of a larger program needs.
//!
//! The middleware of `tower` and `reqwest-middleware` was rejected: it would wrap the retries or be
//! wrapped by them as a whole, and its types would be part of this crate's public API.

use std::fmt::Debug;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use reqwest::Request;

use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::raw_response::RawResponse;

/// Changes the headers of requests and observes responses. See
/// [`ClientBuilder::interceptor`](crate::ClientBuilder::interceptor).
///
/// Its methods are called for each attempt, inside the attempt's [`tracing`] span. They should return
/// quickly, because the call waits for them.
///
/// This interceptor propagates a trace context. A program that uses OpenTelemetry computes the value
/// with its `TextMapPropagator` from the context of `tracing::Span::current()`.
///
/// ```
/// use agenthuman_links::{Attempt, AttemptOutcome, Client, Interceptor};
///
/// #[derive(Debug)]
/// struct Telemetry;
///
/// impl Interceptor for Telemetry {
///     fn before_attempt(&self, attempt: &mut Attempt<'_>) {
///         let context = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
///         attempt.set_header("traceparent", context).expect("the value has hexadecimal digits only");
///     }
///
///     fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
///         println!(
///             "{} attempt {}: {:?} after {:?}",
///             outcome.operation_id(),
///             outcome.number(),
///             outcome.status(),
///             outcome.duration(),
///         );
///     }
/// }
///
/// # fn main() -> Result<(), agenthuman_links::Error> {
/// let client = Client::builder().api_key("ah_test_…").interceptor(Telemetry);
/// # Ok(())
/// # }
/// ```
pub trait Interceptor: Debug + Send + Sync {
    /// Is called before an attempt is sent.
    fn before_attempt(&self, attempt: &mut Attempt<'_>) {
        let _ = attempt;
    }

    /// Is called after an attempt has got a response or has failed.
    fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
        let _ = outcome;
    }
}

/// A request that is about to be sent.
#[derive(Debug)]
pub struct Attempt<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) number: u32,
    pub(crate) request: &'a mut Request,
}

impl Attempt<'_> {
    /// Returns the `operationId` of the contract.
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the path template of the contract, with its parameters in braces.
    pub fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of the attempt, which is 1 for the first one.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the method.
    pub fn method(&self) -> &str {
        self.request.method().as_str()
    }

    /// Returns the URL with its query.
    pub fn url(&self) -> &str {
        self.request.url().as_str()
    }

    /// Returns a header by its case-insensitive name; `None` if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// Sets a header.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the name or the value is not allowed in a header.
    pub fn set_header(&mut self, name: &str, value: &str) -> Result<()> {
        let invalid =
            || Error::invalid_request(format!("invalid value or name of header `{name}`"));
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?;
        let value = HeaderValue::from_str(value).map_err(|_| invalid())?;
        self.request.headers_mut().insert(header, value);
        Ok(())
    }
}

/// The outcome of an attempt.
#[derive(Debug)]
pub struct AttemptOutcome<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) number: u32,
    pub(crate) duration: Duration,
    pub(crate) response: Result<&'a RawResponse, &'a reqwest::Error>,
}

impl AttemptOutcome<'_> {
    /// Returns the `operationId` of the contract.
    pub fn operation_id(&self) -> &'static str {
        self.operation.id
    }

    /// Returns the path template of the contract, with its parameters in braces.
    pub fn path_template(&self) -> &'static str {
        self.operation.path
    }

    /// Returns the number of the attempt, which is 1 for the first one.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the time from sending the request to the end of the response.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the HTTP status, if there was a response.
    pub fn status(&self) -> Option<u16> {
        self.response.ok().map(|response| response.status.as_u16())
    }

    /// Returns a response header by its case-insensitive name; `None` if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.ok()?.headers.get(name)?.to_str().ok()
    }

    /// Returns the kind of failure if there was no response.
    pub fn failure(&self) -> Option<ErrorKind> {
        self.response.err().map(ErrorKind::of_failed_request)
    }
}
