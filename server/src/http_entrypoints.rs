//! The operations of the API: each checks its request in the contract's order, calls the context and
//! responds.

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

/// Maximum length of a request body, from the contract.
const REQUEST_BODY_MAX_BYTES: usize = 65_536;

/// Implementation of the API on a [`Context`], which the layer in front of Dropshot shares.
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
        let responder = Responder { request_id: rqctx.request_id.clone(), log: rqctx.log.clone() };
        let client = match context.authenticate(api_key.secret()).await {
            Ok(Ok(client)) => client,
            Ok(Err(error)) => {
                let _ = read(body, context.body_timeout()).await;
                let headers = UnauthorizedHeaders { x_request_id: responder.request_id };
                return Ok(UpdateLinkResponse::Unauthorized { body: error.body(), headers });
            }
            Err(error) => return Ok(responder.store_error(&error, None)),
        };
        let quota = match context.count_request(client).await {
            Ok(quota) => quota,
            Err(error) => return Ok(responder.store_error(&error, None)),
        };
        let link = async {
            let link_id = check_quota(&quota).and_then(|()| Ok(path.read()?.link_id));
            let changes = read(body, context.body_timeout()).await;
            context.update_link(client, link_id?, changes?).await
        };
        Ok(match link.await {
            Ok(link) => UpdateLinkResponse::Ok {
                body: LinkResponse { success: true, link },
                headers: responder.headers(&quota),
            },
            Err(error) => responder.error(&error, &quota),
        })
    }
}

fn check_quota(quota: &Quota) -> Result<(), ApiError> {
    match &quota.retry_after {
        None => Ok(()),
        Some(seconds) => Err(ApiError::RateLimited(seconds.clone())),
    }
}

/// Reads a body. It is read even if the request is already rejected: most clients read the response only
/// after they have sent the whole request, and would see a broken connection instead.
async fn read<T: DeserializeOwned>(body: JsonBody<T>, limit: Duration) -> Result<T, ApiError> {
    let body = tokio::time::timeout(limit, body.read(REQUEST_BODY_MAX_BYTES));
    Ok(body.await.map_err(|_| ApiError::BodyIncomplete)??)
}

/// Parts that all responses to one request share.
struct Responder {
    request_id: String,
    log: Logger,
}

impl Responder {
    fn headers(self, quota: &Quota) -> UpdateLinkOkHeaders {
        UpdateLinkOkHeaders {
            x_rate_limit_limit: quota.limit.clone(),
            x_rate_limit_remaining: quota.remaining.clone(),
            x_rate_limit_reset: quota.reset.clone(),
            x_request_id: self.request_id,
        }
    }

    fn error(self, error: &ApiError, quota: &Quota) -> UpdateLinkResponse {
        let body = error.body();
        match error {
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
            ApiError::Store(error) => self.store_error(error, Some(quota)),
        }
    }

    /// Logs the cause, which the response does not contain.
    fn store_error(self, error: &StoreError, quota: Option<&Quota>) -> UpdateLinkResponse {
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
