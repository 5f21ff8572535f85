//! A thread with a bounded queue of jobs.

use std::cell::Cell;
use std::fmt::{self, Debug, Formatter};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::store::error::StoreError;

/// Maximum number of queued jobs; further ones fail as unavailable.
pub(super) const QUEUE_LENGTH: usize = 1024;

/// Time limit for waiting in the queue and for other processes' locks, together. While another process
/// holds the lock, all queued jobs fail within this time, not one after another.
pub(super) const JOB_DEADLINE: Duration = Duration::from_secs(5);

/// A thread that receives jobs until this is dropped.
pub(super) struct JobThread<J> {
    /// `None` while it is dropped.
    queue: Option<SyncSender<J>>,
    thread: Option<JoinHandle<()>>,
}

impl<J: Send + 'static> JobThread<J> {
    /// Starts a thread that runs `receive` on the receiving end of the queue.
    pub(super) fn start(
        name: &str,
        receive: impl FnOnce(Receiver<J>) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE_LENGTH);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || receive(jobs))?;
        Ok(JobThread { queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a job, or fails if the queue is full.
    pub(super) fn send(&self, job: J) -> Result<(), StoreError> {
        let ended = || StoreError::Failed("the database thread has ended".into());
        match self.queue.as_ref().ok_or_else(ended)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => {
                Err(StoreError::Unavailable("the queue of the database thread is full".into()))
            }
            Err(TrySendError::Disconnected(_)) => Err(ended()),
        }
    }
}

thread_local! {
    /// Time until which this thread's connection waits for locks.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Delay between attempts to take a lock. SQLite's own delays grow to 100 ms and miss the moments in which
/// an import or a busy server does not hold it.
const LOCK_RETRY: Duration = Duration::from_millis(1);

/// Waits before SQLite retries to take a lock. Returns false after the deadline, which ends the retries.
fn wait_for_lock(_attempts: i32) -> bool {
    let left = DEADLINE.get().map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let left = left.filter(|left| !left.is_zero());
    left.map(|left| thread::sleep(left.min(LOCK_RETRY))).is_some()
}

/// Makes a connection wait for locks until the deadline of the thread that uses it.
pub(super) fn wait_until_deadlines(connection: &mut Connection) -> std::io::Result<()> {
    connection.busy_handler(Some(wait_for_lock)).map_err(std::io::Error::other)
}

/// Sets the time until which this thread's connection waits for locks; fails if that has passed.
pub(super) fn set_deadline(deadline: Instant) -> Result<(), StoreError> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        let cause = "the deadline passed while the request was queued";
        return Err(StoreError::Unavailable(cause.into()));
    }
    DEADLINE.set(Some(deadline));
    Ok(())
}

impl<J> Drop for JobThread<J> {
    /// Waits until the queued jobs have run or missed their deadlines.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl<J> Debug for JobThread<J> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let thread = self.thread.as_ref().and_then(|thread| thread.thread().name());
        formatter.debug_tuple("JobThread").field(&thread).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn set_deadline_fails_after_deadline() {
        assert!(matches!(set_deadline(Instant::now()), Err(StoreError::Unavailable(_))));
        assert!(set_deadline(Instant::now() + JOB_DEADLINE).is_ok());
    }
}
