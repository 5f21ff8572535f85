//! The current window of the rate limit: the requests that may be sent now.

use std::time::Duration;

use tokio::time::Instant;

use crate::rate_limit_headers::{RateLimit, WindowEnd};

/// The assumed length of a window until one has been observed. The vendor documents one minute.
const DEFAULT_LENGTH: Duration = Duration::from_secs(60);

/// The greatest difference in seconds between two ends of the same window. If the header is a number
/// of seconds, the computed end varies by the rounding.
const SAME_WINDOW_SECONDS: i64 = 1;

/// The time without a response after which one more request is sent, then two more, four more and so
/// on. It bounds the time for which a request that hangs delays others.
const STALL: Duration = Duration::from_millis(250);

/// The exponent of the greatest number of requests that are sent without a response.
const MAX_STALLS: u32 = 16;

/// The window as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// Tells the requests of this window from those of earlier ones.
    pub(super) number: u64,
    limit: Limit,
    /// The end by the server's clock, in Unix time; `None` before the first response in the window.
    resets_at: Option<i64>,
    /// The end of the previous window.
    previous_resets_at: Option<i64>,
    /// The end by the client's clock; `None` if it is not known.
    ends_at: Option<Duration>,
    /// The greatest time to the end of a window that has been observed.
    length: Option<Duration>,
    /// The number of requests of this client, those in flight included.
    sent: u64,
    in_flight: u64,
    /// The number of requests that have ended since the window began or since the last 429.
    completed: u64,
    /// The least number of requests that other clients have used.
    used_by_others: u64,
    /// True if others have used the previous window.
    is_shared: bool,
    /// The time of the last end of a request; at first, of the first request.
    progressed_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Unknown,
    /// The server reports no limit.
    Unlimited,
    /// The limit that the server reported in this window or in an earlier one.
    Known(u64),
}

/// The decision on the next request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Admission {
    Admitted,
    /// Wait for the window to end, by the client's clock.
    WaitUntil(Duration),
    /// Wait for a response, at most until this instant. It does not depend on the client's clock,
    /// because a clock that a test replaces does not change the speed of the network.
    WaitForResponse(Instant),
}

impl Window {
    pub(super) fn new() -> Self {
        Window {
            number: 0,
            limit: Limit::Unknown,
            resets_at: None,
            previous_resets_at: None,
            ends_at: None,
            length: None,
            sent: 0,
            in_flight: 0,
            completed: 0,
            used_by_others: 0,
            is_shared: false,
            progressed_at: None,
        }
    }

    /// Returns the facts by which waiting requests estimate their wait.
    pub(super) fn schedule(&self) -> impl PartialEq + use<> {
        (self.number, self.limit, self.resets_at)
    }

    /// Returns true if a rate limit is known.
    pub(super) fn is_limited(&self) -> bool {
        matches!(self.limit, Limit::Known(_))
    }

    /// Admits the next request, or returns the wait before it.
    pub(super) fn admit(&mut self, now: Duration) -> Admission {
        if self.ends_at.is_some_and(|end| now >= end) {
            self.roll_over(now);
        }
        if let (Limit::Known(_), 0, Some(end)) = (self.limit, self.available(), self.ends_at) {
            return Admission::WaitUntil(end);
        }
        if self.limit != Limit::Unlimited && self.in_flight >= self.concurrency() {
            let instant = Instant::now();
            let progressed_at = *self.progressed_at.get_or_insert(instant);
            // The least number of stalls that permits one more request.
            let stalls = (self.in_flight.ilog2() + 1).min(MAX_STALLS);
            let stalled_until = progressed_at + STALL * stalls;
            if instant < stalled_until {
                return Admission::WaitForResponse(stalled_until);
            }
        }
        self.progressed_at.get_or_insert_with(Instant::now);
        self.sent += 1;
        self.in_flight += 1;
        Admission::Admitted
    }

    /// Returns the number of requests that may be in flight.
    ///
    /// It begins with one, and grows with each request that ends until a response says how many
    /// requests are left. If others use the window too, it still grows in this way, and is at most the
    /// client's share of the requests that are left, so that the client learns about their usage before
    /// they exceed the limit together.
    fn concurrency(&self) -> u64 {
        let growth = self.completed + 1;
        if self.completed == 0 || self.resets_at.is_none() {
            return growth;
        }
        if self.used_by_others == 0 && !self.is_shared {
            return u64::MAX;
        }
        let all = u128::from(self.sent) + u128::from(self.used_by_others);
        let share = u128::from(self.available()) * u128::from(self.sent) / all.max(1);
        growth.min(u64::try_from(share).unwrap_or(u64::MAX).max(1))
    }

    /// Records the end of a request that was admitted in window `number`.
    pub(super) fn complete(&mut self, number: u64, is_rejected: bool) {
        if number != self.number {
            return;
        }
        self.in_flight = self.in_flight.saturating_sub(1);
        self.progressed_at = Some(Instant::now());
        self.completed = if is_rejected { 0 } else { self.completed + 1 };
    }

    /// Updates the window from the rate limit of a response to a request of window `number`.
    pub(super) fn learn(&mut self, number: u64, limit: RateLimit, end: WindowEnd, now: Duration) {
        let resets_at = limit.resets_at.timestamp();
        let is_later = |known: i64| resets_at > known + SAME_WINDOW_SECONDS;
        match (self.resets_at, self.previous_resets_at) {
            (Some(known), _) if is_later(known) => {
                // The server may have counted the requests in flight in the later window.
                let sent = self.in_flight + 1;
                self.roll_over(now);
                self.sent = sent;
            }
            (Some(known), _) if resets_at < known - SAME_WINDOW_SECONDS => return,
            (None, Some(previous)) if number != self.number && !is_later(previous) => return,
            _ => {}
        }
        let ends_at = now.saturating_add(end.after);
        self.ends_at = Some(match (self.resets_at, self.ends_at) {
            // `Date` has whole seconds, so that the earliest computed end is the most exact one.
            (Some(_), Some(known)) if end.is_time => known.min(ends_at),
            (Some(_), Some(known)) => known,
            _ => ends_at,
        });
        self.resets_at = Some(resets_at);
        self.length = self.length.max(Some(end.after));
        self.limit = Limit::Known(limit.limit);
        let used = limit.limit.saturating_sub(limit.remaining);
        self.used_by_others = self.used_by_others.max(used.saturating_sub(self.sent));
    }

    /// Records a response that reports no rate limit.
    ///
    /// `has_unusable_limit` is true if the response has the headers, but no end of the window to wait
    /// for. Such a server is not paced, but an earlier limit with an end remains.
    pub(super) fn learn_nothing(&mut self, number: u64, has_unusable_limit: bool) {
        let is_first = self.resets_at.is_none() && number == self.number;
        if self.limit == Limit::Unknown || is_first && !has_unusable_limit {
            self.limit = Limit::Unlimited;
            self.ends_at = None;
        }
    }

    /// Returns the least wait of a request with `ahead` requests ahead of it.
    pub(super) fn estimate_wait(&self, ahead: u64, now: Duration) -> Duration {
        let (Limit::Known(limit), Some(end)) = (self.limit, self.ends_at) else {
            return Duration::ZERO;
        };
        let (available, end) = match now >= end {
            true => (limit, now.saturating_add(self.length())),
            false => (self.available(), end),
        };
        let Some(beyond) = ahead.checked_sub(available) else { return Duration::ZERO };
        let windows = beyond.checked_div(limit).unwrap_or_default();
        let more = self.length().saturating_mul(u32::try_from(windows).unwrap_or(u32::MAX));
        end.saturating_sub(now).saturating_add(more)
    }

    #[cfg(test)]
    pub(super) fn in_flight(&self) -> u64 {
        self.in_flight
    }

    fn available(&self) -> u64 {
        match self.limit {
            Limit::Known(limit) => {
                limit.saturating_sub(self.sent).saturating_sub(self.used_by_others)
            }
            Limit::Unknown | Limit::Unlimited => u64::MAX,
        }
    }

    fn length(&self) -> Duration {
        self.length.unwrap_or(DEFAULT_LENGTH)
    }

    /// Begins the next window. Until a response says more, it has the limit of this one.
    fn roll_over(&mut self, now: Duration) {
        *self = Window {
            number: self.number + 1,
            limit: self.limit,
            previous_resets_at: self.resets_at.or(self.previous_resets_at),
            ends_at: self.is_limited().then(|| now.saturating_add(self.length())),
            length: self.length,
            is_shared: self.used_by_others > 0,
            ..Window::new()
        };
    }
}
