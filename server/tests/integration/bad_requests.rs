//! Requests to every operation that it must reject, or whose connection breaks, and that nothing has
//! changed afterwards.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{FOREIGN_LINK_ID, LINK_ID, TestResponse, TestServer, on_every_store};

const AGENT_ID: &str = "agnt_01J8ZK4R2N5M6P7Q8W4T";

on_every_store! {
    query_parameters_are_checked_by_every_operation,
    invalid_list_parameters_are_rejected,
    invalid_creates_are_rejected,
    integers_are_decided_on_their_digits,
    times_outside_of_rfc_3339_are_rejected,
    body_with_byte_order_mark_is_rejected,
    encoded_create_and_repeated_key_are_rejected,
    repeated_delete_is_not_found,
    wrong_methods_and_paths_change_nothing,
    body_of_get_and_delete_is_ignored,
    broken_create_creates_at_most_one_link,
}

/// Returns the links of both accounts.
async fn state(server: &mut TestServer) -> Vec<Value> {
    let key = server.key.clone();
    let own = server.call("GET", "/v1/links", None).await.body;
    server.switch_account("other").await;
    let other = server.call("GET", "/v1/links", None).await.body;
    server.key = key;
    assert!(own["links"].is_array() && other["links"].is_array(), "{own} {other}");
    vec![own, other]
}

/// A valid request of each operation: its method, its path and its body.
fn operations() -> [(&'static str, String, Option<String>); 5] {
    let one = || format!("/v1/links/{LINK_ID}");
    let create = json!({ "agent_id": AGENT_ID }).to_string();
    [
        ("GET", "/v1/links".to_owned(), None),
        ("POST", "/v1/links".to_owned(), Some(create)),
        ("GET", one(), None),
        ("PUT", one(), Some(r#"{"name": "New"}"#.to_owned())),
        ("DELETE", one(), None),
    ]
}

async fn query_parameters_are_checked_by_every_operation(mut server: TestServer) {
    let before = state(&mut server).await;
    for (method, path, body) in operations() {
        let body = body.as_deref();
        for (query, name) in [
            ("x=1", "x"),
            ("Limit=1", "Limit"),
            ("stat%75s2=all", "status2"),
            ("=", ""),
            ("a", "a"),
        ] {
            let response = server.call(method, &format!("{path}?{query}"), body).await;
            response.is_rejected(400, "UNKNOWN_FIELD", Some(name));
        }
        // known to the list only
        if (method, path.as_str()) != ("GET", "/v1/links") {
            for (query, code, name) in [
                ("limit=1", "UNKNOWN_FIELD", "limit"),
                ("status=all", "UNKNOWN_FIELD", "status"),
                ("limit=1&limit=1", "UNKNOWN_FIELD", "limit"),
            ] {
                let response = server.call(method, &format!("{path}?{query}"), body).await;
                response.is_rejected(400, code, Some(name));
            }
        }
    }
    assert_eq!(state(&mut server).await, before);
}

async fn invalid_list_parameters_are_rejected(server: TestServer) {
    for (query, code, field) in [
        ("limit=0", "INVALID_FIELD", "limit"),
        ("limit=1001", "INVALID_FIELD", "limit"),
        ("limit=-1", "INVALID_FIELD", "limit"),
        ("limit=abc", "INVALID_FIELD", "limit"),
        ("limit=1.5", "INVALID_FIELD", "limit"),
        ("limit=", "INVALID_FIELD", "limit"),
        ("limit", "INVALID_FIELD", "limit"),
        ("limit=%201", "INVALID_FIELD", "limit"),
        ("limit=1%20", "INVALID_FIELD", "limit"),
        ("limit=%2B5", "INVALID_FIELD", "limit"),
        // a plus sign is a space
        ("limit=+5", "INVALID_FIELD", "limit"),
        ("limit=05", "INVALID_FIELD", "limit"),
        ("limit=1.0", "INVALID_FIELD", "limit"),
        ("limit=1e2", "INVALID_FIELD", "limit"),
        ("limit=null", "INVALID_FIELD", "limit"),
        ("limit=99999999999999999999", "INVALID_FIELD", "limit"),
        ("limit=1&limit=1", "DUPLICATE_FIELD", "limit"),
        ("limit=1&limit=2", "DUPLICATE_FIELD", "limit"),
        ("limit=1&l%69mit=2", "DUPLICATE_FIELD", "limit"),
        ("status=nonsense", "INVALID_FIELD", "status"),
        ("status=", "INVALID_FIELD", "status"),
        ("status=Active", "INVALID_FIELD", "status"),
        ("status=active,paused", "INVALID_FIELD", "status"),
        ("status=active&status=paused", "DUPLICATE_FIELD", "status"),
        ("cursor=x&cursor=x", "DUPLICATE_FIELD", "cursor"),
    ] {
        let response = server.call("GET", &format!("/v1/links?{query}"), None).await;
        response.is_rejected(400, code, Some(field));
    }
    // bytes that are not UTF-8, and escapes that are none, are rejected as values and not as a failure
    for query in ["status=%ff", "status=%zz", "status=%"] {
        let response = server.call("GET", &format!("/v1/links?{query}"), None).await;
        response.is_rejected(400, "INVALID_FIELD", Some("status"));
    }
    for query in ["limit=1000", "limit=1", "status=all&limit=1"] {
        let response = server.call("GET", &format!("/v1/links?{query}"), None).await;
        assert_eq!(response.status, 200, "{response:?}");
    }
}

async fn invalid_creates_are_rejected(mut server: TestServer) {
    let before = state(&mut server).await;
    let agent = |rest: &str| format!(r#"{{"agent_id": "{AGENT_ID}"{rest}}}"#);
    let foreign = format!(r#"{{"agent_id": "agnt_of_{FOREIGN_LINK_ID}"}}"#);
    for (body, code, field) in [
        (String::new(), "INVALID_BODY", None),
        ("[]".to_owned(), "INVALID_BODY", None),
        (r#"{"agent_id": "#.to_owned(), "INVALID_BODY", None),
        ("{}".to_owned(), "MISSING_FIELD", Some("agent_id")),
        (r#"{"name": "x"}"#.to_owned(), "MISSING_FIELD", Some("agent_id")),
        (r#"{"agent_id": null}"#.to_owned(), "INVALID_FIELD", Some("agent_id")),
        (r#"{"agent_id": 7}"#.to_owned(), "INVALID_FIELD", Some("agent_id")),
        (r#"{"agent_id": ""}"#.to_owned(), "INVALID_FIELD", Some("agent_id")),
        (r#"{"agent_id": "a b"}"#.to_owned(), "INVALID_FIELD", Some("agent_id")),
        (r#"{"agent_id": "agnt_\u0000"}"#.to_owned(), "INVALID_FIELD", Some("agent_id")),
        (agent(r#", "x": 1"#), "UNKNOWN_FIELD", Some("x")),
        (agent(r#", "status": "paused""#), "UNKNOWN_FIELD", Some("status")),
        (agent(r#", "link_id": "lnk_1""#), "UNKNOWN_FIELD", Some("link_id")),
        (agent(r#", "name": "a", "name": "b""#), "DUPLICATE_FIELD", Some("name")),
        (agent(&format!(r#", "agent_id": "{AGENT_ID}""#)), "DUPLICATE_FIELD", Some("agent_id")),
        (agent(r#", "name": "a\u0000b""#), "INVALID_FIELD", Some("name")),
        (agent(r#", "use_limit": 0"#), "INVALID_FIELD", Some("use_limit")),
        (agent(r#", "use_limit": -1"#), "INVALID_FIELD", Some("use_limit")),
        (agent(r#", "use_limit": 1.5"#), "INVALID_FIELD", Some("use_limit")),
        (agent(r#", "use_limit": 9007199254740992"#), "INVALID_FIELD", Some("use_limit")),
        (agent(r#", "expires_at": "tomorrow""#), "INVALID_FIELD", Some("expires_at")),
    ] {
        let response = server.call("POST", "/v1/links", Some(&body)).await;
        response.is_rejected(400, code, field);
    }
    let unknown = server.call("POST", "/v1/links", Some(r#"{"agent_id": "agnt_unknown"}"#)).await;
    let foreign = server.call("POST", "/v1/links", Some(&foreign)).await;
    let error = &unknown.body["error"];
    assert_eq!((unknown.status, &error["code"]), (400, &json!("AGENT_NOT_FOUND")));
    assert_eq!(error["details"]["field"], "agent_id");
    unknown.has_rate_limit();
    assert_eq!(unknown.body, foreign.body, "a foreign agent is one that does not exist");
    let large = agent(&format!(r#", "name": "{}""#, "x".repeat(70_000)));
    let response = server.call("POST", "/v1/links", Some(&large)).await;
    response.is_rejected(413, "PAYLOAD_TOO_LARGE", None);
    let url = format!("{}/v1/links", server.base_url());
    let text = server.client.post(url).header("x-api-key", &server.key).body(agent(""));
    server.send(text).await.is_rejected(415, "UNSUPPORTED_MEDIA_TYPE", None);
    assert_eq!(state(&mut server).await, before);
}

/// Sends an update and a create with these members, and returns the responses.
async fn update_and_create(server: &TestServer, members: &str) -> [TestResponse; 2] {
    let create = format!(r#"{{"agent_id": "{AGENT_ID}", {members}}}"#);
    let update = server.update(format!("{{{members}}}")).await;
    [update, server.call("POST", "/v1/links", Some(&create)).await]
}

async fn integers_are_decided_on_their_digits(mut server: TestServer) {
    let before = state(&mut server).await;
    let huge_exponent = format!("1e{}", "9".repeat(60_000));
    let long_fraction = format!("100.{}1", "0".repeat(60_000));
    for number in [
        "9007199254740990.5",
        "9007199254740991.4",
        "99.99999999999999999999",
        "100.00000000000000000001",
        "12.9999999999999999999999",
        "13.5e0",
        "1300e-3",
        "1e-400",
        "1e400",
        "1e99999999999999999999",
        "1e-99999999999999999999",
        &huge_exponent,
        &long_fraction,
    ] {
        for response in update_and_create(&server, &format!(r#""use_limit": {number}"#)).await {
            response.is_rejected(400, "INVALID_FIELD", Some("use_limit"));
        }
    }
    assert_eq!(state(&mut server).await, before);
    let zeros = format!("100.{}", "0".repeat(60_000));
    for (number, stored) in [
        ("100.0", 100),
        ("1E2", 100),
        ("1e+2", 100),
        ("10000e-2", 100),
        (&zeros, 100),
        ("9007199254740991.0", 9_007_199_254_740_991_i64),
        ("900719925474099100e-2", 9_007_199_254_740_991),
    ] {
        for response in update_and_create(&server, &format!(r#""use_limit": {number}"#)).await {
            assert!(matches!(response.status, 200 | 201), "{number:.30}: {response:?}");
            assert_eq!(response.body["link"]["use_limit"], stored, "{number:.30}");
        }
    }
}

async fn times_outside_of_rfc_3339_are_rejected(mut server: TestServer) {
    let before = state(&mut server).await;
    let leap_second = "second 60 only at 23:59:60 UTC";
    for (time, problem) in [
        ("2026-06-30T12:00:60Z", leap_second),
        ("2026-06-30T23:59:60+01:00", leap_second),
        ("9999-12-31T23:59:59-01:00", "in the year 10000 UTC, which is out of range"),
        ("0000-01-01T00:00:00+00:01", "in the year -1 UTC, which is out of range"),
    ] {
        for response in update_and_create(&server, &format!(r#""expires_at": "{time}""#)).await {
            response.is_rejected(400, "INVALID_FIELD", Some("expires_at"));
            let message = response.body["error"]["message"].as_str().unwrap();
            assert!(message.contains(problem), "{message}");
        }
    }
    assert_eq!(state(&mut server).await, before);
    for time in ["2016-12-31T23:59:60Z", "2017-01-01T00:59:60+01:00"] {
        for response in update_and_create(&server, &format!(r#""expires_at": "{time}""#)).await {
            assert!(matches!(response.status, 200 | 201), "{response:?}");
            assert_eq!(response.body["link"]["expires_at"], "2017-01-01T00:00:00Z");
        }
    }
}

async fn body_with_byte_order_mark_is_rejected(mut server: TestServer) {
    let before = state(&mut server).await;
    let create = json!({ "agent_id": AGENT_ID }).to_string();
    let update = server.update("\u{feff}{}").await;
    let create = server.call("POST", "/v1/links", Some(&format!("\u{feff}{create}"))).await;
    for response in [update, create] {
        response.is_rejected(400, "INVALID_BODY", None);
        response.has_message(
            "the request body begins with a byte order mark",
            "Send one JSON object in UTF-8 without a byte order mark",
        );
    }
    assert_eq!(state(&mut server).await, before);
}

async fn encoded_create_and_repeated_key_are_rejected(mut server: TestServer) {
    let before = state(&mut server).await;
    let url = format!("{}/v1/links", server.base_url());
    let request = server.client.post(url).header("x-api-key", &server.key);
    let request = request.json(&json!({ "agent_id": AGENT_ID }));
    let twice = request.try_clone().unwrap().header("x-api-key", &server.key);
    let response = server.send(request.header("content-encoding", "gzip")).await;
    response.is_rejected(415, "UNSUPPORTED_MEDIA_TYPE", None);
    let message = response.body["error"]["message"].as_str().unwrap();
    assert!(message.contains("gzip"), "{message}");
    assert_eq!(server.send(twice).await.status, 401);
    assert_eq!(state(&mut server).await, before);
}

async fn repeated_delete_is_not_found(mut server: TestServer) {
    let path = format!("/v1/links/{LINK_ID}");
    assert_eq!(server.call("DELETE", &path, None).await.status, 200);
    let before = state(&mut server).await;
    for path in [&path, "/v1/links/lnk_missing"] {
        server.call("DELETE", path, None).await.is_rejected(404, "LINK_NOT_FOUND", None);
    }
    for path in ["/v1/links/nonsense", "/v1/links/lnk_%00", "/v1/links/lnk_a%2Fb"] {
        for method in ["GET", "DELETE"] {
            let response = server.call(method, path, None).await;
            response.is_rejected(400, "INVALID_FIELD", Some("link_id"));
        }
    }
    assert_eq!(state(&mut server).await, before);
}

async fn wrong_methods_and_paths_change_nothing(mut server: TestServer) {
    let before = state(&mut server).await;
    let create = json!({ "agent_id": AGENT_ID }).to_string();
    let one = format!("/v1/links/{LINK_ID}");
    let below = format!("{one}/x");
    for (method, path, status) in [
        ("POST", one.as_str(), 405),
        ("PATCH", &one, 405),
        ("PUT", "/v1/links", 405),
        ("DELETE", "/v1/links", 405),
        ("POST", &below, 404),
        ("DELETE", &below, 404),
        ("POST", "/v1", 404),
        // the names of methods are case-sensitive
        ("put", &one, 405),
        ("post", "/v1/links", 405),
    ] {
        let response = server.call(method, path, Some(&create)).await;
        assert_eq!(response.status, status, "{method} {path} {response:?}");
    }
    assert_eq!(state(&mut server).await, before);
}

/// Sends bytes on a new connection.
async fn open(server: &TestServer, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

fn head(server: &TestServer, method: &str, path: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n",
        server.key
    )
}

/// The body is no second request: the next request on the connection is read where it begins.
async fn body_of_get_and_delete_is_ignored(server: TestServer) {
    let inner = format!("DELETE /v1/links/{LINK_ID} HTTP/1.1\r\nhost: x\r\n\r\n");
    let missing = "/v1/links/lnk_missing";
    let one = format!("/v1/links/{LINK_ID}");
    for (method, path, status) in
        [("GET", "/v1/links", 200), ("GET", &one, 200), ("DELETE", missing, 404)]
    {
        for body in ["{}", "not json", inner.as_str(), &"x".repeat(100_000)] {
            let first = head(&server, method, path, body.len()) + "\r\n" + body;
            let last = head(&server, "GET", &one, 0) + "connection: close\r\n\r\n";
            let mut stream = open(&server, &first).await;
            // a server may close the connection instead of reading the body
            let _ = stream.write_all(last.as_bytes()).await;
            let mut responses = Vec::new();
            let _ = stream.read_to_end(&mut responses).await;
            let responses = String::from_utf8_lossy(&responses);
            let statuses: Vec<_> = responses
                .match_indices("HTTP/1.1 ")
                .map(|(at, text)| responses[at + text.len()..][..3].to_owned())
                .collect();
            let expected = [status.to_string(), "200".to_owned()];
            assert!(
                statuses == expected || statuses == expected[..1],
                "{method} {path}: {statuses:?}"
            );
        }
    }
    assert_eq!(server.call("GET", &one, None).await.status, 200);
}

async fn broken_create_creates_at_most_one_link(server: TestServer) {
    let body = json!({ "agent_id": AGENT_ID, "name": "Broken" }).to_string();
    let names = async || {
        let list = server.call("GET", "/v1/links", None).await.body;
        let links = list["links"].as_array().unwrap().clone();
        links.iter().filter(|link| link["name"] == "Broken").count()
    };
    // the connection ends in the middle of the body: nothing is created
    for length in 0..body.len() {
        let request = head(&server, "POST", "/v1/links", body.len()) + "\r\n" + &body[..length];
        drop(open(&server, &request).await);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(names().await, 0, "an incomplete body created a link");
    // the connection ends after the body: each request creates at most one link
    for _ in 0..20 {
        let request = head(&server, "POST", "/v1/links", body.len()) + "\r\n" + &body;
        drop(open(&server, &request).await);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let created = names().await;
    assert!(created <= 20, "{created} links");
    // a complete request creates exactly one
    assert_eq!(server.call("POST", "/v1/links", Some(&body)).await.status, 201);
    assert_eq!(names().await, created + 1);
}
