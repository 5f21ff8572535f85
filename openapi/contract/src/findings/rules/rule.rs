//! A rule, and its severity.

use std::fmt::{self, Display, Formatter};

/// The severity of a finding. Errors and warnings fail a run, notes do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A note, which needs no fix.
    Note,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl Severity {
    /// Returns `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A rule: what is common to all its findings.
#[derive(Debug)]
pub struct Rule {
    /// The name. It is stable: exceptions and dashboards refer to it.
    pub id: String,
    /// The severity.
    pub severity: Severity,
    /// The problem in one line.
    pub title: String,
    /// The effect on a client or a server.
    pub why: String,
    /// The fix.
    pub fix: String,
}

impl Display for Rule {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}[{}]: {}\n", self.severity.name(), self.id, self.title)?;
        writeln!(formatter, "Why it matters: {}\n", self.why)?;
        writeln!(formatter, "How to fix it: {}", self.fix)
    }
}

/// A row of a table of rules: name, severity, title, reason, fix.
pub(super) type Row = (&'static str, Severity, &'static str, &'static str, &'static str);
