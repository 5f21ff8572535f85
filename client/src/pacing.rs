//! Pacing: the client sends no request that the rate limit would refuse.
//!
//! All clones of a client share one bucket. It is filled by what the server says in its
//! `X-RateLimit-*` headers: `limit` requests in a window, of which this client has sent some and
//! others, with the same key, have used some. Nothing is known before the first answer, and nothing
//! of a window that has just begun; then one request goes ahead, and the others wait for its answer.
//! That costs one round trip a minute, and only where there are others. From then on there are never
//! more requests in flight than have been answered, so that what others use of the window is learned
//! while there is still some of it left.
//!
//! A fixed rate (60 a minute, so one each second) was rejected: it makes everybody wait for a limit
//! that most never reach, and knows nothing of others that use the key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Queue, Notify};

use crate::clock::Clock;
use crate::rate_limit::{RateLimit, Told};

/// How long a window is, until one has been seen from its beginning to its end. The vendor
/// documents a limit for each minute.
const WINDOW: Duration = Duration::from_secs(60);

/// How long the server is left alone after a 429 that does not say when to come back.
const PAUSE: Duration = Duration::from_secs(1);

/// The bucket that all clones of a client share.
#[derive(Debug)]
pub(crate) struct Pacer {
    enabled: bool,
    clock: Arc<dyn Clock>,
    /// Whoever waits for the bucket waits here, and is served in turn.
    queue: Queue<()>,
    /// Something has been learned, or a request has come back.
    changed: Notify,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: Option<RateLimit>,
    window: Window,
    /// Requests that have been sent and not been answered.
    in_flight: u64,
    /// How many wait in the queue.
    waiting: u64,
}

/// What is known of the current window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Window {
    /// Nothing: one request finds out.
    #[default]
    Unknown,
    /// That request is under way.
    Asking,
    /// The server does not count, or does not say so.
    Unlimited,
    Known(Known),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
        if let Window::Known(window) = &mut self.window {
            if now < window.ends_at {
                if window.available() == 0 {
                    return Turn::WaitUntil(window.ends_at);
                }
                if self.in_flight > window.answered {
                    return Turn::WaitForAnswer;
                }
                window.sent += 1;
                return Turn::Go { asks: false };
            }
            self.window = Window::Unknown;
        }
        match self.window {
            Window::Asking => Turn::WaitForAnswer,
            Window::Unknown => {
                self.window = Window::Asking;
                Turn::Go { asks: true }
            }
            Window::Unlimited | Window::Known(_) => Turn::Go { asks: false },
        }
    }

    /// Takes note of an answer; its own request is not in flight any more.
    fn learn(&mut self, told: &Told, refused: bool, now: Duration) {
        let pause = || {
            let ends_at = now.saturating_add(told.wait().unwrap_or(PAUSE).max(PAUSE));
            Window::Known(Known { ends_at, ..Known::default() })
        };
        let Some(rate_limit) = told.rate_limit else {
            // An answer from something in between, a proxy's 502 for example, says nothing.
            match self.window {
                _ if refused => self.window = pause(),
                Window::Unknown | Window::Asking => self.window = Window::Unlimited,
                Window::Unlimited | Window::Known(_) => {}
            }
            return;
        };
        let resets_at = rate_limit.resets_at.timestamp();
        let used = rate_limit.limit.saturating_sub(rate_limit.remaining);
        match &mut self.window {
            Window::Known(window) if resets_at < window.resets_at => return,
            Window::Known(window) if resets_at == window.resets_at => {
                window.limit = rate_limit.limit;
                window.answered += 1;
                window.used_by_others = window.used_by_others.max(used.saturating_sub(window.sent));
            }
            _ => {
                // Those in flight may have been counted in this window.
                let sent = self.in_flight + 1;
                self.window = Window::Known(Known {
                    resets_at,
                    ends_at: now.saturating_add(told.reset_in),
                    limit: rate_limit.limit,
                    sent,
                    used_by_others: used.saturating_sub(sent),
                    answered: 1,
                });
            }
        }
        self.last = Some(rate_limit);
        // The server knows better than its headers, where it refuses in spite of them.
        if refused && let Window::Known(window) = &mut self.window {
            window.used_by_others = window.used_by_others.max(window.limit);
            let back = now.saturating_add(told.wait().unwrap_or_default());
            window.ends_at = window.ends_at.max(back);
        }
    }

    /// How long one more request would have to wait, as far as can be told.
    fn wait(&self, now: Duration) -> Duration {
        let Window::Known(window) = &self.window else { return Duration::ZERO };
        let Some(beyond) = self.waiting.checked_sub(window.available()) else {
            return Duration::ZERO;
        };
        let windows = beyond.checked_div(window.limit).unwrap_or_default();
        let more = WINDOW.saturating_mul(u32::try_from(windows).unwrap_or(u32::MAX));
        window.ends_at.saturating_sub(now).saturating_add(more)
    }
}

impl Pacer {
    pub(crate) fn new(enabled: bool, clock: Arc<dyn Clock>) -> Self {
        Pacer {
            enabled,
            clock,
            queue: Queue::default(),
            changed: Notify::new(),
            state: Mutex::default(),
        }
    }

    /// What the server said last.
    pub(crate) fn rate_limit(&self) -> Option<RateLimit> {
        self.state().last
    }

    /// Waits until a request may be sent; `Err` at once where that would be after the deadline, and
    /// says how long it would take.
    pub(crate) async fn admit(self: &Arc<Self>, deadline: Duration) -> Result<Permit, Duration> {
        if !self.enabled {
            return Ok(self.permit(&mut self.state(), false));
        }
        let now = self.clock.elapsed();
        let wait = self.state().wait(now);
        if now.saturating_add(wait) > deadline {
            return Err(wait);
        }
        let waiting = Waiting::enter(self);
        let too_late = self.clock.sleep(deadline.saturating_sub(now));
        let admitted = tokio::select! {
            biased;
            admitted = self.in_turn(deadline) => admitted,
            () = too_late => Err(deadline.saturating_sub(now)),
        };
        drop(waiting);
        admitted
    }

    async fn in_turn(self: &Arc<Self>, deadline: Duration) -> Result<Permit, Duration> {
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
                        return Err(wait);
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
    /// The request has been answered; `refused` with 429.
    pub(crate) fn answered(mut self, told: &Told, refused: bool) {
        self.settled = true;
        let now = self.pacer.clock.elapsed();
        {
            let mut state = self.pacer.state();
            state.in_flight -= 1;
            state.learn(told, refused, now);
        }
        self.pacer.changed.notify_one();
    }
}

impl Drop for Permit {
    /// Without an answer nobody knows whether the request was counted; it stays counted here.
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        {
            let mut state = self.pacer.state();
            state.in_flight -= 1;
            if self.asks && state.window == Window::Asking {
                state.window = Window::Unknown;
            }
        }
        self.pacer.changed.notify_one();
    }
}

/// Counts one that waits, for as long as it does.
struct Waiting<'a>(&'a Pacer);

impl<'a> Waiting<'a> {
    fn enter(pacer: &'a Pacer) -> Self {
        pacer.state().waiting += 1;
        Waiting(pacer)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}
