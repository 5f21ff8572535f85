//! The client's rate limiter: requests wait instead of exceeding the rate limit of the server.
//!
//! All clones of a client share one limiter. It learns from the `X-RateLimit-*` headers: a window
//! permits `limit` requests; this client has sent some of them, and other clients with the same API
//! key have used some.
//!
//! Nothing is known before the first response and at the start of each window. Then one request, the
//! probe, goes first and the others wait for its response, which costs one round trip per window. If a
//! probe gets no response, two probes follow, then four, so that an outage does not serialize the
//! requests.
//!
//! In a known window there are never more requests in flight than responses received, so that the
//! client learns about the usage of others before the window is exhausted.
//!
//! A fixed rate (60 per minute, so one per second) was rejected: it delays every request for a limit
//! that most clients never reach, and it does not know about other clients of the same key.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::sync::{Mutex as Queue, Notify, watch};

use crate::clock::Clock;
use crate::deadline::DeadlineCause;
use crate::rate_limit_headers::{MAX_WINDOW, RateLimit, RateLimitHeaders};

/// The assumed length of a window until one has been observed. The vendor documents one minute.
const DEFAULT_WINDOW: Duration = Duration::from_secs(60);

/// The pause after a 429 without `Retry-After` and without an exhausted window.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// The greatest difference in seconds between two ends of the same window. If the header is a number
/// of seconds, the computed end varies by the rounding.
const SAME_WINDOW_SECONDS: i64 = 2;

/// The exponent of the greatest number of concurrent probes; 2^10 probes are as good as no bound.
const MAX_PROBE_EXPONENT: u32 = 10;

/// The rate limiter that all clones of a client share.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    enabled: bool,
    clock: Arc<dyn Clock>,
    /// The queue of waiting requests; tokio's mutex is fair.
    queue: Queue<()>,
    /// Wakes the head of the queue after every completed request.
    completed: Notify,
    /// Wakes all waiting requests when a window begins: each estimates its wait again.
    windows: watch::Sender<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The rate limit of the last response.
    last: Option<RateLimit>,
    window: Window,
    /// The end of the pause after a 429; it applies whatever the window permits.
    paused_until: Duration,
    in_flight: u64,
    /// The greatest time to the end of a window that has been observed.
    window_length: Duration,
    /// The tickets of the waiting requests, in order of arrival.
    waiting: BTreeSet<u64>,
    next_ticket: u64,
}

/// The state of the current window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    Unknown {
        probes: u64,
        failed_probes: u32,
    },
    /// The server reports no rate limit.
    Unlimited,
    Known(KnownWindow),
}

impl Default for Window {
    fn default() -> Self {
        Window::Unknown { probes: 0, failed_probes: 0 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KnownWindow {
    /// The end by the server's clock, in Unix time; it identifies the window.
    resets_at: i64,
    /// The end by the client's clock.
    ends_at: Duration,
    limit: u64,
    /// The number of requests of this client, those in flight included.
    sent: u64,
    /// The least number of requests that other clients have used.
    used_by_others: u64,
    responses: u64,
}

impl KnownWindow {
    fn available(&self) -> u64 {
        self.limit.saturating_sub(self.sent).saturating_sub(self.used_by_others)
    }
}

/// The decision on the request at the head of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    Admitted { is_probe: bool },
    WaitUntil(Duration),
    WaitForResponse,
}

impl State {
    fn admit(&mut self, now: Duration) -> Admission {
        if now < self.paused_until {
            return Admission::WaitUntil(self.paused_until);
        }
        if matches!(self.window, Window::Known(window) if now >= window.ends_at) {
            self.window = Window::default();
        }
        match &mut self.window {
            Window::Unlimited => Admission::Admitted { is_probe: false },
            Window::Unknown { probes, failed_probes } => {
                if *probes >= 1 << (*failed_probes).min(MAX_PROBE_EXPONENT) {
                    return Admission::WaitForResponse;
                }
                *probes += 1;
                Admission::Admitted { is_probe: true }
            }
            Window::Known(window) if window.available() == 0 => {
                Admission::WaitUntil(window.ends_at)
            }
            Window::Known(window) if self.in_flight > window.responses => {
                Admission::WaitForResponse
            }
            Window::Known(window) => {
                window.sent += 1;
                Admission::Admitted { is_probe: false }
            }
        }
    }

    /// Records the end of a request, with or without a response.
    fn complete(
        &mut self,
        is_probe: bool,
        response: Option<(&RateLimitHeaders, StatusCode)>,
        now: Duration,
    ) {
        self.in_flight -= 1;
        if is_probe && let Window::Unknown { probes, .. } = &mut self.window {
            *probes = probes.saturating_sub(1);
        }
        let (headers, status) = match response {
            Some((headers, status)) => (*headers, status),
            None => (RateLimitHeaders::default(), StatusCode::SERVICE_UNAVAILABLE),
        };
        if status == StatusCode::TOO_MANY_REQUESTS {
            let wait = headers.wait().unwrap_or(DEFAULT_PAUSE).min(MAX_WINDOW);
            self.paused_until = self.paused_until.max(now.saturating_add(wait));
        }
        match (headers.rate_limit, &mut self.window) {
            (Some(rate_limit), _) => self.learn(rate_limit, headers.reset_in, now),
            // A server error can come from a proxy, which does not know the rate limit.
            (None, Window::Unknown { failed_probes, .. }) if status.is_server_error() => {
                *failed_probes = failed_probes.saturating_add(1);
            }
            (None, Window::Unknown { .. }) if status != StatusCode::TOO_MANY_REQUESTS => {
                self.window = Window::Unlimited;
            }
            (None, _) => {}
        }
    }

    /// Updates the window from the rate limit of a response.
    fn learn(&mut self, rate_limit: RateLimit, reset_in: Duration, now: Duration) {
        self.last = Some(rate_limit);
        self.window_length = self.window_length.max(reset_in);
        let resets_at = rate_limit.resets_at.timestamp();
        let used = rate_limit.limit.saturating_sub(rate_limit.remaining);
        match &mut self.window {
            Window::Known(window)
                if (resets_at - window.resets_at).abs() <= SAME_WINDOW_SECONDS =>
            {
                window.limit = rate_limit.limit;
                window.responses += 1;
                window.used_by_others = window.used_by_others.max(used.saturating_sub(window.sent));
            }
            // A late response of an earlier window.
            Window::Known(window) if resets_at < window.resets_at => {}
            _ => {
                // The server may have counted the requests in flight in this window.
                let sent = self.in_flight + 1;
                self.window = Window::Known(KnownWindow {
                    resets_at,
                    ends_at: now.saturating_add(reset_in),
                    limit: rate_limit.limit,
                    sent,
                    used_by_others: used.saturating_sub(sent),
                    responses: 1,
                });
            }
        }
    }

    /// Returns the least wait of a request with `ahead` requests ahead of it.
    fn estimate_wait(&self, ahead: u64, now: Duration) -> Duration {
        let pause = self.paused_until.saturating_sub(now);
        let Window::Known(window) = &self.window else { return pause };
        let Some(beyond) = ahead.checked_sub(window.available()) else { return pause };
        let windows = beyond.checked_div(window.limit).unwrap_or_default();
        let length = if self.window_length.is_zero() { DEFAULT_WINDOW } else { self.window_length };
        let more = length.saturating_mul(u32::try_from(windows).unwrap_or(u32::MAX));
        pause.max(window.ends_at.saturating_sub(now).saturating_add(more))
    }
}

impl RateLimiter {
    pub(crate) fn new(enabled: bool, clock: Arc<dyn Clock>) -> Self {
        RateLimiter {
            enabled,
            clock,
            queue: Queue::default(),
            completed: Notify::new(),
            windows: watch::Sender::default(),
            state: Mutex::default(),
        }
    }

    /// Returns the rate limit of the last response.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.state().last
    }

    /// Waits until a request may be sent, and returns its permit.
    ///
    /// The error comes as soon as it is known that the request cannot be sent before the deadline.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        deadline: Duration,
    ) -> Result<Permit, DeadlineCause> {
        if !self.enabled {
            return Ok(self.permit(&mut self.state(), false));
        }
        let waiting = WaitingRequest::enqueue(self);
        let remaining = deadline.saturating_sub(self.clock.elapsed());
        let timeout = self.clock.sleep(remaining);
        tokio::select! {
            biased;
            cause = waiting.exceeds(deadline) => Err(cause),
            permit = self.acquire_in_order(deadline) => permit,
            () = timeout => Err(self.timeout_cause()),
        }
    }

    fn timeout_cause(&self) -> DeadlineCause {
        let state = self.state();
        match state.window {
            Window::Known(_) => DeadlineCause::Wait(state.estimate_wait(0, self.clock.elapsed())),
            Window::Unknown { .. } | Window::Unlimited => DeadlineCause::NoResponse,
        }
    }

    async fn acquire_in_order(
        self: &Arc<Self>,
        deadline: Duration,
    ) -> Result<Permit, DeadlineCause> {
        let _head_of_queue = self.queue.lock().await;
        loop {
            let now = self.clock.elapsed();
            let admission = {
                let mut state = self.state();
                match state.admit(now) {
                    Admission::Admitted { is_probe } => {
                        return Ok(self.permit(&mut state, is_probe));
                    }
                    admission => admission,
                }
            };
            match admission {
                Admission::Admitted { .. } => {}
                Admission::WaitForResponse => self.completed.notified().await,
                Admission::WaitUntil(time) => {
                    let wait = time.saturating_sub(now);
                    if time > deadline {
                        return Err(DeadlineCause::Wait(wait));
                    }
                    tracing::debug!(wait_ms = wait.as_millis(), "waiting for the rate limit");
                    tokio::select! {
                        () = self.clock.sleep(wait) => {}
                        () = self.completed.notified() => {}
                    }
                }
            }
        }
    }

    fn permit(self: &Arc<Self>, state: &mut State, is_probe: bool) -> Permit {
        state.in_flight += 1;
        Permit { limiter: Arc::clone(self), is_probe, is_complete: false }
    }

    fn complete(&self, is_probe: bool, response: Option<(&RateLimitHeaders, StatusCode)>) {
        let now = self.clock.elapsed();
        let is_new_window = {
            let mut state = self.state();
            let before = state.window;
            state.complete(is_probe, response, now);
            match (before, state.window) {
                (Window::Known(before), Window::Known(after)) => {
                    before.resets_at != after.resets_at
                }
                (_, after) => matches!(after, Window::Known(_)),
            }
        };
        self.completed.notify_one();
        if is_new_window {
            self.windows.send_replace(());
        }
    }

    /// Locks the state. A poisoned lock is fine: every statement leaves the state consistent.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permission to send one request.
#[derive(Debug)]
pub(crate) struct Permit {
    limiter: Arc<RateLimiter>,
    is_probe: bool,
    is_complete: bool,
}

impl Permit {
    /// Records the response to the request.
    pub(crate) fn complete(mut self, headers: &RateLimitHeaders, status: StatusCode) {
        self.is_complete = true;
        self.limiter.complete(self.is_probe, Some((headers, status)));
    }
}

impl Drop for Permit {
    /// Records the end of a request without a response. The request still counts as sent, because the
    /// server may have counted it.
    fn drop(&mut self) {
        if !self.is_complete {
            self.limiter.complete(self.is_probe, None);
        }
    }
}

/// A request in the queue; dropping it takes it out.
struct WaitingRequest<'a> {
    limiter: &'a RateLimiter,
    ticket: u64,
    windows: watch::Receiver<()>,
}

impl<'a> WaitingRequest<'a> {
    fn enqueue(limiter: &'a RateLimiter) -> Self {
        let mut state = limiter.state();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.insert(ticket);
        WaitingRequest { limiter, ticket, windows: limiter.windows.subscribe() }
    }

    /// Completes when the estimated wait exceeds the deadline; otherwise it never completes.
    async fn exceeds(&self, deadline: Duration) -> DeadlineCause {
        let mut windows = self.windows.clone();
        loop {
            let now = self.limiter.clock.elapsed();
            let wait = {
                let state = self.limiter.state();
                let ahead = state.waiting.range(..self.ticket).count();
                state.estimate_wait(u64::try_from(ahead).unwrap_or(u64::MAX), now)
            };
            if now.saturating_add(wait) > deadline {
                return DeadlineCause::Wait(wait);
            }
            // It fails only without a sender, and the limiter owns one.
            let _ = windows.changed().await;
        }
    }
}

impl Drop for WaitingRequest<'_> {
    fn drop(&mut self) {
        self.limiter.state().waiting.remove(&self.ticket);
    }
}
