//! The number of requests in flight, for which a shutdown waits.
//!
//! Waiting for open connections was rejected: a client that keeps one open, or does not read its
//! responses, would delay the shutdown although no work is left.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::watch;
use tokio::time::timeout;

/// Counter of requests in flight. Clones share one count.
#[derive(Clone, Debug, Default)]
pub(crate) struct InFlight {
    count: Arc<watch::Sender<usize>>,
    gauge: Gauge,
}

impl InFlight {
    /// Returns a counter that also sets this metric.
    pub(crate) fn new(gauge: Gauge) -> Self {
        InFlight { gauge, ..InFlight::default() }
    }

    /// Counts a request until the guard is dropped.
    pub(crate) fn enter(&self) -> InFlightGuard {
        self.gauge.inc();
        self.count.send_modify(|count| *count += 1);
        InFlightGuard { in_flight: self.clone() }
    }

    /// Returns true if no request is in flight.
    pub(crate) fn is_empty(&self) -> bool {
        *self.count.borrow() == 0
    }

    /// Waits until no request has been in flight for this duration.
    pub(crate) async fn quiet_for(&self, duration: Duration) {
        let mut count = self.count.subscribe();
        loop {
            // `self` holds the sender, so no wait fails because it was dropped
            let _ = count.wait_for(|count| *count == 0).await;
            if timeout(duration, count.changed()).await.is_err() {
                return;
            }
        }
    }
}

/// Guard that counts a request until it is dropped.
#[derive(Debug)]
pub(crate) struct InFlightGuard {
    in_flight: InFlight,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.in_flight.gauge.dec();
        self.in_flight.count.send_modify(|count| *count -= 1);
    }
}
