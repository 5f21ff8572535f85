//! `cargo xtask check`: do the contract, the stub, the generated files and the examples agree?
//!
//! The stub's emission alone is not enough: it shows neither single error statuses nor their headers.
//! Freshness alone is not enough either: a generator that writes a wrong type writes it every time.
//! Together they leave no gap between the contract and the types.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use agenthuman_client_codegen::unsupported;
use agenthuman_contract::diff::{self, Against, Difference};
use agenthuman_contract::findings::rules::{self, UnknownRule};
use agenthuman_contract::findings::{Finding, Format, Report, Sources, Statement, coloured};
use agenthuman_contract::lint::{examples, structure};
use agenthuman_contract::model::{Model, ModelError};
use agenthuman_contract::{Contract, ContractError, compatibility, exceptions};
use agenthuman_server_codegen::find_rust_item;
use serde_json::Value;

use crate::emission::{EmissionError, emission};
use crate::{Outcome, RELEASED, generated, read_contract};

/// Rules about invalid OpenAPI, which the generators report too.
const STRUCTURE: [&str; 3] = ["unknown-keyword", "missing-keyword", "wrong-kind-of-value"];

/// What to check.
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
    #[error("{}", lines(.0))]
    Contract(Vec<ContractError>),
    /// The stub emits nothing.
    #[error(transparent)]
    Emission(#[from] EmissionError),
    /// The document that the stub emits cannot be read.
    #[error("the document that the stub emits: {} (at #{})", .0.message, .0.pointer)]
    Emitted(ModelError),
    /// The report cannot be written.
    #[error("failed to write the report: {0}")]
    Output(#[from] io::Error),
    /// `--explain` names no rule.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
}

impl From<ContractError> for CheckError {
    fn from(error: ContractError) -> Self {
        CheckError::Contract(vec![error])
    }
}

fn lines(errors: &[ContractError]) -> String {
    errors.iter().map(ContractError::to_string).collect::<Vec<_>>().join("\n")
}

/// The findings, and how much was compared.
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
/// A document that cannot be read as OpenAPI.
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
    exceptions::apply(&mut findings, root, chrono::Utc::now().date_naive());
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
/// A document that cannot be read as OpenAPI.
pub fn documents(contract: &Contract, emitted: &Value, root: &Path) -> Result<Checked, CheckError> {
    let structure = structure::check(contract);
    let mine = Model::read(contract.document()).map_err(|errors| {
        let at = |error: ModelError| contract.error(&error.pointer, error.message);
        // A misspelt keyword is often why another one is missing.
        let structure = structure.iter().map(|finding| {
            let text = finding.statements.first().map_or("", |statement| &statement.text);
            contract.error(finding.pointer.as_deref().unwrap_or_default(), text)
        });
        CheckError::Contract(errors.into_iter().map(at).chain(structure).collect())
    })?;
    let server =
        Model::read(emitted).map_err(|mut errors| CheckError::Emitted(errors.remove(0)))?;
    let sources = Sources::new(root);
    let comparison = diff::compare(&mine, &server, Against::Emission);
    let differences = comparison.differences.into_iter();
    let mut findings: Vec<_> =
        differences.map(|difference| finding(contract, &sources, difference)).collect();
    findings.extend(structure);
    findings.extend(client(contract));
    findings.extend(compatibility::check(contract, &mine, root, RELEASED));
    let (invalid, examples) = examples::check(contract);
    findings.extend(invalid);
    Ok(Checked { findings, facts: comparison.compared, files: 0, examples })
}

/// Returns findings for what the generated client does not support.
fn client(contract: &Contract) -> Vec<Finding> {
    let finding = |one: agenthuman_client_codegen::Unsupported| {
        let mut finding = Finding::in_contract(contract, &one.pointer, one.rule, one.subject);
        finding.statements = vec![Statement::new("contract", one.message)];
        let fix = rules::find(one.rule).map_or("", |rule| rule.fix.as_str());
        finding.fix = format!("{fix}, at {}", finding.at());
        finding
    };
    unsupported(contract).into_iter().map(finding).collect()
}

fn finding(contract: &Contract, sources: &Sources, difference: Difference) -> Finding {
    let Difference { rule, subject, contract: mine, server, edit, .. } = difference;
    let mut finding = Finding::in_contract(contract, &mine.pointer, rule, subject);
    finding.statements = vec![
        Statement::new("contract", mine.text),
        Statement::new(
            "server",
            format!("{} (at #{} of what it emits)", server.text, server.pointer),
        ),
    ];
    finding.related.extend(find_rust_item(contract, sources, generated::STUB, &mine.pointer));
    finding.fix = format!(
        "if the contract is right: `cargo xtask generate`; if the server is: {edit} at {}",
        finding.at()
    );
    finding
}
