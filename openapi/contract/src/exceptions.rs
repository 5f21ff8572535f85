//! Exceptions: findings that are accepted until a date. They are read from a TOML file.
//!
//! ```toml
//! [[allow]]
//! rule = "response-property-nullable"
//! pointer = "/components/schemas/Thing/properties/name/nullable"
//! reason = "old servers send null until they are upgraded"
//! expires = 2026-12-31
//! ```
//!
//! An exception names one rule and one pointer: a pattern would hide findings that nobody has seen. An
//! exception that has expired, that matches nothing or that is invalid is a finding itself, for which
//! there is no exception.

use std::path::Path;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::findings::rules::{explain, find};
use crate::findings::{Finding, Statement};
use crate::reader::Span;

const KEYS: [&str; 4] = ["rule", "pointer", "reason", "expires"];

/// An exception.
struct Exception {
    rule: String,
    pointer: String,
    reason: String,
    expires: NaiveDate,
    span: Span,
}

/// Removes the findings that the exceptions in `file`, relative to `root`, allow on `today`, and adds
/// findings about the exceptions. No such file means no exceptions.
pub fn apply(findings: &mut Vec<Finding>, root: &Path, file: &str, today: NaiveDate) {
    let text = match std::fs::read_to_string(root.join(file)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            let message = format!("failed to read the file: {error}");
            return findings.push(malformed(file, Span::START, message));
        }
    };
    allow(findings, file, &text, today);
}

fn allow(findings: &mut Vec<Finding>, file: &str, text: &str, today: NaiveDate) {
    let source = Source { file, text };
    let (exceptions, mut problems) = source.parse();
    for exception in exceptions {
        let matches = |finding: &Finding| {
            finding.rule == exception.rule
                && finding.pointer.as_deref() == Some(exception.pointer.as_str())
        };
        let matched = findings.iter().any(matches);
        let expired = exception.expires < today;
        if matched && !expired {
            findings.retain(|finding| !matches(finding));
            continue;
        }
        let (rule, text, fix) = if !matched {
            let fix = "remove the exception".to_owned();
            ("allow-unmatched", "no finding has this rule and pointer".to_owned(), fix)
        } else {
            let text = format!("expired on {}: {}", exception.expires, exception.reason);
            (
                "allow-expired",
                text,
                "fix the finding that it allows, or extend `expires`".to_owned(),
            )
        };
        let subject = format!("the exception for `{}`", exception.rule);
        let mut finding = in_file(file, exception.span, rule, subject, text);
        finding.pointer = Some(exception.pointer);
        finding.fix = format!("{fix} at {}", finding.at());
        problems.push(finding);
    }
    findings.extend(problems);
}

/// The file with the exceptions.
struct Source<'a> {
    file: &'a str,
    text: &'a str,
}

impl Source<'_> {
    fn parse(&self) -> (Vec<Exception>, Vec<Finding>) {
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
            None => {
                problems.push(self.malformed(at, format!("`{name}` is missing")));
                None
            }
        };
        let [rule, pointer, reason, expires] = KEYS.map(&mut get);
        let expires = expires.and_then(|(text, at)| match text.parse::<NaiveDate>() {
            Ok(date) => Some(date),
            Err(_) => {
                let message = format!("`{text}` is not a date such as 2026-12-31");
                problems.push(self.malformed(at, message));
                None
            }
        });
        if let Some((rule, at)) = &rule
            && find(rule).is_none()
            && let Err(error) = explain(rule)
        {
            problems.push(self.malformed(*at, error.to_string()));
        }
        match (rule, pointer, reason, expires) {
            (Some((rule, span)), Some((pointer, _)), Some((reason, _)), Some(expires))
                if problems.is_empty() =>
            {
                // The pointer can begin with the `#` of a reference.
                let pointer = pointer.trim_start_matches('#').to_owned();
                Ok(Exception { rule, pointer, reason, expires, span })
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

fn malformed(file: &str, span: Span, message: String) -> Finding {
    let mut finding = in_file(file, span, "allow-malformed", "an exception".to_owned(), message);
    finding.fix = format!("correct it at {}", finding.at());
    finding
}

fn in_file(file: &str, span: Span, rule: &str, subject: String, text: String) -> Finding {
    Finding {
        rule: rule.to_owned(),
        subject,
        file: file.to_owned(),
        span: Some(span),
        pointer: None,
        statements: vec![Statement::new("exception", text)],
        related: Vec::new(),
        fix: String::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::reader::Contract;

    const GOOD: &str = "\
# known
[[allow]]
rule = \"unused-component\"
pointer = \"/components/schemas/Ä\"
reason = \"comes with the next operation\"
expires = 2026-12-31
";

    fn result(text: &str) -> Vec<String> {
        let document = "openapi: 3.0.3\ncomponents: {schemas: {Ä: {}, B: {}}}\n";
        let contract = Contract::parse("c.yaml", document).unwrap();
        let finding = |name: &str| {
            let pointer = format!("/components/schemas/{name}");
            Finding::in_contract(&contract, &pointer, "unused-component", "a component")
        };
        let mut findings = vec![finding("Ä"), finding("B")];
        allow(&mut findings, "allow.toml", text, NaiveDate::from_ymd_opt(2026, 12, 31).unwrap());
        let line = |finding: &Finding| match finding.statements.first() {
            None => finding.at(),
            Some(statement) => {
                format!("{} {} {}", finding.rule, finding.at(), statement.text)
            }
        };
        findings.iter().map(line).collect()
    }

    #[test]
    fn allow_removes_matching_finding() {
        assert_eq!(result(GOOD), ["c.yaml:2:31"]);
        assert_eq!(result(""), ["c.yaml:2:24", "c.yaml:2:31"]);
        assert_eq!(result(&GOOD.replace("2026-12-31", "\"2027-01-01\"")), ["c.yaml:2:31"]);
    }

    #[test]
    fn allow_reports_invalid_exceptions() {
        for (from, to, expected) in [
            (
                "2026-12-31",
                "2026-12-30",
                "allow-expired allow.toml:3:8 expired on 2026-12-30: comes",
            ),
            ("schemas/Ä", "schemas/C", "allow-unmatched allow.toml:3:8 no finding"),
            ("unused-component", "unusable-schema", "allow-unmatched allow.toml:3:8 no"),
            (
                "unused-component",
                "unused-componet",
                "allow-malformed allow.toml:3:8 unknown rule `unused-componet`; the nearest is `unused-component`",
            ),
            ("2026-12-31", "\"soon\"", "allow-malformed allow.toml:6:11 `soon` is not a date"),
            (
                "2026-12-31",
                "7",
                "allow-malformed allow.toml:6:11 `expires` is empty or not a string",
            ),
            ("expires = 2026-12-31\n", "", "allow-malformed allow.toml:2:1 `expires` is missing"),
            (
                "reason = \"comes with the next operation\"",
                "reason = ' '",
                "allow-malformed allow.toml:5:10 `reason` is empty or not a string",
            ),
            (
                "reason",
                "why = 'x'\nreason",
                "allow-malformed allow.toml:5:1 unknown key `why`: the keys are rule, pointer",
            ),
            ("[[allow]]", "[[alow]]", "allow-malformed allow.toml:2:3 unknown table `alow`"),
            (
                "[[allow]]",
                "[allow]",
                "allow-malformed allow.toml:2:2 `allow` is not an array of tables",
            ),
            ("[[allow]]", "[[allow]", "allow-malformed allow.toml:2:"),
        ] {
            let found = result(&GOOD.replacen(from, to, 1));
            assert_eq!(found.len(), 3, "{to}: {found:?}");
            assert!(found[2].starts_with(expected), "{to}: {found:?}");
        }
    }
}
