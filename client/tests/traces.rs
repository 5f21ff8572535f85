//! Spans and events: they have the names of OpenTelemetry, and never the API key.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "other tests use the rest")]
mod fake_server;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use fake_server::{FakeClock, FakeServer, KEY, json, ok};

/// A subscriber that records every field of every span and event.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Visit for Recorder {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.lock().unwrap().push(format!("{field}={value:?}"));
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("agenthuman_links")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn spans_have_opentelemetry_names_and_no_key() {
    let busy = json("503 Service Unavailable", "", r#"{"error": "busy"}"#);
    let server = FakeServer::start([busy, ok()]).await;
    let recorder = Recorder::default();
    tracing::subscriber::set_global_default(recorder.clone()).unwrap();
    let client = server.builder().clock(FakeClock::default()).build().unwrap();
    client.update_link("lnk_1").name("secret name").send().await.unwrap();
    let recorded = recorder.0.lock().unwrap().join("\n");
    let port = server.url.rsplit(':').next().unwrap();
    for expected in [
        "otel.name=\"PUT /v1/links/{link_id}\"",
        "otel.kind=\"client\"",
        "http.request.method=\"PUT\"",
        &format!("url.full=\"{}/v1/links/lnk_1\"", server.url),
        "url.template=\"/v1/links/{link_id}\"",
        "server.address=\"127.0.0.1\"",
        &format!("server.port={port}"),
        "http.response.status_code=503",
        "error.type=\"503\"",
        "otel.status_code=\"ERROR\"",
        "http.request.resend_count=1",
        "http.response.status_code=200",
    ] {
        assert!(recorded.lines().any(|line| line == expected), "{expected}: {recorded}");
    }
    assert!(!recorded.contains(KEY) && !recorded.contains("secret name"), "{recorded}");
}
