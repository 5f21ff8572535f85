//! Requests: their bodies, and the validation of arguments before sending.

use std::time::Duration;

use agenthuman_links::{
    AuthMethod, Client, ErrorKind, Link, LinkId, LinkStatus, Patch, UpdateLinkRequest,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::fake_server::{FakeClock, FakeServer, KEY, LINK, ok};

#[tokio::test]
async fn update_sends_absent_null_and_value() {
    let server = FakeServer::start([ok()]).await;
    let client = server.builder().user_agent("campaigns/2.1").build().unwrap();
    client.update_link("lnk_1").name("x").clear_expires_at().send().await.unwrap();
    let request = &server.received()[0];
    assert!(request.head.starts_with("PUT /v1/links/lnk_1 HTTP/1.1"), "{request:?}");
    assert!(request.head.contains(&format!("x-api-key: {KEY}")), "{request:?}");
    assert!(request.head.contains("user-agent: campaigns/2.1 agenthuman-links/"), "{request:?}");
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body, json!({"name": "x", "expires_at": null}));
}

#[tokio::test]
async fn request_has_no_headers_beyond_the_contract_and_http() {
    let server = FakeServer::start([ok()]).await;
    server.client().update_link("lnk_1").name("x").send().await.unwrap();
    server.client().get_link("lnk_1").send().await.unwrap();
    for request in server.received() {
        let names = request.head.lines().skip(1).filter_map(|line| line.split(':').next());
        let known = ["accept", "content-length", "content-type", "host", "user-agent", "x-api-key"];
        let unknown: Vec<_> = names.filter(|name| !known.contains(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

#[test]
fn deserialized_request_keeps_absent_null_and_value() {
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
async fn relative_time_is_computed_once() {
    let server = FakeServer::start([ok()]).await;
    let clock = FakeClock::default();
    let client = server.builder().clock(clock.clone()).build().unwrap();
    let update = client.update_link("lnk_1").expires_in(Duration::from_secs(3600));
    let then: DateTime<Utc> = "2024-10-04T01:00:00Z".parse().unwrap();
    assert_eq!(update.request().expires_at, Patch::Value(then));
    update.send().await.unwrap();
    assert_eq!(server.received()[0].body, r#"{"expires_at":"2024-10-04T01:00:00Z"}"#);
    let error = client.update_link("lnk_1").expires_in(Duration::MAX).send().await.unwrap_err();
    assert!(error.to_string().starts_with("`expires_at`: too far"), "{error}");
}

#[tokio::test]
async fn path_parameter_with_separators_is_rejected() {
    let server = FakeServer::start([ok()]).await;
    for id in
        ["..", "../keys", "lnk_a/b", "lnk_\\", "lnk_%2e", "lnk_a?b", "lnk_", "", "Lnk_a", "lnk_ä"]
    {
        let error = server.client().update_link(id).name("x").send().await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidRequest, 0), "{id}");
        assert!(error.to_string().starts_with("`link_id`"), "{error}");
        assert!(id.parse::<LinkId>().is_err());
    }
    assert!(server.received().is_empty());
}

#[test]
fn link_id_converts_from_and_to_text() {
    let id: LinkId = "lnk_1".parse().unwrap();
    assert_eq!((id.to_string(), id.as_ref()), ("lnk_1".to_owned(), "lnk_1"));
    assert_eq!(serde_json::to_value(&id).unwrap(), "lnk_1");
    assert_eq!(serde_json::from_value::<LinkId>("lnk_1".into()).unwrap(), id);
    serde_json::from_value::<LinkId>("link_1".into()).unwrap_err();
    assert_eq!(LinkId::try_from("lnk_1").unwrap(), id);
}

/// Returns a client without a server, so that every rejection is its own.
fn offline_client() -> Client {
    let retry = agenthuman_links::RetryPolicy::never();
    Client::builder().base_url("http://127.0.0.1:1").api_key(KEY).retry(retry).build().unwrap()
}

#[tokio::test]
async fn invalid_arguments_are_rejected_before_sending() {
    let client = offline_client();
    for (error, text) in [
        (client.update_link("lnk_1").send().await, "nothing to change"),
        (client.update_link("lnk_1").use_limit(0).send().await, "`use_limit`: 0 is not from 1"),
        (client.update_link("lnk_1").use_limit(1 << 53).send().await, "`use_limit`"),
        (client.update_link("lnk_1").use_limit(i64::MIN).send().await, "`use_limit`"),
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
async fn error_reports_all_invalid_arguments_with_the_allowed_values() {
    let update = offline_client().update_link("link_1").name("a\0b").status("Active").use_limit(0);
    let error = update.expires_in(Duration::MAX).send().await.unwrap_err();
    let message = error.to_string();
    for text in [
        "`link_id`: doesn't match pattern",
        "; `name`: ",
        "; `status`: `Active` is not one of `active`, `paused`, `expired`; ",
        "; `use_limit`: 0 is not from 1 to 9007199254740991",
        "; `expires_at`: too far in the future",
    ] {
        assert!(message.contains(text), "{text}: {message}");
    }
    let fields = ["link_id", "name", "status", "expires_at", "use_limit"];
    assert_eq!(error.details().unwrap()["field"], "link_id");
    assert_eq!(error.details().unwrap()["fields"], json!(fields));
    assert_eq!(LinkStatus::VALUES, ["active", "paused", "expired"]);
}

#[tokio::test]
async fn call_owns_what_it_needs() {
    let server = FakeServer::start([ok()]).await;
    let call = server.client().update_link("lnk_1").use_limit(5_000_000_000);
    tokio::spawn(call.send()).await.unwrap().unwrap();
    assert_eq!(server.received()[0].body, r#"{"use_limit":5000000000}"#);
}

#[tokio::test]
async fn missing_value_leaves_a_field_unchanged() {
    let server = FakeServer::start([ok()]).await;
    let (name, limit) = (Some("x"), None);
    let call = server.client().update_link("lnk_1").maybe_name(name).maybe_use_limit(limit);
    call.send().await.unwrap();
    assert_eq!(server.received()[0].body, r#"{"name":"x"}"#);
    let call = server.client().update_link("lnk_1").name("x").maybe_name(None::<String>);
    assert_eq!(call.request().name, Patch::Value("x".parse().unwrap()));
}

#[tokio::test]
async fn with_request_is_validated_too() {
    let client = offline_client();
    for limit in [0, -5, 1 << 60] {
        let mut request = UpdateLinkRequest::default();
        request.use_limit = Patch::Value(limit);
        let error = client.update_link("lnk_1").with_request(request).send().await.unwrap_err();
        assert!(error.to_string().starts_with("`use_limit`"), "{error}");
    }
    let unlisted: UpdateLinkRequest = serde_json::from_str(r#"{"status": "archived"}"#).unwrap();
    let error = client.update_link("lnk_1").with_request(unlisted).send().await.unwrap_err();
    assert!(error.to_string().starts_with("`status`"), "{error}");
    let far = chrono::DateTime::from_timestamp(1 << 40, 0).unwrap();
    let error = client.update_link("lnk_1").expires_at(far).send().await.unwrap_err();
    assert!(error.to_string().starts_with("`expires_at`"), "{error}");
}

#[tokio::test]
async fn later_setter_call_replaces_an_earlier_error() {
    let client = offline_client();
    let fixed = [
        client.update_link("lnk_1").status("Active").status("active"),
        client.update_link("lnk_1").name("a\0b").clear_name(),
        client.update_link("lnk_1").use_limit(0).use_limit(5),
    ];
    for update in fixed {
        assert_eq!(update.send().await.unwrap_err().kind(), ErrorKind::Connection);
    }
}

#[test]
fn unknown_values_and_fields_are_kept() {
    let later_version = LINK
        .replace("\"active\"", "\"archived\"")
        .replace("\"public\"", "\"oauth\"")
        .replace("\"uses\":0", "\"uses\":0,\"visits\":{\"today\":7}");
    let mut body: Value = serde_json::from_str(&later_version).unwrap();
    let link: Link = serde_json::from_value(body["link"].take()).unwrap();
    assert_eq!(link.status, LinkStatus::Unknown("archived".to_owned()));
    assert!(link.status.is_unknown() && !LinkStatus::Active.is_unknown());
    assert_eq!((link.status.to_string(), link.status.as_ref()), ("archived".into(), "archived"));
    assert_eq!(link.agent.voice_agent.auth_method, AuthMethod::Unknown("oauth".to_owned()));
    assert_eq!(link.unknown_fields["visits"]["today"], 7);
    let written = serde_json::to_value(&link).unwrap();
    assert_eq!(written["status"], "archived");
    assert_eq!(written["visits"]["today"], 7);
}
