//! Requests outside the contract, and clients that are too slow or too many.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{LINK_ID, TestServer, documented_link};

/// Tolerance of time limits on a busy machine.
const SLACK: Duration = Duration::from_secs(4);

async fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect(server.address()).await.unwrap()
}

/// Sends raw bytes and reads until the connection ends.
async fn raw(server: &TestServer, request: &str) -> (u16, String, Value) {
    let mut stream = connect(server).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    read(&mut stream).await
}

async fn read(stream: &mut TcpStream) -> (u16, String, Value) {
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or((&response, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, head.to_lowercase(), serde_json::from_str(body).unwrap_or_default())
}

fn put(key: &str, path: &str, length: usize) -> String {
    format!(
        "PUT {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// A response of Dropshot itself, which has a body of its own shape.
fn is_dropshots(head: &str, body: &Value) -> bool {
    let id = body["request_id"].as_str().unwrap_or_default();
    !id.is_empty() && head.contains(&format!("x-request-id: {id}")) && body["message"].is_string()
}

#[tokio::test]
async fn unknown_paths_and_methods_get_dropshots_responses() {
    let server = TestServer::start().await;
    let one = format!("/v1/links/{LINK_ID}");
    let below = format!("{one}/x");
    let get_put = "\r\nallow: get\r\nallow: put";
    for (method, path, status, allowed) in [
        ("GET", "/v1", 404, ""),
        ("POST", "/v1/nothing", 404, ""),
        ("GET", "/v2/links/lnk_1", 404, ""),
        ("DELETE", &below, 404, ""),
        ("PUT", "/favicon.ico", 405, "\r\nallow: get"),
        ("PUT", "/v1/links", 405, "\r\nallow: get\r\nallow: post"),
        ("OPTIONS", "/v1/links", 405, "\r\nallow: post"),
        ("PATCH", &one, 405, "\r\nallow: delete"),
        ("NONSENSE", &one, 405, get_put),
        ("HEAD", &one, 405, get_put),
        // the names of methods are case-sensitive
        ("put", &one, 405, "\r\nallow: put"),
        ("Delete", &one, 405, "\r\nallow: delete"),
        ("GET", "/v1/links/lnk_%ff", 400, ""),
        ("GET", "/v1/links/..", 400, ""),
        ("GET", "/v1/links/%C0%AE%C0%AE", 400, ""),
    ] {
        let request = put(&server.key, path, 0).replacen("PUT", method, 1);
        let (found, head, body) = raw(&server, &request).await;
        assert_eq!(found, status, "{method} {path}: {head}");
        assert!(method == "HEAD" || is_dropshots(&head, &body), "{method} {path}: {head} {body}");
        assert!(head.contains("x-request-id: "), "{head}");
        let mut allow: Vec<_> = head.lines().filter(|line| line.starts_with("allow: ")).collect();
        allow.sort_unstable();
        let allow: String = allow.iter().map(|line| format!("\r\n{line}")).collect();
        assert!(allow.contains(allowed), "{method} {path}: {head}");
    }
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn slow_head_ends_connection() {
    let server = TestServer::start().await;
    let began = Instant::now();
    let mut incomplete = connect(&server).await;
    incomplete.write_all(b"PUT /v1/links/lnk_1 HTTP/1.1\r\nhost:").await.unwrap();
    let mut dripping = connect(&server).await;
    let drip = async {
        for byte in put(&server.key, &format!("/v1/links/{LINK_ID}"), 2).bytes() {
            tokio::time::sleep(Duration::from_millis(500)).await;
            if dripping.write_all(&[byte]).await.is_err() {
                return;
            }
        }
        panic!("a head may be sent for ever");
    };
    let mut response = Vec::new();
    let (read, ()) = tokio::join!(incomplete.read_to_end(&mut response), drip);
    assert!(read.is_err() || response.is_empty(), "{response:?}");
    assert!(began.elapsed() < Duration::from_secs(30) + SLACK, "{:?}", began.elapsed());
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn requests_without_key_are_answered_before_their_body_arrives() {
    let server = TestServer::start().await;
    let path = format!("/v1/links/{LINK_ID}");
    for key in ["", "ah_live_nonsense", &format!("ah_live_{}", "0".repeat(32))] {
        let began = Instant::now();
        let mut stream = connect(&server).await;
        let head = put(key, &path, 60_000).replace("connection: close\r\n", "");
        stream.write_all((head + "{").as_bytes()).await.unwrap();
        let mut buffer = [0; 12];
        stream.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"HTTP/1.1 401");
        assert!(began.elapsed() < SLACK, "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn connection_survives_rejected_request_with_body() {
    let server = TestServer::start().await;
    let path = format!("/v1/links/{LINK_ID}");
    let head = put("", &path, 60_000).replace("connection: close\r\n", "");
    let mut stream = connect(&server).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        stream.write_all(&[b' '; 10_000]).await.unwrap();
    }
    stream.write_all((put(&server.key, &path, 2) + "{}").as_bytes()).await.unwrap();
    let mut responses = String::new();
    stream.read_to_string(&mut responses).await.unwrap();
    assert!(responses.starts_with("HTTP/1.1 401 "), "{responses}");
    assert!(responses.contains("HTTP/1.1 200 "), "{responses}");
}

#[tokio::test]
async fn expectation_gets_final_status_at_once() {
    let server = TestServer::start().await;
    let path = format!("/v1/links/{LINK_ID}");
    for (key, length, status) in [("", 2, 401), (server.key.as_str(), 100_000_000, 413)] {
        let request = put(key, &path, length).replace("host:", "expect: 100-continue\r\nhost:");
        let began = Instant::now();
        let (found, head, _) = raw(&server, &request).await;
        assert_eq!(found, status, "{head}");
        assert!(began.elapsed() < SLACK, "{:?}", began.elapsed());
    }
    let request = put(&server.key, &path, 2).replace("host:", "expect: 100-continue\r\nhost:");
    let mut stream = connect(&server).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = [0; 25];
    stream.read_exact(&mut buffer).await.unwrap();
    assert_eq!(&buffer, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").await.unwrap();
    assert_eq!(read(&mut stream).await.0, 200);
}

#[tokio::test]
async fn repeated_key_is_rejected() {
    let server = TestServer::start().await;
    let again = format!("x-api-key: {}\r\nhost:", server.key);
    let request = put(&server.key, &format!("/v1/links/{LINK_ID}"), 2).replace("host:", &again);
    let (status, head, body) = raw(&server, &(request + "{}")).await;
    assert_eq!((status, body), (401, json!({ "error": "The request has more than one API key" })));
    assert!(head.contains("x-request-id: "), "{head}");
}

#[tokio::test]
async fn encoded_bodies_are_rejected() {
    let server = TestServer::start().await;
    for (encoding, status) in
        [("gzip", 415), ("br, identity", 415), ("identity", 200), ("Identity", 200)]
    {
        let request = put(&server.key, &format!("/v1/links/{LINK_ID}"), 2);
        let header = format!("content-encoding: {encoding}\r\nhost:");
        let (found, head, body) = raw(&server, &(request.replace("host:", &header) + "{}")).await;
        assert_eq!(found, status, "{head} {body}");
        if status == 415 {
            assert_eq!(body["error"]["code"], "UNSUPPORTED_MEDIA_TYPE");
            let message = body["error"]["message"].as_str().unwrap();
            assert!(message.contains(encoding), "{message}");
            assert!(head.contains("x-ratelimit-limit: "), "{head}");
        }
    }
}

#[tokio::test]
async fn a_slow_body_is_refused() {
    let server =
        TestServer::configured(|config| config.body_timeout = Duration::from_secs(1)).await;
    let mut stream = connect(&server).await;
    let head = put(&server.key, &format!("/v1/links/{LINK_ID}"), 10);
    stream.write_all((head + "{").as_bytes()).await.unwrap();
    let began = Instant::now();
    let (status, head, body) = read(&mut stream).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("INVALID_BODY")), "{head} {body}");
    assert!(began.elapsed() < Duration::from_secs(1) + SLACK, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_malformed_body_is_the_callers_mistake() {
    let server = TestServer::start().await;
    let chunked = |key: &str| {
        let head = put(key, &format!("/v1/links/{LINK_ID}"), 2);
        head.replace("content-length: 2", "transfer-encoding: chunked")
    };
    let (status, head, body) = raw(&server, &(chunked(&server.key) + "no length\r\n{}")).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("INVALID_BODY")), "{head}");
    assert!(head.contains("x-request-id: ") && head.contains("x-ratelimit-limit: "), "{head}");
    let (status, ..) = raw(&server, &(chunked("") + "no length\r\n{}")).await;
    assert_eq!(status, 401, "the key comes first");
    let (status, ..) = raw(&server, &(chunked(&server.key) + "2\r\n{}\r\n0\r\n\r\n")).await;
    assert_eq!(status, 200);
}

/// Holds the lock of the database, so that updates wait for it.
fn lock(server: &TestServer) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[tokio::test]
async fn requests_beyond_the_limits_are_unavailable() {
    let server = TestServer::configured(|config| {
        config.admin_bind = Some("127.0.0.1:0".parse().unwrap());
        config.max_in_flight = 2;
        config.max_in_flight_per_key = 1;
    })
    .await;
    let first = server.key.clone();
    let second = server.add_key("other").await.0;
    let other = lock(&server);
    let path = format!("/v1/links/{LINK_ID}");
    let waiting = async |key: &str| {
        let mut stream = connect(&server).await;
        stream.write_all((put(key, &path, 2) + "{}").as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
        stream
    };
    // a body that has not arrived takes no slot
    let mut incomplete = connect(&server).await;
    incomplete.write_all(put(&first, &path, 2).as_bytes()).await.unwrap();
    let mut one = waiting(&first).await;
    let response = server.update("{}").await;
    assert_eq!((response.status, &response.body["error"]["code"]), (503, &json!("UNAVAILABLE")));
    assert_eq!(response.number("Retry-After"), 1);
    response.has_rate_limit();
    response.has_one_request_id();
    let mut two = waiting(&second).await;
    let ready = server.client.get(server.admin_url("/readyz")).send().await.unwrap();
    assert_eq!(
        (ready.status().as_u16(), ready.text().await.unwrap().as_str()),
        (503, "saturated\n")
    );
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!((read(&mut one).await.0, read(&mut two).await.0), (200, 404));
    incomplete.write_all(b"{}").await.unwrap();
    assert_eq!(read(&mut incomplete).await.0, 200);
    let ready = server.client.get(server.admin_url("/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 200);
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let server = TestServer::start().await;
    let mut stream = connect(&server).await;
    stream.write_all(b"PUT / HTTP/1.1\r\n").await.unwrap();
    let line = format!("x: {}\r\n", "y".repeat(1000));
    for _ in 0..200 {
        if stream.write_all(line.as_bytes()).await.is_err() {
            break;
        }
    }
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    let response = String::from_utf8_lossy(&response);
    assert!(response.is_empty() || response.starts_with("HTTP/1.1 431 "), "{response}");
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn a_thousand_clients_without_key_keep_nobody_out() {
    let server = TestServer::configured(|config| config.max_in_flight = 16).await;
    let path = format!("/v1/links/{LINK_ID}");
    let mut others = Vec::new();
    for number in 0..900 {
        let mut stream = connect(&server).await;
        let head = match number % 3 {
            // a head without end, a body without end, nothing at all
            0 => "PUT /v1/links/lnk_1 HTTP/1.1\r\nx-api-key: ".to_owned(),
            1 => put("", &path, 60_000) + "{",
            _ => String::new(),
        };
        stream.write_all(head.as_bytes()).await.unwrap();
        others.push(stream);
    }
    let began = Instant::now();
    for _ in 0..50 {
        assert_eq!(server.update("{}").await.status, 200);
    }
    assert!(began.elapsed() < SLACK, "{:?}", began.elapsed());
}

#[tokio::test]
async fn tls() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (certificate, key) = (directory.path().join("crt.pem"), directory.path().join("key.pem"));
    std::fs::write(&certificate, certified.cert.pem()).unwrap();
    std::fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    let mut server = TestServer::configured(|config| {
        config.admin_bind = Some("127.0.0.1:0".parse().unwrap());
    })
    .await;
    server.restart_with_tls(&certificate, &key).await;
    let root = reqwest::Certificate::from_pem(certified.cert.pem().as_bytes()).unwrap();
    let port = server.address().port();
    let url = format!("https://localhost:{port}/v1/links/{LINK_ID}");
    let client = || reqwest::Client::builder().tls_certs_only([root.clone()]);
    let clients = [(client(), "HTTP/2.0"), (client().http1_only(), "HTTP/1.1")];
    for (client, version) in clients {
        let request = client.build().unwrap().put(&url).header("x-api-key", &server.key);
        let response = request.json(&json!({})).send().await.unwrap();
        assert_eq!(format!("{:?}", response.version()), version);
        assert_eq!(response.status(), 200);
        assert!(response.headers().contains_key("x-request-id"));
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["link"], documented_link());
    }
    assert!(server.client.put(&url).send().await.is_err(), "a stranger's certificate");
    let plain = raw(&server, &put(&server.key, "/", 0)).await;
    assert_eq!(plain.0, 0, "plain text gets no response: {plain:?}");
    let metrics = server.client.get(server.admin_url("/metrics")).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    // the stranger and the plain text
    assert!(metrics.contains("tls_handshake_failures_total 2\n"), "{metrics}");
    let expiry = metrics.lines().find_map(|line| {
        line.strip_prefix("tls_certificate_expiry_timestamp_seconds ")?.parse::<i64>().ok()
    });
    // the end of rcgen's default validity, in the year 4096
    assert_eq!(expiry, Some(67_090_118_400), "{metrics}");
}
