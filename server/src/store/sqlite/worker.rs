//! A thread with a connection of its own, fed by a queue.
//!
//! SQLite blocks: on the disk, and on other processes' locks. On a thread of its own it blocks
//! nobody else. tokio's `spawn_blocking` was rejected: its threads come and go, and a connection
//! with its prepared statements is best kept in one place.

use std::fmt::{self, Debug, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use crate::store::StoreError;

/// Requests that may wait for their turn; the next one is told to come back later.
pub(super) const QUEUE_LENGTH: usize = 1024;

/// How long a request may wait for its turn and for other processes' locks, together: while another
/// process holds the lock, all requests that wait are given up in this time, not one after another.
pub(super) const JOB_DEADLINE: Duration = Duration::from_secs(5);

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Runs one piece of work after the other.
pub(super) struct Worker {
    /// `None` once it is being dropped.
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(super) fn start(name: &str, mut connection: Connection) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel::<Job>(QUEUE_LENGTH);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            for job in jobs {
                // A transaction rolls back when it is dropped, so a panic leaves the connection as
                // it was; the caller notices that its answer was dropped.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut connection)));
            }
        })?;
        Ok(Worker { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs `work` in its turn, or not at all once [`JOB_DEADLINE`] has passed. Nobody needs to wait
    /// for it.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let deadline = Instant::now() + JOB_DEADLINE;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(wait_until(deadline, connection).and_then(|()| work(connection)));
        });
        let sent = match &self.queue {
            Some(queue) => queue.try_send(job),
            None => Err(TrySendError::Disconnected(job)),
        };
        match sent {
            Ok(()) => answered.await.unwrap_or_else(|_| {
                Err(StoreError::Failed("the database thread panicked over this request".into()))
            }),
            Err(TrySendError::Full(_)) => {
                Err(StoreError::Unavailable("the queue of the database thread is full".into()))
            }
            Err(TrySendError::Disconnected(_)) => {
                Err(StoreError::Failed("the database thread has ended".into()))
            }
        }
    }
}

/// Has the connection wait for locks until the deadline and no longer.
pub(super) fn wait_until(deadline: Instant, connection: &Connection) -> Result<(), StoreError> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        let cause = "the deadline passed before the database thread came to this request";
        return Err(StoreError::Unavailable(cause.into()));
    }
    Ok(connection.busy_timeout(left)?)
}

impl Drop for Worker {
    /// What is in the queue is done, or has missed its deadline, before the connection closes.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Debug for Worker {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let thread = self.thread.as_ref().and_then(|thread| thread.thread().name());
        formatter.debug_tuple("Worker").field(&thread).finish()
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::CannotOpen
                | ErrorCode::DiskFull
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure,
            ) => StoreError::Unavailable(error.into()),
            _ => StoreError::Failed(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[tokio::test]
    async fn a_panic_costs_one_request() {
        let worker = Worker::start("test", Connection::open_in_memory().unwrap()).unwrap();
        let panicked = worker.run(|_| -> Result<(), StoreError> { panic!("on purpose") }).await;
        assert!(matches!(panicked, Err(StoreError::Failed(_))));
        assert!(matches!(worker.run(|_| Ok(7)).await, Ok(7)));
    }

    #[test]
    fn a_job_that_missed_its_deadline_leaves_the_database_alone() {
        let connection = Connection::open_in_memory().unwrap();
        let missed = wait_until(Instant::now(), &connection);
        assert!(matches!(missed, Err(StoreError::Unavailable(_))));
        assert!(wait_until(Instant::now() + JOB_DEADLINE, &connection).is_ok());
    }

    #[tokio::test]
    async fn a_full_queue_is_unavailable() {
        let worker = Worker::start("test", Connection::open_in_memory().unwrap()).unwrap();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let blocked = worker.run(move |_| {
            released.recv().unwrap();
            Ok(())
        });
        tokio::pin!(blocked);
        let mut waiting = Vec::new();
        let mut refused = 0;
        tokio::select! { biased; _ = &mut blocked => {}, () = std::future::ready(()) => {} }
        for _ in 0..QUEUE_LENGTH + 2 {
            let mut next = Box::pin(worker.run(|_| Ok(())));
            tokio::select! {
                biased;
                answer = &mut next => {
                    assert!(matches!(answer, Err(StoreError::Unavailable(_))));
                    refused += 1;
                }
                () = std::future::ready(()) => waiting.push(next),
            }
        }
        assert!(refused >= 1, "{} wait", waiting.len());
        release.send(()).unwrap();
        blocked.await.unwrap();
        for next in waiting {
            next.await.unwrap();
        }
    }
}
