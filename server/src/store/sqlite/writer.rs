//! The thread with the only connection that writes: group commit.
//!
//! A commit waits for the disk, and one wait can serve many: whatever has queued up while the last
//! commit was on its way goes into the next transaction together. Each piece of work happens as a whole
//! or not at all, in a savepoint of its own or as one statement, so one that fails or is refused takes
//! nothing else with it; and nobody is answered before the commit that makes the answer true.
//!
//! Waiting a moment for more work to arrive was rejected: under load the disk gives that moment for
//! free, and without load it would only be a delay.
//!
//! rusqlite on one thread, rather than sqlx: with sqlx each statement crosses to its thread and back,
//! and a batch would have to be one future that many callers wait for. Durable updates per second
//! through HTTP, two cores shared with the callers, a disk that flushes in 0.1 ms (`cargo bench`):
//!
//! | callers | this | axum + sqlx, one writer | axum + sqlx, pool of ten |
//! |---:|---:|---:|---:|
//! | 1 | 3,475 | 3,006 | 2,983 |
//! | 8 | 14,818 | 3,210 | 3,125 |
//! | 64 | 20,704 | 3,041 | 3,467 |
//! | 256 | 21,222 | 3,122 | 3,283 |

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::worker::{JOB_DEADLINE, QUEUE_LENGTH, wait_until};
use crate::store::StoreError;

/// The most that one transaction takes: what a failed commit refuses, and what another process that
/// wants to write has to wait for, stays small.
const BATCH_LENGTH: usize = 256;

/// Whether what a piece of work wrote is to stay.
pub(super) enum Written<T> {
    Keep(T),
    Undo(T),
}

/// Does pieces of work in order, several in one transaction.
#[derive(Debug)]
pub(super) struct Writer {
    /// `None` once it is being dropped.
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    metrics: WriterMetrics,
}

/// What a writer says of itself.
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

/// What a piece of work may leave half done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writes {
    /// SQLite itself sees to it that one statement happens as a whole or not at all.
    OneStatement,
    Several,
}

/// Work, and who waits for it.
trait Work: Send {
    /// Does it; the answer is kept back. An error has changed nothing once it is rolled back.
    fn attempt(&mut self, connection: &Connection) -> Outcome;

    /// Answers, once what was done is durable, or why it is not.
    fn settle(self: Box<Self>, committed: Result<(), &Failure>);
}

/// What is to become of a savepoint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Keep,
    Undo,
}

impl Writer {
    pub(super) fn start(name: &str, connection: Connection) -> std::io::Result<Self> {
        let (queue, jobs) = sync_channel::<Job>(QUEUE_LENGTH);
        let metrics = WriterMetrics::new();
        let queue_metrics = metrics.clone();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let jobs = Queue { jobs, metrics: queue_metrics };
            while let Some(first) = jobs.wait() {
                batch(&connection, first, &jobs);
            }
        })?;
        Ok(Writer { queue: Some(queue), thread: Some(thread), metrics })
    }

    pub(super) fn metrics(&self) -> &WriterMetrics {
        &self.metrics
    }

    /// Runs `work` in its turn and answers when it is durable, or refuses it once [`JOB_DEADLINE`]
    /// has passed before its turn came. Nobody needs to wait for it.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<Written<T>, StoreError> + Send + 'static,
    {
        self.queue(Writes::Several, work).await
    }

    /// The same for work that writes last and with one statement, if at all: it needs no savepoint,
    /// which would be two statements more.
    pub(super) async fn run_statement<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let work = |connection: &Connection| work(connection).map(Written::Keep);
        self.queue(Writes::OneStatement, work).await
    }

    async fn queue<T, F>(&self, writes: Writes, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<Written<T>, StoreError> + Send + 'static,
    {
        let (reply, replied) = oneshot::channel();
        let work = Box::new(Attempt { work: Some(work), result: None, reply });
        let job = Job { deadline: Instant::now() + JOB_DEADLINE, writes, work };
        self.metrics.queued.inc();
        let sent = match &self.queue {
            Some(queue) => queue.try_send(job),
            None => Err(TrySendError::Disconnected(job)),
        };
        if sent.is_err() {
            self.metrics.queued.dec();
        }
        match sent {
            Ok(()) => replied.await.unwrap_or_else(|_| {
                Err(StoreError::Failed("the database thread dropped this request".into()))
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

impl Drop for Writer {
    /// What is in the queue is done, or has missed its deadline, before the connection closes.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl WriterMetrics {
    fn new() -> Self {
        // 1 to 256 pieces of work; 50 microseconds to 1.6 seconds
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
            "How long commits took",
            Unit::Seconds,
            commit_seconds,
        );
    }
}

/// The end of the queue where the work comes out.
struct Queue {
    jobs: Receiver<Job>,
    metrics: WriterMetrics,
}

impl Queue {
    /// `None` when the writer is being dropped and nothing is left.
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

/// One transaction: the first piece of work, and what has queued up behind it.
fn batch(connection: &Connection, first: Job, jobs: &Queue) {
    // before anything is read, so that nothing read here is out of date when it is saved
    let begun = wait_until(first.deadline, connection)
        .and_then(|()| Ok(run(connection, "BEGIN IMMEDIATE")?));
    if let Err(error) = begun {
        // the others have their own deadlines, which are as good as over if this was a lock
        first.work.settle(Err(&Failure::of(&error)));
        return;
    }
    let mut done: Vec<Box<dyn Work>> = Vec::new();
    let mut next = Some(first);
    while let Some(mut job) = next {
        let attempted = attempt(connection, job.writes, &mut *job.work);
        done.push(job.work);
        if let Err(error) = attempted {
            // SQLite itself rolls back everything when the disk is full, or fails
            return abort(connection, done, &error);
        }
        next = if done.len() < BATCH_LENGTH { jobs.next() } else { None };
    }
    let began = Instant::now();
    let committed = run(connection, "COMMIT");
    jobs.metrics.commit_seconds.observe(began.elapsed().as_secs_f64());
    jobs.metrics.batch_size.observe(done.len() as f64);
    match committed {
        Ok(()) => done.into_iter().for_each(|work| work.settle(Ok(()))),
        Err(error) => abort(connection, done, &error.into()),
    }
}

/// Does a piece of work so that it happens as a whole or not at all. An error means that the
/// transaction is not to be gone on with.
fn attempt(connection: &Connection, writes: Writes, work: &mut dyn Work) -> Result<(), StoreError> {
    if writes == Writes::Several {
        run(connection, "SAVEPOINT job")?;
    }
    // a panic costs the one who asked for it
    let outcome = catch_unwind(AssertUnwindSafe(|| work.attempt(connection)));
    if connection.is_autocommit() {
        return Err(StoreError::Unavailable("the database rolled back the transaction".into()));
    }
    if writes == Writes::Several {
        if !matches!(outcome, Ok(Outcome::Keep)) {
            run(connection, "ROLLBACK TO job")?;
        }
        run(connection, "RELEASE job")?;
    }
    Ok(())
}

/// Runs a statement that is run all the time and is compiled once.
fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

fn abort(connection: &Connection, done: Vec<Box<dyn Work>>, error: &StoreError) {
    if !connection.is_autocommit() {
        // where this fails too, the next BEGIN says so
        let _ = connection.execute_batch("ROLLBACK");
    }
    let failure = Failure::of(error);
    for work in done {
        work.settle(Err(&failure));
    }
}

/// An error that many are told.
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

/// A piece of work before, and its result after it was done.
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
    fn attempt(&mut self, connection: &Connection) -> Outcome {
        let (outcome, result) = match self.work.take().map(|work| work(connection)) {
            Some(Ok(Written::Keep(value))) => (Outcome::Keep, Ok(value)),
            Some(Ok(Written::Undo(value))) => (Outcome::Undo, Ok(value)),
            Some(Err(error)) => (Outcome::Undo, Err(error)),
            None => return Outcome::Undo,
        };
        self.result = Some(result);
        outcome
    }

    fn settle(self: Box<Self>, committed: Result<(), &Failure>) {
        let panicked = || Err(StoreError::Failed("the request made its thread panic".into()));
        let answer = match (committed, self.result) {
            // its own error says more than the one that it may have caused
            (_, Some(Err(error))) => Err(error),
            (Err(failure), _) => Err(failure.to_error()),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => panicked(),
        };
        // whoever asked may have gone
        let _ = self.reply.send(answer);
    }
}

#[cfg(test)]
mod tests;
