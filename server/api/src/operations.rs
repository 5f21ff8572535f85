// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.

//! The API trait, and the request and response types of its operations.

use dropshot::{
    ApiEndpointResponse, Body, HttpError, HttpResponse, HttpResponseHeaders, HttpResponseOk,
    RequestContext,
};
use http::{Response, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[allow(unused_imports, reason = "an API may have no types of its own")]
use crate::types::*;
use agenthuman_server_runtime::request::{JsonBody, PathParameters};
use agenthuman_server_runtime::response::{json_response, metadata};

/// A *link* puts a talking agent behind a URL that can be shared. This API manages those links.
///
/// **Three states.** In an update each field may be *absent* (stays as it is), `null` (is cleared)
/// or *set* to a value. Absent and `null` are never the same thing.
///
/// **All or nothing.** A refused request changes nothing, however many of its fields were fine.
///
/// **Order of the checks.** API key, rate limit, path, body, existence of the link, rules between
/// fields. The first check that fails gives the answer.
///
/// **Errors.** Every refusal has the shape of `ErrorResponse`. Where the caller can mend the
/// request, `error.suggestion` says how.
#[dropshot::api_description {
    tag_config = {
        tags = {
            "links" = { description = "Shareable links that put visitors in front of an agent." },
        },
    },
}]
pub trait AgentHumanLinksApi {
    /// The server's state, shared by all operations.
    type Context;

    /// Update a link
    ///
    /// Changes the fields that the body carries and answers the link as it is afterwards. `{}` is
    /// a valid update that changes nothing. Two updates of one link at once are applied one after
    /// the other; no field of either is lost.
    #[endpoint {
        method = PUT,
        path = "/v1/links/{link_id}",
        operation_id = "update_link",
        tags = ["links"],
    }]
    async fn update_link(
        rqctx: RequestContext<Self::Context>,
        api_key: ApiKey,
        path: PathParameters<UpdateLinkPath>,
        body: JsonBody<UpdateLinkRequest>,
    ) -> Result<UpdateLinkResponse, UnexpectedError>;
}

agenthuman_server_runtime::api_key_header! {
    /// A key of the account, `ah_live_…` or `ah_test_…`. It sees the links of its own account and
    /// no others.
    pub struct ApiKey = "x-api-key";
}

/// Path parameters of `update_link`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateLinkPath {
    /// The link to update.
    pub link_id: LinkId,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UpdateLinkOkHeaders {
    /// Requests that the key may make in one window of 60 seconds. A server without a limit says
    /// 9007199254740991.
    #[serde(rename = "X-RateLimit-Limit")]
    pub x_rate_limit_limit: RequestCount,
    /// Requests that are left to the key in the current window.
    #[serde(rename = "X-RateLimit-Remaining")]
    pub x_rate_limit_remaining: RequestCount,
    /// When the current window ends, in seconds since 1970-01-01T00:00:00Z.
    #[serde(rename = "X-RateLimit-Reset")]
    pub x_rate_limit_reset: UnixSeconds,
    /// Names this answer in the server's log. Quote it when asking for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UnauthorizedHeaders {
    /// Names this answer in the server's log. Quote it when asking for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TooManyRequestsHeaders {
    /// Requests that the key may make in one window of 60 seconds. A server without a limit says
    /// 9007199254740991.
    #[serde(rename = "X-RateLimit-Limit")]
    pub x_rate_limit_limit: RequestCount,
    /// Requests that are left to the key in the current window.
    #[serde(rename = "X-RateLimit-Remaining")]
    pub x_rate_limit_remaining: RequestCount,
    /// When the current window ends, in seconds since 1970-01-01T00:00:00Z.
    #[serde(rename = "X-RateLimit-Reset")]
    pub x_rate_limit_reset: UnixSeconds,
    /// Names this answer in the server's log. Quote it when asking for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
    /// Seconds to wait before the next attempt.
    #[serde(rename = "Retry-After")]
    pub retry_after: DelaySeconds,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct InternalServerErrorHeaders {
    /// As X-RateLimit-Limit; missing where the server failed before it knew the key.
    #[serde(rename = "X-RateLimit-Limit", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RequestCount")]
    pub x_rate_limit_limit: Option<RequestCount>,
    /// As X-RateLimit-Remaining; missing where the server failed before it knew the key.
    #[serde(rename = "X-RateLimit-Remaining", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RequestCount")]
    pub x_rate_limit_remaining: Option<RequestCount>,
    /// As X-RateLimit-Reset; missing where the server failed before it knew the key.
    #[serde(rename = "X-RateLimit-Reset", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "UnixSeconds")]
    pub x_rate_limit_reset: Option<UnixSeconds>,
    /// Names this answer in the server's log. Quote it when asking for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ServiceUnavailableHeaders {
    /// As X-RateLimit-Limit; missing where the server failed before it knew the key.
    #[serde(rename = "X-RateLimit-Limit", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RequestCount")]
    pub x_rate_limit_limit: Option<RequestCount>,
    /// As X-RateLimit-Remaining; missing where the server failed before it knew the key.
    #[serde(rename = "X-RateLimit-Remaining", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RequestCount")]
    pub x_rate_limit_remaining: Option<RequestCount>,
    /// As X-RateLimit-Reset; missing where the server failed before it knew the key.
    #[serde(rename = "X-RateLimit-Reset", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "UnixSeconds")]
    pub x_rate_limit_reset: Option<UnixSeconds>,
    /// Names this answer in the server's log. Quote it when asking for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
    /// Seconds to wait before the next attempt.
    #[serde(rename = "Retry-After")]
    pub retry_after: DelaySeconds,
}

agenthuman_server_runtime::unexpected_error! {
    /// Error outside of a handler. The response is a 500 with a fixed body.
    pub struct UnexpectedError: ErrorResponse = r#"{"success":false,"error":{"message":"Internal server error","suggestion":"Try again; if it keeps failing, contact support with the X-Request-Id","code":"INTERNAL"}}"#;
}

/// Response of `update_link`, with one variant per documented status.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateLinkResponse {
    /// 200: The link after the update.
    Ok { body: LinkResponse, headers: UpdateLinkOkHeaders },
    /// 400: The path, the body or the combination of fields is not acceptable. `error.details.field`
    /// names the field where there is one. Nothing has changed.
    BadRequest { body: ErrorResponse, headers: UpdateLinkOkHeaders },
    /// 401: The key is missing, unknown or revoked.
    Unauthorized { body: ErrorResponse, headers: UnauthorizedHeaders },
    /// 404: The account has no such link. A link of another account gives exactly the same answer.
    NotFound { body: ErrorResponse, headers: UpdateLinkOkHeaders },
    /// 413: The body is larger than 65536 bytes. Nothing has changed.
    PayloadTooLarge { body: ErrorResponse, headers: UpdateLinkOkHeaders },
    /// 415: The body is not declared as `application/json`. Nothing has changed.
    UnsupportedMediaType { body: ErrorResponse, headers: UpdateLinkOkHeaders },
    /// 429: The key has used up its requests for the current window of 60 seconds. Nothing has changed.
    TooManyRequests { body: ErrorResponse, headers: TooManyRequestsHeaders },
    /// 500: The server failed. Its log has the cause; the answer does not.
    InternalServerError { body: ErrorResponse, headers: InternalServerErrorHeaders },
    /// 503: The server cannot reach its storage, or has too much to do. Nothing has changed.
    ServiceUnavailable { body: ErrorResponse, headers: ServiceUnavailableHeaders },
}

impl HttpResponse for UpdateLinkResponse {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {
            Self::Ok { body, headers } => json_response(200, &body, &headers),
            Self::BadRequest { body, headers } => json_response(400, &body, &headers),
            Self::Unauthorized { body, headers } => json_response(401, &body, &headers),
            Self::NotFound { body, headers } => json_response(404, &body, &headers),
            Self::PayloadTooLarge { body, headers } => json_response(413, &body, &headers),
            Self::UnsupportedMediaType { body, headers } => json_response(415, &body, &headers),
            Self::TooManyRequests { body, headers } => json_response(429, &body, &headers),
            Self::InternalServerError { body, headers } => json_response(500, &body, &headers),
            Self::ServiceUnavailable { body, headers } => json_response(503, &body, &headers),
        }
    }

    fn response_metadata() -> ApiEndpointResponse {
        metadata::<HttpResponseHeaders<HttpResponseOk<LinkResponse>, UpdateLinkOkHeaders>>(
            200,
            "The link after the update.",
        )
    }

    fn status_code(&self) -> StatusCode {
        match self {
            Self::Ok { .. } => StatusCode::OK,
            Self::BadRequest { .. } => StatusCode::BAD_REQUEST,
            Self::Unauthorized { .. } => StatusCode::UNAUTHORIZED,
            Self::NotFound { .. } => StatusCode::NOT_FOUND,
            Self::PayloadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::InternalServerError { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ServiceUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
