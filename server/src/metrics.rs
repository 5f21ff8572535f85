//! Metrics. Their names are OpenTelemetry's where it has one.

use std::time::Duration;

use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

/// Labels of a metric. Their values never come from a request, because each combination is kept in
/// memory.
type Labels = Vec<(&'static str, String)>;

/// Metrics of a server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels, Histogram>,
    store: Family<Labels, Histogram>,
    /// Open connections of clients.
    pub(crate) connections: Gauge,
}

impl Metrics {
    /// Returns metrics that add to those of the registry.
    pub(crate) fn new(mut registry: Registry) -> Self {
        let requests = Family::<Labels, _>::new_with_constructor(latency as fn() -> Histogram);
        let store = Family::<Labels, _>::new_with_constructor(latency as fn() -> Histogram);
        let connections = Gauge::default();
        registry.register_with_unit(
            "http_server_request_duration",
            "Duration of requests, by operation and status",
            Unit::Seconds,
            requests.clone(),
        );
        registry.register_with_unit(
            "db_client_operation_duration",
            "Duration of queries of the store, by query",
            Unit::Seconds,
            store.clone(),
        );
        let help = "Open connections of clients";
        registry.register("http_server_open_connections", help, connections.clone());
        Metrics { registry, requests, store, connections }
    }

    /// Records a request; `operation` is the contract's operation id.
    pub(crate) fn observe_request(&self, operation: &str, status: u16, took: Duration) {
        let labels = vec![
            ("operation", operation.to_owned()),
            ("http_response_status_code", status.to_string()),
        ];
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Records a query of the store.
    pub(crate) fn observe_store(&self, query: &'static str, took: Duration) {
        let labels = vec![("db_operation_name", query.to_owned())];
        self.store.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Returns the metrics in the text format of OpenMetrics, which Prometheus reads.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Returns a histogram with buckets from 100 microseconds to 6.5 seconds.
fn latency() -> Histogram {
    Histogram::new(exponential_buckets(0.000_1, 2.0, 17))
}
