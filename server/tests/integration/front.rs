//! Paths outside the contract, and clients that are too slow or too many.

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

#[tokio::test]
async fn unknown_paths_are_refused_in_the_contracts_order() {
    let server = TestServer::with_rate_limit(3).await;
    let url = |path: &str| format!("{}{path}", server.base_url());
    for path in ["/", "/v1", "/v1/links", "/v1/links/a/b", "/v2/links/lnk_1", "/favicon.ico"] {
        let response = server.send(server.client.get(url(path))).await;
        assert_eq!(response.status, 401, "the key comes first: {path}");
        assert_eq!(response.body, json!({ "error": "API key required" }));
        response.has_one_request_id();
    }
    for left in [2, 1, 0] {
        let request = server.client.post(url("/v1/nothing")).header("x-api-key", &server.key);
        let response = server.send(request.body("{}")).await;
        response.is_rejected(404, "NOT_FOUND", None);
        assert_eq!(response.number("X-RateLimit-Remaining"), left, "then the rate");
    }
    let request = server.client.get(url("/v1/nothing")).header("x-api-key", &server.key);
    let response = server.send(request).await;
    assert_eq!((response.status, response.number("Retry-After")), (429, 60));
    assert_eq!(response.body["success"], false);
}

#[tokio::test]
async fn wrong_methods_name_the_right_one() {
    let server = TestServer::start().await;
    let url = format!("{}/v1/links/{LINK_ID}", server.base_url());
    for method in ["GET", "POST", "DELETE", "PATCH", "OPTIONS", "NONSENSE"] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = || server.client.request(method.clone(), &url);
        assert_eq!(server.send(request()).await.status, 401);
        let response = server.send(request().header("x-api-key", &server.key)).await;
        response.is_rejected(405, "METHOD_NOT_ALLOWED", None);
        assert_eq!(response.header("allow"), Some("PUT"));
    }
    let head = server.client.head(&url).header("x-api-key", &server.key).send().await.unwrap();
    assert_eq!(head.status(), 405);
    assert!(head.headers().contains_key("x-request-id"));
}

#[tokio::test]
async fn paths_that_cannot_be_read_are_bad_link_ids() {
    let server = TestServer::start().await;
    for path in ["/v1/links/lnk_%ff", "/v1/links/..", "/v1/links/.", "/v1/links/%C0%AE%C0%AE"] {
        let (status, _, body) = raw(&server, &put("", path, 0)).await;
        assert_eq!((status, &body["error"]), (401, &json!("API key required")), "{path}");
        let (status, head, body) = raw(&server, &(put(&server.key, path, 2) + "{}")).await;
        let found = (status, &body["error"]["code"], &body["error"]["details"]["field"]);
        assert_eq!(found, (400, &json!("INVALID_FIELD"), &json!("link_id")), "{path}");
        assert!(head.contains("x-request-id: ") && head.contains("x-ratelimit-limit: "), "{head}");
    }
}

#[tokio::test]
async fn headers_of_one_connection_go_no_further() {
    let server = TestServer::start().await;
    // the response would be 200 if this hop-by-hop header were forwarded
    let request = put(&server.key, &format!("/v1/links/{LINK_ID}"), 2);
    let request = request.replace("connection: close", "connection: close, x-api-key");
    let (status, head, _) = raw(&server, &(request + "{}")).await;
    assert_eq!(status, 401, "{head}");
    assert_eq!(head.matches("\r\nconnection:").count(), 1, "{head}");
}

#[tokio::test]
async fn a_slow_head_ends_the_connection() {
    let server =
        TestServer::configured(|config| config.header_timeout = Duration::from_secs(1)).await;
    let began = Instant::now();
    let mut silent = connect(&server).await;
    let mut dripping = connect(&server).await;
    let drip = async {
        for byte in put(&server.key, &format!("/v1/links/{LINK_ID}"), 2).bytes() {
            tokio::time::sleep(Duration::from_millis(100)).await;
            if dripping.write_all(&[byte]).await.is_err() {
                return;
            }
        }
        panic!("a head may be sent for ever");
    };
    let mut response = Vec::new();
    let (read, ()) = tokio::join!(silent.read_to_end(&mut response), drip);
    assert!(read.is_err() || response.is_empty(), "{response:?}");
    assert!(began.elapsed() < Duration::from_secs(1) + SLACK, "{:?}", began.elapsed());
    assert_eq!(server.link().await, documented_link());
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

#[tokio::test]
async fn connections_beyond_the_cap_wait() {
    let server = TestServer::configured(|config| {
        config.max_connections = 2;
        config.header_timeout = Duration::from_secs(2);
    })
    .await;
    let (first, _second) = (connect(&server).await, connect(&server).await);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let request = put(&server.key, &format!("/v1/links/{LINK_ID}"), 2) + "{}";
    let mut third = connect(&server).await;
    third.write_all(request.as_bytes()).await.unwrap();
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(500), third.read(&mut byte)).await;
    assert!(early.is_err(), "a third connection is served beside the two");
    drop(first);
    let (status, ..) = read(&mut third).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn requests_beyond_the_cap_are_unavailable() {
    let server = TestServer::configured(|config| config.max_in_flight = 1).await;
    let mut first = connect(&server).await;
    let head = put(&server.key, &format!("/v1/links/{LINK_ID}"), 2);
    first.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let response = server.update("{}").await;
    assert_eq!((response.status, &response.body["error"]["code"]), (503, &json!("UNAVAILABLE")));
    assert_eq!(response.number("Retry-After"), 1);
    response.has_one_request_id();
    first.write_all(b"{}").await.unwrap();
    assert_eq!(read(&mut first).await.0, 200);
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
async fn a_thousand_slow_callers_keep_nobody_out() {
    let server = TestServer::start().await;
    let mut slow = Vec::new();
    for _ in 0..1000 {
        let mut stream = connect(&server).await;
        stream.write_all(b"PUT /v1/links/lnk_1 HTTP/1.1\r\nx-api-key: ").await.unwrap();
        slow.push(stream);
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
    let mut server = TestServer::start().await;
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
}
