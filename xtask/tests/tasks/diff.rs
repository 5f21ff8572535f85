//! `cargo xtask diff`.

use agenthuman_contract::findings::Format;
use xtask::Outcome;
use xtask::diff::{Kind, Options, run};

const OLD: &str =
    "openapi: 3.0.3\npaths: {/a: {get: {operationId: a, responses: {default: {}}}}}\n";

#[test]
fn diff_compares_files_as_the_given_kind() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old.yaml", "new.yaml"].map(|name| folder.path().join(name));
    std::fs::write(&old, OLD).unwrap();
    // An emission has no servers.
    std::fs::write(&new, OLD.replace("get: {", "get: {servers: [{url: https://a}], ")).unwrap();
    let run = |old: &std::path::Path, new: &std::path::Path, kind: Kind| {
        let (old, new) = (old.to_owned(), new.to_owned());
        let options = Options { old, new, kind, format: Format::Human };
        let mut out = Vec::new();
        let outcome = run(&options, &mut out).unwrap();
        (outcome, String::from_utf8(out).unwrap())
    };
    let (outcome, out) = run(&old, &new, Kind::Auto);
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("[operation-servers]") && out.contains("read as a document"), "{out}");
    assert_eq!(run(&old, &old, Kind::Document).0, Outcome::Clean);
    let (outcome, out) = run(&new, &old, Kind::Emission);
    assert_eq!(outcome, Outcome::Clean, "{out}");
    assert!(out.ends_with("read as what Dropshot emits\n"), "{out}");
    let missing = folder.path().join("missing.yaml");
    let options = Options { old: missing, new, kind: Kind::Auto, format: Format::Human };
    let error = xtask::diff::run(&options, &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("missing.yaml: failed to read the file"), "{error}");
}
