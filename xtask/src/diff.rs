//! `cargo xtask diff OLD NEW`: compares the meaning of two OpenAPI 3.0 documents.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use agenthuman_contract::check::{CheckError, Compared, compare_documents};
use agenthuman_contract::compatibility::Class;
use agenthuman_contract::diff::ComparisonMode;
use agenthuman_contract::findings::{Format, Report, Sources, coloured};
use agenthuman_contract::model::Model;
use agenthuman_contract::{Contract, ContractError};
use agenthuman_docs::ChangeLog;

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
    /// Write findings, or a change log, in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: OutputFormat,
    /// Exit with 1 at a change of this level
    #[arg(long, value_name = "LEVEL", value_enum, default_value_t)]
    pub fail_on: FailOn,
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

/// A format of findings or of a change log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum OutputFormat {
    /// For people, with the lines of the source
    #[default]
    Human,
    /// One JSON object, described in openapi/contract/README.md
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, which GitHub shows beside the lines
    Github,
    /// A change log in Markdown, by operation and by whom each change breaks
    Markdown,
    /// The same change log as an HTML page
    Html,
}

/// The least change at which the command fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum FailOn {
    /// A change that breaks clients
    Breaking,
    /// A change that breaks clients or servers
    Warning,
    /// Any difference in meaning
    #[default]
    Any,
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
    /// The change log cannot be written.
    #[error("failed to write the change log: {0}")]
    ChangeLog(Box<dyn std::error::Error>),
    /// The options are for two versions of a document, and NEW is an emission.
    #[error(
        "{0} is read as what Dropshot emits, which has no change log and no breaking changes; read it \
         as a document with `--as document`"
    )]
    Emission(PathBuf),
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
    let format = match options.format {
        OutputFormat::Human => Some(Format::Human),
        OutputFormat::Json => Some(Format::Json),
        OutputFormat::Sarif => Some(Format::Sarif),
        OutputFormat::Github => Some(Format::Github),
        OutputFormat::Markdown | OutputFormat::Html => None,
    };
    if let Some(format) = format {
        report.write(format, coloured(), &Sources::new(Path::new("")), out)?;
        if options.fail_on == FailOn::Any {
            return Ok(outcome(report.fails()));
        }
    }
    if is_emission(&old, &new, mode) {
        return Err(DiffError::Emission(options.new.clone()));
    }
    let log = ChangeLog::between(&old, &new).map_err(DiffError::ChangeLog)?;
    match options.format {
        OutputFormat::Markdown => write!(out, "{}", log.markdown())?,
        OutputFormat::Html => write!(out, "{}", log.html())?,
        _ => {}
    }
    Ok(outcome(match options.fail_on {
        FailOn::Breaking => log.worst() >= Some(Class::BreakingForClients),
        FailOn::Warning => log.worst() >= Some(Class::BreakingForServers),
        FailOn::Any => report.fails(),
    }))
}

fn outcome(fails: bool) -> Outcome {
    if fails { Outcome::Findings } else { Outcome::Clean }
}

/// Returns true if `new` is compared as an emission. Both documents have been compared, so both are
/// OpenAPI.
fn is_emission(old: &Contract, new: &Contract, mode: Option<ComparisonMode>) -> bool {
    let models = (Model::read(old.document()), Model::read(new.document()));
    let mode = match (mode, models) {
        (None, (Ok(old), Ok(new))) => Some(ComparisonMode::detect(&old, &new)),
        (mode, _) => mode,
    };
    mode == Some(ComparisonMode::Emission)
}
