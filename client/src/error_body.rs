//! The body of an error response, as the contract documents it.

use serde_json::{Map, Value};

/// The content of an error response.
#[derive(Debug)]
pub(crate) struct ErrorBody {
    pub(crate) message: String,
    pub(crate) suggestion: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) details: Option<Map<String, Value>>,
}

impl ErrorBody {
    /// Parses a body in which `error` is the message, or an object of message, suggestion, code and
    /// details; or an error of Dropshot, which has a request id, a message and an `error_code`. Returns
    /// `None` for any other body.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let is_dropshots = body.get("request_id").is_some_and(Value::is_string);
        let error = body.get("error").or(is_dropshots.then_some(&body))?;
        let text = |name: &str| Some(error.get(name)?.as_str()?.to_owned());
        Some(ErrorBody {
            message: error.as_str().map(str::to_owned).or_else(|| text("message"))?,
            suggestion: text("suggestion"),
            code: text("code").or_else(|| text("error_code")),
            details: error.get("details").and_then(Value::as_object).cloned(),
        })
    }
}
