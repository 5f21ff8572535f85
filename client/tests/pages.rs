//! Operations that respond page by page: single pages, and streams over all pages.

use std::pin::pin;

use agenthuman_links::{Error, ErrorKind, Link};
use futures_util::{StreamExt, TryStreamExt};

use crate::fake_server::{FakeClock, FakeServer, Reply, json, link_with_id};

/// Returns a page with these links. `next` is the JSON of the next cursor; without it the property is
/// absent.
fn page(ids: &[&str], next: Option<&str>) -> Reply {
    page_with_headers(ids, next, "")
}

fn page_with_headers(ids: &[&str], next: Option<&str>, headers: &str) -> Reply {
    let links: Vec<_> = ids.iter().map(|id| link_with_id(id)).collect();
    let next = next.map_or_else(String::new, |next| format!(r#","next_cursor":{next}"#));
    let body = format!(r#"{{"success":true,"links":[{}]{next}}}"#, links.join(","));
    json("200 OK", headers, &body)
}

/// Returns the request targets that a server has received.
fn targets(server: &FakeServer) -> Vec<String> {
    let received = server.received();
    let target = |head: &str| head.split(' ').nth(1).unwrap().to_owned();
    received.iter().map(|request| target(&request.head)).collect()
}

fn ids(links: &[Link]) -> Vec<&str> {
    links.iter().map(|link| link.link_id.as_ref()).collect()
}

/// Reads a stream until its first error, which must also be its end.
async fn read_until_error(
    stream: impl futures_core::Stream<Item = Result<Link, Error>>,
) -> (Vec<String>, Error) {
    let mut stream = pin!(stream);
    let mut read = Vec::new();
    loop {
        assert!(read.len() < 100, "the stream does not end: {read:?}");
        match stream.next().await.expect("an error before the end") {
            Ok(link) => read.push(link.link_id.to_string()),
            Err(error) => {
                assert!(stream.next().await.is_none());
                return (read, error);
            }
        }
    }
}

#[tokio::test]
async fn send_returns_one_page_with_its_cursor() {
    let server = FakeServer::start([page(&["lnk_1"], Some("\"c1\""))]).await;
    let client = server.client();
    let list = client.list_links().status("active").limit(1).cursor("c0").send().await.unwrap();
    assert_eq!((ids(&list.links), list.next_cursor.as_deref()), (vec!["lnk_1"], Some("c1")));
    assert_eq!(targets(&server), ["/v1/links?cursor=c0&limit=1&status=active"]);
}

#[tokio::test]
async fn list_without_parameters_has_no_query() {
    let server = FakeServer::start([page(&[], None)]).await;
    let list = server.client().list_links().send().await.unwrap();
    assert!(list.links.is_empty() && list.next_cursor.is_none());
    assert_eq!(targets(&server), ["/v1/links"]);
    assert!(!server.received()[0].head.contains("content-"), "{:?}", server.received());
}

#[tokio::test]
async fn stream_follows_cursors_until_one_is_null_or_absent() {
    for end in [Some("null"), None] {
        let server = FakeServer::start([
            page(&["lnk_1", "lnk_2"], Some("\"c1\"")),
            page(&[], Some("\"c2\"")),
            page(&["lnk_3"], end),
        ])
        .await;
        let links = server.client();
        let links: Vec<_> =
            links.list_links().status("paused").limit(2).stream().try_collect().await.unwrap();
        assert_eq!(ids(&links), ["lnk_1", "lnk_2", "lnk_3"]);
        assert_eq!(
            targets(&server),
            [
                "/v1/links?limit=2&status=paused",
                "/v1/links?cursor=c1&limit=2&status=paused",
                "/v1/links?cursor=c2&limit=2&status=paused",
            ]
        );
    }
}

#[tokio::test]
async fn stream_begins_at_a_cursor_and_requests_the_largest_pages() {
    let server = FakeServer::start([page(&["lnk_9"], None)]).await;
    let client = server.client();
    let links: Vec<_> = client.list_links().cursor("c7").stream().try_collect().await.unwrap();
    assert_eq!(ids(&links), ["lnk_9"]);
    assert_eq!(targets(&server), ["/v1/links?cursor=c7&limit=1000"]);
}

#[tokio::test]
async fn stream_requests_a_page_only_when_it_is_read() {
    let server =
        FakeServer::start([page(&["lnk_1", "lnk_2"], Some("\"c1\"")), page(&["lnk_3"], None)])
            .await;
    let client = server.client();
    let mut stream = pin!(client.list_links().stream());
    assert!(server.received().is_empty());
    for (id, requests) in [("lnk_1", 1), ("lnk_2", 1), ("lnk_3", 2)] {
        assert_eq!(stream.next().await.unwrap().unwrap().link_id, id);
        assert_eq!(server.received().len(), requests, "{id}");
    }
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn stream_waits_for_the_rate_limit() {
    let limit = |left| {
        format!("x-ratelimit-limit: 2\r\nx-ratelimit-remaining: {left}\r\nx-ratelimit-reset: 8\r\n")
    };
    let server = FakeServer::start([
        page_with_headers(&["lnk_1"], Some("\"c1\""), &limit(1)),
        page_with_headers(&["lnk_2"], Some("\"c2\""), &limit(0)),
        page_with_headers(&["lnk_3"], None, &limit(1)),
    ])
    .await;
    let clock = FakeClock::default();
    let client = server.builder().clock(clock.clone()).build().unwrap();
    let links: Vec<_> = client.list_links().stream().try_collect().await.unwrap();
    assert_eq!(ids(&links), ["lnk_1", "lnk_2", "lnk_3"]);
    let waited: f64 = clock.waits().iter().sum();
    assert!((8.0..10.0).contains(&waited), "{:?}", clock.waits());
}

#[tokio::test]
async fn error_ends_the_stream_after_the_items_before_it() {
    let failure = json("400 Bad Request", "", r#"{"success":false,"error":"stale cursor"}"#);
    let server = FakeServer::start([page(&["lnk_1"], Some("\"c1\"")), failure]).await;
    let client = server.client();
    let (read, error) = read_until_error(client.list_links().stream()).await;
    assert_eq!(read, ["lnk_1"]);
    assert_eq!((error.message(), error.status()), ("stale cursor", Some(400)));
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn transient_failure_within_a_stream_is_retried() {
    let failure = json("503 Service Unavailable", "", r#"{"success":false,"error":"busy"}"#);
    let server =
        FakeServer::start([page(&["lnk_1"], Some("\"c1\"")), failure, page(&["lnk_2"], None)])
            .await;
    let client = server.builder().clock(FakeClock::default()).build().unwrap();
    let links: Vec<_> = client.list_links().stream().try_collect().await.unwrap();
    assert_eq!(ids(&links), ["lnk_1", "lnk_2"]);
}

#[tokio::test]
async fn repeated_cursor_ends_the_stream_with_an_error() {
    let server = FakeServer::start([page(&["lnk_1"], Some("\"c1\""))]).await;
    let client = server.client();
    let (read, error) = read_until_error(client.list_links().stream()).await;
    assert_eq!(read, ["lnk_1", "lnk_1"]);
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
    assert!(error.message().contains("its own cursor"), "{error}");
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn cursor_that_the_contract_does_not_allow_ends_the_stream() {
    let server = FakeServer::start([page(&["lnk_1"], Some("\"a b\""))]).await;
    let client = server.client();
    let (_, error) = read_until_error(client.list_links().stream()).await;
    assert!(error.message().starts_with("`cursor`"), "{error}");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn invalid_arguments_of_a_list_are_rejected_before_sending() {
    let server = FakeServer::start([page(&[], None)]).await;
    let client = server.client();
    for (call, name) in [
        (client.list_links().limit(0), "`limit`: 0 is not from 1 to 1000"),
        (client.list_links().limit(1001), "`limit`: 1001 is not from 1 to 1000"),
        (client.list_links().limit(-1), "`limit`"),
        (client.list_links().limit(i64::MIN), "`limit`"),
        (client.list_links().cursor("a b"), "`cursor`"),
        (client.list_links().cursor(""), "`cursor`"),
        (client.list_links().status("nonsense"), "`status`"),
    ] {
        let error = call.send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{name}");
        assert!(error.to_string().starts_with(name), "{error}");
    }
    let (read, error) = read_until_error(client.list_links().limit(0).stream()).await;
    assert!(read.is_empty() && error.to_string().starts_with("`limit`"), "{error}");
    assert!(server.received().is_empty());
}
