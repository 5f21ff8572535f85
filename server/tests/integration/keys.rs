//! The life of a key: label, expiry, last use, rotation.

use std::time::{Duration, Instant};

use agenthuman_links_server::clock::Clock;
use agenthuman_links_server::key::{KeyKind, Secret};
use agenthuman_links_server::store::NewKey;
use serde_json::json;

use crate::command_line::{serve, with_link};
use crate::harness::{LINK_ID, TestServer, on_every_store, timestamp};
use crate::process::{Workspace, sqlite};

on_every_store! {
    key_is_rejected_from_its_expiry_on,
    last_use_is_saved_in_the_background,
}

async fn key_is_rejected_from_its_expiry_on(mut server: TestServer) {
    let secret = Secret::generate(KeyKind::Live);
    let expires_at = timestamp(&later(&server, 60));
    let key = NewKey { expires_at: Some(expires_at), ..NewKey::new(&secret, server.clock.now()) };
    server.store().await.add_key("acme".to_owned(), key).await.unwrap();
    server.key = secret.reveal().to_owned();
    assert_eq!(server.update("{}").await.status, 200);
    // although the key was authenticated a moment ago
    server.clock.advance(Duration::from_secs(60));
    for _ in 0..2 {
        let response = server.send(server.request(LINK_ID, "{}")).await;
        assert_eq!(response.status, 401);
        assert_eq!(response.body, json!({ "error": "API key has been deactivated" }));
    }
}

/// Returns the time of the server's clock after some seconds.
fn later(server: &TestServer, seconds: u64) -> String {
    let micros = server.clock.now().micros() + i64::try_from(seconds).unwrap() * 1_000_000;
    let later = agenthuman_server_runtime::timestamp::Timestamp::from_micros(micros);
    later.unwrap().to_string()
}

async fn last_use_is_saved_in_the_background(server: TestServer) {
    let used_at = server.clock.now();
    assert_eq!(server.update("{}").await.status, 200);
    let store = server.store().await;
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let keys = store.list_keys().await.unwrap();
        if keys[0].last_used_at.is_some() {
            assert_eq!(keys[0].last_used_at, Some(used_at));
            break;
        }
        assert!(Instant::now() < deadline, "the use is not saved");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Returns the columns of a key in `keys list`, which has no spaces in them here.
fn listed(workspace: &Workspace, id: usize) -> Vec<String> {
    let list = workspace.run(&["keys", "list"]).succeeded();
    list.lines().nth(id).unwrap().split_whitespace().map(str::to_owned).collect()
}

fn create(workspace: &Workspace, arguments: &[&str]) -> String {
    let create = ["keys", "create", "--account", "acme"];
    let key = workspace.run(&[&create[..], arguments].concat()).succeeded();
    key.trim_end().to_owned()
}

#[test]
fn keys_list_shows_label_and_expiry() {
    let workspace = Workspace::new();
    create(&workspace, &["--label", "CI", "--expires-at", "2999-01-01T00:00:00Z"]);
    create(&workspace, &["--expires-in", "90d"]);
    create(&workspace, &[]);
    let header = listed(&workspace, 0);
    assert_eq!(header[4..], ["EXPIRES", "REVOKED", "USED", "ACCOUNT", "LABEL"]);
    let row = listed(&workspace, 1);
    assert_eq!(row[4..], ["2999-01-01T00:00:00Z", "-", "-", "acme", "CI"]);
    let row = listed(&workspace, 2);
    let days = (timestamp(&row[4]).micros() - timestamp(&row[3]).micros()) as f64 / 86_400e6;
    assert!((days - 90.0).abs() < 0.01, "{row:?}");
    assert_eq!(listed(&workspace, 3)[4..], ["-", "-", "-", "acme", "-"]);
}

#[test]
fn invalid_expiry_and_label_are_rejected() {
    let workspace = Workspace::new();
    for (arguments, part) in [
        (&["--expires-in", "90"][..], "as in 90d"),
        (&["--expires-in", "d"], "as in 90d"),
        (&["--expires-in", "1.5d"], "as in 90d"),
        (&["--expires-in", "0d"], "not in the future"),
        (&["--expires-in", "9999999999d"], "year 9999"),
        (&["--expires-at", "tomorrow"], "RFC 3339"),
        (&["--expires-at", "2020-01-01T00:00:00Z"], "not in the future"),
        (&["--expires-in", "1d", "--expires-at", "2999-01-01T00:00:00Z"], "cannot be used with"),
        (&["--label", "a\tb"], "control"),
    ] {
        let create = ["keys", "create", "--account", "acme"];
        workspace.run(&[&create[..], arguments].concat()).failed(2, &[part]);
    }
    assert!(!workspace.path("links.db").exists());
}

#[test]
fn failure_to_save_a_use_does_not_affect_requests() {
    let (workspace, key) = with_link();
    let server = serve(&workspace);
    let fail = "CREATE TRIGGER fail BEFORE UPDATE OF last_used_at ON keys
        BEGIN SELECT RAISE(ABORT, 'on purpose'); END";
    sqlite(&workspace.path("links.db"), fail);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(7) {
        assert_eq!(server.put(&key, LINK_ID, &json!({ "name": "New" }).to_string()).0, 200);
        std::thread::sleep(Duration::from_millis(500));
    }
    server.signal("TERM");
    let log = server.finish().stderr;
    let lines: Vec<_> =
        log.lines().filter(|line| line.contains("uses of keys not saved")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert!(lines[0].contains("WARN") && lines[0].contains("on purpose"), "{lines:?}");
}

#[test]
fn rotated_key_expires_after_the_overlap() {
    let (workspace, _) = with_link();
    let old = create(&workspace, &["--test", "--label", "CI"]);
    let server = serve(&workspace);
    assert_eq!(server.put(&old, LINK_ID, "{}").0, 200);
    let rotated = workspace.run(&["keys", "rotate", "2", "--overlap", "3s"]).succeeded();
    let began = Instant::now();
    let new = rotated.trim_end();
    assert!(new.starts_with("ah_test_") && new != old);
    assert_eq!(listed(&workspace, 3)[1..2], ["test"]);
    assert_eq!(listed(&workspace, 3)[4..], ["-", "-", "-", "acme", "CI"]);
    for key in [&old, new] {
        assert_eq!(server.put(key, LINK_ID, "{}").0, 200);
    }
    while server.put(&old, LINK_ID, "{}").0 == 200 {
        assert!(began.elapsed() < Duration::from_secs(6), "the old key does not expire");
        std::thread::sleep(Duration::from_millis(50));
    }
    let rejected = server.put(&old, LINK_ID, "{}");
    assert_eq!(rejected, (401, json!({ "error": "API key has been deactivated" })));
    assert_eq!(server.put(new, LINK_ID, "{}").0, 200);

    let rotate = |id| workspace.run(&["keys", "rotate", id]);
    rotate("2").failed(1, &["key 2 is revoked or has expired"]);
    rotate("4711").failed(1, &["no key 4711"]);
    workspace.run(&["keys", "rotate", "3", "--overlap", "day"]).failed(2, &["as in 90d"]);
    rotate("3").succeeded();
    let row = listed(&workspace, 3);
    let hours = (timestamp(&row[4]).micros() - timestamp(&listed(&workspace, 4)[3]).micros())
        as f64
        / 3600e6;
    assert!((hours - 24.0).abs() < 0.01, "{row:?}");
    assert_eq!(server.put(new, LINK_ID, "{}").0, 200);
}
