//! Pacing: the client sends no request that the rate limit would refuse.
//!
//! All clones of a client share one bucket. It is filled by what the server says in its
//! `X-RateLimit-*` headers: `limit` requests in a window, of which this client has sent some and
//! others, with the same key, have used some. Nothing is known before the first answer, and nothing
//! of a window that has just begun; then one request goes ahead, and the others wait for its answer.
//! That costs one round trip a minute, and only where there are others. Where it brings no answer,
//! two go ahead, then four: a server that is down is not asked by one caller after the other.
//!
//! In a window that is known there are never more requests in flight than have been answered, so that
//! what others use of it is learned while there is still some of it left.
//!
//! A fixed rate (60 a minute, so one each second) was rejected: it makes everybody wait for a limit
//! that most never reach, and knows nothing of others that use the key.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::sync::{Mutex as Queue, Notify, watch};

use crate::clock::Clock;
use crate::rate_limit::{LONGEST_WINDOW, RateLimit, Told};

/// How long a window is, until one has been seen. The vendor documents a limit for each minute.
const WINDOW: Duration = Duration::from_secs(60);

/// How long the server is left alone after a 429 that does not say when to come back.
const PAUSE: Duration = Duration::from_secs(1);

/// Ends of a window that are no further apart, in seconds, are the same: where the header has the
/// seconds that are left, the end wavers by the rounding.
const SAME_WINDOW: i64 = 2;

/// The bucket that all clones of a client share.
#[derive(Debug)]
pub(crate) struct Pacer {
    enabled: bool,
    clock: Arc<dyn Clock>,
    /// Whoever waits for the bucket waits here, and is served in turn.
    queue: Queue<()>,
    /// For the first in the queue: something has been learned, or a request has come back.
    changed: Notify,
    /// For all in the queue: another window has begun, so they may see how long it will take.
    windows: watch::Sender<()>,
    state: Mutex<State>,
}

/// Why a request may not be sent in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// The rate limit allows it only after so long.
    RateLimit(Duration),
    /// Nobody has been answered.
    NoAnswer,
}

#[derive(Debug, Default)]
struct State {
    last: Option<RateLimit>,
    window: Window,
    /// No request before then, whatever the window says: the server has refused one.
    not_before: Duration,
    /// Requests that have been sent and not been answered.
    in_flight: u64,
    /// The longest time to the end of a window that has been seen.
    longest: Duration,
    /// Who waits, by the order in which they came.
    waiting: BTreeSet<u64>,
    next_ticket: u64,
}

/// What is known of the current window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Window {
    /// Nothing: a few requests find out.
    Unknown {
        asking: u64,
        failed: u32,
    },
    /// The server does not count, or does not say so.
    Unlimited,
    Known(Known),
}

impl Default for Window {
    fn default() -> Self {
        Window::Unknown { asking: 0, failed: 0 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    /// By this the server's answers name the window.
    resets_at: i64,
    /// By the client's own clock.
    ends_at: Duration,
    limit: u64,
    /// Sent by this client, those in flight included.
    sent: u64,
    /// What others have used at least.
    used_by_others: u64,
    answered: u64,
}

impl Known {
    fn available(&self) -> u64 {
        self.limit.saturating_sub(self.sent).saturating_sub(self.used_by_others)
    }
}

/// What whoever asks for a request is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Go {
        /// Its answer tells the others how to go on.
        asks: bool,
    },
    /// Until then, or until something is learned.
    WaitUntil(Duration),
    WaitForAnswer,
}

impl State {
    fn take(&mut self, now: Duration) -> Turn {
        if now < self.not_before {
            return Turn::WaitUntil(self.not_before);
        }
        if matches!(self.window, Window::Known(window) if now >= window.ends_at) {
            self.window = Window::default();
        }
        match &mut self.window {
            Window::Unlimited => Turn::Go { asks: false },
            Window::Unknown { asking, failed } => {
                // 2^10 at once are as good as no bound.
                if *asking >= 1 << (*failed).min(10) {
                    return Turn::WaitForAnswer;
                }
                *asking += 1;
                Turn::Go { asks: true }
            }
            Window::Known(window) if window.available() == 0 => Turn::WaitUntil(window.ends_at),
            Window::Known(window) if self.in_flight > window.answered => Turn::WaitForAnswer,
            Window::Known(window) => {
                window.sent += 1;
                Turn::Go { asks: false }
            }
        }
    }

    /// A request has come back, with or without an answer.
    fn settle(&mut self, asked: bool, answer: Option<(&Told, StatusCode)>, now: Duration) {
        self.in_flight -= 1;
        if asked && let Window::Unknown { asking, .. } = &mut self.window {
            *asking = asking.saturating_sub(1);
        }
        let (rate_limit, told, status) = match answer {
            Some((told, status)) => (told.rate_limit, *told, status),
            None => (None, Told::default(), StatusCode::SERVICE_UNAVAILABLE),
        };
        if status == StatusCode::TOO_MANY_REQUESTS {
            let wait = told.wait().unwrap_or(PAUSE).min(LONGEST_WINDOW);
            self.not_before = self.not_before.max(now.saturating_add(wait));
        }
        match (rate_limit, &mut self.window) {
            (Some(rate_limit), _) => self.learn(rate_limit, told.reset_in, now),
            // A failure (it may come from something in between) says nothing of who counts.
            (None, Window::Unknown { failed, .. }) if status.is_server_error() => {
                *failed = failed.saturating_add(1);
            }
            (None, Window::Unknown { .. }) if status != StatusCode::TOO_MANY_REQUESTS => {
                self.window = Window::Unlimited;
            }
            (None, _) => {}
        }
    }

    fn learn(&mut self, rate_limit: RateLimit, reset_in: Duration, now: Duration) {
        self.last = Some(rate_limit);
        self.longest = self.longest.max(reset_in);
        let resets_at = rate_limit.resets_at.timestamp();
        let used = rate_limit.limit.saturating_sub(rate_limit.remaining);
        match &mut self.window {
            Window::Known(window) if (resets_at - window.resets_at).abs() <= SAME_WINDOW => {
                window.limit = rate_limit.limit;
                window.answered += 1;
                window.used_by_others = window.used_by_others.max(used.saturating_sub(window.sent));
            }
            // An answer that was long under way.
            Window::Known(window) if resets_at < window.resets_at => {}
            _ => {
                // Those in flight may have been counted in this window.
                let sent = self.in_flight + 1;
                self.window = Window::Known(Known {
                    resets_at,
                    ends_at: now.saturating_add(reset_in),
                    limit: rate_limit.limit,
                    sent,
                    used_by_others: used.saturating_sub(sent),
                    answered: 1,
                });
            }
        }
    }

    /// How long a request would have to wait behind so many others, as far as can be told.
    fn wait(&self, ahead: u64, now: Duration) -> Duration {
        let pause = self.not_before.saturating_sub(now);
        let Window::Known(window) = &self.window else { return pause };
        let Some(beyond) = ahead.checked_sub(window.available()) else { return pause };
        let windows = beyond.checked_div(window.limit).unwrap_or_default();
        let length = if self.longest.is_zero() { WINDOW } else { self.longest };
        let more = length.saturating_mul(u32::try_from(windows).unwrap_or(u32::MAX));
        pause.max(window.ends_at.saturating_sub(now).saturating_add(more))
    }
}

impl Pacer {
    pub(crate) fn new(enabled: bool, clock: Arc<dyn Clock>) -> Self {
        Pacer {
            enabled,
            clock,
            queue: Queue::default(),
            changed: Notify::new(),
            windows: watch::Sender::default(),
            state: Mutex::default(),
        }
    }

    /// What the server said last.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.state().last
    }

    /// Waits until a request may be sent. Where that would be after the deadline, the error comes as
    /// soon as this can be told.
    pub(crate) async fn admit(self: &Arc<Self>, deadline: Duration) -> Result<Permit, Late> {
        if !self.enabled {
            return Ok(self.permit(&mut self.state(), false));
        }
        let waiting = Waiting::enter(self);
        let left = deadline.saturating_sub(self.clock.elapsed());
        let too_late = self.clock.sleep(left);
        tokio::select! {
            biased;
            late = waiting.see_how_long(deadline) => Err(late),
            admitted = self.in_turn(deadline) => admitted,
            () = too_late => Err(self.why_late()),
        }
    }

    fn why_late(&self) -> Late {
        let state = self.state();
        match state.window {
            Window::Known(_) => Late::RateLimit(state.wait(0, self.clock.elapsed())),
            Window::Unknown { .. } | Window::Unlimited => Late::NoAnswer,
        }
    }

    async fn in_turn(self: &Arc<Self>, deadline: Duration) -> Result<Permit, Late> {
        let _first = self.queue.lock().await;
        loop {
            let now = self.clock.elapsed();
            let turn = {
                let mut state = self.state();
                match state.take(now) {
                    Turn::Go { asks } => return Ok(self.permit(&mut state, asks)),
                    turn => turn,
                }
            };
            match turn {
                Turn::Go { .. } => {}
                Turn::WaitForAnswer => self.changed.notified().await,
                Turn::WaitUntil(then) => {
                    let wait = then.saturating_sub(now);
                    if then > deadline {
                        return Err(Late::RateLimit(wait));
                    }
                    tracing::debug!(wait_ms = wait.as_millis(), "waiting for the rate limit");
                    tokio::select! {
                        () = self.clock.sleep(wait) => {}
                        () = self.changed.notified() => {}
                    }
                }
            }
        }
    }

    fn permit(self: &Arc<Self>, state: &mut State, asks: bool) -> Permit {
        state.in_flight += 1;
        Permit { pacer: Arc::clone(self), asks, settled: false }
    }

    fn settle(&self, asked: bool, answer: Option<(&Told, StatusCode)>) {
        let now = self.clock.elapsed();
        let is_another = {
            let mut state = self.state();
            let before = state.window;
            state.settle(asked, answer, now);
            match (before, state.window) {
                (Window::Known(before), Window::Known(after)) => {
                    before.resets_at != after.resets_at
                }
                (_, after) => matches!(after, Window::Known(_)),
            }
        };
        self.changed.notify_one();
        if is_another {
            self.windows.send_replace(());
        }
    }

    /// Nothing is left half done between two statements, so a panic elsewhere has not broken it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request that may be sent.
#[derive(Debug)]
pub(crate) struct Permit {
    pacer: Arc<Pacer>,
    asks: bool,
    settled: bool,
}

impl Permit {
    /// The request has been answered.
    pub(crate) fn answered(mut self, told: &Told, status: StatusCode) {
        self.settled = true;
        self.pacer.settle(self.asks, Some((told, status)));
    }
}

impl Drop for Permit {
    /// Without an answer nobody knows whether the request was counted; it stays counted here.
    fn drop(&mut self) {
        if !self.settled {
            self.pacer.settle(self.asks, None);
        }
    }
}

/// One that waits in the queue, for as long as it does.
struct Waiting<'a> {
    pacer: &'a Pacer,
    ticket: u64,
    windows: watch::Receiver<()>,
}

impl<'a> Waiting<'a> {
    fn enter(pacer: &'a Pacer) -> Self {
        let mut state = pacer.state();
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.insert(ticket);
        Waiting { pacer, ticket, windows: pacer.windows.subscribe() }
    }

    /// Returns when it can be told that its turn comes after the deadline; else never.
    async fn see_how_long(&self, deadline: Duration) -> Late {
        let mut windows = self.windows.clone();
        loop {
            let now = self.pacer.clock.elapsed();
            let wait = {
                let state = self.pacer.state();
                let ahead = state.waiting.range(..self.ticket).count();
                state.wait(u64::try_from(ahead).unwrap_or(u64::MAX), now)
            };
            if now.saturating_add(wait) > deadline {
                return Late::RateLimit(wait);
            }
            // The sender is in the pacer, and so there for as long as this.
            let _ = windows.changed().await;
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.pacer.state().waiting.remove(&self.ticket);
    }
}
