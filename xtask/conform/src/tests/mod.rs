//! A server without a fault conforms; every deliberate fault is found, by its rule.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod faults;
mod plan;
mod runs;
mod server;

use std::path::Path;

use serde_json::Value;

use super::*;
use server::{Fault, KEY, LINK_ID, Limit, Server, link};

/// More than any run sends.
const NO_LIMIT: Limit = Limit { requests: 1_000_000, seconds: 60 };

fn contract() -> Contract {
    Contract::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."), "openapi/links.yaml")
        .unwrap()
}

fn options(server: &Server) -> Options {
    Options {
        url: server.url.clone(),
        path_parameters: BTreeMap::from([("link_id".to_owned(), LINK_ID.to_owned())]),
        key: Some(KEY.to_owned()),
        key_variable: "AGENTHUMAN_API_KEY".to_owned(),
        max_requests: 1000,
    }
}

fn examined(options: &Options) -> Result<Examined, ConformError> {
    let (_running, stop) = watch::channel(false);
    examined_until(options, stop)
}

fn examined_until(
    options: &Options,
    stop: watch::Receiver<bool>,
) -> Result<Examined, ConformError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(examine(options, &contract(), stop))
}

/// The rules and pointers of what is found in a server with this fault.
fn found(fault: Fault, link: Value, limit: Limit) -> (Vec<(String, String)>, Examined, Server) {
    let server = Server::start(fault, link, limit);
    let examined = examined(&options(&server)).unwrap();
    let findings = examined.report.findings(&contract());
    let found = findings.into_iter().map(|finding| (finding.rule, finding.pointer.unwrap()));
    (found.collect(), examined, server)
}
