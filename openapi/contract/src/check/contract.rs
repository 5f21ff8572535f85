//! The checks of a contract.

use std::path::Path;

use serde_json::Value;

use super::error::{CheckError, model};
use crate::compatibility;
use crate::diff::{self, ComparisonMode, Difference};
use crate::findings::{Finding, Related, Statement};
use crate::lint::{examples, structure};
use crate::model::Model;
use crate::reader::Contract;

/// The result of checking a contract.
#[derive(Debug)]
pub struct Checked {
    /// The findings, in the order of the checks.
    pub findings: Vec<Finding>,
    /// The number of facts compared between the contract and the emission.
    pub facts: usize,
    /// The number of examples validated.
    pub examples: usize,
}

/// Checks a contract: its structure and examples, its differences from the document that the server
/// emits, and its changes since the newest release in the folder `released`, relative to `root`.
///
/// `rust_item` returns the location of the item that was generated from a pointer of the contract.
///
/// # Errors
///
/// A contract or an emission that is not OpenAPI 3.0.
pub fn check_contract(
    contract: &Contract,
    emission: &Value,
    root: &Path,
    released: &str,
    rust_item: impl Fn(&str) -> Option<Related>,
) -> Result<Checked, CheckError> {
    let structure = structure::check(contract);
    let contract_model = model(contract).map_err(|mut errors| {
        // A misspelt keyword is often the reason why another one is missing.
        errors.extend(structure.iter().map(|finding| {
            let text = finding.statements.first().map_or("", |statement| &statement.text);
            contract.error(finding.pointer.as_deref().unwrap_or_default(), text)
        }));
        CheckError::Document(errors)
    })?;
    let emission_model =
        Model::read(emission).map_err(|mut errors| CheckError::Emission(errors.remove(0)))?;
    let comparison = diff::compare(&contract_model, &emission_model, ComparisonMode::Emission);
    let mut findings: Vec<_> = comparison
        .differences
        .into_iter()
        .map(|difference| finding(contract, difference, &rust_item))
        .collect();
    findings.extend(structure);
    findings.extend(compatibility::check(contract, &contract_model, root, released));
    let (invalid, examples) = examples::check(contract);
    findings.extend(invalid);
    Ok(Checked { findings, facts: comparison.compared, examples })
}

/// Returns the finding of a difference between a contract and an emission.
fn finding(
    contract: &Contract,
    difference: Difference,
    rust_item: impl Fn(&str) -> Option<Related>,
) -> Finding {
    let Difference { rule, subject, operations, contract: expected, other: emitted, edit, .. } =
        difference;
    let mut finding = Finding::in_contract(contract, &expected.pointer, rule, subject);
    let emitted = format!("{} (at #{} of what it emits)", emitted.text, emitted.pointer);
    finding.statements =
        vec![Statement::new("contract", expected.text), Statement::new("server", emitted)];
    finding.related.extend(rust_item(&expected.pointer));
    finding.operations = operations;
    finding.fix = format!(
        "if the contract is right: `cargo xtask generate`; if the server is: {edit} at {}",
        finding.at()
    );
    finding
}
