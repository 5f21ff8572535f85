//! One call: its attempts, its waits, its deadline.
//!
//! progenitor's method builds the request and reads the answer; what happens in between is here, in
//! its hooks. A hook can return nothing but reqwest's results, so what else there is to say about a
//! call is kept in its [`Call`], from which [`crate::Error`] and [`crate::Response`] are made.
//! Answers are read to their end here, because a connection that breaks in the middle of one is
//! worth another attempt.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use progenitor_client::{
    ClientHooks, ClientInfo, Error as Generated, OperationInfo, ResponseValue,
};
use reqwest::Request;
use tracing::{Instrument, Span, field};

use crate::clock::Clock;
use crate::generated::{self, API_KEY_HEADER};
use crate::operation::Operation;
use crate::pacing::{Late, Pacer, Permit};
use crate::rate_limit::Told;
use crate::retry::{self, RetryPolicy};
use crate::{Error, Response, Result};

/// The header that names an answer in the server's log.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// The longest answer that is read. Those of the API are a few hundred bytes for each link.
pub(crate) const ANSWER_MAX_BYTES: usize = 16 << 20;

/// What all calls of a client, and of its clones, have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) pacer: Arc<Pacer>,
    pub(crate) retry: RetryPolicy,
    /// Over all attempts and waits.
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    /// Marked as sensitive: `Debug` does not show it.
    pub(crate) api_key: HeaderValue,
    pub(crate) user_agent: HeaderValue,
}

/// An answer as it came.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// As much as came of it.
    pub(crate) body: Bytes,
    pub(crate) end: End,
    pub(crate) told: Told,
}

/// How an answer ended.
#[derive(Clone, Debug)]
pub(crate) enum End {
    Whole,
    /// After [`ANSWER_MAX_BYTES`], where nobody read on.
    TooLong,
    Broken(Arc<reqwest::Error>),
}

/// What is known of a call so far.
#[derive(Debug, Default)]
struct Progress {
    attempts: u32,
    /// Of the last attempt, if it got one.
    answered: Option<Answered>,
    /// Why it ended before its time.
    given_up: Option<GivenUp>,
    permit: Option<Permit>,
}

/// Why there is no (further) attempt: it would have come after the deadline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenUp {
    pub(crate) late: Late,
    pub(crate) timeout: Duration,
}

/// One call; progenitor's client has it as its inner value.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    shared: Arc<Shared>,
    operation: &'static Operation,
    deadline: Duration,
    progress: Arc<Mutex<Progress>>,
}

impl Call {
    pub(crate) fn start(shared: &Arc<Shared>, operation: &'static Operation) -> Self {
        let deadline = shared.clock.elapsed().saturating_add(shared.timeout);
        Call { shared: Arc::clone(shared), operation, deadline, progress: Arc::default() }
    }

    /// What came of the call, from what progenitor made of it.
    pub(crate) fn finish<T, E>(
        &self,
        result: Result<ResponseValue<T>, Generated<E>>,
    ) -> Result<Response<T>> {
        let mut progress = self.progress();
        let attempts = progress.attempts;
        let given_up = progress.given_up.take();
        let failed = |error: Error| error.after(attempts, given_up).without(&self.shared.api_key);
        let answered = progress.answered.take();
        match (result, answered) {
            (Ok(value), Some(answered)) if answered.is_json() => {
                Ok(Response::new(value.into_inner(), answered, attempts))
            }
            (Ok(_), Some(answered)) => Err(failed(Error::answered(&answered, None))),
            (Err(Generated::InvalidResponsePayload(_, cause)), Some(answered)) => {
                Err(failed(Error::answered(&answered, Some(cause))))
            }
            (Err(Generated::CommunicationError(cause)), _) => Err(failed(Error::unanswered(cause))),
            (Err(_), Some(answered)) => Err(failed(Error::answered(&answered, None))),
            (Err(Generated::InvalidRequest(problem)), None) => {
                Err(failed(Error::invalid_request(problem)))
            }
            // Nothing has been sent.
            (_, None) => Err(failed(Error::not_sent(given_up))),
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_sub(self.shared.clock.elapsed())
    }

    fn give_up(&self, late: Late) {
        self.progress().given_up = Some(GivenUp { late, timeout: self.shared.timeout });
    }

    /// Sends the request until it is answered for good, or another attempt makes no sense.
    async fn attempt(
        &self,
        http: &reqwest::Client,
        mut request: Request,
    ) -> reqwest::Result<reqwest::Response> {
        let headers = request.headers_mut();
        headers.insert(HeaderName::from_static(API_KEY_HEADER), self.shared.api_key.clone());
        headers.insert(USER_AGENT, self.shared.user_agent.clone());
        let mut permit = self.progress().permit.take();
        loop {
            let attempts = {
                let mut progress = self.progress();
                progress.attempts += 1;
                progress.attempts
            };
            *request.timeout_mut() = Some(self.left().min(self.shared.attempt_timeout));
            // A request whose body is not in memory cannot be repeated; ours always is.
            let again = request.try_clone().filter(|_| self.shared.retry.allows_another(attempts));
            let span = span(self.operation, &request, attempts);
            let method = request.method().clone();
            let outcome =
                self.exchange(http, request, permit.take()).instrument(span.clone()).await;
            record(&span, &outcome);

            let asked = match &outcome {
                Ok(answered) if answered.is_worth_another(&method) => answered.told.wait(),
                Err(error) if retry::may_repeat(error, &method) => None,
                _ => return self.ended(outcome),
            };
            let Some(next) = again else { return self.ended(outcome) };
            let wait = self.shared.retry.wait(attempts, asked);
            if wait >= self.left() {
                self.give_up(Late::RateLimit(wait));
                return self.ended(outcome);
            }
            tracing::warn!(
                operation = self.operation.id,
                attempts,
                wait_ms = wait.as_millis(),
                status = outcome.as_ref().ok().map(|answered| answered.status.as_u16()),
                "the attempt failed, there will be another one"
            );
            self.shared.clock.sleep(wait).await;
            match self.shared.pacer.admit(self.deadline).await {
                Ok(admitted) => permit = Some(admitted),
                Err(late) => {
                    self.give_up(late);
                    return self.ended(outcome);
                }
            }
            request = next;
        }
    }

    /// Hands the last answer to progenitor, and keeps what it would lose.
    fn ended(&self, outcome: reqwest::Result<Answered>) -> reqwest::Result<reqwest::Response> {
        outcome.map(|answered| {
            let mut response = http::Response::new(answered.body.clone());
            *response.status_mut() = answered.status;
            *response.headers_mut() = answered.headers.clone();
            self.progress().answered = Some(answered);
            response.into()
        })
    }

    /// One request and its answer.
    async fn exchange(
        &self,
        http: &reqwest::Client,
        request: Request,
        permit: Option<Permit>,
    ) -> reqwest::Result<Answered> {
        let mut response = http.execute(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let told = Told::read(&headers, self.shared.clock.now());
        if let Some(permit) = permit {
            permit.answered(&told, status);
        }
        let mut body = BytesMut::new();
        let end = loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > ANSWER_MAX_BYTES => {
                    break End::TooLong;
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break End::Whole,
                Err(error) => break End::Broken(Arc::new(error.without_url())),
            }
        };
        Ok(Answered { status, headers, body: body.freeze(), end, told })
    }
}

impl Answered {
    /// Whether another attempt may end better.
    fn is_worth_another(&self, method: &Method) -> bool {
        let is_broken = matches!(self.end, End::Broken(_)) && self.status.is_success();
        retry::is_passing(self.status, method) || is_broken && method.is_idempotent()
    }

    /// Whether the answer says of itself that it is JSON, or says nothing.
    pub(crate) fn is_json(&self) -> bool {
        let Some(value) = self.headers.get(CONTENT_TYPE) else { return true };
        let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    }
}

/// A span for each attempt, named as OpenTelemetry's conventions for HTTP clients have it.
fn span(operation: &Operation, request: &Request, attempts: u32) -> Span {
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

/// What came of an attempt.
fn record(span: &Span, outcome: &reqwest::Result<Answered>) {
    let (status, error) = match outcome {
        Ok(Answered { status, end: End::Broken(error), .. }) => {
            let kind = if error.is_timeout() { "timeout" } else { "connection" };
            (Some(status.as_u16()), Some(kind))
        }
        Ok(Answered { status, .. }) => {
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

impl ClientHooks<Call> for generated::Client {
    /// Waits until the rate limit allows the first attempt.
    async fn pre<E>(&self, _: &mut Request, _: &OperationInfo) -> Result<(), Generated<E>> {
        let call = self.inner();
        match call.shared.pacer.admit(call.deadline).await {
            Ok(permit) => {
                call.progress().permit = Some(permit);
                Ok(())
            }
            Err(late) => {
                call.give_up(late);
                Err(Generated::Custom("not sent".to_owned()))
            }
        }
    }

    async fn exec(
        &self,
        request: Request,
        _: &OperationInfo,
    ) -> reqwest::Result<reqwest::Response> {
        self.inner().attempt(self.client(), request).await
    }
}
