//! A response as it was received, before its body is parsed.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use reqwest::{ResponseBuilderExt, Url};
use serde::Deserialize;

use crate::json_integers;
use crate::rate_limit_headers::RateLimitHeaders;

/// The header that identifies a response in the log of the server.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// The greatest length of a body that is read.
///
/// A body of the API has a few hundred bytes per item; the limit protects the memory of the client.
pub(crate) const MAX_BODY_BYTES: usize = 16 << 20;

/// A response as it was received.
#[derive(Clone, Debug)]
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The part of the body that was received.
    pub(crate) body: Bytes,
    pub(crate) body_end: BodyEnd,
    pub(crate) rate_limit: RateLimitHeaders,
}

/// The state in which reading a body ended.
#[derive(Clone, Debug)]
pub(crate) enum BodyEnd {
    Complete,
    /// The body is longer than [`MAX_BODY_BYTES`]; the rest was not read.
    TooLong,
    Broken(Arc<reqwest::Error>),
}

impl RawResponse {
    /// Reads the body of a response to its end or to the limit.
    pub(crate) async fn read(
        mut response: reqwest::Response,
        rate_limit: RateLimitHeaders,
    ) -> Self {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        // Most bodies are one chunk, which needs no copy. `longer` has a body of several chunks.
        let (mut first, mut longer) = (Bytes::new(), BytesMut::new());
        let body_end = loop {
            let length = first.len().max(longer.len());
            match response.chunk().await {
                Ok(Some(chunk)) if length + chunk.len() > MAX_BODY_BYTES => {
                    break BodyEnd::TooLong;
                }
                Ok(Some(chunk)) if length == 0 => first = chunk,
                Ok(Some(chunk)) => {
                    if longer.is_empty() {
                        longer.extend_from_slice(&first);
                    }
                    longer.extend_from_slice(&chunk);
                }
                Ok(None) => break BodyEnd::Complete,
                Err(error) => break BodyEnd::Broken(Arc::new(error.without_url())),
            }
        };
        let body = if longer.is_empty() { first } else { longer.freeze() };
        RawResponse { status, headers, body, body_end, rate_limit }
    }

    /// Returns true if the whole body was read.
    pub(crate) fn is_complete(&self) -> bool {
        matches!(self.body_end, BodyEnd::Complete)
    }

    /// Returns true if the connection broke in the middle of the body.
    pub(crate) fn is_broken(&self) -> bool {
        matches!(self.body_end, BodyEnd::Broken(_))
    }

    /// Returns true if the body says that the request has failed, whatever the status says.
    pub(crate) fn is_failure(&self) -> bool {
        #[derive(Deserialize)]
        struct Outcome {
            success: bool,
        }
        // A body without this property has no such statement. Most bodies do not even have the word, and
        // are not parsed here.
        matches!(self.body_end, BodyEnd::Complete)
            && self.body.windows(5).any(|word| word == b"false")
            && serde_json::from_slice::<Outcome>(&self.body).is_ok_and(|outcome| !outcome.success)
    }

    /// Returns true if the content type is JSON or missing.
    pub(crate) fn is_json(&self) -> bool {
        let Some(value) = self.headers.get(CONTENT_TYPE) else { return true };
        let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        let essence = essence.trim().to_ascii_lowercase();
        essence.ends_with("/json") || essence.ends_with("+json")
    }
}

/// The URL of the responses that progenitor reads. Without it reqwest parses one for each response.
static NO_URL: LazyLock<Option<Url>> = LazyLock::new(|| Url::parse("http://localhost").ok());

/// Returns the response again in the form that progenitor's generated code reads, which is the status and
/// the body.
impl From<&RawResponse> for reqwest::Response {
    fn from(raw: &RawResponse) -> Self {
        let body = match raw.is_json() {
            true => match json_integers::rewritten(&raw.body) {
                Cow::Borrowed(_) => raw.body.clone(),
                Cow::Owned(rewritten) => rewritten.into(),
            },
            false => raw.body.clone(),
        };
        let response = http::Response::builder().status(raw.status);
        let response = match &*NO_URL {
            Some(url) => response.url(url.clone()),
            None => response,
        };
        response.body(body).unwrap_or_default().into()
    }
}
