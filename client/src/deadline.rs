//! The deadline of a call, and the reasons why a call ends before it.

use std::time::Duration;

/// The reason why a request is not sent before its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeadlineCause {
    /// The rate limit or the backoff requires a wait of this length.
    Wait(Duration),
    /// The requests that probe an unknown rate limit have not got a response.
    NoResponse,
}

/// A call that ended because its next attempt would have begun after the deadline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeadlineExceeded {
    pub(crate) cause: DeadlineCause,
    /// The timeout of the call, from which its deadline follows.
    pub(crate) timeout: Duration,
}
