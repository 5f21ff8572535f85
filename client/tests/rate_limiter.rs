//! The rate limiter that the clones of a client share. A test against the real server, with fifty
//! tasks and no 429, is in `server/tests/integration/client.rs`.

use std::time::Duration;

use agenthuman_links::{Client, Error, ErrorKind, Link, RetryPolicy};
use tokio::task::JoinHandle;

use crate::fake_server::{FakeClock, FakeServer, LINK, Reply, json};

fn limited(remaining: u32, reset: u32) -> Reply {
    let headers = format!(
        "x-ratelimit-limit: 3\r\nx-ratelimit-remaining: {remaining}\r\nx-ratelimit-reset: {reset}\r\n"
    );
    json("200 OK", &headers, LINK)
}

/// Starts `count` concurrent updates.
fn updates(client: &Client, count: usize) -> Vec<JoinHandle<Result<Link, Error>>> {
    let update = |_| {
        let client = client.clone();
        tokio::spawn(async move { client.update_link("lnk_1").name("x").send().await })
    };
    (0..count).map(update).collect()
}

#[tokio::test]
async fn request_waits_for_reset_when_window_is_exhausted() {
    let server =
        FakeServer::start([limited(2, 30), limited(1, 30), limited(0, 30), limited(2, 60)]).await;
    let clock = FakeClock::default();
    let builder = server.builder().timeout(Duration::from_secs(60)).clock(clock.clone());
    let client = builder.build().unwrap();
    for _ in 0..3 {
        client.update_link("lnk_1").name("x").send().await.unwrap();
    }
    assert_eq!(clock.waits(), [] as [f64; 0]);
    client.clone().update_link("lnk_1").name("x").send().await.unwrap();
    assert_eq!(clock.waits(), [30.0]);
}

#[tokio::test]
async fn usage_of_other_clients_counts() {
    let server = FakeServer::start([limited(2, 30), limited(0, 30)]).await;
    let clock = FakeClock::default();
    let builder = server.builder().timeout(Duration::from_secs(60)).clock(clock.clone());
    let client = builder.build().unwrap();
    for _ in 0..3 {
        client.update_link("lnk_1").name("x").send().await.unwrap();
    }
    assert_eq!(clock.waits(), [30.0], "without the usage of others one request would be left");
}

#[tokio::test]
async fn wait_beyond_the_deadline_fails_without_waiting() {
    let server = FakeServer::start([limited(0, 30)]).await;
    let clock = FakeClock::default();
    let client = server.builder().clock(clock.clone()).build().unwrap();
    client.update_link("lnk_1").name("x").send().await.unwrap();
    let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 0));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert!(
        error
            .to_string()
            .starts_with("rate limit exceeded; a wait of 30.0 s would exceed the timeout")
    );
    assert_eq!((server.received().len(), clock.waits().len()), (1, 0));
}

#[tokio::test]
async fn queued_request_fails_as_soon_as_its_wait_exceeds_the_deadline() {
    let server = FakeServer::start([limited(2, 60)]).await;
    let client = server.builder().timeout(Duration::from_secs(30)).build().unwrap();
    let started = std::time::Instant::now();
    let calls = updates(&client, 20);
    let mut failed = 0;
    for call in calls {
        if let Err(error) = call.await.unwrap() {
            assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
            failed += 1;
        }
    }
    assert_eq!((failed, server.received().len()), (17, 3));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn outage_does_not_serialize_requests() {
    let busy = json("503 Service Unavailable", "", r#"{"error": "busy"}"#);
    for reply in [Reply::Silence, busy] {
        let server = FakeServer::start([reply]).await;
        let builder = server.builder().attempt_timeout(Duration::from_millis(300));
        let client = builder.timeout(Duration::from_secs(4)).retry(RetryPolicy::never());
        let client = client.build().unwrap();
        let calls = updates(&client, 30);
        for call in calls {
            let error = call.await.unwrap().unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Server), "{error}");
            assert_eq!(error.attempts(), 1, "{error}");
        }
        assert_eq!(server.received().len(), 30);
    }
}

#[tokio::test]
async fn request_times_out_when_probe_gets_no_response() {
    let server = FakeServer::start([Reply::Silence]).await;
    let client = server.builder().timeout(Duration::from_millis(300)).build().unwrap();
    let call = || client.update_link("lnk_1").name("x").send();
    let (one, other) = tokio::join!(call(), call());
    for error in [one.unwrap_err(), other.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
}

#[tokio::test]
async fn all_requests_wait_after_429() {
    let slow = json("429 Too Many Requests", "retry-after: 7\r\n", r#"{"error": "slow"}"#);
    let server = FakeServer::start([slow, json("200 OK", "", LINK)]).await;
    let clock = FakeClock::default();
    let client = server.builder().retry(RetryPolicy::never()).clock(clock.clone()).build().unwrap();
    client.update_link("lnk_1").name("x").send().await.unwrap_err();
    client.update_link("lnk_1").name("x").send().await.unwrap();
    assert_eq!(clock.waits(), [7.0]);
}

#[tokio::test]
async fn disabled_rate_limiter_does_not_wait() {
    let server = FakeServer::start([limited(0, 30)]).await;
    let client =
        server.builder().clock(FakeClock::default()).wait_for_rate_limit(false).build().unwrap();
    for _ in 0..5 {
        client.update_link("lnk_1").name("x").send().await.unwrap();
    }
    assert_eq!(client.rate_limit().unwrap().remaining, 0, "the rate limit is still recorded");
}

#[tokio::test]
async fn one_probe_is_sent_before_the_first_response() {
    let server = FakeServer::start([Reply::Silence]).await;
    let builder = server.builder().timeout(Duration::from_millis(400)).retry(RetryPolicy::never());
    let client = builder.build().unwrap();
    let calls = updates(&client, 5);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(server.received().len(), 1);
    for call in calls {
        call.await.unwrap().unwrap_err();
    }
}

#[tokio::test]
async fn dropped_call_does_not_block_others() {
    let server = FakeServer::start([Reply::Silence, limited(2, 30)]).await;
    let client = server.client();
    let first = client.update_link("lnk_1").name("x").send();
    tokio::time::timeout(Duration::from_millis(100), first).await.unwrap_err();
    client.update_link("lnk_1").name("x").send().await.unwrap();
}
