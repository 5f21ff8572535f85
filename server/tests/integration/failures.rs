//! Responses to clients when the store fails.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{LINK_ID, TestServer, documented_link};

#[tokio::test]
async fn locked_database_is_unavailable() {
    let server = TestServer::start().await;
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let response = server.update(json!({ "name": "New" })).await;
    response.is_rejected(503, "UNAVAILABLE", None);
    let suggestion = "Try again after the number of seconds in the Retry-After header";
    response.has_message("The service is temporarily unavailable", suggestion);
    assert!(response.number("Retry-After") >= 1);
    says_nothing(&response.body.to_string());
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn requests_waiting_for_lock_fail_together() {
    let server = TestServer::start().await;
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    let update = || server.update(json!({ "name": "New" }));
    let responses = tokio::join!(update(), update(), update(), update());
    for response in [responses.0, responses.1, responses.2, responses.3] {
        response.is_rejected(503, "UNAVAILABLE", None);
    }
    assert!(began.elapsed() < Duration::from_secs(7), "{:?}", began.elapsed());
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn request_succeeds_when_lock_is_released_in_time() {
    let server = TestServer::start().await;
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        other.execute_batch("COMMIT").unwrap();
    };
    let (response, ()) = tokio::join!(server.update(json!({ "name": "New" })), release);
    assert_eq!(response.link()["name"], "New");
}

#[tokio::test]
async fn invalid_row_is_internal_error() {
    let server = TestServer::start().await;
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other
        .execute_batch("PRAGMA ignore_check_constraints = ON; UPDATE links SET status = 'broken'")
        .unwrap();
    let response = server.update(json!({ "name": "New" })).await;
    response.is_rejected(500, "INTERNAL", None);
    let suggestion = "Try again; if it keeps failing, contact support with the X-Request-Id";
    response.has_message("Internal server error", suggestion);
    says_nothing(&response.body.to_string());
}

#[tokio::test]
async fn failure_during_authentication_has_no_rate_limit_headers() {
    let server = TestServer::start().await;
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other.execute_batch("DROP TABLE keys").unwrap();
    let response = server.send(server.request(LINK_ID, "{}")).await;
    assert_eq!((response.status, &response.body["error"]["code"]), (500, &json!("INTERNAL")));
    assert_eq!(response.header("X-RateLimit-Limit"), None);
    response.has_one_request_id();
    says_nothing(&response.body.to_string());
}

fn says_nothing(body: &str) {
    let body = body.to_lowercase();
    for word in ["sql", "locked", "broken", "links.db", "table", "column"] {
        assert!(!body.contains(word), "{word}: {body}");
    }
}
