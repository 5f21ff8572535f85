//! `cargo bench -p agenthuman-links-server`: durable updates per second and their latencies.
//!
//! The same run measures the server, the server on a store that does nothing (the limit of HTTP), Dropshot
//! alone with the same operation, the store alone (the limit of SQLite and the disk), and the peer in `benches/peer` (a
//! conventional implementation). The clients run on the same machine, so only comparisons between the
//! figures are meaningful. Each figure is the fastest of its rounds; the targets take turns, so that
//! other load on the machine affects all of them alike.
//!
//! Options after `--`: `--seconds N` and `--rounds N` of each measurement, `--growth` to measure up to ten
//! million links, `--soak N` to measure memory during N updates, `--baseline BINARY` to measure another
//! version of links-server too. Tables and the plot are written to
//! `benches/results/`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a benchmark fails by panicking")]

mod bare;
mod load;
#[path = "../../tests/integration/postgres.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod postgres;
mod report;
mod sample;
mod servers;
mod store;

use std::path::PathBuf;
use std::time::Duration;

use crate::postgres::{Cluster, Durability};
use crate::report::Row;
use crate::servers::Target;

/// That of the program `links-server`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: [usize; 4] = [1, 8, 64, 256];
const LINKS: usize = 10_000;
const GROWTH: [usize; 3] = [10_000, 1_000_000, 10_000_000];
/// Number of connections for the growth and the soak measurements.
const BUSY: usize = 64;

struct Options {
    seconds: Duration,
    rounds: usize,
    growth: bool,
    soak: Option<u64>,
    baseline: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some(servers::NOTHING) => return servers::serve(servers::nothing()).await,
        Some(servers::BARE) => return servers::serve(bare::serve()).await,
        _ => {}
    }
    let text = |name: &str| {
        let position = arguments.iter().position(|argument| argument == name)?;
        arguments.get(position + 1)
    };
    let value = |name: &str| text(name)?.parse::<u64>().ok();
    let options = Options {
        seconds: Duration::from_secs(value("--seconds").unwrap_or(3)),
        rounds: usize::try_from(value("--rounds").unwrap_or(3)).unwrap(),
        growth: arguments.iter().any(|argument| argument == "--growth"),
        soak: value("--soak"),
        baseline: text("--baseline").map(PathBuf::from),
    };
    if let Some(updates) = options.soak {
        return soak(updates).await;
    }
    let peer = servers::build_peer();
    let folder = tempfile::tempdir().unwrap();
    let sqlite = sqlite(&options, &peer, folder.path()).await;
    report::table("SQLite", "sqlite", &CONNECTIONS, &sqlite);
    if let Some(cluster) = Cluster::start("PostgreSQL", Durability::On).await {
        let rows = postgresql(&options, &peer, &cluster.url()).await;
        report::table("PostgreSQL", "postgresql", &CONNECTIONS, &rows);
    }
    report::plot(&CONNECTIONS, &sqlite);
    if options.growth {
        growth(&options, folder.path()).await;
    }
}

async fn sqlite(options: &Options, peer: &std::path::Path, folder: &std::path::Path) -> Vec<Row> {
    let database = |name: &str| servers::sqlite(&folder.join(format!("{name}.db")), LINKS);
    let (own, key) = database("own");
    let (one, _) = database("one");
    let (ten, _) = database("ten");
    let (alone, _) = database("alone");
    let mut targets = vec![
        Target::links_server("links-server", &own, &key),
        Target::peer("axum + sqlx, one writer", peer, &one, 1, &servers::key_of(&one)),
        Target::peer("axum + sqlx, pool of ten", peer, &ten, 10, &servers::key_of(&ten)),
        Target::this_program("links-server, a store that does nothing", servers::NOTHING),
        Target::this_program("Dropshot alone", servers::BARE),
    ];
    if let Some(binary) = &options.baseline {
        let (database, key) = servers::sqlite_of(binary, &folder.join("baseline.db"), LINKS);
        targets.push(Target::baseline("links-server, the baseline", binary, &database, &key));
    }
    measure(options, &targets, LINKS, Some(&alone)).await
}

async fn postgresql(options: &Options, peer: &std::path::Path, server: &str) -> Vec<Row> {
    let (own, key) = servers::postgres(server, "own", LINKS).await;
    let (two, two_key) = servers::postgres(server, "two", LINKS).await;
    let (theirs, their_key) = servers::postgres(server, "peer", LINKS).await;
    let targets = [
        Target::links_server("links-server", &own, &key),
        Target::two_servers("two links-servers", &two, &two_key),
        Target::peer("axum + sqlx", peer, &theirs, 16, &their_key),
    ];
    measure(options, &targets, LINKS, None).await
}

/// Measures the targets in turns, and then the store alone on the database with this URL.
async fn measure(
    options: &Options,
    targets: &[Target],
    links: usize,
    store: Option<&str>,
) -> Vec<Row> {
    let columns = || vec![Vec::new(); CONNECTIONS.len()];
    let row = |target: &Target| {
        let memory = Some((target.memory(), 0));
        Row { name: target.name, measured: columns(), memory }
    };
    let mut rows: Vec<_> = targets.iter().map(row).collect();
    let mut alone = Row { name: "SQLite alone, in batches", measured: columns(), memory: None };
    for _ in 0..options.rounds {
        for (column, connections) in CONNECTIONS.into_iter().enumerate() {
            for (target, row) in targets.iter().zip(&mut rows) {
                let figures = load::run(target, connections, links, options.seconds).await;
                eprintln!(
                    "{:>7.0}/s  {:>5.1} µs  {connections:>3}  {}",
                    figures.per_second,
                    figures.processor_time.as_secs_f64() * 1e6,
                    target.name
                );
                row.measured[column].push(figures);
            }
            if let Some(url) = store {
                let figures = store::measure(url, connections, links, options.seconds);
                alone.measured[column].push(figures);
            }
        }
    }
    for (target, row) in targets.iter().zip(&mut rows) {
        row.memory = row.memory.map(|(start, _)| (start, target.memory()));
    }
    if store.is_some() {
        rows.push(alone);
    }
    rows
}

/// Measures the same load on databases with more links.
async fn growth(options: &Options, folder: &std::path::Path) {
    let mut rows = Vec::new();
    for links in GROWTH {
        let (database, key) = servers::sqlite(&folder.join(format!("{links}.db")), links);
        let target = Target::links_server("links-server", &database, &key);
        let before = target.memory();
        // warms up the operating system's cache of the file
        load::run(&target, BUSY, links, options.seconds * 3).await;
        let mut rounds = Vec::new();
        for _ in 0..options.rounds {
            rounds.push(load::run(&target, BUSY, links, options.seconds * 2).await);
        }
        let memory = (before, target.memory());
        eprintln!("{links} links: {:.0}/s", report::best(&rounds).per_second);
        rows.push((links, report::best(&rounds), memory));
    }
    report::growth(&rows);
}

/// Measures memory during many updates.
async fn soak(updates: u64) {
    const STEPS: u64 = 10;
    let folder = tempfile::tempdir().unwrap();
    let (database, key) = servers::sqlite(&folder.path().join("links.db"), LINKS);
    let target = Target::links_server("links-server", &database, &key);
    println!("0 updates: {} KiB resident", target.memory());
    let mut done = 0;
    for step in 1..=STEPS {
        while done < updates * step / STEPS {
            done += load::run(&target, BUSY, LINKS, Duration::from_secs(2)).await.updates;
        }
        println!("{done} updates: {} KiB resident", target.memory());
    }
}
