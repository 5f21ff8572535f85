//! Callers that update one link each, count, and remember what they were told.
//!
//! Update number n sets the name to n and the session limit to a number that follows from n: a link
//! with one of the two and not the other is half an update.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::link_with;

/// The limit that belongs to update 0.
const LIMIT: u64 = 1_000_000;

/// One caller.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    pub(crate) link_id: String,
    /// The last update that was sent.
    pub(crate) sent: u64,
    /// The last update that was answered with 200.
    pub(crate) answered: u64,
    /// How many were.
    pub(crate) count: u64,
}

/// The links that `callers` update, to be imported.
pub(crate) fn links(callers: usize) -> Value {
    (0..callers)
        .map(|caller| {
            let start = json!({ "name": "0", "use_limit": LIMIT });
            link_with(&link_id(caller), start)
        })
        .collect()
}

pub(crate) fn callers(callers: usize) -> Vec<Progress> {
    let caller = |caller| Progress { link_id: link_id(caller), sent: 0, answered: 0, count: 0 };
    (0..callers).map(caller).collect()
}

fn link_id(caller: usize) -> String {
    format!("lnk_caller_{caller}")
}

/// Has every caller update its link until it is told to stop; caller k talks to the k-th of `bases`,
/// and so on in turns. Answers other than 200 and 503 are failures of the test.
pub(crate) async fn run(
    callers: Vec<Progress>,
    bases: &[String],
    key: &str,
    stop: &Arc<AtomicBool>,
) -> Vec<Progress> {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let bases = bases.iter().cycle().cloned();
    let tasks: Vec<_> = callers
        .into_iter()
        .zip(bases)
        .map(|(mut caller, base)| {
            let (client, key, stop) = (client.clone(), key.to_owned(), Arc::clone(stop));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    caller.sent += 1;
                    let n = caller.sent;
                    let body = json!({ "name": n.to_string(), "use_limit": LIMIT + n });
                    let request = put(&client, &base, &key, &caller.link_id).json(&body);
                    match request.send().await {
                        Ok(response) if response.status() == 200 => {
                            caller.answered = n;
                            caller.count += 1;
                        }
                        Ok(response) if response.status() == 503 => {
                            tokio::time::sleep(Duration::from_millis(5)).await;
                        }
                        Ok(response) => panic!("{response:?}"),
                        // killed in the middle
                        Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                    }
                }
                caller
            })
        })
        .collect();
    let mut callers = Vec::new();
    for task in tasks {
        callers.push(task.await.unwrap());
    }
    callers
}

fn put(client: &reqwest::Client, base: &str, key: &str, link_id: &str) -> reqwest::RequestBuilder {
    client.put(format!("{base}/v1/links/{link_id}")).header("x-api-key", key)
}

/// What was answered is there, and nothing is there by halves. Where a caller goes on from there.
pub(crate) async fn check(callers: &mut [Progress], base: &str, key: &str) {
    let client = reqwest::Client::new();
    for caller in callers {
        let response = put(&client, base, key, &caller.link_id).json(&json!({})).send().await;
        let body: Value = response.unwrap().json().await.unwrap();
        let link = &body["link"];
        let found: u64 = link["name"].as_str().expect("a link").parse().unwrap();
        assert_eq!(link["use_limit"], LIMIT + found, "half an update: {link}");
        assert!(found >= caller.answered, "lost: {caller:?} {link}");
        assert!(found <= caller.sent, "never sent: {caller:?} {link}");
        caller.answered = found;
    }
}
