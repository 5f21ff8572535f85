//! Shutdown of a server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::command_line::{serve, with_link};
use crate::harness::LINK_ID;
use crate::process::{Serving, Workspace};

#[test]
fn sigterm_and_sigint_shut_down_server() {
    let (workspace, key) = with_link();
    for (signal, name) in [("TERM", "Before"), ("INT", "After TERM")] {
        let server = serve(&workspace);
        let (status, body) = server.put(&key, LINK_ID, "{}");
        assert_eq!((status, &body["link"]["name"]), (200, &json!(name)));
        assert_eq!(
            server.put(&key, LINK_ID, &json!({ "name": format!("After {signal}") }).to_string()).0,
            200
        );
        server.signal(signal);
        let done = server.finish();
        assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""), "{done:?}");
        assert!(!done.stderr.contains(&key), "the log has the key: {}", done.stderr);
        assert!(!done.stderr.contains(&format!("After {signal}")), "the log has the body");
        assert!(done.stderr.contains("request completed"), "{}", done.stderr);
    }
}

/// Sends a request for the documented link with only the first bytes of its body.
fn send(stream: &mut TcpStream, key: &str, body: &str, sent: usize) {
    write!(
        stream,
        "PUT /v1/links/{LINK_ID} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
        body.len(),
        &body[..sent]
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(300));
}

#[test]
fn sigterm_waits_for_request_in_flight() {
    let (workspace, key) = with_link();
    let server = serve(&workspace);
    let body = r#"{"name": "In flight"}"#;
    let mut stream = TcpStream::connect(&server.address).unwrap();
    send(&mut stream, &key, body, 5);
    server.signal("TERM");
    // longer than an idle server takes to shut down
    std::thread::sleep(Duration::from_millis(1500));
    stream.write_all(&body.as_bytes()[5..]).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(response.contains("In flight"), "{response}");
    let done = server.finish();
    assert_eq!(done.code, Some(0), "{done:?}");
}

#[test]
fn readyz_fails_during_shutdown() {
    let (workspace, key) = with_link();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let admin_address = format!("127.0.0.1:{port}");
    let arguments = ["serve", "--bind", "127.0.0.1:0", "--database", "sqlite:links.db"];
    let mut command = workspace.command(&arguments);
    let server = Serving::start(command.args(["--admin-bind", &admin_address]));
    let ready = || {
        let mut stream = TcpStream::connect(&admin_address).unwrap();
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response[9..12].to_owned()
    };
    assert_eq!(ready(), "200");
    let mut stream = TcpStream::connect(&server.address).unwrap();
    send(&mut stream, &key, "{}", 1);
    server.signal("TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(ready(), "503", "readyz reports that the server is ready");
    stream.write_all(b"}").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert_eq!(server.finish().code, Some(0));
}

/// Shuts down a server without requests in flight.
#[track_caller]
fn ends_soon(server: Serving) {
    let began = Instant::now();
    server.signal("TERM");
    let done = server.finish();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn sigterm_does_not_wait_for_idle_connection() {
    let workspace = Workspace::new();
    let server = serve(&workspace);
    let mut http_1 = TcpStream::connect(&server.address).unwrap();
    http_1.write_all(b"PUT /v1/links/lnk_1 HTTP/1.1\r\nhost:").unwrap();
    let mut http_2 = TcpStream::connect(&server.address).unwrap();
    // RFC 9113: the preface, and an empty SETTINGS frame
    http_2.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    ends_soon(server);
}

#[test]
fn sigterm_does_not_wait_for_client_that_does_not_read() {
    let workspace = Workspace::new();
    let server = serve(&workspace);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    let requests =
        "PUT /v1/links/lnk_1 HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n".repeat(1000);
    // until the responses fill the connection's buffers
    let deadline = Instant::now() + Duration::from_secs(20);
    while stream.write_all(requests.as_bytes()).is_ok() {
        assert!(Instant::now() < deadline, "the buffers do not fill");
    }
    ends_soon(server);
}

#[test]
fn second_signal_exits_immediately() {
    let (workspace, key) = with_link();
    for (first, second) in [("TERM", "TERM"), ("INT", "TERM"), ("TERM", "INT")] {
        let server = serve(&workspace);
        let mut stream = TcpStream::connect(&server.address).unwrap();
        send(&mut stream, &key, "{}", 1);
        server.signal(first);
        std::thread::sleep(Duration::from_millis(300));
        let began = Instant::now();
        server.signal(second);
        let done = server.finish();
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.stderr.contains(&format!("links-server: SIG{second} received again")));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}

#[test]
fn sigterm_is_bounded_while_another_process_holds_lock() {
    let (workspace, key) = with_link();
    let server = serve(&workspace);
    let other = rusqlite::Connection::open(workspace.path("links.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let streams: Vec<_> = (0..4)
        .map(|_| {
            let mut stream = TcpStream::connect(&server.address).unwrap();
            send(&mut stream, &key, "{}", 2);
            stream
        })
        .collect();
    let began = Instant::now();
    server.signal("TERM");
    let done = server.finish();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    for mut stream in streams {
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 503 "), "{response}");
    }
}
