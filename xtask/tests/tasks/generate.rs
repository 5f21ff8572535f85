//! `cargo xtask generate`.

use std::path::Path;

use agenthuman_contract::findings::Format;
use xtask::generate::{Options, run};
use xtask::{Outcome, generated};

use crate::root;

/// Generates a stand-alone crate from a contract: the outcome, what was printed, and the folder.
fn standalone(text: &str, format: Format) -> (Outcome, String, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let contract = directory.path().join("c.yaml");
    std::fs::write(&contract, text).unwrap();
    let folder = directory.path().join("out");
    let options = Options { contract: Some(contract), out: Some(folder), format };
    let mut out = Vec::new();
    let outcome = run(&options, &root(), &mut out).unwrap();
    (outcome, String::from_utf8(out).unwrap(), directory)
}

#[test]
fn unsupported_constructs_are_findings_in_each_format_and_write_nothing() {
    let text = "openapi: 3.0.3\ninfo: {title: T, version: 1.0.0}\npaths: []\n";
    for (format, expected, count) in [
        (Format::Human, "error[not-expressible]", 2),
        (Format::Json, "\"rule\": \"not-expressible\"", 2),
        (Format::Sarif, "\"ruleId\": \"not-expressible\"", 2),
        (Format::Github, "::error file=", 1),
    ] {
        let (outcome, out, directory) = standalone(text, format);
        assert_eq!(outcome, Outcome::Findings);
        assert!(!directory.path().join("out").exists());
        assert!(out.matches(expected).count() >= count, "{out}");
    }
}

/// A contract that both generators support.
const SUPPORTED: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0}
servers: [{url: 'https://api.example.com'}]
paths: {}
components: {securitySchemes: {key: {type: apiKey, in: header, name: x-key}}}
";

#[test]
fn stand_alone_stub_and_client_are_written_to_a_folder() {
    let (outcome, out, directory) = standalone(SUPPORTED, Format::Human);
    assert_eq!(outcome, Outcome::Clean, "{out}");
    for file in
        ["api/Cargo.toml", "api/runtime/src/lib.rs", "client/Cargo.toml", "client/src/lib.rs"]
    {
        assert!(out.contains(&format!("wrote {file}")), "{out}");
        assert!(directory.path().join("out").join(file).is_file(), "{file}");
    }
    let (outcome, out, _) = standalone(SUPPORTED, Format::Json);
    assert!(outcome == Outcome::Clean && out.starts_with('{'), "{out}");
}

#[test]
fn what_one_crate_does_not_support_does_not_stop_the_other() {
    let with_paths = |paths: &str| SUPPORTED.replace("paths: {}", &format!("paths: {{{paths}}}"));
    let responses = "responses: {'204': {description: d}}";
    // The client's `new` is its constructor.
    let reserved_name = with_paths(&format!("/a: {{get: {{operationId: new, {responses}}}}}"));
    // Dropshot's router has no variable beside a literal.
    let parameter = "{name: x, in: path, required: true, schema: {type: string}}";
    let variable_beside_literal = with_paths(&format!(
        "/a/b: {{get: {{{responses}}}}}, '/a/{{x}}': {{get: {{parameters: [{parameter}], {responses}}}}}"
    ));
    for (text, written, missing, position) in [
        (reserved_name, "api", "client", "the client cannot be generated from this"),
        (variable_beside_literal, "client", "api", "the stub cannot be generated from this"),
    ] {
        let (outcome, out, directory) = standalone(&text, Format::Human);
        assert_eq!(outcome, Outcome::Findings, "{out}");
        assert!(out.contains(position) && out.contains("c.yaml:"), "{out}");
        assert!(directory.path().join("out").join(written).join("Cargo.toml").is_file(), "{out}");
        assert!(!directory.path().join("out").join(missing).exists(), "{out}");
    }
}

#[test]
fn generate_does_not_overwrite_a_foreign_crate() {
    let directory = tempfile::tempdir().unwrap();
    let contract = directory.path().join("c.yaml");
    std::fs::write(&contract, SUPPORTED).unwrap();
    let manifest = directory.path().join("mine/Cargo.toml");
    std::fs::create_dir(manifest.parent().unwrap()).unwrap();
    std::fs::write(&manifest, "mine").unwrap();
    let out = manifest.parent().map(Path::to_owned);
    let options = Options { contract: Some(contract), out, format: Format::Human };
    let error = run(&options, &root(), &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("contains `Cargo.toml`, which `cargo xtask` did not write"), "{error}");
    assert_eq!(std::fs::read_to_string(manifest).unwrap(), "mine");
}

#[test]
fn write_replaces_only_files_that_differ() {
    let directory = tempfile::tempdir().unwrap();
    let mut files: std::collections::BTreeMap<_, _> =
        ["a", "b/c"].map(|name| (name.into(), name.to_owned())).into();
    assert_eq!(generated::write(directory.path(), &files).unwrap().len(), 2);
    assert_eq!(generated::write(directory.path(), &files).unwrap().len(), 0);
    files.insert("b/c".into(), "more".to_owned());
    let changed = generated::write(directory.path(), &files).unwrap();
    assert_eq!(changed, [Path::new("b/c")]);
    assert_eq!(std::fs::read_to_string(directory.path().join("b/c")).unwrap(), "more");
}
