//! Counting requests across processes.
//!
//! The count of a key is one row of `rate_windows`. Everything that a process has to count at one
//! moment goes into one statement, one statement at a time, so a request costs a part of one round
//! trip and the row of a busy key is not fought over. The table is not logged: nothing here waits for
//! a disk.
//!
//! Handing out shares of a limit to processes in advance was rejected: a key whose requests all
//! reach one process would be refused before it has used up its limit.

use std::collections::BTreeMap;
use std::time::Duration;

use agenthuman_server_runtime::timestamp::Timestamp;
use deadpool_postgres::Pool;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use tokio::sync::{mpsc, oneshot};

use super::pool;
use crate::store::{KeyId, StoreError, Window};

/// Requests that may wait to be counted; the next one is told to come back later.
const QUEUE_LENGTH: usize = 4096;

/// Processes' clocks differ a little, so a window that another one has just opened may seem to begin
/// in the future. One that seems to begin more than its own length ahead is from before a clock was
/// set back, and over.
const COUNT: &str = "INSERT INTO rate_windows AS kept (key_id, opened_at, admitted)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
    ON CONFLICT (key_id) DO UPDATE SET
        opened_at = CASE WHEN abs(excluded.opened_at - kept.opened_at) < $4
            THEN kept.opened_at ELSE excluded.opened_at END,
        admitted = excluded.admitted + CASE WHEN abs(excluded.opened_at - kept.opened_at) < $4
            THEN kept.admitted ELSE 0 END
    RETURNING key_id, opened_at, admitted";

/// Counts what comes in, together.
pub(super) struct Counter {
    queue: mpsc::Sender<Request>,
    batch_size: Histogram,
}

struct Request {
    key: KeyId,
    now: i64,
    window: i64,
    answer: oneshot::Sender<Result<Window, String>>,
}

impl Counter {
    /// Counts until it is dropped.
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

    pub(super) async fn count(
        &self,
        key: KeyId,
        now: Timestamp,
        window: Duration,
    ) -> Result<Window, StoreError> {
        let (answer, answered) = oneshot::channel();
        let window = i64::try_from(window.as_micros()).unwrap_or(i64::MAX);
        let request = Request { key, now: now.micros(), window, answer };
        let unavailable = |cause: String| StoreError::Unavailable(cause.into());
        self.queue.try_send(request).map_err(|error| unavailable(error.to_string()))?;
        let counted = answered.await.map_err(|error| unavailable(error.to_string()))?;
        counted.map_err(unavailable)
    }

    pub(super) fn register_metrics(&self, registry: &mut Registry) {
        registry.register(
            "links_rate_limit_batch_size",
            "Requests that were counted by one statement",
            self.batch_size.clone(),
        );
    }
}

/// One statement for them all. Keys are in ascending order in every process: two of them that lock
/// rows in different orders would wait for each other.
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
                    // whoever asked may have gone
                    let _ = request.answer.send(Ok(Window { requests: admitted, ..*after }));
                }
            }
        }
        Err(error) => {
            for request in by_key.into_values().flatten() {
                let _ = request.answer.send(Err(error.cause()));
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
