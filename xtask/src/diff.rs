//! `cargo xtask diff OLD NEW`: whether two OpenAPI 3.0 documents mean the same.
//!
//! The comparison is the one of `check`. What Dropshot emits for a contract cannot say everything
//! that the contract says, so it must be read as such; by default that is told from the documents
//! (`drift::Against::of`), and the summary says how NEW was read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use agenthuman_contract::diff::{self, Against, Difference};
use agenthuman_contract::findings::{self, Finding, Format, Related, Sources, Statement};
use agenthuman_contract::model::{Model, ModelError};
use agenthuman_contract::{Contract, ContractError};

use crate::Outcome;

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// An OpenAPI 3.0 document, YAML or JSON; a contract
    old: PathBuf,
    /// Another one, or what Dropshot emits for the first
    new: PathBuf,
    /// How to read NEW
    #[arg(long = "as", value_name = "KIND", value_enum, default_value_t)]
    kind: Kind,
    /// How to write what was found
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

/// What NEW is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// An emission where NEW has the form of one and OLD has not, else a document
    #[default]
    Auto,
    /// A document that means all that it says and nothing else
    Document,
    /// What Dropshot emits, which has neither security nor single error statuses
    Emission,
}

/// Why nothing could be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    #[error("{}", .0.iter().map(ContractError::to_string).collect::<Vec<_>>().join("\n"))]
    Document(Vec<ContractError>),
    #[error("cannot write the report")]
    Output(#[from] io::Error),
}

/// Compares and reports.
///
/// # Errors
///
/// See [`DiffError`].
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Outcome, DiffError> {
    let (old, new) = (read(&options.old)?, read(&options.new)?);
    let (findings, summary) = compare(&old, &new, options.kind)?;
    let report = findings::Report { tool: "cargo xtask diff", findings: &findings, summary };
    report.write(options.format, findings::coloured(), &Sources::new(Path::new("")), out)?;
    Ok(if report.fails() { Outcome::Findings } else { Outcome::Clean })
}

fn read(file: &Path) -> Result<Contract, DiffError> {
    Contract::read(Path::new(""), &file.display().to_string())
        .map_err(|error| DiffError::Document(vec![error]))
}

/// Compares two documents: the findings, and the result in one line.
///
/// # Errors
///
/// A document that cannot be read as OpenAPI.
pub fn compare(
    old: &Contract,
    new: &Contract,
    kind: Kind,
) -> Result<(Vec<Finding>, String), DiffError> {
    let model = |document: &Contract| {
        let span = |error: ModelError| document.error(&error.pointer, error.message);
        let model = Model::read(document.document());
        model.map_err(|errors| DiffError::Document(errors.into_iter().map(span).collect()))
    };
    let models = [model(old)?, model(new)?];
    let against = match kind {
        Kind::Auto => Against::of(&models[0], &models[1]),
        Kind::Document => Against::Document,
        Kind::Emission => Against::Emission,
    };
    let comparison = diff::compare(&models[0], &models[1], against);
    let mut findings: Vec<_> = comparison
        .differences
        .into_iter()
        .map(|difference| finding(old, new, difference))
        .collect();
    findings.sort_by_key(|finding| finding.span.map(|span| span.start));
    let read = match against {
        Against::Document | Against::Release => "a document",
        Against::Emission => "what Dropshot emits",
    };
    let count = match findings.len() {
        0 => "no difference".to_owned(),
        1 => "1 difference".to_owned(),
        count => format!("{count} differences"),
    };
    let facts = comparison.compared;
    let summary = format!("{count} in {facts} facts; {} read as {read}", new.file());
    Ok((findings, summary))
}

fn finding(old: &Contract, new: &Contract, difference: Difference) -> Finding {
    let Difference { rule, subject, contract: mine, server: other, edit, .. } = difference;
    let mut finding = Finding::in_contract(old, &mine.pointer, rule, subject);
    finding.statements = vec![Statement::new("old", mine.text), Statement::new("new", other.text)];
    finding.related = vec![Related {
        what: "the new document",
        file: new.file().to_owned(),
        span: new.span(&other.pointer),
        pointer: Some(other.pointer),
    }];
    finding.fix = format!("to follow the new document: {edit} at {}", finding.at());
    finding
}
