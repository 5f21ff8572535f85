//! Guarantees of the test server, and tests of the client that need a real server.

use std::time::{Duration, Instant};

use agenthuman_links::{Client, ClientBuilder, Clock, ErrorKind, LinkStatus, RetryPolicy, Sleep};
use agenthuman_links_test_server::{Failure, LINK_ID, TestServer};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;

fn builder(server: &TestServer) -> ClientBuilder {
    Client::builder().base_url(server.base_url()).api_key(server.api_key())
}

/// A fast clock for the client; the server's clock runs at the same speed.
#[derive(Clone, Copy, Debug)]
struct FastClock {
    started: Instant,
    speed: u32,
}

const SPEED: u32 = 200;

impl FastClock {
    fn new(speed: u32) -> Self {
        FastClock { started: Instant::now(), speed }
    }
}

impl Clock for FastClock {
    fn elapsed(&self) -> Duration {
        self.started.elapsed() * self.speed
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::from_std(self.elapsed()).unwrap()
    }

    fn sleep(&self, duration: Duration) -> Sleep<'_> {
        Box::pin(tokio::time::sleep(duration / self.speed))
    }
}

#[tokio::test]
async fn fail_next_fails_given_number_of_requests() {
    let server = TestServer::start().await.unwrap();
    let client = builder(&server).build().unwrap();
    server.fail_next(2, Failure::TooManyRequests { retry_after: Duration::from_secs(1) });
    let started = Instant::now();
    let response = client.update_link(LINK_ID).name("x").send_with_response().await.unwrap();
    assert_eq!((response.attempts(), server.requests()), (3, 3));
    assert!(started.elapsed() >= Duration::from_secs(2), "Retry-After was obeyed");
    assert_eq!(server.link(LINK_ID).await.unwrap()["name"], "x");
    assert_eq!(server.link("lnk_none").await, None);
}

#[tokio::test]
async fn each_failure_causes_its_client_error() {
    let server = TestServer::start().await.unwrap();
    let once = builder(&server).retry(RetryPolicy::never());
    let client = once.attempt_timeout(Duration::from_millis(300)).build().unwrap();
    let retry_after = Duration::from_secs(30);
    let response = Failure::Response { status: 404, body: r#"{"error": "gone"}"#.to_owned() };
    for (failure, kind, text) in [
        (Failure::ServiceUnavailable, ErrorKind::Server, "Service unavailable (503)"),
        (Failure::InternalServerError, ErrorKind::Server, "Internal server error (500)"),
        (
            Failure::BadGateway,
            ErrorKind::Server,
            "unexpected content type `text/html` of the response 502 Bad Gateway",
        ),
        (response, ErrorKind::NotFound, "gone (404)"),
        (Failure::Disconnect, ErrorKind::Connection, "connection to http://127.0.0.1:"),
        (Failure::Hang, ErrorKind::Timeout, "no response from http://127.0.0.1:"),
        (Failure::TooManyRequests { retry_after }, ErrorKind::RateLimited, "Too many requests."),
    ] {
        server.fail_next(1, failure);
        let error = client.update_link(LINK_ID).name("x").send().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().starts_with(text), "{error}");
    }
    assert_ne!(server.link(LINK_ID).await.unwrap()["name"], "x");
}

#[tokio::test]
async fn clock_and_links_are_controlled_by_test() {
    let server = TestServer::start().await.unwrap();
    let client = builder(&server).build().unwrap();
    let soon = server.clock().time() + TimeDelta::seconds(10);
    let link = client.update_link(LINK_ID).expires_at(soon).send().await.unwrap();
    assert_eq!(link.status, LinkStatus::Active);
    server.clock().advance(Duration::from_secs(11));
    assert_eq!(server.link(LINK_ID).await.unwrap()["status"], "expired");

    let other = agenthuman_links_test_server::LINK.replace(LINK_ID, "lnk_other");
    server.add_links(&other).await.unwrap();
    client.update_link("lnk_other").use_limit(13).send().await.unwrap();
    let error = server.add_links("[{}]").await.unwrap_err();
    assert!(error.to_string().starts_with("links:1: link 1 of the file"), "{error}");
}

#[tokio::test]
async fn start_session_raises_uses_until_limit() {
    let server = TestServer::start().await.unwrap();
    let client = builder(&server).build().unwrap();
    let agent_id = server.add_agent("Second").await.unwrap();
    let links = client.list_links().send().await.unwrap().links;
    assert_eq!(links.len(), 1, "an agent has no link of its own");
    let link = client.create_link(agent_id.as_str()).use_limit(2).send().await.unwrap();
    assert_eq!((link.agent.agent_id, link.agent.name.as_str()), (agent_id, "Second"));
    let id = link.link_id.as_str();
    server.start_session(id).await.unwrap();
    assert_eq!(server.link(id).await.unwrap()["status"], "active");
    server.start_session(id).await.unwrap();
    let full = server.link(id).await.unwrap();
    assert_eq!((&full["status"], &full["uses"]), (&"expired".into(), &2.into()));
    client.update_link(LINK_ID).status(LinkStatus::Paused).send().await.unwrap();
    for (link_id, message) in [
        (id, format!("link {id} is not active")),
        (LINK_ID, format!("link {LINK_ID} is not active")),
        ("lnk_none", "no link lnk_none".to_owned()),
        ("nonsense", "no link nonsense".to_owned()),
    ] {
        assert_eq!(server.start_session(link_id).await.unwrap_err().to_string(), message);
    }
    assert_eq!(server.link(id).await.unwrap()["uses"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_and_concurrent_updates_are_not_lost() {
    let server = TestServer::start().await.unwrap();
    let client = builder(&server).build().unwrap();
    client.update_link(LINK_ID).clear_use_limit().send().await.unwrap();
    let updates = (0..50).map(|number| {
        let client = client.clone();
        tokio::spawn(
            async move { client.update_link(LINK_ID).name(format!("{number}")).send().await },
        )
    });
    let updates: Vec<_> = updates.collect();
    for _ in 0..50 {
        server.start_session(LINK_ID).await.unwrap();
    }
    let mut names = Vec::new();
    for update in updates {
        names.push(update.await.unwrap().unwrap().name);
    }
    assert_eq!(names, (0..50).map(|number| Some(number.to_string())).collect::<Vec<_>>());
    assert_eq!(server.link(LINK_ID).await.unwrap()["uses"], 12 + 50);
}

/// Fifty tasks share a client whose requests need five windows.
#[tokio::test]
async fn pacer_avoids_429_with_fifty_tasks() {
    let server = TestServer::builder().rate_limit(10).start().await.unwrap();
    server.clock().run(SPEED.into());
    let clock = FastClock::new(SPEED);
    let client = builder(&server).clock(clock).timeout(Duration::from_secs(900)).build().unwrap();
    let calls = (0..50).map(|number| {
        let client = client.clone();
        tokio::spawn(async move {
            client.update_link(LINK_ID).name(format!("{number}")).send_with_response().await
        })
    });
    let mut attempts = 0;
    for call in calls.collect::<Vec<_>>() {
        attempts += call.await.unwrap().unwrap().attempts();
    }
    println!("50 tasks, 10 requests a minute: {attempts} requests in {:?}", clock.elapsed());
    assert_eq!((attempts, server.requests()), (50, 50), "a request did not succeed");
    assert!(clock.elapsed() > Duration::from_secs(4 * 60), "five windows, four of them to the end");
}

/// The rows of a file, of which each call has the default timeout.
#[tokio::test]
async fn bulk_avoids_429_and_loses_no_row() {
    const ROWS: usize = 2000;
    const SPEED: u32 = 60;
    let server = TestServer::builder().rate_limit(600).start().await.unwrap();
    server.clock().run(SPEED.into());
    let clock = FastClock::new(SPEED);
    let client = builder(&server).clock(clock).build().unwrap();
    let names = (0..ROWS).map(|number| number.to_string());
    let run = client.bulk().run(names, |client, name| async move {
        client.update_link(LINK_ID).name(name).send_with_response().await
    });
    let attempts = run.map(|(_, result)| result.unwrap().attempts()).collect::<Vec<_>>().await;
    println!("{ROWS} rows, 600 requests a minute: {:?}", clock.elapsed());
    assert_eq!((attempts.len(), server.requests()), (ROWS, ROWS), "a request met a 429");
    assert!(
        clock.elapsed() > Duration::from_secs(3 * 60),
        "four windows, three of them to the end"
    );
}

/// Two clients of one key know of each other only through the headers. They may reach the limit, and must
/// recover.
#[tokio::test]
async fn two_clients_of_one_key_succeed() {
    let server = TestServer::builder().rate_limit(10).start().await.unwrap();
    server.clock().run(SPEED.into());
    let clock = FastClock::new(SPEED);
    let build = || builder(&server).clock(clock).timeout(Duration::from_secs(900)).build().unwrap();
    let clients = [build(), build()];
    let calls = (0..40).map(|number| {
        let client = clients[number % 2].clone();
        tokio::spawn(async move { client.update_link(LINK_ID).name("x").send().await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    let more = server.requests() - 40;
    println!("two clients, 40 tasks: {more} of {} requests met a 429", server.requests());
    assert!(more <= 25, "{more} requests were in vain");
}

/// A failure without rate-limit headers must not disable the pacer.
#[tokio::test]
async fn pacer_works_after_failure() {
    let server = TestServer::builder().rate_limit(10).start().await.unwrap();
    server.clock().run(SPEED.into());
    for failure in [Failure::ServiceUnavailable, Failure::BadGateway, Failure::Disconnect] {
        server.fail_next(1, failure);
    }
    let clock = FastClock::new(SPEED);
    let client = builder(&server).clock(clock).timeout(Duration::from_secs(900)).build().unwrap();
    let calls = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.update_link(LINK_ID).name("x").send().await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.requests(), 53, "50, and the three that failed");
}
