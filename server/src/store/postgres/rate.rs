//! Counting of requests across processes, for the rate limit.
//!
//! The count of a key is one row of `rate_windows`. A process runs one counting statement at a time, with
//! all requests that are waiting, so that requests share a round trip and do not compete for the row of a
//! busy key. The table is unlogged: counting never waits for a disk.
//!
//! Assigning a share of the limit to each process was rejected: a key whose requests all reach one process
//! would be throttled before its limit is used up.

use std::collections::BTreeMap;
use std::time::Duration;

use agenthuman_server_runtime::timestamp::Timestamp;
use deadpool_postgres::Pool;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use tokio::sync::{mpsc, oneshot};

use super::pool;
use crate::store::error::StoreError;
use crate::store::types::{KeyId, Window};

/// Maximum number of requests that wait to be counted; further ones fail as unavailable.
const QUEUE_LENGTH: usize = 4096;

/// Statement that counts requests of several keys. The clocks of processes differ a little, so a window
/// that another process has just opened may begin in the future. A window that begins more than its own
/// length in the future is from before a clock was set back, and counts as ended.
const COUNT: &str = "INSERT INTO rate_windows AS kept (key_id, opened_at, admitted)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
    ON CONFLICT (key_id) DO UPDATE SET
        opened_at = CASE WHEN abs(excluded.opened_at - kept.opened_at) < $4
            THEN kept.opened_at ELSE excluded.opened_at END,
        admitted = excluded.admitted + CASE WHEN abs(excluded.opened_at - kept.opened_at) < $4
            THEN kept.admitted ELSE 0 END
    RETURNING key_id, opened_at, admitted";

/// Counter of requests in batches.
pub(super) struct Counter {
    queue: mpsc::Sender<Request>,
    batch_size: Histogram,
}

struct Request {
    key: KeyId,
    now: i64,
    window: i64,
    result: oneshot::Sender<Result<Window, String>>,
}

impl Counter {
    /// Starts a task that counts until the counter is dropped.
    pub(super) fn start(pool: Pool) -> Self {
        let (queue, mut requests) = mpsc::channel(QUEUE_LENGTH);
        let batch_size = Histogram::new(exponential_buckets(1.0, 2.0, 9));
        let observed = batch_size.clone();
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while requests.recv_many(&mut batch, QUEUE_LENGTH).await > 0 {
                observed.observe(batch.len() as f64);
                count_all(&pool, std::mem::take(&mut batch)).await;
            }
        });
        Counter { queue, batch_size }
    }

    /// Counts a request and returns the key's window.
    pub(super) async fn count(
        &self,
        key: KeyId,
        now: Timestamp,
        window: Duration,
    ) -> Result<Window, StoreError> {
        let (sender, result) = oneshot::channel();
        let window = i64::try_from(window.as_micros()).unwrap_or(i64::MAX);
        let request = Request { key, now: now.micros(), window, result: sender };
        let unavailable = |cause: String| StoreError::Unavailable(cause.into());
        self.queue.try_send(request).map_err(|error| unavailable(error.to_string()))?;
        let counted = result.await.map_err(|error| unavailable(error.to_string()))?;
        counted.map_err(unavailable)
    }

    /// Registers the counter's metrics.
    pub(super) fn register_metrics(&self, registry: &mut Registry) {
        registry.register(
            "links_rate_limit_batch_size",
            "Requests counted by one statement",
            self.batch_size.clone(),
        );
    }
}

/// Counts a batch with one statement. The keys are in ascending order: processes that lock rows in
/// different orders could deadlock.
async fn count_all(pool: &Pool, batch: Vec<Request>) {
    let mut by_key: BTreeMap<i64, Vec<Request>> = BTreeMap::new();
    for request in batch {
        by_key.entry(request.key.0).or_default().push(request);
    }
    match count(pool, &by_key).await {
        Ok(windows) => {
            for (key, requests) in by_key {
                let Some(after) = windows.get(&key) else { continue };
                let count = i64::try_from(requests.len()).unwrap_or(i64::MAX);
                for (request, position) in requests.into_iter().zip(1..) {
                    let admitted = after.requests.saturating_sub(count).saturating_add(position);
                    // the request may have been cancelled
                    let _ = request.result.send(Ok(Window { requests: admitted, ..*after }));
                }
            }
        }
        Err(error) => {
            for request in by_key.into_values().flatten() {
                let _ = request.result.send(Err(error.cause()));
            }
        }
    }
}

async fn count(
    pool: &Pool,
    by_key: &BTreeMap<i64, Vec<Request>>,
) -> Result<BTreeMap<i64, Window>, StoreError> {
    let keys: Vec<i64> = by_key.keys().copied().collect();
    let now = |requests: &Vec<Request>| requests.iter().map(|request| request.now).max();
    let nows: Vec<i64> = by_key.values().filter_map(now).collect();
    let counts = by_key.values().map(|requests| i64::try_from(requests.len()).unwrap_or(i64::MAX));
    let counts: Vec<i64> = counts.collect();
    let window = by_key.values().flatten().map(|request| request.window).max().unwrap_or(0);
    let client = pool::connection(pool).await?;
    let statement = client.prepare_cached(COUNT).await?;
    let rows = client.query(&statement, &[&keys, &nows, &counts, &window]).await?;
    let window = |row: &tokio_postgres::Row| -> Result<_, StoreError> {
        Ok((row.try_get(0)?, Window { opened_at: row.try_get(1)?, requests: row.try_get(2)? }))
    };
    rows.iter().map(window).collect()
}
