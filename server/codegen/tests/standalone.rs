//! Stand-alone stubs of whole contracts, built and run.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::path::Path;
use std::process::Command;

use agenthuman_contract::Contract;
use agenthuman_contract::diff::{self, ComparisonMode};
use agenthuman_contract::model::Model;
use agenthuman_server_codegen::standalone;

/// The document that Dropshot emits for a contract.
fn emission(contract: &Contract) -> serde_json::Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in standalone(contract).unwrap() {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    // The same versions and the same target folder as ours: nothing is fetched or built twice.
    std::fs::copy(root.join("Cargo.lock"), directory.path().join("Cargo.lock")).unwrap();
    let target = std::env::current_exe().unwrap();
    let target = target.ancestors().nth(3).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline", "--example", "emission"])
        .current_dir(directory.path())
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn assert_emitted(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../xtask/tests/contracts");
    let contract = Contract::read(&folder, name).unwrap();
    let emitted = emission(&contract);
    let (mine, theirs) =
        (Model::read(contract.document()).unwrap(), Model::read(&emitted).unwrap());
    let comparison = diff::compare(&mine, &theirs, ComparisonMode::Emission);
    assert!(comparison.differences.is_empty(), "{:#?}", comparison.differences);
    assert!(comparison.compared > 100, "{}", comparison.compared);
}

/// One after the other: they share a target folder.
#[test]
fn dropshot_emits_the_contract_it_was_generated_from() {
    assert_emitted("library.yaml");
    assert_emitted("names.yaml");
}
