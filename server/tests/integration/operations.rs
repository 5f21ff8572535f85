//! Getting, creating and deleting links, and what all operations share.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{
    FOREIGN_LINK_ID, LINK_ID, TestResponse, TestServer, documented_link, link_with, on_every_store,
};

const AGENT_ID: &str = "agnt_01J8ZK4R2N5M6P7Q8W4T";

on_every_store! {
    get_returns_link_with_reported_status,
    create_returns_active_link_with_defaults,
    create_stores_given_values,
    created_ids_match_pattern_and_are_ordered_by_time,
    delete_is_permanent,
    foreign_and_missing_links_have_same_response,
    rate_limit_counts_all_operations,
}

async fn create(server: &TestServer, body: Value) -> TestResponse {
    server.call("POST", "/v1/links", Some(&body.to_string())).await
}

/// Creates a link to the documented agent and returns it.
async fn created(server: &TestServer, body: Value) -> Value {
    let mut body = body;
    body["agent_id"] = AGENT_ID.into();
    let response = create(server, body).await;
    assert_eq!((response.status, &response.body["success"]), (201, &json!(true)), "{response:?}");
    response.has_rate_limit();
    response.body["link"].clone()
}

async fn get(server: &TestServer, link_id: &str) -> TestResponse {
    server.call("GET", &format!("/v1/links/{link_id}"), None).await
}

async fn get_returns_link_with_reported_status(server: TestServer) {
    let response = get(&server, LINK_ID).await;
    assert_eq!(response.body, json!({ "success": true, "link": documented_link() }));
    server.clock.set("2030-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(get(&server, LINK_ID).await.link()["status"], "expired");
    server.update(json!({ "expires_at": null, "status": "paused" })).await.link();
    assert_eq!(get(&server, LINK_ID).await.link()["status"], "paused");
}

async fn create_returns_active_link_with_defaults(server: TestServer) {
    let link = created(&server, json!({})).await;
    let id = link["link_id"].as_str().unwrap();
    let expected = json!({
        "link_id": id,
        "name": "Link 2025-06-01",
        "url": format!("https://app.agenthuman.com/s/{id}"),
        "agent": documented_link()["agent"],
        "status": "active",
        "uses": 0,
        "use_limit": null,
        "created_at": "2025-06-01T00:00:00Z",
        "expires_at": null,
    });
    assert_eq!(link, expected);
    assert_eq!(get(&server, id).await.link(), expected);
    // the date of the name is that of UTC
    server.clock.set("2025-12-31T23:59:59.999999Z".parse().unwrap());
    assert_eq!(created(&server, json!({})).await["name"], "Link 2025-12-31");
}

async fn create_stores_given_values(server: TestServer) {
    for (body, status) in [
        (json!({ "name": null, "expires_at": null, "use_limit": null }), "active"),
        (json!({ "name": "", "use_limit": 1 }), "active"),
        (json!({ "name": "Ünïcödé 🎉", "use_limit": 9_007_199_254_740_991_i64 }), "active"),
        (json!({ "name": "x", "expires_at": "2030-06-30T18:00:00.123456Z" }), "active"),
        (json!({ "name": "x", "expires_at": "2020-01-01T00:00:00Z" }), "expired"),
        (json!({ "name": "x", "expires_at": "2025-06-01T00:00:00Z" }), "expired"),
    ] {
        let link = created(&server, body.clone()).await;
        for (field, value) in body.as_object().unwrap() {
            assert_eq!(&link[field], value, "{field}");
        }
        assert_eq!(link["status"], status, "{body}");
        assert_eq!(get(&server, link["link_id"].as_str().unwrap()).await.link(), link);
    }
    let moved = json!({ "expires_at": "2031-01-01T02:00:00+02:00" });
    assert_eq!(created(&server, moved).await["expires_at"], "2031-01-01T00:00:00Z");
}

async fn created_ids_match_pattern_and_are_ordered_by_time(server: TestServer) {
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(created(&server, json!({})).await["link_id"].as_str().unwrap().to_owned());
        server.clock.advance(Duration::from_millis(1));
    }
    assert!(ids.is_sorted(), "{ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 20);
    for id in &ids {
        let digits = id.strip_prefix("lnk_").unwrap();
        let is_digit = |digit: char| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(digit);
        assert!(digits.len() == 20 && digits.chars().all(is_digit), "{id}");
    }
    // links of the same millisecond differ as well
    let mut same = BTreeSet::new();
    for _ in 0..20 {
        same.insert(created(&server, json!({})).await["link_id"].to_string());
    }
    assert_eq!(same.len(), 20);
}

async fn delete_is_permanent(mut server: TestServer) {
    let path = format!("/v1/links/{LINK_ID}");
    let response = server.call("DELETE", &path, None).await;
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(response.body, json!({ "success": true, "message": "Link deleted" }));
    response.has_rate_limit();
    for _ in 0..2 {
        for (method, body) in [("GET", None), ("PUT", Some("{}")), ("DELETE", None)] {
            let response = server.call(method, &path, body).await;
            response.is_rejected(404, "LINK_NOT_FOUND", None);
        }
        let list = server.call("GET", "/v1/links", None).await;
        assert_eq!(list.body, json!({ "success": true, "links": [] }));
        server.restart().await;
    }
    // the agent remains
    created(&server, json!({})).await;
}

async fn foreign_and_missing_links_have_same_response(mut server: TestServer) {
    for (method, body) in [("GET", None), ("PUT", Some(r#"{"name": "Mine"}"#)), ("DELETE", None)] {
        let foreign = server.call(method, &format!("/v1/links/{FOREIGN_LINK_ID}"), body).await;
        let missing = server.call(method, "/v1/links/lnk_missing", body).await;
        foreign.is_rejected(404, "LINK_NOT_FOUND", None);
        assert_eq!(foreign.body, missing.body, "{method}");
        let names = |response: &TestResponse| {
            response.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>()
        };
        assert_eq!(names(&foreign), names(&missing), "{method}");
    }
    server.switch_account("other").await;
    assert_eq!(get(&server, FOREIGN_LINK_ID).await.link(), link_with(FOREIGN_LINK_ID, json!({})));
}

async fn rate_limit_counts_all_operations(mut server: TestServer) {
    server.set_rate_limit(6).await;
    let one = format!("/v1/links/{LINK_ID}");
    let create = json!({ "agent_id": AGENT_ID }).to_string();
    let all: [(&str, &str, Option<&str>); 6] = [
        ("GET", "/v1/links", None),
        ("GET", "/v1/links?limit=1", None),
        ("POST", "/v1/links", Some(&create)),
        ("GET", &one, None),
        ("PUT", &one, Some("{}")),
        ("DELETE", &one, None),
    ];
    for (remaining, (method, path, body)) in (0..6).rev().zip(all) {
        let response = server.call(method, path, body).await;
        assert!(matches!(response.status, 200 | 201), "{response:?}");
        response.has_rate_limit();
        assert_eq!(response.number("X-RateLimit-Remaining"), remaining, "{method} {path}");
    }
    for (method, path, body) in all {
        let response = server.call(method, path, body).await;
        assert_eq!((response.status, response.number("Retry-After")), (429, 60));
        response.has_rate_limit();
    }
    server.clock.advance(Duration::from_secs(60));
    let list = server.call("GET", "/v1/links", None).await;
    assert_eq!(list.body["links"].as_array().unwrap().len(), 1, "no 429 created a link");
}
