//! The health, readiness and metrics endpoints: a Dropshot server of its own.
//!
//! They have an address of their own, so that a firewall can hide them from the clients of the API.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dropshot::{
    ApiDescription, ApiDescriptionRegisterError, ApiEndpoint, Body, HttpError, RequestContext,
    endpoint,
};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{Method, Response, StatusCode};
use slog::{Logger, warn};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::context::Context;
use crate::metrics::Metrics;

/// Time limit of a readiness check; shorter than the time-outs of common load balancers.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// Time for which the result of a check of the store is used again, so that asking often costs nothing.
const READY_LIFETIME: Duration = Duration::from_secs(1);

const TEXT: &str = "text/plain; charset=utf-8";
/// Media type from the OpenMetrics 1.0 specification.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// State of the admin endpoints.
pub(crate) struct Admin {
    context: Arc<Context>,
    metrics: Arc<Metrics>,
    log: Logger,
    /// Set when the server begins to shut down: load balancers must send requests elsewhere.
    closing: Arc<AtomicBool>,
    store: Mutex<Option<StoreCheck>>,
}

/// Result of the last check of the store.
#[derive(Clone, Copy)]
struct StoreCheck {
    at: Instant,
    is_ready: bool,
}

impl Admin {
    pub(crate) fn new(
        context: Arc<Context>,
        metrics: Arc<Metrics>,
        log: Logger,
        closing: Arc<AtomicBool>,
    ) -> Self {
        Admin { context, metrics, log, closing, store: Mutex::new(None) }
    }

    /// Returns the reason why the server is not ready. The cause of a failure is logged and not sent,
    /// because it may name hosts and paths.
    async fn not_ready(&self) -> Option<&'static str> {
        if self.closing.load(Ordering::Relaxed) {
            return Some("stopping");
        }
        if self.context.admission().is_full() {
            return Some("saturated");
        }
        let mut store = self.store.lock().await;
        let is_fresh = |check: &StoreCheck| check.at.elapsed() < READY_LIFETIME;
        let is_ready = match store.filter(is_fresh) {
            Some(check) => check.is_ready,
            None => {
                let is_ready = self.check_store().await;
                *store = Some(StoreCheck { at: Instant::now(), is_ready });
                is_ready
            }
        };
        (!is_ready).then_some("the store cannot save changes")
    }

    async fn check_store(&self) -> bool {
        let cause = match timeout(READY_TIMEOUT, self.context.check_store()).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error.cause(),
            Err(elapsed) => elapsed.to_string(),
        };
        warn!(self.log, "not ready"; "cause" => cause);
        false
    }
}

/// Returns the endpoints.
pub(crate) fn api() -> Result<ApiDescription<Admin>, ApiDescriptionRegisterError> {
    let mut api = ApiDescription::new();
    for method in [Method::GET, Method::HEAD] {
        for endpoint in [healthz.into(), readyz.into(), read_metrics.into()] {
            api.register(ApiEndpoint { method: method.clone(), ..endpoint })?;
        }
    }
    Ok(api)
}

/// A process that responds is alive.
#[endpoint { method = GET, path = "/healthz", unpublished = true }]
async fn healthz(_rqctx: RequestContext<Admin>) -> Result<Response<Body>, HttpError> {
    response(StatusCode::OK, TEXT, "alive\n".to_owned())
}

#[endpoint { method = GET, path = "/readyz", unpublished = true }]
async fn readyz(rqctx: RequestContext<Admin>) -> Result<Response<Body>, HttpError> {
    match rqctx.context().not_ready().await {
        None => response(StatusCode::OK, TEXT, "ready\n".to_owned()),
        Some(reason) => response(StatusCode::SERVICE_UNAVAILABLE, TEXT, format!("{reason}\n")),
    }
}

#[endpoint { method = GET, path = "/metrics", unpublished = true }]
async fn read_metrics(rqctx: RequestContext<Admin>) -> Result<Response<Body>, HttpError> {
    let text = rqctx.context().metrics.text();
    let text = text.map_err(|error| HttpError::for_internal_error(error.to_string()))?;
    response(StatusCode::OK, OPEN_METRICS, text)
}

fn response(
    status: StatusCode,
    media_type: &str,
    text: String,
) -> Result<Response<Body>, HttpError> {
    let response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, media_type)
        .header(CACHE_CONTROL, "no-store");
    Ok(response.body(text.into())?)
}
