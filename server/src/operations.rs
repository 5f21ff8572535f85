//! The second address, for those who run the server: is it alive, is it ready, what does it count.
//!
//! On an address of its own, so that it can be kept from those who may only call the API.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use slog::{Logger, warn};
use tokio::time::timeout;

use crate::context::Context;
use crate::metrics::Metrics;

/// Less than those who ask wait for an answer.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

const TEXT: &str = "text/plain; charset=utf-8";
/// As its specification has it.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers operators.
#[derive(Clone)]
pub(crate) struct Operations {
    pub(crate) context: Arc<Context>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) log: Logger,
    /// Set once the server was told to stop: whoever spreads requests is to look elsewhere.
    pub(crate) closing: Arc<AtomicBool>,
}

impl hyper::service::Service<Request<Incoming>> for Operations {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let operations = self.clone();
        Box::pin(async move { Ok(operations.answer(&request).await) })
    }
}

impl Operations {
    async fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path();
        if !matches!(path, "/healthz" | "/readyz" | "/metrics") {
            return response(StatusCode::NOT_FOUND, TEXT, "/healthz, /readyz, /metrics\n");
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return response(StatusCode::METHOD_NOT_ALLOWED, TEXT, "GET or HEAD\n");
        }
        match path {
            // that it answers is the answer
            "/healthz" => response(StatusCode::OK, TEXT, "alive\n"),
            "/readyz" => self.ready().await,
            _ => match self.metrics.text() {
                Ok(text) => response(StatusCode::OK, OPEN_METRICS, text),
                Err(_) => response(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "failed\n"),
            },
        }
    }

    /// Whether the store answers; the log has the reason, which may name hosts and paths.
    async fn ready(&self) -> Response<Full<Bytes>> {
        if self.closing.load(Ordering::Relaxed) {
            return response(StatusCode::SERVICE_UNAVAILABLE, TEXT, "stopping\n");
        }
        let cause = match timeout(READY_TIMEOUT, self.context.ready()).await {
            Ok(Ok(())) => return response(StatusCode::OK, TEXT, "ready\n"),
            Ok(Err(error)) => error.cause(),
            Err(late) => late.to_string(),
        };
        warn!(self.log, "not ready"; "cause" => cause);
        response(StatusCode::SERVICE_UNAVAILABLE, TEXT, "the store does not answer\n")
    }
}

fn response(
    status: StatusCode,
    media_type: &'static str,
    text: impl Into<Bytes>,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
