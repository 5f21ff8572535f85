//! `cargo xtask check`: whether the contract, the server's stub, the generated files and the
//! contract's own examples say the same.
//!
//! The stub's emission alone would not do: it shows neither single error statuses nor their headers
//! (see `drift::emission`). Freshness alone would not do either: a generator that writes a wrong
//! type writes it again and again. Together they leave no gap between contract and types.

mod examples;
mod freshness;
mod json_schema;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::drift::{self, Against, Difference};
use crate::findings::{self, Finding, Statement};
use crate::model::{Model, ModelError};
use crate::reader::{Contract, ContractError};

/// Where the contract is, in the repository.
pub const CONTRACT: &str = "openapi/links.yaml";

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The contract; `openapi/links.yaml` where it is not said
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
}

/// Whether something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Clean,
    Findings,
}

/// Why it could not be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error("{}", lines(.0))]
    Contract(Vec<ContractError>),
    #[error("the stub's API description: {0}")]
    Stub(String),
    #[error("the document that the stub emits: {} (at #{})", .0.message, .0.pointer)]
    Emission(ModelError),
    #[error("cannot write the report")]
    Output(#[from] io::Error),
}

impl From<ContractError> for CheckError {
    fn from(error: ContractError) -> Self {
        CheckError::Contract(vec![error])
    }
}

fn lines(errors: &[ContractError]) -> String {
    errors.iter().map(ContractError::to_string).collect::<Vec<_>>().join("\n")
}

/// What was compared, and what was found.
#[derive(Debug)]
pub struct Report {
    pub findings: Vec<Finding>,
    pub facts: usize,
    pub files: usize,
    pub examples: usize,
}

/// Checks and reports.
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, CheckError> {
    let contract = read(options.contract.as_deref(), root)?;
    let report = check(&contract, &emitted(&contract)?, root)?;
    let Report { facts, files, examples, .. } = report;
    let compared = format!("{facts} facts, {files} generated files and {examples} examples");
    if report.findings.is_empty() {
        writeln!(out, "{}: no drift in {compared}", contract.file())?;
        return Ok(Outcome::Clean);
    }
    findings::write(&report.findings, out)?;
    let count = report.findings.len();
    let noun = if count == 1 { "finding" } else { "findings" };
    writeln!(out, "{}: {count} {noun} in {compared}", contract.file())?;
    Ok(Outcome::Findings)
}

/// All checks; `emitted` is what the server says.
pub fn check(contract: &Contract, emitted: &Value, root: &Path) -> Result<Report, CheckError> {
    let mine = Model::read(contract.document()).map_err(|errors| {
        let place = |error: ModelError| contract.error(&error.pointer, error.message);
        CheckError::Contract(errors.into_iter().map(place).collect())
    })?;
    let server =
        Model::read(emitted).map_err(|mut errors| CheckError::Emission(errors.remove(0)))?;
    let comparison = drift::compare(&mine, &server, Against::Emission);
    let mut findings: Vec<_> = comparison
        .differences
        .into_iter()
        .map(|difference| finding(contract, difference))
        .collect();
    let (stale, files) = freshness::check(contract, root);
    findings.extend(stale);
    let (invalid, examples) = examples::check(contract);
    findings.extend(invalid);
    findings.sort_by(|one, other| {
        let key =
            |finding: &Finding| (finding.file.clone(), finding.place.map(|place| place.start));
        key(one).cmp(&key(other))
    });
    Ok(Report { findings, facts: comparison.compared, files, examples })
}

/// The document that the stub's trait emits under the contract's title and version.
pub fn emitted(contract: &Contract) -> Result<Value, CheckError> {
    let info = |key: &str| {
        let text = contract.get(&format!("/info/{key}")).and_then(Value::as_str);
        let message = format!("`info.{key}` is missing or not a string");
        text.ok_or_else(|| contract.error("/info", message))
    };
    let title = info("title")?;
    let version: semver::Version = info("version")?.parse().map_err(|error| {
        let message = format!("`info.version` must be like 1.2.3: {error}");
        contract.error("/info/version", message)
    })?;
    let stub = agenthuman_links_api::agent_human_links_api_mod::stub_api_description();
    let stub = stub.map_err(|error| CheckError::Stub(error.to_string()))?;
    stub.openapi(title, version).json().map_err(|error| CheckError::Stub(error.to_string()))
}

/// Reads a contract; one that lies in the repository is called by its path there.
fn read(file: Option<&Path>, root: &Path) -> Result<Contract, CheckError> {
    let Some(file) = file else { return Ok(Contract::read(root, CONTRACT)?) };
    let inside = match (file.canonicalize(), root.canonicalize()) {
        (Ok(file), Ok(root)) => file.strip_prefix(root).map(Path::to_path_buf).ok(),
        _ => None,
    };
    Ok(match inside {
        Some(inside) => Contract::read(root, &inside.display().to_string())?,
        None => Contract::read(Path::new(""), &file.display().to_string())?,
    })
}

fn finding(contract: &Contract, difference: Difference) -> Finding {
    let Difference { rule, subject, contract: mine, server, edit } = difference;
    let mut finding = Finding::in_contract(contract, &mine.pointer, rule, subject);
    finding.statements = vec![
        Statement::new("contract", mine.text),
        Statement::new(
            "server",
            format!("{} (at #{} of what it emits)", server.text, server.pointer),
        ),
    ];
    finding.mend = format!(
        "if the contract is right: `cargo xtask generate`; if the server is: {edit} at {}",
        finding.at()
    );
    finding
}

#[cfg(test)]
mod tests;
