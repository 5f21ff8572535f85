//! Notes on stderr about requests and waits.

use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;

use crate::cli::error_report::print_line;
use crate::cli::table::harmless;
use crate::client::Client;
use crate::interceptor::{Attempt, AttemptOutcome, Interceptor};
use crate::raw_response::REQUEST_ID;

/// The wait that is not worth a note.
const PATIENCE: Duration = Duration::from_secs(2);

/// The time between two checks for a wait.
const INTERVAL: Duration = Duration::from_millis(100);

tokio::task_local! {
    /// Is set to true when the call that runs in its scope sends a request.
    pub(super) static SENT: Arc<AtomicBool>;
}

/// Observes the requests of a client.
#[derive(Clone, Debug)]
pub(super) struct Observer {
    /// True if each request and each response is reported.
    verbose: bool,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// The number of requests without a response yet.
    in_flight: usize,
    /// The number of the last attempt.
    number: u32,
    last: Option<Last>,
    /// The time of the last change.
    changed: Instant,
}

/// The outcome of the last attempt.
#[derive(Clone, Debug)]
struct Last {
    status: Option<u16>,
    retry_after: Option<Duration>,
}

impl Observer {
    pub(super) fn new(verbose: bool) -> Self {
        let state = State { in_flight: 0, number: 0, last: None, changed: Instant::now() };
        Observer { verbose, state: Arc::new(Mutex::new(state)) }
    }

    /// Waits for a call. If it waits for more than two seconds, a note on stderr says what for and how
    /// long, if stderr is a terminal or each request is reported.
    pub(super) async fn watch<T>(&self, client: &Client, call: impl Future<Output = T>) -> T {
        let is_terminal = io::stderr().is_terminal();
        let mut call = pin!(call);
        let mut reported = None;
        loop {
            tokio::select! {
                biased;
                outcome = &mut call => return outcome,
                () = tokio::time::sleep(INTERVAL) => {}
            }
            if !self.verbose && !is_terminal {
                continue;
            }
            let (number, in_flight) = {
                let state = self.state();
                if state.changed.elapsed() < PATIENCE {
                    continue;
                }
                (state.number, state.in_flight)
            };
            if reported != Some((number, in_flight)) {
                reported = Some((number, in_flight));
                if is_terminal {
                    // Any progress that the line shows.
                    let _ = write!(io::stderr(), "\r\x1b[K");
                }
                print_line(&self.wait(client));
            }
        }
    }

    /// Returns what the client waits for.
    fn wait(&self, client: &Client) -> String {
        let (in_flight, number, last, since) = {
            let state = self.state();
            (state.in_flight, state.number, state.last.clone(), state.changed.elapsed())
        };
        if in_flight > 0 {
            return match number {
                0 | 1 => "waiting for the response".to_owned(),
                number => format!("waiting for the response, attempt {number}"),
            };
        }
        let window = client.rate_limit().filter(|limit| limit.remaining == 0);
        let window = window.and_then(|limit| (limit.resets_at - Utc::now()).to_std().ok());
        let requested = last.as_ref().and_then(|last| last.retry_after);
        let wait = requested.map(|wait| wait.saturating_sub(since)).or(window);
        let wait = wait.map(|wait| format!(", {} s left", wait.as_secs_f64().ceil()));
        let wait = wait.unwrap_or_default();
        match last.and_then(|last| last.status) {
            Some(status) if status != 429 && status >= 400 => {
                format!("waiting to repeat the request after the response {status}{wait}")
            }
            None => format!("waiting to repeat the request, which got no response{wait}"),
            Some(_) => format!("waiting for the rate limit{wait}"),
        }
    }

    /// Returns true if a request has no response yet.
    pub(super) fn is_in_flight(&self) -> bool {
        self.state().in_flight > 0
    }

    /// Returns what the client waits for, if it is not a response and takes more than two seconds.
    pub(super) fn long_wait(&self, client: &Client) -> Option<String> {
        let is_long = {
            let state = self.state();
            state.in_flight == 0 && state.changed.elapsed() > PATIENCE
        };
        is_long.then(|| self.wait(client))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Interceptor for Observer {
    fn before_attempt(&self, attempt: &mut Attempt<'_>) {
        let mut state = self.state();
        state.in_flight += 1;
        // A single command has no such scope.
        let _ = SENT.try_with(|sent| sent.store(true, Ordering::Relaxed));
        state.number = attempt.number();
        state.changed = Instant::now();
        if self.verbose {
            // The credentials are added to the request later.
            let (method, url) = (attempt.method(), harmless(attempt.url()));
            print_line(&format!("> {method} {url}, attempt {}", attempt.number()));
        }
    }

    fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
        let mut state = self.state();
        let seconds = outcome.header("retry-after").and_then(|text| text.trim().parse().ok());
        state.in_flight = state.in_flight.saturating_sub(1);
        state.last =
            Some(Last { status: outcome.status(), retry_after: seconds.map(Duration::from_secs) });
        state.changed = Instant::now();
        if self.verbose {
            print_line(&summary(outcome));
        }
    }
}

/// Returns an outcome as one line: status, time, request id and rate limit.
fn summary(outcome: &AttemptOutcome<'_>) -> String {
    let mut text = match (outcome.status(), outcome.failure()) {
        (Some(status), _) => format!("< {status}"),
        (None, Some(failure)) => format!("< no response: {failure}"),
        (None, None) => "< no response".to_owned(),
    };
    text.push_str(&format!(" after {} ms", outcome.duration().as_millis()));
    if let Some(id) = outcome.header(REQUEST_ID) {
        text.push_str(&format!(", request id {}", harmless(id)));
    }
    let header = |name: &str| outcome.header(name).map(harmless);
    if let (Some(limit), Some(remaining)) =
        (header("x-ratelimit-limit"), header("x-ratelimit-remaining"))
    {
        text.push_str(&format!(", {remaining} of {limit} requests left"));
    }
    if let Some(wait) = header("retry-after") {
        text.push_str(&format!(", retry after {wait}"));
    }
    text
}
