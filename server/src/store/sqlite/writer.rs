//! The thread with the only connection that writes, with group commit.
//!
//! A commit waits for the disk. Jobs that were queued during one commit share the next transaction, and
//! so its wait. Each job is atomic, in its own savepoint or as one statement, so a job that fails or is
//! rejected does not affect the others. No result is sent before its commit.
//!
//! Waiting for more jobs before a commit was rejected: under load they arrive during the previous commit,
//! and without load the wait would only be a delay.
//!
//! sqlx was rejected: each statement crosses to its thread and back, and a batch would have to be one
//! future that many requests wait for. Durable updates per second through HTTP, on two cores shared with
//! the clients and a disk that flushes in 0.1 ms (`cargo bench`):
//!
//! | clients | this | axum + sqlx, one writer | axum + sqlx, pool of ten |
//! |---:|---:|---:|---:|
//! | 1 | 3,475 | 3,006 | 2,983 |
//! | 8 | 14,818 | 3,210 | 3,125 |
//! | 64 | 20,704 | 3,041 | 3,467 |
//! | 256 | 21,222 | 3,122 | 3,283 |

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::database_file::DatabaseFile;
use super::job_thread::{JOB_DEADLINE, JobThread, set_deadline, wait_until_deadlines};
use crate::store::error::StoreError;

/// Maximum number of jobs in one transaction. It limits how many jobs a failed commit affects and how
/// long another process waits to write.
const BATCH_LENGTH: usize = 256;

/// Result of a job, with the decision about its changes.
pub(super) enum Written<T> {
    /// Keep the changes.
    Keep(T),
    /// Roll back the changes.
    Undo(T),
}

/// Runs jobs in order, several of them in one transaction.
#[derive(Debug)]
pub(super) struct Writer {
    thread: JobThread<Job>,
    metrics: WriterMetrics,
}

/// Metrics of a writer.
#[derive(Clone, Debug)]
pub(super) struct WriterMetrics {
    queued: Gauge,
    batch_size: Histogram,
    commit_seconds: Histogram,
}

struct Job {
    deadline: Instant,
    writes: Writes,
    work: Box<dyn Work>,
}

/// Number of statements with which a job writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writes {
    /// At most one statement, which SQLite itself makes atomic.
    OneStatement,
    /// Several statements, which need a savepoint to be atomic.
    Several,
}

/// A closure with the channel for its result, without the type of the result.
trait Work: Send {
    /// Runs the closure and keeps its result.
    fn run(&mut self, connection: &Connection) -> Outcome;

    /// Sends the result if the commit succeeded, or an error.
    fn finish(self: Box<Self>, committed: Result<(), &Failure>);
}

/// Decision about a savepoint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Keep,
    Undo,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(
        name: &str,
        mut connection: Connection,
        file: Option<Arc<DatabaseFile>>,
    ) -> std::io::Result<Self> {
        wait_until_deadlines(&mut connection)?;
        let metrics = WriterMetrics::new();
        let queue_metrics = metrics.clone();
        let thread = JobThread::start(name, move |jobs| {
            let jobs = Queue { jobs, metrics: queue_metrics };
            while let Some(first) = jobs.wait() {
                run_batch(&connection, file.as_deref(), first, &jobs);
            }
        })?;
        Ok(Writer { thread, metrics })
    }

    pub(super) fn metrics(&self) -> &WriterMetrics {
        &self.metrics
    }

    /// Runs a job in the order of the queue and returns its result when it is durable, or fails if
    /// [`JOB_DEADLINE`] passes before the job starts. A job runs even if this future is dropped.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<Written<T>, StoreError> + Send + 'static,
    {
        self.run_within(JOB_DEADLINE, work).await
    }

    /// The same with another time limit than [`JOB_DEADLINE`].
    pub(super) async fn run_within<T, F>(
        &self,
        time_limit: Duration,
        work: F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<Written<T>, StoreError> + Send + 'static,
    {
        self.queue(time_limit, Writes::Several, work).await
    }

    /// Runs a job that writes at most one statement, as its last one. It needs no savepoint, which would be
    /// two more statements.
    pub(super) async fn run_statement<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let work = |connection: &Connection| work(connection).map(Written::Keep);
        self.queue(JOB_DEADLINE, Writes::OneStatement, work).await
    }

    async fn queue<T, F>(
        &self,
        time_limit: Duration,
        writes: Writes,
        work: F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<Written<T>, StoreError> + Send + 'static,
    {
        let (reply, replied) = oneshot::channel();
        let work = Box::new(Attempt { work: Some(work), result: None, reply });
        let job = Job { deadline: Instant::now() + time_limit, writes, work };
        self.metrics.queued.inc();
        if let Err(error) = self.thread.send(job) {
            self.metrics.queued.dec();
            return Err(error);
        }
        replied.await.unwrap_or_else(|_| {
            Err(StoreError::Failed("the database thread dropped this request".into()))
        })
    }
}

impl WriterMetrics {
    fn new() -> Self {
        // 1 to 256 jobs; 50 microseconds to 1.6 seconds
        let batch_size = Histogram::new(exponential_buckets(1.0, 2.0, 9));
        let commit_seconds = Histogram::new(exponential_buckets(0.000_05, 2.0, 16));
        WriterMetrics { queued: Gauge::default(), batch_size, commit_seconds }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let WriterMetrics { queued, batch_size, commit_seconds } = self.clone();
        registry.register("links_store_queue_depth", "Requests waiting for the writer", queued);
        registry.register("links_store_batch_size", "Requests in one transaction", batch_size);
        registry.register_with_unit(
            "links_store_commit_duration",
            "Duration of commits",
            Unit::Seconds,
            commit_seconds,
        );
    }
}

/// The receiving end of the queue, which updates the gauge of its length.
struct Queue {
    jobs: Receiver<Job>,
    metrics: WriterMetrics,
}

impl Queue {
    /// Waits for a job. Returns `None` when the writer is dropped and the queue is empty.
    fn wait(&self) -> Option<Job> {
        self.counted(self.jobs.recv().ok())
    }

    fn next(&self) -> Option<Job> {
        self.counted(self.jobs.try_recv().ok())
    }

    fn counted(&self, job: Option<Job>) -> Option<Job> {
        if job.is_some() {
            self.metrics.queued.dec();
        }
        job
    }
}

/// Runs one transaction with the first job and those queued behind it.
///
/// The file is checked at both ends: a change is acknowledged only if it is in the file that a restart opens.
fn run_batch(connection: &Connection, file: Option<&DatabaseFile>, first: Job, jobs: &Queue) {
    let check_file = || file.map_or(Ok(()), DatabaseFile::check);
    // a write transaction from the start, so that no other process changes what the jobs read
    let begun = check_file()
        .and_then(|()| set_deadline(first.deadline))
        .and_then(|()| Ok(execute(connection, "BEGIN IMMEDIATE")?));
    if let Err(error) = begun {
        // the other jobs have their own deadlines, which are nearly over if a lock was the cause
        first.work.finish(Err(&Failure::of(&error)));
        return;
    }
    let mut done: Vec<Box<dyn Work>> = Vec::new();
    let mut next = Some(first);
    while let Some(mut job) = next {
        let result = run_job(connection, job.writes, &mut *job.work);
        done.push(job.work);
        if let Err(error) = result {
            // SQLite itself rolls back the transaction when the disk is full or fails
            return abort(connection, done, &error);
        }
        next = if done.len() < BATCH_LENGTH { jobs.next() } else { None };
    }
    let began = Instant::now();
    let committed = execute(connection, "COMMIT").map_err(StoreError::from);
    jobs.metrics.commit_seconds.observe(began.elapsed().as_secs_f64());
    jobs.metrics.batch_size.observe(done.len() as f64);
    match committed.and_then(|()| check_file()) {
        Ok(()) => done.into_iter().for_each(|work| work.finish(Ok(()))),
        Err(error) => abort(connection, done, &error),
    }
}

/// Runs a job atomically. An error means that the transaction cannot continue.
fn run_job(connection: &Connection, writes: Writes, work: &mut dyn Work) -> Result<(), StoreError> {
    if writes == Writes::Several {
        execute(connection, "SAVEPOINT job")?;
    }
    // a panic fails only its own job
    let outcome = catch_unwind(AssertUnwindSafe(|| work.run(connection)));
    if connection.is_autocommit() {
        return Err(StoreError::Unavailable("the database rolled back the transaction".into()));
    }
    if writes == Writes::Several {
        if !matches!(outcome, Ok(Outcome::Keep)) {
            execute(connection, "ROLLBACK TO job")?;
        }
        execute(connection, "RELEASE job")?;
    }
    Ok(())
}

/// Executes a statement that is prepared once and cached.
fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn abort(connection: &Connection, done: Vec<Box<dyn Work>>, error: &StoreError) {
    if !connection.is_autocommit() {
        // if this fails too, the next BEGIN reports it
        let _ = connection.execute_batch("ROLLBACK");
    }
    let failure = Failure::of(error);
    for work in done {
        work.finish(Err(&failure));
    }
}

/// A failure of a transaction, which all its jobs receive.
struct Failure {
    unavailable: bool,
    cause: String,
}

impl Failure {
    fn of(error: &StoreError) -> Self {
        let unavailable = matches!(error, StoreError::Unavailable(_));
        Failure { unavailable, cause: error.cause() }
    }

    fn to_error(&self) -> StoreError {
        let cause = self.cause.clone().into();
        if self.unavailable { StoreError::Unavailable(cause) } else { StoreError::Failed(cause) }
    }
}

/// A closure, which is `None` once it has run, and its result.
struct Attempt<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Work for Attempt<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<Written<T>, StoreError> + Send,
{
    fn run(&mut self, connection: &Connection) -> Outcome {
        let (outcome, result) = match self.work.take().map(|work| work(connection)) {
            Some(Ok(Written::Keep(value))) => (Outcome::Keep, Ok(value)),
            Some(Ok(Written::Undo(value))) => (Outcome::Undo, Ok(value)),
            Some(Err(error)) => (Outcome::Undo, Err(error)),
            None => return Outcome::Undo,
        };
        self.result = Some(result);
        outcome
    }

    fn finish(self: Box<Self>, committed: Result<(), &Failure>) {
        let result = match (committed, self.result) {
            // the job's own error is more specific than the failure that it may have caused
            (_, Some(Err(error))) => Err(error),
            (Err(failure), _) => Err(failure.to_error()),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => Err(StoreError::Failed("the request panicked".into())),
        };
        // the request may have been cancelled
        let _ = self.reply.send(result);
    }
}

#[cfg(test)]
mod tests;
