//! Sends requests: within the request budget, within the rate limit of the server, until Ctrl-C.
//!
//! An interruption takes effect between two requests and never cancels one: a cancelled request could
//! still reach the server, after the object has been restored.

use std::time::Duration;

use agenthuman_contract::model::Operation;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::watch;

use crate::rate_limit::RateLimit;
use crate::request::{Credential, KeyChoice, Request};
use crate::response::Response;

/// Timeout of a request, with its response.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Requests of the budget that are reserved for restoring an object as a whole, and for deleting
/// the created ones.
const RESERVED_REQUESTS: usize = 10;

/// Maximum number of attempts to send a request.
const MAX_ATTEMPTS: usize = 5;

/// Wait between two attempts of a restore if there is no response.
const RETRY_DELAY: Duration = Duration::from_millis(500);

/// Wait after a 429 that does not say how long to wait.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);

/// Extra wait after the end of a window, for clocks that differ.
const CLOCK_SKEW: Duration = Duration::from_millis(50);

/// An error that ends the run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SendError {
    #[error("interrupted")]
    Interrupted,
    #[error("the request budget (`--max-requests`) is exhausted")]
    BudgetExhausted,
    #[error("no response: {0}")]
    NoResponse(String),
    #[error("the server still responds with 429 after waiting as long as it said")]
    RateLimited,
}

/// The connection to the server under test.
pub(crate) struct Session {
    client: reqwest::Client,
    /// Base URL without a trailing slash.
    pub base_url: String,
    key: String,
    max_requests: usize,
    /// Number of requests sent so far.
    pub sent: usize,
    /// Requests of the budget that are reserved for the restore.
    reserved: usize,
    pub rate_limit: RateLimit,
    stop: watch::Receiver<bool>,
    pub progress: ProgressBar,
}

impl Session {
    pub(crate) fn new(
        base_url: &str,
        key: String,
        max_requests: usize,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            // Responses are tested as they are, and the key is sent to no other host.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .user_agent(concat!("cargo-xtask-conform/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let progress = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
            progress.set_style(style);
        }
        Ok(Session {
            client,
            base_url: base_url.trim_end_matches('/').to_owned(),
            key,
            max_requests,
            sent: 0,
            reserved: RESERVED_REQUESTS,
            rate_limit: RateLimit::default(),
            stop,
            progress,
        })
    }

    /// Returns the number of requests that test cases may still send.
    pub(crate) fn remaining_budget(&self) -> usize {
        self.max_requests.saturating_sub(self.sent + self.reserved)
    }

    /// Reserves `parts` more requests, for restoring an object property by property.
    pub(crate) fn reserve(&mut self, parts: usize) {
        self.reserved = RESERVED_REQUESTS + parts;
    }

    /// Sends a request of a test case. Waits before it if the rate limit requires that, and retries it
    /// after a 429.
    pub(crate) async fn send(
        &mut self,
        operation: &Operation,
        credential: Option<&Credential>,
        request: &Request,
    ) -> Result<Response, SendError> {
        for _ in 0..MAX_ATTEMPTS {
            if *self.stop.borrow() {
                return Err(SendError::Interrupted);
            }
            if self.remaining_budget() == 0 {
                return Err(SendError::BudgetExhausted);
            }
            if request.key == KeyChoice::Valid {
                self.wait_for_window(self.rate_limit.reserved_requests()).await?;
            }
            let response = self.send_now(operation, credential, request).await?;
            if response.status != 429 {
                return Ok(response);
            }
            self.wait_after_429(&response).await?;
        }
        Err(SendError::RateLimited)
    }

    /// Sends a request of a restore: neither an interruption nor the budget stops it, and it is retried
    /// if there is no response.
    pub(crate) async fn send_restore(
        &mut self,
        operation: &Operation,
        credential: Option<&Credential>,
        request: &Request,
    ) -> Result<Response, SendError> {
        // The run may have been interrupted already. A receiver without a sender never is.
        let stop = std::mem::replace(&mut self.stop, watch::channel(false).1);
        let response = self.send_with_retries(operation, credential, request).await;
        self.stop = stop;
        response
    }

    async fn send_with_retries(
        &mut self,
        operation: &Operation,
        credential: Option<&Credential>,
        request: &Request,
    ) -> Result<Response, SendError> {
        let mut last = SendError::RateLimited;
        for _ in 0..MAX_ATTEMPTS {
            self.wait_for_window(0).await?;
            match self.send_now(operation, credential, request).await {
                Ok(response) if response.status == 429 => self.wait_after_429(&response).await?,
                Ok(response) => return Ok(response),
                Err(error) => {
                    last = error;
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
        Err(last)
    }

    /// Sends a request once, without regard to the budget or the rate limit.
    pub(crate) async fn send_now(
        &mut self,
        operation: &Operation,
        credential: Option<&Credential>,
        request: &Request,
    ) -> Result<Response, SendError> {
        self.sent += 1;
        let (target, headers) = request.with_key(credential, &self.key);
        let failed = |error: reqwest::Error| SendError::NoResponse(chain(&error.without_url()));
        let method = reqwest::Method::from_bytes(request.method.as_bytes())
            .map_err(|error| SendError::NoResponse(error.to_string()))?;
        let mut builder = self.client.request(method, format!("{}{target}", self.base_url));
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        if let Some(bytes) = request.body.bytes() {
            builder = builder.body(bytes);
        }
        let response = builder.send().await.map_err(failed)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(failed)?.to_vec();
        let response = Response { status, headers, body };
        if request.key == KeyChoice::Valid {
            self.rate_limit.update(operation, &response);
        }
        Ok(response)
    }

    /// Waits for the next window if this one has no more than `reserved` requests left.
    async fn wait_for_window(&mut self, reserved: u64) -> Result<(), SendError> {
        if let Some(wait) = self.rate_limit.wait(reserved) {
            let total = self.rate_limit.total;
            let total = total.map_or(String::new(), |total| format!(" of {total} requests"));
            self.wait(wait, &format!("the rate limit{total} is used up")).await?;
        }
        self.rate_limit.remaining = None;
        Ok(())
    }

    async fn wait_after_429(&mut self, response: &Response) -> Result<(), SendError> {
        let retry_after = response.header("retry-after").and_then(|text| text.parse().ok());
        let wait = retry_after
            .map(Duration::from_secs)
            .or_else(|| self.rate_limit.until_reset())
            .unwrap_or(DEFAULT_WAIT);
        self.wait(wait, "too many requests (429)").await
    }

    async fn wait(&mut self, wait: Duration, reason: &str) -> Result<(), SendError> {
        let seconds = wait.as_secs_f64().ceil();
        self.print(&format!("{reason}: waiting {seconds} s, as the server says"));
        let stopped = async {
            if self.stop.wait_for(|stop| *stop).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait + CLOCK_SKEW) => Ok(()),
            () = stopped => Err(SendError::Interrupted),
        }
    }

    /// Prints a line above the progress bar.
    fn print(&self, line: &str) {
        if self.progress.is_hidden() { eprintln!("{line}") } else { self.progress.println(line) }
    }
}

/// Returns an error with its sources; the text of a `reqwest` error alone does not name the cause.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
