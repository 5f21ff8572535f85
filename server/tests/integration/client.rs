//! The server through the generated client.

use agenthuman_links::{AuthMethod, Client, ErrorKind, LinkStatus};
use serde_json::{Value, json};

use crate::harness::{FOREIGN_LINK_ID, LINK_ID, TestServer, documented_link};

/// The vendor's documented response to the documented update.
const DOCUMENTED: &str = include_str!("../fixtures/update_link_response.json");

fn client(server: &TestServer) -> Client {
    Client::builder().base_url(server.base_url()).api_key(&server.key).build().unwrap()
}

#[tokio::test]
async fn documented_update_returns_documented_link() {
    let server = TestServer::start().await;
    let client = client(&server);
    let update = client
        .update_link(LINK_ID)
        .name("Updated Name")
        .status(LinkStatus::Paused)
        .clear_expires_at()
        .use_limit(100);
    let link = update.send().await.unwrap();
    let documented: Value = serde_json::from_str(DOCUMENTED).unwrap();
    assert_eq!(json!({ "success": true, "link": link }), documented);
    assert_eq!(link.agent.voice_agent.auth_method, AuthMethod::Public);
    assert_eq!(link.expires_at, None);
    assert_eq!(link.uses, 12);
}

#[tokio::test]
async fn fields_without_setter_call_keep_their_values() {
    let server = TestServer::start().await;
    let client = client(&server);
    client.update_link(LINK_ID).clear_name().send().await.unwrap();
    let mut expected = documented_link();
    expected["name"] = Value::Null;
    assert_eq!(server.link().await, expected);
    client.update_link(LINK_ID).clear_use_limit().name("").send().await.unwrap();
    expected["name"] = "".into();
    expected["use_limit"] = Value::Null;
    assert_eq!(server.link().await, expected);
    let later = chrono::DateTime::parse_from_rfc3339("2031-01-01T01:00:00.5+01:00").unwrap();
    let link = client.update_link(LINK_ID).expires_at(later).send().await.unwrap();
    assert_eq!(link.expires_at, Some(later.into()));
    assert_eq!(server.link().await["expires_at"], "2031-01-01T00:00:00.500Z");
}

#[tokio::test]
async fn error_has_suggestion_of_server() {
    let server = TestServer::start().await;
    let client = client(&server);
    let error = client.update_link(LINK_ID).use_limit(12).send().await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::InvalidRequest, Some(400)));
    assert_eq!(error.message(), "`use_limit` is 12, but 12 sessions have already started");
    let suggestion = "Send a `use_limit` of at least 13, or null for unlimited sessions";
    assert_eq!(error.suggestion(), Some(suggestion));
    assert_eq!(error.details().unwrap()["field"], "use_limit");
    assert!(error.request_id().is_some());

    for link_id in [FOREIGN_LINK_ID, "lnk_nowhere"] {
        let error = client.update_link(link_id).name("x").send().await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::NotFound, Some("LINK_NOT_FOUND")));
    }
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn invalid_key_is_unauthorized() {
    let server = TestServer::start().await;
    let key = "ah_live_00000000000000000000000000000000";
    let stranger = Client::builder().base_url(server.base_url()).api_key(key).build().unwrap();
    let error = stranger.update_link(LINK_ID).name("x").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(error.to_string(), "Invalid API key (401)");
}

#[tokio::test]
async fn rate_limited_error_has_retry_after() {
    let server = TestServer::with_rate_limit(1).await;
    let client = client(&server);
    client.update_link(LINK_ID).name("x").send().await.unwrap();
    let error = client.update_link(LINK_ID).name("y").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(60)));
}
