//! nginx and HAProxy with the configurations of `server/deploy`, in front of real servers and of fake ones.
//!
//! Without the programs, tests are skipped with a message on stderr, or fail if
//! `LINKS_REQUIRE_REVERSE_PROXY` is set. A test replaces exact texts of a configuration; each must be there
//! once, so that a configuration that was changed does not pass unnoticed.

mod proxy;
mod servers;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::command_line::with_link;
use crate::harness::LINK_ID;
use crate::process::Workspace;

pub(crate) use proxy::{Program, Proxy};
use servers::{Fake, Links, free_address};

/// Time limit for anything that should happen at once, on a busy machine.
const SLACK: Duration = Duration::from_secs(5);

const CLIENT: [u8; 4] = [127, 0, 0, 2];
const OTHER_CLIENT: [u8; 4] = [127, 0, 0, 3];

const POST: &str = r#"{"agent_id": "agnt_1"}"#;

/// Declares tests that get a program, once for each.
macro_rules! on_every_proxy {
    ($($test:ident,)*) => {
        on_every_proxy! { @ nginx Program::Nginx, $($test,)* }
        on_every_proxy! { @ haproxy Program::Haproxy, $($test,)* }
    };
    (@ $name:ident $program:expr, $($test:ident,)*) => {
        mod $name {
            use super::Program;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if $program.is_installed(concat!(module_path!(), "::", stringify!($test))) {
                    super::$test($program).await;
                }
            })*
        }
    };
}

on_every_proxy! {
    update_has_the_address_of_the_client,
    slow_clients_are_cut_off,
    limit_of_requests_spares_other_addresses,
    create_is_sent_only_once,
    unreachable_server_is_skipped,
    long_list_is_not_stored,
    other_server_takes_over,
}

fn request(method: &str, path: &str, key: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn update(key: &str, body: &str) -> String {
    request("PUT", &format!("/v1/links/{LINK_ID}"), key, body)
}

/// Checks an error body of the proxy itself.
#[track_caller]
fn has_documented_shape(response: &str) {
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let head = head.to_lowercase();
    assert!(head.contains("content-type: application/json"), "{response}");
    let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{response}"));
    assert_eq!(body["success"], false, "{response}");
    let error = &body["error"];
    let is_detailed = ["message", "suggestion", "code"].iter().all(|text| error[text].is_string());
    assert!(error.is_string() || is_detailed, "{response}");
}

async fn update_has_the_address_of_the_client(program: Program) {
    let (workspace, key) = with_link();
    let links = Links::start(&workspace);
    let proxy = Proxy::start(program, [links.addresses(), links.addresses()], &[]).await;
    let forged =
        "x-forwarded-for: 9.9.9.9\r\nx-forwarded-for: 127.0.0.1\r\nforwarded: for=8.8.8.8\r\n";
    let request = update(&key, r#"{"name": "Through a proxy"}"#);
    let request = request.replace("connection:", &format!("{forged}connection:"));
    let (status, response) = proxy.send(CLIENT, &request).await;
    assert_eq!(status, 200, "{response}");
    assert!(response.contains("Through a proxy"), "{response}");
    // the errors of the server pass unchanged
    let (status, response) = proxy.send(CLIENT, &update(&key, "{")).await;
    assert_eq!(status, 400);
    assert!(response.contains("INVALID_BODY"), "{response}");
    let expecting =
        update(&key, "{}").replace("connection:", "expect: 100-continue\r\nconnection:");
    let (_, response) = proxy.send(CLIENT, &expecting).await;
    assert!(response.contains("HTTP/1.1 200 "), "{response}");

    // a query can have a key, which must not be in the log of the proxy
    let query = request.replace(" HTTP/1.1", "?api_key=secret HTTP/1.1");
    assert_eq!(proxy.send(CLIENT, &query).await.0, 400);
    let log = proxy.log();
    assert!(log.contains(LINK_ID) && !log.contains("secret"), "{log}");

    links.serving.signal("TERM");
    let log = links.serving.finish().stderr;
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let requests: Vec<_> = lines.filter(|line| line["message"] == "request completed").collect();
    assert_eq!(requests.len(), 4, "{log}");
    for line in requests {
        assert_eq!(line["client.address"], "127.0.0.2", "{line}");
        assert!(line["network.peer.address"].as_str().unwrap().starts_with("127.0.0.1"), "{line}");
    }
}

/// Waits until the other side closes the connection, while it sends a byte in every interval.
async fn drip(stream: TcpStream, bytes: &str, interval: Duration) -> Duration {
    let began = Instant::now();
    let (mut reader, mut writer) = stream.into_split();
    let write = async {
        for byte in bytes.bytes() {
            sleep(interval).await;
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut response = Vec::new();
    let closed = async {
        let read = timeout(2 * SLACK, reader.read_to_end(&mut response)).await;
        read.map(|_| began.elapsed()).expect("the connection stays open")
    };
    tokio::select! {
        closed = closed => closed,
        () = write => unreachable!("it never ends"),
    }
}

async fn slow_clients_are_cut_off(program: Program) {
    let fake = Fake { response: Some(2), ..Fake::default() };
    let server = fake.start().await;
    let short: &[_] = match program {
        Program::Nginx => &[
            ("client_header_timeout 10s", "client_header_timeout 1s"),
            ("client_body_timeout 10s", "client_body_timeout 1s"),
        ],
        Program::Haproxy => &[("timeout http-request 10s", "timeout http-request 1s")],
    };
    let proxy = Proxy::start(program, [server, server], short).await;
    let interval = Duration::from_millis(200);
    let whole = update("key", &"x".repeat(40));
    let (head, _) = whole.split_once("\r\n\r\n").unwrap();

    let silent = proxy.connect(CLIENT).await;
    let slow_head = proxy.connect(CLIENT).await;
    let mut no_body = proxy.connect(CLIENT).await;
    no_body.write_all(format!("{head}\r\n\r\n{{").as_bytes()).await.unwrap();
    let mut slow_body = proxy.connect(CLIENT).await;
    slow_body.write_all(format!("{head}\r\n\r\n{{").as_bytes()).await.unwrap();
    let body = "x".repeat(12);
    let (silent, slow_head, no_body, slow_body) = tokio::join!(
        drip(silent, "", interval),
        drip(slow_head, head, interval),
        drip(no_body, "", interval),
        drip(slow_body, &body, interval),
    );
    for elapsed in [silent, slow_head, no_body, slow_body] {
        assert!(elapsed > Duration::from_millis(900), "{elapsed:?}: {}", proxy.log());
    }
    for elapsed in [slow_head, no_body, silent] {
        assert!(elapsed < Duration::from_secs(3), "{elapsed:?}: {}", proxy.log());
    }
    assert_eq!(fake.begun.load(Ordering::Relaxed), 0, "an incomplete request has arrived");
    assert_eq!(proxy.send(CLIENT, &whole).await.0, 200);
}

async fn limit_of_requests_spares_other_addresses(program: Program) {
    let fake = Fake { response: Some(2), ..Fake::default() };
    let server = fake.start().await;
    let low: &[_] = match program {
        Program::Nginx => &[("rate=50r/s", "rate=1r/s"), ("burst=100", "burst=9")],
        Program::Haproxy => &[("sc0_http_req_rate gt 500", "sc0_http_req_rate gt 10")],
    };
    let proxy = Proxy::start(program, [server, server], low).await;
    let mut rejected = 0;
    for _ in 0..30 {
        let (status, response) = proxy.send(CLIENT, &update("key", "{}")).await;
        assert!(matches!(status, 200 | 429), "{response}");
        if status == 429 {
            rejected += 1;
            has_documented_shape(&response);
            assert!(response.to_lowercase().contains("retry-after: "), "{response}");
        }
    }
    assert!((10..=20).contains(&rejected), "{rejected} of 30: {}", proxy.log());
    assert_eq!(fake.requests(), 30 - rejected);
    assert_eq!(proxy.send(OTHER_CLIENT, &update("key", "{}")).await.0, 200);
}

/// HAProxy counts silent connections, nginx only those with a request.
#[tokio::test]
async fn limit_of_connections_spares_other_addresses() {
    if !Program::Haproxy.is_installed("limit_of_connections_spares_other_addresses") {
        return;
    }
    let fake = Fake { response: Some(2), ..Fake::default() };
    let server = fake.start().await;
    let low = [("sc0_conn_cur gt 128", "sc0_conn_cur gt 8")];
    let proxy = Proxy::start(Program::Haproxy, [server, server], &low).await;
    // The threads of HAProxy do not accept them in order.
    let (mut open, mut closed) = (Vec::new(), 0);
    let mut silent = Vec::new();
    for _ in 0..12 {
        // a connection may be closed before the client knows that it is open
        match proxy.try_connect(CLIENT).await {
            Ok(stream) => silent.push(stream),
            Err(_) => closed += 1,
        }
    }
    for mut stream in silent {
        match timeout(Duration::from_millis(50), stream.read(&mut [0])).await {
            Ok(read) => {
                assert!(!matches!(read, Ok(1..)), "a connection without a request has a response");
                closed += 1;
            }
            Err(_) => open.push(stream),
        }
    }
    assert_eq!((open.len(), closed), (8, 4), "{}", proxy.log());
    assert_eq!(proxy.send(OTHER_CLIENT, &update("key", "{}")).await.0, 200);
    drop(open);
    sleep(Duration::from_millis(200)).await;
    assert_eq!(proxy.send(CLIENT, &update("key", "{}")).await.0, 200);
}

#[tokio::test]
async fn limit_of_requests_at_a_time_spares_other_addresses() {
    if !Program::Nginx.is_installed("limit_of_requests_at_a_time_spares_other_addresses") {
        return;
    }
    let fake = Fake { response: Some(64 << 20), ..Fake::default() };
    let server = fake.start().await;
    let low = [("limit_conn connections 64", "limit_conn connections 2")];
    let proxy = Proxy::start(Program::Nginx, [server, server], &low).await;
    // clients that do not read their responses
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut stream = proxy.connect(CLIENT).await;
        stream.write_all(update("key", "{}").as_bytes()).await.unwrap();
        stream.read_exact(&mut [0; 12]).await.unwrap();
        slow.push(stream);
    }
    let (status, response) = proxy.send(CLIENT, &update("key", "{}")).await;
    assert_eq!(status, 429, "{response}");
    has_documented_shape(&response);
    let mut other = proxy.connect(OTHER_CLIENT).await;
    other.write_all(update("key", "{}").as_bytes()).await.unwrap();
    let mut status = [0; 12];
    other.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200");
}

/// Both servers close the connection after the request has arrived.
async fn create_is_sent_only_once(program: Program) {
    let fake = Fake::default();
    let servers = [fake.start().await, fake.start().await];
    let proxy = Proxy::start(program, servers, &[]).await;
    let (status, response) = proxy.send(CLIENT, &request("POST", "/v1/links", "key", POST)).await;
    assert_eq!(status, 502, "{response}");
    has_documented_shape(&response);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(fake.requests(), 1, "{}", proxy.log());
}

async fn unreachable_server_is_skipped(program: Program) {
    let fake = Fake { response: Some(2), ..Fake::default() };
    let nobody = free_address();
    let (reachable, ready) = fake.start().await;
    // HAProxy's checks are not to help here
    let servers = [(nobody, ready), (reachable, ready)];
    let proxy = Proxy::start(program, servers, &[]).await;
    for count in 1..=6 {
        let (status, response) =
            proxy.send(CLIENT, &request("POST", "/v1/links", "key", POST)).await;
        assert_eq!(status, 200, "{response} {}", proxy.log());
        assert_eq!(fake.requests(), count);
    }
    let proxy = Proxy::start(program, [(nobody, nobody); 2], &[]).await;
    let (status, response) = proxy.send(CLIENT, &update("key", "{}")).await;
    assert!(matches!(status, 502 | 503), "{response}");
    has_documented_shape(&response);
}

/// A client that does not read keeps the server from writing, and the proxy stores little.
async fn long_list_is_not_stored(program: Program) {
    let length = 64 << 20;
    // what fits into the buffers of four sockets
    let stored = 40 << 20;
    let fake = Fake { response: Some(length), ..Fake::default() };
    let server = fake.start().await;
    let proxy = Proxy::start(program, [server, server], &[]).await;
    let mut stream = proxy.connect(CLIENT).await;
    stream.write_all(request("GET", "/v1/links", "key", "").as_bytes()).await.unwrap();
    let deadline = Instant::now() + 2 * SLACK;
    let mut before = 0;
    loop {
        sleep(Duration::from_millis(400)).await;
        let written = fake.written.load(Ordering::Relaxed);
        if written == before && written > 0 {
            break;
        }
        assert!(Instant::now() < deadline, "{written} bytes: {}", proxy.log());
        before = written;
    }
    assert!(before < stored, "{before} of {length} bytes were stored");
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    assert!(response.len() > length, "{} bytes", response.len());
    assert!(response.starts_with(b"HTTP/1.1 200 "));
}

/// Stops one of two servers while clients send updates: HAProxy notices it by `/readyz`, nginx by the
/// connection that is refused. No client notices it.
async fn other_server_takes_over(program: Program) {
    let (workspace, key) = with_link();
    let second_workspace = Workspace::new();
    for name in ["links.db", "links.db-wal", "links.db-shm"] {
        if workspace.path(name).exists() {
            std::fs::copy(workspace.path(name), second_workspace.path(name)).unwrap();
        }
    }
    let (first, second) = (Links::start(&workspace), Links::start(&second_workspace));
    let proxy = Proxy::start(program, [first.addresses(), second.addresses()], &[]).await;
    // The names of the link tell the servers apart.
    for (server, name) in [(&first, "First"), (&second, "Second")] {
        let body = json!({ "name": name }).to_string();
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(update(&key, &body).as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        assert!(response.contains(name), "{response}");
    }
    let ask = async || {
        let (status, response) = proxy.send(CLIENT, &update(&key, "{}")).await;
        assert_eq!(status, 200, "{response} {}", proxy.log());
        response.contains("First")
    };
    let mut from_first = 0;
    for _ in 0..10 {
        from_first += usize::from(ask().await);
    }
    assert!((1..=9).contains(&from_first), "{from_first} of 10 from the first server");
    first.serving.signal("TERM");
    let stopped = Instant::now();
    // it accepts connections for the two seconds of drain_delay
    while stopped.elapsed() < Duration::from_secs(1) {
        ask().await;
        sleep(Duration::from_millis(50)).await;
    }
    if program == Program::Haproxy {
        TcpStream::connect(first.address).await.expect("the first server accepts connections");
        for _ in 0..5 {
            assert!(!ask().await, "a server that is not ready gets requests: {}", proxy.log());
        }
    }
    while stopped.elapsed() < Duration::from_millis(2500) {
        ask().await;
        sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(first.serving.finish().code, Some(0));
    for _ in 0..5 {
        assert!(!ask().await);
    }
}
