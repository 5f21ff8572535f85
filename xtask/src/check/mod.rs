//! `cargo xtask check`: whether the contract, the server's stub, the generated files and the
//! contract's own examples say the same.
//!
//! The stub's emission alone would not do: it shows neither single error statuses nor their headers
//! (see `drift::emission`). Freshness alone would not do either: a generator that writes a wrong
//! type writes it again and again. Together they leave no gap between contract and types.

mod allow;
mod circles;
mod client;
mod examples;
pub mod freshness;
pub mod json_schema;
mod rust_item;
pub mod structure;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::drift::{self, Against, Difference};
use crate::findings::rules::{self, UnknownRule};
use crate::findings::{self, Finding, Format, Sources, Statement};
use crate::model::{Model, ModelError};
use crate::reader::{Contract, ContractError};
use crate::release::{self, ReleaseError};

/// Rules of what is no OpenAPI, which the generator says too.
const STRUCTURE: [&str; 3] = ["unknown-keyword", "missing-keyword", "wrong-kind-of-value"];

/// Where the contract is, in the repository.
pub const CONTRACT: &str = "openapi/links.yaml";

/// What to check.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The contract; `openapi/links.yaml` where it is not said
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
    /// How to write what was found
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Say what a rule means, and check nothing
    #[arg(long, value_name = "RULE", exclusive = true)]
    explain: Option<String>,
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
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
    #[error(transparent)]
    Release(#[from] ReleaseError),
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
pub struct Checked {
    pub findings: Vec<Finding>,
    pub facts: usize,
    pub files: usize,
    pub examples: usize,
}

/// Checks and reports.
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, CheckError> {
    if let Some(rule) = &options.explain {
        write!(out, "{}", rules::explain(rule)?)?;
        return Ok(Outcome::Clean);
    }
    let contract = read(options.contract.as_deref(), root)?;
    report(&contract, options.format, root, out)
}

/// `cargo xtask release`: freezes the contract, if nothing is to be mended.
pub fn release(root: &Path, format: Format, out: &mut dyn Write) -> Result<Outcome, CheckError> {
    let contract = read(None, root)?;
    let outcome = report(&contract, format, root, out)?;
    if outcome == Outcome::Clean {
        release::freeze(&contract, root, out)?;
    }
    Ok(outcome)
}

fn report(
    contract: &Contract,
    format: Format,
    root: &Path,
    out: &mut dyn Write,
) -> Result<Outcome, CheckError> {
    let checked = check(contract, &emitted(contract)?, root)?;
    let Checked { findings, facts, files, examples } = checked;
    let compared = format!("{facts} facts, {files} generated files and {examples} examples");
    let summary = match findings.len() {
        0 => format!("{}: no drift in {compared}", contract.file()),
        1 => format!("{}: 1 finding in {compared}", contract.file()),
        count => format!("{}: {count} findings in {compared}", contract.file()),
    };
    let report = findings::Report { tool: "cargo xtask check", findings: &findings, summary };
    report.write(format, findings::coloured(), &Sources::new(root), out)?;
    Ok(if report.fails() { Outcome::Findings } else { Outcome::Clean })
}

/// All checks; `emitted` is what the server says.
pub fn check(contract: &Contract, emitted: &Value, root: &Path) -> Result<Checked, CheckError> {
    let Checked { mut findings, facts, examples, .. } = documents(contract, emitted, root)?;
    let (mut stale, files) = freshness::check(contract, root);
    // What is no keyword, or stops the client, need not be said a second time by the generator.
    let said: BTreeSet<_> = findings
        .iter()
        .filter(|one| STRUCTURE.contains(&&*one.rule) || one.rule.starts_with("client-"))
        .map(|one| one.pointer.clone())
        .collect();
    stale.retain(|one| one.rule != "not-expressible" || !said.contains(&one.pointer));
    findings.extend(stale);
    allow::apply(&mut findings, root, chrono::Utc::now().date_naive());
    findings.sort_by(|one, other| {
        let key =
            |finding: &Finding| (finding.file.clone(), finding.place.map(|place| place.start));
        key(one).cmp(&key(other))
    });
    Ok(Checked { findings, facts, files, examples })
}

/// The checks that need no generated file; without exceptions, and in the order of the checks.
pub fn documents(contract: &Contract, emitted: &Value, root: &Path) -> Result<Checked, CheckError> {
    let structure = structure::check(contract);
    let mine = Model::read(contract.document()).map_err(|errors| {
        let place = |error: ModelError| contract.error(&error.pointer, error.message);
        // A misspelt keyword is often why another one is missing.
        let structure = structure.iter().map(|finding| {
            let text = finding.statements.first().map_or("", |statement| &statement.text);
            contract.error(finding.pointer.as_deref().unwrap_or_default(), text)
        });
        CheckError::Contract(errors.into_iter().map(place).chain(structure).collect())
    })?;
    let server =
        Model::read(emitted).map_err(|mut errors| CheckError::Emission(errors.remove(0)))?;
    let sources = Sources::new(root);
    let comparison = drift::compare(&mine, &server, Against::Emission);
    let mut findings: Vec<_> = comparison
        .differences
        .into_iter()
        .map(|difference| finding(contract, &sources, difference))
        .collect();
    findings.extend(structure);
    findings.extend(client::check(contract));
    findings.extend(release::check(contract, &mine, root));
    let (invalid, examples) = examples::check(contract);
    findings.extend(invalid);
    Ok(Checked { findings, facts: comparison.compared, files: 0, examples })
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
    let emission = || {
        let stub = agenthuman_links_api::agent_human_links_api_mod::stub_api_description();
        let stub = stub.map_err(|error| CheckError::Stub(error.to_string()))?;
        stub.openapi(title, version).json().map_err(|error| CheckError::Stub(error.to_string()))
    };
    // Dropshot asserts what it expects of types, and a default that was broken by hand panics. The
    // panic's own words are on stderr.
    catch_unwind(AssertUnwindSafe(emission))
        .unwrap_or_else(|_| Err(CheckError::Stub("it cannot be emitted".to_owned())))
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
        None => {
            // Findings call files relative to the repository, or absolute.
            let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
            Contract::read(Path::new(""), &absolute.display().to_string())?
        }
    })
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
    finding.related.extend(rust_item::find(contract, sources, &mine.pointer));
    finding.mend = format!(
        "if the contract is right: `cargo xtask generate`; if the server is: {edit} at {}",
        finding.at()
    );
    finding
}

#[cfg(test)]
mod tests;
