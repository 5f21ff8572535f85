//! Extractors that never fail.
//!
//! Dropshot runs all extractors of an operation before its handler, and reports the first failure
//! with a body of its own and without headers. A contract may specify the order of the checks, the
//! error body and its headers. These extractors therefore only take their part of the request and
//! emit the same schema as Dropshot's own. The handler calls `read` on each, which checks it against
//! the contract.
//!
//! ```
//! use agenthuman_server_runtime::request::{JsonBody, PathParameters};
//! use dropshot::{HttpError, HttpResponseOk, RequestContext};
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct BookPath {
//!     isbn: String,
//! }
//!
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! struct Book {
//!     title: String,
//! }
//!
//! #[dropshot::endpoint { method = PUT, path = "/books/{isbn}" }]
//! async fn replace_book(
//!     rqctx: RequestContext<()>,
//!     path: PathParameters<BookPath>,
//!     body: JsonBody<Book>,
//! ) -> Result<HttpResponseOk<Book>, HttpError> {
//!     let bad_request = |message| HttpError::for_bad_request(None, message);
//!     let path = path.read().map_err(|error| bad_request(error.message))?;
//!     let book = body.read(65_536).await.map_err(|error| bad_request(format!("{error:?}")))?;
//!     println!("{}: {}", path.isbn, book.title);
//!     Ok(HttpResponseOk(book))
//! }
//! ```

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::time::Duration;

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, Body, ExclusiveExtractor, ExtensionMode, ExtractorMetadata, Header,
    HttpError, Path, Query, RequestContext, ServerContext, SharedExtractor, TypedBody,
};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use http::request::Parts;
use http_body_util::BodyExt;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::json::{self, InvalidRequest};

/// Limits of a body that is discarded although no operation needs it. Most clients read the response
/// only after they have sent their body; otherwise they would see a broken connection.
const MAX_DISCARDED_BODY_BYTES: usize = 32 * 1024 * 1024;
const DISCARD_TIME_LIMIT: Duration = Duration::from_secs(30);

/// Extractor of the path parameters.
#[derive(Debug)]
pub struct PathParameters<P> {
    texts: BTreeMap<String, String>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> PathParameters<P> {
    /// Reads the parameters and checks them against the contract.
    ///
    /// # Errors
    ///
    /// See [`json::from_texts`].
    pub fn read(self) -> Result<P, InvalidRequest> {
        json::from_texts(self.texts)
    }
}

#[async_trait]
impl<P: JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for PathParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        let texts = <Path<BTreeMap<String, String>> as SharedExtractor>::from_request(rqctx);
        let texts = texts.await?.into_inner();
        Ok(PathParameters { texts, parameters: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <Path<P> as SharedExtractor>::metadata(content_type)
    }
}

/// Extractor of the query parameters.
#[derive(Debug)]
pub struct QueryParameters<P> {
    texts: Vec<(String, String)>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> QueryParameters<P> {
    /// Reads the parameters and checks them against the contract.
    ///
    /// # Errors
    ///
    /// See [`json::from_texts`].
    pub fn read(self) -> Result<P, InvalidRequest> {
        json::from_texts(self.texts)
    }
}

#[async_trait]
impl<P: JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for QueryParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        Ok(QueryParameters { texts: query_texts(rqctx), parameters: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <Query<P> as SharedExtractor>::metadata(content_type)
    }
}

fn query_texts<C: ServerContext>(rqctx: &RequestContext<C>) -> Vec<(String, String)> {
    let query = rqctx.request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Rejects the query of an operation that has no query parameters. Otherwise `?dry_run=true` would
/// be ignored, and the operation carried out.
///
/// # Errors
///
/// The query is not empty.
pub fn reject_query<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<(), InvalidRequest> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NoParameters {}

    json::from_texts::<NoParameters>(query_texts(rqctx)).map(drop)
}

/// The query parameters of a paginated operation (`x-dropshot-pagination`).
pub trait Page {
    /// The value of the extension, as JSON.
    const EXTENSION: &'static str;
}

/// Extractor of the query parameters of a paginated operation.
#[derive(Debug)]
pub struct PageParameters<P>(QueryParameters<P>);

impl<P: DeserializeOwned> PageParameters<P> {
    /// Reads the parameters and checks them against the contract.
    ///
    /// # Errors
    ///
    /// See [`json::from_texts`].
    pub fn read(self) -> Result<P, InvalidRequest> {
        self.0.read()
    }
}

#[async_trait]
impl<P: Page + JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for PageParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        <QueryParameters<P> as SharedExtractor>::from_request(rqctx).await.map(PageParameters)
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        let extension = serde_json::from_str(P::EXTENSION).unwrap_or_default();
        ExtractorMetadata {
            extension_mode: ExtensionMode::Paginated(extension),
            ..<QueryParameters<P> as SharedExtractor>::metadata(content_type)
        }
    }
}

/// Extractor of the request headers that the contract defines.
#[derive(Debug)]
pub struct HeaderParameters<P> {
    texts: Vec<(String, String)>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> HeaderParameters<P> {
    /// Reads the headers and checks them against the contract.
    ///
    /// # Errors
    ///
    /// See [`json::from_texts`].
    pub fn read(self) -> Result<P, InvalidRequest> {
        json::from_texts(self.texts)
    }
}

#[async_trait]
impl<P: JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for HeaderParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        let headers = rqctx.request.headers();
        let texts = headers.keys().map(|name| {
            // The values of a repeated header form one list (RFC 9110 §5.3).
            let values =
                headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            let values: Vec<_> = values.collect();
            (name.as_str().to_owned(), values.join(", "))
        });
        Ok(HeaderParameters { texts: texts.collect(), parameters: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <Header<P> as SharedExtractor>::metadata(content_type)
    }
}

/// Extractor of a JSON body. The body is received when the handler calls `read`.
#[derive(Debug)]
pub struct JsonBody<T> {
    request: hyper::Request<Body>,
    body: PhantomData<fn() -> T>,
}

/// The reason why a request body was rejected.
#[derive(Debug)]
pub enum BodyError {
    /// The body has another media type, which is given here; empty if `Content-Type` is missing.
    UnsupportedMediaType(String),
    /// The body has this content encoding.
    UnsupportedContentEncoding(String),
    /// The body is larger than the limit, which is given here in bytes.
    TooLarge(usize),
    /// The body does not match the contract.
    Invalid(InvalidRequest),
    /// The connection failed before the body was complete.
    Incomplete,
}

impl<T: DeserializeOwned> JsonBody<T> {
    /// Receives a body of up to `max_bytes` bytes and checks it against the contract.
    ///
    /// # Errors
    ///
    /// See [`BodyError`].
    pub async fn read(self, max_bytes: usize) -> Result<T, BodyError> {
        let (bytes, media_type) = receive(self.request, max_bytes).await?;
        // Without a body and a media type, the missing body is the mistake to report.
        let is_missing = bytes.is_empty() && media_type.is_empty();
        if !is_missing && !media_type.eq_ignore_ascii_case(dropshot::CONTENT_TYPE_JSON) {
            return Err(BodyError::UnsupportedMediaType(media_type));
        }
        json::from_slice(&bytes).map_err(BodyError::Invalid)
    }
}

impl<T> JsonBody<T> {
    /// Discards the body in the background, so that a rejected request is answered at once.
    pub fn discard(self) {
        let (parts, body) = self.request.into_parts();
        discard(&parts, body);
    }
}

#[async_trait]
impl<T: JsonSchema + DeserializeOwned + Send + Sync + 'static> ExclusiveExtractor for JsonBody<T> {
    async fn from_request<C: ServerContext>(
        _rqctx: &RequestContext<C>,
        request: hyper::Request<Body>,
    ) -> Result<Self, HttpError> {
        Ok(JsonBody { request, body: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <TypedBody<T> as ExclusiveExtractor>::metadata(content_type)
    }
}

/// Extractor of a form (`application/x-www-form-urlencoded`). The body is received when the handler
/// calls `read`.
#[derive(Debug)]
pub struct FormBody<T> {
    request: hyper::Request<Body>,
    body: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> FormBody<T> {
    /// Receives a form of up to `max_bytes` bytes and checks it against the contract.
    ///
    /// # Errors
    ///
    /// See [`BodyError`].
    pub async fn read(self, max_bytes: usize) -> Result<T, BodyError> {
        let (bytes, media_type) = receive(self.request, max_bytes).await?;
        if !media_type.eq_ignore_ascii_case(dropshot::CONTENT_TYPE_URL_ENCODED) {
            return Err(BodyError::UnsupportedMediaType(media_type));
        }
        json::from_texts(form_urlencoded::parse(&bytes).into_owned()).map_err(BodyError::Invalid)
    }
}

#[async_trait]
impl<T: JsonSchema + DeserializeOwned + Send + Sync + 'static> ExclusiveExtractor for FormBody<T> {
    async fn from_request<C: ServerContext>(
        _rqctx: &RequestContext<C>,
        request: hyper::Request<Body>,
    ) -> Result<Self, HttpError> {
        Ok(FormBody { request, body: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <TypedBody<T> as ExclusiveExtractor>::metadata(content_type)
    }
}

/// Receives a body: its bytes, and its media type without parameters.
async fn receive(
    request: hyper::Request<Body>,
    max_bytes: usize,
) -> Result<(Vec<u8>, String), BodyError> {
    let (parts, mut body) = request.into_parts();
    let encodings = parts.headers.get_all(CONTENT_ENCODING).iter();
    let mut encodings = encodings.map(|value| String::from_utf8_lossy(value.as_bytes()));
    if let Some(encoding) = encodings.find(|value| !value.trim().eq_ignore_ascii_case("identity")) {
        let encoding = encoding.into_owned();
        discard(&parts, body);
        return Err(BodyError::UnsupportedContentEncoding(encoding));
    }
    let declared = parts.headers.get(CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let mut bytes = Vec::new();
    let mut is_too_large = declared.is_some_and(|length| length > max_bytes);
    while !is_too_large && let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        is_too_large = data.len() > max_bytes.saturating_sub(bytes.len());
        bytes.extend_from_slice(&data);
    }
    if is_too_large {
        discard(&parts, body);
        return Err(BodyError::TooLarge(max_bytes));
    }
    let media_type = parts.headers.get(CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    let media_type = String::from_utf8_lossy(media_type);
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    Ok((bytes, essence.to_owned()))
}

/// Reads the rest of a body in the background, within limits.
fn discard(parts: &Parts, mut body: Body) {
    // This client waits for the response before it sends the body.
    if parts.headers.contains_key(EXPECT) {
        return;
    }
    let read = async move {
        let mut received: usize = 0;
        while let Some(Ok(frame)) = body.frame().await {
            received = received.saturating_add(frame.data_ref().map_or(0, |data| data.len()));
            if received > MAX_DISCARDED_BODY_BYTES {
                return;
            }
        }
    };
    tokio::spawn(tokio::time::timeout(DISCARD_TIME_LIMIT, read));
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
        $(#[doc = $doc])*
        ///
        /// The extractor holds the values of the header. It does not check the key: the handler does.
        pub struct $name(Vec<String>);

        impl $name {
            /// The name of the header.
            pub const HEADER: &'static str = $header;

            /// Returns the key that the client sent, if it sent exactly one.
            pub fn secret(&self) -> Option<&str> {
                match self.0.as_slice() {
                    [secret] => Some(secret),
                    _ => None,
                }
            }

            /// Returns true if the request has the header more than once.
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

        const _: () = {
            /// The header in the emitted document.
            #[derive(serde::Deserialize, schemars::JsonSchema)]
            struct Parameter {
                $(#[doc = $doc])*
                #[serde(rename = $header)]
                #[allow(dead_code, reason = "read by schemars, to describe the header")]
                key: String,
            }

            #[async_trait::async_trait]
            impl dropshot::SharedExtractor for $name {
                async fn from_request<C: dropshot::ServerContext>(
                    rqctx: &dropshot::RequestContext<C>,
                ) -> Result<Self, dropshot::HttpError> {
                    let values = rqctx.request.headers().get_all($header).iter();
                    let texts = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
                    Ok($name(texts.map(|text| text.into_owned()).collect()))
                }

                fn metadata(
                    content_type: dropshot::ApiEndpointBodyContentType,
                ) -> dropshot::ExtractorMetadata {
                    <dropshot::Header<Parameter> as dropshot::SharedExtractor>::metadata(content_type)
                }
            }
        };
    };
}
