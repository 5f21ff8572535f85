//! One request of each method, and the retries that each method allows.

use std::time::Duration;

use agenthuman_links::{Error, ErrorKind, RetryPolicy};
use serde_json::{Value, json as value};

use crate::fake_server::{FakeClock, FakeServer, KEY, LINK, Reply, json, ok, response};

const DELETED: &str = r#"{"success":true,"message":"Link deleted successfully"}"#;

fn failure(status: &str) -> Reply {
    json(status, "", r#"{"success": false, "error": "not now"}"#)
}

/// Failures after which the server may have carried out the request.
fn uncertain_failures() -> [Reply; 6] {
    [
        failure("408 Request Timeout"),
        failure("503 Service Unavailable"),
        response("502 Bad Gateway", "", "<html>"),
        response("504 Gateway Timeout", "", ""),
        Reply::Close(Vec::new()),
        Reply::Close(b"HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{".to_vec()),
    ]
}

#[tokio::test]
async fn get_sends_neither_body_nor_query() {
    let server = FakeServer::start([ok()]).await;
    let link = server.client().get_link("lnk_1").send().await.unwrap();
    assert_eq!(link.link_id, "lnk_1");
    let request = &server.received()[0];
    assert!(request.head.starts_with("GET /v1/links/lnk_1 HTTP/1.1\r\n"), "{request:?}");
    assert!(request.head.contains(&format!("x-api-key: {KEY}")), "{request:?}");
    assert!(!request.head.contains("content-") && request.body.is_empty(), "{request:?}");
}

#[tokio::test]
async fn create_sends_required_optional_and_null_fields() {
    let server = FakeServer::start([json("201 Created", "", LINK)]).await;
    let client = server.builder().clock(FakeClock::default()).build().unwrap();
    let create = client.create_link("agnt_1").clear_name().expires_in(Duration::from_secs(60));
    let created = create.send_with_response().await.unwrap();
    assert_eq!((created.status(), created.value().link_id.as_ref()), (201, "lnk_1"));
    client.create_link("agnt_1").send().await.unwrap();
    let received = server.received();
    assert!(received[0].head.starts_with("POST /v1/links HTTP/1.1\r\n"), "{received:?}");
    let bodies: Vec<Value> =
        received.iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect();
    let first = value!({"agent_id": "agnt_1", "name": null, "expires_at": "2024-10-04T00:01:00Z"});
    assert_eq!(bodies, [first, value!({"agent_id": "agnt_1"})]);
}

#[tokio::test]
async fn delete_returns_the_message() {
    let server = FakeServer::start([json("200 OK", "", DELETED)]).await;
    let message = server.client().delete_link("lnk_1").send().await.unwrap();
    assert_eq!(message, "Link deleted successfully");
    let request = &server.received()[0];
    assert!(request.head.starts_with("DELETE /v1/links/lnk_1 HTTP/1.1\r\n"), "{request:?}");
    assert!(request.body.is_empty(), "{request:?}");
}

#[tokio::test]
async fn invalid_required_arguments_are_rejected_before_sending() {
    let server = FakeServer::start([ok()]).await;
    let client = server.client();
    let check = |error: Error, name: &str| {
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{error}");
        assert!(error.to_string().starts_with(name), "{error}");
    };
    for id in ["", "..", "lnk_", "lnk_a/b", "lnk_a?b", "agnt_1"] {
        check(client.get_link(id).send().await.unwrap_err(), "`link_id`");
        check(client.delete_link(id).send().await.unwrap_err(), "`link_id`");
    }
    for id in ["", "lnk_1", "agnt_", "agnt_a b"] {
        check(client.create_link(id).send().await.unwrap_err(), "`agent_id`");
    }
    check(client.create_link("agnt_1").use_limit(0).send().await.unwrap_err(), "`use_limit`");
    check(client.create_link("agnt_1").name("a\0").send().await.unwrap_err(), "`name`");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn post_is_not_retried_after_a_failure_that_may_have_carried_it_out() {
    for reply in uncertain_failures() {
        let server = FakeServer::start([reply.clone(), json("201 Created", "", LINK)]).await;
        let client = server.builder().clock(FakeClock::default()).build().unwrap();
        let error = client.create_link("agnt_1").send().await.unwrap_err();
        assert_eq!((error.attempts(), server.received().len()), (1, 1), "{reply:?}");
        assert!(error.is_transient(), "{reply:?}");
    }
}

#[tokio::test]
async fn post_is_not_retried_after_a_timeout() {
    let server = FakeServer::start([Reply::Silence, json("201 Created", "", LINK)]).await;
    let client = server.builder().attempt_timeout(Duration::from_millis(200)).build().unwrap();
    let error = client.create_link("agnt_1").send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn post_is_retried_after_429() {
    let server =
        FakeServer::start([failure("429 Too Many Requests"), json("201 Created", "", LINK)]).await;
    let client = server.builder().clock(FakeClock::default()).build().unwrap();
    let created = client.create_link("agnt_1").send_with_response().await.unwrap();
    assert_eq!((created.attempts(), server.received().len()), (2, 2));
}

#[tokio::test]
async fn post_is_retried_if_the_connection_was_not_established() {
    // The port was free a moment ago, so that nothing listens on it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let builder = agenthuman_links::Client::builder().base_url(url).api_key(KEY);
    let client = builder.clock(FakeClock::default()).build().unwrap();
    let client = client.with_retry(RetryPolicy::new().max_attempts(4));
    let error = client.create_link("agnt_1").send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 4));
}

#[tokio::test]
async fn get_and_delete_are_retried_after_each_transient_failure() {
    for reply in uncertain_failures() {
        let server = FakeServer::start([reply.clone(), ok()]).await;
        let client = server.builder().clock(FakeClock::default()).build().unwrap();
        let response = client.get_link("lnk_1").send_with_response().await.unwrap();
        assert_eq!((response.attempts(), server.received().len()), (2, 2), "{reply:?}");

        let server = FakeServer::start([reply.clone(), json("200 OK", "", DELETED)]).await;
        let client = server.builder().clock(FakeClock::default()).build().unwrap();
        let response = client.delete_link("lnk_1").send_with_response().await.unwrap();
        assert_eq!((response.attempts(), server.received().len()), (2, 2), "{reply:?}");
    }
}

/// The client cannot know which attempt has deleted the resource, so it reports what the server says.
#[tokio::test]
async fn not_found_after_a_retried_delete_is_an_error_with_its_attempts() {
    for first in [Reply::Close(Vec::new()), failure("503 Service Unavailable")] {
        let server = FakeServer::start([first, failure("404 Not Found")]).await;
        let client = server.builder().clock(FakeClock::default()).build().unwrap();
        let error = client.delete_link("lnk_1").send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::NotFound, 2));
    }
}
