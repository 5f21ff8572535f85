//! The time, replaceable in tests.
//!
//! tokio's paused time was rejected: it advances whenever the runtime is idle, and a runtime that
//! waits for a response on a real socket is idle.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

/// The future that [`Clock::sleep`] returns.
pub type Sleep<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A source of time. See [`ClientBuilder::clock`](crate::ClientBuilder::clock).
pub trait Clock: Debug + Send + Sync {
    /// Returns the monotonic time since some fixed moment.
    fn elapsed(&self) -> Duration;

    /// Returns the current date and time.
    fn now(&self) -> DateTime<Utc>;

    /// Completes after `duration`.
    fn sleep(&self, duration: Duration) -> Sleep<'_>;
}

/// The clock of the operating system.
#[derive(Debug)]
pub(crate) struct SystemClock {
    started: Instant,
}

impl SystemClock {
    pub(crate) fn new() -> Self {
        SystemClock { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The time at which the clock begins, after the Unix epoch.
    pub(crate) const START: Duration = Duration::from_secs(1_700_000_040);

    /// The clock of tokio, whose time a test can pause. It begins with a whole second.
    #[derive(Debug)]
    pub(crate) struct TokioClock(tokio::time::Instant);

    impl TokioClock {
        pub(crate) fn new() -> Self {
            TokioClock(tokio::time::Instant::now())
        }
    }

    impl Clock for TokioClock {
        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }

        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH + START + self.0.elapsed()
        }

        fn sleep(&self, duration: Duration) -> Sleep<'_> {
            Box::pin(tokio::time::sleep(duration))
        }
    }
}
