//! Comparisons of small documents. Those of the real contract are tested with `cargo xtask check`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod alternatives;
mod emission;
mod number;
mod path;
mod reference;
mod schema;
mod spelling;

use serde_json::Value;

use super::*;
use crate::model::Model;

/// Rule, pointer in the contract, and pointer on the other side of each difference.
type Found = Vec<(String, String, String)>;

fn compared(contract: &Value, server: &Value, mode: ComparisonMode) -> Found {
    let (contract, server) = (Model::read(contract).unwrap(), Model::read(server).unwrap());
    let differences = compare(&contract, &server, mode).differences;
    differences.into_iter().map(|one| (one.rule, one.contract.pointer, one.other.pointer)).collect()
}
