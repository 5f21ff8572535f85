//! Writers that each update their own link and record the responses.
//!
//! Update number n sets the name to n and the session limit to a number derived from n, so that a partial
//! update is detected.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::link_with;

/// Session limit of update 0.
const LIMIT: u64 = 1_000_000;

/// One writer.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub(crate) link_id: String,
    /// Number of the last update that was sent.
    pub(crate) sent: u64,
    /// Number of the last update with a 200.
    pub(crate) acknowledged: u64,
    /// Number of updates with a 200.
    pub(crate) count: u64,
}

/// Returns the links of the writers, for an import.
pub(crate) fn links(writers: usize) -> Value {
    (0..writers)
        .map(|writer| {
            let start = json!({ "name": "0", "use_limit": LIMIT });
            link_with(&link_id(writer), start)
        })
        .collect()
}

pub(crate) fn writers(writers: usize) -> Vec<Progress> {
    let writer = |writer| Progress { link_id: link_id(writer), sent: 0, acknowledged: 0, count: 0 };
    (0..writers).map(writer).collect()
}

fn link_id(writer: usize) -> String {
    format!("lnk_writer_{writer}")
}

/// Runs writers that update their links until they are stopped. They use the servers at `bases` in turn.
/// A response other than 200 and 503 fails the test.
pub(crate) async fn run(
    writers: Vec<Progress>,
    bases: &[String],
    key: &str,
    stop: &Arc<AtomicBool>,
) -> Vec<Progress> {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let bases = bases.iter().cycle().cloned();
    let tasks: Vec<_> = writers
        .into_iter()
        .zip(bases)
        .map(|(mut writer, base)| {
            let (client, key, stop) = (client.clone(), key.to_owned(), Arc::clone(stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    writer.sent += 1;
                    let n = writer.sent;
                    let body = json!({ "name": n.to_string(), "use_limit": LIMIT + n });
                    let request = put(&client, &base, &key, &writer.link_id).json(&body);
                    match request.send().await {
                        Ok(response) if response.status() == 200 => {
                            writer.acknowledged = n;
                            writer.count += 1;
                        }
                        Ok(response) if response.status() == 503 => {
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                        Ok(response) => panic!("{response:?}"),
                        // the server was killed during the request
                        Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                    }
                }
                writer
            })
        })
        .collect();
    let mut writers = Vec::new();
    for task in tasks {
        writers.push(task.await.unwrap());
    }
    writers
}

fn put(client: &reqwest::Client, base: &str, key: &str, link_id: &str) -> reqwest::RequestBuilder {
    client.put(format!("{base}/v1/links/{link_id}")).header("x-api-key", key)
}

/// Checks that acknowledged updates are stored and no update is partial.
pub(crate) async fn check(writers: &mut [Progress], base: &str, key: &str) {
    let client = reqwest::Client::new();
    for writer in writers {
        let response = put(&client, base, key, &writer.link_id).json(&json!({})).send().await;
        let body: Value = response.unwrap().json().await.unwrap();
        let link = &body["link"];
        let found: u64 = link["name"].as_str().expect("a link").parse().unwrap();
        assert_eq!(link["use_limit"], LIMIT + found, "partial update: {link}");
        assert!(found >= writer.acknowledged, "lost: {writer:?} {link}");
        assert!(found <= writer.sent, "never sent: {writer:?} {link}");
        writer.acknowledged = found;
    }
}
