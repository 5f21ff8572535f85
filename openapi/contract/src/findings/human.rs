//! The format `human`: findings as rustc writes them.
//!
//! `annotate-snippets` renders them: it is the renderer of rustc, maintained by the Rust project, with
//! two small dependencies. `ariadne` has more than a list of findings needs, and `miette` requires an
//! error type per finding.

use std::io::{self, Write};

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};

use super::finding::Finding;
use super::report::Report;
use super::rules::Severity;
use super::sources::Sources;
use crate::compatibility::{ChangeKind, OperationChanges};
use crate::reader::Span;

/// Writes all findings and the summary.
pub(super) fn write(
    report: &Report<'_>,
    colour: bool,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    for finding in report.findings {
        writeln!(out, "{}\n", renderer.render(&[group(finding, sources)]))?;
    }
    write!(out, "{}", table(&report.operation_changes()))?;
    writeln!(out, "{}", report.summary)
}

/// Returns the number of changes of each operation, in columns, with an empty line at the end.
fn table(changes: &[OperationChanges]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let name = |changes: &OperationChanges| {
        let operation = changes.operation.as_deref().unwrap_or("(the document)");
        // A path can have any character.
        let operation = operation.escape_debug();
        match changes.kind {
            ChangeKind::OperationAdded => format!("{operation} (added)"),
            ChangeKind::OperationRemoved => format!("{operation} (removed)"),
            ChangeKind::Other => operation.to_string(),
        }
    };
    let names: Vec<_> = changes.iter().map(name).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let mut table = format!("{:width$}  breaking  warning  other\n", "");
    for (name, OperationChanges { breaking, warning, other, .. }) in names.iter().zip(changes) {
        table.push_str(&format!("{name:width$}  {breaking:8}  {warning:7}  {other:5}\n"));
    }
    table + "\n"
}

fn group<'a>(finding: &'a Finding, sources: &Sources) -> Group<'a> {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = level.primary_title(&finding.subject).id(&finding.rule).element(source(
        &finding.file,
        finding.span,
        AnnotationKind::Primary,
        "",
        sources,
    ));
    for related in &finding.related {
        let span = Some(related.span);
        let kind = AnnotationKind::Context;
        group = group.element(source(&related.file, span, kind, related.what, sources));
    }
    let note = |name: &'a str, text: String| Level::NOTE.with_name(name).message(text);
    if let Some(pointer) = finding.pointer.as_ref().filter(|pointer| !pointer.is_empty()) {
        group = group.element(note("at", format!("#{pointer}")));
    }
    for statement in &finding.statements {
        group = group.element(note(statement.by, statement.text.clone()));
    }
    if !finding.why().is_empty() {
        group = group.element(note("why", finding.why().to_owned()));
    }
    group.element(Level::HELP.message(finding.fix.clone()))
}

/// The maximum length of a rendered line. A document on one line is unreadable, and rendering it takes
/// time in proportion to the document for each finding.
const LINE_MAX_BYTES: usize = 1000;

/// Returns the first line of a span, underlined; only its position if the text is not available.
fn source<'a>(
    file: &'a str,
    span: Option<Span>,
    kind: AnnotationKind,
    label: &'a str,
    sources: &Sources,
) -> Element<'a> {
    let Some(span) = span else { return Origin::path(file).into() };
    let lines = sources.lines(file);
    let line = lines.as_ref().and_then(|lines| lines.get(span.line - 1));
    let Some(line) = line.filter(|line| line.len() <= LINE_MAX_BYTES) else {
        return Origin::path(file).line(span.line).char_column(span.column).into();
    };
    // A span can be a whole operation: its first line identifies it.
    let line = line.trim_end();
    let byte = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let start = byte(span.column - 1);
    let end = byte(span.column - 1 + (span.end - span.start.min(span.end))).max(start);
    let mut annotation: Annotation<'a> = kind.span(start..end);
    if !label.is_empty() {
        annotation = annotation.label(label);
    }
    Snippet::source(line.to_owned()).line_start(span.line).path(file).annotation(annotation).into()
}
