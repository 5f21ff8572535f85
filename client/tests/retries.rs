//! Which failures are retried, when, and until when.

use std::time::Duration;

use agenthuman_links::{ErrorKind, RetryPolicy};

use crate::wire::{LeapClock, Reply, Wire, answer, json, ok};

fn refused(status: &str, headers: &str) -> Reply {
    json(status, headers, r#"{"success": false, "error": "not now"}"#)
}

#[tokio::test]
async fn what_passes_is_tried_again_with_the_same_request() {
    for reply in [
        refused("429 Too Many Requests", ""),
        refused("503 Service Unavailable", ""),
        answer("502 Bad Gateway", "", "<html>"),
        answer("504 Gateway Timeout", "", ""),
        Reply::Close(Vec::new()),
        Reply::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec()),
    ] {
        let wire = Wire::start([reply.clone(), reply.clone(), ok()]).await;
        let clock = LeapClock::default();
        let client = wire.builder().clock(clock.clone()).build().unwrap();
        let update = client.update_link("lnk_1").expires_in(Duration::from_secs(60)).clear_name();
        let response = update.send_with_response().await.unwrap();
        assert_eq!(response.attempts(), 3, "{reply:?}");
        let received = wire.received();
        assert_eq!(received.len(), 3);
        assert!(received.iter().all(|request| request.body == received[0].body));
        assert!(received.iter().all(|request| request.head == received[0].head));
    }
}

#[tokio::test]
async fn what_would_fail_again_is_not_tried_again() {
    for status in
        ["400 Bad Request", "401 Unauthorized", "404 Not Found", "408 x", "500 x", "501 x"]
    {
        let wire = Wire::start([refused(status, "retry-after: 1\r\n")]).await;
        let error = wire.client().update_link("lnk_1").name("x").send().await.unwrap_err();
        assert_eq!((error.attempts(), wire.received().len()), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn it_ends_after_so_many_attempts_or_is_off() {
    let wire = Wire::start([refused("503 Service Unavailable", "")]).await;
    for (policy, attempts) in [
        (RetryPolicy::new(), 4),
        (RetryPolicy::new().max_attempts(2), 2),
        (RetryPolicy::new().max_attempts(0), 1),
        (RetryPolicy::never(), 1),
    ] {
        let before = wire.received().len();
        let clock = LeapClock::default();
        let client = wire.builder().clock(clock.clone()).retry(policy).build().unwrap();
        let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, attempts));
        assert_eq!(wire.received().len() - before, attempts as usize);
        assert_eq!(error.to_string(), "not now (503)");
    }
}

#[tokio::test]
async fn waits_are_random_within_bounds_or_what_the_server_asks_for() {
    let date = "date: Wed, 21 Oct 2015 07:28:00 GMT\r\n";
    let used_up = "x-ratelimit-limit: 60\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: ";
    for (headers, expected) in [
        ("retry-after: 7\r\n".to_owned(), Some(7.0)),
        (format!("{date}retry-after: Wed, 21 Oct 2015 07:28:31 GMT\r\n"), Some(31.0)),
        (format!("{date}{used_up}1445412500\r\n"), Some(20.0)),
        (format!("{used_up}20\r\n"), Some(20.0)),
        (String::new(), None),
        ("retry-after: soon\r\n".to_owned(), None),
    ] {
        let wire = Wire::start([refused("503 Service Unavailable", &headers), ok()]).await;
        let clock = LeapClock::default();
        let builder = wire.builder().timeout(Duration::from_secs(60)).pacing(false);
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
async fn a_wait_that_would_pass_the_deadline_is_not_begun() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let wire = Wire::start([refused(status, "retry-after: 30\r\n")]).await;
        let clock = LeapClock::default();
        let client = wire.builder().clock(clock.clone()).build().unwrap();
        let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
        assert_eq!((error.attempts(), clock.waits().len()), (1, 0));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
        let text = "s for another attempt: it would pass the deadline of 10.0 s";
        assert!(error.to_string().ends_with(text), "{error}");
    }
}

#[tokio::test]
async fn one_deadline_is_over_all_attempts() {
    let wire = Wire::start([refused("503 Service Unavailable", "retry-after: 4\r\n")]).await;
    let clock = LeapClock::default();
    let client = wire.builder().clock(clock.clone()).build().unwrap();
    let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!((error.attempts(), clock.waits().len()), (3, 2), "4 + 4 + 4 > 10");
}

#[tokio::test]
async fn an_attempt_that_hangs_leaves_time_for_another_one() {
    let wire = Wire::start([Reply::Silence, ok()]).await;
    let client = wire.builder().attempt_timeout(Duration::from_millis(200)).build().unwrap();
    let response = client.update_link("lnk_1").name("x").send_with_response().await.unwrap();
    assert_eq!(response.attempts(), 2);
}
