//! A body in one of several media types, or in one that is neither JSON nor a form.

use std::marker::PhantomData;

use async_trait::async_trait;
use dropshot::{
    ApiEndpointBodyContentType, Body, ExclusiveExtractor, ExtractorMetadata, HttpError,
    RequestContext, ServerContext,
};

use super::body::{BodyError, discard, essence, receive_with_parameters};
use crate::json::InvalidRequest;

/// The contents of a body, as the client sent them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawContent {
    /// The `Content-Type`, with its parameters.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The type of a body in one of several media types.
pub trait RequestContent: Sized {
    /// The extractor that the emitted document describes. Dropshot describes one media type.
    type Emitted: ExclusiveExtractor;

    /// Reads a body of a media type, which is in lower case and without parameters. Returns `None` if
    /// the contract does not have the media type.
    fn from_content(media_type: &str, content: RawContent) -> Option<Result<Self, InvalidRequest>>;
}

/// Extractor of a body in one of several media types. The body is received when the handler calls
/// `read`.
#[derive(Debug)]
pub struct ContentBody<T> {
    request: hyper::Request<Body>,
    content: PhantomData<fn() -> T>,
}

impl<T: RequestContent> ContentBody<T> {
    /// Receives a body of up to `max_bytes` bytes and checks it against the contract.
    ///
    /// # Errors
    ///
    /// See [`BodyError`].
    pub async fn read(self, max_bytes: usize) -> Result<T, BodyError> {
        let (bytes, content_type) = receive_with_parameters(self.request, max_bytes).await?;
        let sent = essence(&content_type).to_owned();
        let content = RawContent { content_type, bytes };
        match T::from_content(&sent.to_ascii_lowercase(), content) {
            Some(read) => read.map_err(BodyError::Invalid),
            None => Err(BodyError::UnsupportedMediaType(sent)),
        }
    }

    /// Discards the body in the background, so that a rejected request is answered at once.
    pub fn discard(self) {
        let (parts, body) = self.request.into_parts();
        discard(&parts, body);
    }
}

#[async_trait]
impl<T: RequestContent + Send + Sync + 'static> ExclusiveExtractor for ContentBody<T> {
    async fn from_request<C: ServerContext>(
        _rqctx: &RequestContext<C>,
        request: hyper::Request<Body>,
    ) -> Result<Self, HttpError> {
        Ok(ContentBody { request, content: PhantomData })
    }

    fn metadata(content_type: ApiEndpointBodyContentType) -> ExtractorMetadata {
        T::Emitted::metadata(content_type)
    }
}
