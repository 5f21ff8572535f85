// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.
#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///The agent that visitors of a link talk to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Agent {
        ///Identifies the agent permanently; begins with `agnt_`.
        pub agent_id: ::std::string::String,
        ///The URL of the agent's picture; `null` if it has none.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub avatar_image_url: ::std::option::Option<::std::string::String>,
        ///The time of the agent's creation, in UTC.
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///The agent's display name.
        pub name: ::std::string::String,
        pub voice_agent: VoiceAgent,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    ///Identifies an agent permanently. Any other form is rejected with 400.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct AgentId(::std::string::String);
    impl ::std::ops::Deref for AgentId {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<AgentId> for ::std::string::String {
        fn from(value: AgentId) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for AgentId {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            static PATTERN: ::std::sync::LazyLock<::regex_lite::Regex> = ::std::sync::LazyLock::new(||
            { ::regex_lite::Regex::new("^agnt_[0-9A-Za-z_-]{1,128}$").unwrap() });
            if !PATTERN.is_match(value) {
                return Err(
                    "doesn't match pattern \"^agnt_[0-9A-Za-z_-]{1,128}$\"".into(),
                );
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for AgentId {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for AgentId {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for AgentId {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///How sessions authenticate at the voice provider.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    #[non_exhaustive]
    pub enum AuthMethod {
        #[serde(rename = "public")]
        Public,
        #[serde(rename = "api_key")]
        ApiKey,
        #[serde(rename = "token")]
        Token,
        /// A value that this version of the contract does not know.
        #[serde(untagged)]
        Unknown(::std::string::String),
    }
    impl ::std::fmt::Display for AuthMethod {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Public => f.write_str("public"),
                Self::ApiKey => f.write_str("api_key"),
                Self::Token => f.write_str("token"),
                Self::Unknown(ref value) => f.write_str(value),
            }
        }
    }
    impl ::std::str::FromStr for AuthMethod {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "public" => Ok(Self::Public),
                "api_key" => Ok(Self::ApiKey),
                "token" => Ok(Self::Token),
                _ => Err(crate::argument::unlisted(value, Self::VALUES).into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for AuthMethod {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for AuthMethod {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///A new link.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    #[non_exhaustive]
    pub struct CreateLinkRequest {
        /**The agent that visitors talk to. It must belong to the account; an unknown agent is
rejected with 400 and the code `AGENT_NOT_FOUND`.
*/
        pub agent_id: AgentId,
        /** The time at which the link expires: an RFC 3339 timestamp with any offset, stored to the
 microsecond and returned in UTC. Second 60 is accepted only at 23:59:60 UTC. A time in
 the past is accepted and creates an expired link. If the field is absent or `null`, the
 link never expires.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub expires_at: crate::Patch<::chrono::DateTime<::chrono::offset::Utc>>,
        /** The display name: any text without U+0000, including the empty string. If the field is
 absent, the name is `Link YYYY-MM-DD` with the current date in UTC; `null` creates a
 link without a name.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub name: crate::Patch<crate::generated::types::CreateLinkRequestName>,
        /** The maximum number of sessions. `100.0` is the integer 100; a number with a fraction is
 rejected. If the field is absent or `null`, the number of sessions is unlimited.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub use_limit: crate::Patch<i64>,
    }
    /**The display name: any text without U+0000, including the empty string. If the field is
absent, the name is `Link YYYY-MM-DD` with the current date in UTC; `null` creates a
link without a name.
*/
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct CreateLinkRequestName(::std::string::String);
    impl ::std::ops::Deref for CreateLinkRequestName {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<CreateLinkRequestName> for ::std::string::String {
        fn from(value: CreateLinkRequestName) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for CreateLinkRequestName {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            static PATTERN: ::std::sync::LazyLock<::regex_lite::Regex> = ::std::sync::LazyLock::new(||
            { ::regex_lite::Regex::new("^[^\\u0000]*$").unwrap() });
            if !PATTERN.is_match(value) {
                return Err("doesn't match pattern \"^[^\\u0000]*$\"".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for CreateLinkRequestName {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for CreateLinkRequestName {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for CreateLinkRequestName {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///The confirmation that a link has been deleted.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct DeleteLinkResponse {
        ///The confirmation, for people.
        pub message: ::std::string::String,
        ///Always `true`.
        pub success: bool,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    ///The error, as a sentence or in detail.
    #[derive(::serde::Serialize, Clone, Debug, PartialEq)]
    #[serde(untagged)]
    pub enum ErrorBody {
        Message(ErrorMessage),
        Detail(ErrorDetail),
    }
    impl ::std::convert::From<ErrorMessage> for ErrorBody {
        fn from(value: ErrorMessage) -> Self {
            Self::Message(value)
        }
    }
    impl ::std::convert::From<ErrorDetail> for ErrorBody {
        fn from(value: ErrorDetail) -> Self {
            Self::Detail(value)
        }
    }
    ///The error, and how to fix the request.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct ErrorDetail {
        /**The error as a code for programs. More codes may be added at any time.

- `INVALID_BODY`: the body is missing, incomplete or not a JSON object.
- `UNKNOWN_FIELD`: there is no parameter or field with the name `details.field`.
- `DUPLICATE_FIELD`: `details.field` appears more than once.
- `MISSING_FIELD`: `details.field` is required but missing.
- `INVALID_FIELD`: the value of `details.field` is not allowed.
- `AGENT_NOT_FOUND`: the account has no agent with this `agent_id`.
- `LINK_NOT_FOUND`: the account has no link with this `link_id`.
- `PAYLOAD_TOO_LARGE`: the body is too large.
- `UNSUPPORTED_MEDIA_TYPE`: the body is not declared as JSON, or it has a content
  encoding.
- `INTERNAL`: the server failed.
- `UNAVAILABLE`: the server cannot process the request at the moment.
*/
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub code: ::std::option::Option<::std::string::String>,
        /**More details for programs. `field` names the parameter or field that was rejected.
*/
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub details: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        ///The error as text for people.
        pub message: ::std::string::String,
        ///The way to fix the request, as text for people.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub suggestion: ::std::option::Option<::std::string::String>,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    ///The error as text for people.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    #[serde(transparent)]
    pub struct ErrorMessage(pub ::std::string::String);
    impl ::std::ops::Deref for ErrorMessage {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<ErrorMessage> for ::std::string::String {
        fn from(value: ErrorMessage) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<::std::string::String> for ErrorMessage {
        fn from(value: ::std::string::String) -> Self {
            Self(value)
        }
    }
    impl ::std::fmt::Display for ErrorMessage {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            self.0.fmt(f)
        }
    }
    impl ::std::str::FromStr for ErrorMessage {
        type Err = ::std::convert::Infallible;
        fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
            Ok(Self(value.to_string()))
        }
    }
    /**The body of every error response. `error` is a string for a missing, unknown or revoked key
(401, without `success`) and for the rate limit (429), and an object for every other error.
*/
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct ErrorResponse {
        pub error: ErrorBody,
        ///Always `false` if it is present.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub success: ::std::option::Option<bool>,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    ///A shareable link to an agent.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct Link {
        pub agent: Agent,
        ///The time of the link's creation, in UTC.
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///The time at which the link expires, in UTC; `null` means never.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub expires_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        pub link_id: LinkId,
        ///The display name; `null` if the link has none.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub name: ::std::option::Option<::std::string::String>,
        /**`expired` if that status is stored, if `expires_at` has passed, or if `uses` has reached
`use_limit`; otherwise the stored status.
*/
        pub status: LinkStatus,
        ///The public address, `https://app.agenthuman.com/s/{link_id}`.
        pub url: ::std::string::String,
        ///The maximum number of sessions; `null` means unlimited.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub use_limit: ::std::option::Option<i64>,
        ///The number of sessions that have been started.
        pub uses: i64,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    ///Identifies a link permanently. Any other form is rejected with 400.
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct LinkId(::std::string::String);
    impl ::std::ops::Deref for LinkId {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<LinkId> for ::std::string::String {
        fn from(value: LinkId) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for LinkId {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            static PATTERN: ::std::sync::LazyLock<::regex_lite::Regex> = ::std::sync::LazyLock::new(||
            { ::regex_lite::Regex::new("^lnk_[0-9A-Za-z_-]{1,128}$").unwrap() });
            if !PATTERN.is_match(value) {
                return Err(
                    "doesn't match pattern \"^lnk_[0-9A-Za-z_-]{1,128}$\"".into(),
                );
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for LinkId {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for LinkId {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for LinkId {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///The body of every successful response about one link.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct LinkResponse {
        pub link: Link,
        ///Always `true`.
        pub success: bool,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    /**- `active`: visitors can start sessions.
- `paused`: visitors cannot start sessions until the link is active again.
- `expired`: that status is stored, the expiry has passed, or the session limit is reached.
*/
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    #[non_exhaustive]
    pub enum LinkStatus {
        #[serde(rename = "active")]
        Active,
        #[serde(rename = "paused")]
        Paused,
        #[serde(rename = "expired")]
        Expired,
        /// A value that this version of the contract does not know.
        #[serde(untagged)]
        Unknown(::std::string::String),
    }
    impl ::std::fmt::Display for LinkStatus {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Active => f.write_str("active"),
                Self::Paused => f.write_str("paused"),
                Self::Expired => f.write_str("expired"),
                Self::Unknown(ref value) => f.write_str(value),
            }
        }
    }
    impl ::std::str::FromStr for LinkStatus {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "active" => Ok(Self::Active),
                "paused" => Ok(Self::Paused),
                "expired" => Ok(Self::Expired),
                _ => Err(crate::argument::unlisted(value, Self::VALUES).into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for LinkStatus {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for LinkStatus {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///The reported status of the links to return; `all` returns every link.
    #[derive(
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Eq,
        Hash,
        Ord,
        PartialEq,
        PartialOrd
    )]
    #[non_exhaustive]
    pub enum LinkStatusFilter {
        #[serde(rename = "active")]
        Active,
        #[serde(rename = "paused")]
        Paused,
        #[serde(rename = "expired")]
        Expired,
        #[serde(rename = "all")]
        All,
        /// A value that this version of the contract does not know.
        #[serde(untagged)]
        Unknown(::std::string::String),
    }
    impl ::std::fmt::Display for LinkStatusFilter {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            match *self {
                Self::Active => f.write_str("active"),
                Self::Paused => f.write_str("paused"),
                Self::Expired => f.write_str("expired"),
                Self::All => f.write_str("all"),
                Self::Unknown(ref value) => f.write_str(value),
            }
        }
    }
    impl ::std::str::FromStr for LinkStatusFilter {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            match value {
                "active" => Ok(Self::Active),
                "paused" => Ok(Self::Paused),
                "expired" => Ok(Self::Expired),
                "all" => Ok(Self::All),
                _ => Err(crate::argument::unlisted(value, Self::VALUES).into()),
            }
        }
    }
    impl ::std::convert::TryFrom<&str> for LinkStatusFilter {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for LinkStatusFilter {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    ///`ListLinksCursor`
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct ListLinksCursor(::std::string::String);
    impl ::std::ops::Deref for ListLinksCursor {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<ListLinksCursor> for ::std::string::String {
        fn from(value: ListLinksCursor) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for ListLinksCursor {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            static PATTERN: ::std::sync::LazyLock<::regex_lite::Regex> = ::std::sync::LazyLock::new(||
            { ::regex_lite::Regex::new("^[0-9A-Za-z_-]{1,512}$").unwrap() });
            if !PATTERN.is_match(value) {
                return Err("doesn't match pattern \"^[0-9A-Za-z_-]{1,512}$\"".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for ListLinksCursor {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for ListLinksCursor {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for ListLinksCursor {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///The links of an account, or one page of them.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct ListLinksResponse {
        ///The links, the newest `created_at` first.
        pub links: ::std::vec::Vec<Link>,
        /**The `cursor` of the next page; `null` on the last one. It is absent if the request had
no `limit`.
*/
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
        ///Always `true`.
        pub success: bool,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    /**The changes to a link. An absent field stays as it is; `null` clears a nullable field.
*/
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    #[non_exhaustive]
    pub struct UpdateLinkRequest {
        /** The time at which the link expires: an RFC 3339 timestamp with any offset, stored to the
 microsecond and returned in UTC. Second 60 is accepted only at 23:59:60 UTC. A time in
 the past is accepted and expires the link immediately; a time in the future restores the
 stored status of a link that had expired. `null` removes the expiry: the link never
 expires.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub expires_at: crate::Patch<::chrono::DateTime<::chrono::offset::Utc>>,
        /** The display name: any text without U+0000, including the empty string. `null` clears
 the name.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub name: crate::Patch<crate::generated::types::UpdateLinkRequestName>,
        /** The status to store; it cannot be `null`. `active` is rejected with 400 if the link
 would still be expired after this update: change `expires_at` or `use_limit` in the same
 request.*/
        #[serde(
            default,
            deserialize_with = "crate::patch::deserialize_not_null",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub status: ::std::option::Option<LinkStatus>,
        /** The maximum number of sessions. It must be greater than the current `uses`. `100.0` is
 the integer 100; a number with a fraction is rejected. A higher limit restores the
 stored status of a link that had reached its limit. `null` removes the limit: the number
 of sessions is unlimited.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub use_limit: crate::Patch<i64>,
    }
    /**The display name: any text without U+0000, including the empty string. `null` clears
the name.
*/
    #[derive(::serde::Serialize, Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
    #[serde(transparent)]
    pub struct UpdateLinkRequestName(::std::string::String);
    impl ::std::ops::Deref for UpdateLinkRequestName {
        type Target = ::std::string::String;
        fn deref(&self) -> &::std::string::String {
            &self.0
        }
    }
    impl ::std::convert::From<UpdateLinkRequestName> for ::std::string::String {
        fn from(value: UpdateLinkRequestName) -> Self {
            value.0
        }
    }
    impl ::std::str::FromStr for UpdateLinkRequestName {
        type Err = self::error::ConversionError;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            static PATTERN: ::std::sync::LazyLock<::regex_lite::Regex> = ::std::sync::LazyLock::new(||
            { ::regex_lite::Regex::new("^[^\\u0000]*$").unwrap() });
            if !PATTERN.is_match(value) {
                return Err("doesn't match pattern \"^[^\\u0000]*$\"".into());
            }
            Ok(Self(value.to_string()))
        }
    }
    impl ::std::convert::TryFrom<&str> for UpdateLinkRequestName {
        type Error = self::error::ConversionError;
        fn try_from(
            value: &str,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl ::std::convert::TryFrom<::std::string::String> for UpdateLinkRequestName {
        type Error = self::error::ConversionError;
        fn try_from(
            value: ::std::string::String,
        ) -> ::std::result::Result<Self, self::error::ConversionError> {
            value.parse()
        }
    }
    impl<'de> ::serde::Deserialize<'de> for UpdateLinkRequestName {
        fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
        where
            D: ::serde::Deserializer<'de>,
        {
            ::std::string::String::deserialize(deserializer)?
                .parse()
                .map_err(|e: self::error::ConversionError| {
                    <D::Error as ::serde::de::Error>::custom(e.to_string())
                })
        }
    }
    ///The voice behind an agent, at the provider that runs it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct VoiceAgent {
        ///The agent's id at that provider.
        pub agent_id: ::std::string::String,
        pub auth_method: AuthMethod,
        ///The provider, for example `ElevenLabs`.
        pub provider: ::std::string::String,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
    impl<'de> ::serde::Deserialize<'de> for ErrorBody {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            const SHAPES: &[crate::alternatives::Shape] = &[
                crate::alternatives::Shape::Text(&[]),
                crate::alternatives::Shape::Object {
                    required: &["message"],
                    closed: None,
                    values: &[],
                },
            ];
            let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(
                deserializer,
            )?;
            for number in crate::alternatives::candidates(SHAPES, &value) {
                let read: ::serde_json::Result<Self> = match number {
                    0usize => {
                        <ErrorMessage as ::serde::Deserialize>::deserialize(&value)
                            .map(Self::Message)
                    }
                    1usize => {
                        <ErrorDetail as ::serde::Deserialize>::deserialize(&value)
                            .map(Self::Detail)
                    }
                    _ => continue,
                };
                if let Ok(read) = read {
                    return Ok(read);
                }
            }
            Err(
                <D::Error as ::serde::de::Error>::custom(
                    "data did not match any variant of `ErrorBody`",
                ),
            )
        }
    }
}
#[derive(Clone, Debug)]
/**Client for AgentHuman Links API

A *link* puts a talking agent behind a URL that can be shared. This API manages those links.

**Three states.** In an update each field is *absent* (it stays as it is), `null` (it is
cleared) or *set* to a value. Absent and `null` never mean the same.

**All or nothing.** A rejected request changes nothing, even if most of its fields are valid.

**Unknown names.** A query parameter or a body field that this document does not define rejects
the request, so that a misspelt name never goes unnoticed.

**Order of the checks.** API key, rate limit, path and query, body, existence of the link, rules
between fields. The response reports the first check that fails.

**Errors.** Every error response of an operation has the schema `ErrorResponse`. If the caller
can fix the request, `error.suggestion` says how. A path or a method that this document does not
define is rejected before the API key is checked, with 404 or 405 and a body that has
`request_id` and `message`.


Version: */
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
    pub(crate) inner: crate::call::Call,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str, inner: crate::call::Call) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap(), inner)
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(
        baseurl: &str,
        client: reqwest::Client,
        inner: crate::call::Call,
    ) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }
}
impl ClientInfo<crate::call::Call> for Client {
    fn api_version() -> &'static str {
        ""
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &crate::call::Call {
        &self.inner
    }
}
impl ClientHooks<crate::call::Call> for &Client {}
#[allow(clippy::all)]
impl Client {
    /**List links

Returns the links of the account, the newest `created_at` first, and links of the same
microsecond by descending `link_id`. Without `limit` the response has all of them. With
`limit` it has one page; pass its `next_cursor` as `cursor` to get the next one. A link that
exists while all pages are read is on exactly one of them, even if other links are created
or deleted in between.


Sends a `GET` request to `/v1/links`

Arguments:
- `cursor`: The position at which the page begins: the `next_cursor` of an earlier response of the
same account and `status`. It is rejected with 400 if it is anything else.

- `limit`: The maximum number of links on a page.
- `status`: Returns only links with this reported status: a link whose expiry has passed is
`expired`, whatever its stored status is.

*/
    pub async fn list_links<'a>(
        &'a self,
        cursor: Option<&'a types::ListLinksCursor>,
        limit: Option<i64>,
        status: Option<types::LinkStatusFilter>,
    ) -> Result<ResponseValue<types::ListLinksResponse>, Error<types::ErrorResponse>> {
        let url = format!("{}/v1/links", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .query(&progenitor_client::QueryParam::new("cursor", &cursor))
            .query(&progenitor_client::QueryParam::new("limit", &limit))
            .query(&progenitor_client::QueryParam::new("status", &status))
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "list_links",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            503u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Create a link

Creates an active link to an agent of the account. The new link has a `link_id` that was
never used before. The request has no idempotency key: if its response is lost, the link may
exist, and sending the request again creates another one.


Sends a `POST` request to `/v1/links`

Arguments:
- `body`: The new link, in at most 65536 bytes. A field that the schema does not define, or one that
appears twice, rejects the whole request.

*/
    pub async fn create_link<'a>(
        &'a self,
        body: &'a types::CreateLinkRequest,
    ) -> Result<ResponseValue<types::LinkResponse>, Error<types::ErrorResponse>> {
        let url = format!("{}/v1/links", self.baseurl,);
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .post(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "create_link",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            201u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            413u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            415u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            503u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Get a link

Returns a link as it is now.

Sends a `GET` request to `/v1/links/{link_id}`

Arguments:
- `link_id`: The link to return.
*/
    pub async fn get_link<'a>(
        &'a self,
        link_id: &'a types::LinkId,
    ) -> Result<ResponseValue<types::LinkResponse>, Error<types::ErrorResponse>> {
        let url = format!(
            "{}/v1/links/{}", self.baseurl, encode_path(& link_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .get(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "get_link",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            503u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Update a link

Changes the fields that the body contains, and returns the link as it is afterwards. `{}` is
a valid update that changes nothing. Concurrent updates of one link are applied one after
the other, and no field of either is lost.


Sends a `PUT` request to `/v1/links/{link_id}`

Arguments:
- `link_id`: The link to update.
- `body`: The fields to change, in at most 65536 bytes. A field that the schema does not define, or
one that appears twice, rejects the whole request.

*/
    pub async fn update_link<'a>(
        &'a self,
        link_id: &'a types::LinkId,
        body: &'a types::UpdateLinkRequest,
    ) -> Result<ResponseValue<types::LinkResponse>, Error<types::ErrorResponse>> {
        let url = format!(
            "{}/v1/links/{}", self.baseurl, encode_path(& link_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .put(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .json(&body)
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "update_link",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            413u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            415u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            503u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
    /**Delete a link

Deletes a link permanently. Its public address stops working, and every later request for it
is rejected with 404.


Sends a `DELETE` request to `/v1/links/{link_id}`

Arguments:
- `link_id`: The link to delete.
*/
    pub async fn delete_link<'a>(
        &'a self,
        link_id: &'a types::LinkId,
    ) -> Result<ResponseValue<types::DeleteLinkResponse>, Error<types::ErrorResponse>> {
        let url = format!(
            "{}/v1/links/{}", self.baseurl, encode_path(& link_id.to_string()),
        );
        let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
        header_map
            .append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
        #[allow(unused_mut)]
        let mut request = self
            .client
            .delete(url)
            .header(
                ::reqwest::header::ACCEPT,
                ::reqwest::header::HeaderValue::from_static("application/json"),
            )
            .headers(header_map)
            .build()?;
        let info = OperationInfo {
            operation_id: "delete_link",
        };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200u16 => ResponseValue::from_response(response).await,
            400u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            401u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            404u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            429u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            500u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            503u16 => {
                Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))
            }
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
/// The service of the contract.
pub(crate) const SERVICE: crate::operation::Service = crate::operation::Service {
    base_url: Some("https://api.agenthuman.com"),
    security_schemes: &[
        crate::operation::SecurityScheme {
            name: "ApiKey",
            place: crate::operation::CredentialPlace::Header("x-api-key"),
        },
    ],
    requires_credential: true,
};
impl ClientHooks<crate::call::Call> for Client {
    async fn pre<E>(
        &self,
        _: &mut ::reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), Error<E>> {
        self.inner().acquire_permit().await
    }
    async fn exec(
        &self,
        request: ::reqwest::Request,
        _: &OperationInfo,
    ) -> ::reqwest::Result<::reqwest::Response> {
        self.inner().execute(self.client(), request).await
    }
}
/// Starts a call, and returns progenitor's client for it.
fn start_call(
    client: &crate::Client,
    operation: &'static crate::operation::Operation,
) -> (Client, crate::call::Call) {
    let call = client.start_call(operation);
    let http = client.http_client();
    (Client::new_with_client(client.base_url(), http, call.clone()), call)
}
/// `GET /v1/links`
pub const LIST_LINKS: crate::operation::Operation = crate::operation::Operation {
    id: "list_links",
    method: "GET",
    path: "/v1/links",
    content_type: None,
    security: &[&["ApiKey"]],
};
impl crate::Client {
    /** List links

 Returns the links of the account, the newest `created_at` first, and links of the same
 microsecond by descending `link_id`. Without `limit` the response has all of them. With
 `limit` it has one page; pass its `next_cursor` as `cursor` to get the next one. A link that
 exists while all pages are read is on exactly one of them, even if other links are created
 or deleted in between.*/
    ///
    /// `send` reports all arguments that the contract does not allow, in one error.
    pub fn list_links(&self) -> ListLinks {
        let invalid = crate::argument::InvalidArguments::default();
        ListLinks {
            client: self.clone(),
            cursor: Default::default(),
            limit: Default::default(),
            status: Default::default(),
            invalid,
        }
    }
}
/// A request builder for `list_links`. [`Self::send`] sends the request.
#[must_use = "only `send` sends the request"]
#[derive(Debug)]
pub struct ListLinks {
    client: crate::Client,
    cursor: ::std::option::Option<types::ListLinksCursor>,
    limit: ::std::option::Option<i64>,
    status: ::std::option::Option<types::LinkStatusFilter>,
    invalid: crate::argument::InvalidArguments,
}
impl ListLinks {
    /** The position at which the page begins: the `next_cursor` of an earlier response of the
 same account and `status`. It is rejected with 400 if it is anything else.*/
    pub fn cursor(
        mut self,
        cursor: impl crate::Argument<types::ListLinksCursor>,
    ) -> Self {
        if let Some(value) = self.invalid.convert("cursor", cursor) {
            self.cursor = Some(value);
        }
        self
    }
    /// Sets `cursor`, unless the value is `None`.
    pub fn maybe_cursor(
        self,
        cursor: ::std::option::Option<impl crate::Argument<types::ListLinksCursor>>,
    ) -> Self {
        match cursor {
            Some(value) => self.cursor(value),
            None => self,
        }
    }
    /// The maximum number of links on a page.
    pub fn limit(mut self, limit: i64) -> Self {
        self.limit = Some(limit);
        self
    }
    /// Sets `limit`, unless the value is `None`.
    pub fn maybe_limit(self, limit: ::std::option::Option<i64>) -> Self {
        match limit {
            Some(value) => self.limit(value),
            None => self,
        }
    }
    /** Returns only links with this reported status: a link whose expiry has passed is
 `expired`, whatever its stored status is.*/
    pub fn status(
        mut self,
        status: impl crate::Argument<types::LinkStatusFilter>,
    ) -> Self {
        if let Some(value) = self.invalid.convert("status", status) {
            self.status = Some(value);
        }
        self
    }
    /// Sets `status`, unless the value is `None`.
    pub fn maybe_status(
        self,
        status: ::std::option::Option<impl crate::Argument<types::LinkStatusFilter>>,
    ) -> Self {
        match status {
            Some(value) => self.status(value),
            None => self,
        }
    }
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// An invalid argument is rejected before anything is sent. See [`crate::Error`] for
    /// the rest.
    pub async fn send(self) -> crate::Result<types::ListLinksResponse> {
        self.send_with_response().await.map(crate::Response::into_value)
    }
    /// Sends the request. The value comes with the status, the headers, the request id and
    /// the rate limit of the response.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub async fn send_with_response(
        self,
    ) -> crate::Result<crate::Response<types::ListLinksResponse>> {
        let client = self.client.clone();
        let (cursor, limit, status) = self.check()?;
        let (http, call) = start_call(&client, &LIST_LINKS);
        let response = http
            .list_links(cursor.as_ref(), limit.clone(), status.clone())
            .await;
        let response = call.finish(response)?;
        Ok(response.map(|value| value))
    }
    /// Sends the request and blocks the thread until the call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> crate::Result<types::ListLinksResponse> {
        crate::blocking::wait(self.send())
    }
    /// Sends the request as [`Self::send_with_response`] does, and blocks the thread until the
    /// call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_with_response_blocking(
        self,
    ) -> crate::Result<crate::Response<types::ListLinksResponse>> {
        crate::blocking::wait(self.send_with_response())
    }
    /// Returns the `links` of all pages, one by one.
    ///
    /// The stream requests a page when the items before it have been read, and waits for the
    /// rate limit like any other call. It begins at the cursor, if one is set. To continue
    /// later, read single pages with [`Self::send`] and keep the cursor of the next one.
    ///
    /// # Errors
    ///
    /// The first error ends the stream. It is one of those of [`Self::send`], or
    /// [`crate::ErrorKind::UnexpectedResponse`] if a page repeats the cursor that it was
    /// requested with.
    pub fn stream(
        mut self,
    ) -> impl ::futures_core::Stream<
        Item = crate::Result<types::Link>,
    > + Send + 'static {
        self.limit.get_or_insert(1000i64);
        let client = self.client.clone();
        crate::pages::items(
            self.check(),
            move |(cursor, limit, status)| {
                let client = client.clone();
                async move {
                    let (http, call) = start_call(&client, &LIST_LINKS);
                    let response = http
                        .list_links(cursor.as_ref(), limit.clone(), status.clone())
                        .await;
                    let response = call.finish(response)?;
                    let page = response.into_value();
                    let next = match crate::pages::cursor(page.next_cursor) {
                        Some(next) => {
                            Some((
                                Some(crate::argument::convert("cursor", next)?),
                                limit,
                                status,
                            ))
                        }
                        None => None,
                    };
                    Ok((page.links, next))
                }
            },
        )
    }
    /// Returns the `links` of all pages, one by one.
    ///
    /// The iterator is [`Self::stream`] for programs without a tokio runtime: it blocks the
    /// thread while it requests a page.
    ///
    /// # Errors
    ///
    /// As [`Self::stream`].
    #[cfg(feature = "blocking")]
    pub fn iter_blocking(
        self,
    ) -> impl Iterator<Item = crate::Result<types::Link>> + Send + 'static {
        crate::blocking::items(self.stream())
    }
    /// Returns the inputs, or an error with all those that the contract does not allow.
    fn check(
        self,
    ) -> crate::Result<
        (
            ::std::option::Option<types::ListLinksCursor>,
            ::std::option::Option<i64>,
            ::std::option::Option<types::LinkStatusFilter>,
        ),
    > {
        let Self { client: _, cursor, limit, status, mut invalid } = self;
        invalid
            .check(
                "limit",
                crate::argument::check_range(limit.as_ref(), 1i64..=1000i64),
            );
        let unlisted = status
            .as_ref()
            .filter(|value| value.is_unknown())
            .map(AsRef::as_ref);
        invalid
            .check(
                "status",
                crate::argument::check_listed(
                    unlisted,
                    <types::LinkStatusFilter>::VALUES,
                ),
            );
        let ((), true) = ((), invalid.is_empty()) else {
            return Err(invalid.into_error());
        };
        Ok((cursor, limit, status))
    }
}
/// `POST /v1/links`
pub const CREATE_LINK: crate::operation::Operation = crate::operation::Operation {
    id: "create_link",
    method: "POST",
    path: "/v1/links",
    content_type: None,
    security: &[&["ApiKey"]],
};
impl crate::Client {
    /** Create a link

 Creates an active link to an agent of the account. The new link has a `link_id` that was
 never used before. The request has no idempotency key: if its response is lost, the link may
 exist, and sending the request again creates another one.*/
    ///
    /// `send` reports all arguments that the contract does not allow, in one error.
    pub fn create_link(
        &self,
        agent_id: impl crate::Argument<types::AgentId>,
    ) -> CreateLink {
        let mut invalid = crate::argument::InvalidArguments::default();
        CreateLink {
            client: self.clone(),
            body_agent_id: invalid.convert("agent_id", agent_id),
            body_expires_at: Default::default(),
            body_name: Default::default(),
            body_use_limit: Default::default(),
            invalid,
        }
    }
}
/// A request builder for `create_link`. [`Self::send`] sends the request.
#[must_use = "only `send` sends the request"]
#[derive(Debug)]
pub struct CreateLink {
    client: crate::Client,
    body_agent_id: ::std::option::Option<types::AgentId>,
    body_expires_at: crate::Patch<::chrono::DateTime<::chrono::offset::Utc>>,
    body_name: crate::Patch<crate::generated::types::CreateLinkRequestName>,
    body_use_limit: crate::Patch<i64>,
    invalid: crate::argument::InvalidArguments,
}
impl CreateLink {
    /** The time at which the link expires: an RFC 3339 timestamp with any offset, stored to the
 microsecond and returned in UTC. Second 60 is accepted only at 23:59:60 UTC. A time in
 the past is accepted and creates an expired link. If the field is absent or `null`, the
 link never expires.*/
    pub fn expires_at(
        mut self,
        expires_at: impl crate::Argument<::chrono::DateTime<::chrono::offset::Utc>>,
    ) -> Self {
        if let Some(value) = self.invalid.convert("expires_at", expires_at) {
            self.body_expires_at = crate::Patch::Value(value);
        }
        self
    }
    /// Sets `expires_at`, unless the value is `None`.
    pub fn maybe_expires_at(
        self,
        expires_at: ::std::option::Option<
            impl crate::Argument<::chrono::DateTime<::chrono::offset::Utc>>,
        >,
    ) -> Self {
        match expires_at {
            Some(value) => self.expires_at(value),
            None => self,
        }
    }
    /// Sets `expires_at` to the time after `duration` from now.
    ///
    /// The time is computed by this call, so that a retry sends the same time.
    pub fn expires_in(mut self, duration: ::std::time::Duration) -> Self {
        if let Some(value) = self
            .invalid
            .record(
                "expires_at",
                crate::argument::check_time(self.client.time_after(duration)),
            )
        {
            self.body_expires_at = crate::Patch::Value(value);
        }
        self
    }
    /// Clears `expires_at` by sending `null`.
    pub fn clear_expires_at(mut self) -> Self {
        self.invalid.clear("expires_at");
        self.body_expires_at = crate::Patch::Null;
        self
    }
    /** The display name: any text without U+0000, including the empty string. If the field is
 absent, the name is `Link YYYY-MM-DD` with the current date in UTC; `null` creates a
 link without a name.*/
    pub fn name(
        mut self,
        name: impl crate::Argument<crate::generated::types::CreateLinkRequestName>,
    ) -> Self {
        if let Some(value) = self.invalid.convert("name", name) {
            self.body_name = crate::Patch::Value(value);
        }
        self
    }
    /// Sets `name`, unless the value is `None`.
    pub fn maybe_name(
        self,
        name: ::std::option::Option<
            impl crate::Argument<crate::generated::types::CreateLinkRequestName>,
        >,
    ) -> Self {
        match name {
            Some(value) => self.name(value),
            None => self,
        }
    }
    /// Clears `name` by sending `null`.
    pub fn clear_name(mut self) -> Self {
        self.invalid.clear("name");
        self.body_name = crate::Patch::Null;
        self
    }
    /** The maximum number of sessions. `100.0` is the integer 100; a number with a fraction is
 rejected. If the field is absent or `null`, the number of sessions is unlimited.*/
    pub fn use_limit(mut self, use_limit: i64) -> Self {
        self.body_use_limit = crate::Patch::Value(use_limit);
        self
    }
    /// Sets `use_limit`, unless the value is `None`.
    pub fn maybe_use_limit(self, use_limit: ::std::option::Option<i64>) -> Self {
        match use_limit {
            Some(value) => self.use_limit(value),
            None => self,
        }
    }
    /// Clears `use_limit` by sending `null`.
    pub fn clear_use_limit(mut self) -> Self {
        self.invalid.clear("use_limit");
        self.body_use_limit = crate::Patch::Null;
        self
    }
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// An invalid argument is rejected before anything is sent. See [`crate::Error`] for
    /// the rest.
    pub async fn send(self) -> crate::Result<types::Link> {
        self.send_with_response().await.map(crate::Response::into_value)
    }
    /// Sends the request. The value comes with the status, the headers, the request id and
    /// the rate limit of the response.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub async fn send_with_response(
        self,
    ) -> crate::Result<crate::Response<types::Link>> {
        let client = self.client.clone();
        let (body,) = self.check()?;
        let (http, call) = start_call(&client, &CREATE_LINK);
        let response = http.create_link(&body).await;
        let response = call.finish(response)?;
        Ok(response.map(|value| value.link))
    }
    /// Sends the request and blocks the thread until the call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> crate::Result<types::Link> {
        crate::blocking::wait(self.send())
    }
    /// Sends the request as [`Self::send_with_response`] does, and blocks the thread until the
    /// call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_with_response_blocking(
        self,
    ) -> crate::Result<crate::Response<types::Link>> {
        crate::blocking::wait(self.send_with_response())
    }
    /// Returns the inputs, or an error with all those that the contract does not allow.
    fn check(self) -> crate::Result<(types::CreateLinkRequest,)> {
        let Self {
            client: _,
            body_agent_id,
            body_expires_at,
            body_name,
            body_use_limit,
            mut invalid,
        } = self;
        invalid
            .check("expires_at", crate::argument::check_year(body_expires_at.value()));
        invalid
            .check(
                "use_limit",
                crate::argument::check_range(
                    body_use_limit.value(),
                    1i64..=9007199254740991i64,
                ),
            );
        let ((Some(body_agent_id),), true) = ((body_agent_id,), invalid.is_empty()) else {
            return Err(invalid.into_error());
        };
        let body = types::CreateLinkRequest {
            agent_id: body_agent_id,
            expires_at: body_expires_at,
            name: body_name,
            use_limit: body_use_limit,
        };
        Ok((body,))
    }
}
/// `GET /v1/links/{link_id}`
pub const GET_LINK: crate::operation::Operation = crate::operation::Operation {
    id: "get_link",
    method: "GET",
    path: "/v1/links/{link_id}",
    content_type: None,
    security: &[&["ApiKey"]],
};
impl crate::Client {
    /** Get a link

 Returns a link as it is now.*/
    ///
    /// `send` reports all arguments that the contract does not allow, in one error.
    pub fn get_link(&self, link_id: impl crate::Argument<types::LinkId>) -> GetLink {
        let mut invalid = crate::argument::InvalidArguments::default();
        GetLink {
            client: self.clone(),
            link_id: invalid.convert("link_id", link_id),
            invalid,
        }
    }
}
/// A request builder for `get_link`. [`Self::send`] sends the request.
#[must_use = "only `send` sends the request"]
#[derive(Debug)]
pub struct GetLink {
    client: crate::Client,
    link_id: ::std::option::Option<types::LinkId>,
    invalid: crate::argument::InvalidArguments,
}
impl GetLink {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// An invalid argument is rejected before anything is sent. See [`crate::Error`] for
    /// the rest.
    pub async fn send(self) -> crate::Result<types::Link> {
        self.send_with_response().await.map(crate::Response::into_value)
    }
    /// Sends the request. The value comes with the status, the headers, the request id and
    /// the rate limit of the response.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub async fn send_with_response(
        self,
    ) -> crate::Result<crate::Response<types::Link>> {
        let client = self.client.clone();
        let (link_id,) = self.check()?;
        let (http, call) = start_call(&client, &GET_LINK);
        let response = http.get_link(&link_id).await;
        let response = call.finish(response)?;
        Ok(response.map(|value| value.link))
    }
    /// Sends the request and blocks the thread until the call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> crate::Result<types::Link> {
        crate::blocking::wait(self.send())
    }
    /// Sends the request as [`Self::send_with_response`] does, and blocks the thread until the
    /// call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_with_response_blocking(
        self,
    ) -> crate::Result<crate::Response<types::Link>> {
        crate::blocking::wait(self.send_with_response())
    }
    /// Returns the inputs, or an error with all those that the contract does not allow.
    fn check(self) -> crate::Result<(types::LinkId,)> {
        let Self { client: _, link_id, invalid } = self;
        let ((Some(link_id),), true) = ((link_id,), invalid.is_empty()) else {
            return Err(invalid.into_error());
        };
        Ok((link_id,))
    }
}
/// `PUT /v1/links/{link_id}`
pub const UPDATE_LINK: crate::operation::Operation = crate::operation::Operation {
    id: "update_link",
    method: "PUT",
    path: "/v1/links/{link_id}",
    content_type: None,
    security: &[&["ApiKey"]],
};
impl crate::Client {
    /** Update a link

 Changes the fields that the body contains, and returns the link as it is afterwards. `{}` is
 a valid update that changes nothing. Concurrent updates of one link are applied one after
 the other, and no field of either is lost.*/
    ///
    /// `send` reports all arguments that the contract does not allow, in one error.
    pub fn update_link(
        &self,
        link_id: impl crate::Argument<types::LinkId>,
    ) -> UpdateLink {
        let mut invalid = crate::argument::InvalidArguments::default();
        UpdateLink {
            client: self.clone(),
            link_id: invalid.convert("link_id", link_id),
            body_expires_at: Default::default(),
            body_name: Default::default(),
            body_status: Default::default(),
            body_use_limit: Default::default(),
            invalid,
        }
    }
}
/// A request builder for `update_link`. [`Self::send`] sends the request.
#[must_use = "only `send` sends the request"]
#[derive(Debug)]
pub struct UpdateLink {
    client: crate::Client,
    link_id: ::std::option::Option<types::LinkId>,
    body_expires_at: crate::Patch<::chrono::DateTime<::chrono::offset::Utc>>,
    body_name: crate::Patch<crate::generated::types::UpdateLinkRequestName>,
    body_status: ::std::option::Option<types::LinkStatus>,
    body_use_limit: crate::Patch<i64>,
    invalid: crate::argument::InvalidArguments,
}
impl UpdateLink {
    /** The time at which the link expires: an RFC 3339 timestamp with any offset, stored to the
 microsecond and returned in UTC. Second 60 is accepted only at 23:59:60 UTC. A time in
 the past is accepted and expires the link immediately; a time in the future restores the
 stored status of a link that had expired. `null` removes the expiry: the link never
 expires.*/
    pub fn expires_at(
        mut self,
        expires_at: impl crate::Argument<::chrono::DateTime<::chrono::offset::Utc>>,
    ) -> Self {
        if let Some(value) = self.invalid.convert("expires_at", expires_at) {
            self.body_expires_at = crate::Patch::Value(value);
        }
        self
    }
    /// Sets `expires_at`, unless the value is `None`.
    pub fn maybe_expires_at(
        self,
        expires_at: ::std::option::Option<
            impl crate::Argument<::chrono::DateTime<::chrono::offset::Utc>>,
        >,
    ) -> Self {
        match expires_at {
            Some(value) => self.expires_at(value),
            None => self,
        }
    }
    /// Sets `expires_at` to the time after `duration` from now.
    ///
    /// The time is computed by this call, so that a retry sends the same time.
    pub fn expires_in(mut self, duration: ::std::time::Duration) -> Self {
        if let Some(value) = self
            .invalid
            .record(
                "expires_at",
                crate::argument::check_time(self.client.time_after(duration)),
            )
        {
            self.body_expires_at = crate::Patch::Value(value);
        }
        self
    }
    /// Clears `expires_at` by sending `null`.
    pub fn clear_expires_at(mut self) -> Self {
        self.invalid.clear("expires_at");
        self.body_expires_at = crate::Patch::Null;
        self
    }
    /** The display name: any text without U+0000, including the empty string. `null` clears
 the name.*/
    pub fn name(
        mut self,
        name: impl crate::Argument<crate::generated::types::UpdateLinkRequestName>,
    ) -> Self {
        if let Some(value) = self.invalid.convert("name", name) {
            self.body_name = crate::Patch::Value(value);
        }
        self
    }
    /// Sets `name`, unless the value is `None`.
    pub fn maybe_name(
        self,
        name: ::std::option::Option<
            impl crate::Argument<crate::generated::types::UpdateLinkRequestName>,
        >,
    ) -> Self {
        match name {
            Some(value) => self.name(value),
            None => self,
        }
    }
    /// Clears `name` by sending `null`.
    pub fn clear_name(mut self) -> Self {
        self.invalid.clear("name");
        self.body_name = crate::Patch::Null;
        self
    }
    /** The status to store; it cannot be `null`. `active` is rejected with 400 if the link
 would still be expired after this update: change `expires_at` or `use_limit` in the same
 request.*/
    pub fn status(mut self, status: impl crate::Argument<types::LinkStatus>) -> Self {
        if let Some(value) = self.invalid.convert("status", status) {
            self.body_status = Some(value);
        }
        self
    }
    /// Sets `status`, unless the value is `None`.
    pub fn maybe_status(
        self,
        status: ::std::option::Option<impl crate::Argument<types::LinkStatus>>,
    ) -> Self {
        match status {
            Some(value) => self.status(value),
            None => self,
        }
    }
    /** The maximum number of sessions. It must be greater than the current `uses`. `100.0` is
 the integer 100; a number with a fraction is rejected. A higher limit restores the
 stored status of a link that had reached its limit. `null` removes the limit: the number
 of sessions is unlimited.*/
    pub fn use_limit(mut self, use_limit: i64) -> Self {
        self.body_use_limit = crate::Patch::Value(use_limit);
        self
    }
    /// Sets `use_limit`, unless the value is `None`.
    pub fn maybe_use_limit(self, use_limit: ::std::option::Option<i64>) -> Self {
        match use_limit {
            Some(value) => self.use_limit(value),
            None => self,
        }
    }
    /// Clears `use_limit` by sending `null`.
    pub fn clear_use_limit(mut self) -> Self {
        self.invalid.clear("use_limit");
        self.body_use_limit = crate::Patch::Null;
        self
    }
    /// Returns the body that [`Self::send`] sends.
    pub fn request(&self) -> types::UpdateLinkRequest {
        types::UpdateLinkRequest {
            expires_at: self.body_expires_at.clone(),
            name: self.body_name.clone(),
            status: self.body_status.clone(),
            use_limit: self.body_use_limit.clone(),
        }
    }
    /// Replaces the whole body.
    pub fn with_request(mut self, request: types::UpdateLinkRequest) -> Self {
        self.body_expires_at = request.expires_at;
        self.invalid.clear("expires_at");
        self.body_name = request.name;
        self.invalid.clear("name");
        self.body_status = request.status;
        self.invalid.clear("status");
        self.body_use_limit = request.use_limit;
        self.invalid.clear("use_limit");
        self
    }
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// An invalid argument is rejected before anything is sent. See [`crate::Error`] for
    /// the rest.
    pub async fn send(self) -> crate::Result<types::Link> {
        self.send_with_response().await.map(crate::Response::into_value)
    }
    /// Sends the request. The value comes with the status, the headers, the request id and
    /// the rate limit of the response.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub async fn send_with_response(
        self,
    ) -> crate::Result<crate::Response<types::Link>> {
        let client = self.client.clone();
        let (link_id, body) = self.check()?;
        let (http, call) = start_call(&client, &UPDATE_LINK);
        let response = http.update_link(&link_id, &body).await;
        let response = call.finish(response)?;
        Ok(response.map(|value| value.link))
    }
    /// Sends the request and blocks the thread until the call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> crate::Result<types::Link> {
        crate::blocking::wait(self.send())
    }
    /// Sends the request as [`Self::send_with_response`] does, and blocks the thread until the
    /// call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_with_response_blocking(
        self,
    ) -> crate::Result<crate::Response<types::Link>> {
        crate::blocking::wait(self.send_with_response())
    }
    /// Returns the inputs, or an error with all those that the contract does not allow.
    fn check(self) -> crate::Result<(types::LinkId, types::UpdateLinkRequest)> {
        let Self {
            client: _,
            link_id,
            body_expires_at,
            body_name,
            body_status,
            body_use_limit,
            mut invalid,
        } = self;
        invalid
            .check("expires_at", crate::argument::check_year(body_expires_at.value()));
        let unlisted = body_status
            .as_ref()
            .filter(|value| value.is_unknown())
            .map(AsRef::as_ref);
        invalid
            .check(
                "status",
                crate::argument::check_listed(unlisted, <types::LinkStatus>::VALUES),
            );
        invalid
            .check(
                "use_limit",
                crate::argument::check_range(
                    body_use_limit.value(),
                    1i64..=9007199254740991i64,
                ),
            );
        let ((Some(link_id),), true) = ((link_id,), invalid.is_empty()) else {
            return Err(invalid.into_error());
        };
        let body = types::UpdateLinkRequest {
            expires_at: body_expires_at,
            name: body_name,
            status: body_status,
            use_limit: body_use_limit,
        };
        if body == Default::default() {
            return Err(crate::Error::empty_body());
        }
        Ok((link_id, body))
    }
}
/// `DELETE /v1/links/{link_id}`
pub const DELETE_LINK: crate::operation::Operation = crate::operation::Operation {
    id: "delete_link",
    method: "DELETE",
    path: "/v1/links/{link_id}",
    content_type: None,
    security: &[&["ApiKey"]],
};
impl crate::Client {
    /** Delete a link

 Deletes a link permanently. Its public address stops working, and every later request for it
 is rejected with 404.*/
    ///
    /// `send` reports all arguments that the contract does not allow, in one error.
    pub fn delete_link(
        &self,
        link_id: impl crate::Argument<types::LinkId>,
    ) -> DeleteLink {
        let mut invalid = crate::argument::InvalidArguments::default();
        DeleteLink {
            client: self.clone(),
            link_id: invalid.convert("link_id", link_id),
            invalid,
        }
    }
}
/// A request builder for `delete_link`. [`Self::send`] sends the request.
#[must_use = "only `send` sends the request"]
#[derive(Debug)]
pub struct DeleteLink {
    client: crate::Client,
    link_id: ::std::option::Option<types::LinkId>,
    invalid: crate::argument::InvalidArguments,
}
impl DeleteLink {
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// An invalid argument is rejected before anything is sent. See [`crate::Error`] for
    /// the rest.
    pub async fn send(self) -> crate::Result<::std::string::String> {
        self.send_with_response().await.map(crate::Response::into_value)
    }
    /// Sends the request. The value comes with the status, the headers, the request id and
    /// the rate limit of the response.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    pub async fn send_with_response(
        self,
    ) -> crate::Result<crate::Response<::std::string::String>> {
        let client = self.client.clone();
        let (link_id,) = self.check()?;
        let (http, call) = start_call(&client, &DELETE_LINK);
        let response = http.delete_link(&link_id).await;
        let response = call.finish(response)?;
        Ok(response.map(|value| value.message))
    }
    /// Sends the request and blocks the thread until the call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_blocking(self) -> crate::Result<::std::string::String> {
        crate::blocking::wait(self.send())
    }
    /// Sends the request as [`Self::send_with_response`] does, and blocks the thread until the
    /// call ends.
    ///
    /// # Errors
    ///
    /// As [`Self::send`].
    #[cfg(feature = "blocking")]
    pub fn send_with_response_blocking(
        self,
    ) -> crate::Result<crate::Response<::std::string::String>> {
        crate::blocking::wait(self.send_with_response())
    }
    /// Returns the inputs, or an error with all those that the contract does not allow.
    fn check(self) -> crate::Result<(types::LinkId,)> {
        let Self { client: _, link_id, invalid } = self;
        let ((Some(link_id),), true) = ((link_id,), invalid.is_empty()) else {
            return Err(invalid.into_error());
        };
        Ok((link_id,))
    }
}
/// The part of this module that users of the client see.
pub mod public {
    pub use super::types::{
        Agent, AgentId, AuthMethod, CreateLinkRequest, CreateLinkRequestName, Link,
        LinkId, LinkStatus, LinkStatusFilter, ListLinksCursor, ListLinksResponse,
        UpdateLinkRequest, UpdateLinkRequestName, VoiceAgent,
    };
    pub use super::types::error::ConversionError;
    pub use super::{ListLinks, CreateLink, GetLink, UpdateLink, DeleteLink};
}
impl ::std::fmt::Display for types::AgentId {
    fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        formatter.write_str(self.as_ref())
    }
}
impl TryFrom<&String> for types::AgentId {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
        text.parse()
    }
}
impl From<&types::AgentId> for types::AgentId {
    fn from(value: &types::AgentId) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::AgentId {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::AgentId {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::AgentId {
    fn as_ref(&self) -> &str {
        self
    }
}
impl types::AuthMethod {
    /// The values that this version of the contract lists.
    pub const VALUES: &'static [&'static str] = &["public", "api_key", "token"];
    /// Returns true if this version of the contract does not know the value.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}
impl TryFrom<&String> for types::AuthMethod {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
        text.parse()
    }
}
impl From<&types::AuthMethod> for types::AuthMethod {
    fn from(value: &types::AuthMethod) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::AuthMethod {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::AuthMethod {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::AuthMethod {
    fn as_ref(&self) -> &str {
        match self {
            Self::Public => "public",
            Self::ApiKey => "api_key",
            Self::Token => "token",
            Self::Unknown(value) => value,
        }
    }
}
impl ::std::fmt::Display for types::CreateLinkRequestName {
    fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        formatter.write_str(self.as_ref())
    }
}
impl TryFrom<&String> for types::CreateLinkRequestName {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
        text.parse()
    }
}
impl From<&types::CreateLinkRequestName> for types::CreateLinkRequestName {
    fn from(value: &types::CreateLinkRequestName) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::CreateLinkRequestName {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::CreateLinkRequestName {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::CreateLinkRequestName {
    fn as_ref(&self) -> &str {
        self
    }
}
impl From<&str> for types::ErrorMessage {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
impl From<&String> for types::ErrorMessage {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}
impl From<&types::ErrorMessage> for types::ErrorMessage {
    fn from(value: &types::ErrorMessage) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::ErrorMessage {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::ErrorMessage {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::ErrorMessage {
    fn as_ref(&self) -> &str {
        self
    }
}
impl ::std::fmt::Display for types::LinkId {
    fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        formatter.write_str(self.as_ref())
    }
}
impl TryFrom<&String> for types::LinkId {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
        text.parse()
    }
}
impl From<&types::LinkId> for types::LinkId {
    fn from(value: &types::LinkId) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::LinkId {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::LinkId {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::LinkId {
    fn as_ref(&self) -> &str {
        self
    }
}
impl types::LinkStatus {
    /// The values that this version of the contract lists.
    pub const VALUES: &'static [&'static str] = &["active", "paused", "expired"];
    /// Returns true if this version of the contract does not know the value.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}
impl TryFrom<&String> for types::LinkStatus {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
        text.parse()
    }
}
impl From<&types::LinkStatus> for types::LinkStatus {
    fn from(value: &types::LinkStatus) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::LinkStatus {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::LinkStatus {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::LinkStatus {
    fn as_ref(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Expired => "expired",
            Self::Unknown(value) => value,
        }
    }
}
impl types::LinkStatusFilter {
    /// The values that this version of the contract lists.
    pub const VALUES: &'static [&'static str] = &["active", "paused", "expired", "all"];
    /// Returns true if this version of the contract does not know the value.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}
impl TryFrom<&String> for types::LinkStatusFilter {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
        text.parse()
    }
}
impl From<&types::LinkStatusFilter> for types::LinkStatusFilter {
    fn from(value: &types::LinkStatusFilter) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::LinkStatusFilter {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::LinkStatusFilter {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::LinkStatusFilter {
    fn as_ref(&self) -> &str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Expired => "expired",
            Self::All => "all",
            Self::Unknown(value) => value,
        }
    }
}
impl ::std::fmt::Display for types::ListLinksCursor {
    fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        formatter.write_str(self.as_ref())
    }
}
impl TryFrom<&String> for types::ListLinksCursor {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
        text.parse()
    }
}
impl From<&types::ListLinksCursor> for types::ListLinksCursor {
    fn from(value: &types::ListLinksCursor) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::ListLinksCursor {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::ListLinksCursor {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::ListLinksCursor {
    fn as_ref(&self) -> &str {
        self
    }
}
impl ::std::fmt::Display for types::UpdateLinkRequestName {
    fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        formatter.write_str(self.as_ref())
    }
}
impl TryFrom<&String> for types::UpdateLinkRequestName {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, types::error::ConversionError> {
        text.parse()
    }
}
impl From<&types::UpdateLinkRequestName> for types::UpdateLinkRequestName {
    fn from(value: &types::UpdateLinkRequestName) -> Self {
        value.clone()
    }
}
impl PartialEq<str> for types::UpdateLinkRequestName {
    fn eq(&self, other: &str) -> bool {
        AsRef::<str>::as_ref(self) == other
    }
}
impl PartialEq<&str> for types::UpdateLinkRequestName {
    fn eq(&self, other: &&str) -> bool {
        AsRef::<str>::as_ref(self) == *other
    }
}
impl AsRef<str> for types::UpdateLinkRequestName {
    fn as_ref(&self) -> &str {
        self
    }
}
#[cfg(feature = "test-util")]
impl types::Agent {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str(
                "{\"agent_id\":\"agnt_01J8ZK4R2N5M6P7Q8W4T\",\"name\":\"Support Agent\",\"avatar_image_url\":\"https://cdn.example.com/avatars/support.jpg\",\"created_at\":\"2024-01-15T10:00:00Z\",\"voice_agent\":{\"provider\":\"ElevenLabs\",\"agent_id\":\"el_agent_xxxxxxxxxxxxxxxx\",\"auth_method\":\"public\"}}",
            )
            .expect("the example of `Agent` conforms to the contract")
    }
}
#[cfg(feature = "test-util")]
impl types::CreateLinkRequest {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str(
                "{\"agent_id\":\"agnt_01J8ZK4R2N5M6P7Q8W4T\",\"name\":\"Summer demo\",\"expires_at\":\"2030-06-30T18:00:00Z\",\"use_limit\":100}",
            )
            .expect("the example of `CreateLinkRequest` conforms to the contract")
    }
}
#[cfg(feature = "test-util")]
impl types::DeleteLinkResponse {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str("{\"success\":true,\"message\":\"Link deleted\"}")
            .expect("the example of `DeleteLinkResponse` conforms to the contract")
    }
}
#[cfg(feature = "test-util")]
impl types::ErrorResponse {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str(
                "{\"success\":false,\"error\":{\"message\":\"`use_limit` is 12, but 12 sessions have already started\",\"suggestion\":\"Send a `use_limit` of at least 13, or null for unlimited sessions\",\"code\":\"INVALID_FIELD\",\"details\":{\"field\":\"use_limit\"}}}",
            )
            .expect("the example of `ErrorResponse` conforms to the contract")
    }
}
#[cfg(feature = "test-util")]
impl types::Link {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str(
                "{\"link_id\":\"lnk_01J8ZK4R2N5M6P7Q8W4T\",\"name\":\"Summer demo\",\"url\":\"https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T\",\"agent\":{\"agent_id\":\"agnt_01J8ZK4R2N5M6P7Q8W4T\",\"name\":\"Support Agent\",\"avatar_image_url\":\"https://cdn.example.com/avatars/support.jpg\",\"created_at\":\"2024-01-15T10:00:00Z\",\"voice_agent\":{\"provider\":\"ElevenLabs\",\"agent_id\":\"el_agent_xxxxxxxxxxxxxxxx\",\"auth_method\":\"public\"}},\"status\":\"active\",\"uses\":0,\"use_limit\":100,\"created_at\":\"2024-01-15T10:30:00Z\",\"expires_at\":\"2030-06-30T18:00:00Z\"}",
            )
            .expect("the example of `Link` conforms to the contract")
    }
}
#[cfg(feature = "test-util")]
impl types::LinkResponse {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str(
                "{\"success\":true,\"link\":{\"link_id\":\"lnk_01J8ZK4R2N5M6P7Q8W4T\",\"name\":\"Summer demo\",\"url\":\"https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T\",\"agent\":{\"agent_id\":\"agnt_01J8ZK4R2N5M6P7Q8W4T\",\"name\":\"Support Agent\",\"avatar_image_url\":\"https://cdn.example.com/avatars/support.jpg\",\"created_at\":\"2024-01-15T10:00:00Z\",\"voice_agent\":{\"provider\":\"ElevenLabs\",\"agent_id\":\"el_agent_xxxxxxxxxxxxxxxx\",\"auth_method\":\"public\"}},\"status\":\"active\",\"uses\":0,\"use_limit\":100,\"created_at\":\"2024-01-15T10:30:00Z\",\"expires_at\":\"2030-06-30T18:00:00Z\"}}",
            )
            .expect("the example of `LinkResponse` conforms to the contract")
    }
}
#[cfg(feature = "test-util")]
impl types::ListLinksResponse {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str(
                "{\"success\":true,\"links\":[{\"link_id\":\"lnk_01J8ZK4R2N5M6P7Q8W4T\",\"name\":\"Summer demo\",\"url\":\"https://app.agenthuman.com/s/lnk_01J8ZK4R2N5M6P7Q8W4T\",\"agent\":{\"agent_id\":\"agnt_01J8ZK4R2N5M6P7Q8W4T\",\"name\":\"Support Agent\",\"avatar_image_url\":\"https://cdn.example.com/avatars/support.jpg\",\"created_at\":\"2024-01-15T10:00:00Z\",\"voice_agent\":{\"provider\":\"ElevenLabs\",\"agent_id\":\"el_agent_xxxxxxxxxxxxxxxx\",\"auth_method\":\"public\"}},\"status\":\"active\",\"uses\":0,\"use_limit\":100,\"created_at\":\"2024-01-15T10:30:00Z\",\"expires_at\":\"2030-06-30T18:00:00Z\"}],\"next_cursor\":\"AQAGDvl-9poAbG5rXzAxSjhaSzRSMk41TTZQN1E4VzRU_lx6SRIDPU4\"}",
            )
            .expect("the example of `ListLinksResponse` conforms to the contract")
    }
}
#[cfg(feature = "test-util")]
impl types::UpdateLinkRequest {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str(
                "{\"name\":\"Updated Name\",\"status\":\"active\",\"expires_at\":\"2030-06-30T18:00:00Z\",\"use_limit\":100}",
            )
            .expect("the example of `UpdateLinkRequest` conforms to the contract")
    }
}
#[cfg(feature = "test-util")]
impl types::VoiceAgent {
    /// Returns the example of the contract, for tests. Its fields can be changed.
    pub fn example() -> Self {
        ::serde_json::from_str(
                "{\"provider\":\"ElevenLabs\",\"agent_id\":\"el_agent_xxxxxxxxxxxxxxxx\",\"auth_method\":\"public\"}",
            )
            .expect("the example of `VoiceAgent` conforms to the contract")
    }
}
#[cfg(feature = "cli")]
fn start_list_links(
    client: &crate::Client,
    parameters: &[::std::string::String],
    fields: &[(::std::string::String, ::std::option::Option<::std::string::String>)],
) -> crate::Result<ListLinks> {
    let _ = (parameters, fields);
    let mut call = client.list_links();
    for (field, text) in fields {
        call = match (field.as_str(), text.as_deref()) {
            ("cursor", Some(text)) => call.cursor(text.to_owned()),
            ("limit", Some(text)) => {
                call.limit(crate::cli::command::parse::<i64>("limit", text)?)
            }
            ("status", Some(text)) => call.status(text.to_owned()),
            _ => call,
        };
    }
    Ok(call)
}
#[cfg(feature = "cli")]
fn start_create_link(
    client: &crate::Client,
    parameters: &[::std::string::String],
    fields: &[(::std::string::String, ::std::option::Option<::std::string::String>)],
) -> crate::Result<CreateLink> {
    let _ = (parameters, fields);
    let mut call = client.create_link(parameters[0usize].as_str().to_owned());
    for (field, text) in fields {
        call = match (field.as_str(), text.as_deref()) {
            ("expires_at", Some(text)) => {
                call.expires_at(crate::cli::command::parse_time("expires_at", text)?)
            }
            ("expires_at", None) => call.clear_expires_at(),
            ("expires_in", Some(text)) => {
                call.expires_in(crate::cli::command::parse_duration("expires_in", text)?)
            }
            ("name", Some(text)) => call.name(text.to_owned()),
            ("name", None) => call.clear_name(),
            ("use_limit", Some(text)) => {
                call.use_limit(crate::cli::command::parse::<i64>("use_limit", text)?)
            }
            ("use_limit", None) => call.clear_use_limit(),
            _ => call,
        };
    }
    Ok(call)
}
#[cfg(feature = "cli")]
fn start_get_link(
    client: &crate::Client,
    parameters: &[::std::string::String],
    fields: &[(::std::string::String, ::std::option::Option<::std::string::String>)],
) -> crate::Result<GetLink> {
    let _ = (parameters, fields);
    Ok(client.get_link(parameters[0usize].as_str().to_owned()))
}
#[cfg(feature = "cli")]
fn start_update_link(
    client: &crate::Client,
    parameters: &[::std::string::String],
    fields: &[(::std::string::String, ::std::option::Option<::std::string::String>)],
) -> crate::Result<UpdateLink> {
    let _ = (parameters, fields);
    let mut call = client.update_link(parameters[0usize].as_str().to_owned());
    for (field, text) in fields {
        call = match (field.as_str(), text.as_deref()) {
            ("expires_at", Some(text)) => {
                call.expires_at(crate::cli::command::parse_time("expires_at", text)?)
            }
            ("expires_at", None) => call.clear_expires_at(),
            ("expires_in", Some(text)) => {
                call.expires_in(crate::cli::command::parse_duration("expires_in", text)?)
            }
            ("name", Some(text)) => call.name(text.to_owned()),
            ("name", None) => call.clear_name(),
            ("status", Some(text)) => call.status(text.to_owned()),
            ("use_limit", Some(text)) => {
                call.use_limit(crate::cli::command::parse::<i64>("use_limit", text)?)
            }
            ("use_limit", None) => call.clear_use_limit(),
            _ => call,
        };
    }
    Ok(call)
}
#[cfg(feature = "cli")]
fn start_delete_link(
    client: &crate::Client,
    parameters: &[::std::string::String],
    fields: &[(::std::string::String, ::std::option::Option<::std::string::String>)],
) -> crate::Result<DeleteLink> {
    let _ = (parameters, fields);
    Ok(client.delete_link(parameters[0usize].as_str().to_owned()))
}
/// The commands of the command line.
#[cfg(feature = "cli")]
pub(crate) const COMMANDS: &[crate::cli::command::Command] = &[
    crate::cli::command::Command {
        name: "list",
        operation: &LIST_LINKS,
        summary: "List links",
        description: "Print the links of the account, the newest first: one page, or all links with `--all`. A link that exists while all pages are read is printed exactly once, even if other links are created or deleted in between.",
        parameters: &[],
        fields: &[
            crate::cli::command::Field {
                name: "cursor",
                flag: "cursor",
                clear_flag: None,
                later: None,
                help: "Continue after an earlier page. The command that printed that page has printed this value too; it is valid for the same account and `--status`.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "^[0-9A-Za-z_-]{1,512}$",
                    pattern_in_words: "1 to 512 letters, digits, underscores or dashes",
                    example: "",
                },
            },
            crate::cli::command::Field {
                name: "limit",
                flag: "limit",
                clear_flag: None,
                later: None,
                help: "Set the maximum number of links on a page, from 1 to 1000.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Integer,
                    values: &[],
                    minimum: 1i64,
                    maximum: 1000i64,
                    pattern: "",
                    pattern_in_words: "",
                    example: "1",
                },
            },
            crate::cli::command::Field {
                name: "status",
                flag: "status",
                clear_flag: None,
                later: None,
                help: "Print only links with this status. A link whose expiry has passed is `expired`, whatever status it was given.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &["active", "paused", "expired", "all"],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "",
                    pattern_in_words: "",
                    example: "active",
                },
            },
        ],
        needs_field: false,
        confirm: "",
        columns: &[
            "link_id",
            "status",
            "name",
            "uses",
            "use_limit",
            "expires_at",
            "created_at",
            "url",
            "agent",
        ],
        pages: Some(crate::cli::command::Pages {
            items: "links",
            next: "next_cursor",
            limit: Some(("limit", 1000i64)),
            cursor: "cursor",
        }),
        run: |client, parameters, fields, is_dry_run| Box::pin(async move {
            let call = start_list_links(client, parameters, fields)?;
            if is_dry_run {
                let inputs = call.check()?;
                let _ = &inputs;
                return Ok(crate::cli::command::Outcome::DryRun {
                    query: crate::cli::command::texts([
                        ("cursor", crate::cli::command::to_json(&inputs.0)),
                        ("limit", crate::cli::command::to_json(&inputs.1)),
                        ("status", crate::cli::command::to_json(&inputs.2)),
                    ]),
                    headers: crate::cli::command::texts([]),
                    body: None,
                });
            }
            let response = call.send_with_response().await?;
            Ok(
                crate::cli::command::Outcome::Sent(
                    response.map(|value| crate::cli::command::to_json(&value)),
                ),
            )
        }),
    },
    crate::cli::command::Command {
        name: "create",
        operation: &CREATE_LINK,
        summary: "Create a link",
        description: "Create an active link to an agent of the account, and print it. If the command fails without a response, the link may exist: look for it with `links list` before you repeat the command, which would create another one.",
        parameters: &[
            crate::cli::command::Parameter {
                name: "agent_id",
                help: "The id of the agent that visitors talk to. It must belong to the account.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "^agnt_[0-9A-Za-z_-]{1,128}$",
                    pattern_in_words: "`agnt_` and 1 to 128 letters, digits, underscores or dashes",
                    example: "agnt_01J8ZK4R2N5M6P7Q8W4T",
                },
            },
        ],
        fields: &[
            crate::cli::command::Field {
                name: "expires_at",
                flag: "expires-at",
                clear_flag: Some("clear-expires-at"),
                later: Some(crate::cli::command::Later {
                    name: "expires_in",
                    flag: "expires-in",
                }),
                help: "Set the time at which the link expires, such as 2030-06-30T18:00:00Z or 2030-06-30T20:00:00+02:00. A time in the past creates an expired link. By default the link never expires.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Time,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "",
                    pattern_in_words: "",
                    example: "2030-06-30T18:00:00Z",
                },
            },
            crate::cli::command::Field {
                name: "name",
                flag: "name",
                clear_flag: Some("clear-name"),
                later: None,
                help: "Set the display name. The default is `Link YYYY-MM-DD` with the current date in UTC; `--clear-name` creates a link without a name.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "^[^\\u0000]*$",
                    pattern_in_words: "any text without the character U+0000",
                    example: "Summer demo",
                },
            },
            crate::cli::command::Field {
                name: "use_limit",
                flag: "use-limit",
                clear_flag: Some("clear-use-limit"),
                later: None,
                help: "Set the maximum number of sessions. By default it is unlimited.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Integer,
                    values: &[],
                    minimum: 1i64,
                    maximum: 9007199254740991i64,
                    pattern: "",
                    pattern_in_words: "",
                    example: "100",
                },
            },
        ],
        needs_field: false,
        confirm: "",
        columns: &[
            "link_id",
            "status",
            "name",
            "uses",
            "use_limit",
            "expires_at",
            "created_at",
            "url",
            "agent",
        ],
        pages: None,
        run: |client, parameters, fields, is_dry_run| Box::pin(async move {
            let call = start_create_link(client, parameters, fields)?;
            if is_dry_run {
                let inputs = call.check()?;
                let _ = &inputs;
                return Ok(crate::cli::command::Outcome::DryRun {
                    query: crate::cli::command::texts([]),
                    headers: crate::cli::command::texts([]),
                    body: Some(crate::cli::command::to_json(&inputs.0)),
                });
            }
            let response = call.send_with_response().await?;
            Ok(
                crate::cli::command::Outcome::Sent(
                    response.map(|value| crate::cli::command::to_json(&value)),
                ),
            )
        }),
    },
    crate::cli::command::Command {
        name: "get",
        operation: &GET_LINK,
        summary: "Get a link",
        description: "Print a link as it is now.",
        parameters: &[
            crate::cli::command::Parameter {
                name: "link_id",
                help: "The id of the link.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "^lnk_[0-9A-Za-z_-]{1,128}$",
                    pattern_in_words: "`lnk_` and 1 to 128 letters, digits, underscores or dashes",
                    example: "lnk_01J8ZK4R2N5M6P7Q8W4T",
                },
            },
        ],
        fields: &[],
        needs_field: false,
        confirm: "",
        columns: &[
            "link_id",
            "status",
            "name",
            "uses",
            "use_limit",
            "expires_at",
            "created_at",
            "url",
            "agent",
        ],
        pages: None,
        run: |client, parameters, fields, is_dry_run| Box::pin(async move {
            let call = start_get_link(client, parameters, fields)?;
            if is_dry_run {
                let inputs = call.check()?;
                let _ = &inputs;
                return Ok(crate::cli::command::Outcome::DryRun {
                    query: crate::cli::command::texts([]),
                    headers: crate::cli::command::texts([]),
                    body: None,
                });
            }
            let response = call.send_with_response().await?;
            Ok(
                crate::cli::command::Outcome::Sent(
                    response.map(|value| crate::cli::command::to_json(&value)),
                ),
            )
        }),
    },
    crate::cli::command::Command {
        name: "update",
        operation: &UPDATE_LINK,
        summary: "Update a link",
        description: "Change the fields whose flags are given, and print the link as it is afterwards. All other fields keep their values.",
        parameters: &[
            crate::cli::command::Parameter {
                name: "link_id",
                help: "The id of the link.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "^lnk_[0-9A-Za-z_-]{1,128}$",
                    pattern_in_words: "`lnk_` and 1 to 128 letters, digits, underscores or dashes",
                    example: "lnk_01J8ZK4R2N5M6P7Q8W4T",
                },
            },
        ],
        fields: &[
            crate::cli::command::Field {
                name: "expires_at",
                flag: "expires-at",
                clear_flag: Some("clear-expires-at"),
                later: Some(crate::cli::command::Later {
                    name: "expires_in",
                    flag: "expires-in",
                }),
                help: "Set the time at which the link expires, such as 2030-06-30T18:00:00Z or 2030-06-30T20:00:00+02:00. A time in the past expires the link immediately. A time in the future restores the status that a link had before it expired. With `--clear-expires-at` the link never expires.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Time,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "",
                    pattern_in_words: "",
                    example: "2030-06-30T18:00:00Z",
                },
            },
            crate::cli::command::Field {
                name: "name",
                flag: "name",
                clear_flag: Some("clear-name"),
                later: None,
                help: "Set the display name.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "^[^\\u0000]*$",
                    pattern_in_words: "any text without the character U+0000",
                    example: "Updated Name",
                },
            },
            crate::cli::command::Field {
                name: "status",
                flag: "status",
                clear_flag: None,
                later: None,
                help: "Set the status. To make an expired link `active`, change `--expires-at` or `--use-limit` in the same command.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &["active", "paused", "expired"],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "",
                    pattern_in_words: "",
                    example: "active",
                },
            },
            crate::cli::command::Field {
                name: "use_limit",
                flag: "use-limit",
                clear_flag: Some("clear-use-limit"),
                later: None,
                help: "Set the maximum number of sessions. It must be greater than the number of sessions so far. A higher maximum restores the status that a link had before it reached its limit. With `--clear-use-limit` the number is unlimited.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Integer,
                    values: &[],
                    minimum: 1i64,
                    maximum: 9007199254740991i64,
                    pattern: "",
                    pattern_in_words: "",
                    example: "100",
                },
            },
        ],
        needs_field: true,
        confirm: "",
        columns: &[
            "link_id",
            "status",
            "name",
            "uses",
            "use_limit",
            "expires_at",
            "created_at",
            "url",
            "agent",
        ],
        pages: None,
        run: |client, parameters, fields, is_dry_run| Box::pin(async move {
            let call = start_update_link(client, parameters, fields)?;
            if is_dry_run {
                let inputs = call.check()?;
                let _ = &inputs;
                return Ok(crate::cli::command::Outcome::DryRun {
                    query: crate::cli::command::texts([]),
                    headers: crate::cli::command::texts([]),
                    body: Some(crate::cli::command::to_json(&inputs.1)),
                });
            }
            let response = call.send_with_response().await?;
            Ok(
                crate::cli::command::Outcome::Sent(
                    response.map(|value| crate::cli::command::to_json(&value)),
                ),
            )
        }),
    },
    crate::cli::command::Command {
        name: "delete",
        operation: &DELETE_LINK,
        summary: "Delete a link",
        description: "Delete a link permanently. Its public address stops working, and later commands with its id fail.",
        parameters: &[
            crate::cli::command::Parameter {
                name: "link_id",
                help: "The id of the link.",
                value: crate::cli::command::Value {
                    kind: crate::cli::command::ValueKind::Text,
                    values: &[],
                    minimum: -9223372036854775808i64,
                    maximum: 9223372036854775807i64,
                    pattern: "^lnk_[0-9A-Za-z_-]{1,128}$",
                    pattern_in_words: "`lnk_` and 1 to 128 letters, digits, underscores or dashes",
                    example: "lnk_01J8ZK4R2N5M6P7Q8W4T",
                },
            },
        ],
        fields: &[],
        needs_field: false,
        confirm: "Delete the link permanently?",
        columns: &[],
        pages: None,
        run: |client, parameters, fields, is_dry_run| Box::pin(async move {
            let call = start_delete_link(client, parameters, fields)?;
            if is_dry_run {
                let inputs = call.check()?;
                let _ = &inputs;
                return Ok(crate::cli::command::Outcome::DryRun {
                    query: crate::cli::command::texts([]),
                    headers: crate::cli::command::texts([]),
                    body: None,
                });
            }
            let response = call.send_with_response().await?;
            Ok(
                crate::cli::command::Outcome::Sent(
                    response.map(|value| crate::cli::command::to_json(&value)),
                ),
            )
        }),
    },
];
