#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

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
        Fixture { writer: Arc::new(Writer::start("test", connection).unwrap()), directory }
    }

    /// What another connection sees.
    fn durable(&self) -> Vec<i64> {
        let connection = Connection::open(self.directory.path().join("x.db")).unwrap();
        let mut statement = connection.prepare("SELECT n FROM t ORDER BY n").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// Keeps the thread busy until the sender sends, so that what follows queues up.
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
        while self.writer.metrics.queued.get() < count {
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
async fn what_has_queued_up_shares_a_commit() {
    let fixture = Fixture::new();
    let release = fixture.block().await;
    let inserts: Vec<_> = (0..100).map(|n| fixture.insert(n)).collect();
    fixture.queued(100).await;
    assert!(fixture.durable().is_empty(), "nothing is visible before its commit");
    assert!(inserts.iter().all(|insert| !insert.is_finished()), "or answered");
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
async fn each_piece_of_work_succeeds_or_fails_by_itself() {
    let fixture = Fixture::new();
    let release = fixture.block().await;
    let kept = [fixture.insert(1), fixture.insert(2)];
    let undone = fixture.spawn(|connection| {
        connection.execute("INSERT INTO t VALUES (3)", [])?;
        Ok(Written::Undo("refused"))
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
    assert_eq!(undone.await.unwrap().unwrap(), "refused");
    assert!(matches!(failed.await.unwrap(), Err(StoreError::Failed(_))));
    assert!(matches!(panicked.await.unwrap(), Err(StoreError::Failed(_))));
    last.await.unwrap().unwrap();
    assert_eq!(fixture.durable(), [1, 2, 6]);
}

#[tokio::test]
async fn a_transaction_that_is_gone_refuses_all_of_it_and_the_next_one_works() {
    let fixture = Fixture::new();
    let release = fixture.block().await;
    let before = fixture.insert(1);
    fixture.queued(1).await;
    // as SQLite does by itself when the disk is full
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
async fn a_full_disk_refuses_and_heals() {
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
    // whoever was told that it is done is there, and nobody else
    assert_eq!(fixture.durable(), if small.is_ok() { vec![1] } else { vec![] });
    pages(1_000_000).await.unwrap().unwrap();
    fill(10).await.unwrap().unwrap();
    assert_eq!(fixture.durable().len(), 5000 + usize::from(small.is_ok()));
}

#[tokio::test]
async fn a_full_queue_is_unavailable() {
    let fixture = Fixture::new();
    let release = fixture.block().await;
    let queued: Vec<_> =
        (0..QUEUE_LENGTH).map(|_| fixture.spawn(|_| Ok(Written::Undo(())))).collect();
    fixture.queued(i64::try_from(QUEUE_LENGTH).unwrap()).await;
    let refused = fixture.insert(1).await.unwrap();
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    release.send(()).unwrap();
    for job in queued {
        job.await.unwrap().unwrap();
    }
    assert!(fixture.durable().is_empty());
    assert_eq!(fixture.writer.metrics.queued.get(), 0);
}

#[tokio::test]
async fn nobody_is_answered_before_the_commit() {
    let fixture = Fixture::new();
    let keys = fixture.spawn(|connection| {
        let child = "CREATE TABLE child (n INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)";
        Ok(Written::Keep(connection.execute_batch(child)?))
    });
    keys.await.unwrap().unwrap();
    let release = fixture.block().await;
    let innocent = fixture.insert(1);
    fixture.queued(1).await;
    // found out at the commit, and not before
    let orphan = fixture.spawn(|connection| {
        Ok(Written::Keep(connection.execute_batch("INSERT INTO child VALUES (7)")?))
    });
    fixture.queued(2).await;
    release.send(()).unwrap();
    assert!(innocent.await.unwrap().is_err(), "what is not durable is not answered");
    assert!(orphan.await.unwrap().is_err());
    assert!(fixture.durable().is_empty());
    fixture.insert(2).await.unwrap().unwrap();
    assert_eq!(fixture.durable(), [2]);
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_unavailable_and_heals() {
    let fixture = Fixture::new();
    let read_only = |on: bool| {
        fixture.spawn(move |connection| {
            Ok(Written::Undo(connection.pragma_update(None, "query_only", on)?))
        })
    };
    let release = fixture.block().await;
    let off = read_only(true);
    fixture.queued(1).await;
    let refused = fixture.insert(1);
    fixture.queued(2).await;
    let on = read_only(false);
    fixture.queued(3).await;
    let kept = fixture.insert(2);
    fixture.queued(4).await;
    release.send(()).unwrap();
    let refused = refused.await.unwrap();
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    for done in [off.await, on.await] {
        done.unwrap().unwrap();
    }
    kept.await.unwrap().unwrap();
    assert_eq!(fixture.durable(), [2]);
}
