//! `cargo xtask check`: checks that the contract, the stub, the generated files and the examples agree.
//!
//! Comparing the stub's emission is not enough: it shows neither single error statuses nor their headers.
//! Comparing the generated files is not enough either: a generator that writes a wrong type writes it
//! every time. Together they cover all types of the stub.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use agenthuman_client_codegen::{Unsupported, unsupported};
use agenthuman_contract::check::{self, check_contract};
use agenthuman_contract::findings::rules::{self, UnknownRule};
use agenthuman_contract::findings::{Finding, Format, Report, Sources, coloured};
use agenthuman_contract::{Contract, ContractError, exceptions};
use agenthuman_server_codegen::find_rust_item;
use serde_json::Value;

use crate::emission::{EmissionError, emission};
use crate::{EXCEPTIONS, Outcome, RELEASED, generated, read_contract};

/// Rules about invalid OpenAPI, which the generators report too.
const STRUCTURE: [&str; 3] = ["unknown-keyword", "missing-keyword", "wrong-kind-of-value"];

/// The contract to check, and the format of the findings.
#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// Check this contract instead of openapi/links.yaml
    #[arg(long, value_name = "FILE")]
    pub contract: Option<PathBuf>,
    /// Write findings in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,
    /// Explain a rule, and check nothing
    #[arg(long, value_name = "RULE", exclusive = true)]
    pub explain: Option<String>,
}

/// The reason why nothing could be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The contract cannot be read.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// The contract, or the document that the stub emits, is not OpenAPI 3.0.
    #[error(transparent)]
    Document(#[from] check::CheckError),
    /// The stub emits nothing.
    #[error(transparent)]
    Emission(#[from] EmissionError),
    /// The report cannot be written.
    #[error("failed to write the report: {0}")]
    Output(#[from] io::Error),
    /// `--explain` names no rule.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
}

/// The findings, and the numbers of what was compared.
#[derive(Debug)]
pub struct Checked {
    /// Everything that does not agree.
    pub findings: Vec<Finding>,
    /// The number of facts compared between contract and emission.
    pub facts: usize,
    /// The number of generated files compared.
    pub files: usize,
    /// The number of examples validated.
    pub examples: usize,
}

/// Checks and reports.
///
/// # Errors
///
/// See [`CheckError`].
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, CheckError> {
    if let Some(rule) = &options.explain {
        write!(out, "{}", rules::explain(rule)?)?;
        return Ok(Outcome::Clean);
    }
    let contract = read_contract(options.contract.as_deref(), root)?;
    report(&contract, options.format, root, out)
}

/// Checks a contract and reports.
///
/// # Errors
///
/// See [`CheckError`].
pub fn report(
    contract: &Contract,
    format: Format,
    root: &Path,
    out: &mut dyn Write,
) -> Result<Outcome, CheckError> {
    let Checked { findings, facts, files, examples } = check(contract, &emission(root)?, root)?;
    let compared = format!("{facts} facts, {files} generated files and {examples} examples");
    let summary = match findings.len() {
        0 => format!("{}: no drift in {compared}", contract.file()),
        1 => format!("{}: 1 finding in {compared}", contract.file()),
        count => format!("{}: {count} findings in {compared}", contract.file()),
    };
    let report = Report { tool: "cargo xtask check", findings: &findings, summary };
    report.write(format, coloured(), &Sources::new(root), out)?;
    Ok(if report.fails() { Outcome::Findings } else { Outcome::Clean })
}

/// Runs all checks; `emitted` is the document that Dropshot emits for the stub.
///
/// # Errors
///
/// A document that is not OpenAPI 3.0.
pub fn check(contract: &Contract, emitted: &Value, root: &Path) -> Result<Checked, CheckError> {
    let Checked { mut findings, facts, examples, .. } = documents(contract, emitted, root)?;
    let generated = generated::files(contract, root);
    // An unknown keyword, or something that the client does not support, is reported once.
    let reported: BTreeSet<_> = findings
        .iter()
        .filter(|one| STRUCTURE.contains(&&*one.rule) || one.rule.starts_with("client-"))
        .map(|one| one.pointer.clone())
        .collect();
    let unsupported = generated.errors.into_iter();
    let unsupported = unsupported.map(|(by, error)| generated::unsupported(contract, by, error));
    findings.extend(unsupported.filter(|one| !reported.contains(&one.pointer)));
    findings.extend(generated::compare(&generated.files, root));
    exceptions::apply(&mut findings, root, EXCEPTIONS, chrono::Utc::now().date_naive());
    findings.sort_by(|one, other| {
        let key = |finding: &Finding| (finding.file.clone(), finding.span.map(|span| span.start));
        key(one).cmp(&key(other))
    });
    Ok(Checked { findings, facts, files: generated.files.len(), examples })
}

/// Runs the checks that need no generated file; without exceptions, in the order of the checks.
///
/// # Errors
///
/// A document that is not OpenAPI 3.0.
pub fn documents(contract: &Contract, emitted: &Value, root: &Path) -> Result<Checked, CheckError> {
    let sources = Sources::new(root);
    let rust_item = |pointer: &str| find_rust_item(contract, &sources, generated::STUB, pointer);
    let checked = check_contract(contract, emitted, root, RELEASED, rust_item)?;
    let check::Checked { mut findings, facts, examples } = checked;
    let unsupported = unsupported(contract).into_iter();
    findings.extend(unsupported.map(|Unsupported { pointer, rule, subject, message }| {
        Finding::unsupported(contract, &pointer, rule, &subject, message)
    }));
    Ok(Checked { findings, facts, files: 0, examples })
}
