//! A clock that tests control.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use agenthuman_links_server::clock::Clock;
use agenthuman_server_runtime::timestamp::Timestamp;
use chrono::{DateTime, TimeDelta, Utc};

/// Initial time, 2025-06-01T00:00:00Z, at which [`crate::LINK`] is active. In seconds since 1970.
const START: i64 = 1_748_736_000;

/// Last time that the API can represent, 9999-12-31T23:59:59.999999Z. In microseconds since 1970.
const LAST: i64 = 253_402_300_799_999_999;

/// A clock that stands still until [`TestClock::run`] is called. Clones share their time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// Time at the last change.
    time: DateTime<Utc>,
    /// Real time of the last change.
    changed_at: Instant,
    /// Speed as a multiple of real time; 0 while the clock stands still.
    speed: f64,
}

impl TestClock {
    /// Returns the current time, at most the last one that the API can represent.
    pub fn time(&self) -> DateTime<Utc> {
        let state = self.state();
        let last = DateTime::from_timestamp_micros(LAST).unwrap_or_default();
        let micros = state.changed_at.elapsed().as_secs_f64() * state.speed * 1e6;
        let passed = TimeDelta::microseconds(micros as i64);
        state.time.checked_add_signed(passed).map_or(last, |time| time.min(last))
    }

    /// Sets the time. The speed does not change.
    pub fn set(&self, time: DateTime<Utc>) {
        let mut state = self.state();
        state.time = time;
        state.changed_at = Instant::now();
    }

    /// Moves the time forward.
    pub fn advance(&self, duration: Duration) {
        let duration = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        self.set(self.time().checked_add_signed(duration).unwrap_or(DateTime::<Utc>::MAX_UTC));
    }

    /// Sets the speed as a multiple of real time; 0 stops the clock.
    pub fn run(&self, speed: f64) {
        self.set(self.time());
        self.state().speed = speed;
    }

    /// Locks the state. No panic can leave it half changed, so a poisoned lock is safe to use.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for TestClock {
    fn default() -> Self {
        let time = DateTime::from_timestamp(START, 0).unwrap_or_default();
        TestClock(Arc::new(Mutex::new(State { time, changed_at: Instant::now(), speed: 0.0 })))
    }
}

impl Clock for TestClock {
    #[expect(clippy::expect_used, reason = "a test that sets a time before the year 0 must fail")]
    fn now(&self) -> Timestamp {
        Timestamp::new(self.time()).expect("the clock is within the years 0 to 9999")
    }
}
