//! The findings of one run.

use super::finding::Finding;
use super::rules::Severity;
use crate::compatibility::{OperationChanges, operation_changes};

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

    /// Returns the number of changes of each operation; nothing unless two versions were compared.
    pub fn operation_changes(&self) -> Vec<OperationChanges> {
        operation_changes(self.findings.iter().filter_map(|finding| {
            finding.change.map(|change| (change.class, change.kind, &*finding.operations))
        }))
    }
}
