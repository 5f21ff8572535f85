//! The format `json`: one JSON object, described in this crate's README.
//!
//! Removing or renaming a member, or changing its meaning, requires a new `VERSION`; adding one does
//! not.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::finding::Finding;
use super::report::Report;
use super::sources::Sources;
use crate::compatibility::{ChangeKind, OperationChanges};
use crate::reader::Span;

/// The version of the format.
const VERSION: u64 = 1;

/// Writes the object, indented.
pub(super) fn write(report: &Report<'_>, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    let findings: Vec<_> = report.findings.iter().map(|one| finding(one, sources)).collect();
    let changes = report.operation_changes();
    let operations: Vec<_> = changes.iter().map(operation).collect();
    let object = json!({
        "version": VERSION,
        "tool": report.tool,
        "summary": report.summary,
        "findings": findings,
        "operations": operations,
    });
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn finding(finding: &Finding, sources: &Sources) -> Value {
    let related: Vec<_> = finding
        .related
        .iter()
        .map(|related| {
            json!({
                "what": related.what,
                "file": related.file,
                "span": span(&related.file, related.span, sources),
                "pointer": related.pointer,
            })
        })
        .collect();
    let statements: Vec<_> = finding
        .statements
        .iter()
        .map(|statement| json!({ "by": statement.by, "text": statement.text }))
        .collect();
    json!({
        "rule": finding.rule,
        "severity": finding.severity().name(),
        "class": finding.change.map(|change| change.class.name()),
        "subject": finding.subject,
        "operations": finding.operations.iter().map(|one| &**one).collect::<Vec<_>>(),
        "file": finding.file,
        "span": finding.span.map(|one| span(&finding.file, one, sources)),
        "pointer": finding.pointer,
        "statements": statements,
        "related": related,
        "why": finding.why(),
        "fix": finding.fix,
    })
}

fn operation(changes: &OperationChanges) -> Value {
    let status = match changes.kind {
        ChangeKind::OperationAdded => "added",
        ChangeKind::OperationRemoved => "removed",
        ChangeKind::Other => "changed",
    };
    json!({
        "operation": changes.operation.as_deref(),
        "status": status,
        "breaking": changes.breaking,
        "warning": changes.warning,
        "other": changes.other,
    })
}

fn span(file: &str, span: Span, sources: &Sources) -> Value {
    let range = sources.range(file, span);
    json!({
        "line": range.line,
        "column": range.column,
        "endLine": range.end_line,
        "endColumn": range.end_column,
    })
}
