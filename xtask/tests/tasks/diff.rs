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
        allow: None,
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
        let outcome = run(&options, None, &mut out).unwrap();
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
        xtask::diff::run(&options(&missing, &new), None, &mut Vec::new()).unwrap_err().to_string();
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
                let outcome = run(&options, None, &mut Vec::new()).unwrap();
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
        (OutputFormat::Html, "<h2 id=\"breaking-for-clients\">Breaking for clients"),
    ] {
        let mut out = Vec::new();
        let options = Options { format, ..options(&old, &new) };
        assert_eq!(run(&options, None, &mut out).unwrap(), Outcome::Findings);
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains(expected) && out.contains("GET /b"), "{out}");
        let options = Options { kind: Kind::Emission, ..options };
        let error = run(&options, None, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("new.yaml is read as what Dropshot emits"), "{error}");
    }
}

#[test]
fn diff_leaves_out_allowed_changes_in_each_format() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let old = write("old.yaml", OLD);
    let new = write("new.yaml", &OLD.replace("/a: {get", "/a: {put"));
    let exception = |operation: &str, expires: &str| {
        format!("[[allow]]\noperation = '{operation}'\nreason = 'x'\nexpires = {expires}\n")
    };
    let removed = exception("GET /a", "9999-12-31");
    let allow = write("allow.toml", &removed);
    let run_with = |allow: &Path, format: OutputFormat, fail_on: FailOn| {
        let allow = Some(allow.to_owned());
        let options = Options { format, fail_on, allow, ..options(&old, &new) };
        let mut out = Vec::new();
        let outcome = run(&options, None, &mut out).unwrap();
        (outcome, String::from_utf8(out).unwrap())
    };
    for format in [OutputFormat::Human, OutputFormat::Markdown, OutputFormat::Json] {
        let (outcome, out) = run_with(&allow, format, FailOn::Breaking);
        assert_eq!(outcome, Outcome::Clean, "{out}");
        assert!(out.contains("PUT /a") && !out.contains("GET /a"), "{out}");
        assert_eq!(run_with(&allow, format, FailOn::Any).0, Outcome::Findings);
    }
    let (_, out) = run_with(&allow, OutputFormat::Human, FailOn::Any);
    assert!(out.contains("2 differences (1 allowed by exceptions) in "), "{out}");

    // An exception that has expired allows nothing, and one that matches nothing is a warning.
    let expired = write("expired.toml", &exception("GET /a", "2020-01-01"));
    let (outcome, out) = run_with(&expired, OutputFormat::Human, FailOn::Breaking);
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("[allow-expired]") && out.contains("expired.toml:2:13"), "{out}");
    let unmatched = write("unmatched.toml", &(removed + &exception("* /b*", "9999-12-31")));
    let (outcome, out) = run_with(&unmatched, OutputFormat::Human, FailOn::Warning);
    assert_eq!(outcome, Outcome::Findings);
    assert!(out.contains("[allow-unmatched]") && out.contains("unmatched.toml:6:13"), "{out}");

    let missing = Some(folder.path().join("missing.toml"));
    let options = Options { allow: missing, ..options(&old, &new) };
    let error = run(&options, None, &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("missing.toml: No such file"), "{error}");
}

#[test]
fn diff_of_the_contract_uses_the_exceptions_of_its_repository() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir(root.join("openapi")).unwrap();
    let [old, new] = ["old.yaml", xtask::CONTRACT].map(|name| root.join(name));
    std::fs::write(&old, OLD).unwrap();
    std::fs::write(&new, OLD.replace("/a", "/b")).unwrap();
    let exception = "[[allow]]\nrule = 'operation'\nreason = 'x'\nexpires = 9999-12-31\n";
    std::fs::write(root.join(xtask::DIFF_EXCEPTIONS), exception).unwrap();
    let run =
        |old: &Path, new: &Path| run(&options(old, new), Some(root), &mut Vec::new()).unwrap();
    assert_eq!(run(&old, &new), Outcome::Clean);
    assert_eq!(run(&new, &old), Outcome::Findings);
}

#[test]
fn diff_counts_changes_by_operation() {
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = ["old.yaml", "new.yaml"].map(|name| folder.path().join(name));
    let schemas = "components: {schemas: {S: {type: integer, maximum: 5}}}\n";
    let operation = |method: &str| {
        format!(
            "    {method}:\n      requestBody: {{content: {{application/json: {{schema: {{$ref: \
             '#/components/schemas/S'}}}}}}}}\n      responses: {{default: {{description: x}}}}\n"
        )
    };
    let document = format!(
        "openapi: 3.0.3\npaths:\n  /a:\n{}{}  /b:\n{}{schemas}",
        operation("put"),
        operation("post"),
        operation("put")
    );
    let changed = document.replace("maximum: 5", "maximum: 4").replace("/b:", "/c:");
    std::fs::write(&old, &document).unwrap();
    std::fs::write(&new, changed).unwrap();
    let written = |new: &Path, format: OutputFormat| {
        let mut out = Vec::new();
        run(&Options { format, ..options(&old, new) }, None, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let table = "
                  breaking  warning  other
POST /a                  1        0      0
PUT /a                   1        0      0
PUT /b (removed)         1        0      0
PUT /c (added)           0        0      1

3 differences in ";
    let human = written(&new, OutputFormat::Human);
    assert!(human.contains(table), "{human}");
    // Adding an operation breaks nothing.
    assert!(
        human.contains("note[operation]: PUT /c") && human.contains("error[operation]: PUT /b")
    );
    let markdown = written(&new, OutputFormat::Markdown);
    assert!(markdown.contains("\n| PUT /b (removed) | 1 |  |  |\n"), "{markdown}");
    let json: serde_json::Value = serde_json::from_str(&written(&new, OutputFormat::Json)).unwrap();
    let added = serde_json::json!({
        "operation": "PUT /c", "status": "added", "breaking": 0, "warning": 0, "other": 1,
    });
    assert_eq!(json["operations"][3], added);
    let shared = &json["findings"].as_array().unwrap()[2];
    assert_eq!(shared["operations"], serde_json::json!(["POST /a", "PUT /a"]));
    assert_eq!(shared["class"], "breaking-for-clients");

    assert!(!written(&old, OutputFormat::Human).contains("breaking"));
    assert!(!written(&old, OutputFormat::Markdown).contains('|'));
}
