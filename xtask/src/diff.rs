//! `cargo xtask diff OLD NEW`: compares the meaning of two OpenAPI 3.0 documents.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use agenthuman_contract::check::{CheckError, Compared, compare_documents};
use agenthuman_contract::diff::ComparisonMode;
use agenthuman_contract::findings::{Format, Report, Sources, coloured};
use agenthuman_contract::{Contract, ContractError};

use crate::Outcome;

/// The documents to compare.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// An OpenAPI 3.0 document, YAML or JSON; a contract
    pub old: PathBuf,
    /// Another document, or the one that Dropshot emits for the first
    pub new: PathBuf,
    /// Read NEW as this kind of document
    #[arg(long = "as", value_name = "KIND", value_enum, default_value_t)]
    pub kind: Kind,
    /// Write findings in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,
}

/// The kind of NEW.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// An emission if NEW has the form of one and OLD has not, else a document
    #[default]
    Auto,
    /// A document with its full meaning
    Document,
    /// What Dropshot emits, which has neither security nor single error statuses
    Emission,
}

/// The reason why nothing was compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// A document cannot be read.
    #[error(transparent)]
    Read(#[from] ContractError),
    /// A document is not OpenAPI 3.0.
    #[error(transparent)]
    Document(#[from] CheckError),
    /// The report cannot be written.
    #[error("failed to write the report: {0}")]
    Output(#[from] io::Error),
}

/// Compares and reports.
///
/// # Errors
///
/// See [`DiffError`].
pub fn run(options: &Options, out: &mut dyn Write) -> Result<Outcome, DiffError> {
    let read = |file: &Path| Contract::read(Path::new(""), &file.display().to_string());
    let (old, new) = (read(&options.old)?, read(&options.new)?);
    let mode = match options.kind {
        Kind::Auto => None,
        Kind::Document => Some(ComparisonMode::Documents),
        Kind::Emission => Some(ComparisonMode::Emission),
    };
    let Compared { findings, summary } = compare_documents(&old, &new, mode)?;
    let report = Report { tool: "cargo xtask diff", findings: &findings, summary };
    report.write(options.format, coloured(), &Sources::new(Path::new("")), out)?;
    Ok(if report.fails() { Outcome::Findings } else { Outcome::Clean })
}
