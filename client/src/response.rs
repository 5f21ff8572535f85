//! A successful answer, with all that came with it.

use http::{HeaderMap, StatusCode};

use crate::call::{self, Answered};
use crate::rate_limit::RateLimit;

/// The answer to a call, as `send_with_response` returns it: the value, and what came with it.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    rate_limit: Option<RateLimit>,
    attempts: u32,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, answered: Answered, attempts: u32) -> Self {
        Response {
            value,
            status: answered.status,
            headers: answered.headers,
            rate_limit: answered.told.rate_limit,
            attempts,
        }
    }

    /// The value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The value, and nothing else.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// A header by its name, whose case is of no matter; `None` where it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers whose values are text, the names in small letters.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// What names the answer in the server's log; quote it when asking for support.
    pub fn request_id(&self) -> Option<&str> {
        self.header(call::REQUEST_ID)
    }

    /// What the server said about the rate limit.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit
    }

    /// How many attempts it took.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        let Response { value, status, headers, rate_limit, attempts } = self;
        Response { value: change(value), status, headers, rate_limit, attempts }
    }
}
