//! The public API as a list, `client/public-api.txt`: what a change does to it is seen in review.
//!
//! A list was chosen over `cargo semver-checks`: that compares with a release, and there is none yet.
//! The list also shows whose types callers get to see. `UPDATE_SNAPSHOTS=yes cargo test --test
//! public_api` writes it anew.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::path::Path;
use std::process::Command;

/// rustdoc's JSON is for nightly compilers; this lets any other one write it too. Other crates' build
/// scripts ask for it, so the build has a folder of its own.
const ALLOW_UNSTABLE: &str = "RUSTC_BOOTSTRAP";

/// Crates whose types may stand in a signature that callers need.
const MAY_BE_SEEN: [&str; 7] =
    ["agenthuman_links", "alloc", "chrono", "core", "serde", "serde_core", "serde_json"];

#[test]
fn the_public_api_is_the_one_that_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("public-api");
    let built = Command::new(env!("CARGO"))
        .args(["rustdoc", "--quiet", "--lib", "--package", "agenthuman-links"])
        .args(["--no-default-features", "--target-dir"])
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
    let foreign: Vec<_> =
        api.lines().filter(|line| crates(line).any(|name| !MAY_BE_SEEN.contains(&name))).collect();
    let asked_for = "pub fn agenthuman_links::ClientBuilder::http_client(self, reqwest::";
    assert_eq!(foreign.len(), 1, "{foreign:#?}");
    assert!(foreign[0].starts_with(asked_for), "{foreign:#?}");
}

/// The crates whose paths stand in a line.
fn crates(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter));
    let paths = words.filter_map(|word| word.split_once("::")).map(|(first, _)| first);
    // `Self::` and generic parameters are no crates
    paths.filter(|first| first.starts_with(|letter: char| letter.is_lowercase()))
}
