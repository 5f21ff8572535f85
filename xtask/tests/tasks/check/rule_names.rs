//! The names of rules in the sources of the crates that report findings.

use std::collections::BTreeSet;
use std::fs;

use super::*;

/// The crates that report findings, apart from the contract crate, which has this test too.
const SOURCES: [&str; 3] = ["client/codegen/src", "xtask/conform/src", "xtask/src"];

/// The beginnings of the names.
const PREFIXES: [&str; 12] = [
    "absent-property",
    "bad-input",
    "client-",
    "good-input",
    "missing-",
    "no-answer",
    "not-expr",
    "object-not",
    "orphaned-",
    "refusal-",
    "response-",
    "stale-",
];

#[test]
fn every_rule_in_sources_is_registered() {
    let mut pending: Vec<_> = SOURCES.map(|folder| root().join(folder)).into();
    let mut names = BTreeSet::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
            pending.extend(entries.filter(|path| !path.ends_with("tests")));
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let is_name = |text: &&str| {
            PREFIXES.iter().any(|prefix| text.starts_with(prefix))
                && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')
                && !text.ends_with('-')
        };
        names.extend(text.split('"').filter(is_name).map(str::to_owned));
    }
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        assert!(rules::find(&name).is_some(), "{name}");
    }
}
