//! What can go wrong between a caller and the server.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Response, StatusCode};
use serde_json::json;

/// One failure.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Failure {
    /// 429 as the contract has it, with `Retry-After` in whole seconds.
    TooManyRequests { retry_after: Duration },
    /// 503 as the contract has it.
    ServiceUnavailable,
    /// 500 as the contract has it.
    InternalServerError,
    /// 502 with HTML, as a proxy answers that does not reach the server.
    BadGateway,
    /// Any status from 200 and any body, under the media type of JSON.
    Answer { status: u16, body: String },
    /// The connection is closed without an answer.
    Disconnect,
    /// There is no answer, and the connection stays open.
    Hang,
}

impl Failure {
    /// The answer; `None` where there is none.
    pub(super) fn response(&self) -> Option<Response<Full<Bytes>>> {
        let refusal = |message: &str, code: &str| {
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
                (503, Some(1), refusal("Service unavailable", "UNAVAILABLE"))
            }
            Failure::InternalServerError => {
                (500, None, refusal("Internal server error", "INTERNAL"))
            }
            Failure::BadGateway => (502, None, "<html>Bad gateway</html>".to_owned()),
            Failure::Answer { status, body } => (*status, None, body.clone()),
            Failure::Disconnect | Failure::Hang => return None,
        };
        let media_type = match self {
            Failure::BadGateway => "text/html",
            _ => "application/json",
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        // a number that is no status is a mistake in a test, which will see it
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
