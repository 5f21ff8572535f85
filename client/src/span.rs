//! The span of an attempt, with the names of OpenTelemetry's conventions for HTTP clients.

use reqwest::Request;
use tracing::{Span, field};

use crate::operation::Operation;
use crate::raw_response::{BodyEnd, RawResponse};

/// Returns a span for attempt number `attempts`.
pub(crate) fn attempt_span(operation: &Operation, request: &Request, attempts: u32) -> Span {
    let url = request.url();
    let span = tracing::info_span!(
        "HTTP",
        otel.name = field::Empty,
        otel.kind = "client",
        otel.status_code = field::Empty,
        http.request.method = request.method().as_str(),
        http.request.resend_count = field::Empty,
        http.response.status_code = field::Empty,
        url.full = url.as_str(),
        url.template = operation.path,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        error.type = field::Empty,
    );
    if !span.is_disabled() {
        span.record("otel.name", format!("{} {}", operation.method, operation.path));
    }
    if attempts > 1 {
        span.record("http.request.resend_count", attempts - 1);
    }
    span
}

/// Records the outcome of an attempt in its span.
pub(crate) fn record_outcome(span: &Span, outcome: &reqwest::Result<RawResponse>) {
    let (status, error) = match outcome {
        Ok(RawResponse { status, body_end: BodyEnd::Broken(error), .. }) => {
            let kind = if error.is_timeout() { "timeout" } else { "connection" };
            (Some(status.as_u16()), Some(kind))
        }
        Ok(RawResponse { status, .. }) => {
            let failed = status.is_client_error() || status.is_server_error();
            (Some(status.as_u16()), failed.then_some(status.as_str()))
        }
        Err(error) if error.is_timeout() => (None, Some("timeout")),
        Err(_) => (None, Some("connection")),
    };
    span.record("http.response.status_code", status);
    span.record("error.type", error);
    span.record("otel.status_code", error.map(|_| "ERROR"));
}
