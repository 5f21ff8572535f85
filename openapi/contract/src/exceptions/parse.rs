//! The file of exceptions.

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::pattern::Pattern;
use super::{Exception, malformed};
use crate::findings::Finding;
use crate::findings::rules::explain;
use crate::reader::{METHODS, Span};

const KEYS: [&str; 5] = ["rule", "pointer", "operation", "reason", "expires"];

/// Returns the exceptions in the text of a file, and findings for what is invalid in it.
pub(super) fn parse(file: &str, text: &str) -> (Vec<Exception>, Vec<Finding>) {
    Source { file, text }.exceptions()
}

/// The file with the exceptions.
struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn exceptions(&self) -> (Vec<Exception>, Vec<Finding>) {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table.into_inner(),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                return (
                    Vec::new(),
                    vec![self.malformed(self.span(span), error.message().to_owned())],
                );
            }
        };
        let (mut exceptions, mut problems) = (Vec::new(), Vec::new());
        for (key, value) in &table {
            let DeValue::Array(entries) = value.get_ref() else {
                let message =
                    format!("`{}` is not an array of tables: write `[[allow]]`", key.get_ref());
                problems.push(self.malformed(self.span(key.span()), message));
                continue;
            };
            if key.get_ref() != "allow" {
                let message =
                    format!("unknown table `{}`: only `[[allow]]` is supported", key.get_ref());
                problems.push(self.malformed(self.span(key.span()), message));
                continue;
            }
            for entry in entries {
                match self.exception(entry) {
                    Ok(exception) => exceptions.push(exception),
                    Err(mut wrong) => problems.append(&mut wrong),
                }
            }
        }
        (exceptions, problems)
    }

    fn exception(&self, entry: &Spanned<DeValue<'_>>) -> Result<Exception, Vec<Finding>> {
        let at = self.span(entry.span());
        let DeValue::Table(table) = entry.get_ref() else {
            return Err(vec![self.malformed(at, "an exception must be a table".to_owned())]);
        };
        let mut problems = Vec::new();
        for key in table.keys().filter(|key| !KEYS.contains(&key.get_ref().as_ref())) {
            let message =
                format!("unknown key `{}`: the keys are {}", key.get_ref(), KEYS.join(", "));
            problems.push(self.malformed(self.span(key.span()), message));
        }
        let mut get = |name: &str| match table.get(name) {
            Some(value) => {
                let found = match value.get_ref() {
                    DeValue::String(text) => Some(text.to_string()),
                    DeValue::Datetime(date) => Some(date.to_string()),
                    _ => None,
                };
                let found = found.filter(|text| !text.trim().is_empty());
                if found.is_none() {
                    let message = format!("`{name}` is empty or not a string");
                    problems.push(self.malformed(self.span(value.span()), message));
                }
                found.map(|found| (found, self.span(value.span())))
            }
            None => None,
        };
        let [rule, pointer, operation, reason, expires] = KEYS.map(&mut get);
        for name in ["reason", "expires"].into_iter().filter(|name| !table.contains_key(*name)) {
            problems.push(self.malformed(at, format!("`{name}` is missing")));
        }
        if !["rule", "pointer", "operation"].iter().any(|name| table.contains_key(*name)) {
            let message = "`rule`, `pointer` and `operation` are missing: give at least one";
            problems.push(self.malformed(at, message.to_owned()));
        }
        let expires = expires.and_then(|(text, at)| match text.parse::<NaiveDate>() {
            Ok(date) => Some(date),
            Err(_) => {
                let message = format!("`{text}` is not a date such as 2026-12-31");
                problems.push(self.malformed(at, message));
                None
            }
        });
        if let Some((rule, at)) = &rule
            && let Err(error) = explain(rule)
        {
            problems.push(self.malformed(*at, error.to_string()));
        }
        if let Some((operation, at)) = &operation
            && let Err(message) = check_operation(operation)
        {
            problems.push(self.malformed(*at, message));
        }
        let spans = [&rule, &operation, &pointer];
        let span = spans.into_iter().flatten().map(|(_, span)| *span).next();
        match (span, reason, expires) {
            (Some(span), Some((reason, _)), Some(expires)) if problems.is_empty() => {
                // The pointer can begin with the `#` of a reference.
                let pointer = pointer.map(|(text, _)| Pattern::new(text.trim_start_matches('#')));
                Ok(Exception {
                    rule: rule.map(|(rule, _)| rule),
                    pointer,
                    operation: operation.map(|(text, _)| Pattern::new(&text)),
                    reason,
                    expires,
                    span,
                    matched: false,
                    unnamed: None,
                })
            }
            _ => Err(problems),
        }
    }

    fn malformed(&self, span: Span, message: String) -> Finding {
        malformed(self.file, span, message)
    }

    /// Converts a range of bytes to a span.
    fn span(&self, bytes: std::ops::Range<usize>) -> Span {
        let before = self.text.get(..bytes.start).unwrap_or_default();
        let inside = self.text.get(bytes).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let start = before.chars().count();
        Span {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            start,
            end: start + inside.chars().count(),
        }
    }
}

/// Checks that a text is a method and a path, each of which can have wildcards.
fn check_operation(text: &str) -> Result<(), String> {
    let (method, path) = text.split_once(' ').unwrap_or((text, ""));
    let known = method == "*" || METHODS.iter().any(|known| known.to_uppercase() == method);
    if known && (path.starts_with('/') || path == "*") {
        return Ok(());
    }
    Err(format!(
        "`{text}` is not a method and a path, such as `GET /things/{{id}}` or `* /things*`"
    ))
}
