//! `cargo xtask conform`: tests a running server against the contract.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use agenthuman_conform::{ConformError, ConformanceReport, interrupts, test_server};
use agenthuman_contract::findings::{Format, Report, Sources, coloured};
use agenthuman_contract::{Contract, ContractError};

use crate::{Outcome, read_contract};

/// The server, and what to request from it.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Base URL of the server, without the path of an operation
    #[arg(long)]
    url: String,
    /// An existing link of the key's account: short for `--path-parameter link_id=LINK_ID`
    #[arg(long, value_name = "LINK_ID")]
    link: Option<String>,
    /// Set the value of a path parameter; repeat for each
    #[arg(long = "path-parameter", value_name = "NAME=VALUE", value_parser = name_and_value)]
    path_parameters: Vec<(String, String)>,
    /// Set a property of created objects that cannot be invented; repeat for each
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    set: Vec<(String, String)>,
    /// Read the API key from this environment variable
    #[arg(long, value_name = "NAME", default_value = "AGENTHUMAN_API_KEY")]
    api_key_env: String,
    /// Send at most this many requests
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_requests: usize,
    /// Test against this contract instead of openapi/links.yaml
    #[arg(long, value_name = "FILE")]
    pub contract: Option<PathBuf>,
    /// Exit with 2 if a part of the contract could not be checked
    #[arg(long)]
    strict: bool,
    /// Write findings in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

/// The path parameter that `--link` sets.
const LINK: &str = "link_id";

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// The reason why nothing can be said about the server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The contract cannot be read.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// The server cannot be tested.
    #[error("{error}{}", hint(error))]
    Conform {
        /// The cause.
        #[from]
        error: ConformError,
    },
    /// The run ended early.
    #[error("{url}: {reason}")]
    Aborted {
        /// The server.
        url: String,
        /// The reason.
        reason: String,
    },
    /// Parts of the contract were not checked, and the options are strict.
    #[error("{url}: {count} not checked, which `--strict` does not allow", count = parts(*.unchecked))]
    PartlyChecked {
        /// The server.
        url: String,
        /// The number of parts.
        unchecked: usize,
    },
    /// The report cannot be written, or signals cannot be received.
    #[error("failed to write the report or to wait for Ctrl-C: {0}")]
    Io(#[from] io::Error),
}

fn parts(count: usize) -> String {
    if count == 1 { "1 part was".to_owned() } else { format!("{count} parts were") }
}

fn hint(error: &ConformError) -> &'static str {
    match error {
        ConformError::NothingToTest(_) => {
            " (`--link LINK_ID` is short for `--path-parameter link_id=LINK_ID`)"
        }
        _ => "",
    }
}

/// Tests the server and reports.
///
/// # Errors
///
/// See [`Error`].
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, Error> {
    let contract = read_contract(options.contract.as_deref(), root)?;
    let mut path_parameters: BTreeMap<_, _> = options.path_parameters.iter().cloned().collect();
    path_parameters.extend(options.link.iter().map(|link| (LINK.to_owned(), link.clone())));
    let conform = agenthuman_conform::Options {
        url: options.url.clone(),
        path_parameters,
        set: options.set.iter().cloned().collect(),
        key: std::env::var(&options.api_key_env).ok(),
        key_variable: options.api_key_env.clone(),
        max_requests: options.max_requests,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let interruptions = AtomicUsize::new(0);
        let stop = interrupts(move || {
            if interruptions.fetch_add(1, Ordering::Relaxed) > 0 {
                std::process::exit(130); // 128 + SIGINT
            }
            eprintln!("interrupted: cleaning up; interrupt again to stop at once …");
        });
        test_server(&conform, &contract, stop).await
    })?;
    let fails = write(&report, &contract, options.format, root, out)?;
    match report.aborted() {
        Some(reason) => Err(Error::Aborted { url: options.url.clone(), reason: reason.to_owned() }),
        None if fails => Ok(Outcome::Findings),
        None if options.strict && !report.skipped().is_empty() => Err(Error::PartlyChecked {
            url: options.url.clone(),
            unchecked: report.skipped().len(),
        }),
        None => Ok(Outcome::Clean),
    }
}

/// Writes the report; returns true if it has findings that must be fixed. Notes are for people: the
/// other formats have findings only, and the rest goes to stderr.
fn write(
    conformance: &ConformanceReport,
    contract: &Contract,
    format: Format,
    root: &Path,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let findings = conformance.findings(contract);
    let notes = conformance.notes().iter().map(|note| format!("note: {note}"));
    let skipped = conformance.skipped().iter().map(|part| format!("not checked: {part}"));
    for line in notes.chain(skipped) {
        match format {
            Format::Human => writeln!(out, "{line}")?,
            _ => eprintln!("{line}"),
        }
    }
    let summary = conformance.summary(findings.len());
    let report = Report { tool: "cargo xtask conform", findings: &findings, summary };
    report.write(format, coloured(), &Sources::new(root), out)?;
    Ok(report.fails())
}
