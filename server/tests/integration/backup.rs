//! Backup of a database in use, and servers on restored databases.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::load;
use crate::process::{Workspace, sqlite};

const WRITERS: usize = 8;
const DATABASE: [&str; 2] = ["--database", "sqlite:links.db"];

fn with_links() -> (Workspace, String) {
    let workspace = Workspace::new();
    workspace.write("links.json", load::links(WRITERS).to_string());
    let import = [&["import"], &DATABASE[..], &["--account", "acme", "links.json"]];
    workspace.run(&import.concat()).succeeded();
    let key = workspace.key();
    (workspace, key)
}

fn serve(workspace: &Workspace, database: &str) -> crate::process::Serving {
    workspace.serve(&["--bind", "127.0.0.1:0", "--rate-limit", "0", "--database", database])
}

fn backup(workspace: &Workspace, file: &str) -> crate::process::Done {
    workspace.run(&[&["backup"], &DATABASE[..], &[file]].concat())
}

fn restore(workspace: &Workspace, file: &str, database: &str) -> crate::process::Done {
    workspace.run(&["restore", "--database", database, file])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn backup_under_load_is_consistent() {
    let (workspace, key) = with_links();
    let server = serve(&workspace, "sqlite:links.db");
    let base = format!("http://{}", server.address);
    let stop = Arc::new(AtomicBool::new(false));
    let copies = async {
        for copy in 0..4 {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            let copied = tokio::task::block_in_place(|| backup(&workspace, &format!("{copy}.db")));
            copied.succeeded();
        }
        stop.store(true, Ordering::Relaxed);
    };
    let bases = [base];
    let (writers, ()) =
        tokio::join!(load::run(load::writers(WRITERS), &bases, &key, &stop), copies);
    assert!(writers.iter().all(|writer| writer.count > 10), "{writers:?}");
    backup(&workspace, "last.db").succeeded();
    server.signal("KILL");
    drop(server);

    for copy in ["0", "1", "2", "3", "last"] {
        let database = format!("sqlite:restored_{copy}.db");
        restore(&workspace, &format!("{copy}.db"), &database).succeeded();
        let server = serve(&workspace, &database);
        let mut writers = writers.clone();
        if copy != "last" {
            // the copy has no later updates
            writers.iter_mut().for_each(|writer| writer.acknowledged = 0);
        }
        load::check(&mut writers, &format!("http://{}", server.address), &key).await;
        assert!(writers.iter().all(|writer| writer.acknowledged > 0), "{copy}: {writers:?}");
    }
}

#[test]
fn backup_and_restore_do_not_overwrite_files() {
    let (workspace, _) = with_links();
    backup(&workspace, "copy.db").succeeded();
    let before = std::fs::read(workspace.path("copy.db")).unwrap();
    backup(&workspace, "copy.db").failed(1, &["copy.db already exists"]);
    assert_eq!(std::fs::read(workspace.path("copy.db")).unwrap(), before);
    restore(&workspace, "copy.db", "sqlite:links.db").failed(1, &["links.db already exists"]);
    workspace.write("new.db-wal", "of another database");
    restore(&workspace, "copy.db", "sqlite:new.db").failed(1, &["new.db-wal already exists"]);
    assert!(!workspace.path("new.db").exists());
}

#[test]
fn restore_rejects_missing_foreign_and_damaged_copies() {
    let (workspace, _) = with_links();
    restore(&workspace, "nowhere.db", "sqlite:new.db").failed(1, &["no such file: nowhere.db"]);
    workspace.write("text.db", "not a database, but a text that is long enough to look at");
    restore(&workspace, "text.db", "sqlite:new.db").failed(1, &["text.db"]);
    sqlite(&workspace.path("foreign.db"), "CREATE TABLE t (n)");
    restore(&workspace, "foreign.db", "sqlite:new.db").failed(1, &["another application"]);
    sqlite(&workspace.path("empty.db"), "VACUUM");
    restore(&workspace, "empty.db", "sqlite:new.db").failed(1, &["another application"]);

    backup(&workspace, "copy.db").succeeded();
    let mut bytes = std::fs::read(workspace.path("copy.db")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xff);
    workspace.write("damaged.db", bytes);
    restore(&workspace, "damaged.db", "sqlite:new.db").failed(1, &["damaged.db"]);
    assert!(!workspace.path("new.db").exists());

    let missing = ["backup", "--database", "sqlite:nowhere.db", "copy2.db"];
    workspace.run(&missing).failed(1, &["no database nowhere.db"]);
    let memory = ["backup", "--database", "sqlite::memory:", "copy2.db"];
    workspace.run(&memory).failed(1, &["pg_dump"]);
    let leftovers = std::fs::read_dir(workspace.path("")).unwrap();
    let leftovers = leftovers.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(leftovers.filter(|name| name.contains("unfinished")).count(), 0);
}
