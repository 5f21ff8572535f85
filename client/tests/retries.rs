//! Retries: the failures that are retried, the waits, and the deadline.

use std::time::Duration;

use agenthuman_links::{ErrorKind, RetryPolicy};

use crate::fake_server::{FakeClock, FakeServer, Reply, json, ok, response};

fn failure(status: &str, headers: &str) -> Reply {
    json(status, headers, r#"{"success": false, "error": "not now"}"#)
}

#[tokio::test]
async fn transient_failure_is_retried_with_the_same_request() {
    for reply in [
        failure("408 Request Timeout", ""),
        failure("429 Too Many Requests", ""),
        failure("503 Service Unavailable", ""),
        response("502 Bad Gateway", "", "<html>"),
        response("504 Gateway Timeout", "", ""),
        Reply::Close(Vec::new()),
        Reply::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec()),
    ] {
        let server = FakeServer::start([reply.clone(), reply.clone(), ok()]).await;
        let clock = FakeClock::default();
        let client = server.builder().clock(clock.clone()).build().unwrap();
        let update = client.update_link("lnk_1").expires_in(Duration::from_secs(60)).clear_name();
        let response = update.send_with_response().await.unwrap();
        assert_eq!(response.attempts(), 3, "{reply:?}");
        let received = server.received();
        assert_eq!(received.len(), 3);
        assert!(received.iter().all(|request| request.body == received[0].body));
        assert!(received.iter().all(|request| request.head == received[0].head));
    }
}

#[tokio::test]
async fn permanent_failure_is_not_retried() {
    for status in ["400 Bad Request", "401 Unauthorized", "404 Not Found", "500 x", "501 x"] {
        let server = FakeServer::start([failure(status, "retry-after: 1\r\n")]).await;
        let error = server.client().update_link("lnk_1").name("x").send().await.unwrap_err();
        assert_eq!((error.attempts(), server.received().len()), (1, 1), "{status}");
        assert!(!error.is_transient(), "{status}");
    }
}

#[tokio::test]
async fn retries_stop_after_max_attempts() {
    let server = FakeServer::start([failure("503 Service Unavailable", "")]).await;
    for (policy, attempts) in [
        (RetryPolicy::new(), 4),
        (RetryPolicy::new().max_attempts(2), 2),
        (RetryPolicy::new().max_attempts(0), 1),
        (RetryPolicy::never(), 1),
    ] {
        let before = server.received().len();
        let clock = FakeClock::default();
        let client = server.builder().clock(clock.clone()).retry(policy).build().unwrap();
        let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, attempts));
        assert_eq!(server.received().len() - before, attempts as usize);
        assert_eq!(error.to_string(), "not now (503)");
    }
}

#[tokio::test]
async fn wait_is_the_requested_one_plus_random_backoff() {
    let date = "date: Wed, 21 Oct 2015 07:28:00 GMT\r\n";
    let exhausted = "x-ratelimit-limit: 60\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: ";
    for (headers, expected) in [
        ("retry-after: 7\r\n".to_owned(), Some(7.0)),
        (format!("{date}retry-after: Wed, 21 Oct 2015 07:28:31 GMT\r\n"), Some(31.0)),
        (format!("{date}{exhausted}1445412500\r\n"), Some(20.0)),
        (format!("{exhausted}20\r\n"), Some(20.0)),
        (String::new(), None),
        ("retry-after: soon\r\n".to_owned(), None),
    ] {
        let server = FakeServer::start([failure("503 Service Unavailable", &headers), ok()]).await;
        let clock = FakeClock::default();
        let builder = server.builder().timeout(Duration::from_secs(60)).wait_for_rate_limit(false);
        let client = builder.clock(clock.clone()).build().unwrap();
        client.update_link("lnk_1").name("x").send().await.unwrap();
        let waits = clock.waits();
        match expected {
            Some(seconds) => {
                let range = seconds..seconds + 0.2;
                assert!(waits.len() == 1 && range.contains(&waits[0]), "{headers}: {waits:?}");
            }
            None => assert!(waits.len() == 1 && waits[0] <= 0.2, "{headers}: {waits:?}"),
        }
    }
}

#[tokio::test]
async fn wait_beyond_the_deadline_is_not_started() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let server = FakeServer::start([failure(status, "retry-after: 30\r\n")]).await;
        let clock = FakeClock::default();
        let client = server.builder().clock(clock.clone()).build().unwrap();
        let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
        assert_eq!((error.attempts(), clock.waits().len()), (1, 0));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
        let text = "s would exceed the timeout of 10.0 s";
        assert!(error.to_string().ends_with(text), "{error}");
    }
}

#[tokio::test]
async fn deadline_includes_all_attempts_and_waits() {
    let server =
        FakeServer::start([failure("503 Service Unavailable", "retry-after: 4\r\n")]).await;
    let clock = FakeClock::default();
    let client = server.builder().clock(clock.clone()).build().unwrap();
    let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!((error.attempts(), clock.waits().len()), (3, 2), "4 + 4 + 4 > 10");
}

#[tokio::test]
async fn attempt_timeout_leaves_time_for_a_retry() {
    let server = FakeServer::start([Reply::Silence, ok()]).await;
    let client = server.builder().attempt_timeout(Duration::from_millis(200)).build().unwrap();
    let response = client.update_link("lnk_1").name("x").send_with_response().await.unwrap();
    assert_eq!(response.attempts(), 2);
}
