//! One call: its attempts, waits and deadline.
//!
//! progenitor's generated method builds the request and parses the response; this module runs in
//! between, in its hooks `pre` and `exec`. A hook can only return reqwest's results, so a [`Call`]
//! keeps everything else that is known about the call, for [`Error`] and [`Response`].
//!
//! Bodies are read here and not by progenitor, because a connection that breaks in the middle of a
//! body is a reason to retry.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, Entry, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use progenitor_client::{Error as ProgenitorError, ResponseValue};
use reqwest::Request;
use tracing::Instrument;

use crate::call_options::CallOptions;
use crate::clock::Clock;
use crate::credentials::Credentials;
use crate::deadline::{DeadlineCause, DeadlineExceeded};
use crate::error::{Error, Result};
use crate::interceptor::{Attempt, AttemptOutcome, Interceptor};
use crate::operation::Operation;
use crate::rate_limit_headers::RateLimitHeaders;
use crate::rate_limiter::{Permit, RateLimiter, Ticket};
use crate::raw_response::RawResponse;
use crate::response::Response;
use crate::retry::{self, Attempts, RetryDecision};
use crate::retry_budget::RetryBudget;
use crate::span::{attempt_span, record_outcome};

/// The header that progenitor adds to each request: the version of the contract, which the contract
/// does not document as a header.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// The state and settings that all calls of a client and of its clones share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rate_limiter: Arc<RateLimiter>,
    pub(crate) retry_budget: RetryBudget,
    pub(crate) attempt_timeout: Duration,
    pub(crate) credentials: Credentials,
    pub(crate) user_agent: HeaderValue,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
}

/// One call; the inner value of progenitor's client.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    shared: Arc<Shared>,
    options: Arc<CallOptions>,
    operation: &'static Operation,
    progress: Arc<Mutex<Progress>>,
}

#[derive(Debug)]
struct Progress {
    deadline: Duration,
    /// The time that the call has waited for the rate limit.
    rate_limit_wait: Duration,
    /// The position in the queue of the rate limiter, which all attempts keep.
    ticket: Option<Ticket>,
    attempts: Attempts,
    /// The response of the last attempt, if there was one.
    response: Option<RawResponse>,
    deadline_exceeded: Option<DeadlineExceeded>,
    /// The permit for the first attempt.
    permit: Option<Permit>,
}

impl Call {
    pub(crate) fn start(
        shared: &Arc<Shared>,
        options: &Arc<CallOptions>,
        operation: &'static Operation,
    ) -> Self {
        let progress = Progress {
            deadline: shared.clock.elapsed().saturating_add(options.timeout),
            rate_limit_wait: Duration::ZERO,
            ticket: None,
            attempts: Attempts::default(),
            response: None,
            deadline_exceeded: None,
            permit: None,
        };
        let (shared, options) = (Arc::clone(shared), Arc::clone(options));
        Call { shared, options, operation, progress: Arc::new(Mutex::new(progress)) }
    }

    /// Waits until the rate limit permits the first attempt.
    ///
    /// The hook `pre` of progenitor calls it.
    pub(crate) async fn acquire_permit<E>(&self) -> Result<(), ProgenitorError<E>> {
        match self.wait_for_rate_limit().await {
            Ok(permit) => {
                self.progress().permit = Some(permit);
                Ok(())
            }
            Err(exceeded) => {
                self.progress().deadline_exceeded = Some(exceeded);
                Err(ProgenitorError::Custom("the request was not sent".to_owned()))
            }
        }
    }

    /// Sends the request until there is a final response or no retry is left.
    ///
    /// The hook `exec` of progenitor calls it.
    pub(crate) async fn execute(
        &self,
        http: &reqwest::Client,
        mut request: Request,
    ) -> reqwest::Result<reqwest::Response> {
        self.set_headers(request.headers_mut());
        let mut permit = self.progress().permit.take();
        loop {
            // Only a request with a streaming body cannot be cloned, and no request has one.
            let next = request.try_clone();
            let method = request.method().clone();
            let outcome = self.attempt(http, request, permit.take()).await;
            let attempts = self.count_attempt(&outcome);
            let decision = match &outcome {
                Ok(response) => self.options.retry.after_response(attempts, response, &method),
                Err(error) => self.options.retry.after_error(attempts, error, &method),
            };
            let (RetryDecision::Retry { requested, backoff }, Some(next)) = (decision, next) else {
                return self.finish_attempts(outcome);
            };
            match self.wait_for_retry(&outcome, attempts, requested, backoff).await {
                Ok(acquired) => permit = Some(acquired),
                Err(exceeded) => {
                    self.progress().deadline_exceeded = Some(exceeded);
                    return self.finish_attempts(outcome);
                }
            }
            request = next;
        }
    }

    /// Returns the result of the call, from the result of progenitor's method.
    pub(crate) fn finish<T, E>(
        &self,
        result: Result<ResponseValue<T>, ProgenitorError<E>>,
    ) -> Result<Response<T>> {
        let mut progress = self.progress();
        let attempts = progress.attempts.sent();
        let deadline_exceeded = progress.deadline_exceeded.take();
        let error = match (result, progress.response.take()) {
            (Ok(value), Some(response)) if response.is_json() && !response.is_failure() => {
                return Ok(Response::new(value.into_inner(), response, attempts));
            }
            (Err(ProgenitorError::InvalidResponsePayload(_, cause)), Some(response)) => {
                Error::from_response(&response, Some(cause))
            }
            (Err(ProgenitorError::CommunicationError(cause)), _) => Error::no_response(cause),
            (_, Some(response)) => Error::from_response(&response, None),
            (Err(ProgenitorError::InvalidRequest(problem)), None) => {
                Error::invalid_request(problem)
            }
            (_, None) => Error::not_sent(deadline_exceeded),
        };
        let error = error.with_progress(attempts, deadline_exceeded);
        Err(self.shared.credentials.secrets().fold(error, Error::redacted))
    }

    /// Returns the result of the call, for an operation whose responses progenitor cannot represent.
    ///
    /// `read` reads the body of a documented response by its status, and returns `None` for any other
    /// status.
    #[allow(dead_code, reason = "the contract decides whether there is such an operation")]
    pub(crate) fn finish_as<T, V, E>(
        &self,
        result: Result<ResponseValue<V>, ProgenitorError<E>>,
        read: fn(u16, &Bytes) -> Option<serde_json::Result<T>>,
    ) -> Result<Response<T>> {
        let undocumented = || ProgenitorError::Custom("a status that is not documented".to_owned());
        let mut error = result.err().unwrap_or_else(undocumented);
        let (response, attempts) = {
            let mut progress = self.progress();
            (progress.response.take(), progress.attempts.sent())
        };
        if let Some(response) = response {
            let complete = Some(&response).filter(|one| one.is_complete() && !one.is_failure());
            match complete.and_then(|one| read(one.status.as_u16(), &one.body)) {
                Some(Ok(value)) => return Ok(Response::new(value, response, attempts)),
                Some(Err(cause)) => {
                    error = ProgenitorError::InvalidResponsePayload(Bytes::new(), cause);
                }
                None => {}
            }
            self.progress().response = Some(response);
        }
        self.finish(Err::<ResponseValue<T>, _>(error))
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remaining(&self) -> Duration {
        self.progress().deadline.saturating_sub(self.shared.clock.elapsed())
    }

    fn exceeded(&self, cause: DeadlineCause) -> DeadlineExceeded {
        DeadlineExceeded { cause, timeout: self.options.timeout }
    }

    fn set_headers(&self, headers: &mut HeaderMap) {
        // Only the first value is progenitor's: the contract can have a parameter of this name.
        if let Entry::Occupied(entry) = headers.entry(API_VERSION) {
            let (name, values) = entry.remove_entry_mult();
            let documented: Vec<_> = values.skip(1).collect();
            for value in documented {
                headers.append(name.clone(), value);
            }
        }
        for (name, value) in &self.options.headers {
            headers.insert(name, value.clone());
        }
        headers.insert(USER_AGENT, self.shared.user_agent.clone());
        if let Some(content_type) = self.operation.content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
    }

    /// Waits for the rate limiter. If this wait has a timeout of its own, the deadline of the call moves
    /// by the time that it takes.
    async fn wait_for_rate_limit(&self) -> Result<Permit, DeadlineExceeded> {
        let started = self.shared.clock.elapsed();
        let (mut ticket, call_deadline, waited) = {
            let progress = self.progress();
            (progress.ticket, progress.deadline, progress.rate_limit_wait)
        };
        let (deadline, timeout) = match self.options.rate_limit_timeout {
            Some(timeout) => (started.saturating_add(timeout.saturating_sub(waited)), timeout),
            None => (call_deadline, self.options.timeout),
        };
        let permit = self.shared.rate_limiter.acquire(&mut ticket, deadline).await;
        let permit = permit.map_err(|cause| DeadlineExceeded { cause, timeout })?;
        let now = self.shared.clock.elapsed();
        let mut progress = self.progress();
        progress.ticket = ticket;
        if self.options.rate_limit_timeout.is_some() {
            let wait = now.saturating_sub(started);
            progress.rate_limit_wait = waited.saturating_add(wait);
            progress.deadline = call_deadline.saturating_add(wait);
        }
        // Nothing is sent after the deadline, which the limiter does not know in this case.
        match now < progress.deadline {
            true => Ok(permit),
            false => Err(self.exceeded(DeadlineCause::Passed)),
        }
    }

    /// Waits until the next attempt may be sent.
    async fn wait_for_retry(
        &self,
        outcome: &reqwest::Result<RawResponse>,
        attempts: Attempts,
        requested: Duration,
        backoff: Duration,
    ) -> Result<Permit, DeadlineExceeded> {
        let status = outcome.as_ref().ok().map(|response| response.status);
        let is_rate_limited = status == Some(http::StatusCode::TOO_MANY_REQUESTS);
        // After a 429 the rate limiter holds all requests back for as long as the server asks for. This
        // one waits for the end of it in the queue, where it keeps its turn.
        let wait = match is_rate_limited && self.shared.rate_limiter.is_enabled() {
            true => backoff.saturating_sub(requested),
            false => requested.saturating_add(backoff),
        };
        if wait >= self.remaining() {
            return Err(self.exceeded(DeadlineCause::Wait(wait)));
        }
        tracing::warn!(
            operation = self.operation.id,
            attempts = attempts.sent(),
            wait_ms = wait.as_millis(),
            status = status.map(|status| status.as_u16()),
            "the attempt failed and will be retried"
        );
        if !wait.is_zero() {
            self.shared.clock.sleep(wait).await;
        }
        if !is_rate_limited {
            let deadline = self.progress().deadline;
            let token = self.shared.retry_budget.take(deadline).await;
            token.map_err(|cause| self.exceeded(cause))?;
        }
        self.wait_for_rate_limit().await
    }

    /// Counts an attempt by its outcome, and records it in the retry budget.
    fn count_attempt(&self, outcome: &reqwest::Result<RawResponse>) -> Attempts {
        let attempts = {
            let attempts = &mut self.progress().attempts;
            match outcome {
                Ok(response) if response.status == http::StatusCode::TOO_MANY_REQUESTS => {
                    attempts.rate_limited += 1;
                }
                _ => attempts.counted += 1,
            }
            *attempts
        };
        if matches!(outcome, Ok(response) if !retry::is_transient_status(response.status)) {
            self.shared.retry_budget.record_success(attempts.counted > 1);
        }
        attempts
    }

    /// Returns the last response to progenitor, and keeps what progenitor would lose.
    fn finish_attempts(
        &self,
        outcome: reqwest::Result<RawResponse>,
    ) -> reqwest::Result<reqwest::Response> {
        let raw = outcome?;
        let response = reqwest::Response::from(&raw);
        self.progress().response = Some(raw);
        Ok(response)
    }

    /// Sends one request, and reports it to the interceptors and in a span.
    async fn attempt(
        &self,
        http: &reqwest::Client,
        mut request: Request,
        permit: Option<Permit>,
    ) -> reqwest::Result<RawResponse> {
        let Call { shared, operation, .. } = self;
        let number = self.progress().attempts.sent() + 1;
        *request.timeout_mut() = Some(self.remaining().min(shared.attempt_timeout));
        let span = attempt_span(operation, &request, number);
        let attempt = async {
            for interceptor in &shared.interceptors {
                interceptor.before_attempt(&mut Attempt {
                    operation,
                    number,
                    request: &mut request,
                });
            }
            let started = shared.clock.elapsed();
            let outcome = self.send(http, request, permit).await;
            let duration = shared.clock.elapsed().saturating_sub(started);
            let response = outcome.as_ref();
            for interceptor in &shared.interceptors {
                interceptor.after_attempt(&AttemptOutcome {
                    operation,
                    number,
                    duration,
                    response,
                });
            }
            outcome
        };
        let outcome = attempt.instrument(span.clone()).await;
        record_outcome(&span, &outcome);
        outcome
    }

    /// Sends one request and reads its response.
    async fn send(
        &self,
        http: &reqwest::Client,
        mut request: Request,
        permit: Option<Permit>,
    ) -> reqwest::Result<RawResponse> {
        self.shared.credentials.authorize(self.operation, &mut request);
        let response = http.execute(request).await?;
        let rate_limit = RateLimitHeaders::parse(response.headers(), self.shared.clock.now());
        // The rate limiter learns from the headers at once: the body can take a while.
        if let Some(permit) = permit {
            permit.complete(&rate_limit, response.status());
        }
        Ok(RawResponse::read(response, rate_limit).await)
    }
}
