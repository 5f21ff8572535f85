//! Concurrent updates, and the state after a restart.

use std::sync::Arc;

use agenthuman_links_server::database_url::DatabaseUrl;
use agenthuman_links_server::store::{self, MissingDatabase};
use serde_json::{Value, json};

use crate::harness::{TestServer, documented_link, link_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_updates_of_different_fields_keep_both() {
    let server = TestServer::start().await;
    for round in 0..20 {
        let name = format!("Round {round}");
        let limit = 100 + round;
        let (one, other) = tokio::join!(
            server.update(json!({ "name": name })),
            server.update(json!({ "use_limit": limit })),
        );
        assert_eq!((one.status, other.status), (200, 200));
        let link = server.link().await;
        assert_eq!((&link["name"], &link["use_limit"]), (&json!(name), &json!(limit)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_concurrent_updates_all_take_effect() {
    let server = Arc::new(TestServer::start().await);
    let links = (0..50).map(|index| link_with(&format!("lnk_{index}"), json!({}))).collect();
    server.import("acme", Value::Array(links)).await;
    let updates: Vec<_> = (0..50)
        .map(|index| {
            let server = Arc::clone(&server);
            tokio::spawn(async move {
                let own = server.request(
                    &format!("lnk_{index}"),
                    json!({ "name": index.to_string() }).to_string(),
                );
                let shared = server.update(json!({ "use_limit": 1000 + index }));
                (server.send(own).await.status, shared.await.status)
            })
        })
        .collect();
    for update in updates {
        assert_eq!(update.await.unwrap(), (200, 200));
    }
    for index in 0..50 {
        let link = server.send(server.request(&format!("lnk_{index}"), "{}")).await.link();
        assert_eq!(link["name"], index.to_string());
    }
    // the version of the row counts its updates
    let database = rusqlite::Connection::open(server.database_path()).unwrap();
    let version: i64 = database
        .query_row(
            "SELECT version FROM links WHERE link_id = ?1",
            [crate::harness::LINK_ID],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(version, 51);
}

/// Two servers on one file, as in two processes.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn updates_through_two_stores_are_not_lost() {
    let server = TestServer::start().await;
    let other = server.store().await;
    let account = other.list_keys().await.unwrap()[0].account_id;
    let link_id: agenthuman_links_api::types::LinkId =
        crate::harness::LINK_ID.to_owned().try_into().unwrap();
    let count = async |store: Arc<dyn store::Store>| {
        for _ in 0..50 {
            let rules: store::LinkRules = Arc::new(|link| {
                let mut link = link.clone();
                link.uses = (*link.uses + 1).try_into().unwrap();
                Ok(link)
            });
            store.update_link(account, link_id.clone(), rules).await.unwrap();
        }
    };
    let third = server.store().await;
    tokio::join!(count(other), count(third));
    assert_eq!(server.link().await["uses"], 112);
}

#[tokio::test]
async fn restart_keeps_acknowledged_updates() {
    let mut server = TestServer::start().await;
    let update = json!({ "name": "Kept", "status": "paused", "expires_at": null, "use_limit": 77 });
    let link = server.update(update).await.link();
    server.restart().await;
    assert_eq!(server.link().await, link);
    assert_ne!(link, documented_link());
}

#[test]
fn concurrent_opens_create_one_database() {
    for _ in 0..10 {
        let directory = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::SqliteFile(directory.path().join("links.db"));
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let url = url.clone();
                std::thread::spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                    let opened = runtime.block_on(store::open(&url, MissingDatabase::Create));
                    opened.map(drop).map_err(|error| format!("{error:?}"))
                })
            })
            .collect();
        for start in starts {
            assert_eq!(start.join().unwrap(), Ok(()));
        }
    }
}
