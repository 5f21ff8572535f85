//! The health, readiness and metrics endpoints.
//!
//! They have an address of their own, so that a firewall can hide them from the clients of the API.

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

/// Time limit of a readiness check; shorter than the time-outs of common load balancers.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

const TEXT: &str = "text/plain; charset=utf-8";
/// Media type from the OpenMetrics 1.0 specification.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Service that responds to `/healthz`, `/readyz` and `/metrics`.
#[derive(Clone)]
pub(crate) struct AdminEndpoints {
    pub(crate) context: Arc<Context>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) log: Logger,
    /// Set when the server begins to shut down: load balancers must send requests elsewhere.
    pub(crate) closing: Arc<AtomicBool>,
}

impl hyper::service::Service<Request<Incoming>> for AdminEndpoints {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let endpoints = self.clone();
        Box::pin(async move { Ok(endpoints.respond(&request).await) })
    }
}

impl AdminEndpoints {
    async fn respond(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path();
        if !matches!(path, "/healthz" | "/readyz" | "/metrics") {
            return response(StatusCode::NOT_FOUND, TEXT, "/healthz, /readyz, /metrics\n");
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return response(StatusCode::METHOD_NOT_ALLOWED, TEXT, "GET or HEAD\n");
        }
        match path {
            // a process that responds is alive
            "/healthz" => response(StatusCode::OK, TEXT, "alive\n"),
            "/readyz" => self.ready().await,
            _ => match self.metrics.text() {
                Ok(text) => response(StatusCode::OK, OPEN_METRICS, text),
                Err(_) => response(StatusCode::INTERNAL_SERVER_ERROR, TEXT, "failed\n"),
            },
        }
    }

    /// Responds with 200 if the store responds. The cause of a failure is logged and not sent, because
    /// it may name hosts and paths.
    async fn ready(&self) -> Response<Full<Bytes>> {
        if self.closing.load(Ordering::Relaxed) {
            return response(StatusCode::SERVICE_UNAVAILABLE, TEXT, "stopping\n");
        }
        let cause = match timeout(READY_TIMEOUT, self.context.check_store()).await {
            Ok(Ok(())) => return response(StatusCode::OK, TEXT, "ready\n"),
            Ok(Err(error)) => error.cause(),
            Err(elapsed) => elapsed.to_string(),
        };
        warn!(self.log, "not ready"; "cause" => cause);
        response(StatusCode::SERVICE_UNAVAILABLE, TEXT, "the store does not respond\n")
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
