//! Which failures are worth another attempt, and when.
//!
//! An update can be repeated without harm: the method is idempotent. So connection errors and the
//! answers that say "not now" are retried, and nothing that would fail again.

use std::time::Duration;

use http::{Method, StatusCode};

use crate::rate_limit::LONGEST_WINDOW;

/// How often a failed call is attempted again, and how long it waits before.
///
/// Retried are connection errors, attempts that took too long, and the answers 429, 502, 503 and
/// 504. The wait is what the server asks for (`Retry-After`, or the end of the rate limit's window)
/// and, on top of it, random between nothing and a bound that doubles each time.
///
/// ```
/// use std::time::Duration;
/// use agenthuman_links::{Client, RetryPolicy};
///
/// # fn main() -> Result<(), agenthuman_links::Error> {
/// let patient = RetryPolicy::new().max_attempts(6).max_backoff(Duration::from_secs(30));
/// let client = Client::builder().api_key("ah_test_…").retry(patient);
/// let never = Client::builder().api_key("ah_test_…").retry(RetryPolicy::never());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    base_backoff: Duration,
    max_backoff: Duration,
}

impl RetryPolicy {
    /// Four attempts in all; bounds of 0.2, 0.4 and 0.8 seconds.
    pub fn new() -> Self {
        RetryPolicy {
            max_attempts: 4,
            base_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(20),
        }
    }

    /// One attempt and no other.
    pub fn never() -> Self {
        RetryPolicy::new().max_attempts(1)
    }

    /// Attempts in all, the first one included; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The bound of the first random wait.
    pub fn base_backoff(mut self, backoff: Duration) -> Self {
        self.base_backoff = backoff;
        self
    }

    /// The bound that no random wait exceeds.
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Whether there may be another attempt after this many.
    pub(crate) fn allows_another(&self, attempts: u32) -> bool {
        attempts < self.max_attempts
    }

    /// How long to wait after this many attempts: what the server asked for, within reason, and "full
    /// jitter" on top, so that callers who failed together do not come back together.
    pub(crate) fn wait(&self, attempts: u32, asked: Option<Duration>) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let bound = self.base_backoff.saturating_mul(doubled).min(self.max_backoff);
        let asked = asked.unwrap_or_default().min(LONGEST_WINDOW);
        asked.saturating_add(bound.mul_f64(fastrand::f64()))
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy::new()
    }
}

/// Whether an answer may be another one next time.
pub(crate) fn is_passing(status: StatusCode, method: &Method) -> bool {
    match status.as_u16() {
        // It says that the request has not been carried out.
        429 => true,
        502..=504 => method.is_idempotent(),
        _ => false,
    }
}

/// Whether a request that got no answer may be sent again.
pub(crate) fn may_repeat(error: &reqwest::Error, method: &Method) -> bool {
    !error.is_builder() && (error.is_connect() || method.is_idempotent())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_wait_is_within_a_bound_that_doubles() {
        let policy = RetryPolicy::new().max_backoff(Duration::from_millis(500));
        for (attempts, bound) in [(1, 200), (2, 400), (3, 500), (60, 500)] {
            let waits: Vec<_> = (0..200).map(|_| policy.wait(attempts, None).as_millis()).collect();
            assert!(waits.iter().all(|wait| *wait <= bound), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait < bound / 4), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait > bound * 3 / 4), "{attempts}: {waits:?}");
        }
    }

    #[test]
    fn what_the_server_asks_for_is_obeyed_and_capped() {
        let policy = RetryPolicy::new();
        for (asked, capped) in [(42, 42), (0, 0), (86_400, LONGEST_WINDOW.as_secs())] {
            let wait = policy.wait(1, Some(Duration::from_secs(asked))).as_secs_f64();
            assert!((capped as f64..capped as f64 + 0.2).contains(&wait), "{asked}: {wait}");
        }
    }

    #[test]
    fn only_what_passes_is_repeated() {
        let passing = |status, method| {
            StatusCode::from_u16(status).is_ok_and(|status| is_passing(status, &method))
        };
        for status in [429, 502, 503, 504] {
            assert!(passing(status, Method::PUT));
        }
        for status in [200, 302, 400, 401, 404, 408, 409, 413, 415, 500, 501] {
            assert!(!passing(status, Method::PUT), "{status}");
        }
        assert!(passing(429, Method::POST) && !passing(503, Method::POST));
    }
}
