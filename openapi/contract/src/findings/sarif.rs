//! The format `sarif`: SARIF 2.1.0, the OASIS format for code scanning.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::finding::Finding;
use super::github::message;
use super::report::Report;
use super::rules::{self, Severity};
use super::sources::Sources;
use crate::reader::Span;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes a log with one run.
pub(super) fn write(report: &Report<'_>, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let used: BTreeSet<_> = report.findings.iter().map(|finding| finding.rule.as_str()).collect();
    let used: Vec<_> = used.into_iter().collect();
    let results: Vec<_> =
        report.findings.iter().map(|finding| result(finding, &used, sources)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": report.tool,
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": used.iter().map(|id| rule(id)).collect::<Vec<_>>(),
            } },
            // Columns count characters.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule(id: &str) -> Value {
    match rules::find(id) {
        None => json!({ "id": id }),
        Some(rule) => json!({
            "id": id,
            "shortDescription": { "text": rule.title },
            "fullDescription": { "text": rule.why },
            "help": { "text": rule.fix },
            "defaultConfiguration": { "level": level(rule.severity) },
        }),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(finding: &Finding, rules: &[&str], sources: &Sources) -> Value {
    let mut location = physical(&finding.file, finding.span, sources, finding.pointer.as_deref());
    location.insert("id".to_owned(), json!(0));
    let related: Vec<_> = finding
        .related
        .iter()
        .zip(1..)
        .map(|(related, id)| {
            let span = Some(related.span);
            let mut location = physical(&related.file, span, sources, related.pointer.as_deref());
            location.insert("id".to_owned(), json!(id));
            location.insert("message".to_owned(), json!({ "text": related.what }));
            location
        })
        .collect();
    // The rule and the pointer stay the same when lines move.
    let fingerprint = format!(
        "{} {} {}",
        finding.rule,
        finding.file,
        finding.pointer.as_deref().unwrap_or(&finding.subject)
    );
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rules.binary_search(&finding.rule.as_str()).unwrap_or_default(),
        "level": level(finding.severity()),
        "message": { "text": message(finding) },
        "locations": [location],
        "relatedLocations": related,
        "partialFingerprints": { "ruleAndPointer/v1": fingerprint },
    })
}

fn physical(
    file: &str,
    span: Option<Span>,
    sources: &Sources,
    pointer: Option<&str>,
) -> Map<String, Value> {
    let mut artifact = Map::from_iter([("uri".to_owned(), json!(uri(file)))]);
    if !file.starts_with('/') {
        artifact.insert("uriBaseId".to_owned(), json!("%SRCROOT%"));
    }
    let mut physical = Map::from_iter([("artifactLocation".to_owned(), artifact.into())]);
    if let Some(span) = span {
        let range = sources.range(file, span);
        physical.insert(
            "region".to_owned(),
            json!({
                "startLine": range.line,
                "startColumn": range.column,
                "endLine": range.end_line,
                "endColumn": range.end_column,
            }),
        );
    }
    let mut location = Map::from_iter([("physicalLocation".to_owned(), physical.into())]);
    if let Some(pointer) = pointer {
        let logical = json!([{ "fullyQualifiedName": format!("#{pointer}"), "kind": "member" }]);
        location.insert("logicalLocations".to_owned(), logical);
    }
    location
}

/// Returns a path as a URI reference.
fn uri(file: &str) -> String {
    let mut uri = String::from(if file.starts_with('/') { "file://" } else { "" });
    for byte in file.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
