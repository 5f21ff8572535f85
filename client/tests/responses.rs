//! Conversion of responses into values and errors.

use std::error::Error as _;
use std::time::Duration;

use agenthuman_links::{Error, ErrorKind, RetryPolicy};

use crate::fake_server::{FakeClock, FakeServer, KEY, LINK, Reply, json, response};

/// Returns the error for a reply, without retries.
async fn error(reply: Reply) -> Error {
    let server = FakeServer::start([reply]).await;
    let client = server.builder().retry(RetryPolicy::never()).build().unwrap();
    let error = client.update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!((error.attempts(), server.received().len()), (1, 1));
    let text = format!("{error} {error:?}");
    assert!(!text.contains(KEY), "{text}");
    assert!(!error.to_string().contains(['\n', '\r']), "{error}");
    error
}

const LIMIT: &str = "x-request-id: r-1\r\nretry-after: 7\r\nx-ratelimit-limit: 60\r\n\
                     x-ratelimit-remaining: 3\r\nx-ratelimit-reset: 1728000000\r\n";

#[tokio::test]
async fn successful_response_has_status_headers_and_rate_limit() {
    let server = FakeServer::start([json("200 OK", LIMIT, LINK)]).await;
    let client = server.client();
    assert_eq!(client.rate_limit(), None);
    let response = client.update_link("lnk_1").name("x").send_with_response().await.unwrap();
    assert_eq!((response.status(), response.attempts()), (200, 1));
    assert_eq!(response.request_id(), Some("r-1"));
    assert_eq!(response.header("Retry-After"), Some("7"));
    assert!(response.headers().any(|header| header == ("x-ratelimit-limit", "60")));
    let limit = response.rate_limit().unwrap();
    assert_eq!((limit.limit, limit.remaining, limit.resets_at.timestamp()), (60, 3, 1_728_000_000));
    assert_eq!(client.clone().rate_limit(), Some(limit), "clones share the rate limiter");
    assert_eq!(response.into_value().link_id.as_ref(), "lnk_1");
}

#[tokio::test]
async fn error_response_has_kind_message_and_details() {
    let detail = r#"{"success": false, "error": {"message": "m", "suggestion": "s", "code": "C", "details": {"field": "f"}}}"#;
    let key = r#"{"error": "API key required"}"#;
    let slow = r#"{"success": false, "error": "slow"}"#;
    for (status, body, kind, text) in [
        ("400 Bad Request", detail, ErrorKind::InvalidRequest, "m (400): s"),
        ("401 Unauthorized", key, ErrorKind::Authentication, "API key required (401)"),
        ("403 Forbidden", detail, ErrorKind::Authentication, "m (403): s"),
        ("404 Not Found", detail, ErrorKind::NotFound, "m (404): s"),
        ("408 Request Timeout", detail, ErrorKind::Timeout, "m (408): s"),
        ("429 Too Many Requests", slow, ErrorKind::RateLimited, "slow (429)"),
        ("503 Service Unavailable", detail, ErrorKind::Server, "m (503): s"),
    ] {
        let error = error(json(status, LIMIT, body)).await;
        assert_eq!((error.kind(), error.to_string()), (kind, text.to_owned()));
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!(error.header("X-RateLimit-Limit"), Some("60"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert_eq!(error.rate_limit().unwrap().remaining, 3);
        assert_eq!(error.is_transient(), [408, 429, 503].contains(&error.status().unwrap()));
        assert_eq!(error.body(), Some(body.as_bytes()));
        if body == detail {
            assert_eq!((error.code(), error.suggestion()), (Some("C"), Some("s")));
            assert_eq!(error.details().unwrap()["field"], "f");
        }
    }
}

#[tokio::test]
async fn nonconforming_response_keeps_status_headers_and_body() {
    let html = "<html>Bad gateway</html>";
    for (status, kind, code) in [
        ("503 Service Unavailable", ErrorKind::Server, 503),
        ("502 Bad Gateway", ErrorKind::Server, 502),
        ("429 Too Many Requests", ErrorKind::RateLimited, 429),
        ("401 Unauthorized", ErrorKind::Authentication, 401),
        ("200 OK", ErrorKind::UnexpectedResponse, 200),
    ] {
        let shapes = [html, "", r#"{"message": "m"}"#, r#"{"error": 7}"#, r#"{"error": {}}"#, "[]"];
        for body in shapes {
            let error = error(response(status, LIMIT, body)).await;
            assert_eq!((error.kind(), error.status()), (kind, Some(code)), "{status} {body}");
            assert_eq!(error.request_id(), Some("r-1"));
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
            assert_eq!(error.body(), Some(body.as_bytes()));
        }
    }
}

#[tokio::test]
async fn each_malformed_response_has_kind_status_and_message() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    let missing = LINK.replace("\"uses\":0,", "");
    let long = format!("{head}content-length: 10000000000\r\n\r\n");
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n");
    let half = format!("{head}content-length: {}\r\n\r\n{}", LINK.len(), &LINK[..100]);
    let broken =
        b"HTTP/1.1 401 Unauthorized\r\nx-request-id: r-1\r\ncontent-length: 99\r\n\r\n{\"error\"";
    let html = "content-type: text/html\r\n";
    let elsewhere = "location: http://127.0.0.2:9/\r\n";
    let malformed = "retry-after: soon\r\nx-ratelimit-limit: -1\r\nx-ratelimit-remaining: \u{e9}\r\n\
                    x-ratelimit-reset: 99999999999999999999\r\ndate: yesterday\r\nx-request-id: \u{e9}\r\n";
    let shape = "response body does not conform to the contract (200)";
    use ErrorKind::*;
    for (name, reply, kind, status, text) in [
        ("truncated JSON", json("200 OK", "", &LINK[..100]), UnexpectedResponse, Some(200), shape),
        ("a field missing", json("200 OK", "", &missing), UnexpectedResponse, Some(200), shape),
        ("garbage", json("200 OK", "", "\u{1}\u{2}<<>>"), UnexpectedResponse, Some(200), shape),
        ("an empty body", json("200 OK", "", ""), UnexpectedResponse, Some(200), shape),
        (
            "another content type",
            response("200 OK", html, LINK),
            UnexpectedResponse,
            Some(200),
            "unexpected content type `text/html` of the response 200 OK (200)",
        ),
        (
            "no content",
            Reply::Bytes(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
            UnexpectedResponse,
            Some(204),
            "response 204 No Content does not conform to the contract (204)",
        ),
        (
            "a redirect to another host",
            response("302 Found", elsewhere, ""),
            UnexpectedResponse,
            Some(302),
            "unexpected redirect to `http://127.0.0.2:9/`, which is not followed (302)",
        ),
        (
            "10 GB",
            Reply::Endless(long.into(), vec![b' '; 65536]),
            UnexpectedResponse,
            Some(200),
            "response body longer than 16777216 bytes (200)",
        ),
        (
            "endless chunks",
            Reply::Endless(chunked.into(), format!("10000\r\n{}\r\n", " ".repeat(65536)).into()),
            UnexpectedResponse,
            Some(200),
            "response body longer than 16777216 bytes (200)",
        ),
        (
            "malformed headers",
            json("404 Not Found", malformed, r#"{"error": "no\nsuch\rlink"}"#),
            NotFound,
            Some(404),
            "no such link (404)",
        ),
        (
            "closed half way",
            Reply::Close(half.into()),
            Connection,
            Some(200),
            "connection broke in the middle of the response (200)",
        ),
        (
            "an error response closed half way",
            Reply::Close(broken.to_vec()),
            Authentication,
            Some(401),
            "connection broke in the middle of the response (401)",
        ),
        (
            "closed at once",
            Reply::Close(Vec::new()),
            Connection,
            None,
            "connection to http://127.0.0.1:",
        ),
        (
            "not HTTP",
            Reply::Close(b"SSH-2.0-x\r\n".to_vec()),
            Connection,
            None,
            "connection to http://127.0.0.1:",
        ),
        (
            "the key sent back",
            response("418 Teapot", html, &format!("you sent {KEY}")),
            InvalidRequest,
            Some(418),
            "unexpected content type `text/html` of the response 418",
        ),
    ] {
        let error = error(reply).await;
        println!("{name:26} {:20} {error}", format!("{:?}", error.kind()));
        assert_eq!((error.kind(), error.status()), (kind, status), "{name}: {error}");
        assert!(error.to_string().starts_with(text), "{name}: {error}");
        if kind == Connection {
            assert!(error.source().is_some(), "{name}");
        }
    }
}

#[tokio::test]
async fn incomplete_response_times_out_at_the_deadline() {
    let slow = |reply| async move {
        let server = FakeServer::start([reply]).await;
        let client = server.builder().timeout(Duration::from_millis(300)).build().unwrap();
        client.update_link("lnk_1").name("x").send().await.unwrap_err()
    };
    let begun = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{";
    for reply in [Reply::Silence, Reply::Bytes(begun.to_vec())] {
        let error = slow(reply).await;
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 1), "{error}");
    }
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let elsewhere = FakeServer::start([json("200 OK", "", LINK)]).await;
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let location = format!("location: {}/\r\n", elsewhere.url);
        let error = error(response(status, &location, "")).await;
        assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
        assert!(error.message().contains(&elsewhere.url), "{error}");
    }
    for (location, shown) in [
        ("https://user:hunter2@h.test:8443/new?token=s3cret#f", "`https://h.test:8443/new`"),
        ("/v2/links/lnk_1?token=s3cret", "`/v2/links/lnk_1`"),
    ] {
        let head = format!("location: {location}\r\n");
        let message = error(response("307 Temporary Redirect", &head, "")).await.to_string();
        assert!(message.contains(shown), "{message}");
        assert!(!message.contains("s3cret") && !message.contains("hunter2"), "{message}");
    }
    assert!(elsewhere.received().is_empty(), "the redirect was followed");
}

#[tokio::test]
async fn refused_connection_is_retried_and_reported_with_its_cause() {
    let server = FakeServer::start([json("200 OK", "", LINK)]).await;
    let clock = FakeClock::default();
    let retry = RetryPolicy::new().max_attempts(3);
    let builder = server.builder().base_url("http://127.0.0.1:1/secret-path").retry(retry);
    let builder = builder.clock(clock.clone());
    let error = builder.build().unwrap().update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connection, 3), "{error}");
    assert_eq!(error.to_string(), "failed to connect to http://127.0.0.1:1");
    assert_eq!(clock.waits().len(), 2);
    let mut chain = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push(cause.to_string());
        source = cause.source();
    }
    assert!(chain.last().unwrap().contains("refused"), "{chain:?}");
}

#[tokio::test]
async fn key_is_redacted_in_errors_but_not_in_values() {
    let named = |name: &str| LINK.replace("\"name\":null", &format!("\"name\":\"{name}\""));
    for (key, name) in [(KEY, format!("say {KEY}")), ("test", "the latest test".to_owned())] {
        let server = FakeServer::start([json("200 OK", "", &named(&name))]).await;
        let client = server.builder().api_key(key).build().unwrap();
        let link = client.update_link("lnk_1").name("x").send().await.unwrap();
        assert_eq!(link.name, Some(name));
    }
    let everywhere = format!(
        r#"{{"error": {{"message": "{KEY}", "suggestion": "{KEY}", "code": "{KEY}", "details": {{"a": ["{KEY}"]}}}}}}"#
    );
    let error = error(json("400 x", &format!("x-request-id: {KEY}\r\n"), &everywhere)).await;
    assert_eq!((error.message(), error.request_id()), ("(redacted)", Some("(redacted)")));
}

#[tokio::test]
async fn error_bodies_of_other_services_keep_their_reason() {
    for (body, message, code) in [
        (
            r#"{"type":"about:blank","title":"Out of credit","detail":"30 are needed"}"#,
            "Out of credit: 30 are needed",
            None,
        ),
        (r#"{"title":"Out of credit","status":403}"#, "Out of credit", None),
        (r#"{"message":"no such route","code":"R1"}"#, "no such route", Some("R1")),
        (r#"{"errors":[{"message":"a"},{"detail":"b"},"c"]}"#, "a; b; c", None),
        (r#"{"errors":{"name":["is too long","is odd"]}}"#, "name: is too long; is odd", None),
        (
            r#"{"error":"invalid_token","error_description":"it has expired"}"#,
            "it has expired",
            Some("invalid_token"),
        ),
        (r#"{"detail":[{"title":"field required"}]}"#, "field required", None),
    ] {
        let head = "content-type: application/problem+json\r\n";
        let error = error(response("403 Forbidden", head, body)).await;
        assert_eq!((error.message(), error.code()), (message, code), "{body}");
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert_eq!(error.body(), Some(body.as_bytes()), "it is not the documented form");
    }
}

#[tokio::test]
async fn success_false_is_an_error_whatever_the_status() {
    let body = LINK.replace("\"success\":true", "\"success\":false");
    assert_ne!(body, LINK);
    let error = error(json("200 OK", "", &body)).await;
    assert_eq!((error.kind(), error.status()), (ErrorKind::UnexpectedResponse, Some(200)));
    let reason = r#"{"success": false, "error": {"message": "locked", "code": "LOCKED"}}"#;
    let error = self::error(json("200 OK", "", reason)).await;
    assert_eq!((error.message(), error.code()), ("locked", Some("LOCKED")));
}

#[tokio::test]
async fn debug_is_one_line_with_kind_status_request_id_and_cause() {
    let error = error(json("503 Service Unavailable", LIMIT, r#"{"error": "not\nnow"}"#)).await;
    let text = "Error(server, request id r-1, 1 attempts): not now (503)";
    assert_eq!(format!("{error:?}"), text);
    assert_eq!(format!("{error:#?}"), text);
    let error = self::error(json("200 OK", "", "{")).await;
    let text = format!("{error:?}");
    assert!(text.contains("contract (200): EOF while parsing"), "{text}");
    let missing = agenthuman_links::Client::new("").unwrap_err();
    assert_eq!(format!("{missing:?}"), "Error(configuration): the API key is missing");
}

#[tokio::test]
async fn wait_in_the_far_future_is_cut_and_reported() {
    let busy = r#"{"error": "busy"}"#;
    let far = json("503 x", "retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n", busy);
    let error = error(far).await;
    assert!(error.retry_after() > Some(Duration::from_secs(1 << 30)));
    assert!(error.to_string().ends_with(" s, which is cut to 120 s"), "{error}");
    let error = self::error(json("503 x", "retry-after: 120\r\n", busy)).await;
    assert_eq!(error.to_string(), "busy (503)");
}

#[tokio::test]
async fn message_is_cut_to_one_line_of_bounded_length() {
    let long = format!(r#"{{"error": "a\u2028b\u202ec\nd{}"}}"#, "x".repeat(1 << 20));
    let error = error(json("400 x", "", &long)).await;
    assert!(error.message().starts_with("a b c dxx"), "{}", &error.message()[..20]);
    assert!(error.message().chars().count() <= 2001);
}

/// JSON does not distinguish `12.0` from `12`, and a server may write either.
#[tokio::test]
async fn integers_with_a_zero_fraction_are_integers() {
    let body = LINK
        .replace(r#""uses":0,"use_limit":null"#, r#""uses":12.0,"use_limit":9.007199254740991e15"#);
    let server = FakeServer::start([json("200 OK", "", &body)]).await;
    let link = server.client().update_link("lnk_1").name("x").send().await.unwrap();
    assert_eq!((link.uses, link.use_limit), (12, Some(9_007_199_254_740_991)));
    let fraction = LINK.replace(r#""uses":0"#, r#""uses":12.5"#);
    let server = FakeServer::start([json("200 OK", "", &fraction)]).await;
    let error = server.client().update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedResponse);
}
