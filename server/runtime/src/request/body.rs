//! Extractors of a body, which receive it when the handler calls `read`.

use std::marker::PhantomData;
use std::time::Duration;

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, Body, ExclusiveExtractor, ExtractorMetadata, HttpError,
    RequestContext, ServerContext, TypedBody,
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
        json::from_form(&bytes).map_err(BodyError::Invalid)
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

/// Extractor of a body that may be absent: a request without content and without `Content-Type`.
#[derive(Debug)]
pub struct OptionalBody<B>(Option<B>);

impl<B> OptionalBody<B> {
    /// Returns the extractor of the body, if there is one.
    pub fn present(self) -> Option<B> {
        self.0
    }
}

#[async_trait]
impl<B: ExclusiveExtractor + Send> ExclusiveExtractor for OptionalBody<B> {
    async fn from_request<C: ServerContext>(
        rqctx: &RequestContext<C>,
        request: hyper::Request<Body>,
    ) -> Result<Self, HttpError> {
        let has_type = request.headers().contains_key(CONTENT_TYPE);
        if !has_type && hyper::body::Body::is_end_stream(request.body()) {
            return Ok(OptionalBody(None));
        }
        B::from_request(rqctx, request).await.map(Some).map(OptionalBody)
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        B::metadata(content_type)
    }
}

/// Receives a body: its bytes, and its media type without parameters.
async fn receive(
    request: hyper::Request<Body>,
    max_bytes: usize,
) -> Result<(Vec<u8>, String), BodyError> {
    let (bytes, content_type) = receive_with_parameters(request, max_bytes).await?;
    Ok((bytes, essence(&content_type).to_owned()))
}

/// Returns a media type without its parameters.
pub(super) fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// Receives a body: its bytes, and its `Content-Type`.
pub(super) async fn receive_with_parameters(
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
    Ok((bytes, String::from_utf8_lossy(media_type).into_owned()))
}

/// Reads the rest of a body in the background, within limits.
pub(super) fn discard(parts: &Parts, mut body: Body) {
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
