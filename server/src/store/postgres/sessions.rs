//! The pool of sessions.
//!
//! Every use of a session has a time limit, which this process enforces: a server that is frozen, or whose
//! packets are lost, enforces none. A session whose use was abandoned is closed, and so are the idle ones,
//! which probably lead to the same host.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{
    Client, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, Timeouts,
};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_postgres::CancelToken;
use tokio_postgres::error::SqlState;

use super::connector::Connector;
use crate::store::error::{OpenError, StoreError};
use crate::store::types::AccountId;

/// Time limit of a request to the store, the same as for SQLite.
const DEADLINE: Duration = Duration::from_secs(5);

/// Time after which PostgreSQL is asked to cancel what it is doing for a request. The response then says
/// what PostgreSQL decided, unless it remains silent until the deadline.
const CANCEL_AFTER: Duration = Duration::from_secs(4);

/// Time between two requests to cancel. One that arrives between two statements has no effect.
const CANCEL_INTERVAL: Duration = Duration::from_millis(250);

/// Time limit for asking PostgreSQL to cancel an abandoned statement.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(2);

/// Time limit for waiting for a session.
const WAIT_TIMEOUT: Duration = Duration::from_secs(3);

/// Number of accounts from which on the shares of idle accounts are dropped.
const SHARES_KEPT: usize = 1024;

/// Time for which the pool opens no further sessions after PostgreSQL had none left.
const FULL_SERVER_PAUSE: Duration = Duration::from_secs(5);

/// A pool of sessions.
#[derive(Clone)]
pub(super) struct Sessions {
    pool: Pool,
    connector: Connector,
    size: usize,
    is_paused: Arc<AtomicBool>,
    abandoned: Counter,
    shares: WriteShares,
}

impl Sessions {
    /// Returns a pool without opening a session.
    pub(super) fn new(connector: Connector, size: usize) -> Result<Self, OpenError> {
        // checks only whether an idle session is closed, which needs no round trip
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let timeouts = Timeouts {
            wait: Some(WAIT_TIMEOUT),
            create: Some(connector.time_limit()),
            recycle: None,
        };
        let manager =
            Manager::from_connect(tokio_postgres::Config::new(), connector.clone(), config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .timeouts(timeouts)
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| OpenError::Postgres(error.into()))?;
        Ok(Sessions {
            pool,
            connector,
            size,
            is_paused: Arc::default(),
            abandoned: Counter::default(),
            shares: WriteShares::new(size.div_ceil(2)),
        })
    }

    /// Returns a session of the pool.
    pub(super) async fn get(&self) -> Result<Session<'_>, PoolError> {
        loop {
            match self.pool.get().await {
                Ok(object) => return Ok(Session { object: Some(object), sessions: self }),
                Err(PoolError::Backend(error))
                    if error.code() == Some(&SqlState::TOO_MANY_CONNECTIONS)
                        && self.pool.status().size > 0 =>
                {
                    self.pause_opening();
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Begins a request to the store, for [`on_session`].
    pub(super) fn request(&self) -> Request<'_> {
        let deadline = Instant::now() + DEADLINE;
        Request { sessions: self, deadline, is_repeated: false, _share: None }
    }

    /// Begins a request that writes, and that may wait for a lock of the account's rows. The requests of
    /// an account take at most half of the sessions, so that they cannot keep other accounts waiting.
    pub(super) async fn write_request(
        &self,
        account: AccountId,
    ) -> Result<Request<'_>, StoreError> {
        let request = self.request();
        match timeout(WAIT_TIMEOUT, self.shares.take(account)).await {
            Ok(share) => Ok(Request { _share: share, ..request }),
            Err(_) => Err(StoreError::Unavailable(
                "the account's share of the sessions was not free in time".into(),
            )),
        }
    }

    /// Opens no further sessions for a while: requests wait for those that exist.
    fn pause_opening(&self) {
        self.pool.resize(self.pool.status().size.max(1));
        if !self.is_paused.swap(true, Ordering::Relaxed) {
            let sessions = self.clone();
            tokio::spawn(async move {
                sleep(FULL_SERVER_PAUSE).await;
                sessions.is_paused.store(false, Ordering::Relaxed);
                sessions.pool.resize(sessions.size);
            });
        }
    }

    /// Registers the pool's metrics.
    pub(super) fn register_metrics(&self, registry: &mut Registry) {
        registry.register(
            "links_database_sessions_abandoned",
            "Sessions closed because PostgreSQL did not respond in time or became read-only",
            self.abandoned.clone(),
        );
        registry.register_collector(Box::new(PoolMetrics(self.pool.clone())));
    }
}

/// Each account's share of the sessions.
#[derive(Clone)]
struct WriteShares {
    per_account: usize,
    by_account: Arc<Mutex<HashMap<AccountId, Arc<Semaphore>>>>,
}

impl WriteShares {
    fn new(per_account: usize) -> Self {
        WriteShares { per_account, by_account: Arc::default() }
    }

    /// Waits for a session of the account's share.
    async fn take(&self, account: AccountId) -> Option<OwnedSemaphorePermit> {
        let share = {
            // no panic can leave the map half changed, so a poisoned lock is safe to use
            let mut shares = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
            if shares.len() >= SHARES_KEPT {
                shares.retain(|_, share| Arc::strong_count(share) > 1);
            }
            let new = || Arc::new(Semaphore::new(self.per_account));
            Arc::clone(shares.entry(account).or_insert_with(new))
        };
        // the semaphore is never closed
        share.acquire_owned().await.ok()
    }
}

/// Runs a request to the store on a session, with the time limits of a [`Request`]. The work is repeated
/// once if the session turns out to be read-only, because another host may be the primary now.
///
/// This is a macro because futures of closures that borrow a session are not known to be `Send`.
macro_rules! on_session {
    ($request:expr, |$client:ident| $work:block) => {{
        let mut request = $request;
        loop {
            let mut session = request.session().await?;
            let token = session.cancel_token();
            let work = async {
                let $client = &mut *session;
                $work
            };
            let decision = request.decide(token, work).await;
            if let Some(result) = request.end(session, decision) {
                break result;
            }
        }
    }};
}

pub(super) use on_session;

/// A request to the store.
pub(super) struct Request<'a> {
    sessions: &'a Sessions,
    deadline: Instant,
    is_repeated: bool,
    _share: Option<OwnedSemaphorePermit>,
}

/// End of a request to the store.
pub(super) enum Decision<T> {
    /// PostgreSQL responded.
    Made(Result<T, StoreError>),
    /// PostgreSQL responded after it was asked to cancel.
    Cancelled(Result<T, StoreError>),
    /// PostgreSQL did not respond before the deadline.
    Missing,
}

impl<'a> Request<'a> {
    /// Returns a session of the pool.
    pub(super) async fn session(&self) -> Result<Session<'a>, StoreError> {
        match timeout_at(self.deadline, self.sessions.get()).await {
            Ok(session) => Ok(session?),
            Err(_) => Err(StoreError::Unavailable("no session was free in time".into())),
        }
    }

    /// Waits for PostgreSQL's decision, and asks it to cancel if that takes too long.
    pub(super) async fn decide<T>(
        &self,
        token: CancelToken,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Decision<T> {
        let mut work = pin!(work);
        let cancel_at = self.deadline - (DEADLINE - CANCEL_AFTER);
        if let Ok(result) = timeout_at(cancel_at, &mut work).await {
            return Decision::Made(result);
        }
        while Instant::now() < self.deadline {
            // if this fails, the next request to cancel follows
            let cancel = self.sessions.connector.cancel(token.clone());
            let _ = timeout(CANCEL_INTERVAL, cancel).await;
            if let Ok(result) = timeout(CANCEL_INTERVAL, &mut work).await {
                return Decision::Cancelled(result);
            }
        }
        Decision::Missing
    }

    /// Ends the use of the session. Returns `None` if the work is to be repeated.
    pub(super) fn end<T>(
        &mut self,
        session: Session<'_>,
        decision: Decision<T>,
    ) -> Option<Result<T, StoreError>> {
        match decision {
            Decision::Made(Err(error)) if error.is_read_only() => {
                // other sessions of the host are read-only as well
                session.abandon();
                let is_repeated = std::mem::replace(&mut self.is_repeated, true);
                is_repeated.then_some(Err(error))
            }
            Decision::Made(result) => {
                session.finish();
                Some(result)
            }
            Decision::Cancelled(result) => {
                // a late request to cancel must not meet the next use of the session
                session.close();
                Some(result)
            }
            Decision::Missing => {
                session.abandon();
                Some(Err(StoreError::Unavailable("PostgreSQL did not respond in time".into())))
            }
        }
    }
}

/// A session in use. It is abandoned if it is dropped before its use is finished.
pub(super) struct Session<'a> {
    /// `None` once the use has ended.
    object: Option<Object>,
    sessions: &'a Sessions,
}

impl Session<'_> {
    /// Ends the use of a session that PostgreSQL has responded to.
    pub(super) fn finish(mut self) {
        self.object = None;
    }

    /// Closes the session.
    fn close(mut self) {
        self.object.take().map(Object::take);
    }

    /// Closes the session and the idle ones.
    fn abandon(self) {
        drop(self);
    }
}

/// Closes a session whose use was abandoned, and the idle ones.
impl Drop for Session<'_> {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else { return };
        let (connector, token) = (self.sessions.connector.clone(), object.cancel_token());
        drop(Object::take(object));
        self.sessions.pool.retain(|_, _| false);
        self.sessions.abandoned.inc();
        // the statement may hold locks, and must not take effect much later
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { timeout(CANCEL_TIMEOUT, connector.cancel(token)).await });
        }
    }
}

impl Deref for Session<'_> {
    type Target = Client;

    #[expect(clippy::expect_used, reason = "only the methods that consume the session take it")]
    fn deref(&self) -> &Client {
        self.object.as_ref().expect("a session is in use until it is consumed")
    }
}

impl DerefMut for Session<'_> {
    #[expect(clippy::expect_used, reason = "only the methods that consume the session take it")]
    fn deref_mut(&mut self) -> &mut Client {
        self.object.as_mut().expect("a session is in use until it is consumed")
    }
}

/// Collector that reads the pool's status when metrics are requested.
#[derive(Debug)]
struct PoolMetrics(Pool);

impl Collector for PoolMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let status = self.0.status();
        let used = status.size.saturating_sub(status.available);
        for (name, help, count) in [
            ("db_client_connections_max", "Maximum number of connections", status.max_size),
            ("db_client_connections_used", "Connections in use", used),
            ("db_client_connections_idle", "Idle connections", status.available),
            (
                "db_client_connections_pending_requests",
                "Requests waiting for a connection",
                status.waiting,
            ),
        ] {
            let gauge = ConstGauge::new(i64::try_from(count).unwrap_or(i64::MAX));
            let encoder = encoder.encode_descriptor(name, help, None, gauge.metric_type())?;
            gauge.encode(encoder)?;
        }
        Ok(())
    }
}
