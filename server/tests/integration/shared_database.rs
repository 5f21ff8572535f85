//! Several servers on one PostgreSQL database, and its outages.

use std::time::{Duration, Instant};

use agenthuman_links_server::store::{self, MissingDatabase, OpenError, StoreError};
use serde_json::json;

use crate::harness::{LINK_ID, TestServer, timestamp};
use crate::postgres::{self, Cluster, Durability};

/// Time within which a server notices a change by another process or of the database.
const SOON: Duration = Duration::from_secs(5);

async fn server(test: &str, rate_limit: i64) -> Option<TestServer> {
    let database = postgres::database(test).await?;
    Some(TestServer::over(database, tempfile::tempdir().unwrap(), rate_limit).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn update_through_one_server_is_visible_in_other() {
    let Some(one) = server("update_through_one_server_is_visible_in_other", 1000).await else {
        return;
    };
    let other = one.another().await;
    for round in 0..20 {
        let (name, limit) = (format!("Round {round}"), 100 + round);
        let (first, second) = tokio::join!(
            one.update(json!({ "name": name })),
            other.update(json!({ "use_limit": limit }))
        );
        assert_eq!((first.status, second.status), (200, 200));
        let link = if round % 2 == 0 { one.link().await } else { other.link().await };
        assert_eq!((&link["name"], &link["use_limit"]), (&json!(name), &json!(limit)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rate_limit_holds_across_servers() {
    let Some(one) = server("rate_limit_holds_across_servers", 10).await else { return };
    let other = one.another().await;
    let mut left = Vec::new();
    for _ in 0..5 {
        let (first, second) = tokio::join!(one.update("{}"), other.update("{}"));
        for response in [first, second] {
            assert_eq!(response.status, 200, "{response:?}");
            left.push(response.number("X-RateLimit-Remaining"));
        }
    }
    left.sort_unstable();
    assert_eq!(left, (0..10).collect::<Vec<_>>(), "each request is counted once");
    for server in [&one, &other] {
        let response = server.update("{}").await;
        assert_eq!((response.status, response.number("X-RateLimit-Remaining")), (429, 0));
        assert_eq!(response.number("Retry-After"), 60);
    }
    one.clock.advance(std::time::Duration::from_secs(60));
    other.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(one.update("{}").await.number("X-RateLimit-Remaining"), 9);
    assert_eq!(other.update("{}").await.number("X-RateLimit-Remaining"), 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn revoked_key_is_rejected_by_all_servers_within_a_second() {
    let Some(one) = server("revoked_key_is_rejected_by_all_servers_within_a_second", 100_000).await
    else {
        return;
    };
    let other = one.another().await;
    for server in [&one, &other] {
        assert_eq!(server.update("{}").await.status, 200);
    }
    let key_id = one.store().await.list_keys().await.unwrap()[0].key_id;
    let now = timestamp("2025-06-01T00:00:00Z");
    one.store().await.revoke_key(key_id, now).await.unwrap();
    let revoked = Instant::now();
    for server in [&one, &other] {
        while server.send(server.request(LINK_ID, "{}")).await.status == 200 {
            assert!(revoked.elapsed() < SOON);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(server.send(server.request(LINK_ID, "{}")).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stopped_database_is_unavailable_until_restart() {
    let test = "stopped_database_is_unavailable_until_restart";
    let Some(mut cluster) = Cluster::start(test, Durability::Off).await else { return };
    let database = cluster.url().parse().unwrap();
    let server = TestServer::over(database, tempfile::tempdir().unwrap(), 1000).await;
    assert_eq!(server.update(json!({ "name": "Kept" })).await.status, 200);
    for _ in 0..2 {
        cluster.stop();
        // with the key in the cache and without
        for _ in 0..4 {
            let began = Instant::now();
            let response = server.update(json!({ "name": "Lost" })).await;
            assert_eq!(
                (response.status, &response.body["error"]["code"]),
                (503, &json!("UNAVAILABLE"))
            );
            assert!(response.number("Retry-After") >= 1);
            response.has_one_request_id();
            let body = response.body.to_string().to_lowercase();
            assert!(!body.contains("connect") && !body.contains("postgres"), "{body}");
            assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
        cluster.resume().await;
        let back = Instant::now();
        while server.update("{}").await.status != 200 {
            assert!(back.elapsed() < SOON);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(server.link().await["name"], "Kept");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn database_that_becomes_read_only_is_not_writable() {
    let test = "database_that_becomes_read_only_is_not_writable";
    let Some(cluster) = Cluster::start(test, Durability::Off).await else { return };
    let url = cluster.url().parse().unwrap();
    let store = store::open(&url, MissingDatabase::Create).await.unwrap();
    store.check_writable().await.unwrap();
    cluster.configure("default_transaction_read_only = on\n");
    postgres::execute(&cluster.url(), "SELECT pg_reload_conf()").await;
    let changed = Instant::now();
    let error = loop {
        match store.check_writable().await {
            Err(error) => break error,
            Ok(()) => assert!(changed.elapsed() < SOON, "the change is not noticed"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tls_is_verified() {
    let Some(mut cluster) = Cluster::start("tls_is_verified", Durability::Off).await else {
        return;
    };
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let elsewhere = rcgen::generate_simple_self_signed(["db.example.com".to_owned()]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let roots = |name: &str, pem: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, pem).unwrap();
        format!("{}?sslmode=verify-full&sslrootcert={}", cluster.url(), path.display())
    };
    let (own_url, other_url) =
        (roots("own.pem", &own.cert.pem()), roots("other.pem", &other.cert.pem()));
    let elsewhere_url = roots("elsewhere.pem", &elsewhere.cert.pem());
    let broken_url = roots("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n");
    let open = async |url: &str| {
        store::open(&url.parse().unwrap(), MissingDatabase::Create).await.map(drop)
    };
    assert!(matches!(open(&broken_url).await, Err(OpenError::Roots { .. })));
    let off = open(&own_url).await;
    assert!(off.is_err(), "a connection without TLS was accepted");

    let with = async |cluster: &mut Cluster, certificate: &rcgen::CertifiedKey<rcgen::KeyPair>| {
        cluster.stop();
        cluster.private_file("server.crt", &certificate.cert.pem());
        cluster.private_file("server.key", &certificate.signing_key.serialize_pem());
        cluster.configure("ssl = on\n");
        cluster.resume().await;
    };
    with(&mut cluster, &own).await;
    open(&own_url).await.unwrap();
    let stranger = open(&other_url).await;
    assert!(matches!(stranger, Err(OpenError::Postgres(_))), "{stranger:?}");
    with(&mut cluster, &elsewhere).await;
    let other_name = open(&elsewhere_url).await;
    assert!(matches!(other_name, Err(OpenError::Postgres(_))), "{other_name:?}");
}
