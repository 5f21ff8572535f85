//! The bucket that the clones of a client share. (Fifty tasks against the real server, and no 429:
//! `server/tests/integration/client.rs`.)

use std::time::Duration;

use agenthuman_links::{ErrorKind, RetryPolicy};

use crate::wire::{LINK, LeapClock, Reply, Wire, json};

fn left(remaining: u32, reset: u32) -> Reply {
    let headers = format!(
        "x-ratelimit-limit: 3\r\nx-ratelimit-remaining: {remaining}\r\nx-ratelimit-reset: {reset}\r\n"
    );
    json("200 OK", &headers, LINK)
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
    let calls: Vec<_> = (0..5)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.update_link("lnk_1").name("x").send().await })
        })
        .collect();
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
