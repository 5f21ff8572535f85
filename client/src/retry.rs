//! Retries: the failures that are retried, and the wait before each retry.
//!
//! A request with an idempotent method can be repeated without harm, so it is retried after every
//! transient failure. A request with another method is retried only if the server cannot have carried
//! it out.

use std::time::Duration;

use http::{Method, StatusCode};

use crate::rate_limit_headers::MAX_WINDOW;
use crate::raw_response::RawResponse;

/// The number of retries of a failed call, and the waits between them.
///
/// Connection errors, attempts that time out, and responses with the status 408, 429, 502, 503 or 504
/// are retried. For a method that is not idempotent, only 429 and failures to connect are.
///
/// A wait has two parts: the one that the server asks for (`Retry-After`, or the end of the rate limit
/// window), and a random backoff between zero and a bound that doubles with each attempt.
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

/// The decision after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// The outcome of the attempt is final.
    Stop,
    RetryAfter(Duration),
}

impl RetryPolicy {
    /// Returns the default policy: at most four attempts, with backoff bounds of 0.2, 0.4 and 0.8
    /// seconds.
    pub fn new() -> Self {
        RetryPolicy {
            max_attempts: 4,
            base_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(20),
        }
    }

    /// Returns a policy without retries.
    pub fn never() -> Self {
        RetryPolicy::new().max_attempts(1)
    }

    /// Sets the greatest number of attempts, the first one included; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the backoff bound of the first retry.
    pub fn base_backoff(mut self, backoff: Duration) -> Self {
        self.base_backoff = backoff;
        self
    }

    /// Sets the greatest backoff bound.
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Decides on a retry after the response to attempt number `attempts`.
    pub(crate) fn after_response(
        &self,
        attempts: u32,
        response: &RawResponse,
        method: &Method,
    ) -> RetryDecision {
        let is_broken = response.is_broken() && response.status.is_success();
        let retry =
            may_retry_status(response.status, method) || is_broken && method.is_idempotent();
        self.decide(retry, attempts, response.rate_limit.wait())
    }

    /// Decides on a retry after attempt number `attempts` got no response.
    pub(crate) fn after_error(
        &self,
        attempts: u32,
        error: &reqwest::Error,
        method: &Method,
    ) -> RetryDecision {
        let retry = !error.is_builder() && (error.is_connect() || method.is_idempotent());
        self.decide(retry, attempts, None)
    }

    fn decide(&self, retry: bool, attempts: u32, requested: Option<Duration>) -> RetryDecision {
        if retry && attempts < self.max_attempts {
            RetryDecision::RetryAfter(self.wait(attempts, requested))
        } else {
            RetryDecision::Stop
        }
    }

    /// Returns the wait after attempt number `attempts`: the requested wait, at most [`MAX_WINDOW`],
    /// and a random backoff ("full jitter"), so that clients that failed together do not retry
    /// together.
    fn wait(&self, attempts: u32, requested: Option<Duration>) -> Duration {
        let factor = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let bound = self.base_backoff.saturating_mul(factor).min(self.max_backoff);
        let requested = requested.unwrap_or_default().min(MAX_WINDOW);
        requested.saturating_add(bound.mul_f64(fastrand::f64()))
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy::new()
    }
}

/// Returns true if a response with this status is a transient failure.
pub(crate) fn is_transient_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 502..=504)
}

/// Returns true if a request may be sent again after a response with this status.
fn may_retry_status(status: StatusCode, method: &Method) -> bool {
    // With 429 the server says that it has not carried out the request, whatever its method.
    let is_rejected = status == StatusCode::TOO_MANY_REQUESTS;
    is_transient_status(status) && (is_rejected || method.is_idempotent())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_is_random_below_a_bound_that_doubles() {
        let policy = RetryPolicy::new().max_backoff(Duration::from_millis(500));
        for (attempts, bound) in [(1, 200), (2, 400), (3, 500), (60, 500)] {
            let waits: Vec<_> = (0..200).map(|_| policy.wait(attempts, None).as_millis()).collect();
            assert!(waits.iter().all(|wait| *wait <= bound), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait < bound / 4), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait > bound * 3 / 4), "{attempts}: {waits:?}");
        }
    }

    #[test]
    fn wait_includes_requested_wait_up_to_max_window() {
        let policy = RetryPolicy::new();
        for (requested, capped) in [(42, 42), (0, 0), (86_400, MAX_WINDOW.as_secs())] {
            let wait = policy.wait(1, Some(Duration::from_secs(requested))).as_secs_f64();
            assert!((capped as f64..capped as f64 + 0.2).contains(&wait), "{requested}: {wait}");
        }
    }

    #[test]
    fn only_transient_statuses_are_retried() {
        let may_retry = |status, method| {
            StatusCode::from_u16(status).is_ok_and(|status| may_retry_status(status, &method))
        };
        for status in [408, 429, 502, 503, 504] {
            assert!(may_retry(status, Method::PUT), "{status}");
        }
        for status in [200, 302, 400, 401, 404, 409, 413, 415, 500, 501] {
            assert!(!may_retry(status, Method::PUT), "{status}");
        }
    }

    #[test]
    fn non_idempotent_method_is_retried_after_429_only() {
        for status in 100..600 {
            let retried = StatusCode::from_u16(status)
                .is_ok_and(|status| may_retry_status(status, &Method::POST));
            assert_eq!(retried, status == 429, "{status}");
        }
    }
}
