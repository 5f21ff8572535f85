//! Drift on small documents. What it finds in the real contract is tested with `check`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod emission;
mod schema;

use serde_json::Value;

use super::*;

/// Rule, pointer in the contract, and pointer on the other side of each difference.
type Found = Vec<(String, String, String)>;

fn compared(contract: &Value, server: &Value, against: Against) -> Found {
    let (contract, server) = (Model::read(contract).unwrap(), Model::read(server).unwrap());
    let differences = compare(&contract, &server, against).differences;
    differences
        .into_iter()
        .map(|one| (one.rule, one.contract.pointer, one.server.pointer))
        .collect()
}
