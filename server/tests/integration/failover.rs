//! Two servers behind HAProxy, on a PostgreSQL primary with a synchronous standby that is promoted under
//! load.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use agenthuman_links_server::Config;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{TestServer, link_with};
use crate::postgres::{Cluster, Durability, execute, value};
use crate::reverse_proxy::{Program, Proxy};
use crate::stalling_proxy::StallingProxy;

/// Number of clients, each with a link of its own.
const WRITERS: usize = 8;

/// Time for which the clients send requests before the failure.
const WARM_UP: Duration = Duration::from_secs(1);

/// Time between the failure and the promotion, as a cluster manager would need.
const DETECTION: Duration = Duration::from_secs(1);

/// Time limit for serving every client again after the promotion.
const HEALED: Duration = Duration::from_secs(10);

/// The updates of one client.
struct Writer {
    link_id: String,
    /// Number of the last update.
    sent: usize,
    /// Number of the last update with the status 200, and the time of its response.
    acknowledged: (usize, Instant),
    /// Longest time between two of these responses.
    outage: Duration,
}

impl Writer {
    /// Sends updates until it is told to stop.
    async fn run(&mut self, request: reqwest::RequestBuilder, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            self.sent += 1;
            let request = request.try_clone().unwrap();
            let request = request.body(json!({ "use_limit": 1000 + self.sent }).to_string());
            match request.send().await {
                Ok(response) if response.status() == 200 => {
                    self.outage = self.outage.max(self.acknowledged.1.elapsed());
                    self.acknowledged = (self.sent, Instant::now());
                }
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        self.outage = self.outage.max(self.acknowledged.1.elapsed());
    }
}

/// A failure of the primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    PacketsDropped,
    Frozen,
    Crashed,
    ReadOnly,
}

async fn fail_over(failure: Failure) {
    let test = format!("failover::{failure:?}");
    let Some(mut primary) = Cluster::start(&test, Durability::Off).await else { return };
    let standby = primary.standby().await;
    let path = StallingProxy::start(primary.address()).await;
    let hosts = format!("127.0.0.1:{},{}", path.port(), standby.address());
    let url = format!("postgres://postgres@{hosts}/postgres");
    let directory = tempfile::tempdir().unwrap();
    let mut one = TestServer::over(url.parse().unwrap(), directory, 1_000_000).await;
    one.configure(|config: &mut Config| config.admin_bind = Some("127.0.0.1:0".parse().unwrap()))
        .await;
    let other = one.another().await;
    let links: Vec<_> = (0..WRITERS).map(|writer| format!("lnk_writer_{writer}")).collect();
    let import: Vec<_> = links.iter().map(|link| link_with(link, json!({}))).collect();
    one.import("acme", Value::from(import)).await;
    if !Program::Haproxy.is_installed(&test) {
        return;
    }
    let servers = [&one, &other].map(|server| (server.address(), server.admin_address()));
    // all clients of this test have one address
    let changes = [("http_req_rate gt 500", "http_req_rate gt 1000000")];
    let balancer = Proxy::start(Program::Haproxy, servers, &changes).await;

    let balancer_url = format!("http://{}", balancer.address);
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    for link_id in links {
        let request = one.client.put(format!("{balancer_url}/v1/links/{link_id}"));
        let request = request.header("x-api-key", &one.key);
        let request = request.header("content-type", "application/json");
        let stop = Arc::clone(&stop);
        writers.spawn(async move {
            let acknowledged = (0, Instant::now());
            let mut writer = Writer { link_id, sent: 0, acknowledged, outage: Duration::ZERO };
            writer.run(request, &stop).await;
            writer
        });
    }
    tokio::time::sleep(WARM_UP).await;
    match failure {
        Failure::PacketsDropped => path.stall(),
        Failure::Frozen => primary.freeze(),
        Failure::Crashed => primary.crash(),
        Failure::ReadOnly => {
            execute(&primary.url(), "ALTER SYSTEM SET default_transaction_read_only = on").await;
            execute(&primary.url(), "SELECT pg_reload_conf()").await;
        }
    }
    tokio::time::sleep(DETECTION).await;
    standby.promote().await;
    tokio::time::sleep(HEALED).await;
    stop.store(true, Ordering::Relaxed);
    let (mut acknowledged, mut outage, mut lost) = (0, Duration::ZERO, 0);
    while let Some(writer) = writers.join_next().await {
        let writer = writer.unwrap();
        let path = format!("/v1/links/{}", writer.link_id);
        let stored = other.call("GET", &path, None).await.link()["use_limit"].as_u64().unwrap();
        let stored = usize::try_from(stored).unwrap() - 1000;
        acknowledged += writer.acknowledged.0;
        outage = outage.max(writer.outage);
        // an update without a response may be stored
        lost += usize::from(!(writer.acknowledged.0..=writer.sent).contains(&stored));
    }
    println!("| {failure:?} | {acknowledged} | {lost} | {:.1} s |", outage.as_secs_f64());
    assert_eq!(lost, 0, "links whose last acknowledged update is not stored");
    assert!(outage < DETECTION + HEALED, "a client was not served for {outage:?}");
    // the table is empty after the promotion
    let counted = value::<i64>(&standby.url(), "SELECT count(*) FROM rate_windows").await;
    assert_eq!(counted, 1, "the standby does not count requests");
}

macro_rules! failures {
    ($($test:ident: $failure:ident,)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            fail_over(Failure::$failure).await;
        })*
    };
}

failures! {
    standby_replaces_primary_whose_packets_are_dropped: PacketsDropped,
    standby_replaces_frozen_primary: Frozen,
    standby_replaces_crashed_primary: Crashed,
    standby_replaces_read_only_primary: ReadOnly,
}
