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
        ///Names the agent for good; begins with `agnt_`.
        pub agent_id: ::std::string::String,
        ///The address of the agent's picture; `null` where it has none.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub avatar_image_url: ::std::option::Option<::std::string::String>,
        ///When the agent was created, in UTC.
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
                _ => Err("invalid value".into()),
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
    ///What went wrong, as a sentence or in detail.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
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
    ///What went wrong, and how to mend it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct ErrorDetail {
        ///What went wrong, for programs; codes may be added at any time.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub code: ::std::option::Option<::std::string::String>,
        /**More about it, for programs. `field` names the field of the request that was refused.
*/
        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
        pub details: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        ///What went wrong, for people.
        pub message: ::std::string::String,
        ///How to mend the request.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub suggestion: ::std::option::Option<::std::string::String>,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    ///What went wrong, for people.
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
    /**The one shape of every refusal. `error` is a string for a missing, unknown or revoked key
(401, without `success`) and for the rate limit (429), and an object everywhere else.
*/
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct ErrorResponse {
        pub error: ErrorBody,
        ///Always `false` where it is present.
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
        ///When the link was created, in UTC.
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///When the link expires, in UTC; `null` means never.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub expires_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        pub link_id: LinkId,
        ///The display name; `null` where it has been cleared.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub name: ::std::option::Option<::std::string::String>,
        /**`expired` where it is stored so, where `expires_at` has passed, or where `uses` has
reached `use_limit`; otherwise the stored status.
*/
        pub status: LinkStatus,
        ///The public address, `https://app.agenthuman.com/s/{link_id}`.
        pub url: ::std::string::String,
        ///How many sessions may be started in all; `null` means unlimited.
        #[serde(deserialize_with = "::std::option::Option::deserialize")]
        pub use_limit: ::std::option::Option<i64>,
        ///Sessions started so far.
        pub uses: i64,
        /// Fields that this version of the contract does not know.
        #[serde(flatten)]
        pub unknown_fields: ::serde_json::Map<
            ::std::string::String,
            ::serde_json::Value,
        >,
    }
    ///Names a link for good. Any other form is refused with 400.
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
            if PATTERN.find(value).is_none() {
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
    ///A link, as every successful answer about one link has it.
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
- `paused`: visitors cannot start a session for now.
- `expired`: the link has been stored as expired, its expiry has passed, or its session
  limit is reached.
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
                _ => Err("invalid value".into()),
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
    /**What to change. An absent field stays as it is; `null` clears a field that can be cleared.
*/
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default, PartialEq)]
    #[serde(deny_unknown_fields)]
    #[non_exhaustive]
    pub struct UpdateLinkRequest {
        /** When the link expires: an RFC 3339 timestamp, stored to the microsecond and answered in
 UTC. A time in the past is accepted and expires the link at once; a later one brings
 an automatically expired link back to its stored status. `null` removes the expiry:
 the link never expires.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub expires_at: crate::Patch<::chrono::DateTime<::chrono::offset::Utc>>,
        /** The display name. Any text, the empty string included, but without U+0000. `null`
 clears the name.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub name: crate::Patch<crate::generated::types::UpdateLinkRequestName>,
        /** The status to store; it cannot be `null`. `active` is refused with 400 where the link
 would still be expired after this update: move `expires_at` or `use_limit` in the same
 request.*/
        #[serde(
            default,
            deserialize_with = "crate::patch::deserialize_not_null",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub status: ::std::option::Option<LinkStatus>,
        /** How many sessions may be started in all. Must be greater than the current `uses`.
 `100.0` is the integer 100. A higher limit brings an automatically expired link back to
 its stored status. `null` removes the limit: unlimited sessions.*/
        #[serde(default, skip_serializing_if = "crate::Patch::is_absent")]
        pub use_limit: crate::Patch<i64>,
    }
    /**The display name. Any text, the empty string included, but without U+0000. `null`
clears the name.
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
            if PATTERN.find(value).is_none() {
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
}
#[derive(Clone, Debug)]
/**Client for AgentHuman Links API

A *link* puts a talking agent behind a URL that can be shared. This API manages those links.

**Three states.** In an update each field may be *absent* (stays as it is), `null` (is cleared)
or *set* to a value. Absent and `null` are never the same thing.

**All or nothing.** A refused request changes nothing, however many of its fields were fine.

**Order of the checks.** API key, rate limit, path, body, existence of the link, rules between
fields. The first check that fails gives the answer.

**Errors.** Every refusal has the shape of `ErrorResponse`. Where the caller can mend the
request, `error.suggestion` says how.


Version: 1.0.0*/
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
        "1.0.0"
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
    /**Update a link

Changes the fields that the body carries and answers the link as it is afterwards. `{}` is
a valid update that changes nothing. Two updates of one link at once are applied one after
the other; no field of either is lost.


Sends a `PUT` request to `/v1/links/{link_id}`

Arguments:
- `link_id`: The link to update.
- `body`: The fields to change. At most 65536 bytes. A field that the schema does not name, or one
that appears twice, refuses the whole request.

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
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    #[allow(unused_imports)]
    pub use super::Client;
}
/// The service of the contract.
pub(crate) const SERVICE: crate::operation::Service = crate::operation::Service {
    base_url: "https://api.agenthuman.com",
    api_key_header: "x-api-key",
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
/// `PUT /v1/links/{link_id}`
pub const UPDATE_LINK: crate::operation::Operation = crate::operation::Operation {
    id: "update_link",
    method: "PUT",
    path: "/v1/links/{link_id}",
};
impl crate::Client {
    /** Update a link

 Changes the fields that the body carries and answers the link as it is afterwards. `{}` is
 a valid update that changes nothing. Two updates of one link at once are applied one after
 the other; no field of either is lost.*/
    ///
    /// `send` reports arguments that the contract does not allow.
    pub fn update_link(
        &self,
        link_id: impl crate::Argument<types::LinkId>,
    ) -> UpdateLink<'_> {
        UpdateLink {
            client: self,
            link_id: crate::argument::convert("link_id", link_id),
            body: Default::default(),
            invalid: Default::default(),
        }
    }
}
/// A request builder for `update_link`. [`Self::send`] sends the request.
#[must_use = "only `send` sends the request"]
#[derive(Debug)]
pub struct UpdateLink<'a> {
    client: &'a crate::Client,
    link_id: crate::Result<types::LinkId>,
    body: types::UpdateLinkRequest,
    invalid: crate::argument::InvalidArguments,
}
impl UpdateLink<'_> {
    /** When the link expires: an RFC 3339 timestamp, stored to the microsecond and answered in
 UTC. A time in the past is accepted and expires the link at once; a later one brings
 an automatically expired link back to its stored status. `null` removes the expiry:
 the link never expires.*/
    pub fn expires_at(
        mut self,
        expires_at: impl crate::Argument<::chrono::DateTime<::chrono::offset::Utc>>,
    ) -> Self {
        let value = crate::argument::convert("expires_at", expires_at);
        if let Some(value) = self.invalid.record("expires_at", value) {
            self.body.expires_at = crate::Patch::Value(value);
        }
        self
    }
    /// Sets `expires_at` to the time after `duration` from now.
    ///
    /// The time is computed by this call, so that a retry sends the same time.
    pub fn expires_in(mut self, duration: ::std::time::Duration) -> Self {
        let time = self.client.time_after(duration);
        let value = crate::argument::check_time("expires_at", time);
        if let Some(value) = self.invalid.record("expires_at", value) {
            self.body.expires_at = crate::Patch::Value(value);
        }
        self
    }
    /// Clears `expires_at` by sending `null`.
    pub fn clear_expires_at(mut self) -> Self {
        self.invalid.clear("expires_at");
        self.body.expires_at = crate::Patch::Null;
        self
    }
    /** The display name. Any text, the empty string included, but without U+0000. `null`
 clears the name.*/
    pub fn name(
        mut self,
        name: impl crate::Argument<crate::generated::types::UpdateLinkRequestName>,
    ) -> Self {
        let value = crate::argument::convert("name", name);
        if let Some(value) = self.invalid.record("name", value) {
            self.body.name = crate::Patch::Value(value);
        }
        self
    }
    /// Clears `name` by sending `null`.
    pub fn clear_name(mut self) -> Self {
        self.invalid.clear("name");
        self.body.name = crate::Patch::Null;
        self
    }
    /** The status to store; it cannot be `null`. `active` is refused with 400 where the link
 would still be expired after this update: move `expires_at` or `use_limit` in the same
 request.*/
    pub fn status(mut self, status: impl crate::Argument<types::LinkStatus>) -> Self {
        let value = crate::argument::convert("status", status);
        if let Some(value) = self.invalid.record("status", value) {
            self.body.status = Some(value);
        }
        self
    }
    /** How many sessions may be started in all. Must be greater than the current `uses`.
 `100.0` is the integer 100. A higher limit brings an automatically expired link back to
 its stored status. `null` removes the limit: unlimited sessions.*/
    pub fn use_limit(mut self, use_limit: impl crate::Argument<i64>) -> Self {
        let value = crate::argument::convert("use_limit", use_limit);
        if let Some(value) = self.invalid.record("use_limit", value) {
            self.body.use_limit = crate::Patch::Value(value);
        }
        self
    }
    /// Clears `use_limit` by sending `null`.
    pub fn clear_use_limit(mut self) -> Self {
        self.invalid.clear("use_limit");
        self.body.use_limit = crate::Patch::Null;
        self
    }
    /// Returns the request body.
    pub fn request(&self) -> &types::UpdateLinkRequest {
        &self.body
    }
    /// Replaces the whole request body.
    pub fn with_request(mut self, request: types::UpdateLinkRequest) -> Self {
        self.body = request;
        self.invalid = Default::default();
        self
    }
    /// Sends the request.
    ///
    /// # Errors
    ///
    /// An invalid argument, or a body without any field, is rejected before the request
    /// is sent. See [`crate::Error`] for all other errors.
    pub async fn send(self) -> crate::Result<types::Link> {
        self.send_with_response().await.map(crate::Response::into_value)
    }
    /// Sends the request and returns the response with its metadata: status, headers,
    /// request id and rate limit.
    ///
    /// # Errors
    ///
    /// The same as those of [`Self::send`].
    pub async fn send_with_response(
        self,
    ) -> crate::Result<crate::Response<types::Link>> {
        let client = self.client;
        let (link_id, body) = self.check()?;
        let (client, call) = start_call(client, &UPDATE_LINK);
        let result = client.update_link(&link_id, &body).await;
        Ok(call.finish(result)?.map(|response| response.link))
    }
    /// Returns the arguments and the body, if the contract allows them.
    fn check(self) -> crate::Result<(types::LinkId, types::UpdateLinkRequest)> {
        let link_id = self.link_id?;
        self.invalid.check()?;
        crate::argument::check_year("expires_at", self.body.expires_at.value())?;
        crate::argument::check_known(
            "status",
            self.body.status.as_ref().is_some_and(|value| value.is_unknown()),
        )?;
        crate::argument::check_range(
            "use_limit",
            self.body.use_limit.value(),
            1i64..=9007199254740991i64,
        )?;
        if self.body == Default::default() {
            return Err(crate::Error::empty_body());
        }
        Ok((link_id, self.body))
    }
}
/// The generated part of the public API.
pub mod public {
    pub use super::types::{
        Agent, AuthMethod, Link, LinkId, LinkStatus, UpdateLinkRequest,
        UpdateLinkRequestName, VoiceAgent,
    };
    pub use super::types::error::ConversionError;
    pub use super::UpdateLink;
}
impl types::AuthMethod {
    /// Returns true if this version of the contract does not know the value.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}
impl TryFrom<&String> for types::AuthMethod {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, Self::Error> {
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
    fn try_from(text: &String) -> Result<Self, Self::Error> {
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
    /// Returns true if this version of the contract does not know the value.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}
impl TryFrom<&String> for types::LinkStatus {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, Self::Error> {
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
impl ::std::fmt::Display for types::UpdateLinkRequestName {
    fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        formatter.write_str(self.as_ref())
    }
}
impl TryFrom<&String> for types::UpdateLinkRequestName {
    type Error = types::error::ConversionError;
    fn try_from(text: &String) -> Result<Self, Self::Error> {
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
/// The commands of the command line.
#[cfg(feature = "cli")]
pub(crate) const COMMANDS: &[crate::cli::command::Command] = &[
    crate::cli::command::Command {
        operation: &UPDATE_LINK,
        summary: "Update a link",
        description: "Changes the fields that the body carries and answers the link as it is afterwards. `{}` is\na valid update that changes nothing. Two updates of one link at once are applied one after\nthe other; no field of either is lost.",
        parameters: &[
            crate::cli::command::Parameter {
                name: "link_id",
                help: "The link to update.",
            },
        ],
        fields: &[
            crate::cli::command::Field {
                name: "expires_at",
                help: "When the link expires: an RFC 3339 timestamp, stored to the microsecond and answered in\nUTC. A time in the past is accepted and expires the link at once; a later one brings\nan automatically expired link back to its stored status. `null` removes the expiry:\nthe link never expires.",
                kind: crate::cli::command::ValueKind::Time,
                values: &[],
                clearable: true,
            },
            crate::cli::command::Field {
                name: "name",
                help: "The display name. Any text, the empty string included, but without U+0000. `null`\nclears the name.",
                kind: crate::cli::command::ValueKind::Text,
                values: &[],
                clearable: true,
            },
            crate::cli::command::Field {
                name: "status",
                help: "The status to store; it cannot be `null`. `active` is refused with 400 where the link\nwould still be expired after this update: move `expires_at` or `use_limit` in the same\nrequest.",
                kind: crate::cli::command::ValueKind::Text,
                values: &["active", "paused", "expired"],
                clearable: false,
            },
            crate::cli::command::Field {
                name: "use_limit",
                help: "How many sessions may be started in all. Must be greater than the current `uses`.\n`100.0` is the integer 100. A higher limit brings an automatically expired link back to\nits stored status. `null` removes the limit: unlimited sessions.",
                kind: crate::cli::command::ValueKind::Integer,
                values: &[],
                clearable: true,
            },
        ],
        run: |client, parameters, fields, is_dry_run| Box::pin(async move {
            let mut request = client.update_link(parameters[0usize].as_str());
            for (field, text) in fields {
                request = match (field.as_str(), text.as_deref()) {
                    ("expires_at", Some(text)) => {
                        request
                            .expires_at(
                                crate::cli::command::parse_time("expires_at", text)?,
                            )
                    }
                    ("expires_at", None) => request.clear_expires_at(),
                    ("name", Some(text)) => request.name(text.to_owned()),
                    ("name", None) => request.clear_name(),
                    ("status", Some(text)) => request.status(text.to_owned()),
                    ("use_limit", Some(text)) => {
                        request
                            .use_limit(
                                crate::cli::command::parse::<i64>("use_limit", text)?,
                            )
                    }
                    ("use_limit", None) => request.clear_use_limit(),
                    _ => request,
                };
            }
            if is_dry_run {
                let (_, body) = request.check()?;
                let body = crate::cli::command::to_json(&body);
                return Ok(crate::cli::command::Outcome::DryRun(body));
            }
            let response = request.send_with_response().await?;
            let response = response.map(|value| crate::cli::command::to_json(&value));
            Ok(crate::cli::command::Outcome::Sent(response))
        }),
    },
];
