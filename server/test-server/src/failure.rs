//! Failures between a client and the server.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Response, StatusCode};
use serde_json::json;

/// A simulated failure of one request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Failure {
    /// 429 in the contract's shape.
    TooManyRequests {
        /// Value of `Retry-After`, in whole seconds, at least 1.
        retry_after: Duration,
    },
    /// 503 in the contract's shape, with a `Retry-After` of 1 second.
    ServiceUnavailable,
    /// 500 in the contract's shape.
    InternalServerError,
    /// 502 with HTML, as from a proxy that cannot reach the server.
    BadGateway,
    /// Any status and body, declared as JSON.
    Response {
        /// Status, from 200.
        status: u16,
        /// Body.
        body: String,
    },
    /// The server closes the connection without a response.
    Disconnect,
    /// The server sends no response and keeps the connection open.
    Hang,
}

impl Failure {
    /// Returns the response, or `None` if the failure has none.
    pub(crate) fn response(&self) -> Option<Response<Full<Bytes>>> {
        let error_body = |message: &str, code: &str| {
            let error = json!({ "message": message, "suggestion": "Try again", "code": code });
            json!({ "success": false, "error": error }).to_string()
        };
        let (status, retry_after, body) = match self {
            Failure::TooManyRequests { retry_after } => {
                let seconds = retry_after.as_secs().max(1);
                let text = format!("Too many requests. Try again in {seconds} seconds.");
                (429, Some(seconds), json!({ "success": false, "error": text }).to_string())
            }
            Failure::ServiceUnavailable => {
                (503, Some(1), error_body("Service unavailable", "UNAVAILABLE"))
            }
            Failure::InternalServerError => {
                (500, None, error_body("Internal server error", "INTERNAL"))
            }
            Failure::BadGateway => (502, None, "<html>Bad gateway</html>".to_owned()),
            Failure::Response { status, body } => (*status, None, body.clone()),
            Failure::Disconnect | Failure::Hang => return None,
        };
        let media_type = match self {
            Failure::BadGateway => "text/html",
            _ => "application/json",
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        // an invalid status is an error in the test, which sees this unlikely one instead
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
        let headers = response.headers_mut();
        headers.insert("content-type", media_type.parse().ok()?);
        headers.insert("x-request-id", "test".parse().ok()?);
        if let Some(seconds) = retry_after {
            headers.insert("retry-after", seconds.into());
        }
        Some(response)
    }
}
