//! Errors for the tests of programs that use the client.

#![cfg(feature = "test-util")]

use bytes::Bytes;

use crate::error::{Error, ErrorKind};
use crate::rate_limit_headers::RateLimitHeaders;
use crate::raw_response::{BodyEnd, RawResponse};

/// Errors for tests, with the feature `test-util`.
impl Error {
    /// Returns the error with which a call fails after this response, with one attempt:
    ///
    /// ```
    /// use agenthuman_links::http::Response;
    /// use agenthuman_links::{Error, ErrorKind};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let body = r#"{"error": {"message": "Link not found", "code": "NOT_FOUND"}}"#;
    /// let response = Response::builder().status(404).header("x-request-id", "r1").body(body)?;
    /// let error = Error::from_test_response(response);
    /// assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some("NOT_FOUND")));
    /// assert_eq!(error.request_id(), Some("r1"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_test_response(response: http::Response<impl Into<Bytes>>) -> Self {
        let (parts, body) = response.into_parts();
        let rate_limit = RateLimitHeaders::parse(&parts.headers, chrono::Utc::now());
        let response = RawResponse {
            status: parts.status,
            headers: parts.headers,
            body: body.into(),
            body_end: BodyEnd::Complete,
            rate_limit,
        };
        Error::from_response(&response, None).with_progress(1, None)
    }

    /// Returns an error without a response, such as a timeout or a connection that broke:
    ///
    /// ```
    /// use agenthuman_links::{Error, ErrorKind};
    ///
    /// let error = Error::from_test_kind(ErrorKind::Timeout, "no response in time");
    /// assert!(error.is_transient());
    /// assert_eq!((error.to_string(), error.status()), ("no response in time".to_owned(), None));
    /// ```
    pub fn from_test_kind(kind: ErrorKind, message: &str) -> Self {
        Error::new(kind, message)
    }
}
