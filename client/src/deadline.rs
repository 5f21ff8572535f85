//! The deadline of a call, and the reasons why a call ends before it.

use std::time::Duration;

/// The reason why a request is not sent before its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeadlineCause {
    /// The rate limit or the backoff requires a wait of this length.
    Wait(Duration),
    /// The deadline passed while the request waited for its turn.
    Passed,
}

/// A call that ended because its next attempt would have begun after a deadline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeadlineExceeded {
    pub(crate) cause: DeadlineCause,
    /// The timeout from which the deadline follows.
    pub(crate) timeout: Duration,
}
