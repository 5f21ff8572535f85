//! Comparison of the public API with the list in `client/public-api.txt`, which makes its changes
//! visible in a review. `UPDATE_SNAPSHOTS=yes cargo test --test public_api` refreshes the list.
//!
//! `cargo semver-checks` was rejected: it compares with a release, and there is none yet. The list also
//! shows which other crates have types in the public API.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

/// The variable that lets a stable compiler write rustdoc's JSON, which is a nightly feature. Build
/// scripts of other crates read the variable too, so this build has its own target folder.
const ALLOW_UNSTABLE: &str = "RUSTC_BOOTSTRAP";

/// The crates whose types are allowed in the public API.
const ALLOWED_CRATES: [&str; 8] = [
    "agenthuman_links",
    "alloc",
    "chrono",
    "core",
    "futures_core",
    "serde",
    "serde_core",
    "serde_json",
];

#[test]
fn public_api_equals_the_list() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-api");
    let built = Command::new(env!("CARGO"))
        .args(["rustdoc", "--quiet", "--lib", "--package", "agenthuman-links"])
        .args(["--no-default-features", "--features", "blocking,test-util", "--target-dir"])
        .arg(&target)
        .args(["--", "-Zunstable-options", "--output-format", "json", "--cap-lints", "allow"])
        .env(ALLOW_UNSTABLE, "1")
        .current_dir(root)
        .status()
        .unwrap();
    assert!(built.success());
    let api = public_api::Builder::from_rustdoc_json(target.join("doc/agenthuman_links.json"))
        .omit_blanket_impls(true)
        .build()
        .unwrap();
    api.assert_eq_or_update(root.join("client/public-api.txt"));

    let api = api.to_string();
    let foreign: Vec<_> = api
        .lines()
        .filter(|line| crates(line).any(|name| !ALLOWED_CRATES.contains(&name)))
        .collect();
    let allowed = [
        "pub fn agenthuman_links::ClientBuilder::http_client(self, reqwest::",
        // for tests only
        "pub fn agenthuman_links::Error::from_test_response(http::",
    ];
    assert_eq!(foreign.len(), allowed.len(), "{foreign:#?}");
    for (line, allowed) in foreign.iter().zip(allowed) {
        assert!(line.starts_with(allowed), "{foreign:#?}");
    }
}

/// Returns the crates whose paths occur in a line.
fn crates(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter));
    let paths = words.filter_map(|word| word.split_once("::")).map(|(first, _)| first);
    // `Self::` and generic parameters are not crates.
    paths.filter(|first| first.starts_with(|letter: char| letter.is_lowercase()))
}
