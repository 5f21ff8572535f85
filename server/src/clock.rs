//! The time, handed in so that tests can move it.

use std::fmt::Debug;

use agenthuman_server_runtime::timestamp::Timestamp;
use chrono::Utc;

/// Tells the time.
pub trait Clock: Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::expect_used, reason = "no machine's clock is outside the years 0 to 9999")]
    fn now(&self) -> Timestamp {
        Timestamp::new(Utc::now()).expect("the machine's clock is within the years 0 to 9999")
    }
}
