//! The comparison of two documents.

use super::error::{CheckError, model};
use crate::compatibility::{ChangeKind, classify_difference};
use crate::diff::{self, ComparisonMode, Difference};
use crate::exceptions::{Exceptions, Subject};
use crate::findings::{Finding, Related, Statement, VersionChange};
use crate::reader::Contract;

/// The result of comparing two documents.
#[derive(Debug)]
pub struct Compared {
    /// A finding per difference, ordered by position in the old document.
    pub findings: Vec<Finding>,
    /// The mode of the comparison.
    pub mode: ComparisonMode,
    /// The number of facts compared.
    pub facts: usize,
    /// The name of the new document.
    new: String,
    /// The number of differences.
    differences: usize,
    /// The number of differences that exceptions allow.
    allowed: usize,
}

impl Compared {
    /// Removes the findings that the exceptions allow, and adds those about the exceptions.
    pub fn apply(&mut self, mut exceptions: Exceptions) {
        self.findings.retain(|finding| !exceptions.allow(Subject::of(finding)));
        self.allowed = self.differences - self.findings.len();
        self.findings.extend(exceptions.findings());
    }

    /// Returns the result in one line.
    pub fn summary(&self) -> String {
        let kind = match self.mode {
            ComparisonMode::Documents | ComparisonMode::Releases => "a document",
            ComparisonMode::Emission => "what Dropshot emits",
        };
        let count = match self.differences {
            0 => "no difference".to_owned(),
            1 => "1 difference".to_owned(),
            count => format!("{count} differences"),
        };
        let allowed = match self.allowed {
            0 => String::new(),
            count => format!(" ({count} allowed by exceptions)"),
        };
        format!("{count}{allowed} in {} facts; {} read as {kind}", self.facts, self.new)
    }
}

/// Compares two documents. Without a mode, [`ComparisonMode::detect`] selects one.
///
/// # Errors
///
/// A document that is not OpenAPI 3.0.
pub fn compare_documents(
    old: &Contract,
    new: &Contract,
    mode: Option<ComparisonMode>,
) -> Result<Compared, CheckError> {
    let old_model = model(old).map_err(CheckError::Document)?;
    let new_model = model(new).map_err(CheckError::Document)?;
    let mode = mode.unwrap_or_else(|| ComparisonMode::detect(&old_model, &new_model));
    let comparison = diff::compare(&old_model, &new_model, mode);
    let mut findings: Vec<_> = comparison
        .differences
        .into_iter()
        .map(|difference| finding(old, new, mode, difference))
        .collect();
    findings.sort_by_key(|finding| finding.span.map(|span| span.start));
    Ok(Compared {
        differences: findings.len(),
        findings,
        mode,
        facts: comparison.compared,
        new: new.file().to_owned(),
        allowed: 0,
    })
}

/// Returns the finding of a difference between two documents.
fn finding(
    old: &Contract,
    new: &Contract,
    mode: ComparisonMode,
    difference: Difference,
) -> Finding {
    // An emission is not another version of the document.
    let change = (mode != ComparisonMode::Emission).then(|| VersionChange {
        class: classify_difference(&difference),
        kind: ChangeKind::of(&difference.delta),
    });
    let Difference { rule, subject, operations, contract: before, other: after, edit, .. } =
        difference;
    let mut finding = Finding::in_contract(old, &before.pointer, rule, subject);
    finding.operations = operations;
    finding.change = change;
    finding.statements =
        vec![Statement::new("old", before.text), Statement::new("new", after.text)];
    finding.related = vec![Related::in_contract(new, "the new document", after.pointer)];
    let target = before.target.map(|target| Related::in_contract(old, "the old target", target));
    finding.related.extend(target);
    let target = after.target.map(|target| Related::in_contract(new, "the new target", target));
    finding.related.extend(target);
    finding.fix = format!("to follow the new document: {edit} at {}", finding.at());
    finding
}
