//! The clock, a parameter of the server so that tests can set the time.

use std::fmt::Debug;

use agenthuman_server_runtime::timestamp::Timestamp;
use chrono::Utc;

/// A source of the current time.
pub trait Clock: Debug + Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::expect_used, reason = "no machine's clock is outside the years 0 to 9999")]
    fn now(&self) -> Timestamp {
        Timestamp::new(Utc::now()).expect("the machine's clock is within the years 0 to 9999")
    }
}
