//! Metrics. Their names are OpenTelemetry's where it has one.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// Labels of a request. Their values never come from the request, because each combination is kept in
/// memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: String,
    http_response_status_code: u16,
}

/// Labels of a query of the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct QueryLabels {
    db_operation_name: &'static str,
}

/// Stands for the operation of a request that has none.
pub(crate) const NO_OPERATION: &str = "none";

/// Metrics of a server.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Histogram>,
    store: Family<QueryLabels, Histogram>,
    /// Requests in flight.
    pub(crate) in_flight: Gauge,
    pub(crate) tls_failures: Counter,
    /// Requests that the store could not count.
    pub(crate) rate_limit_failures: Counter,
    /// End of the certificate's validity, in seconds since 1970; 0 without TLS.
    pub(crate) certificate_expires_at: Gauge,
}

impl Metrics {
    /// Returns metrics that add to those of the registry.
    pub(crate) fn new(mut registry: Registry, log_lines_dropped: &Counter) -> Self {
        let requests =
            Family::<RequestLabels, _>::new_with_constructor(latency as fn() -> Histogram);
        let store = Family::<QueryLabels, _>::new_with_constructor(latency as fn() -> Histogram);
        let in_flight = Gauge::default();
        let tls_failures = Counter::default();
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
        let help = "Requests in flight";
        registry.register("http_server_active_requests", help, in_flight.clone());
        let help = "TLS handshakes that failed";
        registry.register("tls_handshake_failures", help, tls_failures.clone());
        let rate_limit_failures = Counter::default();
        let help = "Requests counted in this process only, because the store could not count them";
        registry.register("links_rate_limit_failures", help, rate_limit_failures.clone());
        let certificate_expires_at = Gauge::default();
        let help = "End of the validity of the certificate, in seconds since 1970; 0 without TLS";
        let name = "tls_certificate_expiry_timestamp_seconds";
        registry.register(name, help, certificate_expires_at.clone());
        let help = "Log lines that were dropped because stderr is blocked or too slow";
        registry.register("log_lines_dropped", help, log_lines_dropped.clone());
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("links_server_build", "Version of links-server", build);
        #[cfg(target_os = "linux")]
        registry.register_collector(Box::new(crate::process_metrics::ProcessMetrics));
        Metrics {
            registry,
            requests,
            store,
            in_flight,
            tls_failures,
            rate_limit_failures,
            certificate_expires_at,
        }
    }

    /// Records a request; `operation` is the contract's operation id.
    pub(crate) fn observe_request(&self, operation: &str, status: u16, took: Duration) {
        let labels =
            RequestLabels { operation: operation.to_owned(), http_response_status_code: status };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Records a query of the store.
    pub(crate) fn observe_store(&self, query: &'static str, took: Duration) {
        let labels = QueryLabels { db_operation_name: query };
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
