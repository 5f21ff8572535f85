//! Rejected requests: status, shape, field and headers of the response, and that nothing has changed.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::json;

use crate::harness::{LINK_ID, TestServer, documented_link, timestamp};

async fn key_is_refused(server: &TestServer, key: Option<&str>, sentence: &str) {
    let mut request = server
        .client
        .put(format!("{}/v1/links/{LINK_ID}", server.base_url()))
        .json(&json!({ "name": "New" }));
    if let Some(key) = key {
        request = request.header("x-api-key", key);
    }
    let response = server.send(request).await;
    assert_eq!(response.status, 401, "{response:?}");
    assert_eq!(response.body, json!({ "error": sentence }));
    assert_eq!(response.header("X-RateLimit-Limit"), None);
    response.has_one_request_id();
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn request_without_key_is_unauthorized() {
    let server = TestServer::start().await;
    key_is_refused(&server, None, "API key required").await;
    key_is_refused(&server, Some(""), "API key required").await;
}

#[tokio::test]
async fn unknown_key_is_unauthorized() {
    let server = TestServer::start().await;
    let other_case = server.key.to_uppercase();
    let longer = format!("{}0", server.key);
    let unknown = format!("ah_live_{}", "0".repeat(32));
    let test_kind = server.key.replace("live", "test");
    for key in [&unknown, "nonsense", &other_case, &longer, &test_kind, "' OR 1=1 --"] {
        key_is_refused(&server, Some(key), "Invalid API key").await;
    }
}

#[tokio::test]
async fn revoked_key_is_unauthorized() {
    let server = TestServer::start().await;
    let (key, key_id) = server.add_key("acme").await;
    let now = timestamp("2025-06-01T00:00:00Z");
    server.store().await.revoke_key(key_id, now).await.unwrap();
    key_is_refused(&server, Some(&key), "API key has been deactivated").await;
}

#[tokio::test]
async fn body_that_is_not_json_object_is_rejected() {
    let server = TestServer::start().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        "",
        "  \n",
        "[]",
        "[1]",
        "7",
        "null",
        "true",
        "\"text\"",
        "{",
        r#"{"name": "New"#,
        r#"{"name": "New"} x"#,
        r#"{"name": "New"}{}"#,
        "{name: 1}",
        "{'name': 1}",
        "not json",
        r#"{"name": "New",}"#,
        r#"{"name": "\ud800"}"#,
        r#"{"name": NaN}"#,
        &deep,
    ] {
        server.update(body).await.is_rejected(400, "INVALID_BODY", None);
    }
    let deep_object = format!("{}1{}", r#"{"name":"#.repeat(5_000), "}".repeat(5_000));
    server.update(deep_object).await.is_rejected(400, "INVALID_FIELD", Some("name"));
    // not UTF-8
    let response = server.send(server.request(LINK_ID, b"{\"name\": \"\xff\xfe\"}".to_vec())).await;
    response.is_rejected(400, "INVALID_BODY", None);
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn missing_body_is_rejected() {
    let server = TestServer::start().await;
    let url = format!("{}/v1/links/{LINK_ID}", server.base_url());
    let response = server.send(server.client.put(url).header("x-api-key", &server.key)).await;
    response.is_rejected(400, "INVALID_BODY", None);
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn duplicate_field_is_rejected() {
    let server = TestServer::start().await;
    for body in [r#"{"name": "One", "name": "Two"}"#, r#"{"name": null, "n\u0061me": null}"#] {
        server.update(body).await.is_rejected(400, "DUPLICATE_FIELD", Some("name"));
    }
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn media_type_other_than_json_is_rejected() {
    let server = TestServer::start().await;
    let url = format!("{}/v1/links/{LINK_ID}", server.base_url());
    let body = json!({ "name": "New" }).to_string();
    for media_type in
        ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "*/*", ""]
    {
        let request = server.client.put(&url).header("x-api-key", &server.key);
        let request = request.header("content-type", media_type).body(body.clone());
        let response = server.send(request).await;
        response.is_rejected(415, "UNSUPPORTED_MEDIA_TYPE", None);
        if media_type == "text/plain" {
            let message = "the request body is `text/plain`, not `application/json`";
            response.has_message(message, "Send the header `content-type: application/json`");
        }
    }
    let request = server.client.put(&url).header("x-api-key", &server.key).body(body);
    server.send(request).await.is_rejected(415, "UNSUPPORTED_MEDIA_TYPE", None);
    assert_eq!(server.link().await, documented_link());
    for media_type in ["application/json; charset=utf-8", "Application/JSON"] {
        let request = server.client.put(&url).header("x-api-key", &server.key);
        let request = request.header("content-type", media_type).body("{}");
        assert_eq!(server.send(request).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn body_over_64_kib_is_too_large() {
    let server = TestServer::start().await;
    let body = |bytes: usize| {
        let empty = r#"{"name": ""}"#;
        format!(r#"{{"name": "{}"}}"#, "x".repeat(bytes - empty.len()))
    };
    let mebibytes = 10 * 1024 * 1024;
    for too_large in [body(65_537), body(mebibytes)] {
        let response = server.update(too_large).await;
        response.is_rejected(413, "PAYLOAD_TOO_LARGE", None);
        let message = "the request body is larger than 65536 bytes";
        response.has_message(message, "Send only the fields that change");
    }
    // in chunks, without a declared length
    let response = chunked(&server, &server.key, LINK_ID, &body(mebibytes));
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    assert_eq!(server.link().await, documented_link());
    assert_eq!(server.update(body(65_536)).await.status, 200);
}

fn chunked(server: &TestServer, key: &str, link_id: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "PUT /v1/links/{link_id} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    tokio::task::block_in_place(|| {
        stream.write_all(head.as_bytes()).unwrap();
        for chunk in body.as_bytes().chunks(8192) {
            write!(stream, "{:x}\r\n", chunk.len()).unwrap();
            stream.write_all(chunk).unwrap();
            stream.write_all(b"\r\n").unwrap();
        }
        stream.write_all(b"0\r\n\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    })
}

#[tokio::test]
async fn invalid_field_value_is_rejected() {
    let server = TestServer::start().await;
    for (field, value) in [
        ("status", "null"),
        ("status", "\"Active\""),
        ("status", "\"\""),
        ("status", "1"),
        ("status", "{\"active\": null}"),
        ("use_limit", "0"),
        ("use_limit", "-1"),
        ("use_limit", "1.5"),
        ("use_limit", "12"),
        ("use_limit", "9007199254740992"),
        ("use_limit", "\"100\""),
        ("use_limit", "[100]"),
        ("use_limit", "18446744073709551616"),
        ("expires_at", "\"tomorrow\""),
        ("expires_at", "\"2034-01-15\""),
        ("expires_at", "\"10000-01-01T00:00:00Z\""),
        ("expires_at", "\"2034-01-15 10:30:00Z\""),
        ("expires_at", "\"2034-01-15T10:30:00\""),
        ("expires_at", "\"2034-02-30T10:30:00Z\""),
        ("expires_at", "\"\""),
        ("expires_at", "1705314600"),
        ("name", "\"a\\u0000b\""),
        ("name", "7"),
        ("name", "[\"New\"]"),
        ("name", "{}"),
    ] {
        let other = if field == "name" { r#""status": "paused""# } else { r#""name": "New""# };
        let response = server.update(format!(r#"{{{other}, "{field}": {value}}}"#)).await;
        response.is_rejected(400, "INVALID_FIELD", Some(field));
        assert_eq!(server.link().await, documented_link(), "{field}: {value}");
    }
}

#[tokio::test]
async fn unknown_field_is_rejected() {
    let server = TestServer::start().await;
    for field in ["uses", "link_id", "url", "Name", "expiresAt", "x", ""] {
        let response = server.update(json!({ "name": "New", field: 1 })).await;
        response.is_rejected(400, "UNKNOWN_FIELD", Some(field));
    }
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn error_response_does_not_grow_with_request() {
    let server = TestServer::start().await;
    let long = "y".repeat(60_000);
    for body in
        [json!({ "expires_at": long }), json!({ "status": long }), json!({ (long.clone()): 1 })]
    {
        let response = server.update(body).await;
        assert_eq!(response.status, 400);
        assert!(response.body.to_string().len() < 2_000, "{}", response.body.to_string().len());
    }
    let mut media_type = server.request(LINK_ID, "{}").build().unwrap();
    media_type.headers_mut().insert("content-type", "x".repeat(60_000).parse().unwrap());
    let response = server.client.execute(media_type).await.unwrap();
    assert_eq!(response.status(), 415);
    assert!(response.text().await.unwrap().len() < 2_000);
}

/// Many clients read the response only after they have sent their body.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn early_error_reaches_client_that_sends_whole_body_first() {
    let server = TestServer::with_rate_limit(2).await;
    let body = "x".repeat(10 * 1024 * 1024);
    let response = chunked(&server, "nobody's", LINK_ID, &body);
    assert!(response.starts_with("HTTP/1.1 401 "), "{response}");
    for status in [400, 400, 429] {
        let response = chunked(&server, &server.key, "nonsense", &body);
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{response}");
    }
}
