//! How many requests are being handled, which is what a shutdown waits for.
//!
//! Waiting for connections instead was rejected: a caller that keeps one open, or does not read its
//! answers, would hold up the shutdown although nothing of it is left to do.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// A count of requests.
#[derive(Clone, Debug, Default)]
pub struct InFlight {
    count: Arc<watch::Sender<usize>>,
}

impl InFlight {
    /// Counts a request for as long as the guard is there.
    pub fn enter(&self) -> InFlightGuard {
        self.count.send_modify(|count| *count += 1);
        InFlightGuard { in_flight: self.clone() }
    }

    /// Whether there is no request just now.
    pub fn is_empty(&self) -> bool {
        *self.count.borrow() == 0
    }

    /// Returns when there has been no request for this long.
    pub async fn quiet_for(&self, duration: Duration) {
        let mut count = self.count.subscribe();
        loop {
            // the sender is in `self`, so neither wait ends because it is gone
            let _ = count.wait_for(|count| *count == 0).await;
            if timeout(duration, count.changed()).await.is_err() {
                return;
            }
        }
    }
}

/// A request that counts until this is dropped.
#[derive(Debug)]
pub struct InFlightGuard {
    in_flight: InFlight,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.in_flight.count.send_modify(|count| *count -= 1);
    }
}
