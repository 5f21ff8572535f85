//! Extractors that never fail.
//!
//! Dropshot runs all extractors of an operation together and before its handler, and answers the
//! first failure in a shape of its own, without headers. The contract has an order of checks and
//! one shape of error. So these extractors only take hold of their part of the request, describe
//! it in the emitted document as Dropshot's own do, and leave it to the handler to read it.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, Body, ExclusiveExtractor, ExtensionMode, ExtractorMetadata, Header,
    HttpError, Path, Query, RequestContext, ServerContext, SharedExtractor, TypedBody,
};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::json::{self, InvalidRequest};

/// A body that is too large is read to its end up to this many bytes: most clients read the answer
/// only after they have sent their body, and would see a broken connection instead.
const DISCARDED_BODY_BYTES: usize = 32 * 1024 * 1024;

/// The parameters of the path.
#[derive(Debug)]
pub struct PathParameters<P> {
    texts: BTreeMap<String, String>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> PathParameters<P> {
    /// Checks the parameters against the contract.
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

/// The parameters of the query.
#[derive(Debug)]
pub struct QueryParameters<P> {
    texts: Vec<(String, String)>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> QueryParameters<P> {
    /// Checks the parameters against the contract.
    pub fn read(self) -> Result<P, InvalidRequest> {
        json::from_texts(self.texts)
    }
}

#[async_trait]
impl<P: JsonSchema + DeserializeOwned + Send + Sync + 'static> SharedExtractor
    for QueryParameters<P>
{
    async fn from_request<C: ServerContext>(rqctx: &RequestContext<C>) -> Result<Self, HttpError> {
        let query = rqctx.request.uri().query().unwrap_or_default();
        let texts = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Ok(QueryParameters { texts, parameters: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        <Query<P> as SharedExtractor>::metadata(content_type)
    }
}

/// Query parameters that name a page, as the extension `x-dropshot-pagination` says.
pub trait Page {
    /// The extension's value, as JSON.
    const EXTENSION: &'static str;
}

/// The parameters of the query of an operation that answers page by page.
#[derive(Debug)]
pub struct PageParameters<P>(QueryParameters<P>);

impl<P: DeserializeOwned> PageParameters<P> {
    /// Checks the parameters against the contract.
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

/// The headers of the request that the contract names.
#[derive(Debug)]
pub struct HeaderParameters<P> {
    texts: Vec<(String, String)>,
    parameters: PhantomData<fn() -> P>,
}

impl<P: DeserializeOwned> HeaderParameters<P> {
    /// Checks the headers against the contract.
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
            // A header that is repeated is one list, as RFC 9110 has it.
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

/// A JSON body that has not been read yet.
#[derive(Debug)]
pub struct JsonBody<T> {
    request: hyper::Request<Body>,
    body: PhantomData<fn() -> T>,
}

/// Why a body was not accepted.
#[derive(Debug)]
pub enum BodyError {
    /// It is not declared as JSON; the declared media type, empty where there is none.
    UnsupportedMediaType(String),
    /// It is larger than this many bytes.
    TooLarge(usize),
    /// It is not what the contract says.
    Invalid(InvalidRequest),
    /// The connection broke before the body was complete.
    Incomplete,
}

impl<T: DeserializeOwned> JsonBody<T> {
    /// Reads the body and checks it against the contract.
    pub async fn read(self, max_bytes: usize) -> Result<T, BodyError> {
        let (bytes, media_type) = receive(self.request, max_bytes).await?;
        // Where nothing was sent at all, the missing body is the mistake, not its missing type.
        let nothing = bytes.is_empty() && media_type.is_empty();
        if !nothing && !media_type.eq_ignore_ascii_case(dropshot::CONTENT_TYPE_JSON) {
            return Err(BodyError::UnsupportedMediaType(media_type));
        }
        json::from_slice(&bytes).map_err(BodyError::Invalid)
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

/// A form (`application/x-www-form-urlencoded`) that has not been read yet.
#[derive(Debug)]
pub struct FormBody<T> {
    request: hyper::Request<Body>,
    body: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> FormBody<T> {
    /// Reads the form and checks it against the contract.
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

/// The bytes of a body, and the media type that it is declared as, without its parameters.
async fn receive(
    request: hyper::Request<Body>,
    max_bytes: usize,
) -> Result<(Vec<u8>, String), BodyError> {
    let (parts, mut body) = request.into_parts();
    let declared = parts.headers.get(CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let mut bytes = Vec::new();
    let mut received: usize = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        received = received.saturating_add(data.len());
        if received <= max_bytes {
            bytes.extend_from_slice(&data);
        } else if received.max(declared.unwrap_or(0)) > DISCARDED_BODY_BYTES {
            break;
        }
    }
    if received > max_bytes {
        return Err(BodyError::TooLarge(max_bytes));
    }
    let media_type = parts.headers.get(CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    let media_type = String::from_utf8_lossy(media_type);
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    Ok((bytes, essence.to_owned()))
}

/// Declares the extractor of an API key that the contract wants in a header.
#[macro_export]
macro_rules! api_key_header {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident = $header:literal;
    ) => {
        $(#[doc = $doc])*
        ///
        /// The extractor holds what the request carries, `None` where there is no such header;
        /// whether the key is good is for the handler to find out.
        pub struct $name(Option<String>);

        impl $name {
            /// The header that carries the key.
            pub const HEADER: &'static str = $header;

            /// The key as it was sent.
            pub fn secret(&self) -> Option<&str> {
                self.0.as_deref()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let shown = if self.0.is_some() { "(redacted)" } else { "(none)" };
                write!(formatter, "{}{shown}", stringify!($name))
            }
        }

        const _: () = {
            /// What the emitted document says of the header.
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
                    let header = rqctx.request.headers().get($header);
                    let text = header.map(|value| String::from_utf8_lossy(value.as_bytes()));
                    Ok($name(text.map(|text| text.into_owned())))
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
