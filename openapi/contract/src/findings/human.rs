//! Findings for people, as rustc writes them.
//!
//! `annotate-snippets` draws them: it is rustc's own drawing, kept by the Rust project, with two
//! small dependencies. `ariadne` draws more than a list of findings needs; `miette` wants each
//! finding to be an error type.

use std::io::{self, Write};

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet,
};

use super::{Finding, Report, Severity, Sources};
use crate::reader::Span;

/// Writes all findings and one line that says how many there are.
pub fn write(
    report: &Report<'_>,
    colour: bool,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    for finding in report.findings {
        writeln!(out, "{}\n", renderer.render(&[group(finding, sources)]))?;
    }
    writeln!(out, "{}", report.summary)
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
    let say = |name: &'a str, text: String| Level::NOTE.with_name(name).message(text);
    if let Some(pointer) = finding.pointer.as_ref().filter(|pointer| !pointer.is_empty()) {
        group = group.element(say("at", format!("#{pointer}")));
    }
    for statement in &finding.statements {
        group = group.element(say(statement.by, statement.text.clone()));
    }
    if !finding.why().is_empty() {
        group = group.element(say("why", finding.why().to_owned()));
    }
    group.element(say("fix", finding.fix.clone()))
}

/// Lines that are longer are not drawn: the whole of a document on one line is nothing to look at, and
/// takes as long as the document for each finding.
const LINE_MAX_BYTES: usize = 1000;

/// The first line of a place, underlined; only the name of the place, where there is no text.
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
    // What a place spans may be a whole operation: its first line says which.
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
