//! Exceptions: `openapi/drift-allow.toml`, findings that are known and are let pass until a day.
//!
//! ```toml
//! [[allow]]
//! rule = "response-property-nullable"
//! pointer = "/components/schemas/Thing/properties/name/nullable"
//! reason = "old servers answer null until they have moved"
//! expires = 2026-12-31
//! ```
//!
//! An exception names one rule and one pointer: a pattern would hide what nobody has seen yet. One
//! that has expired, that matches nothing or that cannot be understood is a finding itself, and
//! these findings cannot be excepted.

use std::path::Path;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::findings::rules::{explain, find};
use crate::findings::{Finding, Statement};
use crate::reader::Span;

/// Where the exceptions are, in the repository.
pub const FILE: &str = "openapi/drift-allow.toml";

const KEYS: [&str; 4] = ["rule", "pointer", "reason", "expires"];

/// One exception.
struct Exception {
    rule: String,
    pointer: String,
    reason: String,
    expires: NaiveDate,
    span: Span,
}

/// Removes the findings that are allowed on `today`, and adds what is wrong with the exceptions.
pub fn apply(findings: &mut Vec<Finding>, root: &Path, today: NaiveDate) {
    let text = match std::fs::read_to_string(root.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            let message = format!("cannot be read: {error}");
            return findings.push(malformed(Span::START, message));
        }
    };
    allow(findings, &text, today);
}

fn allow(findings: &mut Vec<Finding>, text: &str, today: NaiveDate) {
    let (exceptions, mut problems) = parse(text);
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
            ("allow-expired", text, "fix what it allows, or decide anew".to_owned())
        };
        let subject = format!("the exception of `{}`", exception.rule);
        let mut finding = in_file(exception.span, rule, subject, text);
        finding.pointer = Some(exception.pointer);
        finding.fix = format!("{fix} at {}", finding.at());
        problems.push(finding);
    }
    findings.extend(problems);
}

fn parse(text: &str) -> (Vec<Exception>, Vec<Finding>) {
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            return (
                Vec::new(),
                vec![malformed(characters(text, span), error.message().to_owned())],
            );
        }
    };
    let (mut exceptions, mut problems) = (Vec::new(), Vec::new());
    for (key, value) in &table {
        let DeValue::Array(entries) = value.get_ref() else {
            let message = format!("`{}` is not a list of `[[allow]]`", key.get_ref());
            problems.push(malformed(characters(text, key.span()), message));
            continue;
        };
        if key.get_ref() != "allow" {
            let message = format!("only `[[allow]]` is known, not `{}`", key.get_ref());
            problems.push(malformed(characters(text, key.span()), message));
            continue;
        }
        for entry in entries {
            match exception(text, entry) {
                Ok(exception) => exceptions.push(exception),
                Err(mut wrong) => problems.append(&mut wrong),
            }
        }
    }
    (exceptions, problems)
}

fn exception(text: &str, entry: &Spanned<DeValue<'_>>) -> Result<Exception, Vec<Finding>> {
    let at = characters(text, entry.span());
    let DeValue::Table(table) = entry.get_ref() else {
        return Err(vec![malformed(at, "an exception is a table".to_owned())]);
    };
    let mut problems = Vec::new();
    for key in table.keys().filter(|key| !KEYS.contains(&key.get_ref().as_ref())) {
        let message = format!("`{}` is not one of {}", key.get_ref(), KEYS.join(", "));
        problems.push(malformed(characters(text, key.span()), message));
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
                let message = format!("`{name}` is not a text, or says nothing");
                problems.push(malformed(characters(text, value.span()), message));
            }
            found.map(|found| (found, characters(text, value.span())))
        }
        None => {
            problems.push(malformed(at, format!("`{name}` is missing")));
            None
        }
    };
    let [rule, pointer, reason, expires] = KEYS.map(&mut get);
    let expires = expires.and_then(|(text, at)| match text.parse::<NaiveDate>() {
        Ok(date) => Some(date),
        Err(_) => {
            let message = format!("`{text}` is not a date such as 2026-12-31");
            problems.push(malformed(at, message));
            None
        }
    });
    if let Some((rule, at)) = &rule
        && find(rule).is_none()
        && let Err(error) = explain(rule)
    {
        problems.push(malformed(*at, error.to_string()));
    }
    match (rule, pointer, reason, expires) {
        (Some((rule, span)), Some((pointer, _)), Some((reason, _)), Some(expires))
            if problems.is_empty() =>
        {
            // With or without the `#` of a reference.
            let pointer = pointer.trim_start_matches('#').to_owned();
            Ok(Exception { rule, pointer, reason, expires, span })
        }
        _ => Err(problems),
    }
}

fn malformed(span: Span, message: String) -> Finding {
    let mut finding = in_file(span, "allow-malformed", "an exception".to_owned(), message);
    finding.fix = format!("correct it at {}", finding.at());
    finding
}

fn in_file(span: Span, rule: &str, subject: String, text: String) -> Finding {
    Finding {
        rule: rule.to_owned(),
        subject,
        file: FILE.to_owned(),
        span: Some(span),
        pointer: None,
        statements: vec![Statement::new("exception", text)],
        related: Vec::new(),
        fix: String::new(),
    }
}

/// A range of bytes as a place.
fn characters(text: &str, bytes: std::ops::Range<usize>) -> Span {
    let before = text.get(..bytes.start).unwrap_or_default();
    let inside = text.get(bytes.clone()).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let start = before.chars().count();
    Span {
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        start,
        end: start + inside.chars().count(),
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
        allow(&mut findings, text, NaiveDate::from_ymd_opt(2026, 12, 31).unwrap());
        let said = |finding: &Finding| match finding.statements.first() {
            None => finding.at(),
            Some(said) => format!("{} {} {}", finding.rule, finding.at(), said.text),
        };
        findings.iter().map(said).collect()
    }

    #[test]
    fn an_exception_lets_one_finding_pass() {
        assert_eq!(result(GOOD), ["c.yaml:2:31"]);
        assert_eq!(result(""), ["c.yaml:2:24", "c.yaml:2:31"]);
        assert_eq!(result(&GOOD.replace("2026-12-31", "\"2027-01-01\"")), ["c.yaml:2:31"]);
    }

    #[test]
    fn exceptions_that_are_wrong_are_findings() {
        for (from, to, expected) in [
            (
                "2026-12-31",
                "2026-12-30",
                "allow-expired openapi/drift-allow.toml:3:8 expired on 2026-12-30: comes",
            ),
            ("schemas/Ä", "schemas/C", "allow-unmatched openapi/drift-allow.toml:3:8 no finding"),
            (
                "unused-component",
                "unusable-schema",
                "allow-unmatched openapi/drift-allow.toml:3:8 no",
            ),
            (
                "unused-component",
                "unused-componet",
                "allow-malformed openapi/drift-allow.toml:3:8 there is no rule `unused-componet`; the nearest is `unused-component`",
            ),
            (
                "2026-12-31",
                "\"soon\"",
                "allow-malformed openapi/drift-allow.toml:6:11 `soon` is not a date",
            ),
            (
                "2026-12-31",
                "7",
                "allow-malformed openapi/drift-allow.toml:6:11 `expires` is not a text",
            ),
            (
                "expires = 2026-12-31\n",
                "",
                "allow-malformed openapi/drift-allow.toml:2:1 `expires` is missing",
            ),
            (
                "reason = \"comes with the next operation\"",
                "reason = ' '",
                "allow-malformed openapi/drift-allow.toml:5:10 `reason` is not a text, or says nothing",
            ),
            (
                "reason",
                "why = 'x'\nreason",
                "allow-malformed openapi/drift-allow.toml:5:1 `why` is not one of",
            ),
            (
                "[[allow]]",
                "[[alow]]",
                "allow-malformed openapi/drift-allow.toml:2:3 only `[[allow]]`",
            ),
            (
                "[[allow]]",
                "[allow]",
                "allow-malformed openapi/drift-allow.toml:2:2 `allow` is not a list",
            ),
            ("[[allow]]", "[[allow]", "allow-malformed openapi/drift-allow.toml:2:"),
        ] {
            let found = result(&GOOD.replacen(from, to, 1));
            assert_eq!(found.len(), 3, "{to}: {found:?}");
            assert!(found[2].starts_with(expected), "{to}: {found:?}");
        }
    }
}
