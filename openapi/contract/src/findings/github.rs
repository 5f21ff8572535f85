//! The format `github`: workflow commands, which GitHub shows beside the lines of a pull request.
//!
//! The syntax and the escapes are those of `@actions/core` (`toCommandValue`, `escapeProperty`).

use std::io::{self, Write};

use super::finding::Finding;
use super::report::Report;
use super::rules::Severity;
use super::sources::Sources;

/// Writes one command per finding.
pub(super) fn write(report: &Report<'_>, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings {
        let command = match finding.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        // GitHub shows the lines of the new version.
        let (file, span) = match (finding.change, finding.related.first()) {
            (Some(_), Some(new)) => (&new.file, Some(new.span)),
            _ => (&finding.file, finding.span),
        };
        write!(out, "::{command} file={}", property(file))?;
        if let Some(span) = span {
            let range = sources.range(file, span);
            write!(out, ",line={},endLine={},col={}", range.line, range.end_line, range.column)?;
            // GitHub rejects an end column on another line.
            if range.line == range.end_line {
                write!(out, ",endColumn={}", range.end_column)?;
            }
        }
        let title = property(&finding.rule);
        writeln!(out, ",title={title}::{}", data(&message(finding)))?;
    }
    Ok(())
}

/// Returns everything in a finding but its position, in lines.
pub(super) fn message(finding: &Finding) -> String {
    let mut lines = vec![finding.subject.clone()];
    lines.extend(
        finding.statements.iter().map(|statement| format!("{}: {}", statement.by, statement.text)),
    );
    for (by, text) in [("why", finding.why()), ("fix", finding.fix.as_str())] {
        if !text.is_empty() {
            lines.push(format!("{by}: {text}"));
        }
    }
    lines.join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
