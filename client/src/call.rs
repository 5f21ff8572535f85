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
use http::HeaderValue;
use http::header::{CONTENT_TYPE, USER_AGENT};
use progenitor_client::{Error as ProgenitorError, ResponseValue};
use reqwest::Request;
use tracing::{Instrument, Span, field};

use crate::clock::Clock;
use crate::credentials::Credentials;
use crate::deadline::{DeadlineCause, DeadlineExceeded};
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::rate_limit_headers::RateLimitHeaders;
use crate::rate_limiter::{Permit, RateLimiter};
use crate::raw_response::{BodyEnd, RawResponse};
use crate::response::Response;
use crate::retry::{RetryDecision, RetryPolicy};

/// The state and settings that all calls of a client and of its clones share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rate_limiter: Arc<RateLimiter>,
    pub(crate) retry: RetryPolicy,
    /// The timeout of a call, over all its attempts and waits.
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) credentials: Credentials,
    pub(crate) user_agent: HeaderValue,
}

/// One call; the inner value of progenitor's client.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    shared: Arc<Shared>,
    operation: &'static Operation,
    deadline: Duration,
    progress: Arc<Mutex<Progress>>,
}

#[derive(Debug, Default)]
struct Progress {
    attempts: u32,
    /// The response of the last attempt, if there was one.
    response: Option<RawResponse>,
    deadline_exceeded: Option<DeadlineExceeded>,
    /// The permit for the first attempt.
    permit: Option<Permit>,
}

impl Call {
    pub(crate) fn start(shared: &Arc<Shared>, operation: &'static Operation) -> Self {
        let deadline = shared.clock.elapsed().saturating_add(shared.timeout);
        Call { shared: Arc::clone(shared), operation, deadline, progress: Arc::default() }
    }

    /// Waits until the rate limit permits the first attempt.
    ///
    /// The hook `pre` of progenitor calls it.
    pub(crate) async fn acquire_permit<E>(&self) -> Result<(), ProgenitorError<E>> {
        match self.shared.rate_limiter.acquire(self.deadline).await {
            Ok(permit) => {
                self.progress().permit = Some(permit);
                Ok(())
            }
            Err(cause) => {
                self.set_deadline_exceeded(cause);
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
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.shared.user_agent.clone());
        if let Some(content_type) = self.operation.content_type {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        let mut permit = self.progress().permit.take();
        loop {
            let attempts = {
                let mut progress = self.progress();
                progress.attempts += 1;
                progress.attempts
            };
            *request.timeout_mut() = Some(self.remaining().min(self.shared.attempt_timeout));
            // Only a request with a streaming body cannot be cloned, and no request has one.
            let next = request.try_clone();
            let span = attempt_span(self.operation, &request, attempts);
            let method = request.method().clone();
            let outcome = self.send(http, request, permit.take()).instrument(span.clone()).await;
            record_outcome(&span, &outcome);

            let decision = match &outcome {
                Ok(response) => self.shared.retry.after_response(attempts, response, &method),
                Err(error) => self.shared.retry.after_error(attempts, error, &method),
            };
            let (RetryDecision::RetryAfter(wait), Some(next)) = (decision, next) else {
                return self.finish_attempts(outcome);
            };
            if wait >= self.remaining() {
                self.set_deadline_exceeded(DeadlineCause::Wait(wait));
                return self.finish_attempts(outcome);
            }
            tracing::warn!(
                operation = self.operation.id,
                attempts,
                wait_ms = wait.as_millis(),
                status = outcome.as_ref().ok().map(|response| response.status.as_u16()),
                "the attempt failed and will be retried"
            );
            self.shared.clock.sleep(wait).await;
            match self.shared.rate_limiter.acquire(self.deadline).await {
                Ok(acquired) => permit = Some(acquired),
                Err(cause) => {
                    self.set_deadline_exceeded(cause);
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
        let attempts = progress.attempts;
        let deadline_exceeded = progress.deadline_exceeded.take();
        let error = match (result, progress.response.take()) {
            (Ok(value), Some(response)) if response.is_json() => {
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
            (progress.response.take(), progress.attempts)
        };
        if let Some(response) = response {
            let complete = Some(&response).filter(|response| response.is_complete());
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
        self.deadline.saturating_sub(self.shared.clock.elapsed())
    }

    fn set_deadline_exceeded(&self, cause: DeadlineCause) {
        let timeout = self.shared.timeout;
        self.progress().deadline_exceeded = Some(DeadlineExceeded { cause, timeout });
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

/// Returns a span for one attempt, with the names of OpenTelemetry's conventions for HTTP clients.
fn attempt_span(operation: &Operation, request: &Request, attempts: u32) -> Span {
    let url = request.url();
    let span = tracing::info_span!(
        "HTTP",
        otel.name = field::Empty,
        otel.kind = "client",
        otel.status_code = field::Empty,
        http.request.method = request.method().as_str(),
        http.request.resend_count = field::Empty,
        http.response.status_code = field::Empty,
        url.full = url.as_str(),
        url.template = operation.path,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        error.type = field::Empty,
    );
    span.record("otel.name", format!("{} {}", operation.method, operation.path));
    if attempts > 1 {
        span.record("http.request.resend_count", attempts - 1);
    }
    span
}

/// Records the outcome of an attempt in its span.
fn record_outcome(span: &Span, outcome: &reqwest::Result<RawResponse>) {
    let (status, error) = match outcome {
        Ok(RawResponse { status, body_end: BodyEnd::Broken(error), .. }) => {
            let kind = if error.is_timeout() { "timeout" } else { "connection" };
            (Some(status.as_u16()), Some(kind))
        }
        Ok(RawResponse { status, .. }) => {
            let failed = status.is_client_error() || status.is_server_error();
            (Some(status.as_u16()), failed.then_some(status.as_str()))
        }
        Err(error) if error.is_timeout() => (None, Some("timeout")),
        Err(_) => (None, Some("connection")),
    };
    span.record("http.response.status_code", status);
    span.record("error.type", error);
    span.record("otel.status_code", error.map(|_| "ERROR"));
}
