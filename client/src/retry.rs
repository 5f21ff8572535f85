//! Retries: the failures that are retried, and the wait before each retry.
//!
//! A request with an idempotent method can be repeated without harm, so it is retried after every
//! transient failure. A request with another method is retried only if the server cannot have carried
//! it out.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http::{Method, StatusCode};

use crate::rate_limit_headers::MAX_WINDOW;
use crate::raw_response::RawResponse;

/// The limits of the retries of a failed call, and the waits between them.
///
/// By default a call is retried until its timeout. Connection errors, attempts that time out, and
/// responses with the status 408, 429 or 5xx are retried, but not 500, 501, 505, 520 and 529, and not a
/// certificate that is not valid. For a method that is not idempotent, only 429 and failures to connect
/// are.
///
/// A wait has two parts: the one that the server asks for (`Retry-After`, or the end of the rate limit
/// window), and a random backoff between zero and a bound that doubles with each attempt.
///
/// The clones of a client share a budget of retries, so that a server that is down does not get a
/// multiple of its usual load: 100 retries, and 10 more each second. If it is used up, retries wait.
///
/// ```
/// use std::time::Duration;
/// use agenthuman_links::{Client, RetryPolicy};
///
/// # fn main() -> Result<(), agenthuman_links::Error> {
/// let hasty = RetryPolicy::new().max_attempts(3).max_backoff(Duration::from_secs(1));
/// let client = Client::builder().api_key("ah_test_…").retry(hasty);
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

/// The attempts of a call so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// The attempts that did not get a 429.
    pub(crate) counted: u32,
    /// The attempts that got a 429: the server has not carried them out.
    pub(crate) rate_limited: u32,
}

impl Attempts {
    /// Returns the number of times that the request was sent.
    pub(crate) fn sent(self) -> u32 {
        self.counted.saturating_add(self.rate_limited)
    }
}

/// The decision after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// The outcome of the attempt is final.
    Stop,
    /// Retry after the wait that the server asks for and the backoff.
    Retry { requested: Duration, backoff: Duration },
}

impl RetryPolicy {
    /// Returns the default policy: any number of attempts until the timeout of the call, with backoff
    /// bounds of 0.2, 0.4, 0.8 seconds and so on up to 10 seconds.
    pub fn new() -> Self {
        RetryPolicy {
            max_attempts: u32::MAX,
            base_backoff: Duration::from_millis(200),
            max_backoff: Duration::from_secs(10),
        }
    }

    /// Returns a policy without retries.
    pub fn never() -> Self {
        RetryPolicy::new().max_attempts(1)
    }

    /// Sets the greatest number of attempts, the first one included; 0 counts as 1.
    ///
    /// An attempt that gets a 429 does not count, unless there is to be only one.
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

    /// Decides on a retry after a response.
    pub(crate) fn after_response(
        &self,
        attempts: Attempts,
        response: &RawResponse,
        method: &Method,
    ) -> RetryDecision {
        let is_broken = response.is_broken() && response.status.is_success();
        let retry =
            may_retry_status(response.status, method) || is_broken && method.is_idempotent();
        self.decide(retry, attempts, response.rate_limit.wait())
    }

    /// Decides on a retry after an attempt that got no response.
    pub(crate) fn after_error(
        &self,
        attempts: Attempts,
        error: &reqwest::Error,
        method: &Method,
    ) -> RetryDecision {
        let is_transient = !error.is_builder() && !is_certificate_error(error);
        let retry = is_transient && (error.is_connect() || method.is_idempotent());
        self.decide(retry, attempts, None)
    }

    fn decide(
        &self,
        retry: bool,
        attempts: Attempts,
        requested: Option<Duration>,
    ) -> RetryDecision {
        if !retry || self.max_attempts == 1 || attempts.counted >= self.max_attempts {
            return RetryDecision::Stop;
        }
        RetryDecision::Retry {
            requested: requested.unwrap_or_default().min(MAX_WINDOW),
            backoff: self.backoff(attempts.sent()),
        }
    }

    /// Returns the backoff after attempt number `attempts`. It is random ("full jitter"), so that
    /// clients that failed together do not retry together.
    fn backoff(&self, attempts: u32) -> Duration {
        let factor = 2_u32.saturating_pow(attempts.saturating_sub(1));
        let bound = self.base_backoff.saturating_mul(factor).min(self.max_backoff);
        bound.mul_f64(fastrand::f64())
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy::new()
    }
}

/// Returns true if a response with this status is a transient failure.
///
/// This is the only list. 500 is an error in the server's program, which the same request causes again;
/// 501 and 505 do not depend on the time. 520 is a proxy's status for an unknown error, and 529 is one
/// for an overload that retries would increase.
pub(crate) fn is_transient_status(status: StatusCode) -> bool {
    match status.as_u16() {
        500 | 501 | 505 | 520 | 529 => false,
        code => matches!(code, 408 | 429 | 500..=599),
    }
}

/// Returns true if a request may be sent again after a response with this status.
fn may_retry_status(status: StatusCode, method: &Method) -> bool {
    // With 429 the server says that it has not carried out the request, whatever its method.
    let is_rejected = status == StatusCode::TOO_MANY_REQUESTS;
    is_transient_status(status) && (is_rejected || method.is_idempotent())
}

/// Returns true if the connection failed because a certificate is not valid or missing, which the next
/// attempt cannot change.
pub(crate) fn is_certificate_error(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        // `source` of an I/O error skips the error that it wraps.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = error
            .downcast_ref::<rustls::Error>()
            .or_else(|| inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()));
        if let Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) =
            tls
        {
            return true;
        }
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_is_random_below_a_bound_that_doubles() {
        let policy = RetryPolicy::new().max_backoff(Duration::from_millis(500));
        for (attempts, bound) in [(1, 200), (2, 400), (3, 500), (60, 500)] {
            let waits: Vec<_> = (0..200).map(|_| policy.backoff(attempts).as_millis()).collect();
            assert!(waits.iter().all(|wait| *wait <= bound), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait < bound / 4), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait > bound * 3 / 4), "{attempts}: {waits:?}");
        }
    }

    #[test]
    fn requested_wait_is_cut_to_max_window() {
        let policy = RetryPolicy::new();
        for (seconds, capped) in [(42, 42), (0, 0), (u64::MAX, MAX_WINDOW.as_secs())] {
            let wait = Duration::from_secs(seconds);
            let RetryDecision::Retry { requested, .. } =
                policy.decide(true, Attempts { counted: 1, rate_limited: 0 }, Some(wait))
            else {
                panic!("no retry after {seconds}");
            };
            assert_eq!(requested.as_secs(), capped);
        }
    }

    #[test]
    fn rate_limited_attempts_do_not_count() {
        let may_retry = |policy: &RetryPolicy, counted, rate_limited| {
            policy.decide(true, Attempts { counted, rate_limited }, None) != RetryDecision::Stop
        };
        let two = RetryPolicy::new().max_attempts(2);
        assert!(may_retry(&two, 1, 1000) && !may_retry(&two, 2, 0));
        assert!(!may_retry(&RetryPolicy::never(), 0, 1), "429 is not retried either");
        assert!(may_retry(&RetryPolicy::new(), 1000, 1000));
    }

    #[test]
    fn only_transient_statuses_are_retried() {
        let may_retry = |status, method| {
            StatusCode::from_u16(status).is_ok_and(|status| may_retry_status(status, &method))
        };
        for status in [408, 429, 502, 503, 504, 507, 521, 522, 523, 524, 530] {
            assert!(may_retry(status, Method::PUT), "{status}");
        }
        for status in [200, 302, 400, 401, 404, 409, 413, 415, 500, 501, 505, 520, 529] {
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
