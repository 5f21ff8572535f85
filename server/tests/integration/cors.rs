//! Requests of scripts on pages of other origins.

use agenthuman_links_server::Config;
use reqwest::{Method, Response};
use serde_json::Value;

use crate::harness::{LINK_ID, TestServer};

const ORIGIN: &str = "https://docs.example.com";

async fn server() -> TestServer {
    TestServer::configured(|config: &mut Config| {
        config.rate_limit = 3;
        config.cors_origins = Some(format!("http://localhost:3000, {ORIGIN}").parse().unwrap());
    })
    .await
}

async fn preflight(server: &TestServer, path: &str, method: &str, origin: &str) -> Response {
    let url = format!("{}{path}", server.base_url());
    let request = server.client.request(Method::OPTIONS, url);
    let request = request
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "content-type,x-api-key");
    request.send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn preflight_allows_every_operation_of_the_contract() {
    let server = server().await;
    let url = format!("{}/openapi.json", server.base_url());
    let contract: Value = server.client.get(url).send().await.unwrap().json().await.unwrap();
    let mut count = 0;
    for (path, operations) in contract["paths"].as_object().unwrap() {
        let path = path.replace("{link_id}", LINK_ID);
        for method in operations.as_object().unwrap().keys().map(|method| method.to_uppercase()) {
            let response = preflight(&server, &path, &method, ORIGIN).await;
            assert_eq!(response.status(), 204, "{method} {path}");
            assert_eq!(header(&response, "access-control-allow-origin"), Some(ORIGIN));
            assert_eq!(header(&response, "access-control-allow-methods"), Some("*"));
            assert_eq!(header(&response, "access-control-allow-headers"), Some("*"));
            assert_eq!(header(&response, "vary"), Some("origin"));
            assert!(response.headers().contains_key("access-control-max-age"));
            count += 1;
        }
    }
    assert!(count > 0);
}

#[tokio::test]
async fn other_origin_is_not_allowed() {
    let server = server().await;
    for origin in ["https://docs.example.com.evil.example", "http://docs.example.com", "null"] {
        let response = preflight(&server, "/v1/links", "GET", origin).await;
        assert_eq!(header(&response, "access-control-allow-origin"), None, "{origin}");
        assert_eq!(header(&response, "access-control-allow-headers"), None, "{origin}");
        assert_eq!(header(&response, "vary"), Some("origin"), "{origin}");
        let url = format!("{}/v1/links", server.base_url());
        let request = server.client.get(url).header("origin", origin);
        let response = request.header("x-api-key", &server.key).send().await.unwrap();
        assert_eq!(header(&response, "access-control-allow-origin"), None, "{origin}");
    }
}

#[tokio::test]
async fn success_and_errors_are_readable_by_scripts() {
    let server = server().await;
    let url = format!("{}/v1/links/{LINK_ID}", server.base_url());
    let unknown = format!("{}/v1/links/lnk_unknown", server.base_url());
    for (url, key, status) in [
        (&url, "wrong", 401),
        (&url, server.key.as_str(), 200),
        (&unknown, server.key.as_str(), 404),
        (&url, server.key.as_str(), 200),
        (&url, server.key.as_str(), 429),
    ] {
        let request = server.client.get(url).header("origin", ORIGIN).header("x-api-key", key);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(header(&response, "access-control-allow-origin"), Some(ORIGIN), "{status}");
        assert_eq!(header(&response, "access-control-expose-headers"), Some("*"), "{status}");
        assert_eq!(header(&response, "access-control-allow-credentials"), None, "{status}");
        assert_eq!(header(&response, "vary"), Some("origin"), "{status}");
        assert!(response.headers().contains_key("x-request-id"), "{status}");
        assert_eq!(response.headers().contains_key("retry-after"), status == 429);
    }
}

#[tokio::test]
async fn nothing_is_allowed_by_default() {
    let server = TestServer::start().await;
    let response = preflight(&server, "/v1/links", "GET", ORIGIN).await;
    assert_eq!(response.status(), 405);
    let url = format!("{}/v1/links", server.base_url());
    let request = server.client.get(url).header("origin", ORIGIN);
    let response = request.header("x-api-key", &server.key).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "access-control-allow-origin"), None);
    assert_eq!(header(&response, "vary"), None);
}
