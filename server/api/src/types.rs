// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.

//! Types of the values in requests and responses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use agenthuman_server_runtime::constrained;
use agenthuman_server_runtime::constraint::{IntegerConstraints, StringConstraints};
use agenthuman_server_runtime::patch::Patch;
use agenthuman_server_runtime::timestamp::Timestamp;

constrained! {
    /// Names a link for good. Any other form is refused with 400.
    pub struct LinkId(String) = StringConstraints {
        pattern: Some("^lnk_[0-9A-Za-z_-]{1,128}$"),
        ..StringConstraints::ANY
    };
}

/// - `active`: visitors can start sessions.
/// - `paused`: visitors cannot start a session for now.
/// - `expired`: the link has been stored as expired, its expiry has passed, or its session
///   limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum LinkStatus {
    #[serde(rename = "active")]
    Active,
    #[serde(rename = "paused")]
    Paused,
    #[serde(rename = "expired")]
    Expired,
}

/// What to change. An absent field stays as it is; `null` clears a field that can be cleared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateLinkRequest {
    /// The display name. Any text, the empty string included, but without U+0000. `null`
    /// clears the name.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub name: Patch<UpdateLinkRequestName>,
    /// The status to store; it cannot be `null`. `active` is refused with 400 where the link
    /// would still be expired after this update: move `expires_at` or `use_limit` in the same
    /// request.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "LinkStatus")]
    pub status: Option<LinkStatus>,
    /// When the link expires: an RFC 3339 timestamp, stored to the microsecond and answered in
    /// UTC. A time in the past is accepted and expires the link at once; a later one brings
    /// an automatically expired link back to its stored status. `null` removes the expiry:
    /// the link never expires.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub expires_at: Patch<Timestamp>,
    /// How many sessions may be started in all. Must be greater than the current `uses`.
    /// `100.0` is the integer 100. A higher limit brings an automatically expired link back to
    /// its stored status. `null` removes the limit: unlimited sessions.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub use_limit: Patch<UpdateLinkRequestUseLimit>,
}

constrained! {
    /// The display name. Any text, the empty string included, but without U+0000. `null`
    /// clears the name.
    inline pub struct UpdateLinkRequestName(String) = StringConstraints {
        pattern: Some(r"^[^\u0000]*$"),
        ..StringConstraints::ANY
    };
}

constrained! {
    /// How many sessions may be started in all. Must be greater than the current `uses`.
    /// `100.0` is the integer 100. A higher limit brings an automatically expired link back to
    /// its stored status. `null` removes the limit: unlimited sessions.
    inline pub struct UpdateLinkRequestUseLimit(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(1),
        maximum: Some(9_007_199_254_740_991),
        ..IntegerConstraints::ANY
    };
}

/// A link, as every successful answer about one link has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkResponse {
    /// Always `true`.
    pub success: bool,
    pub link: Link,
}

/// A shareable link to an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    pub link_id: LinkId,
    /// The display name; `null` where it has been cleared.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(schema_with = "agenthuman_server_runtime::patch::nullable::<String>")]
    pub name: Option<String>,
    /// The public address, `https://app.agenthuman.com/s/{link_id}`.
    pub url: String,
    pub agent: Agent,
    /// `expired` where it is stored so, where `expires_at` has passed, or where `uses` has
    /// reached `use_limit`; otherwise the stored status.
    pub status: LinkStatus,
    /// Sessions started so far.
    pub uses: LinkUses,
    /// How many sessions may be started in all; `null` means unlimited.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(schema_with = "agenthuman_server_runtime::patch::nullable::<LinkUseLimit>")]
    pub use_limit: Option<LinkUseLimit>,
    /// When the link was created, in UTC.
    pub created_at: Timestamp,
    /// When the link expires, in UTC; `null` means never.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(schema_with = "agenthuman_server_runtime::patch::nullable::<Timestamp>")]
    pub expires_at: Option<Timestamp>,
}

constrained! {
    /// Sessions started so far.
    inline pub struct LinkUses(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(0),
        ..IntegerConstraints::ANY
    };
}

constrained! {
    /// How many sessions may be started in all; `null` means unlimited.
    inline pub struct LinkUseLimit(i64) = IntegerConstraints {
        format: Some("int64"),
        minimum: Some(1),
        ..IntegerConstraints::ANY
    };
}

/// The agent that visitors of a link talk to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agent {
    /// Names the agent for good; begins with `agnt_`.
    pub agent_id: String,
    /// The agent's display name.
    pub name: String,
    /// The address of the agent's picture; `null` where it has none.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(schema_with = "agenthuman_server_runtime::patch::nullable::<String>")]
    pub avatar_image_url: Option<String>,
    /// When the agent was created, in UTC.
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

/// The one shape of every refusal. `error` is a string for a missing, unknown or revoked key
/// (401, without `success`) and for the rate limit (429), and an object everywhere else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorResponse {
    /// Always `false` where it is present.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "bool")]
    pub success: Option<bool>,
    pub error: ErrorBody,
}

/// What went wrong, as a sentence or in detail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ErrorBody {
    /// What went wrong, for people.
    ErrorMessage(String),
    /// What went wrong, and how to mend it.
    ErrorDetail(ErrorDetail),
}

impl JsonSchema for ErrorBody {
    fn schema_name() -> String {
        "ErrorBody".to_owned()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        concat!(module_path!(), "::", "ErrorBody").into()
    }

    fn json_schema(generator: &mut schemars::r#gen::SchemaGenerator) -> schemars::schema::Schema {
        agenthuman_server_runtime::schema::one_of(
            vec![
                agenthuman_server_runtime::schema::of::<String>(generator),
                agenthuman_server_runtime::schema::of::<ErrorDetail>(generator),
            ],
            &["What went wrong, as a sentence or in detail."],
        )
    }
}

/// What went wrong, and how to mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorDetail {
    /// What went wrong, for people.
    pub message: String,
    /// How to mend the request.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "String")]
    pub suggestion: Option<String>,
    /// What went wrong, for programs; codes may be added at any time.
    #[serde(
        default,
        deserialize_with = "agenthuman_server_runtime::patch::present",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "String")]
    pub code: Option<String>,
    /// More about it, for programs. `field` names the field of the request that was refused.
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
