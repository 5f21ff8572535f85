//! The health, readiness and metrics endpoints, and the log.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::command_line::with_link;
use crate::harness::{LINK_ID, TestServer};
use crate::process::Serving;

async fn get(server: &TestServer, path: &str) -> (u16, String) {
    let response = server.client.get(server.admin_url(path)).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn with_admin_address() -> TestServer {
    TestServer::configured(|config| {
        config.admin_bind = Some("127.0.0.1:0".parse().unwrap());
    })
    .await
}

#[tokio::test]
async fn healthz_responds_beside_silent_connections() {
    let server = with_admin_address().await;
    let connect = || tokio::net::TcpStream::connect(server.admin_address());
    let _silent = futures_util::future::try_join_all((0..64).map(|_| connect())).await.unwrap();
    let response = tokio::time::timeout(Duration::from_secs(1), get(&server, "/healthz")).await;
    assert_eq!(response.unwrap().0, 200);
}

#[tokio::test]
async fn healthz_and_readyz_report_state_of_process_and_store() {
    let server = with_admin_address().await;
    assert_eq!(get(&server, "/healthz").await, (200, "alive\n".to_owned()));
    assert_eq!(get(&server, "/readyz").await, (200, "ready\n".to_owned()));
    assert_eq!(get(&server, "/").await.0, 404);
    let posted = server.client.post(server.admin_url("/healthz")).send().await.unwrap();
    assert_eq!(posted.status(), 405);
    // the public address has no admin endpoints
    let public = server.client.get(format!("{}/healthz", server.base_url()));
    assert_eq!(public.send().await.unwrap().status(), 404);

    let other = rusqlite::Connection::open(server.database_path()).unwrap();
    other.execute_batch("ALTER TABLE keys RENAME TO lost").unwrap();
    // the result of a check is used for a second
    let next_check = || tokio::time::sleep(std::time::Duration::from_millis(1100));
    next_check().await;
    let (status, text) = get(&server, "/readyz").await;
    assert_eq!(status, 503);
    assert!(!text.contains("keys"), "{text}");
    assert_eq!(get(&server, "/healthz").await.0, 200);
    other.execute_batch("ALTER TABLE lost RENAME TO keys").unwrap();
    next_check().await;
    assert_eq!(get(&server, "/readyz").await.0, 200);
}

#[tokio::test]
async fn metrics_count_requests_queries_and_batches() {
    let server = with_admin_address().await;
    for body in ["{}", r#"{"name": "New"}"#, "[]"] {
        server.update(body).await;
    }
    server.client.get(format!("{}/v1", server.base_url())).send().await.unwrap();
    let (status, text) = get(&server, "/metrics").await;
    assert_eq!(status, 200);
    for line in [
        r#"http_server_request_duration_seconds_count{operation="update_link",http_response_status_code="200"} 2"#,
        r#"http_server_request_duration_seconds_count{operation="update_link",http_response_status_code="400"} 1"#,
        r#"http_server_request_duration_seconds_count{operation="none",http_response_status_code="404"} 1"#,
        r#"db_client_operation_duration_seconds_count{db_operation_name="update_link"} 2"#,
        "links_store_batch_size_sum 2.0",
        "links_store_queue_depth 0",
        "links_store_commit_duration_seconds_count 2",
        "http_server_active_requests 0",
        r#"links_server_build_info{version="0.1.0"} 1"#,
        "tls_handshake_failures_total 0",
        "log_lines_dropped_total 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
    }
    for name in ["process_open_fds", "process_max_fds", "process_cpu_seconds_total"] {
        let value = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        assert!(value.unwrap().parse::<f64>().unwrap() > 0.0, "{name} in\n{text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
}

#[test]
fn json_log_has_each_request_and_no_secret() {
    let (workspace, key) = with_link();
    let arguments =
        ["serve", "--bind", "127.0.0.1:0", "--database", "sqlite:links.db", "--log-format", "json"];
    let server = Serving::start(&mut workspace.command(&arguments));
    assert_eq!(server.put(&key, LINK_ID, r#"{"name": "a secret name"}"#).0, 200);
    assert_eq!(server.put("ah_live_nonsense", LINK_ID, "{}").0, 401);
    assert_eq!(server.put(&key, "lnk_nowhere?token=hidden", "{}").0, 400);
    server.signal("TERM");
    let log = server.finish().stderr;
    for secret in [key.as_str(), "a secret name", "ah_live_nonsense", "hidden"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
    let requests: Vec<_> = lines.filter(|line| line["message"] == "request completed").collect();
    let statuses: Vec<_> =
        requests.iter().map(|line| line["http.response.status_code"].clone()).collect();
    assert_eq!(statuses, [json!(200), json!(401), json!(400)]);
    let ids: HashSet<_> =
        requests.iter().map(|line| line["request_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3);
    for line in &requests {
        assert_eq!((&line["level"], &line["operation"]), (&json!("INFO"), &json!("update_link")));
        assert_eq!(line["client.address"], "127.0.0.1");
        assert!(line["network.peer.address"].as_str().unwrap().starts_with("127.0.0.1:"), "{line}");
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
        assert!(line["duration_us"].as_u64().unwrap() > 0, "{line}");
    }
}
