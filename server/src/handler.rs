//! The steps that all operations share: authentication, rate limit, body, admission, and the one
//! conversion of an [`ApiError`] to a documented response.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agenthuman_links_api::{
    ApiKey, CommonHeaders, DocumentedError, InternalServerErrorHeaders, ServiceUnavailableHeaders,
    TooManyRequestsHeaders, UnauthorizedHeaders, UnexpectedError,
};
use agenthuman_server_runtime::request::JsonBody;
use agenthuman_server_runtime::response::Outcome;
use dropshot::{ClientErrorStatusCode, HttpError, HttpResponse, RequestContext};
use serde::de::DeserializeOwned;
use slog::{error, warn};

use crate::admission::Slot;
use crate::api_error::{ApiError, store_error, unavailable_delay};
use crate::auth_cache::AuthenticatedClient;
use crate::context::Context;
use crate::rate_limit::Quota;
use crate::store::StoreError;

/// Maximum length of a request body, from the contract.
const REQUEST_BODY_MAX_BYTES: usize = 65_536;

/// The result of an operation that the contract documents.
pub(crate) type Documented<S> = Result<Outcome<S, DocumentedError>, UnexpectedError>;

/// An authenticated request with a slot.
pub(crate) struct Call<B> {
    pub(crate) context: Arc<Context>,
    pub(crate) client: AuthenticatedClient,
    /// Checked after the path and the query.
    pub(crate) body: Result<B, ApiError>,
    /// Taken until the operation ends, or longer if its response is a stream.
    pub(crate) slot: Slot,
    pub(crate) request_id: String,
}

/// The body of an operation.
pub(crate) trait RequestBody {
    type Value;

    /// Receives the body and checks it against the contract.
    fn receive(
        self,
        time_limit: Duration,
    ) -> impl Future<Output = Result<Self::Value, ApiError>> + Send;

    /// Discards the body of a rejected request, without waiting for it.
    fn discard(self);
}

/// The operation has no body.
impl RequestBody for () {
    type Value = ();

    async fn receive(self, _time_limit: Duration) -> Result<(), ApiError> {
        Ok(())
    }

    fn discard(self) {}
}

impl<T: DeserializeOwned + Send> RequestBody for JsonBody<T> {
    type Value = T;

    async fn receive(self, time_limit: Duration) -> Result<T, ApiError> {
        let body = tokio::time::timeout(time_limit, self.read(REQUEST_BODY_MAX_BYTES));
        Ok(body.await.map_err(|_| ApiError::BodyIncomplete)??)
    }

    fn discard(self) {
        JsonBody::discard(self);
    }
}

/// Runs an operation and logs its request.
pub(crate) async fn respond<B: RequestBody, T, S: HttpResponse>(
    rqctx: &RequestContext<Arc<Context>>,
    api_key: &ApiKey,
    body: B,
    operation: impl AsyncFnOnce(Call<B::Value>) -> Result<T, ApiError>,
    success: impl FnOnce(T, CommonHeaders) -> S,
) -> Documented<S> {
    let started = Instant::now();
    let outcome = run(rqctx, api_key, body, operation, success).await;
    rqctx.context().record(rqctx, outcome.status_code(), started);
    let Some(origins) = rqctx.context().cors_origins() else { return Ok(outcome) };
    let mut response = outcome.to_result()?;
    origins.add_headers(rqctx.request.headers(), response.headers_mut());
    Ok(Outcome::Other(response))
}

async fn run<B: RequestBody, T, S>(
    rqctx: &RequestContext<Arc<Context>>,
    api_key: &ApiKey,
    body: B,
    operation: impl AsyncFnOnce(Call<B::Value>) -> Result<T, ApiError>,
    success: impl FnOnce(T, CommonHeaders) -> S,
) -> Outcome<S, DocumentedError> {
    let method = rqctx.request.method().as_str();
    if method.bytes().any(|byte| byte.is_ascii_lowercase()) {
        body.discard();
        return Outcome::Other(method_not_allowed(rqctx, method));
    }
    let context = rqctx.context();
    let in_flight = context.in_flight().enter();
    let responder = Responder { context, request_id: &rqctx.request_id };
    let (client, quota) = match responder.authenticate(api_key).await {
        Ok(authenticated) => authenticated,
        Err(error) => {
            body.discard();
            return Outcome::Error(error);
        }
    };
    let body = body.receive(context.body_timeout()).await;
    let result = match context.admission().take(client.key, in_flight) {
        Ok(slot) => {
            let request_id = rqctx.request_id.clone();
            operation(Call { context: Arc::clone(context), client, body, slot, request_id }).await
        }
        Err(overload) => Err(StoreError::Unavailable(overload.into()).into()),
    };
    match result {
        Ok(value) => Outcome::Success(success(value, responder.headers(&quota))),
        Err(error) => Outcome::Error(responder.error(&error, &quota)),
    }
}

/// Returns Dropshot's own 405. Its router ignores the case of a method, but RFC 9110 §9.1 does not.
fn method_not_allowed(
    rqctx: &RequestContext<Arc<Context>>,
    method: &str,
) -> http::Response<dropshot::Body> {
    let status = ClientErrorStatusCode::METHOD_NOT_ALLOWED;
    let mut error = HttpError::for_client_error_with_status(None, status);
    // the name of a method is a valid header
    let _ = error.add_header(http::header::ALLOW, method.to_ascii_uppercase());
    error.into_response(&rqctx.request_id)
}

/// The response to one request.
struct Responder<'a> {
    context: &'a Context,
    request_id: &'a str,
}

impl Responder<'_> {
    /// Authenticates a request and counts it against the rate limit of its key.
    async fn authenticate(
        &self,
        api_key: &ApiKey,
    ) -> Result<(AuthenticatedClient, Quota), DocumentedError> {
        let store_error = |error: StoreError| self.store_error(&error, None);
        let client = match self.context.authenticate(api_key).await.map_err(store_error)? {
            Ok(client) => client,
            Err(error) => {
                let headers = UnauthorizedHeaders { x_request_id: self.request_id.to_owned() };
                return Err(DocumentedError::Unauthorized { body: error.body(), headers });
            }
        };
        let quota = self.context.count_request(client, self.request_id).await;
        let quota = quota.map_err(store_error)?;
        match &quota.retry_after {
            Some(seconds) => Err(self.error(&ApiError::RateLimited(seconds.clone()), &quota)),
            None => Ok((client, quota)),
        }
    }

    fn headers(&self, quota: &Quota) -> CommonHeaders {
        CommonHeaders {
            x_rate_limit_limit: quota.limit.clone(),
            x_rate_limit_remaining: quota.remaining.clone(),
            x_rate_limit_reset: quota.reset.clone(),
            x_request_id: self.request_id.to_owned(),
        }
    }

    fn error(&self, error: &ApiError, quota: &Quota) -> DocumentedError {
        let body = error.body();
        match error {
            ApiError::Invalid(_)
            | ApiError::InvalidCursor
            | ApiError::BodyIncomplete
            | ApiError::AgentNotFound
            | ApiError::Update(_) => {
                DocumentedError::BadRequest { body, headers: self.headers(quota) }
            }
            ApiError::LinkNotFound => {
                DocumentedError::NotFound { body, headers: self.headers(quota) }
            }
            ApiError::BodyTooLarge { .. } => {
                DocumentedError::PayloadTooLarge { body, headers: self.headers(quota) }
            }
            ApiError::UnsupportedMediaType(_) | ApiError::UnsupportedContentEncoding(_) => {
                DocumentedError::UnsupportedMediaType { body, headers: self.headers(quota) }
            }
            ApiError::RateLimited(retry_after) => {
                let headers = TooManyRequestsHeaders {
                    x_rate_limit_limit: quota.limit.clone(),
                    x_rate_limit_remaining: quota.remaining.clone(),
                    x_rate_limit_reset: quota.reset.clone(),
                    x_request_id: self.request_id.to_owned(),
                    retry_after: retry_after.clone(),
                };
                DocumentedError::TooManyRequests { body, headers }
            }
            ApiError::Store(error) => self.store_error(error, Some(quota)),
        }
    }

    /// Logs the cause, which the response does not contain.
    fn store_error(&self, error: &StoreError, quota: Option<&Quota>) -> DocumentedError {
        let body = store_error(error);
        let x_rate_limit_limit = quota.map(|quota| quota.limit.clone());
        let x_rate_limit_remaining = quota.map(|quota| quota.remaining.clone());
        let x_rate_limit_reset = quota.map(|quota| quota.reset.clone());
        let x_request_id = self.request_id.to_owned();
        let log = self.context.log();
        match error {
            StoreError::Unavailable(_) => {
                warn!(log, "unavailable"; "cause" => error.cause(), "request_id" => self.request_id);
                let headers = ServiceUnavailableHeaders {
                    x_rate_limit_limit,
                    x_rate_limit_remaining,
                    x_rate_limit_reset,
                    x_request_id,
                    retry_after: unavailable_delay(),
                };
                DocumentedError::ServiceUnavailable { body, headers }
            }
            StoreError::Failed(_) => {
                error!(log, "failed"; "cause" => error.cause(), "request_id" => self.request_id);
                let headers = InternalServerErrorHeaders {
                    x_rate_limit_limit,
                    x_rate_limit_remaining,
                    x_rate_limit_reset,
                    x_request_id,
                };
                DocumentedError::InternalServerError { body, headers }
            }
        }
    }
}
