//! Lists: order, filter, pages and streams.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{LINK_ID, TestServer, documented_link, link_with, on_every_store};

/// Number of links in one query of a stream.
const STEP: usize = 500;

on_every_store! {
    links_are_ordered_by_creation_and_id,
    filter_agrees_with_reported_status,
    pages_end_with_null_cursor,
    pages_of_rare_status_are_full,
    paging_is_stable_under_creates_and_deletes,
    streams_of_whole_pages_are_complete,
    client_may_stop_reading,
    failure_in_the_middle_breaks_the_connection,
    cursors_of_other_lists_are_rejected,
    database_of_version_1_keeps_its_links,
}

/// Returns a list of links `lnk_00000` and so on, to one agent and created at the same time.
fn many(count: usize) -> Vec<Value> {
    let agent = documented_link()["agent"].clone();
    let link = |n| link_with(&format!("lnk_{n:05}"), json!({ "agent": agent }));
    (0..count).map(link).collect()
}

/// Replaces the links of the account.
async fn replace(server: &TestServer, links: Vec<Value>) {
    server.call("DELETE", &format!("/v1/links/{LINK_ID}"), None).await;
    server.import("acme", links.into()).await;
}

fn ids(links: &Value) -> Vec<String> {
    let links = links.as_array().unwrap();
    links.iter().map(|link| link["link_id"].as_str().unwrap().to_owned()).collect()
}

/// Returns the ids of a list without pages.
async fn list(server: &TestServer, query: &str) -> Vec<String> {
    let response = server.call("GET", &format!("/v1/links{query}"), None).await;
    assert_eq!(response.status, 200, "{response:?}");
    response.has_rate_limit();
    assert_eq!(response.body.get("next_cursor"), None);
    ids(&response.body["links"])
}

/// Returns the ids of a page and the cursor of the next one.
async fn page(server: &TestServer, query: &str) -> (Vec<String>, Option<String>) {
    let response = server.call("GET", &format!("/v1/links{query}"), None).await;
    assert_eq!(response.status, 200, "{response:?}");
    response.has_rate_limit();
    let cursor = response.body.get("next_cursor").expect("a page has a cursor");
    (ids(&response.body["links"]), cursor.as_str().map(ToOwned::to_owned))
}

/// Returns the ids on each page.
async fn pages(server: &TestServer, query: &str) -> Vec<Vec<String>> {
    let (first, mut cursor) = page(server, query).await;
    let mut pages = vec![first];
    while let Some(next) = cursor {
        assert!(pages.len() < 1000, "the pages do not end: {next}");
        let (links, following) = page(server, &format!("{query}&cursor={next}")).await;
        pages.push(links);
        cursor = following;
    }
    pages
}

async fn links_are_ordered_by_creation_and_id(server: TestServer) {
    let at = |id: &str, time: &str| link_with(id, json!({ "created_at": time }));
    let links = vec![
        at("lnk_a", "2024-03-01T00:00:00Z"),
        at("lnk_B", "2024-03-01T00:00:00Z"),
        at("lnk_-", "2024-03-01T00:00:00Z"),
        at("lnk__", "2024-03-01T00:00:00Z"),
        at("lnk_9", "2024-03-01T00:00:00.000001Z"),
        at("lnk_z", "2024-02-29T23:59:59.999999Z"),
    ];
    replace(&server, links).await;
    let expected = ["lnk_9", "lnk_a", "lnk__", "lnk_B", "lnk_-", "lnk_z"];
    assert_eq!(list(&server, "").await, expected);
    assert_eq!(list(&server, "?status=all").await, expected);
    for limit in 1..=7 {
        assert_eq!(pages(&server, &format!("?limit={limit}")).await.concat(), expected);
    }
}

/// Every combination of stored status, expiry and limit.
async fn filter_agrees_with_reported_status(server: TestServer) {
    let mut links = Vec::new();
    for status in ["active", "paused", "expired"] {
        for (expiry, expires_at) in [
            ("past", json!("2025-05-31T23:59:59.999999Z")),
            ("now", json!("2025-06-01T00:00:00Z")),
            ("future", json!("2025-06-01T00:00:00.000001Z")),
            ("none", Value::Null),
        ] {
            for (limit, use_limit) in
                [("full", json!(7)), ("left", json!(8)), ("open", Value::Null)]
            {
                let values = json!({
                    "status": status, "expires_at": expires_at, "uses": 7, "use_limit": use_limit,
                });
                links.push(link_with(&format!("lnk_{status}_{expiry}_{limit}"), values));
            }
        }
    }
    replace(&server, links).await;
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for id in list(&server, "").await {
        let stored = id.split('_').nth(1).unwrap();
        let expired = id.contains("_past_") || id.contains("_now_") || id.ends_with("_full");
        let status = if expired { "expired" } else { stored };
        let link = server.call("GET", &format!("/v1/links/{id}"), None).await.link();
        assert_eq!(link["status"], status, "{id}");
        expected.entry(status.to_owned()).or_default().insert(id);
    }
    assert_eq!(expected.values().map(BTreeSet::len).collect::<Vec<_>>(), [4, 28, 4]);
    for (status, expected) in expected {
        let found = list(&server, &format!("?status={status}")).await;
        assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected, "{status}");
        for limit in [1, 3, 1000] {
            let pages = pages(&server, &format!("?status={status}&limit={limit}")).await;
            assert_eq!(pages.concat(), found, "{status}");
        }
    }
}

async fn pages_end_with_null_cursor(server: TestServer) {
    replace(&server, vec![]).await;
    assert_eq!(pages(&server, "?limit=1").await, [Vec::<String>::new()]);
    assert_eq!(list(&server, "").await, Vec::<String>::new());
    replace(&server, many(6)).await;
    let all = list(&server, "").await;
    assert_eq!(all.len(), 6);
    for (limit, lengths) in [(2, vec![2, 2, 2]), (4, vec![4, 2]), (6, vec![6]), (7, vec![6])] {
        let pages = pages(&server, &format!("?limit={limit}")).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), lengths);
        assert_eq!(pages.concat(), all);
    }
    // without a limit, a cursor begins the list in the middle
    let (first, cursor) = page(&server, "?limit=2").await;
    let rest = list(&server, &format!("?cursor={}", cursor.unwrap())).await;
    assert_eq!([first, rest].concat(), all);
}

/// A status that few links have is found although it is on none of the first pages of all links.
async fn pages_of_rare_status_are_full(server: TestServer) {
    let mut links = many(3 * STEP);
    for number in [0, 1, STEP - 1, STEP, 2 * STEP + 7] {
        links[number]["status"] = "paused".into();
    }
    replace(&server, links).await;
    let paused = ["lnk_01007", "lnk_00500", "lnk_00499", "lnk_00001", "lnk_00000"];
    assert_eq!(list(&server, "?status=paused").await, paused);
    let pages = pages(&server, "?status=paused&limit=2").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(pages.concat(), paused);
    assert_eq!(list(&server, "?status=active").await.len(), 3 * STEP - 5);
    assert_eq!(list(&server, "?status=expired").await, Vec::<String>::new());
}

async fn paging_is_stable_under_creates_and_deletes(server: TestServer) {
    let links: Vec<_> = (0..300)
        .map(|n| link_with(&format!("lnk_{n:05}"), json!({ "agent": documented_link()["agent"] })))
        .collect();
    replace(&server, links).await;
    let server = Arc::new(server);
    let stays = |id: &str| !id.starts_with("lnk_") || !id.ends_with('3');
    let there: BTreeSet<_> = list(&server, "").await.into_iter().filter(|id| stays(id)).collect();
    assert_eq!(there.len(), 270);
    let changes = {
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            let body = json!({ "agent_id": documented_link()["agent"]["agent_id"] }).to_string();
            for number in (3..300).step_by(10) {
                assert_eq!(server.call("POST", "/v1/links", Some(&body)).await.status, 201);
                let path = format!("/v1/links/lnk_{number:05}");
                assert_eq!(server.call("DELETE", &path, None).await.status, 200);
            }
        })
    };
    let mut rounds = 0;
    while !changes.is_finished() || rounds == 0 {
        let seen = pages(&server, "?limit=7").await.concat();
        let unique: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(seen.len(), unique.len(), "a link was shown twice");
        assert_eq!(there.difference(&unique).next(), None, "a link was missed");
        rounds += 1;
    }
    changes.await.unwrap();
    assert_eq!(list(&server, "").await.len(), 300);
}

async fn streams_of_whole_pages_are_complete(server: TestServer) {
    let links = many(2 * STEP + 1);
    let mut present = 0;
    replace(&server, vec![]).await;
    for count in [1, STEP - 1, STEP, STEP + 1, 2 * STEP, 2 * STEP + 1] {
        server.import("acme", links[present..count].to_vec().into()).await;
        present = count;
        // all have the same time of creation
        let expected: Vec<_> = (0..count).rev().map(|n| format!("lnk_{n:05}")).collect();
        assert_eq!(list(&server, "").await, expected);
        assert_eq!(list(&server, "?status=active").await, expected);
    }
}

async fn client_may_stop_reading(server: TestServer) {
    replace(&server, many(10_000)).await;
    let request = format!("GET /v1/links HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\n\r\n", server.key);
    let mut readers = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut beginning = [0; 100];
        stream.read_exact(&mut beginning).await.unwrap();
        assert!(beginning.starts_with(b"HTTP/1.1 200 "));
        readers.push(stream);
    }
    // others are served while twenty lists wait to be read, and afterwards
    assert_eq!(list(&server, "").await.len(), 10_000);
    drop(readers);
    assert_eq!(list(&server, "").await.len(), 10_000);
}

async fn failure_in_the_middle_breaks_the_connection(server: TestServer) {
    replace(&server, many(STEP + 100)).await;
    // a row that no server of this version can read, on the second page of the stream
    let broken = "UPDATE links SET expires_at = 999999999999999999 WHERE link_id = 'lnk_00000'";
    execute(&server, broken).await;
    let request = server.client.get(format!("{}/v1/links", server.base_url()));
    let response = request.header("x-api-key", &server.key).send().await;
    // the connection may break before or after the head of the response was sent
    if let Ok(response) = response {
        assert_eq!(response.status(), 200);
        let length = response.bytes().await.map(|body| body.len());
        assert!(length.is_err(), "a list that ends early looks complete: {length:?} bytes");
    }
    // a failure of the first page is a documented error
    let response = server.call("GET", "/v1/links?limit=1000", None).await;
    response.is_rejected(500, "INTERNAL", None);
    assert_eq!(page(&server, "?limit=10").await.0.len(), 10);
}

/// Runs a statement on the server's database.
async fn execute(server: &TestServer, statement: &str) {
    match server.postgres_url() {
        #[cfg(feature = "postgres")]
        Some(url) => crate::postgres::execute(url, statement).await,
        _ => {
            let connection = rusqlite::Connection::open(server.database_path()).unwrap();
            connection.execute_batch(statement).unwrap();
        }
    }
}

async fn cursors_of_other_lists_are_rejected(mut server: TestServer) {
    replace(&server, many(4)).await;
    let foreign = [link_with("lnk_foreign_2", json!({})), link_with("lnk_foreign_3", json!({}))];
    server.import("other", json!(foreign)).await;
    let (_, cursor) = page(&server, "?limit=1").await;
    let cursor = cursor.unwrap();
    let key = server.key.clone();
    server.switch_account("other").await;
    let (_, theirs) = page(&server, "?limit=1").await;
    server.key = key;
    let (_, active) = page(&server, "?status=active&limit=1").await;
    let mut forged = cursor.clone().into_bytes();
    forged[4] = if forged[4] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).unwrap();
    for query in [
        format!("?cursor={}", theirs.unwrap()),
        format!("?limit=1&cursor={}", active.as_ref().unwrap()),
        format!("?status=paused&limit=1&cursor={}", active.unwrap()),
        format!("?status=active&limit=1&cursor={cursor}"),
        format!("?limit=1&cursor={forged}"),
        format!("?limit=1&cursor={}", &cursor[1..]),
        format!("?limit=1&cursor={cursor}A"),
        "?cursor=AAYPCr5-1AAAbG5rXzAxSjhaSzRSMk41TTZQN1E4VzRU".to_owned(),
        "?cursor=lnk_00001".to_owned(),
        "?cursor=1".to_owned(),
        "?cursor=".to_owned(),
        "?cursor=%00".to_owned(),
        format!("?cursor={}", "A".repeat(513)),
    ] {
        let response = server.call("GET", &format!("/v1/links{query}"), None).await;
        response.is_rejected(400, "INVALID_FIELD", Some("cursor"));
    }
    // `all` is the default, so this is the same list
    assert_eq!(
        page(&server, &format!("?status=all&limit=1&cursor={cursor}")).await.0,
        ["lnk_00002"]
    );
    // a cursor is a position: it remains valid when its link is deleted
    for id in ["lnk_00003", "lnk_00002"] {
        assert_eq!(server.call("DELETE", &format!("/v1/links/{id}"), None).await.status, 200);
    }
    assert_eq!(list(&server, &format!("?cursor={cursor}")).await, ["lnk_00001", "lnk_00000"]);
}

/// Rows as links-server 1.0 wrote them, in tables without the second migration.
const VERSION_1_ROWS: &str = "
    INSERT INTO accounts (name) VALUES ('old');
    INSERT INTO agents (agent_id, account_id, name, created_at, voice_provider, voice_agent_id,
        voice_auth_method)
    VALUES ('agnt_old', 1, 'Old', 0, 'ElevenLabs', 'el_old', 'token');
    INSERT INTO links (link_id, account_id, agent_id, name, status, uses, use_limit, created_at)
    VALUES ('lnk_1', 1, 'agnt_old', 'One', 'paused', 3, 9, 1000000),
           ('lnk_2', 1, 'agnt_old', NULL, 'active', 0, NULL, 1000000);";

async fn database_of_version_1_keeps_its_links(server: TestServer) {
    let mut server = match server.postgres_url() {
        #[cfg(feature = "postgres")]
        Some(_) => {
            let url = crate::postgres::database_url("lists::postgres").await.unwrap();
            let tables = include_str!("../../src/store/postgres/migrations/1_tables.sql");
            let versions = "CREATE TABLE links_server_migrations (version BIGINT PRIMARY KEY);
                INSERT INTO links_server_migrations VALUES (1);";
            crate::postgres::execute(&url, &format!("{tables}{versions}{VERSION_1_ROWS}")).await;
            let directory = tempfile::tempdir().unwrap();
            TestServer::over(url.parse().unwrap(), directory, 100_000).await
        }
        _ => {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("links.db");
            let tables = include_str!("../../src/store/sqlite/migrations/1_tables.sql");
            let header = "PRAGMA application_id = 0x4c4e4b53; PRAGMA user_version = 1;";
            let connection = rusqlite::Connection::open(&path).unwrap();
            connection.execute_batch(&format!("{tables}{VERSION_1_ROWS}{header}")).unwrap();
            drop(connection);
            let database = format!("sqlite:{}", path.display()).parse().unwrap();
            TestServer::over(database, directory, 100_000).await
        }
    };
    server.switch_account("old").await;
    let response = server.call("GET", "/v1/links", None).await;
    let agent = json!({
        "agent_id": "agnt_old", "name": "Old", "avatar_image_url": null,
        "created_at": "1970-01-01T00:00:00Z",
        "voice_agent": { "provider": "ElevenLabs", "agent_id": "el_old", "auth_method": "token" },
    });
    let link = |id: &str, name: Value, status: &str, uses: i64, use_limit: Value| {
        json!({
            "link_id": id, "name": name, "url": format!("https://app.agenthuman.com/s/{id}"),
            "agent": agent, "status": status, "uses": uses, "use_limit": use_limit,
            "created_at": "1970-01-01T00:00:01Z", "expires_at": null,
        })
    };
    let expected = [
        link("lnk_2", Value::Null, "active", 0, Value::Null),
        link("lnk_1", json!("One"), "paused", 3, json!(9)),
    ];
    assert_eq!(response.body, json!({ "success": true, "links": expected }));
}

/// PostgreSQL reads pages from the index also after it has planned the statements for all parameters,
/// and when most links belong to one account.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_reads_pages_from_the_index() {
    let Some(server) = TestServer::on_postgres("lists::postgres_reads_pages_from_the_index").await
    else {
        return;
    };
    let url = server.postgres_url().unwrap();
    let rows = "INSERT INTO links (link_id, account_id, agent_id, status, uses, created_at)
        SELECT 'lnk_' || n, account_id, agent_id, 'active', 0, n
        FROM generate_series(1, 50000) n, links WHERE link_id = 'lnk_01J8ZK4R2N5M6P7Q8W4T';
        ANALYZE; SELECT pg_stat_reset();";
    crate::postgres::execute(url, rows).await;
    let mut cursor = page(&server, "?limit=10").await.1.unwrap();
    for _ in 0..12 {
        page(&server, "?limit=10").await;
        cursor = page(&server, &format!("?limit=10&cursor={cursor}")).await.1.unwrap();
    }
    // statistics are written with a delay, at the latest when a connection ends
    let assertion = "DO $$ BEGIN
        FOR attempt IN 1..100 LOOP
            PERFORM pg_stat_clear_snapshot();
            EXIT WHEN (SELECT idx_scan FROM pg_stat_user_indexes
                       WHERE indexrelname = 'links_of_account') >= 25;
            PERFORM pg_sleep(0.1);
        END LOOP;
        ASSERT (SELECT idx_scan FROM pg_stat_user_indexes
                WHERE indexrelname = 'links_of_account') >= 25, 'the index was not used';
        ASSERT (SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'links') = 0, 'links were scanned';
        ASSERT (SELECT idx_tup_read FROM pg_stat_user_indexes
                WHERE indexrelname = 'links_of_account') < 1000, 'too much was read';
    END $$";
    let url = url.to_owned();
    drop(server);
    crate::postgres::execute(&url, assertion).await;
}
