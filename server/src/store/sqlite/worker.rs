//! A thread with its own connection and a queue of jobs.
//!
//! SQLite blocks on the disk and on other processes' locks, so it must not run on tokio's threads.
//! `spawn_blocking` was rejected: its threads come and go, and a connection should keep its prepared
//! statements.

use std::fmt::{self, Debug, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use crate::store::error::StoreError;

/// Maximum number of queued jobs; further ones fail as unavailable.
pub(super) const QUEUE_LENGTH: usize = 1024;

/// Time limit for waiting in the queue and for other processes' locks, together. While another process
/// holds the lock, all queued jobs fail within this time, not one after another.
pub(super) const JOB_DEADLINE: Duration = Duration::from_secs(5);

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Runs jobs one after another.
pub(super) struct Worker {
    /// `None` while it is dropped.
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread.
    pub(super) fn start(name: &str, mut connection: Connection) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel::<Job>(QUEUE_LENGTH);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            for job in jobs {
                // A transaction rolls back when it is dropped, so a panic does not change the connection;
                // the sender of the job sees that the result's channel was dropped.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut connection)));
            }
        })?;
        Ok(Worker { queue: Some(queue), thread: Some(thread) })
    }

    /// Runs a job in the order of the queue, or fails if [`JOB_DEADLINE`] passes first. A job runs even
    /// if this future is dropped.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let deadline = Instant::now() + JOB_DEADLINE;
        let (result_sender, result) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let _ = result_sender
                .send(set_deadline(deadline, connection).and_then(|()| work(connection)));
        });
        let sent = match &self.queue {
            Some(queue) => queue.try_send(job),
            None => Err(TrySendError::Disconnected(job)),
        };
        match sent {
            Ok(()) => result.await.unwrap_or_else(|_| {
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

/// Sets the connection's busy timeout to the time until the deadline; fails if that has passed.
pub(super) fn set_deadline(deadline: Instant, connection: &Connection) -> Result<(), StoreError> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        let cause = "the deadline passed while the request was queued";
        return Err(StoreError::Unavailable(cause.into()));
    }
    Ok(connection.busy_timeout(left)?)
}

impl Drop for Worker {
    /// Waits until the queued jobs have run or missed their deadlines.
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
    async fn panic_fails_only_its_own_job() {
        let worker = Worker::start("test", Connection::open_in_memory().unwrap()).unwrap();
        let panicked = worker.run(|_| -> Result<(), StoreError> { panic!("on purpose") }).await;
        assert!(matches!(panicked, Err(StoreError::Failed(_))));
        assert!(matches!(worker.run(|_| Ok(7)).await, Ok(7)));
    }

    #[test]
    fn set_deadline_fails_after_deadline() {
        let connection = Connection::open_in_memory().unwrap();
        let missed = set_deadline(Instant::now(), &connection);
        assert!(matches!(missed, Err(StoreError::Unavailable(_))));
        assert!(set_deadline(Instant::now() + JOB_DEADLINE, &connection).is_ok());
    }

    #[tokio::test]
    async fn run_is_unavailable_when_queue_is_full() {
        let worker = Worker::start("test", Connection::open_in_memory().unwrap()).unwrap();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let blocked = worker.run(move |_| {
            released.recv().unwrap();
            Ok(())
        });
        tokio::pin!(blocked);
        let mut waiting = Vec::new();
        let mut rejected = 0;
        tokio::select! { biased; _ = &mut blocked => {}, () = std::future::ready(()) => {} }
        for _ in 0..QUEUE_LENGTH + 2 {
            let mut next = Box::pin(worker.run(|_| Ok(())));
            tokio::select! {
                biased;
                answer = &mut next => {
                    assert!(matches!(answer, Err(StoreError::Unavailable(_))));
                    rejected += 1;
                }
                () = std::future::ready(()) => waiting.push(next),
            }
        }
        assert!(rejected >= 1, "{} wait", waiting.len());
        release.send(()).unwrap();
        blocked.await.unwrap();
        for next in waiting {
            next.await.unwrap();
        }
    }
}
