//! The findings of one run.

use super::finding::Finding;
use super::rules::Severity;

/// The findings of one run of a tool.
#[derive(Debug)]
pub struct Report<'a> {
    /// The command: `cargo xtask check`.
    pub tool: &'static str,
    /// The findings, in the order of output.
    pub findings: &'a [Finding],
    /// The result in one line.
    pub summary: String,
}

impl Report<'_> {
    /// Returns true if something must be fixed: if any finding is more than a note.
    pub fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity() != Severity::Note)
    }
}
