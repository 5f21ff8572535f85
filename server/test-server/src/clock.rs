//! A clock that tests move.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use agenthuman_links_server::clock::Clock;
use agenthuman_server_runtime::timestamp::Timestamp;
use chrono::{DateTime, TimeDelta, Utc};

/// What a new clock says: 2025-06-01T00:00:00Z, when [`super::LINK`] is active.
const START: i64 = 1_748_736_000;

/// 9999-12-31T23:59:59.999999Z
const LAST: i64 = 253_402_300_799_999_999;

/// A clock that stands still until it is told otherwise. Clones are the same clock.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// What it said when it was last told something.
    said: DateTime<Utc>,
    told_at: Instant,
    /// How much faster than the real time it goes; 0 while it stands still.
    speed: f64,
}

impl TestClock {
    /// What it says; never more than the last moment that the API can write.
    pub fn time(&self) -> DateTime<Utc> {
        let state = self.state();
        let last = DateTime::from_timestamp_micros(LAST).unwrap_or_default();
        let micros = state.told_at.elapsed().as_secs_f64() * state.speed * 1e6;
        let passed = TimeDelta::microseconds(micros as i64);
        state.said.checked_add_signed(passed).map_or(last, |time| time.min(last))
    }

    /// Sets it; it goes on as it did.
    pub fn set(&self, time: DateTime<Utc>) {
        let mut state = self.state();
        state.said = time;
        state.told_at = Instant::now();
    }

    /// Moves it forward.
    pub fn advance(&self, duration: Duration) {
        let duration = TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        self.set(self.time().checked_add_signed(duration).unwrap_or(DateTime::<Utc>::MAX_UTC));
    }

    /// Lets it run from now on, so much faster than the real time; 0 stops it.
    pub fn run(&self, speed: f64) {
        self.set(self.time());
        self.state().speed = speed;
    }

    /// The state is whole between two statements, so a panic elsewhere has not broken it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for TestClock {
    fn default() -> Self {
        let said = DateTime::from_timestamp(START, 0).unwrap_or_default();
        TestClock(Arc::new(Mutex::new(State { said, told_at: Instant::now(), speed: 0.0 })))
    }
}

impl Clock for TestClock {
    #[expect(clippy::expect_used, reason = "a test that goes back before the year 0 is to stop")]
    fn now(&self) -> Timestamp {
        Timestamp::new(self.time()).expect("the clock is within the years 0 to 9999")
    }
}
