#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::mpsc;

use super::super::job_thread::QUEUE_LENGTH;
use super::*;

struct Fixture {
    writer: Arc<Writer>,
    directory: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let connection = Connection::open(directory.path().join("x.db")).unwrap();
        let tables = "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT";
        connection.execute_batch(tables).unwrap();
        Fixture { writer: Arc::new(Writer::start("test", connection, None).unwrap()), directory }
    }

    /// Returns the rows that another connection sees.
    fn durable(&self) -> Vec<i64> {
        let connection = Connection::open(self.directory.path().join("x.db")).unwrap();
        let mut statement = connection.prepare("SELECT n FROM t ORDER BY n").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// Blocks the thread until the returned sender sends, so that further jobs are queued.
    async fn block(&self) -> mpsc::Sender<()> {
        let (release, released) = mpsc::channel::<()>();
        let writer = Arc::clone(&self.writer);
        let (started, has_started) = oneshot::channel();
        tokio::spawn(async move {
            let block = move |_: &Connection| {
                started.send(()).unwrap();
                released.recv().unwrap();
                Ok(Written::Undo(()))
            };
            writer.run(block).await.unwrap();
        });
        has_started.await.unwrap();
        release
    }

    fn insert(&self, n: i64) -> tokio::task::JoinHandle<Result<i64, StoreError>> {
        self.spawn(move |connection| {
            connection.execute("INSERT INTO t VALUES (?1)", [n])?;
            Ok(Written::Keep(n))
        })
    }

    fn spawn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<Written<T>, StoreError> + Send + 'static,
    ) -> tokio::task::JoinHandle<Result<T, StoreError>> {
        let writer = Arc::clone(&self.writer);
        tokio::spawn(async move { writer.run(work).await })
    }

    async fn queued(&self, count: i64) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.writer.metrics.queued.get() < count {
            assert!(Instant::now() < deadline, "{} queued", self.writer.metrics.queued.get());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn batches(&self) -> String {
        let mut registry = Registry::default();
        self.writer.metrics.register(&mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        text.lines().filter(|line| line.contains("batch_size_")).collect::<Vec<_>>().join("\n")
    }
}

#[tokio::test]
async fn queued_jobs_share_one_commit() {
    let fixture = Fixture::new();
    let release = fixture.block().await;
    let inserts: Vec<_> = (0..100).map(|n| fixture.insert(n)).collect();
    fixture.queued(100).await;
    assert!(fixture.durable().is_empty(), "a row is visible before its commit");
    assert!(
        inserts.iter().all(|insert| !insert.is_finished()),
        "a result was sent before its commit"
    );
    release.send(()).unwrap();
    for insert in inserts {
        insert.await.unwrap().unwrap();
    }
    assert_eq!(fixture.durable(), (0..100).collect::<Vec<_>>());
    let batches = fixture.batches();
    assert!(batches.contains("batch_size_count 1\n"), "{batches}");
    assert!(batches.contains("batch_size_sum 101"), "{batches}");
}

#[tokio::test]
async fn jobs_in_one_batch_succeed_or_fail_independently() {
    let fixture = Fixture::new();
    let release = fixture.block().await;
    let kept = [fixture.insert(1), fixture.insert(2)];
    let undone = fixture.spawn(|connection| {
        connection.execute("INSERT INTO t VALUES (3)", [])?;
        Ok(Written::Undo("rejected"))
    });
    let failed = fixture.spawn::<()>(|connection| {
        connection.execute("INSERT INTO t VALUES (4)", [])?;
        Ok(Written::Keep(connection.execute_batch("INSERT INTO t VALUES (1)")?))
    });
    let panicked = fixture.spawn::<()>(|connection| {
        connection.execute("INSERT INTO t VALUES (5)", []).unwrap();
        panic!("on purpose")
    });
    fixture.queued(5).await;
    let last = fixture.insert(6);
    fixture.queued(6).await;
    release.send(()).unwrap();
    for kept in kept {
        kept.await.unwrap().unwrap();
    }
    assert_eq!(undone.await.unwrap().unwrap(), "rejected");
    assert!(matches!(failed.await.unwrap(), Err(StoreError::Failed(_))));
    assert!(matches!(panicked.await.unwrap(), Err(StoreError::Failed(_))));
    last.await.unwrap().unwrap();
    assert_eq!(fixture.durable(), [1, 2, 6]);
}

#[tokio::test]
async fn rolled_back_transaction_fails_its_jobs_and_not_the_next() {
    let fixture = Fixture::new();
    let release = fixture.block().await;
    let before = fixture.insert(1);
    fixture.queued(1).await;
    // SQLite itself rolls back when the disk is full
    let gone = fixture.spawn(|connection| Ok(Written::Keep(connection.execute_batch("ROLLBACK")?)));
    fixture.queued(2).await;
    release.send(()).unwrap();
    for result in [before.await.unwrap().map(|_| ()), gone.await.unwrap()] {
        assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
    }
    fixture.insert(2).await.unwrap().unwrap();
    assert_eq!(fixture.durable(), [2]);
}

#[tokio::test]
async fn full_disk_is_unavailable_until_space_is_free() {
    let fixture = Fixture::new();
    let pages = |pages: i64| {
        fixture.spawn(move |connection| {
            Ok(Written::Undo(connection.pragma_update(None, "max_page_count", pages)?))
        })
    };
    pages(2).await.unwrap().unwrap();
    let fill = |from: i64| {
        fixture.spawn(move |connection| {
            for n in from..from + 5000 {
                connection.execute("INSERT INTO t VALUES (?1)", [n])?;
            }
            Ok(Written::Keep(()))
        })
    };
    let release = fixture.block().await;
    let small = fixture.insert(1);
    fixture.queued(1).await;
    let large = fill(10);
    fixture.queued(2).await;
    release.send(()).unwrap();
    let (small, large) = (small.await.unwrap(), large.await.unwrap());
    assert!(matches!(large, Err(StoreError::Unavailable(_))), "{large:?}");
    // a row exists exactly if its job succeeded
    assert_eq!(fixture.durable(), if small.is_ok() { vec![1] } else { vec![] });
    pages(1_000_000).await.unwrap().unwrap();
    fill(10).await.unwrap().unwrap();
    assert_eq!(fixture.durable().len(), 5000 + usize::from(small.is_ok()));
}

#[tokio::test]
async fn run_is_unavailable_when_queue_is_full() {
    let fixture = Fixture::new();
    let release = fixture.block().await;
    let queued: Vec<_> =
        (0..QUEUE_LENGTH).map(|_| fixture.spawn(|_| Ok(Written::Undo(())))).collect();
    fixture.queued(i64::try_from(QUEUE_LENGTH).unwrap()).await;
    let rejected = fixture.insert(1).await.unwrap();
    assert!(matches!(rejected, Err(StoreError::Unavailable(_))), "{rejected:?}");
    release.send(()).unwrap();
    for job in queued {
        job.await.unwrap().unwrap();
    }
    assert!(fixture.durable().is_empty());
    assert_eq!(fixture.writer.metrics.queued.get(), 0);
}

#[tokio::test]
async fn failed_commit_fails_all_jobs_of_batch() {
    let fixture = Fixture::new();
    let keys = fixture.spawn(|connection| {
        let child = "CREATE TABLE child (n INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)";
        Ok(Written::Keep(connection.execute_batch(child)?))
    });
    keys.await.unwrap().unwrap();
    let release = fixture.block().await;
    let innocent = fixture.insert(1);
    fixture.queued(1).await;
    // violates a constraint that is checked at the commit
    let orphan = fixture.spawn(|connection| {
        Ok(Written::Keep(connection.execute_batch("INSERT INTO child VALUES (7)")?))
    });
    fixture.queued(2).await;
    release.send(()).unwrap();
    assert!(innocent.await.unwrap().is_err(), "a job succeeded that is not durable");
    assert!(orphan.await.unwrap().is_err());
    assert!(fixture.durable().is_empty());
    fixture.insert(2).await.unwrap().unwrap();
    assert_eq!(fixture.durable(), [2]);
}

#[tokio::test]
async fn read_only_database_is_unavailable_until_writable() {
    let fixture = Fixture::new();
    let read_only = |on: bool| {
        fixture.spawn(move |connection| {
            Ok(Written::Undo(connection.pragma_update(None, "query_only", on)?))
        })
    };
    let release = fixture.block().await;
    let off = read_only(true);
    fixture.queued(1).await;
    let rejected = fixture.insert(1);
    fixture.queued(2).await;
    let on = read_only(false);
    fixture.queued(3).await;
    let kept = fixture.insert(2);
    fixture.queued(4).await;
    release.send(()).unwrap();
    let rejected = rejected.await.unwrap();
    assert!(matches!(rejected, Err(StoreError::Unavailable(_))), "{rejected:?}");
    for done in [off.await, on.await] {
        done.unwrap().unwrap();
    }
    kept.await.unwrap().unwrap();
    assert_eq!(fixture.durable(), [2]);
}
