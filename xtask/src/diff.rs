//! `cargo xtask diff OLD NEW`: compares the meaning of two OpenAPI 3.0 documents.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use agenthuman_contract::check::{CheckError, compare_documents};
use agenthuman_contract::diff::ComparisonMode;
use agenthuman_contract::exceptions::Exceptions;
use agenthuman_contract::findings::{Format, Report, Severity, Sources, coloured};
use agenthuman_contract::{Contract, ContractError};
use agenthuman_docs::ChangeLog;

use crate::{CONTRACT, DIFF_EXCEPTIONS, Outcome};

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
    /// Leave out the changes that this file allows; described in openapi/contract/README.md. Default: none,
    /// or openapi/diff-allow.toml if NEW is openapi/links.yaml
    #[arg(long, value_name = "FILE")]
    pub allow: Option<PathBuf>,
}

/// The kind of NEW.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// An emission if NEW has the form of one and OLD has not, else a document
    #[default]
    Auto,
    /// A document with its full meaning
    Document,
    /// A document that Dropshot emits, which has neither security nor single error statuses
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
    /// The file with the exceptions cannot be read.
    #[error("failed to read {}: {}", .0.display(), .1)]
    Exceptions(PathBuf, io::Error),
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
pub fn run(
    options: &Options,
    root: Option<&Path>,
    out: &mut dyn Write,
) -> Result<Outcome, DiffError> {
    let read = |file: &Path| Contract::read(Path::new(""), &file.display().to_string());
    let (old, new) = (read(&options.old)?, read(&options.new)?);
    let mode = match options.kind {
        Kind::Auto => None,
        Kind::Document => Some(ComparisonMode::Documents),
        Kind::Emission => Some(ComparisonMode::Emission),
    };
    let mut compared = compare_documents(&old, &new, mode)?;
    let is_log = matches!(options.format, OutputFormat::Markdown | OutputFormat::Html);
    let is_emission = compared.mode == ComparisonMode::Emission;
    if is_emission && (is_log || options.fail_on != FailOn::Any) {
        return Err(DiffError::Emission(options.new.clone()));
    }
    let mut exceptions = exceptions(options, root)?;
    let log = is_log.then(|| ChangeLog::between(&old, &new, &mut exceptions)).transpose();
    let log = log.map_err(DiffError::ChangeLog)?;
    compared.apply(exceptions);
    let summary = compared.summary();
    let report = Report { tool: "cargo xtask diff", findings: &compared.findings, summary };
    let format = match options.format {
        OutputFormat::Human | OutputFormat::Markdown | OutputFormat::Html => Format::Human,
        OutputFormat::Json => Format::Json,
        OutputFormat::Sarif => Format::Sarif,
        OutputFormat::Github => Format::Github,
    };
    match log {
        None => report.write(format, coloured(), &Sources::new(Path::new("")), out)?,
        Some(log) => {
            let is_html = options.format == OutputFormat::Html;
            let page = if is_html { log.html() } else { log.markdown().to_owned() };
            write!(out, "{page}")?;
            // A change log does not have the findings about exceptions.
            for finding in compared.findings.iter().filter(|finding| finding.change.is_none()) {
                eprintln!("{}: {}: {}", finding.at(), finding.rule, finding.text());
            }
        }
    }
    let level = match options.fail_on {
        FailOn::Breaking => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Any => Severity::Note,
    };
    let fails = compared.findings.iter().any(|finding| finding.severity() >= level);
    Ok(if fails { Outcome::Findings } else { Outcome::Clean })
}

/// Reads the exceptions: those in the given file, or else those of the repository if NEW is its contract.
fn exceptions(options: &Options, root: Option<&Path>) -> Result<Exceptions, DiffError> {
    let today = chrono::Utc::now().date_naive();
    let read = |root: &Path, file: &Path| {
        let read = Exceptions::read(root, &file.display().to_string(), today);
        read.map_err(|error| DiffError::Exceptions(file.to_owned(), error))
    };
    let is_own =
        |root: &Path| match (options.new.canonicalize(), root.join(CONTRACT).canonicalize()) {
            (Ok(new), Ok(own)) => new == own,
            _ => false,
        };
    match (&options.allow, root) {
        (Some(file), _) => read(Path::new(""), file),
        (None, Some(root)) if is_own(root) && root.join(DIFF_EXCEPTIONS).exists() => {
            read(root, Path::new(DIFF_EXCEPTIONS))
        }
        _ => Ok(Exceptions::none()),
    }
}
