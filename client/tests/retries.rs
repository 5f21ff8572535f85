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
        (RetryPolicy::new().max_attempts(4), 4),
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
        ("retry-after: 1.5\r\n".to_owned(), Some(2.0)),
        (format!("{date}retry-after: Wednesday, 21-Oct-15 07:28:02 GMT\r\n"), Some(2.0)),
        (format!("{date}retry-after: Wed Oct 21 07:28:02 2015\r\n"), Some(2.0)),
        (format!("{date}retry-after: Wed, 21 Oct 2015 07:00:00 GMT\r\n"), Some(0.0)),
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

/// A server that is away for a while, as during a deployment.
#[tokio::test]
async fn default_policy_retries_until_the_deadline() {
    let mut replies = vec![failure("503 Service Unavailable", ""); 12];
    replies.push(ok());
    let server = FakeServer::start(replies).await;
    let clock = FakeClock::default();
    let builder = server.builder().timeout(Duration::from_secs(90)).clock(clock.clone());
    let call = builder.build().unwrap().update_link("lnk_1").name("x").send_with_response().await;
    assert_eq!(call.unwrap().attempts(), 13);

    let down = FakeServer::start([failure("503 Service Unavailable", "")]).await;
    let clock = FakeClock::default();
    let builder = down.builder().timeout(Duration::from_secs(90)).clock(clock.clone());
    let error = builder.build().unwrap().update_link("lnk_1").name("x").send().await.unwrap_err();
    let waited: f64 = clock.waits().iter().sum();
    assert!((80.0..90.0).contains(&waited), "{waited}: {error}");
}

#[tokio::test]
async fn rate_limited_attempts_do_not_count() {
    let mut replies = vec![failure("429 Too Many Requests", "retry-after: 1\r\n"); 5];
    replies.extend([failure("503 Service Unavailable", ""), ok()]);
    for pacing in [true, false] {
        let server = FakeServer::start(replies.clone()).await;
        let builder = server.builder().retry(RetryPolicy::new().max_attempts(2));
        let builder = builder.timeout(Duration::from_secs(90)).wait_for_rate_limit(pacing);
        let client = builder.clock(FakeClock::default()).build().unwrap();
        let response = client.update_link("lnk_1").name("x").send_with_response().await.unwrap();
        assert_eq!((response.attempts(), server.received().len()), (7, 7), "{pacing}");
    }
}

#[tokio::test]
async fn transient_statuses_are_retried_and_no_others() {
    for status in [408, 429, 500, 501, 502, 503, 504, 505, 520, 522, 529, 400, 404, 409] {
        let server = FakeServer::start([failure(&format!("{status} x"), ""), ok()]).await;
        let client = server.builder().clock(FakeClock::default()).build().unwrap();
        let retried = client.update_link("lnk_1").name("x").send().await.is_ok();
        let server = FakeServer::start([failure(&format!("{status} x"), "")]).await;
        let client = server.builder().retry(RetryPolicy::never()).build().unwrap();
        let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
        assert_eq!(retried, error.is_transient(), "{status}");
    }
}

#[tokio::test]
async fn nothing_is_sent_when_the_timeout_is_over() {
    let server = FakeServer::start([ok()]).await;
    for pacing in [true, false] {
        let builder = server.builder().timeout(Duration::ZERO).wait_for_rate_limit(pacing);
        let error =
            builder.build().unwrap().update_link("lnk_1").name("x").send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 0));
        assert_eq!(error.to_string(), "request not sent before the timeout; the timeout is 0.0 s");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn attempt_timeout_leaves_time_for_a_retry() {
    let server = FakeServer::start([Reply::Silence, ok()]).await;
    let client = server.builder().attempt_timeout(Duration::from_millis(200)).build().unwrap();
    let response = client.update_link("lnk_1").name("x").send_with_response().await.unwrap();
    assert_eq!(response.attempts(), 2);
}
