//! Concurrent updates of one link are linearizable: some order explains every response, and keeps each
//! update after those whose response came before it was sent. The model is `link.rs`.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use agenthuman_links_api::types::UpdateLinkRequest;
use agenthuman_links_server::api_error::ApiError;
use agenthuman_links_server::clock::Clock;
use agenthuman_links_server::link::{self, StoredLink};
use agenthuman_links_test_server::TestClock;
use agenthuman_server_runtime::json::from_slice;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::harness::{TestServer, link_with};
use crate::store::links;

/// One update with the times of its request and its response.
#[derive(Clone, Debug)]
struct Operation {
    changes: Value,
    /// Logical times.
    sent: usize,
    received: usize,
    /// `None` if it is unknown whether the update took effect.
    response: Option<Value>,
}

/// Returns true if some order explains the responses. Accepts at most 64 operations.
fn is_linearizable(start: &StoredLink, operations: &[Operation]) -> bool {
    assert!(operations.len() <= 64);
    let unanswered = operations.iter().enumerate().filter(|(_, one)| one.response.is_none());
    let optional = unanswered.fold(0, |set, (index, _)| set | 1 << index);
    let all = u64::MAX >> (64 - operations.len());
    let mut seen = HashSet::new();
    let mut open = vec![(0_u64, start.clone())];
    while let Some((done, state)) = open.pop() {
        if done | optional == all {
            return true;
        }
        if !seen.insert((done, format!("{state:?}"))) {
            continue;
        }
        let left = || operations.iter().enumerate().filter(|(index, _)| done & 1 << index == 0);
        let first_response = left().map(|(_, one)| one.received).min().unwrap_or(usize::MAX);
        for (index, operation) in left().filter(|(_, one)| one.sent < first_response) {
            let (after, response) = apply(&state, &operation.changes);
            if operation.response.as_ref().is_none_or(|given| *given == response) {
                open.push((done | 1 << index, after));
            }
        }
    }
    false
}

/// Returns the link after an update, and the response.
fn apply(state: &StoredLink, changes: &Value) -> (StoredLink, Value) {
    let now = TestClock::default().now();
    let changes: UpdateLinkRequest = from_slice(changes.to_string().as_bytes()).unwrap();
    match link::update(state, &changes, now) {
        Ok(after) => (after.clone(), json!({ "success": true, "link": after.into_link(now) })),
        Err(error) => {
            (state.clone(), serde_json::to_value(ApiError::Update(error).body()).unwrap())
        }
    }
}

/// Returns changes whose result often depends on other updates: limits around the uses, an expiry in the
/// past, an activation that it prevents.
fn changes() -> impl Strategy<Value = Value> {
    let name = prop_oneof![Just(Value::Null), "[a-c]".prop_map(Value::from)];
    let status = prop_oneof![Just("active"), Just("paused"), Just("expired")].prop_map(Value::from);
    let expires_at = prop_oneof![
        Just(json!(null)),
        Just(json!("2020-01-01T00:00:00Z")),
        Just(json!("2040-01-01T00:00:00Z"))
    ];
    let use_limit = prop_oneof![Just(Value::Null), (10..16_u8).prop_map(Value::from)];
    let field = |value| proptest::option::weighted(0.4, value);
    (
        field(name.boxed()),
        field(status.boxed()),
        field(expires_at.boxed()),
        field(use_limit.boxed()),
    )
        .prop_map(|(name, status, expires_at, use_limit)| {
            let fields = [
                ("name", name),
                ("status", status),
                ("expires_at", expires_at),
                ("use_limit", use_limit),
            ];
            let given =
                fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
            Value::Object(given.collect())
        })
}

/// Updates of each client, in order.
fn plans() -> impl Strategy<Value = Vec<Vec<Value>>> {
    proptest::collection::vec(proptest::collection::vec(changes(), 1..8), 2..8)
}

/// Runs the plans of all clients concurrently; the clients use the servers in turn.
async fn history(servers: &[TestServer], link_id: &str, plans: &[Vec<Value>]) -> Vec<Operation> {
    let moment = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = plans
        .iter()
        .zip(servers.iter().cycle())
        .map(|(plan, server)| {
            let moment = Arc::clone(&moment);
            let plan = plan.clone();
            let requests: Vec<_> =
                plan.iter().map(|changes| server.request(link_id, changes.to_string())).collect();
            tokio::spawn(async move {
                let mut operations = Vec::new();
                for (changes, request) in plan.into_iter().zip(requests) {
                    let sent = moment.fetch_add(1, Ordering::SeqCst);
                    let response = request.send().await.unwrap();
                    let status = response.status().as_u16();
                    let body: Value = response.json().await.unwrap();
                    let received = moment.fetch_add(1, Ordering::SeqCst);
                    assert!(matches!(status, 200 | 400 | 503), "{status} {body}");
                    let response = (status != 503).then_some(body);
                    operations.push(Operation { changes, sent, received, response });
                }
                operations
            })
        })
        .collect();
    let mut operations = Vec::new();
    for client in clients {
        operations.append(&mut client.await.unwrap());
    }
    operations
}

fn histories_are_linearizable(runtime: &tokio::runtime::Runtime, servers: &[TestServer]) {
    let next = AtomicUsize::new(0);
    let config = Config { cases: cases(), failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&plans(), |plans| {
            let link_id = format!("lnk_case_{}", next.fetch_add(1, Ordering::Relaxed));
            let link = link_with(&link_id, json!({}));
            let start = links(std::slice::from_ref(&link)).pop().unwrap();
            let operations = runtime.block_on(async {
                servers[0].import("acme", json!([link])).await;
                history(servers, &link_id, &plans).await
            });
            prop_assert!(is_linearizable(&start, &operations), "{:#?}", operations);
            Ok(())
        })
        .unwrap();
}

/// Returns the number of cases, which `PROPTEST_CASES` overrides.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
}

#[test]
fn concurrent_updates_on_sqlite_are_linearizable() {
    let runtime = runtime();
    let server = runtime.block_on(TestServer::start());
    histories_are_linearizable(&runtime, &[server]);
}

#[cfg(feature = "postgres")]
#[test]
fn concurrent_updates_through_two_servers_are_linearizable() {
    let runtime = runtime();
    let servers = runtime.block_on(async {
        let test = "linearizable::concurrent_updates_through_two_servers_are_linearizable";
        let database = crate::postgres::database(test).await?;
        let one = TestServer::over(database, tempfile::tempdir().unwrap(), 1_000_000).await;
        Some([one.another().await, one])
    });
    let Some(servers) = servers else { return };
    histories_are_linearizable(&runtime, &servers);
}

/// Returns a history of two updates with the times of their requests and responses.
fn two(
    first: (usize, usize, Value),
    second: (usize, usize, Value),
) -> (StoredLink, Vec<Operation>) {
    let start = links(&[link_with("lnk_1", json!({}))]).pop().unwrap();
    let operation = |(sent, received, response), changes| {
        let response = Some(json!({ "success": true, "link": response }));
        Operation { changes, sent, received, response }
    };
    let name = json!({ "name": "a" });
    let limit = json!({ "use_limit": 99 });
    (start, vec![operation(first, name), operation(second, limit)])
}

#[test]
fn is_linearizable_rejects_impossible_histories() {
    let renamed = link_with("lnk_1", json!({ "name": "a" }));
    let limited = link_with("lnk_1", json!({ "use_limit": 99 }));
    let both = link_with("lnk_1", json!({ "name": "a", "use_limit": 99 }));
    let holds = |first, second| {
        let (start, operations) = two(first, second);
        is_linearizable(&start, &operations)
    };
    assert!(holds((0, 3, renamed.clone()), (1, 2, both.clone())));
    assert!(
        holds((0, 3, both.clone()), (1, 2, limited.clone())),
        "concurrent updates may take effect in either order"
    );
    assert!(!holds((0, 3, renamed.clone()), (1, 2, limited.clone())), "a lost update");
    assert!(
        !holds((0, 1, both.clone()), (2, 3, limited)),
        "a finished update takes effect before a later request"
    );
    assert!(holds((0, 1, renamed), (2, 3, both)));
}
