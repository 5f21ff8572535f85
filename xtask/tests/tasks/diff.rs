//! `cargo xtask diff`.

use std::path::Path;

use xtask::Outcome;
use xtask::diff::{FailOn, Kind, Options, OutputFormat, run};

const OLD: &str =
    "openapi: 3.0.3\npaths: {/a: {get: {operationId: a, responses: {default: {}}}}}\n";

fn options(old: &Path, new: &Path) -> Options {
    Options {
        old: old.to_owned(),
        new: new.to_owned(),
        kind: Kind::Auto,
        format: OutputFormat::Human,
        fail_on: FailOn::Any,
    }
}

#[test]
fn diff_compares_files_as_the_given_kind() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old.yaml", "new.yaml"].map(|name| folder.path().join(name));
    std::fs::write(&old, OLD).unwrap();
    // An emission has no servers.
    std::fs::write(&new, OLD.replace("get: {", "get: {servers: [{url: https://a}], ")).unwrap();
    let run = |old: &Path, new: &Path, kind: Kind| {
        let options = Options { kind, ..options(old, new) };
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
    let error =
        xtask::diff::run(&options(&missing, &new), &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("missing.yaml: failed to read the file"), "{error}");
}

#[test]
fn diff_fails_at_the_given_level() {
    let folder = tempfile::tempdir().unwrap();
    let parameter = |schema: &str| {
        OLD.replace(
            "operationId: a,",
            &format!("operationId: a, parameters: [{{name: q, in: query, schema: {{{schema}}}}}],"),
        )
    };
    let write = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let old = write("old.yaml", parameter("type: integer, maximum: 5"));
    // Servers must accept more values; clients may send fewer.
    let wider = write("wider.yaml", parameter("type: integer, maximum: 6"));
    let narrower = write("narrower.yaml", parameter("type: integer, maximum: 4"));
    let added = write("added.yaml", OLD.to_owned());
    for (old, new, failing) in [
        (&old, &old, &[][..]),
        (&added, &old, &[FailOn::Any]),
        (&old, &wider, &[FailOn::Any, FailOn::Warning]),
        (&old, &narrower, &[FailOn::Any, FailOn::Warning, FailOn::Breaking]),
    ] {
        for fail_on in [FailOn::Any, FailOn::Warning, FailOn::Breaking] {
            for format in [OutputFormat::Human, OutputFormat::Markdown, OutputFormat::Html] {
                let options = Options { fail_on, format, ..options(old, new) };
                let outcome = run(&options, &mut Vec::new()).unwrap();
                let is_failing = failing.contains(&fail_on);
                assert_eq!(outcome == Outcome::Findings, is_failing, "{options:?}");
            }
        }
    }
}

#[test]
fn change_log_is_written_of_documents_only() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old.yaml", "new.yaml"].map(|name| folder.path().join(name));
    std::fs::write(&old, OLD).unwrap();
    std::fs::write(&new, OLD.replace("/a", "/b")).unwrap();
    for (format, expected) in [
        (OutputFormat::Markdown, "## Breaking for clients\n\n- GET /a"),
        (OutputFormat::Html, "<h2>Breaking for clients</h2>\n<ul>\n<li>GET /a"),
    ] {
        let mut out = Vec::new();
        let options = Options { format, ..options(&old, &new) };
        assert_eq!(run(&options, &mut out).unwrap(), Outcome::Findings);
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains(expected) && out.contains("GET /b"), "{out}");
        let options = Options { kind: Kind::Emission, ..options };
        let error = run(&options, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("new.yaml is read as what Dropshot emits"), "{error}");
    }
}
