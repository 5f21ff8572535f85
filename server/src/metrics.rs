//! What is counted and timed, in the names of OpenTelemetry where it has one.

use std::time::Duration;

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Labels are few and their values come from here, never from a request: each combination is kept.
type Labels = Vec<(&'static str, String)>;

/// The metrics of a server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Histogram>,
    store: Family<Labels, Histogram>,
    pub(crate) connections: Gauge,
}

impl Metrics {
    pub(crate) fn new(mut registry: Registry) -> Self {
        let requests = Family::<Labels, _>::new_with_constructor(latency as fn() -> Histogram);
        let store = Family::<Labels, _>::new_with_constructor(latency as fn() -> Histogram);
        let connections = Gauge::default();
        registry.register_with_unit(
            "http_server_request_duration",
            "How long requests took, by operation and status",
            Unit::Seconds,
            requests.clone(),
        );
        registry.register_with_unit(
            "db_client_operation_duration",
            "How long the store took",
            Unit::Seconds,
            store.clone(),
        );
        let help = "Connections of callers";
        registry.register("http_server_open_connections", help, connections.clone());
        Metrics { registry, requests, store, connections }
    }

    pub(crate) fn observe_request(&self, operation: &str, status: u16, took: Duration) {
        let labels = vec![
            ("operation", operation.to_owned()),
            ("http_response_status_code", status.to_string()),
        ];
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(crate) fn observe_store(&self, operation: &'static str, took: Duration) {
        let labels = vec![("db_operation_name", operation.to_owned())];
        self.store.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// In the text format of OpenMetrics, which Prometheus reads.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// 100 microseconds to 6.5 seconds.
fn latency() -> Histogram {
    Histogram::new(exponential_buckets(0.000_1, 2.0, 17))
}
