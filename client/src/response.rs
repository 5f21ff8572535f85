//! A successful response: its value and its metadata.

use http::{HeaderMap, StatusCode};

use crate::rate_limit_headers::RateLimit;
use crate::raw_response::{REQUEST_ID, RawResponse};

/// A successful response, as `send_with_response` returns it: the value and its metadata.
#[derive(Clone, Debug)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    rate_limit: Option<RateLimit>,
    attempts: u32,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, response: RawResponse, attempts: u32) -> Self {
        Response {
            value,
            status: response.status,
            headers: response.headers,
            rate_limit: response.rate_limit.rate_limit,
            attempts,
        }
    }

    /// Returns the value.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Returns the value and drops the metadata.
    pub fn into_value(self) -> T {
        self.value
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Returns a header by its case-insensitive name; `None` if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns all headers whose values are text, with their names in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// Returns the id of the response in the server's log. Quote it in support requests.
    pub fn request_id(&self) -> Option<&str> {
        self.header(REQUEST_ID)
    }

    /// Returns the rate limit that the response reports.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.rate_limit
    }

    /// Returns the number of times that the request was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Converts the value and keeps the metadata.
    pub(crate) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        let Response { value, status, headers, rate_limit, attempts } = self;
        Response { value: convert(value), status, headers, rate_limit, attempts }
    }
}
