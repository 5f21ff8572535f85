//! `cargo xtask check` on this repository, and on mutations of it.

mod drifts;
mod examples;
mod files;
mod preserving;
mod report;
mod rewired;
mod rule_names;
mod stub;
mod sweep;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use agenthuman_contract::Contract;
use agenthuman_contract::diff::{self, ComparisonMode, Difference};
use agenthuman_contract::findings::{Finding, Format, Report, Severity, Sources, rules};
use agenthuman_contract::model::Model;
use serde_json::Value;
use xtask::check::{Options, check, run};
use xtask::emission::emission;
use xtask::generated::{self, Generated};
use xtask::{CONTRACT, Outcome, read_contract};

use crate::root;

/// Runs `cargo xtask check` as a test.
#[test]
fn check_of_this_repository_finds_nothing() {
    let mut out = Vec::new();
    let outcome = run(&options(None), &root(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!(outcome, Outcome::Clean, "{out}");
    // Notes, such as the changes since the last release, need no fix.
    let has_finding = |line: &str| line.contains("]: ") && !line.starts_with("note[");
    assert!(!out.lines().any(has_finding), "{out}");
}

/// The number of edits, and the number of those with a finding.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    found: usize,
    all: usize,
}

/// Tests the checks by mutation. The last line of output has the numbers in the README.
#[test]
fn check_finds_every_mutation_without_false_alarms() {
    let sweeps = [
        sweep::in_schemas,
        sweep::in_operations,
        sweep::in_emission,
        rewired::in_contract,
        stub::in_files,
        stub::in_types,
        preserving::false_alarms,
    ];
    let scores = std::thread::scope(|scope| {
        let running = sweeps.map(|sweep| scope.spawn(sweep));
        running.map(|sweep| sweep.join().expect("a mutation was not found"))
    });
    let [changes @ .., alarms] = scores;
    let (found, all) =
        changes.iter().fold((0, 0), |(found, all), one| (found + one.found, all + one.all));
    println!(
        "TOTAL: {found} of {all} changes of meaning found, {} false alarms in {} edits without one",
        alarms.found, alarms.all
    );
    assert_eq!((found, alarms.found), (all, 0));
}

fn options(contract: Option<PathBuf>) -> Options {
    Options { contract, format: Format::Human, explain: None }
}

/// The generated documentation, which every mutation changes.
const DOCS: &str = "server/src/docs";

/// The document that Dropshot emits for the stub; the stub is built once.
fn emitted() -> &'static Value {
    static EMITTED: LazyLock<Value> = LazyLock::new(|| emission(&root()).unwrap());
    &EMITTED
}

/// Returns the generated stub and client of a contract, without the documentation.
fn stub_and_client(contract: &Contract) -> Generated {
    let mut generated = generated::files(contract, &root());
    generated.files.retain(|path, _| !path.starts_with(DOCS));
    generated
}

/// Reads the contract of this repository.
fn contract() -> Contract {
    Contract::read(&root(), CONTRACT).unwrap()
}

/// Parses another document as a contract.
fn parse(document: &Value) -> Contract {
    Contract::parse(CONTRACT, &serde_json::to_string_pretty(document).unwrap()).unwrap()
}

/// Returns the differences between a contract and an emission.
fn differences(contract: &Value, server: &Value) -> Vec<Difference> {
    let (contract, server) = (Model::read(contract).unwrap(), Model::read(server).unwrap());
    let found = diff::compare(&contract, &server, ComparisonMode::Emission).differences;
    for one in &found {
        assert!(rules::find(&one.rule).is_some(), "{} is not registered", one.rule);
    }
    found
}

/// Returns `document` with one change to the value at `pointer`.
fn changed(document: &Value, pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut document = document.clone();
    change(document.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")));
    document
}

/// Returns the pointers of all operations.
fn operations(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object().unwrap();
    let methods = |(path, item): (&String, &Value)| {
        let path = agenthuman_contract::child("/paths", path);
        let is_method = |key: &&String| agenthuman_contract::METHODS.contains(&key.as_str());
        let keys = item.as_object().unwrap().keys().filter(is_method).cloned().collect::<Vec<_>>();
        keys.into_iter().map(move |method| format!("{path}/{method}"))
    };
    paths.iter().flat_map(methods).collect()
}

fn remove(key: &str) -> impl FnOnce(&mut Value) {
    move |value| drop(value.as_object_mut().unwrap().remove(key).unwrap())
}

fn set(key: &str, to: Value) -> impl FnOnce(&mut Value) {
    move |value| drop(value.as_object_mut().unwrap().insert(key.to_owned(), to))
}
