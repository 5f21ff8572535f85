//! What a caller is told when a request is refused: the one place where refusals are worded.
//!
//! The causes of failures are not here: they go to the log, and the answer says nothing of them.

use agenthuman_links_api::types::{DelaySeconds, ErrorBody, ErrorDetail, ErrorResponse};
use agenthuman_server_runtime::json::{InvalidRequest, InvalidRequestKind};
use agenthuman_server_runtime::request::BodyError;
use serde_json::{Map, Value};

use crate::link::{self, Expiry};
use crate::store::StoreError;

/// Why nobody is known to be calling.
#[derive(Debug)]
pub enum KeyRefusal {
    Missing,
    Unknown,
    Revoked,
}

impl KeyRefusal {
    /// The vendor documents a sentence for each, and no `success`.
    pub fn body(&self) -> ErrorResponse {
        let sentence = match self {
            KeyRefusal::Missing => "API key required",
            KeyRefusal::Unknown => "Invalid API key",
            KeyRefusal::Revoked => "API key has been deactivated",
        };
        ErrorResponse { success: None, error: ErrorBody::ErrorMessage(sentence.to_owned()) }
    }
}

/// Why a request of a known key is refused.
#[derive(Debug)]
pub enum Refusal {
    RateLimited(DelaySeconds),
    Invalid(InvalidRequest),
    BodyIncomplete,
    BodyTooLarge { max_bytes: usize },
    UnsupportedMediaType(String),
    LinkNotFound,
    Rule(link::Refusal),
    Store(StoreError),
}

impl From<InvalidRequest> for Refusal {
    fn from(invalid: InvalidRequest) -> Self {
        Refusal::Invalid(invalid)
    }
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::UnsupportedMediaType(declared) => Refusal::UnsupportedMediaType(declared),
            BodyError::TooLarge(max_bytes) => Refusal::BodyTooLarge { max_bytes },
            BodyError::Invalid(invalid) => Refusal::Invalid(invalid),
            BodyError::Incomplete => Refusal::BodyIncomplete,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Refusal::Store(error)
    }
}

impl Refusal {
    /// The body of the answer.
    pub fn body(&self) -> ErrorResponse {
        match self {
            Refusal::RateLimited(seconds) => {
                let unit = if **seconds == 1 { "second" } else { "seconds" };
                let sentence = format!("Too many requests. Try again in {seconds} {unit}.");
                let error = ErrorBody::ErrorMessage(sentence);
                ErrorResponse { success: Some(false), error }
            }
            Refusal::Invalid(invalid) => invalid_request(invalid),
            Refusal::BodyIncomplete => refused(
                "INVALID_BODY",
                None,
                "the request body did not arrive completely",
                "Send the whole body without a pause",
            ),
            Refusal::BodyTooLarge { max_bytes } => refused(
                "PAYLOAD_TOO_LARGE",
                None,
                &format!("the request body is larger than {max_bytes} bytes"),
                "Send only the fields that change",
            ),
            Refusal::UnsupportedMediaType(declared) => unsupported_media_type(declared),
            Refusal::LinkNotFound => refused(
                "LINK_NOT_FOUND",
                None,
                "Link not found",
                "Check the link_id, and that the API key belongs to the account that owns the link",
            ),
            Refusal::Rule(rule) => broken_rule(rule),
            Refusal::Store(error) => store_failure(error),
        }
    }
}

/// The body of a 500 or 503.
pub fn store_failure(error: &StoreError) -> ErrorResponse {
    match error {
        StoreError::Unavailable(_) => refused(
            "UNAVAILABLE",
            None,
            "The service is temporarily unavailable",
            "Try again after the number of seconds in the Retry-After header",
        ),
        StoreError::Failed(_) => refused(
            "INTERNAL",
            None,
            "Internal server error",
            "Try again; if it keeps failing, contact support with the X-Request-Id",
        ),
    }
}

/// How long a caller should leave a busy store alone.
const UNAVAILABLE_SECONDS: i64 = 1;

/// The `Retry-After` of a 503.
#[expect(clippy::expect_used, reason = "a constant")]
pub fn unavailable_delay() -> DelaySeconds {
    let delay = DelaySeconds::try_from(UNAVAILABLE_SECONDS);
    delay.expect("the contract allows delays from 1 second")
}

/// The body of the 404 of a path that no operation has.
pub fn no_such_path() -> ErrorResponse {
    let suggestion = "Check the path; it begins with /v1/";
    refused("NOT_FOUND", None, "no operation has this path", suggestion)
}

/// The body of the 405 of a path that has other operations.
pub fn wrong_method(method: &str, allowed: &str) -> ErrorResponse {
    let message = format!("`{method}` is not an operation of this path");
    refused("METHOD_NOT_ALLOWED", None, &message, &format!("Use {allowed}"))
}

/// Longest text that an answer repeats of a request, in characters: it must not grow with the request.
const REPEATED_CHARACTERS: usize = 300;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(REPEATED_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn refused(code: &str, field: Option<&str>, message: &str, suggestion: &str) -> ErrorResponse {
    let details = field.map(|field| {
        let mut details = Map::new();
        details.insert("field".to_owned(), Value::String(shortened(field)));
        details
    });
    let detail = ErrorDetail {
        message: shortened(message),
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
    refused(code, invalid.field.as_deref(), &invalid.message, suggestion)
}

fn unsupported_media_type(declared: &str) -> ErrorResponse {
    let message = if declared.is_empty() {
        "the request does not say that its body is `application/json`".to_owned()
    } else {
        format!("the request body is `{declared}`, not `application/json`")
    };
    let suggestion = "Send the header `content-type: application/json`";
    refused("UNSUPPORTED_MEDIA_TYPE", None, &message, suggestion)
}

fn broken_rule(rule: &link::Refusal) -> ErrorResponse {
    let sessions_have = |uses: i64| if uses == 1 { "session has" } else { "sessions have" };
    match rule {
        link::Refusal::LimitNotAboveUses { limit, uses } => refused(
            "INVALID_FIELD",
            Some("use_limit"),
            &format!("`use_limit` is {limit}, but {uses} {} already started", sessions_have(*uses)),
            &format!(
                "Send a `use_limit` of at least {}, or null for unlimited sessions",
                uses.saturating_add(1)
            ),
        ),
        link::Refusal::StillExpired(Expiry::Passed(expires_at)) => refused(
            "INVALID_FIELD",
            Some("status"),
            &format!("`status` cannot be `active`: the link expired at {expires_at}"),
            "Move `expires_at` into the future in the same request, or send null: never expires",
        ),
        link::Refusal::StillExpired(Expiry::UsedUp(limit)) => refused(
            "INVALID_FIELD",
            Some("status"),
            &format!("`status` cannot be `active`: the session limit of {limit} is reached"),
            "Raise `use_limit` in the same request, or send null for unlimited sessions",
        ),
    }
}
