//! The overhead of a call against reqwest alone: `cargo bench --bench call_overhead`, about a minute.
//!
//! Three clients send the same update over one connection to a server in another process, which sends
//! the same response each time: reqwest by hand, and this client with and without waiting for the rate
//! limit. They take turns, so that a busy machine slows all of them. The table shows the medians of the
//! turns, per call, and their ratios to reqwest.

mod server;

use std::error::Error;
use std::time::{Duration, Instant};

use agenthuman_links::{Client, Link, reqwest};
use serde::Deserialize;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

const LINK_ID: &str = "lnk_01J8ZK4R2N5M6P7Q8W4T";
const KEY: &str = "ah_test_0123456789abcdefghijklmnopqrstuv";
const TURNS: usize = 60;
const CALLS_PER_TURN: u32 = 500;
/// The calls of which the allocations are counted.
const COUNTED_CALLS: u32 = 100;

/// A response with a link.
#[derive(Deserialize)]
struct LinkResponse {
    link: Link,
}

/// The measurements of one client, per call.
struct Row {
    name: &'static str,
    microseconds: f64,
    cpu_microseconds: f64,
    allocations: f64,
    bytes: f64,
}

type Call<'a> = Box<dyn Fn() -> Result<(), Box<dyn Error>> + 'a>;

fn main() -> Result<(), Box<dyn Error>> {
    if server::is_server_process() {
        return server::run();
    }
    let server = server::start()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let http = reqwest::Client::new();
    let builder = || Client::builder().base_url(server.url()).api_key(KEY);
    let pacing = builder().build()?;
    let without_pacing = builder().wait_for_rate_limit(false).build()?;
    let url = format!("{}/v1/links/{LINK_ID}", server.url());
    let calls: [(&str, Call<'_>); 3] = [
        ("reqwest", Box::new(|| by_hand(&runtime, &http, &url))),
        ("this client, no rate limiter", Box::new(|| update(&runtime, &without_pacing))),
        ("this client", Box::new(|| update(&runtime, &pacing))),
    ];
    print(&measure(&calls)?);
    Ok(())
}

fn by_hand(runtime: &Runtime, http: &reqwest::Client, url: &str) -> Result<(), Box<dyn Error>> {
    let request = http
        .put(url)
        .header("x-api-key", KEY)
        .header("user-agent", "by-hand/1.0")
        .timeout(Duration::from_secs(20))
        .json(&json!({"name": "Summer demo", "expires_at": null, "use_limit": 100}));
    let response: LinkResponse =
        runtime.block_on(async { request.send().await?.error_for_status()?.json().await })?;
    check(&response.link)
}

fn update(runtime: &Runtime, client: &Client) -> Result<(), Box<dyn Error>> {
    let call = client.update_link(LINK_ID).name("Summer demo").clear_expires_at().use_limit(100);
    check(&runtime.block_on(call.send())?)
}

fn check(link: &Link) -> Result<(), Box<dyn Error>> {
    if link.link_id == LINK_ID { Ok(()) } else { Err("the response has another link".into()) }
}

fn measure(calls: &[(&'static str, Call<'_>)]) -> Result<Vec<Row>, Box<dyn Error>> {
    // The first calls open the connections.
    for (_, call) in calls {
        (0..CALLS_PER_TURN).try_for_each(|_| call())?;
    }
    let mut turns = vec![(Vec::new(), Vec::new()); calls.len()];
    for _ in 0..TURNS {
        for ((_, call), (wall, cpu)) in calls.iter().zip(&mut turns) {
            let (started, cpu_before) = (Instant::now(), cpu_time());
            (0..CALLS_PER_TURN).try_for_each(|_| call())?;
            wall.push(per_call(started.elapsed()));
            cpu.push(per_call(cpu_time().saturating_sub(cpu_before)));
        }
    }
    let rows = calls.iter().zip(turns).map(|((name, call), (wall, cpu))| {
        let mut outcome = Ok(());
        let counts = allocation_counter::measure(|| {
            outcome = (0..COUNTED_CALLS).try_for_each(|_| call());
        });
        outcome?;
        Ok(Row {
            name,
            microseconds: median(wall),
            cpu_microseconds: median(cpu),
            allocations: counts.count_total as f64 / f64::from(COUNTED_CALLS),
            bytes: counts.bytes_total as f64 / f64::from(COUNTED_CALLS),
        })
    });
    rows.collect()
}

fn per_call(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6 / f64::from(CALLS_PER_TURN)
}

/// Returns the CPU time of this thread, on which all calls run; zero where the system does not tell it.
fn cpu_time() -> Duration {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = times.split(' ').next().and_then(|time| time.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn print(rows: &[Row]) {
    println!(
        "{:32}{:>16}{:>16}{:>18}{:>18}",
        "per call", "µs", "µs of CPU", "allocations", "bytes allocated"
    );
    let Some(base) = rows.first() else { return };
    for row in rows {
        let cell = |value: f64, base: f64| format!("{value:.0} ({:.2})", value / base);
        println!(
            "{:32}{:>16}{:>16}{:>18}{:>18}",
            row.name,
            cell(row.microseconds, base.microseconds),
            cell(row.cpu_microseconds, base.cpu_microseconds),
            cell(row.allocations, base.allocations),
            cell(row.bytes, base.bytes),
        );
    }
}
