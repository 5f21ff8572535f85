//! The comparison of two documents.

use super::error::{CheckError, model};
use crate::diff::{self, ComparisonMode, Difference};
use crate::findings::{Finding, Related, Statement};
use crate::reader::Contract;

/// The result of comparing two documents.
#[derive(Debug)]
pub struct Compared {
    /// A finding per difference, ordered by position in the old document.
    pub findings: Vec<Finding>,
    /// The result in one line.
    pub summary: String,
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
        .map(|difference| finding(old, new, difference))
        .collect();
    findings.sort_by_key(|finding| finding.span.map(|span| span.start));
    let kind = match mode {
        ComparisonMode::Documents | ComparisonMode::Releases => "a document",
        ComparisonMode::Emission => "what Dropshot emits",
    };
    let count = match findings.len() {
        0 => "no difference".to_owned(),
        1 => "1 difference".to_owned(),
        count => format!("{count} differences"),
    };
    let facts = comparison.compared;
    let summary = format!("{count} in {facts} facts; {} read as {kind}", new.file());
    Ok(Compared { findings, summary })
}

/// Returns the finding of a difference between two documents.
fn finding(old: &Contract, new: &Contract, difference: Difference) -> Finding {
    let Difference { rule, subject, contract: before, other: after, edit, .. } = difference;
    let mut finding = Finding::in_contract(old, &before.pointer, rule, subject);
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
