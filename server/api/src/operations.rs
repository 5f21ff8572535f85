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
use agenthuman_server_runtime::request::{JsonBody, PathParameters, QueryParameters};
use agenthuman_server_runtime::response::{
    HttpErrorResponse, Json, Outcome, json_response, json_stream_response, metadata,
};

/// A *link* puts a talking agent behind a URL that can be shared. This API manages those links.
///
/// **Three states.** In an update each field is *absent* (it stays as it is), `null` (it is
/// cleared) or *set* to a value. Absent and `null` never mean the same.
///
/// **All or nothing.** A rejected request changes nothing, even if most of its fields are valid.
///
/// **Unknown names.** A query parameter or a body field that this document does not define rejects
/// the request, so that a misspelt name never goes unnoticed.
///
/// **Order of the checks.** API key, rate limit, path and query, body, existence of the link, rules
/// between fields. The response reports the first check that fails.
///
/// **Errors.** Every error response of an operation has the schema `ErrorResponse`. If the caller
/// can fix the request, `error.suggestion` says how. A path or a method that this document does not
/// define is rejected before the API key is checked, with 404 or 405 and a body that has
/// `request_id` and `message`.
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

    /// List links
    ///
    /// Returns the links of the account, the newest `created_at` first, and links of the same
    /// microsecond by descending `link_id`. Without `limit` the response has all of them. With
    /// `limit` it has one page; pass its `next_cursor` as `cursor` to get the next one. A link that
    /// exists while all pages are read is on exactly one of them, even if other links are created
    /// or deleted in between.
    #[endpoint {
        method = GET,
        path = "/v1/links",
        operation_id = "list_links",
        tags = ["links"],
    }]
    async fn list_links(
        rqctx: RequestContext<Self::Context>,
        api_key: ApiKey,
        query: QueryParameters<ListLinksQuery>,
    ) -> Result<Outcome<ListLinksOk, DocumentedError>, UnexpectedError>;

    /// Create a link
    ///
    /// Creates an active link to an agent of the account. The new link has a `link_id` that was
    /// never used before. The request has no idempotency key: if its response is lost, the link may
    /// exist, and sending the request again creates another one.
    #[endpoint {
        method = POST,
        path = "/v1/links",
        operation_id = "create_link",
        tags = ["links"],
    }]
    async fn create_link(
        rqctx: RequestContext<Self::Context>,
        api_key: ApiKey,
        body: JsonBody<CreateLinkRequest>,
    ) -> Result<Outcome<CreateLinkCreated, DocumentedError>, UnexpectedError>;

    /// Get a link
    ///
    /// Returns a link as it is now.
    #[endpoint {
        method = GET,
        path = "/v1/links/{link_id}",
        operation_id = "get_link",
        tags = ["links"],
    }]
    async fn get_link(
        rqctx: RequestContext<Self::Context>,
        api_key: ApiKey,
        path: PathParameters<GetLinkPath>,
    ) -> Result<Outcome<GetLinkOk, DocumentedError>, UnexpectedError>;

    /// Update a link
    ///
    /// Changes the fields that the body contains, and returns the link as it is afterwards. `{}` is
    /// a valid update that changes nothing. Concurrent updates of one link are applied one after
    /// the other, and no field of either is lost.
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
    ) -> Result<Outcome<UpdateLinkOk, DocumentedError>, UnexpectedError>;

    /// Delete a link
    ///
    /// Deletes a link permanently. Its public address stops working, and every later request for it
    /// is rejected with 404.
    #[endpoint {
        method = DELETE,
        path = "/v1/links/{link_id}",
        operation_id = "delete_link",
        tags = ["links"],
    }]
    async fn delete_link(
        rqctx: RequestContext<Self::Context>,
        api_key: ApiKey,
        path: PathParameters<DeleteLinkPath>,
    ) -> Result<Outcome<DeleteLinkOk, DocumentedError>, UnexpectedError>;
}

agenthuman_server_runtime::api_key_header! {
    /// A key of the account, `ah_live_…` or `ah_test_…`. It gives access to the links of its own
    /// account only.
    pub struct ApiKey = "x-api-key";
}

/// Query parameters of `list_links`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListLinksQuery {
    /// Returns only links with this reported status: a link whose expiry has passed is
    /// `expired`, whatever its stored status is.
    #[serde(default = "ListLinksQuery::default_status")]
    pub status: LinkStatusFilter,
    /// The maximum number of links on a page.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "ListLinksQueryLimit")]
    pub limit: Option<ListLinksQueryLimit>,
    /// The position at which the page begins: the `next_cursor` of an earlier response of the
    /// same account and `status`. It is rejected with 400 if it is anything else.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "ListLinksQueryCursor")]
    pub cursor: Option<ListLinksQueryCursor>,
}

impl ListLinksQuery {
    /// Returns the default of `status`.
    pub fn default_status() -> LinkStatusFilter {
        agenthuman_server_runtime::schema::default(r#""all""#)
    }
}

agenthuman_server_runtime::unexpected_error! {
    /// Error outside of a handler. The response is a 500 with a fixed body.
    pub struct UnexpectedError: ErrorResponse = r#"{"success":false,"error":{"message":"Internal server error","suggestion":"Try again; if it keeps failing, contact support with the X-Request-Id","code":"INTERNAL"}}"#;
}

/// 200: The links, or one page of them.
#[derive(Debug)]
pub struct ListLinksOk {
    pub body: Json<ListLinksResponse>,
    pub headers: CommonHeaders,
}

impl HttpResponse for ListLinksOk {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        let Self { body, headers } = self;
        json_stream_response(200, body, &headers)
    }

    fn response_metadata() -> ApiEndpointResponse {
        metadata::<HttpResponseHeaders<HttpResponseOk<ListLinksResponse>, CommonHeaders>>(
            200,
            "The links, or one page of them.",
        )
    }

    fn status_code(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// 201: The new link.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateLinkCreated {
    pub body: LinkResponse,
    pub headers: CommonHeaders,
}

impl HttpResponse for CreateLinkCreated {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        let Self { body, headers } = self;
        json_response(201, &body, &headers)
    }

    fn response_metadata() -> ApiEndpointResponse {
        metadata::<HttpResponseHeaders<HttpResponseOk<LinkResponse>, CommonHeaders>>(
            201,
            "The new link.",
        )
    }

    fn status_code(&self) -> StatusCode {
        StatusCode::CREATED
    }
}

/// Path parameters of `get_link`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GetLinkPath {
    /// The link to return.
    pub link_id: LinkId,
}

/// 200: The link.
#[derive(Clone, Debug, PartialEq)]
pub struct GetLinkOk {
    pub body: LinkResponse,
    pub headers: CommonHeaders,
}

impl HttpResponse for GetLinkOk {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        let Self { body, headers } = self;
        json_response(200, &body, &headers)
    }

    fn response_metadata() -> ApiEndpointResponse {
        metadata::<HttpResponseHeaders<HttpResponseOk<LinkResponse>, CommonHeaders>>(
            200,
            "The link.",
        )
    }

    fn status_code(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// Path parameters of `update_link`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateLinkPath {
    /// The link to update.
    pub link_id: LinkId,
}

/// 200: The link after the update.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateLinkOk {
    pub body: LinkResponse,
    pub headers: CommonHeaders,
}

impl HttpResponse for UpdateLinkOk {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        let Self { body, headers } = self;
        json_response(200, &body, &headers)
    }

    fn response_metadata() -> ApiEndpointResponse {
        metadata::<HttpResponseHeaders<HttpResponseOk<LinkResponse>, CommonHeaders>>(
            200,
            "The link after the update.",
        )
    }

    fn status_code(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// Path parameters of `delete_link`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeleteLinkPath {
    /// The link to delete.
    pub link_id: LinkId,
}

/// 200: The link has been deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteLinkOk {
    pub body: DeleteLinkResponse,
    pub headers: CommonHeaders,
}

impl HttpResponse for DeleteLinkOk {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        let Self { body, headers } = self;
        json_response(200, &body, &headers)
    }

    fn response_metadata() -> ApiEndpointResponse {
        metadata::<HttpResponseHeaders<HttpResponseOk<DeleteLinkResponse>, CommonHeaders>>(
            200,
            "The link has been deleted.",
        )
    }

    fn status_code(&self) -> StatusCode {
        StatusCode::OK
    }
}

/// An error response that the contract documents. An operation sends only those that it
/// documents itself.
#[derive(Clone, Debug, PartialEq)]
pub enum DocumentedError {
    /// 400: A parameter, the body or the combination of fields is invalid. `error.details.field` names
    /// the parameter or field, if there is one. Nothing has changed.
    ///
    /// Sent by `list_links`, `create_link`, `get_link`, `update_link`, `delete_link`.
    BadRequest { body: ErrorResponse, headers: CommonHeaders },
    /// 401: The key is missing, unknown, repeated or revoked.
    ///
    /// Sent by `list_links`, `create_link`, `get_link`, `update_link`, `delete_link`.
    Unauthorized { body: ErrorResponse, headers: UnauthorizedHeaders },
    /// 404: The account has no such link. The response is the same for a link of another account and for
    /// a deleted one.
    ///
    /// Sent by `get_link`, `update_link`, `delete_link`.
    NotFound { body: ErrorResponse, headers: CommonHeaders },
    /// 413: The body is larger than 65536 bytes. Nothing has changed.
    ///
    /// Sent by `create_link`, `update_link`.
    PayloadTooLarge { body: ErrorResponse, headers: CommonHeaders },
    /// 415: The body is not declared as `application/json`, or it has a content encoding. Nothing has
    /// changed.
    ///
    /// Sent by `create_link`, `update_link`.
    UnsupportedMediaType { body: ErrorResponse, headers: CommonHeaders },
    /// 429: The key has used up its requests for the current window of 60 seconds. Nothing has changed.
    ///
    /// Sent by `list_links`, `create_link`, `get_link`, `update_link`, `delete_link`.
    TooManyRequests { body: ErrorResponse, headers: TooManyRequestsHeaders },
    /// 500: The server failed. Its log has the cause; the response does not.
    ///
    /// Sent by `list_links`, `create_link`, `get_link`, `update_link`, `delete_link`.
    InternalServerError { body: ErrorResponse, headers: InternalServerErrorHeaders },
    /// 503: The server cannot reach its storage, or is overloaded. Nothing has changed, with one
    /// exception: if the storage fails or stops responding after it has received a change, that
    /// change may have taken effect.
    ///
    /// Sent by `list_links`, `create_link`, `get_link`, `update_link`, `delete_link`.
    ServiceUnavailable { body: ErrorResponse, headers: ServiceUnavailableHeaders },
}

impl HttpErrorResponse for DocumentedError {
    fn to_result(self) -> Result<Response<Body>, HttpError> {
        match self {
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

    fn status_code(&self) -> StatusCode {
        match self {
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

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CommonHeaders {
    /// The number of requests to all operations together that the key may make in one window of
    /// 60 seconds. A server without a limit sends 9007199254740991.
    #[serde(rename = "X-RateLimit-Limit")]
    pub x_rate_limit_limit: RequestCount,
    /// The number of requests that the key has left in the current window.
    #[serde(rename = "X-RateLimit-Remaining")]
    pub x_rate_limit_remaining: RequestCount,
    /// The end of the current window, in seconds since 1970-01-01T00:00:00Z.
    #[serde(rename = "X-RateLimit-Reset")]
    pub x_rate_limit_reset: UnixSeconds,
    /// Identifies the response in the server's log. Quote it when you ask for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UnauthorizedHeaders {
    /// Identifies the response in the server's log. Quote it when you ask for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TooManyRequestsHeaders {
    /// The number of requests to all operations together that the key may make in one window of
    /// 60 seconds. A server without a limit sends 9007199254740991.
    #[serde(rename = "X-RateLimit-Limit")]
    pub x_rate_limit_limit: RequestCount,
    /// The number of requests that the key has left in the current window.
    #[serde(rename = "X-RateLimit-Remaining")]
    pub x_rate_limit_remaining: RequestCount,
    /// The end of the current window, in seconds since 1970-01-01T00:00:00Z.
    #[serde(rename = "X-RateLimit-Reset")]
    pub x_rate_limit_reset: UnixSeconds,
    /// Identifies the response in the server's log. Quote it when you ask for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
    /// Seconds to wait before the next attempt.
    #[serde(rename = "Retry-After")]
    pub retry_after: DelaySeconds,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct InternalServerErrorHeaders {
    /// As X-RateLimit-Limit; absent if the server failed before it had checked the key.
    #[serde(rename = "X-RateLimit-Limit", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RequestCount")]
    pub x_rate_limit_limit: Option<RequestCount>,
    /// As X-RateLimit-Remaining; absent if the server failed before it had checked the key.
    #[serde(rename = "X-RateLimit-Remaining", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RequestCount")]
    pub x_rate_limit_remaining: Option<RequestCount>,
    /// As X-RateLimit-Reset; absent if the server failed before it had checked the key.
    #[serde(rename = "X-RateLimit-Reset", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "UnixSeconds")]
    pub x_rate_limit_reset: Option<UnixSeconds>,
    /// Identifies the response in the server's log. Quote it when you ask for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
}

/// Response headers.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ServiceUnavailableHeaders {
    /// As X-RateLimit-Limit; absent if the server failed before it had checked the key.
    #[serde(rename = "X-RateLimit-Limit", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RequestCount")]
    pub x_rate_limit_limit: Option<RequestCount>,
    /// As X-RateLimit-Remaining; absent if the server failed before it had checked the key.
    #[serde(rename = "X-RateLimit-Remaining", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RequestCount")]
    pub x_rate_limit_remaining: Option<RequestCount>,
    /// As X-RateLimit-Reset; absent if the server failed before it had checked the key.
    #[serde(rename = "X-RateLimit-Reset", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "UnixSeconds")]
    pub x_rate_limit_reset: Option<UnixSeconds>,
    /// Identifies the response in the server's log. Quote it when you ask for support.
    #[serde(rename = "X-Request-Id")]
    pub x_request_id: String,
    /// Seconds to wait before the next attempt.
    #[serde(rename = "Retry-After")]
    pub retry_after: DelaySeconds,
}
