//! The budget of retries that all calls of a client share.
//!
//! During an outage every call fails and would be retried again and again, and these requests can keep
//! a server down. The budget is a token bucket: a retry takes a token, and a call waits for one if the
//! bucket is empty. Successes put tokens back, so that retries get faster when the server is back.
//!
//! To fail a call without a token, as other clients do, was rejected: a restart of the server would
//! fail most calls of a program with many tasks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Queue, Notify};

use crate::clock::Clock;
use crate::deadline::DeadlineCause;

/// The greatest number of tokens: retries that can follow a series of failures at once.
///
/// The SDKs of AWS have the same bound: 500 tokens, of which a retry costs 5.
const CAPACITY: f64 = 100.0;

/// The number of tokens that come back in a second. Finagle's budget has the same minimum.
const TOKENS_PER_SECOND: f64 = 10.0;

/// The number of tokens that the success of a first attempt puts back.
const TOKENS_PER_FIRST_SUCCESS: f64 = 0.2;

/// The budget of retries of a client and its clones.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    clock: Arc<dyn Clock>,
    /// The queue of the calls that wait for a token; tokio's mutex is fair.
    queue: Queue<()>,
    /// Wakes the head of the queue when a success puts tokens back.
    success: Notify,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    /// The time at which `tokens` was computed.
    time: Duration,
}

impl Bucket {
    fn add(&mut self, tokens: f64) {
        self.tokens = (self.tokens + tokens).min(CAPACITY);
    }

    /// Takes a token, or returns the time until there is one.
    fn take(&mut self, now: Duration) -> Result<(), Duration> {
        self.add(now.saturating_sub(self.time).as_secs_f64() * TOKENS_PER_SECOND);
        self.time = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        // Rounded up, so that there is a token after the wait.
        let millis = (1000.0 * (1.0 - self.tokens) / TOKENS_PER_SECOND).ceil();
        Err(Duration::from_millis(millis as u64))
    }
}

impl RetryBudget {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let bucket = Bucket { tokens: CAPACITY, time: clock.elapsed() };
        RetryBudget {
            clock,
            queue: Queue::default(),
            success: Notify::new(),
            bucket: Mutex::new(bucket),
        }
    }

    /// Waits for a token and takes it.
    pub(crate) async fn take(&self, deadline: Duration) -> Result<(), DeadlineCause> {
        let remaining = deadline.saturating_sub(self.clock.elapsed());
        let _head_of_queue = tokio::select! {
            biased;
            head = self.queue.lock() => head,
            () = self.clock.sleep(remaining) => return Err(DeadlineCause::Passed),
        };
        loop {
            let now = self.clock.elapsed();
            let Err(wait) = self.bucket().take(now) else { return Ok(()) };
            if now.saturating_add(wait) >= deadline {
                return Err(DeadlineCause::Passed);
            }
            tokio::select! {
                biased;
                () = self.success.notified() => {}
                () = self.clock.sleep(wait) => {}
            }
        }
    }

    /// Records that the server has carried out a request or has rejected it for good.
    pub(crate) fn record_success(&self, is_retry: bool) {
        self.bucket().add(if is_retry { 1.0 } else { TOKENS_PER_FIRST_SUCCESS });
        if is_retry {
            self.success.notify_one();
        }
    }

    /// Locks the bucket. A poisoned lock is fine: every statement leaves the bucket consistent.
    fn bucket(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::clock::tests::TokioClock;

    const OUTAGE: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn outage_is_not_amplified_and_every_call_survives_it() {
        let clock = Arc::new(TokioClock::new());
        let budget = Arc::new(RetryBudget::new(clock.clone()));
        let failures = Arc::new(AtomicU32::new(0));
        let call = |_| {
            let (clock, budget) = (Arc::clone(&clock), Arc::clone(&budget));
            let failures = Arc::clone(&failures);
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    if clock.elapsed() > OUTAGE {
                        budget.record_success(true);
                        return clock.elapsed();
                    }
                    failures.fetch_add(1, Ordering::Relaxed);
                    budget
                        .take(Duration::from_secs(90))
                        .await
                        .expect("a token before the deadline");
                }
            })
        };
        let calls: Vec<_> = (0..1000).map(call).collect();
        let mut last = Duration::ZERO;
        for call in calls {
            last = last.max(call.await.expect("the call does not panic"));
        }
        let failures = failures.load(Ordering::Relaxed);
        println!("1000 calls, {failures} failed requests in 5 s, last success at {last:?}");
        assert!((1000..=1151).contains(&failures), "1000 calls, 100 + 50 retries: {failures}");
        assert!(last < Duration::from_secs(15), "{last:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn wait_for_a_token_ends_before_the_deadline() {
        let clock = Arc::new(TokioClock::new());
        let budget = RetryBudget::new(clock.clone());
        let deadline = Duration::from_secs(3);
        let mut taken = 0;
        while budget.take(deadline).await.is_ok() {
            taken += 1;
        }
        assert_eq!(taken, 100 + 29, "the bucket, and ten per second");
        assert!(clock.elapsed() < deadline);
    }

    #[tokio::test(start_paused = true)]
    async fn first_success_puts_back_a_fifth() {
        let budget = RetryBudget::new(Arc::new(TokioClock::new()));
        for _ in 0..100 {
            budget.take(Duration::from_secs(1)).await.expect("the bucket is full");
        }
        for _ in 0..9 {
            budget.record_success(false);
        }
        assert_eq!(budget.bucket().take(Duration::ZERO), Ok(()));
        let wait = budget.bucket().take(Duration::ZERO).expect_err("0.8 tokens are left");
        assert!((20..=21).contains(&wait.as_millis()), "0.2 tokens at 10 per second: {wait:?}");
    }
}
