//! Runs against a server with no fault, and with one deliberate fault at a time.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod collection;
mod faults;
mod http;
mod lifecycle;
mod runs;
mod server;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use agenthuman_conform::{ConformError, ConformanceReport, Options, test_server};
use agenthuman_contract::Contract;
use serde_json::Value;
use tokio::sync::watch;

use server::{Fault, KEY, LINK_ID, Limit, Server};

/// More requests than any run sends.
const NO_LIMIT: Limit = Limit { requests: 1_000_000, seconds: 60 };

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The contract that the server of these tests implements: it has one operation, an update.
fn contract() -> Contract {
    Contract::read(&root(), "openapi/released/1.0.0.yaml").unwrap()
}

fn options(server: &Server) -> Options {
    Options {
        url: server.url().to_owned(),
        path_parameters: BTreeMap::from([("link_id".to_owned(), LINK_ID.to_owned())]),
        set: BTreeMap::new(),
        key: Some(KEY.to_owned()),
        key_variable: "AGENTHUMAN_API_KEY".to_owned(),
        max_requests: 1000,
    }
}

fn run(options: &Options) -> Result<ConformanceReport, ConformError> {
    let (_interrupt, stop) = watch::channel(false);
    run_until(options, stop)
}

fn run_until(
    options: &Options,
    stop: watch::Receiver<bool>,
) -> Result<ConformanceReport, ConformError> {
    run_contract(&contract(), options, stop)
}

fn run_contract(
    contract: &Contract,
    options: &Options,
    stop: watch::Receiver<bool>,
) -> Result<ConformanceReport, ConformError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(test_server(options, contract, stop))
}

/// Maximum time until a run has come to the point where a test interrupts it.
const DEADLINE: Duration = Duration::from_secs(60);

/// Interrupts a run as soon as a condition holds, and returns its report. The run ends in any case: at the
/// latest after [`DEADLINE`], and earlier if it has sent all its requests.
#[track_caller]
fn interrupted(
    contract: &Contract,
    options: &Options,
    condition: impl Fn() -> bool,
) -> ConformanceReport {
    let (interrupt, stop) = watch::channel(false);
    let (report, holds) = std::thread::scope(|scope| {
        let run = scope.spawn(|| run_contract(contract, options, stop));
        let deadline = Instant::now() + DEADLINE;
        let mut holds = condition();
        while !holds && !run.is_finished() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
            holds = condition();
        }
        // Fails if the run has ended.
        let _ = interrupt.send(true);
        (run.join().unwrap().unwrap(), holds)
    });
    assert!(holds, "the condition did not hold until the end or the deadline: {report:?}");
    report
}

/// A run against a server with a fault.
struct FaultRun {
    /// The rule and the pointer of each finding.
    found: Vec<(String, String)>,
    report: ConformanceReport,
    server: Server,
}

fn run_with(fault: Fault, link: Value, limit: Limit) -> FaultRun {
    let server = Server::start(fault, link, limit);
    let report = run(&options(&server)).unwrap();
    let findings = report.findings(&contract()).into_iter();
    let found = findings.map(|finding| (finding.rule, finding.pointer.unwrap())).collect();
    FaultRun { found, report, server }
}
