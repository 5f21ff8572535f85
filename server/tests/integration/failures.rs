//! What callers see when the store cannot do its part.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{LINK_ID, TestServer, documented_link};

#[tokio::test]
async fn locked_database_is_unavailable() {
    let server = TestServer::start().await;
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = server.update(json!({ "name": "New" })).await;
    answer.refused(503, "UNAVAILABLE", None);
    let suggestion = "Try again after the number of seconds in the Retry-After header";
    answer.says("The service is temporarily unavailable", suggestion);
    assert!(answer.number("Retry-After") >= 1);
    says_nothing(&answer.body.to_string());
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
    let answers = tokio::join!(update(), update(), update(), update());
    for answer in [answers.0, answers.1, answers.2, answers.3] {
        answer.refused(503, "UNAVAILABLE", None);
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
    let (answer, ()) = tokio::join!(server.update(json!({ "name": "New" })), release);
    assert_eq!(answer.link()["name"], "New");
}

#[tokio::test]
async fn invalid_row_is_internal_error() {
    let server = TestServer::start().await;
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other
        .execute_batch("PRAGMA ignore_check_constraints = ON; UPDATE links SET status = 'broken'")
        .unwrap();
    let answer = server.update(json!({ "name": "New" })).await;
    answer.refused(500, "INTERNAL", None);
    let suggestion = "Try again; if it keeps failing, contact support with the X-Request-Id";
    answer.says("Internal server error", suggestion);
    says_nothing(&answer.body.to_string());
}

#[tokio::test]
async fn failure_during_authentication_has_no_rate_limit_headers() {
    let server = TestServer::start().await;
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other.execute_batch("DROP TABLE keys").unwrap();
    let answer = server.send(server.request(LINK_ID, "{}")).await;
    assert_eq!((answer.status, &answer.body["error"]["code"]), (500, &json!("INTERNAL")));
    assert_eq!(answer.header("X-RateLimit-Limit"), None);
    answer.has_one_request_id();
    says_nothing(&answer.body.to_string());
}

fn says_nothing(body: &str) {
    let body = body.to_lowercase();
    for word in ["sql", "locked", "broken", "links.db", "table", "column"] {
        assert!(!body.contains(word), "{word}: {body}");
    }
}
