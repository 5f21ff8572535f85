//! A server on an SQLite file that other processes lock, replace, fill or import into.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use agenthuman_links_server::database_url::DatabaseUrl;
use agenthuman_links_server::store::{self, MissingDatabase};
use serde_json::json;

use crate::command_line::with_link;
use crate::harness::{LINK_ID, link_with};
use crate::process::{Serving, Workspace};

/// Time for which the server uses the result of a readiness check again, and a little more.
const NEXT_CHECK: Duration = Duration::from_millis(1100);

/// A server with an admin address.
struct Monitored {
    server: Serving,
    admin: String,
}

/// Returns a free address.
pub(crate) fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// Sends a GET request and returns the status and the body.
pub(crate) fn get(url: &str, key: &str) -> (u16, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let response = reqwest::Client::new().get(url).header("x-api-key", key).send().await;
        let response = response.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    })
}

impl Monitored {
    fn start(workspace: &Workspace) -> Self {
        let admin = free_address();
        let arguments = ["--bind", "127.0.0.1:0", "--rate-limit", "0", "--admin-bind", &admin];
        Monitored { server: workspace.serve(&arguments), admin }
    }

    fn readyz(&self) -> u16 {
        get(&format!("http://{}/readyz", self.admin), "").0
    }

    fn get_link(&self, key: &str) -> u16 {
        get(&format!("http://{}/v1/links/{LINK_ID}", self.server.address), key).0
    }

    fn put_link(&self, key: &str, name: &str) -> u16 {
        self.server.put(key, LINK_ID, &json!({ "name": name }).to_string()).0
    }
}

/// Checks that a server whose database file was taken away by `lose` stops using it, even if it comes back.
fn is_unavailable_after(lose: impl Fn(&Path, &Path)) {
    let (workspace, key) = with_link();
    let server = Monitored::start(&workspace);
    assert_eq!((server.put_link(&key, "Kept"), server.readyz()), (200, 200));
    let (database, old) = (workspace.path("links.db"), workspace.path("old.db"));
    std::fs::hard_link(&database, &old).unwrap();
    lose(&database, &workspace.path("new.db"));
    std::thread::sleep(NEXT_CHECK);
    let is_unavailable = || {
        assert_eq!((server.put_link(&key, "Lost"), server.get_link(&key)), (503, 503));
        assert_eq!(server.readyz(), 503);
    };
    is_unavailable();
    std::fs::rename(&old, &database).unwrap();
    is_unavailable();
    server.server.signal("TERM");
    let log = server.server.finish().stderr;
    let line = "ERRO the database file was replaced or deleted: restart the server";
    assert_eq!(log.matches(line).count(), 1, "{log}");

    let server = Monitored::start(&workspace);
    let (_, body) = server.server.put(&key, LINK_ID, "{}");
    assert_eq!(body["link"]["name"], "Kept");
}

#[test]
fn deleted_database_is_unavailable_until_restart() {
    is_unavailable_after(|database, _| std::fs::remove_file(database).unwrap());
}

#[test]
fn replaced_database_is_unavailable_until_restart() {
    is_unavailable_after(|database, new| {
        std::fs::copy(database, new).unwrap();
        std::fs::rename(new, database).unwrap();
    });
}

#[test]
fn locked_database_is_not_ready() {
    let (workspace, key) = with_link();
    let server = Monitored::start(&workspace);
    assert_eq!(server.readyz(), 200);
    let other = rusqlite::Connection::open(workspace.path("links.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::sleep(NEXT_CHECK);
    let began = Instant::now();
    assert_eq!(server.readyz(), 503);
    let waited = began.elapsed();
    assert!(waited > Duration::from_millis(900) && waited < Duration::from_secs(2), "{waited:?}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(server.put_link(&key, "After"), 200);
    std::thread::sleep(NEXT_CHECK);
    assert_eq!(server.readyz(), 200);
}

fn log_bytes(workspace: &Workspace) -> u64 {
    std::fs::metadata(workspace.path("links.db-wal")).unwrap().len()
}

/// Size of the log in the README, and a little more.
const LOG_BYTES: u64 = 17 << 20;

#[test]
fn log_shrinks_after_a_long_reader() {
    let (workspace, key) = with_link();
    let server = Monitored::start(&workspace);
    let update = |count: usize| {
        for number in 0..count {
            // SQLite does not write pages that stay the same
            let name = ["x", "y"][number % 2].repeat(60_000);
            assert_eq!(server.put_link(&key, &name), 200);
        }
    };
    let reader = rusqlite::Connection::open(workspace.path("links.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM links").unwrap();
    update(500);
    assert!(log_bytes(&workspace) > 24 << 20, "{} bytes", log_bytes(&workspace));
    drop(reader);
    update(3);
    assert!(log_bytes(&workspace) < LOG_BYTES, "{} bytes", log_bytes(&workspace));
}

#[tokio::test]
async fn readiness_checks_do_not_grow_the_log() {
    let workspace = Workspace::new();
    let database = DatabaseUrl::SqliteFile(workspace.path("links.db"));
    let store = store::open(&database, MissingDatabase::Create).await.unwrap();
    for _ in 0..4500 {
        store.check_writable().await.unwrap();
    }
    let bytes = log_bytes(&workspace);
    assert!(bytes > 4096, "the checks write nothing");
    assert!(bytes < LOG_BYTES, "{bytes} bytes");
}

#[test]
fn second_server_on_one_file_is_rejected_and_other_commands_are_not() {
    let (workspace, key) = with_link();
    std::os::unix::fs::symlink("links.db", workspace.path("link.db")).unwrap();
    let server = Monitored::start(&workspace);
    for database in ["sqlite:links.db", "sqlite:./links.db", "sqlite:link.db"] {
        let second = workspace.run(&["serve", "--bind", "127.0.0.1:0", "--database", database]);
        second.failed(1, &["another links-server serves", "PostgreSQL"]);
    }
    workspace.key();
    workspace.run(&["import", "--account", "acme", "link.json"]).succeeded();
    workspace.run(&["backup", "copy.db"]).succeeded();
    workspace.run(&["export", "--account", "acme"]).succeeded();
    assert_eq!(server.put_link(&key, "First"), 200);
    let mode = std::fs::metadata(workspace.path("links.db.lock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.server.signal("KILL");
    drop(server);
    let server = Monitored::start(&workspace);
    assert_eq!(server.put_link(&key, "Second"), 200);
}

/// `LINKS_IMPORT_LENGTH` sets the number of links.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn updates_are_fast_during_a_large_import() {
    let length = std::env::var("LINKS_IMPORT_LENGTH").map_or(20_000, |text| text.parse().unwrap());
    let (workspace, key) = tokio::task::spawn_blocking(with_link).await.unwrap();
    let agent = link_with("lnk_of_import", json!({}))["agent"].clone();
    let links = (0..length).map(|n| link_with(&format!("lnk_{n}"), json!({ "agent": agent })));
    let links: Vec<_> = links.map(|link| link.to_string()).collect();
    workspace.write("many.json", format!("[{}]", links.join(",\n")));
    let server = workspace.serve(&["--bind", "127.0.0.1:0", "--rate-limit", "0"]);
    let mut import = workspace.command(&["import", "--account", "acme", "many.json"]);
    let import = tokio::task::spawn_blocking(move || {
        crate::process::done_within(&mut import, Duration::from_secs(600))
    });
    let client = reqwest::Client::new();
    let url = format!("http://{}/v1/links/{LINK_ID}", server.address);
    let (mut slowest, mut updates) = (Duration::ZERO, 0);
    while !import.is_finished() {
        let began = Instant::now();
        let body = json!({ "name": format!("Name {updates}") });
        let update = client.put(&url).header("x-api-key", &key).json(&body).send().await.unwrap();
        assert_eq!(update.status(), 200);
        slowest = slowest.max(began.elapsed());
        updates += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let summary = import.await.unwrap().succeeded();
    assert!(summary.contains(&format!("links: {length} imported")), "{summary}");
    eprintln!("{length} links imported, {updates} updates, the slowest took {slowest:?}");
    assert!(updates > 50 && slowest < Duration::from_secs(1), "{updates} {slowest:?}");
}

#[test]
fn interrupted_import_is_continued_by_the_next_one() {
    let (workspace, _) = with_link();
    let agent = link_with("lnk_of_import", json!({}))["agent"].clone();
    let links: Vec<_> =
        (0..20_000).map(|n| link_with(&format!("lnk_{n}"), json!({ "agent": agent }))).collect();
    workspace.write("many.json", serde_json::to_vec(&links).unwrap());
    let arguments = ["import", "--account", "acme", "many.json"];
    let mut child = workspace.command(&arguments).spawn().unwrap();
    let connection = rusqlite::Connection::open(workspace.path("links.db")).unwrap();
    let count = || {
        let count = "SELECT count(*) FROM links";
        connection.query_row(count, [], |row| row.get::<_, u32>(0)).unwrap() - 1
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while count() == 0 {
        assert!(Instant::now() < deadline, "nothing is imported");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = count();
    assert!(before < 20_000, "the import was not interrupted");
    let summary = workspace.run(&arguments).succeeded();
    let rest = 20_000 - before;
    assert!(summary.contains(&format!("links: {rest} imported, 0 replaced, {before} unchanged")));
    assert_eq!(count(), 20_000);
}

#[test]
fn rejected_large_import_changes_nothing() {
    let (workspace, _) = with_link();
    let mut links: Vec<_> = (0..2000).map(|n| link_with(&format!("lnk_{n}"), json!({}))).collect();
    // the last link belongs to the account `acme`
    links.push(link_with(LINK_ID, json!({})));
    workspace.write("many.json", serde_json::to_vec(&links).unwrap());
    let import = workspace.run(&["import", "--account", "other", "many.json"]);
    import.failed(1, &["many.json", LINK_ID, "another account"]);
    let accounts = workspace.run(&["accounts", "list"]).succeeded();
    assert_eq!(accounts.lines().count(), 2, "{accounts}");
    assert!(!workspace.run(&["export", "--account", "acme"]).succeeded().contains("lnk_1\""));
}
