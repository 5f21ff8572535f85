//! The formats, with findings that need every escape; and the registry of rules.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::reader::Span;

const TEXT: &str = "openapi: 3.0.3\r\npaths:\r\n  /ä: {get: 'x, y'}\r\n";

fn findings() -> Vec<Finding> {
    // `get: 'x, y'` on the third line.
    let span = Span { line: 3, column: 8, start: 31, end: 42 };
    let whole = Span { line: 2, column: 1, start: 16, end: 43 };
    vec![
        Finding {
            rule: "request-property-nullable".to_owned(),
            subject: "GET /ä, request body".to_owned(),
            file: "a b,c:100%.yaml".to_owned(),
            span: Some(span),
            pointer: Some("/paths/~1ä/get".to_owned()),
            statements: vec![Statement::new("contract", "50%\r\nof it")],
            related: vec![Related {
                what: "the server's type",
                file: "a b,c:100%.yaml".to_owned(),
                span: whole,
                pointer: None,
            }],
            operations: Arc::default(),
            change: None,
            fix: "fix it".to_owned(),
        },
        Finding {
            rule: "inlined-component".to_owned(),
            subject: "a note".to_owned(),
            file: "/elsewhere/x.rs".to_owned(),
            span: None,
            pointer: None,
            statements: Vec::new(),
            related: Vec::new(),
            operations: Arc::default(),
            change: None,
            fix: "fix it".to_owned(),
        },
    ]
}

fn written(format: Format) -> String {
    let sources = Sources::new(Path::new(""));
    sources.insert("a b,c:100%.yaml", TEXT);
    let mut out = Vec::new();
    let findings = findings();
    let report = Report { tool: "cargo xtask check", findings: &findings, summary: "2".to_owned() };
    assert!(report.fails());
    report.write(format, false, &sources, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn fails_is_false_for_notes() {
    let notes = &findings()[1..];
    assert!(!Report { tool: "", findings: notes, summary: String::new() }.fails());
}

#[test]
fn human_format_underlines_spans() {
    let text = written(Format::Human);
    assert!(text.contains("3 |   /ä: {get: 'x, y'}\n  |        ^^^^^^^^^^^"), "{text}");
    assert!(text.starts_with("error[request-property-nullable]: GET /ä, request body"), "{text}");
    assert!(text.contains("note[inlined-component]: a note\n--> /elsewhere/x.rs\n"), "{text}");
    assert!(!text.contains('\u{1b}'));
    let sources = Sources::new(Path::new(""));
    let mut out = Vec::new();
    let findings = findings();
    let report = Report { tool: "", findings: &findings, summary: String::new() };
    report.write(Format::Human, true, &sources, &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().contains('\u{1b}'));
}

#[test]
fn json_format_has_documented_members() {
    let log: Value = serde_json::from_str(&written(Format::Json)).unwrap();
    assert_eq!(log["version"], 1);
    let keys: Vec<_> = log["findings"][0].as_object().unwrap().keys().map(String::as_str).collect();
    let documented = [
        "rule",
        "severity",
        "class",
        "subject",
        "operations",
        "file",
        "span",
        "pointer",
        "statements",
        "related",
        "why",
        "fix",
    ];
    assert_eq!(keys, documented);
    let readme = include_str!("../../README.md");
    for key in documented {
        assert!(readme.contains(&format!("`{key}`")), "README.md does not name `{key}`");
    }
    let span = json!({ "line": 3, "column": 8, "endLine": 3, "endColumn": 19 });
    assert_eq!(log["findings"][0]["span"], span);
    let whole = json!({ "line": 2, "column": 1, "endLine": 3, "endColumn": 20 });
    assert_eq!(log["findings"][0]["related"][0]["span"], whole);
    assert_eq!(log["findings"][1]["span"], Value::Null);
}

#[test]
fn github_format_escapes_commands() {
    let text = written(Format::Github);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0].split("why").next().unwrap(),
        "::error file=a b%2Cc%3A100%25.yaml,line=3,endLine=3,col=8,endColumn=19,\
         title=request-property-nullable::GET /ä, request body%0Acontract: 50%25%0D%0Aof it%0A"
    );
    assert!(lines[1].starts_with("::notice file=/elsewhere/x.rs,title=inlined-component::a note"));
    assert_eq!(lines.len(), 2);
}

/// Checks the parts of the schema that these logs could violate. The whole schema is not in the
/// repository because of its licence, which is OASIS's own. `SARIF_SCHEMA=FILE cargo test -p
/// agenthuman-contract --all-features sarif` validates against a copy of it.
#[test]
fn sarif_format_is_valid() {
    let log: Value = serde_json::from_str(&written(Format::Sarif)).unwrap();
    if let Some(file) = std::env::var_os("SARIF_SCHEMA") {
        let mut schema: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        // Its pattern of a `language`, which is never written, is no valid expression.
        for object in ["run", "toolComponent"] {
            let language = format!("/definitions/{object}/properties/language");
            schema.pointer_mut(&language).unwrap().as_object_mut().unwrap().remove("pattern");
        }
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let errors: Vec<_> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "cargo xtask check");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 2);
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let level = result["level"].as_str().unwrap();
        assert_eq!(rules[index]["defaultConfiguration"]["level"], level);
        assert!(["error", "warning", "note"].contains(&level));
        assert!(result["message"]["text"].is_string());
    }
    let location = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "a%20b%2Cc%3A100%25.yaml");
    let region = json!({ "startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 19 });
    assert_eq!(location["region"], region);
    let other = &run["results"][1]["locations"][0]["physicalLocation"];
    assert_eq!(other["artifactLocation"], json!({ "uri": "file:///elsewhere/x.rs" }));
}

#[test]
fn every_rule_has_all_texts() {
    let mut titles = BTreeSet::new();
    for rule in rules::registry::all() {
        for text in [&rule.id, &rule.title, &rule.why, &rule.fix] {
            assert!(!text.is_empty() && text.trim() == text, "{rule:?}");
        }
        let plain = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        assert!(rule.id.chars().all(plain), "{}", rule.id);
        assert!(titles.insert((&rule.title, &rule.id)), "{}", rule.title);
    }
}

/// Checks that each name of a rule in the sources of this crate is registered. The tests of `cargo xtask
/// check` do the same for the other crates.
#[test]
fn every_rule_in_sources_is_registered() {
    let pattern = regress::Regex::new(r#""((?:request|response|operation|parameter|stale|missing|orphaned|not|invalid|unusable|unknown|wrong|ignored|unused|inlined|client|allow|change|version|unreadable)-[a-z]+(?:-[a-z]+)*)""#).unwrap();
    let mut pending = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut names = BTreeSet::new();
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        // The parts of an API have names of the same form, and tests have invalid ones.
        if path.ends_with("part.rs") || path.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let found = pattern.find_iter(text).map(|found| text[found.group(1).unwrap()].to_owned());
        names.extend(found);
    }
    assert!(names.len() > 40, "{names:?}");
    for name in names {
        assert!(rules::find(&name).is_some(), "{name}");
    }
}

#[test]
fn explain_of_unknown_rule_returns_nearest() {
    let error = rules::explain("request-proprety-nulable").unwrap_err();
    assert_eq!(error.nearest, "request-property-nullable");
    let text = rules::explain("unused-component").unwrap().to_string();
    assert!(text.starts_with("warning[unused-component]: "), "{text}");
    assert!(text.contains("\n\nWhy it matters: ") && text.contains("\n\nHow to fix it: "));
}
