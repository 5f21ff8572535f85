//! Counting of requests across processes, for the rate limit.
//!
//! The count of a key is one row of `rate_windows`. A process runs one counting statement at a time, with
//! all requests that are waiting, so that requests share a round trip and do not compete for the row of a
//! busy key. The table is unlogged: counting never waits for a disk, or for a standby.
//!
//! The counter has a session of its own and short time limits, so that it delays no request for long when
//! PostgreSQL is slow or when the row of a key is locked. A key whose row was locked is not counted for a
//! while; the rows of other keys are.
//!
//! Assigning a share of the limit to each process was rejected: a key whose requests all reach one process
//! would be throttled before its limit is used up.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use agenthuman_server_runtime::timestamp::Timestamp;
use deadpool_postgres::ClientWrapper;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};
use tokio_postgres::error::SqlState;

use super::connector::Connector;
use crate::store::error::StoreError;
use crate::store::types::{KeyId, Window};

/// Maximum number of requests that wait to be counted; further ones fail as unavailable.
const QUEUE_LENGTH: usize = 4096;

/// Time limits that PostgreSQL enforces on the counter's statements.
const SETUP: &str = "SET lock_timeout = 250; SET statement_timeout = 500";

/// Time limit for counting a request.
const COUNT_TIMEOUT: Duration = Duration::from_millis(500);

/// Time limit of a statement, after which its session is replaced.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(1);

/// Time between the failure to open a session and the next attempt.
const RECONNECT_DELAY: Duration = Duration::from_secs(1);

/// Time for which a key whose row was locked is not counted.
const LOCKED_DELAY: Duration = Duration::from_secs(10);

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
    pub(super) fn start(connector: &Connector) -> Self {
        let (queue, mut requests) = mpsc::channel(QUEUE_LENGTH);
        let batch_size = Histogram::new(exponential_buckets(1.0, 2.0, 9));
        let observed = batch_size.clone();
        let mut task = Task {
            connector: connector.with_setup(SETUP),
            session: None,
            reconnect_at: Instant::now(),
            locked: HashMap::new(),
        };
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while requests.recv_many(&mut batch, QUEUE_LENGTH).await > 0 {
                observed.observe(batch.len() as f64);
                task.count_all(std::mem::take(&mut batch)).await;
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
        let counted = timeout(COUNT_TIMEOUT, result).await;
        let counted = counted.map_err(|_| unavailable("PostgreSQL counts too slowly".into()))?;
        counted.map_err(|error| unavailable(error.to_string()))?.map_err(unavailable)
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

/// The task that counts.
struct Task {
    connector: Connector,
    session: Option<ClientWrapper>,
    reconnect_at: Instant,
    /// The keys whose row was locked, and the time until which they are not counted.
    locked: HashMap<i64, Instant>,
}

impl Task {
    /// Counts a batch with one statement. The keys are in ascending order: processes that lock rows in
    /// different orders could deadlock.
    async fn count_all(&mut self, batch: Vec<Request>) {
        let now = Instant::now();
        self.locked.retain(|_, until| now < *until);
        let mut by_key: BTreeMap<i64, Vec<Request>> = BTreeMap::new();
        for request in batch {
            if self.locked.contains_key(&request.key.0) {
                let _ = request.result.send(Err("the row of the key was locked".into()));
            // a request whose time limit has passed does not wait for its result
            } else if !request.result.is_closed() {
                by_key.entry(request.key.0).or_default().push(request);
            }
        }
        if by_key.is_empty() {
            return;
        }
        match self.count(&by_key).await {
            Ok(windows) => {
                for (key, requests) in by_key {
                    let Some(after) = windows.get(&key) else { continue };
                    let count = i64::try_from(requests.len()).unwrap_or(i64::MAX);
                    for (request, position) in requests.into_iter().zip(1..) {
                        let admitted =
                            after.requests.saturating_sub(count).saturating_add(position);
                        let _ = request.result.send(Ok(Window { requests: admitted, ..*after }));
                    }
                }
            }
            Err(error) => {
                if is_lock_timeout(&error) {
                    let until = now + LOCKED_DELAY;
                    self.locked.extend(by_key.keys().map(|key| (*key, until)));
                }
                for request in by_key.into_values().flatten() {
                    let _ = request.result.send(Err(error.cause()));
                }
            }
        }
    }

    async fn count(
        &mut self,
        by_key: &BTreeMap<i64, Vec<Request>>,
    ) -> Result<BTreeMap<i64, Window>, StoreError> {
        self.reconnect().await?;
        let Some(session) = self.session.take() else {
            return Err(StoreError::Unavailable("no session for counting".into()));
        };
        let counted = timeout(STATEMENT_TIMEOUT, count(&session, by_key)).await;
        match counted {
            Ok(result) => {
                let is_read_only = result.as_ref().is_err_and(StoreError::is_read_only);
                if !session.is_closed() && !is_read_only {
                    self.session = Some(session);
                }
                result
            }
            Err(_) => {
                // the statement may hold locks
                let (connector, token) = (self.connector.clone(), session.cancel_token());
                tokio::spawn(
                    async move { timeout(STATEMENT_TIMEOUT, connector.cancel(token)).await },
                );
                Err(StoreError::Unavailable("PostgreSQL did not count in time".into()))
            }
        }
    }

    /// Opens a session if there is none.
    async fn reconnect(&mut self) -> Result<(), StoreError> {
        if self.session.is_some() {
            return Ok(());
        }
        let unavailable = |cause: &str| StoreError::Unavailable(cause.into());
        if Instant::now() < self.reconnect_at {
            return Err(unavailable("the last attempt to open a session for counting failed"));
        }
        let opened = timeout(self.connector.time_limit(), self.connector.open()).await;
        self.reconnect_at = Instant::now() + RECONNECT_DELAY;
        let (client, connection) =
            opened.map_err(|_| unavailable("no host responded in time"))??;
        self.session = Some(ClientWrapper::new(client, connection));
        Ok(())
    }
}

fn is_lock_timeout(error: &StoreError) -> bool {
    error.sql_state() == Some(&SqlState::LOCK_NOT_AVAILABLE)
}

async fn count(
    session: &ClientWrapper,
    by_key: &BTreeMap<i64, Vec<Request>>,
) -> Result<BTreeMap<i64, Window>, StoreError> {
    let keys: Vec<i64> = by_key.keys().copied().collect();
    let now = |requests: &Vec<Request>| requests.iter().map(|request| request.now).max();
    let nows: Vec<i64> = by_key.values().filter_map(now).collect();
    let counts = by_key.values().map(|requests| i64::try_from(requests.len()).unwrap_or(i64::MAX));
    let counts: Vec<i64> = counts.collect();
    let window = by_key.values().flatten().map(|request| request.window).max().unwrap_or(0);
    let statement = session.prepare_cached(COUNT).await?;
    let rows = session.query(&statement, &[&keys, &nows, &counts, &window]).await?;
    let window = |row: &tokio_postgres::Row| -> Result<_, StoreError> {
        Ok((row.try_get(0)?, Window { opened_at: row.try_get(1)?, requests: row.try_get(2)? }))
    };
    rows.iter().map(window).collect()
}
