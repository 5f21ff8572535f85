//! The errors of the API and the bodies of their responses: the only place where these are worded.
//!
//! The causes of server errors are logged and never sent.

use agenthuman_links_api::types::{DelaySeconds, ErrorBody, ErrorDetail, ErrorResponse};
use agenthuman_server_runtime::json::{InvalidRequest, InvalidRequestKind};
use agenthuman_server_runtime::request::BodyError;
use agenthuman_server_runtime::text::shortened;
use serde_json::{Map, Value};

use crate::link::{Expiry, UpdateError};
use crate::store::StoreError;

/// Reason why a request is not authenticated.
#[derive(Debug)]
pub(crate) enum AuthError {
    /// The request has no API key.
    Missing,
    /// No account has this API key.
    Unknown,
    /// The API key was revoked.
    Revoked,
    /// The API key has expired.
    Expired,
    /// The request has more than one API key.
    Repeated,
}

impl AuthError {
    /// Returns the body of the 401: a sentence without `success`, as the vendor documents it.
    pub(crate) fn body(&self) -> ErrorResponse {
        let sentence = match self {
            AuthError::Missing => "API key required",
            AuthError::Unknown => "Invalid API key",
            // the contract documents no sentence of its own for expiry
            AuthError::Revoked | AuthError::Expired => "API key has been deactivated",
            AuthError::Repeated => "The request has more than one API key",
        };
        ErrorResponse { success: None, error: ErrorBody::ErrorMessage(sentence.to_owned()) }
    }
}

/// Reason why an authenticated request is rejected or has failed.
#[derive(Debug)]
pub enum ApiError {
    /// The key has used up its rate limit; the window ends after this delay.
    RateLimited(DelaySeconds),
    /// The path or the body violates the contract.
    Invalid(InvalidRequest),
    /// The cursor does not belong to this list.
    InvalidCursor,
    /// The body did not arrive completely, or not in time.
    BodyIncomplete,
    /// The body is larger than this limit.
    BodyTooLarge {
        /// The limit in bytes.
        max_bytes: usize,
    },
    /// The body is not declared as JSON. Holds the declared media type, which may be empty.
    UnsupportedMediaType(String),
    /// The body has this content encoding.
    UnsupportedContentEncoding(String),
    /// The account has no such link.
    LinkNotFound,
    /// The account has no such agent.
    AgentNotFound,
    /// The rules of links do not allow the update.
    Update(UpdateError),
    /// The store failed.
    Store(StoreError),
}

impl From<InvalidRequest> for ApiError {
    fn from(invalid: InvalidRequest) -> Self {
        ApiError::Invalid(invalid)
    }
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::UnsupportedMediaType(declared) => ApiError::UnsupportedMediaType(declared),
            BodyError::UnsupportedContentEncoding(encoding) => {
                ApiError::UnsupportedContentEncoding(encoding)
            }
            BodyError::TooLarge(max_bytes) => ApiError::BodyTooLarge { max_bytes },
            BodyError::Invalid(invalid) => ApiError::Invalid(invalid),
            BodyError::Incomplete => ApiError::BodyIncomplete,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        ApiError::Store(error)
    }
}

impl ApiError {
    /// Returns the body of the response.
    pub fn body(&self) -> ErrorResponse {
        match self {
            ApiError::RateLimited(seconds) => {
                let unit = if **seconds == 1 { "second" } else { "seconds" };
                let sentence = format!("Too many requests. Try again in {seconds} {unit}.");
                let error = ErrorBody::ErrorMessage(sentence);
                ErrorResponse { success: Some(false), error }
            }
            ApiError::Invalid(invalid) => invalid_request(invalid),
            ApiError::InvalidCursor => error_response(
                "INVALID_FIELD",
                Some("cursor"),
                "`cursor` does not belong to this list",
                "Send the `next_cursor` of a response with the same `status`, or no `cursor`",
            ),
            ApiError::AgentNotFound => error_response(
                "AGENT_NOT_FOUND",
                Some("agent_id"),
                "The account has no agent with this `agent_id`",
                "Check the agent_id, and that the API key belongs to the account that owns the agent",
            ),
            ApiError::BodyIncomplete => error_response(
                "INVALID_BODY",
                None,
                "the request body did not arrive completely",
                "Send the whole body without a pause",
            ),
            ApiError::BodyTooLarge { max_bytes } => error_response(
                "PAYLOAD_TOO_LARGE",
                None,
                &format!("the request body is larger than {max_bytes} bytes"),
                "Send only the fields that change",
            ),
            ApiError::UnsupportedMediaType(declared) => unsupported_media_type(declared),
            ApiError::LinkNotFound => error_response(
                "LINK_NOT_FOUND",
                None,
                "Link not found",
                "Check the link_id, and that the API key belongs to the account that owns the link",
            ),
            ApiError::Update(error) => update_error(error),
            ApiError::UnsupportedContentEncoding(encoding) => error_response(
                "UNSUPPORTED_MEDIA_TYPE",
                None,
                &format!("the request body has the content encoding `{encoding}`"),
                "Send the body without a `content-encoding`",
            ),
            ApiError::Store(error) => store_error(error),
        }
    }
}

/// Returns the body of a 500 or 503.
pub(crate) fn store_error(error: &StoreError) -> ErrorResponse {
    match error {
        StoreError::Unavailable(_) => error_response(
            "UNAVAILABLE",
            None,
            "The service is temporarily unavailable",
            "Try again after the number of seconds in the Retry-After header",
        ),
        StoreError::Failed(_) => error_response(
            "INTERNAL",
            None,
            "Internal server error",
            "Try again; if it keeps failing, contact support with the X-Request-Id",
        ),
    }
}

/// `Retry-After` of a 503, in seconds.
const UNAVAILABLE_SECONDS: i64 = 1;

/// Returns the `Retry-After` of a 503.
#[expect(clippy::expect_used, reason = "a constant")]
pub(crate) fn unavailable_delay() -> DelaySeconds {
    let delay = DelaySeconds::try_from(UNAVAILABLE_SECONDS);
    delay.expect("the contract allows delays from 1 second")
}

/// Maximum length of text that a response quotes from a request, in characters: a response must not
/// grow with its request.
const QUOTED_CHARACTERS: usize = 300;

fn error_response(
    code: &str,
    field: Option<&str>,
    message: &str,
    suggestion: &str,
) -> ErrorResponse {
    let details = field.map(|field| {
        let mut details = Map::new();
        details.insert(
            "field".to_owned(),
            Value::String(shortened(field, QUOTED_CHARACTERS).into_owned()),
        );
        details
    });
    let detail = ErrorDetail {
        message: shortened(message, QUOTED_CHARACTERS).into_owned(),
        suggestion: Some(suggestion.to_owned()),
        code: Some(code.to_owned()),
        details,
    };
    ErrorResponse { success: Some(false), error: ErrorBody::ErrorDetail(detail) }
}

fn invalid_request(invalid: &InvalidRequest) -> ErrorResponse {
    let code = match invalid.kind {
        InvalidRequestKind::Body => "INVALID_BODY",
        InvalidRequestKind::UnknownField => "UNKNOWN_FIELD",
        InvalidRequestKind::DuplicateField => "DUPLICATE_FIELD",
        InvalidRequestKind::MissingField => "MISSING_FIELD",
        InvalidRequestKind::InvalidField => "INVALID_FIELD",
    };
    let suggestion =
        invalid.suggestion.as_deref().unwrap_or("Correct it and send the request again");
    error_response(code, invalid.field.as_deref(), &invalid.message, suggestion)
}

fn unsupported_media_type(declared: &str) -> ErrorResponse {
    let message = if declared.is_empty() {
        "the request does not say that its body is `application/json`".to_owned()
    } else {
        format!("the request body is `{declared}`, not `application/json`")
    };
    let suggestion = "Send the header `content-type: application/json`";
    error_response("UNSUPPORTED_MEDIA_TYPE", None, &message, suggestion)
}

fn update_error(error: &UpdateError) -> ErrorResponse {
    let sessions_have = |uses: i64| if uses == 1 { "session has" } else { "sessions have" };
    match error {
        UpdateError::LimitNotAboveUses { limit, uses } => error_response(
            "INVALID_FIELD",
            Some("use_limit"),
            &format!("`use_limit` is {limit}, but {uses} {} already started", sessions_have(*uses)),
            &format!(
                "Send a `use_limit` of at least {}, or null for unlimited sessions",
                uses.saturating_add(1)
            ),
        ),
        UpdateError::StillExpired(Expiry::Passed(expires_at)) => error_response(
            "INVALID_FIELD",
            Some("status"),
            &format!("`status` cannot be `active`: the link expired at {expires_at}"),
            "Move `expires_at` into the future in the same request, or send null: never expires",
        ),
        UpdateError::StillExpired(Expiry::UsedUp(limit)) => error_response(
            "INVALID_FIELD",
            Some("status"),
            &format!("`status` cannot be `active`: the session limit of {limit} is reached"),
            "Raise `use_limit` in the same request, or send null for unlimited sessions",
        ),
    }
}
