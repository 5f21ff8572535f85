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
        if body.get("error_description").is_some() {
            // An error of OAuth 2, in which `error` is a code.
            return None;
        }
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

    /// Parses the body of an error in a form of another service, such as a gateway in front of the API.
    /// Returns `None` if there is no reason in it.
    ///
    /// The forms are those of RFC 9457 (`title`, `detail`), of OAuth 2 (`error_description`), and lists
    /// or maps of reasons (`errors`).
    pub(crate) fn parse_foreign(body: &[u8]) -> Option<Self> {
        let body: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let text = |name: &str| reason(body.get(name)?);
        let title = text("title").or_else(|| text("message"));
        let detail =
            text("error_description").or_else(|| text("detail")).or_else(|| text("errors"));
        let message = match (title, detail) {
            (Some(title), Some(detail)) if title != detail => format!("{title}: {detail}"),
            (title, detail) => title.or(detail)?,
        };
        let code =
            ["code", "error_code", "error"].iter().find_map(|name| body.get(*name)?.as_str());
        let code = code.map(str::to_owned);
        Some(ErrorBody { message, suggestion: None, code, details: None })
    }
}

/// Returns the texts in a value: a text itself, or those of the items of a list or a map.
fn reason(value: &Value) -> Option<String> {
    let reasons: Vec<_> = match value {
        Value::String(text) => return Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(items) => items.iter().filter_map(reason).collect(),
        Value::Object(items) => {
            let known = ["message", "detail", "title"].iter().find_map(|name| items.get(*name));
            if let Some(known) = known {
                return reason(known);
            }
            let named = |(name, value)| Some(format!("{name}: {}", reason(value)?));
            items.iter().filter_map(named).collect()
        }
        _ => return None,
    };
    (!reasons.is_empty()).then(|| reasons.join("; "))
}
