//! A response of the server, and the response that the contract documents for it.

use agenthuman_contract::exact;
use agenthuman_contract::model::{self, Operation};
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::excerpt::excerpt;

/// A response with its complete body.
#[derive(Debug)]
pub(crate) struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Response {
    /// Returns the body as JSON; `None` if it is not JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        self.parse().ok()
    }

    /// Returns the body as JSON with exact numbers, or the reason why it is not JSON.
    pub(crate) fn parse(&self) -> Result<Value, String> {
        let text = std::str::from_utf8(&self.body).map_err(|error| error.to_string())?;
        exact::from_json(text)
    }

    /// Returns a header; `None` if it is missing or not visible ASCII.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns true if the status is 2xx.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the status and the beginning of the body.
    pub(crate) fn text(&self) -> String {
        let body = String::from_utf8_lossy(&self.body);
        if body.is_empty() {
            return self.status.to_string();
        }
        format!("{} {}", self.status, excerpt(&body))
    }
}

/// Returns the response that the contract documents for a status, with its key: the status itself,
/// its class (`4XX`) or `default`.
pub(crate) fn documented_response(
    operation: &Operation,
    status: u16,
) -> Option<(&str, &model::Response)> {
    let keys = [status.to_string(), format!("{}XX", status / 100), "default".to_owned()];
    let found = keys.iter().find_map(|key| operation.responses.get_key_value(key));
    found.map(|(key, response)| (key.as_str(), response))
}
