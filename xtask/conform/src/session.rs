//! Sends requests: within the number of requests that is allowed, at the pace that the server tells,
//! until Ctrl-C.
//!
//! An interruption is noticed between two requests and never inside one: a request that is given up
//! could still reach the server, after the object has been put back.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::watch;

use super::answer::Answer;
use super::request::{Credential, Key, Request};
use agenthuman_contract::model::Operation;

/// A server that takes longer has not answered.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Requests that are kept back for putting an object back as a whole.
const RESERVE: usize = 6;

/// Requests of the server's own limit that are kept back in the same way, where it allows many: what
/// Ctrl-C leaves behind is put right at once, and not when the window ends.
const RESERVE_OF_WINDOW: u64 = 3;

/// A limit that allows so many has room for the reserve.
const AMPLE: u64 = 20;

/// How often one request is sent again when it has come too soon.
const ATTEMPTS: usize = 5;

/// Between two attempts to put something back where there is no answer.
const PAUSE: Duration = Duration::from_millis(500);

/// Numbers above this are points in time, in seconds since 1970; below, seconds from now.
const LEAST_TIMESTAMP: u64 = 1_000_000_000;

/// Why no more is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Halt {
    #[error("interrupted")]
    Interrupted,
    #[error("the number of requests that `--max-requests` allows is used up")]
    Budget,
    #[error("no answer: {0}")]
    NoAnswer(String),
    #[error("the server still refuses requests as too many after waiting as long as it said")]
    Limited,
}

/// What the server has said about its limit.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limit {
    pub total: Option<u64>,
    pub remaining: Option<u64>,
    pub resets_at: Option<SystemTime>,
}

/// What a run sends with.
pub(super) struct Session {
    client: reqwest::Client,
    /// Without a slash at the end.
    pub base: String,
    key: String,
    max_requests: usize,
    pub sent: usize,
    /// Requests that are kept back for putting an object back.
    reserve: usize,
    pub limit: Limit,
    stop: watch::Receiver<bool>,
    pub bar: ProgressBar,
}

impl Session {
    pub fn new(
        base: &str,
        key: String,
        max_requests: usize,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            // an answer is judged as it is, and the key goes to nobody else
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .user_agent(concat!("cargo-xtask-conform/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        let base = base.trim_end_matches('/').to_owned();
        let limit = Limit::default();
        Ok(Session { client, base, key, max_requests, sent: 0, reserve: RESERVE, limit, stop, bar })
    }

    /// Says something beside the progress bar.
    pub fn say(&self, text: &str) {
        if self.bar.is_hidden() { eprintln!("{text}") } else { self.bar.println(text) }
    }

    /// Requests that cases may still send.
    pub fn left(&self) -> usize {
        self.max_requests.saturating_sub(self.sent + self.reserve)
    }

    /// Keeps back more requests: so many for its parts.
    pub fn keep_back(&mut self, parts: usize) {
        self.reserve = RESERVE + parts;
    }

    /// Sends one request of the run, again where it has come too soon.
    pub async fn exchange(
        &mut self,
        operation: &Operation,
        credential: Option<&Credential>,
        request: &Request,
    ) -> Result<Answer, Halt> {
        for _ in 0..ATTEMPTS {
            if *self.stop.borrow() {
                return Err(Halt::Interrupted);
            }
            if self.left() == 0 {
                return Err(Halt::Budget);
            }
            if request.key == Key::Right {
                let ample = self.limit.total.is_some_and(|total| total >= AMPLE);
                self.wait_for_window(if ample { RESERVE_OF_WINDOW } else { 0 }).await?;
            }
            let answer = self.send(operation, credential, request).await?;
            if answer.status != 429 {
                return Ok(answer);
            }
            self.wait_as_told(&answer).await?;
        }
        Err(Halt::Limited)
    }

    /// Sends one request in any case: what puts an object back must not be stopped.
    pub async fn insist(
        &mut self,
        operation: &Operation,
        credential: Option<&Credential>,
        request: &Request,
    ) -> Result<Answer, Halt> {
        // Interrupted it is already, perhaps: the waiting in here goes on in spite of it.
        let stop = std::mem::replace(&mut self.stop, watch::channel(false).1);
        let answer = self.patiently(operation, credential, request).await;
        self.stop = stop;
        answer
    }

    async fn patiently(
        &mut self,
        operation: &Operation,
        credential: Option<&Credential>,
        request: &Request,
    ) -> Result<Answer, Halt> {
        let mut last = Halt::Limited;
        for _ in 0..ATTEMPTS {
            self.wait_for_window(0).await?;
            match self.send(operation, credential, request).await {
                Ok(answer) if answer.status == 429 => self.wait_as_told(&answer).await?,
                Ok(answer) => return Ok(answer),
                Err(halt) => {
                    last = halt;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        Err(last)
    }

    /// Sends one request now, whatever the limit.
    pub async fn send(
        &mut self,
        operation: &Operation,
        credential: Option<&Credential>,
        request: &Request,
    ) -> Result<Answer, Halt> {
        self.sent += 1;
        let (target, headers) = request.with_key(credential, &self.key);
        let failed = |error: reqwest::Error| Halt::NoAnswer(causes(&error.without_url()));
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| Halt::NoAnswer(error.to_string()))?;
        let mut builder = self.client.request(method, format!("{}{target}", self.base));
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        if let Some(bytes) = request.body.bytes() {
            builder = builder.body(bytes);
        }
        let response = builder.send().await.map_err(failed)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(failed)?.to_vec();
        let answer = Answer { status, headers, body };
        if request.key == Key::Right {
            self.learn(operation, &answer);
        }
        Ok(answer)
    }

    /// Reads the limit from the headers that the contract documents.
    fn learn(&mut self, operation: &Operation, answer: &Answer) {
        let documented = operation.responses.values().flat_map(|response| response.headers.keys());
        for name in documented {
            let plain = name.replace('-', "");
            let Some(number) = answer.header(name).and_then(|text| text.parse::<u64>().ok()) else {
                continue;
            };
            if plain.ends_with("ratelimitremaining") {
                self.limit.remaining = Some(number);
            } else if plain.ends_with("ratelimitlimit") {
                self.limit.total = Some(number);
            } else if plain.ends_with("ratelimitreset") {
                self.limit.resets_at = Some(if number >= LEAST_TIMESTAMP {
                    UNIX_EPOCH + Duration::from_secs(number)
                } else {
                    SystemTime::now() + Duration::from_secs(number)
                });
            }
        }
    }

    /// Waits where the window has no more than `reserve` requests left.
    async fn wait_for_window(&mut self, reserve: u64) -> Result<(), Halt> {
        let Limit { total, remaining, resets_at } = self.limit;
        if let (Some(left), Some(reset)) = (remaining, resets_at)
            && left <= reserve
            && let Ok(wait) = reset.duration_since(SystemTime::now())
        {
            let total = total.map_or(String::new(), |total| format!(" of {total} requests"));
            self.wait(wait, &format!("the limit{total} is used up")).await?;
        }
        self.limit.remaining = None;
        Ok(())
    }

    async fn wait_as_told(&mut self, answer: &Answer) -> Result<(), Halt> {
        let told = answer.header("retry-after").and_then(|text| text.parse().ok());
        let until_reset = || self.limit.resets_at?.duration_since(SystemTime::now()).ok();
        let wait = told.map(Duration::from_secs).or_else(until_reset);
        self.wait(wait.unwrap_or(Duration::from_secs(1)), "too many requests (429)").await
    }

    async fn wait(&mut self, wait: Duration, why: &str) -> Result<(), Halt> {
        self.say(&format!("{why}: waiting {} s, as the server says", wait.as_secs_f64().ceil()));
        let stopped = async {
            if self.stop.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait + Duration::from_millis(50)) => Ok(()),
            () = stopped => Err(Halt::Interrupted),
        }
    }
}

/// An error and what it comes from; reqwest says next to nothing by itself.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
