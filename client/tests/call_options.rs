//! Settings of single calls, interceptors, and many calls at once.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use agenthuman_links::{Attempt, AttemptOutcome, ErrorKind, Interceptor, RetryPolicy};
use futures_util::StreamExt;

use crate::fake_server::{FakeClock, FakeServer, LINK, Reply, json, ok};

fn busy() -> Reply {
    json("503 Service Unavailable", "", r#"{"error": "busy"}"#)
}

#[tokio::test]
async fn call_has_its_own_timeout_and_retry_policy() {
    let server = FakeServer::start([busy(), busy(), ok()]).await;
    let client = server.builder().clock(FakeClock::default()).build().unwrap();
    let hasty = client.with_retry(RetryPolicy::never());
    assert_eq!(hasty.get_link("lnk_1").send().await.unwrap_err().attempts(), 1);
    client.get_link("lnk_1").send().await.unwrap();

    let silent = FakeServer::start([Reply::Silence]).await.client();
    let short = silent.with_timeout(Duration::from_millis(100));
    assert_eq!(short.get_link("lnk_1").send().await.unwrap_err().kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn call_has_additional_headers_and_its_own_request_id() {
    let server = FakeServer::start([busy(), ok()]).await;
    let client = server.builder().clock(FakeClock::default()).build().unwrap();
    let with_id = client.with_request_id("import-7/row-12").unwrap();
    let with_id = with_id.with_header("X-Tenant", "one").unwrap().with_header("x-tenant", "two");
    with_id.unwrap().update_link("lnk_1").name("x").send().await.unwrap();
    client.get_link("lnk_1").send().await.unwrap();
    let heads: Vec<_> = server.received().into_iter().map(|request| request.head).collect();
    for head in &heads[..2] {
        assert!(head.contains("x-request-id: import-7/row-12"), "{head}");
        assert!(head.contains("x-tenant: two") && !head.contains("one"), "{head}");
    }
    assert!(!heads[2].contains("x-request-id") && !heads[2].contains("x-tenant"), "{}", heads[2]);

    for (name, value, text) in [
        ("a b", "x", "`a b` is not a header name"),
        ("X-Api-Key", "x", "the header `X-Api-Key` carries the API key and cannot be replaced"),
        ("x-a", "s3cret\n", "the value of the header `x-a` has characters that are not allowed"),
    ] {
        let error = client.with_header(name, value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().starts_with(text), "{error}");
        assert!(!format!("{error:?}").contains("s3cret"));
    }
}

#[derive(Clone, Debug, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Interceptor for Recorder {
    fn before_attempt(&self, attempt: &mut Attempt<'_>) {
        assert!(attempt.url().ends_with("/v1/links/lnk_1"));
        attempt.set_header("traceparent", &format!("00-{}", attempt.number())).unwrap();
        attempt.set_header("bad name", "x").unwrap_err();
        let (method, path) = (attempt.method(), attempt.path_template());
        self.0.lock().unwrap().push(format!("before {} {method} {path}", attempt.number()));
    }

    fn after_attempt(&self, outcome: &AttemptOutcome<'_>) {
        let (status, failure) = (outcome.status(), outcome.failure());
        let id = outcome.header("x-request-id").unwrap_or("-");
        let (operation, number) = (outcome.operation_id(), outcome.number());
        self.0
            .lock()
            .unwrap()
            .push(format!("after {number} {operation} {status:?} {failure:?} {id}"));
    }
}

#[tokio::test]
async fn interceptor_sees_each_attempt_and_sets_headers() {
    let found = json("200 OK", "x-request-id: r-2\r\n", LINK);
    let server = FakeServer::start([busy(), Reply::Close(Vec::new()), found]).await;
    let recorder = Recorder::default();
    let builder = server.builder().clock(FakeClock::default()).interceptor(recorder.clone());
    builder.build().unwrap().get_link("lnk_1").send().await.unwrap();
    let expected = [
        "before 1 GET /v1/links/{link_id}",
        "after 1 get_link Some(503) None -",
        "before 2 GET /v1/links/{link_id}",
        "after 2 get_link None Some(Connection) -",
        "before 3 GET /v1/links/{link_id}",
        "after 3 get_link Some(200) None r-2",
    ];
    assert_eq!(*recorder.0.lock().unwrap(), expected);
    for (request, number) in server.received().iter().zip(1..) {
        assert!(request.head.contains(&format!("traceparent: 00-{number}\r\n")), "{request:?}");
    }
}

#[tokio::test]
async fn rate_limit_timeout_does_not_count_against_the_timeout() {
    let exhausted = |reset| {
        let headers = "x-ratelimit-limit: 1\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: ";
        json("200 OK", &format!("{headers}{reset}\r\n"), LINK)
    };
    let server = FakeServer::start([exhausted(60)]).await;
    let clock = FakeClock::default();
    let builder = server.builder().timeout(Duration::from_secs(10)).clock(clock.clone());
    let client = builder.rate_limit_timeout(Duration::from_secs(100)).build().unwrap();
    for _ in 0..5 {
        client.get_link("lnk_1").send().await.unwrap();
    }
    assert_eq!(clock.waits(), [60.0; 4]);
    let hasty = client.with_rate_limit_timeout(Duration::from_secs(50));
    let error = hasty.get_link("lnk_1").send().await.unwrap_err();
    let text = "rate limit exceeded; a wait of 60.0 s would exceed the timeout of 50.0 s";
    assert_eq!((error.to_string().as_str(), error.attempts()), (text, 0));
}

#[tokio::test]
async fn bulk_returns_a_result_for_each_item() {
    let missing = json("404 Not Found", "", r#"{"error": "no such link"}"#);
    let server = FakeServer::start([ok(), missing, ok()]).await;
    let client = server.client();
    let ids = (0..20).map(|_| "lnk_1");
    let bulk = client.bulk().concurrency(4);
    let run = bulk.run(ids, |client, id| async move { client.get_link(id).send().await });
    let mut results: Vec<_> = run.collect().await;
    results.sort_by_key(|(index, _)| *index);
    let indices: Vec<_> = results.iter().map(|(index, _)| *index).collect();
    assert_eq!(indices, (0..20).collect::<Vec<_>>());
    assert_eq!(results.iter().filter(|(_, result)| result.is_err()).count(), 1);
}

#[tokio::test]
async fn bulk_takes_items_when_their_calls_begin() {
    let server = FakeServer::start([Reply::Silence]).await;
    let taken = Mutex::new(0);
    let items = (0..1000).inspect(|_| *taken.lock().unwrap() += 1);
    let client = server.client();
    let run = client
        .bulk()
        .concurrency(3)
        .run(items, |client, _| async move { client.get_link("lnk_1").send().await });
    let mut run = std::pin::pin!(run);
    tokio::time::timeout(Duration::from_millis(50), run.next()).await.unwrap_err();
    assert_eq!(*taken.lock().unwrap(), 3);
}

#[tokio::test]
async fn bulk_waits_for_the_rate_limit_until_its_own_timeout() {
    let headers = "x-ratelimit-limit: 1\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: 60\r\n";
    let server = FakeServer::start([json("200 OK", headers, LINK)]).await;
    let client = server.builder().clock(FakeClock::default()).build().unwrap();
    for (timeout, successes) in [(Duration::MAX, 10), (Duration::from_secs(250), 4)] {
        let bulk = client.bulk().concurrency(1).timeout(timeout);
        let run = bulk.run(0..10, |client, _| async move { client.get_link("lnk_1").send().await });
        let results: Vec<_> = run.collect().await;
        let failed = results.iter().filter_map(|(_, result)| result.as_ref().err());
        assert!(failed.clone().all(|error| error.kind() == ErrorKind::RateLimited));
        assert_eq!(results.len() - failed.count(), successes);
    }
}
