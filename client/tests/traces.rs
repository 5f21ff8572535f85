//! Spans and events: they have the names of OpenTelemetry, and never the API key.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "other tests use the rest")]
mod fake_server;

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use agenthuman_links::{Attempt, AttemptOutcome, Interceptor};
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
    fn enter(&self, _: &Id) {
        self.0.lock().unwrap().push("enter".to_owned());
    }

    fn exit(&self, _: &Id) {
        self.0.lock().unwrap().push("exit".to_owned());
    }
}

impl Interceptor for Recorder {
    fn before_attempt(&self, _: &mut Attempt<'_>) {
        self.0.lock().unwrap().push("before".to_owned());
    }

    fn after_attempt(&self, _: &AttemptOutcome<'_>) {
        self.0.lock().unwrap().push("after".to_owned());
    }
}

impl Debug for Recorder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Recorder")
    }
}

#[tokio::test]
async fn spans_have_opentelemetry_names_and_no_key() {
    let busy = json("503 Service Unavailable", "", r#"{"error": "busy"}"#);
    let server = FakeServer::start([busy, ok()]).await;
    let recorder = Recorder::default();
    tracing::subscriber::set_global_default(recorder.clone()).unwrap();
    let builder = server.builder().clock(FakeClock::default()).interceptor(recorder.clone());
    let client = builder.build().unwrap();
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
    // The context of the span is the one to propagate.
    let is_step = |line: &&str| ["enter", "exit", "before", "after"].contains(line);
    let steps: Vec<_> = recorded.lines().filter(is_step).collect();
    for (position, _) in steps.iter().enumerate().filter(|(_, step)| **step == "before") {
        assert_eq!(steps[position - 1], "enter", "outside the span: {steps:?}");
    }
    assert_eq!(steps.iter().filter(|step| **step == "before").count(), 2, "{steps:?}");
    assert!(!recorded.contains(KEY) && !recorded.contains("secret name"), "{recorded}");
}
