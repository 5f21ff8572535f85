// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.

//! Types of the values in requests and responses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use agenthuman_server_runtime::constrained;
use agenthuman_server_runtime::constraint::{IntegerConstraints, StringConstraints};
use agenthuman_server_runtime::patch::Patch;
use agenthuman_server_runtime::timestamp::Timestamp;

constrained! {
    inline pub struct ListLinksQueryLimit(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(1),
        maximum: Some(1_000),
        ..IntegerConstraints::ANY
    };
}

constrained! {
    inline pub struct ListLinksQueryCursor(String) = StringConstraints {
        pattern: Some("^[0-9A-Za-z_-]{1,512}$"),
        ..StringConstraints::ANY
    };
}

constrained! {
    /// Identifies a link permanently. Any other form is rejected with 400.
    pub struct LinkId(String) = StringConstraints {
        pattern: Some("^lnk_[0-9A-Za-z_-]{1,128}$"),
        ..StringConstraints::ANY
    };
}

/// - `active`: visitors can start sessions.
/// - `paused`: visitors cannot start sessions until the link is active again.
/// - `expired`: that status is stored, the expiry has passed, or the session limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum LinkStatus {
    #[serde(rename = "active")]
    Active,
    #[serde(rename = "paused")]
    Paused,
    #[serde(rename = "expired")]
    Expired,
}

/// The reported status of the links to return; `all` returns every link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum LinkStatusFilter {
    #[serde(rename = "active")]
    Active,
    #[serde(rename = "paused")]
    Paused,
    #[serde(rename = "expired")]
    Expired,
    #[serde(rename = "all")]
    All,
}

constrained! {
    /// Identifies an agent permanently. Any other form is rejected with 400.
    pub struct AgentId(String) = StringConstraints {
        pattern: Some("^agnt_[0-9A-Za-z_-]{1,128}$"),
        ..StringConstraints::ANY
    };
}

/// A new link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateLinkRequest {
    /// The agent that visitors talk to. It must belong to the account; an unknown agent is
    /// rejected with 400 and the code `AGENT_NOT_FOUND`.
    pub agent_id: AgentId,
    /// The display name: any text without U+0000, including the empty string. If the field is
    /// absent, the name is `Link YYYY-MM-DD` with the current date in UTC; `null` creates a
    /// link without a name.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub name: Patch<CreateLinkRequestName>,
    /// The time at which the link expires: an RFC 3339 timestamp with any offset, stored to the
    /// microsecond and returned in UTC. Second 60 is accepted only at 23:59:60 UTC. A time in
    /// the past is accepted and creates an expired link. If the field is absent or `null`, the
    /// link never expires.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub expires_at: Patch<Timestamp>,
    /// The maximum number of sessions. `100.0` is the integer 100; a number with a fraction is
    /// rejected. If the field is absent or `null`, the number of sessions is unlimited.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub use_limit: Patch<CreateLinkRequestUseLimit>,
}

constrained! {
    /// The display name: any text without U+0000, including the empty string. If the field is
    /// absent, the name is `Link YYYY-MM-DD` with the current date in UTC; `null` creates a
    /// link without a name.
    inline pub struct CreateLinkRequestName(String) = StringConstraints {
        pattern: Some(r"^[^\u0000]*$"),
        ..StringConstraints::ANY
    };
}

constrained! {
    /// The maximum number of sessions. `100.0` is the integer 100; a number with a fraction is
    /// rejected. If the field is absent or `null`, the number of sessions is unlimited.
    inline pub struct CreateLinkRequestUseLimit(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(1),
        maximum: Some(9_007_199_254_740_991),
        ..IntegerConstraints::ANY
    };
}

/// The changes to a link. An absent field stays as it is; `null` clears a nullable field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateLinkRequest {
    /// The display name: any text without U+0000, including the empty string. `null` clears
    /// the name.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub name: Patch<UpdateLinkRequestName>,
    /// The status to store; it cannot be `null`. `active` is rejected with 400 if the link
    /// would still be expired after this update: change `expires_at` or `use_limit` in the same
    /// request.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "LinkStatus")]
    pub status: Option<LinkStatus>,
    /// The time at which the link expires: an RFC 3339 timestamp with any offset, stored to the
    /// microsecond and returned in UTC. Second 60 is accepted only at 23:59:60 UTC. A time in
    /// the past is accepted and expires the link immediately; a time in the future restores the
    /// stored status of a link that had expired. `null` removes the expiry: the link never
    /// expires.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub expires_at: Patch<Timestamp>,
    /// The maximum number of sessions. It must be greater than the current `uses`. `100.0` is
    /// the integer 100; a number with a fraction is rejected. A higher limit restores the
    /// stored status of a link that had reached its limit. `null` removes the limit: the number
    /// of sessions is unlimited.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub use_limit: Patch<UpdateLinkRequestUseLimit>,
}

constrained! {
    /// The display name: any text without U+0000, including the empty string. `null` clears
    /// the name.
    inline pub struct UpdateLinkRequestName(String) = StringConstraints {
        pattern: Some(r"^[^\u0000]*$"),
        ..StringConstraints::ANY
    };
}

constrained! {
    /// The maximum number of sessions. It must be greater than the current `uses`. `100.0` is
    /// the integer 100; a number with a fraction is rejected. A higher limit restores the
    /// stored status of a link that had reached its limit. `null` removes the limit: the number
    /// of sessions is unlimited.
    inline pub struct UpdateLinkRequestUseLimit(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(1),
        maximum: Some(9_007_199_254_740_991),
        ..IntegerConstraints::ANY
    };
}

/// The body of every successful response about one link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkResponse {
    /// Always `true`.
    pub success: bool,
    pub link: Link,
}

/// The links of an account, or one page of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListLinksResponse {
    /// Always `true`.
    pub success: bool,
    /// The links, the newest `created_at` first.
    pub links: Vec<Link>,
    /// The `cursor` of the next page; `null` on the last one. It is absent if the request had
    /// no `limit`.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub next_cursor: Patch<String>,
}

/// The confirmation that a link has been deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeleteLinkResponse {
    /// Always `true`.
    pub success: bool,
    /// The confirmation, for people.
    pub message: String,
}

/// A shareable link to an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    pub link_id: LinkId,
    /// The display name; `null` if the link has none.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(schema_with = "agenthuman_server_runtime::patch::nullable::<String>")]
    pub name: Option<String>,
    /// The public address, `https://app.agenthuman.com/s/{link_id}`.
    pub url: String,
    pub agent: Agent,
    /// `expired` if that status is stored, if `expires_at` has passed, or if `uses` has reached
    /// `use_limit`; otherwise the stored status.
    pub status: LinkStatus,
    /// The number of sessions that have been started.
    pub uses: LinkUses,
    /// The maximum number of sessions; `null` means unlimited.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(schema_with = "agenthuman_server_runtime::patch::nullable::<LinkUseLimit>")]
    pub use_limit: Option<LinkUseLimit>,
    /// The time of the link's creation, in UTC.
    pub created_at: Timestamp,
    /// The time at which the link expires, in UTC; `null` means never.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(schema_with = "agenthuman_server_runtime::patch::nullable::<Timestamp>")]
    pub expires_at: Option<Timestamp>,
}

constrained! {
    /// The number of sessions that have been started.
    inline pub struct LinkUses(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(0),
        ..IntegerConstraints::ANY
    };
}

constrained! {
    /// The maximum number of sessions; `null` means unlimited.
    inline pub struct LinkUseLimit(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(1),
        ..IntegerConstraints::ANY
    };
}

/// The agent that visitors of a link talk to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agent {
    /// Identifies the agent permanently; begins with `agnt_`.
    pub agent_id: String,
    /// The agent's display name.
    pub name: String,
    /// The URL of the agent's picture; `null` if it has none.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(schema_with = "agenthuman_server_runtime::patch::nullable::<String>")]
    pub avatar_image_url: Option<String>,
    /// The time of the agent's creation, in UTC.
    pub created_at: Timestamp,
    pub voice_agent: VoiceAgent,
}

/// The voice behind an agent, at the provider that runs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VoiceAgent {
    /// The provider, for example `ElevenLabs`.
    pub provider: String,
    /// The agent's id at that provider.
    pub agent_id: String,
    pub auth_method: AuthMethod,
}

/// How sessions authenticate at the voice provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum AuthMethod {
    #[serde(rename = "public")]
    Public,
    #[serde(rename = "api_key")]
    ApiKey,
    #[serde(rename = "token")]
    Token,
}

/// The body of every error response. `error` is a string for a missing, unknown or revoked key
/// (401, without `success`) and for the rate limit (429), and an object for every other error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorResponse {
    /// Always `false` if it is present.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "bool")]
    pub success: Option<bool>,
    pub error: ErrorBody,
}

/// The error, as a sentence or in detail.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ErrorBody {
    /// The error as text for people.
    ErrorMessage(String),
    /// The error, and how to fix the request.
    ErrorDetail(ErrorDetail),
}

agenthuman_server_runtime::alternatives! {
    one_of ErrorBody {
        0 => ErrorMessage(String),
        1 => ErrorDetail(ErrorDetail),
    } [
        "The error, as a sentence or in detail.",
    ]
}

/// The error, and how to fix the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorDetail {
    /// The error as text for people.
    pub message: String,
    /// The way to fix the request, as text for people.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "String")]
    pub suggestion: Option<String>,
    /// The error as a code for programs. More codes may be added at any time.
    ///
    /// - `INVALID_BODY`: the body is missing, incomplete or not a JSON object.
    /// - `UNKNOWN_FIELD`: there is no parameter or field with the name `details.field`.
    /// - `DUPLICATE_FIELD`: `details.field` appears more than once.
    /// - `MISSING_FIELD`: `details.field` is required but missing.
    /// - `INVALID_FIELD`: the value of `details.field` is not allowed.
    /// - `AGENT_NOT_FOUND`: the account has no agent with this `agent_id`.
    /// - `LINK_NOT_FOUND`: the account has no link with this `link_id`.
    /// - `PAYLOAD_TOO_LARGE`: the body is too large.
    /// - `UNSUPPORTED_MEDIA_TYPE`: the body is not declared as JSON, or it has a content
    ///   encoding.
    /// - `INTERNAL`: the server failed.
    /// - `UNAVAILABLE`: the server cannot process the request at the moment.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "String")]
    pub code: Option<String>,
    /// More details for programs. `field` names the parameter or field that was rejected.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub details: Option<serde_json::Map<String, serde_json::Value>>,
}

constrained! {
    /// A number of requests.
    pub struct RequestCount(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(0),
        maximum: Some(9_007_199_254_740_991),
        ..IntegerConstraints::ANY
    };
}

constrained! {
    /// A point in time, in seconds since 1970-01-01T00:00:00Z.
    pub struct UnixSeconds(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(0),
        ..IntegerConstraints::ANY
    };
}

constrained! {
    /// A number of seconds to wait.
    pub struct DelaySeconds(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(1),
        ..IntegerConstraints::ANY
    };
}
