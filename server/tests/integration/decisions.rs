//! Tests of the decisions that the design lists, one for each.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{FOREIGN_LINK_ID, LINK_ID, TestServer, documented_link, link_with, timestamp};

/// The documented link with these values changed.
fn documented_with(changes: Value) -> Value {
    let mut link = documented_link();
    for (name, value) in changes.as_object().unwrap() {
        link[name] = value.clone();
    }
    link
}

#[tokio::test]
async fn documented_update_returns_documented_response() {
    let server = TestServer::start().await;
    let update = json!({
        "name": "Updated Name", "status": "paused", "expires_at": null, "use_limit": 100,
    });
    let response = server.update(&update).await;
    assert_eq!(response.body, json!({ "success": true, "link": documented_with(update) }));
    assert_eq!(response.status, 200);
    assert_eq!(server.link().await, response.link());
}

#[tokio::test]
async fn unknown_field_is_rejected_with_nearest_name() {
    let server = TestServer::start().await;
    let response = server.update(json!({ "name": "New", "expire_at": null })).await;
    response.is_rejected(400, "UNKNOWN_FIELD", Some("expire_at"));
    assert_eq!(response.body["error"]["suggestion"], "Did you mean `expires_at`?");
    assert_eq!(response.body["error"]["message"], "unknown field `expire_at`");
    assert_eq!(server.link().await, documented_link());
}

#[tokio::test]
async fn update_with_empty_object_changes_nothing() {
    let server = TestServer::start().await;
    assert_eq!(server.update("{}").await.link(), documented_link());
    assert_eq!(server.update(" {\n} ").await.link(), documented_link());
}

#[tokio::test]
async fn update_with_null_clears_field() {
    let server = TestServer::start().await;
    let cleared = json!({ "name": null, "expires_at": null, "use_limit": null });
    assert_eq!(server.update(&cleared).await.link(), documented_with(cleared));
}

#[tokio::test]
async fn update_with_one_invalid_field_changes_nothing() {
    let server = TestServer::start().await;
    for (body, field) in [
        (
            json!({ "name": "New", "status": "paused", "expires_at": null, "use_limit": 12 }),
            "use_limit",
        ),
        (json!({ "name": "New", "status": "Active", "use_limit": 100 }), "status"),
        (json!({ "name": "a\0b", "status": "paused" }), "name"),
        (
            json!({ "status": "active", "expires_at": "2020-01-01T00:00:00Z", "name": "New" }),
            "status",
        ),
    ] {
        server.update(body).await.is_rejected(400, "INVALID_FIELD", Some(field));
        assert_eq!(server.link().await, documented_link());
    }
}

#[tokio::test]
async fn expires_at_in_past_expires_link() {
    let server = TestServer::start().await;
    let link = server.update(json!({ "expires_at": "2020-01-01T00:00:00Z" })).await.link();
    let expected = json!({ "expires_at": "2020-01-01T00:00:00Z", "status": "expired" });
    assert_eq!(link, documented_with(expected));
}

#[tokio::test]
async fn expires_at_is_reported_in_utc() {
    let server = TestServer::start().await;
    for (sent, reported) in [
        ("2034-01-15T10:30:00Z", "2034-01-15T10:30:00Z"),
        ("2034-01-15T12:30:00+02:00", "2034-01-15T10:30:00Z"),
        ("2034-01-15t10:30:00.123456z", "2034-01-15T10:30:00.123456Z"),
        ("2034-01-15T10:30:00.1234567-00:00", "2034-01-15T10:30:00.123456Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ] {
        let link = server.update(json!({ "expires_at": sent })).await.link();
        assert_eq!(link["expires_at"], reported);
        assert_eq!(server.link().await["expires_at"], reported);
    }
}

#[tokio::test]
async fn use_limit_outside_bounds_is_rejected() {
    let server = TestServer::start().await;
    for (accepted, reported) in
        [("13", 13), ("100.0", 100), ("1e3", 1000), ("9007199254740991", 9_007_199_254_740_991_i64)]
    {
        let link = server.update(format!(r#"{{"use_limit": {accepted}}}"#)).await.link();
        assert_eq!(link["use_limit"], reported);
    }
    for rejected in ["0", "-1", "100.5", "12", "11", "9007199254740992", "1e400", "\"100\"", "true"]
    {
        let response = server.update(format!(r#"{{"use_limit": {rejected}}}"#)).await;
        assert_eq!(response.status, 400, "{rejected}: {response:?}");
        assert_eq!(server.link().await["use_limit"], 9_007_199_254_740_991_i64);
    }
}

#[tokio::test]
async fn use_limit_not_above_uses_is_rejected() {
    let server = TestServer::start().await;
    let response = server.update(json!({ "use_limit": 12 })).await;
    response.is_rejected(400, "INVALID_FIELD", Some("use_limit"));
    // the contract's own example
    let expected = json!({
        "success": false,
        "error": {
            "message": "`use_limit` is 12, but 12 sessions have already started",
            "suggestion": "Send a `use_limit` of at least 13, or null for unlimited sessions",
            "code": "INVALID_FIELD",
            "details": { "field": "use_limit" },
        },
    });
    assert_eq!(response.body, expected);
}

#[tokio::test]
async fn name_with_u0000_is_rejected() {
    let server = TestServer::start().await;
    for name in ["", " ", "Ünïcödé 🎉\n\t\u{1}", "'; DROP TABLE links; --", &"x".repeat(60_000)]
    {
        assert_eq!(server.update(json!({ "name": name })).await.link()["name"], name);
        assert_eq!(server.link().await["name"], name);
    }
    server.update(json!({ "name": "a\0b" })).await.is_rejected(400, "INVALID_FIELD", Some("name"));
}

#[tokio::test]
async fn reported_status_follows_expiry_and_use_limit() {
    let server = TestServer::start().await;
    assert_eq!(server.update(json!({ "status": "paused" })).await.link()["status"], "paused");
    server.clock.set("2029-12-31T23:59:59.999999Z".parse().unwrap());
    assert_eq!(server.link().await["status"], "paused");
    server.clock.set("2030-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(server.link().await["status"], "expired", "its expiry has passed");
    let moved = server.update(json!({ "expires_at": "2031-01-01T00:00:00Z" })).await.link();
    assert_eq!(moved["status"], "paused", "the stored status is restored");

    let expired = server.update(json!({ "status": "expired" })).await.link();
    assert_eq!(expired["status"], "expired");
    let moved = server.update(json!({ "expires_at": null, "use_limit": null })).await.link();
    assert_eq!(moved["status"], "expired", "the stored status is expired");
    assert_eq!(server.update(json!({ "status": "active" })).await.link()["status"], "active");
}

#[tokio::test]
async fn link_at_use_limit_is_expired_until_limit_is_raised() {
    let server = TestServer::start().await;
    server
        .import("acme", json!([link_with("lnk_full", json!({ "uses": 7, "use_limit": 7 }))]))
        .await;
    let update =
        async |body: Value| server.send(server.request("lnk_full", body.to_string())).await;
    assert_eq!(update(json!({})).await.link()["status"], "expired");
    assert_eq!(update(json!({ "use_limit": 8 })).await.link()["status"], "active");
}

#[tokio::test]
async fn active_status_of_expired_link_is_rejected() {
    let server = TestServer::start().await;
    server.clock.set("2030-01-01T00:00:00Z".parse().unwrap());
    let response = server.update(json!({ "status": "active" })).await;
    response.is_rejected(400, "INVALID_FIELD", Some("status"));
    assert!(response.body["error"]["suggestion"].as_str().unwrap().contains("expires_at"));
    // the rules apply to the new values of the same request
    let both = json!({ "status": "active", "expires_at": "2031-01-01T00:00:00Z" });
    assert_eq!(server.update(both).await.link()["status"], "active");

    server
        .import(
            "acme",
            json!([link_with(
                "lnk_full",
                json!({ "uses": 7, "use_limit": 7, "expires_at": null })
            )]),
        )
        .await;
    let update =
        async |body: Value| server.send(server.request("lnk_full", body.to_string())).await;
    let response = update(json!({ "status": "active", "name": "New" })).await;
    response.is_rejected(400, "INVALID_FIELD", Some("status"));
    assert!(response.body["error"]["suggestion"].as_str().unwrap().contains("use_limit"));
    let both = json!({ "status": "active", "use_limit": null });
    assert_eq!(update(both).await.link()["status"], "active");
}

#[tokio::test]
async fn foreign_link_has_same_response_as_missing_link() {
    let server = TestServer::start().await;
    let body = json!({ "name": "Mine" }).to_string();
    let foreign = server.send(server.request(FOREIGN_LINK_ID, body.clone())).await;
    let missing = server.send(server.request("lnk_missing", body)).await;
    foreign.is_rejected(404, "LINK_NOT_FOUND", None);
    foreign.has_message(
        "Link not found",
        "Check the link_id, and that the API key belongs to the account that owns the link",
    );
    assert_eq!(foreign.body, missing.body);
    let owner = server.add_key("other").await.0;
    let request = server.request(FOREIGN_LINK_ID, "{}").header("x-api-key", "");
    let mut request = request.build().unwrap();
    request.headers_mut().insert("x-api-key", owner.parse().unwrap());
    let response = server.client.execute(request).await.unwrap();
    let link = response.json::<Value>().await.unwrap()["link"].clone();
    assert_eq!(link, link_with(FOREIGN_LINK_ID, json!({})));
}

#[tokio::test]
async fn malformed_link_id_is_rejected() {
    let server = TestServer::start().await;
    let long = format!("lnk_{}", "x".repeat(129));
    for link_id in [
        "lnk_",
        "LNK_1",
        "1",
        "agnt_1",
        "lnk_a.b",
        "lnk_a%20b",
        "lnk_%C3%A9",
        &long,
        "lnk_a%0A",
        "lnk_a%2Fb",
    ] {
        let response = server.send(server.request(link_id, "{}")).await;
        response.is_rejected(400, "INVALID_FIELD", Some("link_id"));
    }
    let longest = format!("lnk_{}", "x".repeat(128));
    server.send(server.request(&longest, "{}")).await.is_rejected(404, "LINK_NOT_FOUND", None);
}

/// Each request fails this check and every later one.
#[tokio::test]
async fn checks_run_in_order_of_contract() {
    let server = TestServer::with_rate_limit(3).await;
    let request = |link_id: &str, body: &str| server.request(link_id, body.to_owned());
    let broken = "{";
    let no_key = server.client.put(format!("{}/v1/links/nonsense", server.base_url())).body(broken);
    assert_eq!(server.send(no_key).await.status, 401);
    // path before body
    server.send(request("nonsense", broken)).await.is_rejected(
        400,
        "INVALID_FIELD",
        Some("link_id"),
    );
    // body before existence
    server.send(request("lnk_missing", broken)).await.is_rejected(400, "INVALID_BODY", None);
    // existence before rules
    let rule = r#"{"use_limit": 1}"#;
    server.send(request("lnk_missing", rule)).await.is_rejected(404, "LINK_NOT_FOUND", None);
    // rate before all of those
    assert_eq!(server.send(request("nonsense", broken)).await.status, 429);
}

#[tokio::test]
async fn requests_over_rate_limit_receive_429() {
    let server = TestServer::with_rate_limit(60).await;
    let window_ends = timestamp("2025-06-01T00:01:00Z").micros() / 1_000_000;
    for remaining in (0..60).rev() {
        let response = server.update(if remaining % 2 == 0 { "{}" } else { "[" }).await;
        assert!(matches!(response.status, 200 | 400), "{response:?}");
        assert_eq!(response.number("X-RateLimit-Limit"), 60);
        assert_eq!(response.number("X-RateLimit-Remaining"), remaining);
        assert_eq!(response.number("X-RateLimit-Reset"), window_ends);
        assert_eq!(response.header("Retry-After"), None);
    }
    server.clock.advance(Duration::from_millis(38_500));
    let response = server.update(json!({ "name": "61st" })).await;
    assert_eq!(response.status, 429);
    response.has_rate_limit();
    assert_eq!(response.number("Retry-After"), 22);
    assert_eq!(response.number("X-RateLimit-Remaining"), 0);
    let sentence = "Too many requests. Try again in 22 seconds.";
    assert_eq!(response.body, json!({ "success": false, "error": sentence }));
    // another key of the same account has its own window
    let other = server.add_key("acme").await.0;
    let url = format!("{}/v1/links/{LINK_ID}", server.base_url());
    let request = server.client.put(url).header("x-api-key", other).json(&json!({}));
    assert_eq!(server.send(request).await.number("X-RateLimit-Remaining"), 59);

    server.clock.advance(Duration::from_secs(22));
    let link = server.update("{}").await;
    assert_eq!(link.number("X-RateLimit-Remaining"), 59);
    assert_eq!(link.link(), documented_link(), "the 61st request changed nothing");
}

#[tokio::test]
async fn rate_limit_of_zero_is_unlimited() {
    let server = TestServer::with_rate_limit(0).await;
    for _ in 0..100 {
        let response = server.update("{}").await;
        assert_eq!(response.status, 200);
        assert_eq!(response.number("X-RateLimit-Limit"), 9_007_199_254_740_991);
        assert_eq!(response.number("X-RateLimit-Remaining"), 9_007_199_254_740_991);
        let reset = timestamp("2025-06-01T00:01:00Z").micros() / 1_000_000;
        assert_eq!(response.number("X-RateLimit-Reset"), reset);
    }
}
