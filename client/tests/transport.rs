//! What the client puts on the wire, seen by a bare socket. The behaviour of the service is tested
//! against the real server, in `server/tests`.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::time::Duration;

use agenthuman_links::{Client, ErrorKind, LinkId, LinkStatus, Patch, UpdateLinkRequest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "ah_test_0123456789abcdefghijklmnopqrstuv";

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn client(url: &str) -> Client {
    Client::builder().base_url(url).api_key(KEY).timeout(Duration::from_secs(5)).build().unwrap()
}

/// The head and the body of one request.
async fn receive(socket: &mut TcpStream) -> (String, String) {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = socket.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if count == 0 || body.len() >= length.unwrap_or("0").parse::<usize>().unwrap() {
                return (head.to_owned(), body.to_owned());
            }
        }
    }
}

/// Answers one request with `response` and returns it.
async fn serve_once(listener: TcpListener, response: String) -> (String, String) {
    let (mut socket, _) = listener.accept().await.unwrap();
    let request = receive(&mut socket).await;
    socket.write_all(response.as_bytes()).await.unwrap();
    request
}

fn refusal(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-request-id: r-1\r\nretry-after: 7\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn absent_null_and_value_are_three_things() {
    let (listener, url) = listen().await;
    let server = tokio::spawn(serve_once(listener, refusal("404 Not Found", r#"{"error": "x"}"#)));
    let update = client(&url).update_link("lnk_1").name("x").clear_expires_at().send().await;
    assert_eq!(update.unwrap_err().kind(), ErrorKind::NotFound);
    let (head, body) = server.await.unwrap();
    assert!(head.starts_with("PUT /v1/links/lnk_1 HTTP/1.1"), "{head}");
    assert!(head.contains(&format!("x-api-key: {KEY}")), "{head}");
    assert!(head.contains("user-agent: agenthuman-links/"), "{head}");
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body, serde_json::json!({"name": "x", "expires_at": null}));
}

#[test]
fn reading_a_request_keeps_the_three_states_apart() {
    let read = |text| serde_json::from_str::<UpdateLinkRequest>(text);
    let update = read(r#"{"name": null, "use_limit": 5, "status": "paused"}"#).unwrap();
    assert_eq!(update.name, Patch::Null);
    assert_eq!(update.use_limit, Patch::Value(5));
    assert_eq!(update.expires_at, Patch::Absent);
    assert_eq!(update.status, Some(LinkStatus::Paused));
    read(r#"{"status": null}"#).unwrap_err();
    read(r#"{"nmae": null}"#).unwrap_err();
    for text in ["{}", r#"{"name":null}"#, r#"{"expires_at":"2030-06-30T18:00:00Z"}"#] {
        assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
    }
}

#[tokio::test]
async fn a_redirect_never_takes_the_key_along() {
    let (elsewhere, other_url) = listen().await;
    let (listener, url) = listen().await;
    let redirect = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {other_url}/\r\ncontent-length: 0\r\n\r\n"
    );
    let server = tokio::spawn(serve_once(listener, redirect));
    let error = client(&url).update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::UnexpectedResponse, Some(307)));
    server.await.unwrap();
    let nobody = tokio::time::timeout(Duration::from_millis(200), elsewhere.accept()).await;
    assert!(nobody.is_err(), "the redirect was followed");
}

#[tokio::test]
async fn a_link_id_cannot_leave_its_segment() {
    let (listener, url) = listen().await;
    for id in
        ["..", "../keys", "lnk_a/b", "lnk_\\", "lnk_%2e", "lnk_a?b", "lnk_", "", "Lnk_a", "lnk_ä"]
    {
        let error = client(&url).update_link(id).name("x").send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id}");
        assert!(error.to_string().starts_with("`link_id`"), "{error}");
        assert!(id.parse::<LinkId>().is_err());
    }
    let nobody = tokio::time::timeout(Duration::from_millis(200), listener.accept()).await;
    assert!(nobody.is_err(), "something was sent");
}

#[tokio::test]
async fn what_cannot_be_right_is_refused_before_it_is_sent() {
    let client = client("http://127.0.0.1:1");
    for (error, text) in [
        (client.update_link("lnk_1").send().await, "nothing to change"),
        (client.update_link("lnk_1").use_limit(0).send().await, "`use_limit`: 0 is not from 1"),
        (client.update_link("lnk_1").use_limit(1_u64 << 53).send().await, "`use_limit`"),
        (client.update_link("lnk_1").use_limit(u64::MAX).send().await, "`use_limit`"),
        (client.update_link("lnk_1").name("a\0b").send().await, "`name`"),
        (client.update_link("lnk_1").status("Active").send().await, "`status`"),
        (client.update_link("lnk_1").status("Active").name("fine").send().await, "`status`"),
    ] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().starts_with(text), "{error}");
        assert_eq!(error.status(), None);
    }
}

#[tokio::test]
async fn errors_say_what_the_server_said() {
    let detail = r#"{"success": false, "error": {"message": "m", "suggestion": "s", "code": "C", "details": {"field": "f"}}}"#;
    for (status, body, kind, text) in [
        ("400 Bad Request", detail, ErrorKind::InvalidRequest, "m (400): s"),
        (
            "401 Unauthorized",
            r#"{"error": "API key required"}"#,
            ErrorKind::Authentication,
            "API key required (401)",
        ),
        (
            "429 Too Many Requests",
            r#"{"success": false, "error": "slow"}"#,
            ErrorKind::RateLimited,
            "slow (429)",
        ),
        ("503 Service Unavailable", detail, ErrorKind::Server, "m (503): s"),
    ] {
        let (listener, url) = listen().await;
        let server = tokio::spawn(serve_once(listener, refusal(status, body)));
        let error = client(&url).update_link("lnk_1").name("x").send().await.unwrap_err();
        server.await.unwrap();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.to_string(), text);
        assert_eq!(error.request_id(), Some("r-1"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        if body == detail {
            assert_eq!((error.code(), error.suggestion()), (Some("C"), Some("s")));
            assert_eq!(error.details().unwrap()["field"], "f");
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_not_the_contracts_keeps_its_status_and_headers() {
    let html = "<html>Bad gateway</html>";
    for (status, kind, code) in [
        ("503 Service Unavailable", ErrorKind::Server, 503),
        ("502 Bad Gateway", ErrorKind::Server, 502),
        ("429 Too Many Requests", ErrorKind::RateLimited, 429),
        ("401 Unauthorized", ErrorKind::Authentication, 401),
        ("200 OK", ErrorKind::UnexpectedResponse, 200),
    ] {
        for body in [html, "", r#"{"message": "another shape"}"#] {
            let (listener, url) = listen().await;
            let server = tokio::spawn(serve_once(listener, refusal(status, body)));
            let error = client(&url).update_link("lnk_1").name("x").send().await.unwrap_err();
            server.await.unwrap();
            assert_eq!((error.kind(), error.status()), (kind, Some(code)), "{status} {body}");
            assert_eq!(error.request_id(), Some("r-1"));
            assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        }
    }
}

#[tokio::test]
async fn data_is_held_to_the_contract_too() {
    let client = client("http://127.0.0.1:1");
    for limit in [0, -5, 1 << 60] {
        let request = UpdateLinkRequest { use_limit: Patch::Value(limit), ..Default::default() };
        let error = client.update_link("lnk_1").with_request(request).send().await.unwrap_err();
        assert!(error.to_string().starts_with("`use_limit`"), "{error}");
    }
    let far = chrono::DateTime::from_timestamp(1 << 40, 0).unwrap();
    let error = client.update_link("lnk_1").expires_at(far).send().await.unwrap_err();
    assert!(error.to_string().starts_with("`expires_at`"), "{error}");
}

#[tokio::test]
async fn a_later_call_takes_the_place_of_an_earlier_one() {
    let client = client("http://127.0.0.1:1");
    let mended = [
        client.update_link("lnk_1").status("Active").status("active"),
        client.update_link("lnk_1").name("a\0b").clear_name(),
        client.update_link("lnk_1").use_limit(u64::MAX).use_limit(5),
    ];
    for update in mended {
        assert_eq!(update.send().await.unwrap_err().kind(), ErrorKind::Connection);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_or_does_not_answer() {
    let error =
        client("http://127.0.0.1:1").update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    let (_listener, url) = listen().await;
    let hasty = Client::builder()
        .base_url(url)
        .api_key(KEY)
        .timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let error = hasty.update_link("lnk_1").name("x").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn https_is_spoken() {
    let (listener, url) = listen().await;
    let url = url.replace("http://", "https://");
    let call =
        tokio::spawn(async move { client(&url).update_link("lnk_1").name("x").send().await });
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut hello = [0; 3];
    socket.read_exact(&mut hello).await.unwrap();
    assert_eq!(hello[..2], [0x16, 0x03], "a TLS handshake begins so");
    drop(socket);
    assert_eq!(call.await.unwrap().unwrap_err().kind(), ErrorKind::Connection);
}

#[test]
fn the_key_is_never_shown() {
    let builder = Client::builder().api_key(KEY);
    assert!(!format!("{builder:?}").contains(KEY));
    let client = builder.build().unwrap();
    assert!(!format!("{client:?} {:?}", client.update_link("lnk_1").name("x")).contains(KEY));
    let error = Client::new(format!("{KEY}\n")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(!format!("{error} {error:?}").contains(KEY));
    assert_eq!(Client::new("").unwrap_err().kind(), ErrorKind::Configuration);
    for url in [
        "",
        "api.agenthuman.com",
        "ftp://x",
        "http://",
        "http://h?x=y",
        "http://h#f",
        "https://user:hunter2@h",
        "ftp://user:hunter2@h",
    ] {
        let error = Client::builder().base_url(url).api_key(KEY).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{url}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}
