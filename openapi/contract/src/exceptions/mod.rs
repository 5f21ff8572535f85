//! Exceptions: findings that are accepted until a date. They are read from a TOML file.
//!
//! ```toml
//! [[allow]]
//! rule = "response-property-nullable"
//! pointer = "/components/schemas/Thing/properties/name/nullable"
//! reason = "old servers send null until they are upgraded"
//! expires = 2026-12-31
//!
//! [[allow]]
//! operation = "* /beta/*"
//! reason = "nobody relies on the beta yet"
//! expires = 2026-12-31
//! ```
//!
//! An exception names a rule, a location, or both. The location is a JSON pointer, or operations by method
//! and path; `*` stands for any text in it. A finding about something that several operations share is
//! allowed by operation only if the exception names all of them.
//!
//! An exception that has expired, that matches nothing or that is invalid is a finding itself, for which
//! there is no exception.

mod parse;
mod pattern;

use std::io;
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::findings::{Finding, Statement};
use crate::reader::{METHODS, Span};

use pattern::Pattern;

/// The exceptions in a file.
#[derive(Debug)]
pub struct Exceptions {
    file: String,
    today: NaiveDate,
    exceptions: Vec<Exception>,
    problems: Vec<Finding>,
}

/// An exception.
#[derive(Debug)]
struct Exception {
    rule: Option<String>,
    pointer: Option<Pattern>,
    operation: Option<Pattern>,
    reason: String,
    expires: NaiveDate,
    /// The position of the rule, or else of the location.
    span: Span,
    /// True if a finding matched.
    matched: bool,
    /// The operation that kept a finding from matching, although another operation of it matches.
    unnamed: Option<Arc<str>>,
}

/// The properties of a finding by which an exception selects it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The rule.
    pub rule: &'a str,
    /// The JSON pointer in the document.
    pub pointer: Option<&'a str>,
    /// The operations that are affected, as `GET /things`.
    pub operations: &'a [Arc<str>],
}

/// Removes the findings that the exceptions in `file`, relative to `root`, allow on `today`, and adds
/// findings about the exceptions. No such file means no exceptions.
pub fn apply(findings: &mut Vec<Finding>, root: &Path, file: &str, today: NaiveDate) {
    match Exceptions::read(root, file, today) {
        Ok(exceptions) => exceptions.apply(findings),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            let message = format!("failed to read the file: {error}");
            findings.push(malformed(file, Span::START, message));
        }
    }
}

impl Exceptions {
    /// Reads `file`, relative to `root`. An exception ends after the day on which it expires.
    ///
    /// # Errors
    ///
    /// A file that cannot be read. An invalid file is a finding of [`findings`](Self::findings).
    pub fn read(root: &Path, file: &str, today: NaiveDate) -> io::Result<Self> {
        let text = std::fs::read_to_string(root.join(file))?;
        Ok(Exceptions::parse(file, &text, today))
    }

    /// Returns no exceptions.
    pub fn none() -> Self {
        Exceptions::parse("", "", NaiveDate::MAX)
    }

    fn parse(file: &str, text: &str, today: NaiveDate) -> Self {
        let (exceptions, problems) = parse::parse(file, text);
        Exceptions { file: file.to_owned(), today, exceptions, problems }
    }

    /// Removes the findings that are allowed, and adds those about the exceptions.
    pub fn apply(mut self, findings: &mut Vec<Finding>) {
        findings.retain(|finding| !self.allow(Subject::of(finding)));
        findings.extend(self.findings());
    }

    /// Returns true if a finding is allowed, and remembers the exceptions that match it.
    pub fn allow(&mut self, subject: Subject<'_>) -> bool {
        let mut allowed = false;
        for exception in &mut self.exceptions {
            if exception.matches(subject) {
                exception.matched = true;
                allowed |= exception.expires >= self.today;
            }
        }
        allowed
    }

    /// Returns findings about the exceptions, after all other findings have been matched with them.
    pub fn findings(self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for exception in self.exceptions {
            let fix = "fix the finding that it allows, or extend `expires`";
            let (rule, text, fix) = if !exception.matched {
                ("allow-unmatched", exception.unmatched(), "remove the exception")
            } else if exception.expires < self.today {
                let text = format!("expired on {}: {}", exception.expires, exception.reason);
                ("allow-expired", text, fix)
            } else {
                continue;
            };
            let subject = format!("the exception for {}", exception.selector());
            let mut finding = in_file(&self.file, exception.span, rule, subject, text);
            finding.pointer = exception.pointer.map(|pointer| pointer.to_string());
            finding.fix = format!("{fix} at {}", finding.at());
            findings.push(finding);
        }
        findings.extend(self.problems);
        findings
    }
}

impl<'a> Subject<'a> {
    /// Returns the properties of a finding.
    pub fn of(finding: &'a Finding) -> Self {
        Subject {
            rule: &finding.rule,
            pointer: finding.pointer.as_deref(),
            operations: &finding.operations,
        }
    }

    /// Returns the operations: those that are known, or else the one that the pointer is in.
    fn operations(&self) -> Vec<Arc<str>> {
        let inside = || {
            let mut segments = self.pointer?.strip_prefix("/paths/")?.split('/');
            let path = segments.next()?.replace("~1", "/").replace("~0", "~");
            let method = segments.next().filter(|method| METHODS.contains(method))?;
            Some(format!("{} {path}", method.to_uppercase()).into())
        };
        match self.operations {
            [] => inside().into_iter().collect(),
            operations => operations.to_vec(),
        }
    }
}

impl Exception {
    fn matches(&mut self, subject: Subject<'_>) -> bool {
        let rule = self.rule.as_deref().is_none_or(|rule| rule == subject.rule);
        let matches = |pattern: &Pattern| subject.pointer.is_some_and(|text| pattern.matches(text));
        if !rule || !self.pointer.as_ref().is_none_or(matches) {
            return false;
        }
        let Some(pattern) = &self.operation else { return true };
        let operations = subject.operations();
        let (named, unnamed): (Vec<_>, Vec<_>) =
            operations.into_iter().partition(|operation| pattern.matches(operation));
        if !named.is_empty() && !unnamed.is_empty() {
            self.unnamed = unnamed.into_iter().next();
            return false;
        }
        !named.is_empty()
    }

    /// Returns the rule and the location, for people.
    fn selector(&self) -> String {
        let location = [&self.operation, &self.pointer].into_iter().flatten();
        let parts = self.rule.clone().into_iter().chain(location.map(ToString::to_string));
        parts.map(|part| format!("`{part}`")).collect::<Vec<_>>().join(" at ")
    }

    fn unmatched(&self) -> String {
        match &self.unnamed {
            None => "no finding matches".to_owned(),
            Some(operation) => format!(
                "no finding matches: each one at these operations affects others too, such as {operation}"
            ),
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
        operations: Arc::default(),
        change: None,
        fix: String::new(),
    }
}

#[cfg(test)]
mod tests;
