//! The rate limit of the server, as its response headers state it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use agenthuman_contract::model::Operation;

use crate::response::Response;

/// Least value of a reset header that is a timestamp (seconds since 1970); smaller ones are durations.
const LEAST_TIMESTAMP: u64 = 1_000_000_000;

/// A limit of at least this many requests has room for [`RESERVED_REQUESTS`].
const LARGE_LIMIT: u64 = 20;

/// Requests of a large limit that test cases leave for the restore: after an interruption, it need not
/// wait for the next window.
const RESERVED_REQUESTS: u64 = 3;

/// The rate limit of the server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RateLimit {
    /// Requests in one window.
    pub total: Option<u64>,
    /// Requests left in the current window; `None` if no response since the last wait has stated it.
    pub remaining: Option<u64>,
    /// End of the current window.
    pub resets_at: Option<SystemTime>,
}

impl RateLimit {
    /// Reads the limit from the headers that the contract documents.
    pub(crate) fn update(&mut self, operation: &Operation, response: &Response) {
        let documented = operation.responses.values().flat_map(|response| response.headers.keys());
        for name in documented {
            let plain = name.replace('-', "");
            let Some(number) = response.header(name).and_then(|text| text.parse::<u64>().ok())
            else {
                continue;
            };
            if plain.ends_with("ratelimitremaining") {
                self.remaining = Some(number);
            } else if plain.ends_with("ratelimitlimit") {
                self.total = Some(number);
            } else if plain.ends_with("ratelimitreset") {
                self.resets_at = Some(if number >= LEAST_TIMESTAMP {
                    UNIX_EPOCH + Duration::from_secs(number)
                } else {
                    SystemTime::now() + Duration::from_secs(number)
                });
            }
        }
    }

    /// Returns the number of requests in a window that test cases leave for the restore.
    pub(crate) fn reserved_requests(&self) -> u64 {
        let is_large = self.total.is_some_and(|total| total >= LARGE_LIMIT);
        if is_large { RESERVED_REQUESTS } else { 0 }
    }

    /// Returns the time until the window ends; `None` if that is unknown or in the past.
    pub(crate) fn until_reset(&self) -> Option<Duration> {
        self.resets_at?.duration_since(SystemTime::now()).ok()
    }

    /// Returns the time to wait if no more than `reserved` requests are left in the window.
    pub(crate) fn wait(&self, reserved: u64) -> Option<Duration> {
        if self.remaining? <= reserved { self.until_reset() } else { None }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use agenthuman_contract::model::Model;
    use reqwest::header::{HeaderMap, HeaderName};
    use serde_json::json;

    use super::*;

    /// Returns the limit after a response with these headers, all of which are documented.
    fn limit(headers: &[(&str, &str)]) -> RateLimit {
        let documented: serde_json::Map<_, _> = headers
            .iter()
            .map(|(name, _)| ((*name).to_owned(), json!({ "schema": { "type": "integer" } })))
            .collect();
        let document = json!({
            "openapi": "3.0.3",
            "paths": { "/a": { "get": {
                "responses": { "200": { "description": "", "headers": documented } },
            } } },
        });
        let model = Model::read(&document).unwrap();
        let (_, operation) = model.operations.first_key_value().unwrap();
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()))
            .collect();
        let mut limit = RateLimit::default();
        limit.update(operation, &Response { status: 200, headers, body: Vec::new() });
        limit
    }

    #[test]
    fn wait_lasts_until_reset_when_window_is_used_up() {
        for prefix in ["X-RateLimit-", "RateLimit-", "X-Rate-Limit-"] {
            let [total, remaining, reset] =
                ["Limit", "Remaining", "Reset"].map(|name| format!("{prefix}{name}"));
            let limit = limit(&[(&total, "60"), (&remaining, "3"), (&reset, "30")]);
            assert_eq!(limit.total, Some(60), "{prefix}");
            assert_eq!(limit.wait(2), None, "{prefix}");
            let wait = limit.wait(3).unwrap();
            assert!((29..=30).contains(&wait.as_secs()), "{prefix}: {wait:?}");
        }
    }

    #[test]
    fn large_reset_is_a_timestamp() {
        let past = limit(&[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1700000000")]);
        assert_eq!(past.resets_at, Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000)));
        assert_eq!(past.wait(0), None, "the window has ended");
    }

    #[test]
    fn only_large_limit_has_reserved_requests() {
        assert_eq!(limit(&[("X-RateLimit-Limit", "19")]).reserved_requests(), 0);
        assert_eq!(limit(&[("X-RateLimit-Limit", "20")]).reserved_requests(), RESERVED_REQUESTS);
    }
}
