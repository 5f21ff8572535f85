//! Rate limit of each key: a fixed window of 60 seconds that opens with the key's first request.
//!
//! A sliding window was rejected: `X-RateLimit-Reset` promises one time at which the whole limit is
//! available again. A store that processes share counts requests for all of them; otherwise the windows
//! are in the memory of this process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use agenthuman_links_api::types::{DelaySeconds, RequestCount, UnixSeconds};
use agenthuman_server_runtime::timestamp::Timestamp;

use crate::store::{KeyId, Store, StoreError, Window};

/// Length of a window; the vendor documents a limit per minute.
const WINDOW: Duration = Duration::from_secs(60);
const WINDOW_MICROS: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// Value that the contract uses for "no limit": 2^53 - 1, the greatest integer exact in every JSON reader.
const UNLIMITED: i64 = 9_007_199_254_740_991;

/// Rate limiter of all keys.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    limit: i64,
    windows: Mutex<Windows>,
}

#[derive(Debug, Default)]
struct Windows {
    open: HashMap<KeyId, Window>,
    /// Time of the next removal of ended windows.
    sweep_at: i64,
}

/// Returns the end of a window.
fn ends_at(window: &Window) -> i64 {
    window.opened_at.saturating_add(WINDOW_MICROS)
}

/// Returns true if the window is open. One that opens in the future is from before the clock was set back,
/// and counts as ended.
fn is_open(window: &Window, now: i64) -> bool {
    (window.opened_at..ends_at(window)).contains(&now)
}

/// Remaining requests of a key after a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quota {
    /// Requests allowed in one window.
    pub(crate) limit: RequestCount,
    /// Requests remaining in this window.
    pub(crate) remaining: RequestCount,
    /// End of the window.
    pub(crate) reset: UnixSeconds,
    /// Delay until the next window, if this request exceeds the limit.
    pub(crate) retry_after: Option<DelaySeconds>,
}

impl RateLimiter {
    /// Returns a limiter of `limit` requests per window; 0 is no limit.
    pub(crate) fn new(limit: i64) -> Self {
        RateLimiter { limit: limit.clamp(0, UNLIMITED), windows: Mutex::default() }
    }

    /// Counts a request of `key` across all processes that share the store, and returns its quota.
    pub(crate) async fn count_request(
        &self,
        store: &dyn Store,
        key: KeyId,
        now: Timestamp,
    ) -> Result<Quota, StoreError> {
        if self.limit == 0 {
            let ends_at = now.micros().saturating_add(WINDOW_MICROS);
            return Ok(quota(UNLIMITED, UNLIMITED, ends_at, None));
        }
        Ok(match store.count_request(key, now, WINDOW).await? {
            Some(window) => self.quota(&window, now.micros()),
            None => self.count_in_process(key, now),
        })
    }

    /// Counts a request of `key` among those of this process, and returns its quota.
    pub(crate) fn count_in_process(&self, key: KeyId, now: Timestamp) -> Quota {
        self.quota(&self.count_in_memory(key, now.micros()), now.micros())
    }

    fn count_in_memory(&self, key: KeyId, now: i64) -> Window {
        // no panic can leave the map half changed, so a poisoned lock is safe to use
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.sweep(now);
        let fresh = Window { opened_at: now, requests: 0 };
        let window = windows.open.entry(key).or_insert(fresh);
        if !is_open(window, now) {
            *window = fresh;
        }
        window.requests = window.requests.saturating_add(1);
        *window
    }

    fn quota(&self, window: &Window, now: i64) -> Quota {
        let ends_at = ends_at(window);
        let left = self.limit.saturating_sub(window.requests);
        let wait = (left < 0).then(|| ends_at.saturating_sub(now));
        quota(self.limit, left, ends_at, wait)
    }
}

impl Windows {
    /// Removes ended windows, at most once per window length.
    fn sweep(&mut self, now: i64) {
        let due = now >= self.sweep_at || self.sweep_at > now.saturating_add(WINDOW_MICROS);
        if due {
            self.open.retain(|_, window| is_open(window, now));
            self.sweep_at = now.saturating_add(WINDOW_MICROS);
        }
    }
}

/// Rounds times up to whole seconds, so that the window has ended when a client has waited.
#[expect(clippy::expect_used, reason = "each value is clamped to what its type allows")]
fn quota(limit: i64, remaining: i64, reset_micros: i64, wait_micros: Option<i64>) -> Quota {
    let count = |count: i64| {
        let count = RequestCount::try_from(count.clamp(0, UNLIMITED));
        count.expect("a count from 0 to 2^53 - 1 is a RequestCount")
    };
    let seconds =
        |micros: i64| micros.max(0).saturating_add(MICROS_PER_SECOND - 1) / MICROS_PER_SECOND;
    let reset = UnixSeconds::try_from(seconds(reset_micros));
    let delay = |micros| {
        let delay = DelaySeconds::try_from(seconds(micros).max(1));
        delay.expect("a number from 1 is a DelaySeconds")
    };
    Quota {
        limit: count(limit),
        remaining: count(remaining),
        reset: reset.expect("a number from 0 is a UnixSeconds"),
        retry_after: wait_micros.map(delay),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const ONE: KeyId = KeyId(1);
    const OTHER: KeyId = KeyId(2);

    fn at(seconds: f64) -> Timestamp {
        Timestamp::from_micros((seconds * 1e6) as i64).unwrap()
    }

    fn admit(limiter: &RateLimiter, key: KeyId, now: f64) -> Quota {
        limiter.count_in_process(key, at(now))
    }

    fn remaining(limiter: &RateLimiter, key: KeyId, now: f64) -> Option<i64> {
        let quota = admit(limiter, key, now);
        quota.retry_after.is_none().then(|| *quota.remaining)
    }

    #[test]
    fn remaining_decreases_until_window_ends() {
        let limiter = RateLimiter::new(2);
        assert_eq!(remaining(&limiter, ONE, 1000.5), Some(1));
        assert_eq!(remaining(&limiter, ONE, 1001.0), Some(0));
        let rejected = admit(&limiter, ONE, 1030.7);
        assert_eq!(rejected.retry_after.map(i64::from), Some(30), "29.8 seconds, rounded up");
        assert_eq!((*rejected.limit, *rejected.remaining, *rejected.reset), (2, 0, 1061));
        assert_eq!(remaining(&limiter, ONE, 1060.4999), None);
        assert_eq!(remaining(&limiter, ONE, 1060.5), Some(1), "a new window");
    }

    #[test]
    fn each_key_has_its_own_window() {
        let limiter = RateLimiter::new(1);
        assert_eq!(remaining(&limiter, ONE, 1000.0), Some(0));
        assert_eq!(remaining(&limiter, OTHER, 1030.0), Some(0));
        assert_eq!(remaining(&limiter, ONE, 1060.0), Some(0));
        assert_eq!(remaining(&limiter, OTHER, 1060.0), None);
    }

    #[tokio::test]
    async fn limit_of_zero_is_unlimited() {
        let database = crate::database_url::DatabaseUrl::SqliteMemory;
        let store = crate::store::open(&database, crate::store::MissingDatabase::Create);
        let store = store.await.unwrap();
        let quota = RateLimiter::new(0).count_request(&*store, ONE, at(1000.2)).await.unwrap();
        assert_eq!((*quota.limit, *quota.remaining, *quota.reset), (UNLIMITED, UNLIMITED, 1061));
        assert_eq!(quota.retry_after, None);
    }

    #[test]
    fn clock_set_back_opens_new_window() {
        let limiter = RateLimiter::new(1);
        assert_eq!(remaining(&limiter, ONE, 9000.0), Some(0));
        assert_eq!(remaining(&limiter, ONE, 1000.0), Some(0));
    }

    #[test]
    fn sweep_removes_ended_windows() {
        let limiter = RateLimiter::new(1);
        for key in 0..1000 {
            admit(&limiter, KeyId(key), 1000.0);
        }
        admit(&limiter, ONE, 1061.0);
        assert_eq!(limiter.windows.lock().unwrap().open.len(), 1);
    }
}
