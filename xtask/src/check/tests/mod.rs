//! The checks themselves, on this repository; and that each kind of drift is found in it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod drifts;
mod examples;
mod files;
mod preserving;
mod report;
mod sweep;

use std::path::PathBuf;

use serde_json::Value;

use super::*;

/// What `cargo xtask check` does, so that `cargo test` does it too.
#[test]
fn this_repository_has_no_drift() {
    let mut out = Vec::new();
    let outcome = run(&Options { contract: None }, &root(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert_eq!(outcome, Outcome::Clean, "{out}");
    assert!(out.starts_with("openapi/links.yaml: no drift in "), "{out}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The real contract.
fn contract() -> Contract {
    Contract::read(&root(), CONTRACT).unwrap()
}

/// Another document as a contract.
fn parse(document: &Value) -> Contract {
    Contract::parse(CONTRACT, &serde_json::to_string_pretty(document).unwrap()).unwrap()
}

/// The differences between a contract and what a server emits.
fn drift(contract: &Value, server: &Value) -> Vec<Difference> {
    let (contract, server) = (Model::read(contract).unwrap(), Model::read(server).unwrap());
    drift::compare(&contract, &server, Against::Emission).differences
}

/// `document` with one change to the value at `pointer`.
fn changed(document: &Value, pointer: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut document = document.clone();
    change(document.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")));
    document
}

fn remove(key: &str) -> impl FnOnce(&mut Value) {
    move |value| drop(value.as_object_mut().unwrap().remove(key).unwrap())
}

fn set(key: &str, to: Value) -> impl FnOnce(&mut Value) {
    move |value| drop(value.as_object_mut().unwrap().insert(key.to_owned(), to))
}
