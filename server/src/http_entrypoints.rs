//! The API's operations: read the request in the contract's order, call the context, answer.

use std::sync::Arc;
use std::time::Duration;

use agenthuman_links_api::types::{LinkResponse, UpdateLinkRequest};
use agenthuman_links_api::{
    AgentHumanLinksApi, ApiKey, InternalServerErrorHeaders, ServiceUnavailableHeaders,
    TooManyRequestsHeaders, UnauthorizedHeaders, UnexpectedError, UpdateLinkOkHeaders,
    UpdateLinkPath, UpdateLinkResponse,
};
use agenthuman_server_runtime::request::{JsonBody, PathParameters};
use dropshot::RequestContext;
use serde::de::DeserializeOwned;
use slog::{Logger, error, warn};

use crate::api_error::{ApiError, store_error, unavailable_delay};
use crate::context::Context;
use crate::rate_limit::Quota;
use crate::store::StoreError;

/// The contract says so in the description of each request body.
const REQUEST_BODY_MAX_BYTES: usize = 65_536;

/// Implements the API on a [`Context`], which the layer in front of Dropshot shares.
pub(crate) enum LinksServer {}

impl AgentHumanLinksApi for LinksServer {
    type Context = Arc<Context>;

    async fn update_link(
        rqctx: RequestContext<Arc<Context>>,
        api_key: ApiKey,
        path: PathParameters<UpdateLinkPath>,
        body: JsonBody<UpdateLinkRequest>,
    ) -> Result<UpdateLinkResponse, UnexpectedError> {
        let context = rqctx.context();
        let answer = Answer { request_id: rqctx.request_id.clone(), log: rqctx.log.clone() };
        let caller = match context.authenticate(api_key.secret()).await {
            Ok(Ok(caller)) => caller,
            Ok(Err(refusal)) => {
                let _ = read(body, context.body_timeout()).await;
                let headers = UnauthorizedHeaders { x_request_id: answer.request_id };
                return Ok(UpdateLinkResponse::Unauthorized { body: refusal.body(), headers });
            }
            Err(error) => return Ok(answer.failed(&error, None)),
        };
        let quota = match context.count_request(caller).await {
            Ok(quota) => quota,
            Err(error) => return Ok(answer.failed(&error, None)),
        };
        let link = async {
            let link_id = admitted(&quota).and_then(|()| Ok(path.read()?.link_id));
            let changes = read(body, context.body_timeout()).await;
            context.update_link(caller, link_id?, changes?).await
        };
        Ok(match link.await {
            Ok(link) => UpdateLinkResponse::Ok {
                body: LinkResponse { success: true, link },
                headers: answer.headers(&quota),
            },
            Err(refusal) => answer.refused(&refusal, &quota),
        })
    }
}

fn admitted(quota: &Quota) -> Result<(), ApiError> {
    match &quota.retry_after {
        None => Ok(()),
        Some(seconds) => Err(ApiError::RateLimited(seconds.clone())),
    }
}

/// A body is read even where the request has been refused already: most callers read the answer only
/// after they have sent everything, and would see a broken connection instead.
async fn read<T: DeserializeOwned>(body: JsonBody<T>, within: Duration) -> Result<T, ApiError> {
    let body = tokio::time::timeout(within, body.read(REQUEST_BODY_MAX_BYTES));
    Ok(body.await.map_err(|_| ApiError::BodyIncomplete)??)
}

/// What answers to one request have in common.
struct Answer {
    request_id: String,
    log: Logger,
}

impl Answer {
    fn headers(self, quota: &Quota) -> UpdateLinkOkHeaders {
        UpdateLinkOkHeaders {
            x_rate_limit_limit: quota.limit.clone(),
            x_rate_limit_remaining: quota.remaining.clone(),
            x_rate_limit_reset: quota.reset.clone(),
            x_request_id: self.request_id,
        }
    }

    fn refused(self, refusal: &ApiError, quota: &Quota) -> UpdateLinkResponse {
        let body = refusal.body();
        match refusal {
            ApiError::Invalid(_) | ApiError::BodyIncomplete | ApiError::Update(_) => {
                UpdateLinkResponse::BadRequest { body, headers: self.headers(quota) }
            }
            ApiError::LinkNotFound => {
                UpdateLinkResponse::NotFound { body, headers: self.headers(quota) }
            }
            ApiError::BodyTooLarge { .. } => {
                UpdateLinkResponse::PayloadTooLarge { body, headers: self.headers(quota) }
            }
            ApiError::UnsupportedMediaType(_) => {
                UpdateLinkResponse::UnsupportedMediaType { body, headers: self.headers(quota) }
            }
            ApiError::RateLimited(retry_after) => {
                let headers = TooManyRequestsHeaders {
                    x_rate_limit_limit: quota.limit.clone(),
                    x_rate_limit_remaining: quota.remaining.clone(),
                    x_rate_limit_reset: quota.reset.clone(),
                    x_request_id: self.request_id,
                    retry_after: retry_after.clone(),
                };
                UpdateLinkResponse::TooManyRequests { body, headers }
            }
            ApiError::Store(error) => self.failed(error, Some(quota)),
        }
    }

    /// The log has the cause, the answer has not.
    fn failed(self, error: &StoreError, quota: Option<&Quota>) -> UpdateLinkResponse {
        let body = store_error(error);
        match error {
            StoreError::Unavailable(cause) => {
                warn!(self.log, "the store is unavailable"; "cause" => %cause);
                let headers = ServiceUnavailableHeaders {
                    x_rate_limit_limit: quota.map(|quota| quota.limit.clone()),
                    x_rate_limit_remaining: quota.map(|quota| quota.remaining.clone()),
                    x_rate_limit_reset: quota.map(|quota| quota.reset.clone()),
                    x_request_id: self.request_id,
                    retry_after: unavailable_delay(),
                };
                UpdateLinkResponse::ServiceUnavailable { body, headers }
            }
            StoreError::Failed(cause) => {
                error!(self.log, "the store failed"; "cause" => %cause);
                let headers = InternalServerErrorHeaders {
                    x_rate_limit_limit: quota.map(|quota| quota.limit.clone()),
                    x_rate_limit_remaining: quota.map(|quota| quota.remaining.clone()),
                    x_rate_limit_reset: quota.map(|quota| quota.reset.clone()),
                    x_request_id: self.request_id,
                };
                UpdateLinkResponse::InternalServerError { body, headers }
            }
        }
    }
}
