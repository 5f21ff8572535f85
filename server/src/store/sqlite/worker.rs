//! A thread with its own connection and a queue of jobs.
//!
//! SQLite blocks on the disk and on other processes' locks, so it must not run on tokio's threads.
//! `spawn_blocking` was rejected: its threads come and go, and a connection should keep its prepared
//! statements.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::time::Instant;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use super::job_thread::{JOB_DEADLINE, JobThread, set_deadline, wait_until_deadlines};
use crate::store::error::StoreError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Runs jobs one after another.
#[derive(Debug)]
pub(super) struct Worker {
    thread: JobThread<Job>,
}

impl Worker {
    /// Starts the thread.
    pub(super) fn start(name: &str, mut connection: Connection) -> std::io::Result<Self> {
        wait_until_deadlines(&mut connection)?;
        let thread = JobThread::start(name, move |jobs: Receiver<Job>| {
            for job in jobs {
                // A transaction rolls back when it is dropped, so a panic does not change the connection;
                // the sender of the job sees that the result's channel was dropped.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut connection)));
            }
        })?;
        Ok(Worker { thread })
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
        self.thread.send(Box::new(move |connection| {
            let ready = set_deadline(deadline);
            let _ = result_sender.send(ready.and_then(|()| work(connection)));
        }))?;
        result.await.unwrap_or_else(|_| {
            Err(StoreError::Failed("the database thread panicked over this request".into()))
        })
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

    use super::super::job_thread::QUEUE_LENGTH;
    use super::*;

    #[tokio::test]
    async fn panic_fails_only_its_own_job() {
        let worker = Worker::start("test", Connection::open_in_memory().unwrap()).unwrap();
        let panicked = worker.run(|_| -> Result<(), StoreError> { panic!("on purpose") }).await;
        assert!(matches!(panicked, Err(StoreError::Failed(_))));
        assert!(matches!(worker.run(|_| Ok(7)).await, Ok(7)));
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
                result = &mut next => {
                    assert!(matches!(result, Err(StoreError::Unavailable(_))));
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
