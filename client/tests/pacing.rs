//! The bucket that the clones of a client share. (Fifty tasks against the real server, and no 429:
//! `server/tests/integration/client.rs`.)

use std::time::Duration;

use agenthuman_links::{Client, Error, ErrorKind, Link, RetryPolicy};
use tokio::task::JoinHandle;

use crate::wire::{LINK, LeapClock, Reply, Wire, json};

fn left(remaining: u32, reset: u32) -> Reply {
    let headers = format!(
        "x-ratelimit-limit: 3\r\nx-ratelimit-remaining: {remaining}\r\nx-ratelimit-reset: {reset}\r\n"
    );
    json("200 OK", &headers, LINK)
}

/// So many updates at once.
fn updates(client: &Client, count: usize) -> Vec<JoinHandle<Result<Link, Error>>> {
    let update = |_| {
        let client = client.clone();
        tokio::spawn(async move { client.update_link("lnk_1").name("x").send().await })
    };
    (0..count).map(update).collect()
}

#[tokio::test]
async fn an_empty_bucket_is_waited_for() {
    let wire = Wire::start([left(2, 30), left(1, 30), left(0, 30), left(2, 60)]).await;
    let clock = LeapClock::default();
    let builder = wire.builder().timeout(Duration::from_secs(60)).clock(clock.clone());
    let client = builder.build().unwrap();
    for _ in 0..3 {
        client.update_link("lnk_1").name("x").send().await.unwrap();
    }
    assert_eq!(clock.waits(), [] as [f64; 0]);
    client.clone().update_link("lnk_1").name("x").send().await.unwrap();
    assert_eq!(clock.waits(), [30.0]);
}

#[tokio::test]
async fn what_others_use_counts() {
    let wire = Wire::start([left(2, 30), left(0, 30)]).await;
    let clock = LeapClock::default();
    let builder = wire.builder().timeout(Duration::from_secs(60)).clock(clock.clone());
    let client = builder.build().unwrap();
    for _ in 0..3 {
        client.update_link("lnk_1").name("x").send().await.unwrap();
    }
    assert_eq!(clock.waits(), [30.0], "one more was left, by this client's own count");
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_an_error_at_once() {
    let wire = Wire::start([left(0, 30)]).await;
    let clock = LeapClock::default();
    let client = wire.builder().clock(clock.clone()).build().unwrap();
    client.update_link("lnk_1").name("x").send().await.unwrap();
    let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::RateLimited, 0));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert!(error.to_string().starts_with("the rate limit is used up for now; not waiting 30.0 s"));
    assert_eq!((wire.received().len(), clock.waits().len()), (1, 0));
}

/// What is learned while they wait is told to those that wait.
#[tokio::test]
async fn who_cannot_be_served_in_time_is_told_at_once() {
    let wire = Wire::start([left(2, 60)]).await;
    let client = wire.builder().timeout(Duration::from_secs(30)).build().unwrap();
    let started = std::time::Instant::now();
    let calls = updates(&client, 20);
    let mut refused = 0;
    for call in calls {
        if let Err(error) = call.await.unwrap() {
            assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
            refused += 1;
        }
    }
    assert_eq!((refused, wire.received().len()), (17, 3));
    assert!(started.elapsed() < Duration::from_secs(5));
}

/// An outage is no rate limit, and no reason to ask one after the other.
#[tokio::test]
async fn a_server_that_fails_does_not_serve_one_after_the_other() {
    let busy = json("503 Service Unavailable", "", r#"{"error": "busy"}"#);
    for reply in [Reply::Silence, busy] {
        let wire = Wire::start([reply]).await;
        let builder = wire.builder().attempt_timeout(Duration::from_millis(300));
        let client = builder.timeout(Duration::from_secs(4)).retry(RetryPolicy::never());
        let client = client.build().unwrap();
        let calls = updates(&client, 30);
        for call in calls {
            let error = call.await.unwrap().unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Server), "{error}");
            assert_eq!(error.attempts(), 1, "{error}");
        }
        assert_eq!(wire.received().len(), 30);
    }
}

#[tokio::test]
async fn who_waits_for_an_answer_that_does_not_come_times_out() {
    let wire = Wire::start([Reply::Silence]).await;
    let client = wire.builder().timeout(Duration::from_millis(300)).build().unwrap();
    let call = || client.update_link("lnk_1").name("x").send();
    let (one, other) = tokio::join!(call(), call());
    for error in [one.unwrap_err(), other.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
}

#[tokio::test]
async fn after_a_429_everybody_waits() {
    let slow = json("429 Too Many Requests", "retry-after: 7\r\n", r#"{"error": "slow"}"#);
    let wire = Wire::start([slow, json("200 OK", "", LINK)]).await;
    let clock = LeapClock::default();
    let client = wire.builder().retry(RetryPolicy::never()).clock(clock.clone()).build().unwrap();
    client.update_link("lnk_1").name("x").send().await.unwrap_err();
    client.update_link("lnk_1").name("x").send().await.unwrap();
    assert_eq!(clock.waits(), [7.0]);
}

#[tokio::test]
async fn pacing_can_be_switched_off() {
    let wire = Wire::start([left(0, 30)]).await;
    let client = wire.builder().clock(LeapClock::default()).pacing(false).build().unwrap();
    for _ in 0..5 {
        client.update_link("lnk_1").name("x").send().await.unwrap();
    }
    assert_eq!(client.rate_limit().unwrap().remaining, 0, "it is known all the same");
}

#[tokio::test]
async fn before_the_first_answer_one_request_goes_ahead() {
    let wire = Wire::start([Reply::Silence]).await;
    let builder = wire.builder().timeout(Duration::from_millis(400)).retry(RetryPolicy::never());
    let client = builder.build().unwrap();
    let calls = updates(&client, 5);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(wire.received().len(), 1);
    for call in calls {
        call.await.unwrap().unwrap_err();
    }
}

#[tokio::test]
async fn a_call_that_is_dropped_holds_nobody_up() {
    let wire = Wire::start([Reply::Silence, left(2, 30)]).await;
    let client = wire.client();
    let first = client.update_link("lnk_1").name("x").send();
    tokio::time::timeout(Duration::from_millis(100), first).await.unwrap_err();
    client.update_link("lnk_1").name("x").send().await.unwrap();
}
