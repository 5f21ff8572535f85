//! Errors and examples for the tests of programs that use the client.

use std::time::Duration;

use agenthuman_links::http::Response;
use agenthuman_links::{Error, ErrorKind, Link, LinkStatus};

use crate::fake_server::{FakeServer, json};

#[tokio::test]
async fn test_error_equals_the_error_of_a_call() {
    let body = r#"{"error": {"message": "too many", "code": "RATE_LIMITED", "details": {"a": 1}}}"#;
    let reply = json("429 Too Many Requests", "retry-after: 7\r\nx-request-id: r1\r\n", body);
    let server = FakeServer::start([reply]).await;
    let client = server.client().with_retry(agenthuman_links::RetryPolicy::never());
    let sent = client.get_link("lnk_1").send().await.unwrap_err();
    let response = Response::builder().status(429).header("content-type", "application/json");
    let response = response.header("retry-after", "7").header("x-request-id", "r1");
    let built = Error::from_test_response(response.body(body).unwrap());
    assert_eq!(format!("{built:?}"), format!("{sent:?}"));
    assert_eq!((built.code(), built.details()), (sent.code(), sent.details()));
    assert_eq!((built.body(), built.retry_after()), (sent.body(), Some(Duration::from_secs(7))));
}

#[test]
fn test_error_of_a_kind_has_no_response() {
    let error = Error::from_test_kind(ErrorKind::Connection, "connection refused");
    assert!(error.is_transient());
    assert_eq!((error.status(), error.attempts()), (None, 0));
}

#[test]
fn example_conforms_to_the_contract_and_can_be_changed() {
    let mut link = Link::example();
    link.status = LinkStatus::Expired;
    assert!(link.link_id.starts_with("lnk_"));
    let copy: Link = serde_json::from_value(serde_json::to_value(&link).unwrap()).unwrap();
    assert_eq!(copy, link);
}
