//! Extractors of the credentials of a request: API keys, tokens, and user names with passwords.
//!
//! An extractor holds what the client sent. It does not check it: the handler does. `Debug` shows no
//! secret.
//!
//! | macro | reads |
//! |---|---|
//! | [`api_key_header!`](crate::api_key_header) | an API key in a header |
//! | [`credential!`](crate::credential) | an API key in the query or a cookie, or an `Authorization` |
//! | [`credentials!`](crate::credentials) | those of an operation with alternatives or combinations |

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dropshot::{
    ApiEndpointBodyContentType, ApiEndpointParameter, ApiEndpointParameterLocation, ExtensionMode,
    ExtractorMetadata, Header, RequestInfo, SharedExtractor,
};
use http::header::{AUTHORIZATION, COOKIE};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// The part of a request from which a credential is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The header with this name.
    Header(&'static str),
    /// The query parameter with this name.
    Query(&'static str),
    /// The cookie with this name.
    Cookie(&'static str),
    /// The `Authorization` header with this scheme, such as `Bearer`.
    Authorization(&'static str),
}

impl Source {
    /// Returns the parameter that the emitted document shows. It cannot show a cookie.
    fn parameter(self) -> Option<(ApiEndpointParameterLocation, &'static str)> {
        match self {
            Source::Header(name) => Some((ApiEndpointParameterLocation::Header, name)),
            Source::Query(name) => Some((ApiEndpointParameterLocation::Query, name)),
            Source::Authorization(_) => {
                Some((ApiEndpointParameterLocation::Header, "authorization"))
            }
            Source::Cookie(_) => None,
        }
    }

    /// Returns the values that a request has here. A repeated header or parameter has several.
    pub fn values(self, request: &RequestInfo) -> Vec<String> {
        match self {
            Source::Header(name) => header_values(request, name),
            Source::Query(name) => {
                let query = request.uri().query().unwrap_or_default();
                let pairs = form_urlencoded::parse(query.as_bytes());
                pairs.filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
            }
            Source::Cookie(name) => {
                let cookies = header_values(request, COOKIE.as_str());
                let pairs = cookies.iter().flat_map(|line| line.split(';'));
                let pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
                pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).collect()
            }
            Source::Authorization(scheme) => {
                let values = header_values(request, AUTHORIZATION.as_str());
                let secrets = values.iter().filter_map(|value| {
                    let (sent, secret) = value.trim().split_once(' ')?;
                    sent.eq_ignore_ascii_case(scheme).then(|| secret.trim().to_owned())
                });
                secrets.collect()
            }
        }
    }
}

/// Returns the values of a header.
pub fn header_values(request: &RequestInfo, name: &str) -> Vec<String> {
    let values = request.headers().get_all(name).iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

/// A credential of one security scheme.
pub trait Credential: Sized {
    /// The part of the request from which it is read.
    const SOURCE: Source;

    /// The description of the scheme.
    const DESCRIPTION: &'static str;

    /// Reads the credential of a request.
    fn of(request: &RequestInfo) -> Self;

    /// Returns true if the client sent it.
    fn is_sent(&self) -> bool;
}

/// Returns the metadata of credentials, for the emitted document: the parameter that each one is read
/// from, and true if every request needs it. Of several in one parameter, the first one counts.
pub fn metadata(
    credentials: &[(Source, &str, bool)],
    content_type: &ApiEndpointBodyContentType,
) -> ExtractorMetadata {
    /// A parameter that is a string: Dropshot's type of schemas has no public constructor.
    #[derive(Deserialize, JsonSchema)]
    struct Template {
        #[allow(dead_code, reason = "read by schemars, to describe the parameter")]
        text: String,
    }

    let mut parameters: Vec<ApiEndpointParameter> = Vec::new();
    let mut shown = Vec::new();
    for (source, description, is_required) in credentials {
        let Some((location, name)) = source.parameter() else { continue };
        let key = (format!("{location:?}"), name.to_ascii_lowercase());
        if shown.contains(&key) {
            continue;
        }
        shown.push(key);
        let template = <Header<Template> as SharedExtractor>::metadata(content_type.clone());
        let Some(template) = template.parameters.into_iter().next() else { continue };
        let description = description.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        parameters.push(ApiEndpointParameter::new_named(
            &location,
            name.to_owned(),
            Some(description.trim().to_owned()).filter(|text| !text.is_empty()),
            *is_required,
            template.schema,
            Vec::new(),
        ));
    }
    ExtractorMetadata { extension_mode: ExtensionMode::None, parameters }
}

/// The query parameter of an API key, in a struct of query parameters: the credentials read it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InQuery;

impl<'de> Deserialize<'de> for InQuery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| InQuery)
    }
}

/// Returns the user name and the password of HTTP basic authentication (RFC 7617), given what follows
/// `Basic` in the header.
///
/// ```
/// use agenthuman_server_runtime::credentials::basic;
///
/// let (user, password) = basic("YW5uOnNlY3JldA==").unwrap();
/// assert_eq!((user.as_str(), password.as_str()), ("ann", "secret"));
/// assert!(basic("YW5u").is_none());
/// ```
pub fn basic(secret: &str) -> Option<(String, String)> {
    let bytes = BASE64_STANDARD.decode(secret).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Declares the extractor of a credential.
///
/// ```
/// use agenthuman_server_runtime::credentials::{Credential, Source};
///
/// agenthuman_server_runtime::credential! {
///     /// The token of a reader.
///     pub struct ReaderToken = Authorization("Bearer");
/// }
///
/// assert_eq!(ReaderToken::SOURCE, Source::Authorization("Bearer"));
/// ```
#[macro_export]
macro_rules! credential {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident = $source:ident($argument:literal);
    ) => {
        $(#[doc = $doc])*
        ///
        /// The extractor holds what the client sent. It does not check it: the handler does.
        pub struct $name(Vec<String>);

        impl $name {
            /// Returns the secret that the client sent, if it sent exactly one.
            pub fn secret(&self) -> Option<&str> {
                match self.0.as_slice() {
                    [secret] => Some(secret),
                    _ => None,
                }
            }

            /// Returns true if the request has it more than once.
            pub fn is_repeated(&self) -> bool {
                self.0.len() > 1
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let shown = if self.0.is_empty() { "(none)" } else { "(redacted)" };
                write!(formatter, "{}{shown}", stringify!($name))
            }
        }

        impl $crate::credentials::Credential for $name {
            const SOURCE: $crate::credentials::Source =
                $crate::credentials::Source::$source($argument);
            const DESCRIPTION: &'static str = concat!($($doc, "\n"),*);

            fn of(request: &dropshot::RequestInfo) -> Self {
                $name(Self::SOURCE.values(request))
            }

            fn is_sent(&self) -> bool {
                !self.0.is_empty()
            }
        }

        #[async_trait::async_trait]
        impl dropshot::SharedExtractor for $name {
            async fn from_request<C: dropshot::ServerContext>(
                rqctx: &dropshot::RequestContext<C>,
            ) -> Result<Self, dropshot::HttpError> {
                Ok(<Self as $crate::credentials::Credential>::of(&rqctx.request))
            }

            fn metadata(
                content_type: dropshot::ApiEndpointBodyContentType,
            ) -> dropshot::ExtractorMetadata {
                use $crate::credentials::Credential;

                let shown = [(Self::SOURCE, Self::DESCRIPTION, true)];
                $crate::credentials::metadata(&shown, &content_type)
            }
        }
    };
}

/// Declares the extractor of an API key that is sent in a header.
///
/// ```
/// agenthuman_server_runtime::api_key_header! {
///     /// The key of a reader.
///     pub struct ReaderKey = "x-api-key";
/// }
///
/// assert_eq!(ReaderKey::HEADER, "x-api-key");
/// ```
#[macro_export]
macro_rules! api_key_header {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident = $header:literal;
    ) => {
        $crate::credential! {
            $(#[doc = $doc])*
            pub struct $name = Header($header);
        }

        impl $name {
            /// The name of the header.
            pub const HEADER: &'static str = $header;
        }
    };
}

/// Declares the extractor of the credentials of an operation that has alternatives or combinations.
///
/// Each field has `true` if every request needs it. `alternatives` lists the fields that are needed
/// together.
///
/// ```
/// # use agenthuman_server_runtime::{api_key_header, credential, credentials};
/// api_key_header! {
///     /// The key of a reader.
///     pub struct ReaderKey = "x-api-key";
/// }
///
/// credential! {
///     /// The token of a librarian.
///     pub struct Token = Authorization("Bearer");
/// }
///
/// credentials! {
///     /// Those of a reader, or of a librarian.
///     pub struct Visitor {
///         reader: ReaderKey = false,
///         librarian: Token = false,
///     }
///     alternatives = [reader], [librarian];
/// }
///
/// assert_eq!(Visitor::ALTERNATIVES, [&["reader"][..], &["librarian"]]);
/// ```
#[macro_export]
macro_rules! credentials {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $($(#[doc = $field_doc:literal])* $field:ident: $ty:ty = $required:literal,)*
        }
        alternatives = $([$($member:ident),*]),*;
    ) => {
        $(#[doc = $doc])*
        ///
        /// The extractor holds what the client sent. It does not check it: the handler does.
        #[derive(Debug)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $ty,)*
        }

        impl $name {
            /// The fields that are needed together, for each alternative.
            pub const ALTERNATIVES: &'static [&'static [&'static str]] =
                &[$(&[$(stringify!($member)),*]),*];

            /// Returns true if the client sent all that one of the alternatives needs.
            pub fn is_complete(&self) -> bool {
                $((true $(&& $crate::credentials::Credential::is_sent(&self.$member))*))||*
            }
        }

        #[async_trait::async_trait]
        impl dropshot::SharedExtractor for $name {
            async fn from_request<C: dropshot::ServerContext>(
                rqctx: &dropshot::RequestContext<C>,
            ) -> Result<Self, dropshot::HttpError> {
                let request = &rqctx.request;
                Ok($name { $($field: $crate::credentials::Credential::of(request),)* })
            }

            fn metadata(
                content_type: dropshot::ApiEndpointBodyContentType,
            ) -> dropshot::ExtractorMetadata {
                use $crate::credentials::Credential;

                let shown = [$((<$ty>::SOURCE, <$ty>::DESCRIPTION, $required),)*];
                $crate::credentials::metadata(&shown, &content_type)
            }
        }
    };
}
