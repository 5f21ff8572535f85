//! The client's rate limiter: requests wait instead of exceeding the rate limit of the server.
//!
//! All clones of a client share one limiter. It learns from the `X-RateLimit-*` headers: a window
//! permits `limit` requests; this client has sent some of them, and other clients with the same API
//! key have used some. A new window is assumed to have the limit of the previous one.
//!
//! At the start of each window one request is sent, whose response says how many requests are left. If
//! others use the windows too, every response then permits two more, up to a part of those that are
//! left. Without a response, one more request follows after a quarter of a second, then two more, then
//! four more: neither a request that hangs nor a slow server holds up the others.
//!
//! A fixed rate (60 per minute, so one per second) was rejected: it delays every request for a limit
//! that most clients never reach, and it does not know about other clients of the same key. A probe
//! that goes first in each window was rejected too: all others wait until it gets a response.

mod queue;
#[cfg(test)]
mod simulation;
mod window;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;

use crate::clock::Clock;
use crate::deadline::DeadlineCause;
use crate::rate_limit_headers::{MAX_WINDOW, RateLimit, RateLimitHeaders};

pub(crate) use queue::Ticket;
use queue::{Queue, Waiter};
use window::{Admission, Window};

/// The pause after a 429 without `Retry-After` and without an exhausted window.
const DEFAULT_PAUSE: Duration = Duration::from_secs(1);

/// The least extension of a pause after which the waiting requests estimate their wait again.
const NOTABLE_PAUSE: Duration = Duration::from_secs(1);

/// The rate limiter that all clones of a client share.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    enabled: bool,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The rate limit of the last response.
    last: Option<RateLimit>,
    window: Window,
    /// The end of the pause after a 429; it applies whatever the window permits.
    paused_until: Duration,
    queue: Queue,
}

impl State {
    fn admit(&mut self, now: Duration) -> Admission {
        match now < self.paused_until {
            true => Admission::WaitUntil(self.paused_until),
            false => self.window.admit(now),
        }
    }

    /// Records the end of a request, with or without a response.
    fn complete(
        &mut self,
        window: u64,
        response: Option<(&RateLimitHeaders, StatusCode)>,
        now: Duration,
    ) {
        let (schedule, paused_until) = (self.window.schedule(), self.paused_until);
        let is_rejected =
            matches!(response, Some((_, status)) if status == StatusCode::TOO_MANY_REQUESTS);
        self.window.complete(window, is_rejected);
        if let Some((headers, status)) = response {
            if is_rejected {
                let wait = headers.wait().unwrap_or(DEFAULT_PAUSE).min(MAX_WINDOW);
                self.paused_until = self.paused_until.max(now.saturating_add(wait));
            }
            match (headers.rate_limit, headers.window_end) {
                (Some(limit), Some(end)) => self.window.learn(window, limit, end, now),
                // These responses can come from a proxy, which does not know the rate limit.
                _ if is_rejected || status.is_server_error() => {}
                (limit, _) => self.window.learn_nothing(window, limit.is_some()),
            }
            self.last = headers.rate_limit.or(self.last);
        }
        if schedule != self.window.schedule() || self.paused_until > paused_until + NOTABLE_PAUSE {
            let (window, paused_until) = (self.window, self.paused_until);
            self.queue.reject_late(now, |ahead| estimate_wait(&window, paused_until, ahead, now));
        } else {
            self.queue.wake_first();
        }
    }
}

/// Returns the least wait of a request with `ahead` requests ahead of it.
fn estimate_wait(window: &Window, paused_until: Duration, ahead: u64, now: Duration) -> Duration {
    window.estimate_wait(ahead, now).max(paused_until.saturating_sub(now))
}

impl RateLimiter {
    pub(crate) fn new(enabled: bool, clock: Arc<dyn Clock>) -> Self {
        let state = State {
            last: None,
            window: Window::new(),
            paused_until: Duration::ZERO,
            queue: Queue::default(),
        };
        RateLimiter { enabled, clock, state: Mutex::new(state) }
    }

    /// Returns true if requests wait for the rate limit.
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Returns the rate limit of the last response.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.state().last
    }

    /// Waits until a request may be sent, and returns its permit.
    ///
    /// The first request of a call takes a ticket, and a retry waits with the ticket of its call. The
    /// error comes as soon as it is known that the request cannot be sent before the deadline.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        ticket: &mut Option<Ticket>,
        deadline: Duration,
    ) -> Result<Permit, DeadlineCause> {
        let now = self.clock.elapsed();
        let (waiting, mut step) = {
            let mut state = self.state();
            let ahead = if ticket.is_some() { 0 } else { state.queue.len() };
            let ticket = *ticket.get_or_insert_with(|| state.queue.ticket());
            let step = self.step(&mut state, ticket, now, deadline)?;
            if let Step::Admitted(permit) = step {
                return Ok(permit);
            }
            let ahead = u64::try_from(ahead).unwrap_or(u64::MAX);
            let wait = estimate_wait(&state.window, state.paused_until, ahead, now);
            if now.saturating_add(wait) >= deadline {
                return Err(DeadlineCause::Wait(wait));
            }
            let waiter = state.queue.insert(ticket, deadline);
            (WaitingRequest { limiter: self, ticket, waiter }, step)
        };
        let mut timeout = self.clock.sleep(deadline.saturating_sub(now));
        loop {
            let wake = waiting.waiter.wake.notified();
            match step {
                Step::Admitted(permit) => return Ok(permit),
                Step::WaitForTurn => tokio::select! {
                    biased;
                    () = wake => {}
                    () = &mut timeout => {}
                },
                Step::WaitForResponse(instant) => tokio::select! {
                    biased;
                    () = wake => {}
                    () = tokio::time::sleep_until(instant) => {}
                    () = &mut timeout => {}
                },
                Step::Wait(wait) => {
                    tracing::debug!(wait_ms = wait.as_millis(), "waiting for the rate limit");
                    tokio::select! {
                        biased;
                        () = wake => {}
                        () = self.clock.sleep(wait) => {}
                        () = &mut timeout => {}
                    }
                }
            }
            if let Some(cause) = waiting.waiter.rejected.get() {
                return Err(*cause);
            }
            let now = self.clock.elapsed();
            step = self.step(&mut self.state(), waiting.ticket, now, deadline)?;
        }
    }

    /// Decides on the next step of a request that waits.
    fn step(
        self: &Arc<Self>,
        state: &mut State,
        ticket: Ticket,
        now: Duration,
        deadline: Duration,
    ) -> Result<Step, DeadlineCause> {
        if now >= deadline {
            let wait = estimate_wait(&state.window, state.paused_until, 0, now);
            let is_limited = state.window.is_limited() && !wait.is_zero();
            return Err(if is_limited { DeadlineCause::Wait(wait) } else { DeadlineCause::Passed });
        }
        if !self.enabled {
            return Ok(Step::Admitted(self.permit(state)));
        }
        if !state.queue.is_first(ticket) {
            return Ok(Step::WaitForTurn);
        }
        match state.admit(now) {
            Admission::Admitted => Ok(Step::Admitted(self.permit(state))),
            Admission::WaitForResponse(instant) => Ok(Step::WaitForResponse(instant)),
            Admission::WaitUntil(time) if time >= deadline => {
                Err(DeadlineCause::Wait(time.saturating_sub(now)))
            }
            Admission::WaitUntil(time) => Ok(Step::Wait(time.saturating_sub(now))),
        }
    }

    fn permit(self: &Arc<Self>, state: &State) -> Permit {
        Permit { limiter: Arc::clone(self), window: state.window.number, is_complete: false }
    }

    fn complete(&self, window: u64, response: Option<(&RateLimitHeaders, StatusCode)>) {
        let now = self.clock.elapsed();
        self.state().complete(window, response, now);
    }

    /// Locks the state. A poisoned lock is fine: every statement leaves the state consistent.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The next step of a request that waits.
#[derive(Debug)]
enum Step {
    Admitted(Permit),
    /// Other requests are ahead.
    WaitForTurn,
    WaitForResponse(tokio::time::Instant),
    Wait(Duration),
}

/// The permission to send one request.
#[derive(Debug)]
pub(crate) struct Permit {
    limiter: Arc<RateLimiter>,
    /// The number of the window in which the request was admitted.
    window: u64,
    is_complete: bool,
}

impl Permit {
    /// Records the response to the request.
    pub(crate) fn complete(mut self, headers: &RateLimitHeaders, status: StatusCode) {
        self.is_complete = true;
        self.limiter.complete(self.window, Some((headers, status)));
    }
}

impl Drop for Permit {
    /// Records the end of a request without a response. The request still counts as sent, because the
    /// server may have counted it.
    fn drop(&mut self) {
        if !self.is_complete {
            self.limiter.complete(self.window, None);
        }
    }
}

/// A request in the queue; dropping it removes the request.
#[derive(Debug)]
struct WaitingRequest<'a> {
    limiter: &'a RateLimiter,
    ticket: Ticket,
    waiter: Arc<Waiter>,
}

impl Drop for WaitingRequest<'_> {
    fn drop(&mut self) {
        self.limiter.state().queue.remove(self.ticket);
    }
}
