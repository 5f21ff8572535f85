//! `cargo xtask generate`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use agenthuman_client_codegen::Runtime;
use agenthuman_contract::findings::{Format, Report, Sources, coloured};
use agenthuman_contract::{Contract, ContractError};

use crate::generated::{self, Generated, side_by_side};
use crate::output_folder::{self, OutputError};
use crate::{Outcome, read_contract};

/// The contract to generate from, and the folder to write to.
#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// Generate from this contract instead of openapi/links.yaml
    #[arg(long, value_name = "FILE", requires = "out")]
    pub contract: Option<PathBuf>,
    /// Write two stand-alone crates for that contract, the server stub to DIR/api and the client to
    /// DIR/client. DIR is a new or an empty folder, or one that this command wrote before. If one of
    /// the crates is not supported, only the other one is written
    #[arg(long, value_name = "DIR", requires = "contract")]
    pub out: Option<PathBuf>,
    /// Write findings in this format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,
}

/// The reason why nothing was generated, apart from what the contract says.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The contract cannot be read.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// The runtime of the client cannot be read.
    #[error("failed to read the runtime of the client: {0}")]
    Runtime(io::Error),
    /// A generated file cannot be written.
    #[error("failed to write the generated files: {0}")]
    Files(io::Error),
    /// The folder of a stand-alone crate was not written.
    #[error(transparent)]
    Folder(#[from] OutputError),
    /// The report cannot be written.
    #[error("failed to write the report: {0}")]
    Output(#[from] io::Error),
}

/// Generates the files and reports what is not supported.
///
/// # Errors
///
/// See [`GenerateError`].
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<Outcome, GenerateError> {
    let contract = read_contract(options.contract.as_deref(), root)?;
    let Generated { files, errors } = match options.out {
        None => generated::files(&contract, root),
        Some(_) => standalone(&contract, root)?,
    };
    let count = files.len();
    let written: Vec<_> = match &options.out {
        None => generated::write(root, &files).map_err(GenerateError::Files)?,
        Some(_) if files.is_empty() => Vec::new(),
        Some(folder) => {
            let paths = files.keys().cloned().collect();
            let files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
            output_folder::write(folder, &files, root)?;
            paths
        }
    };
    for path in &written {
        // The other formats are for findings only.
        match options.format {
            Format::Human => writeln!(out, "wrote {}", path.display())?,
            _ => eprintln!("wrote {}", path.display()),
        }
    }
    let findings: Vec<_> = errors
        .into_iter()
        .map(|(generator, error)| generated::unsupported(&contract, generator, error))
        .collect();
    let mut summary = match &options.out {
        None => format!("{}: {} of {count} files changed", contract.file(), written.len()),
        Some(folder) => format!("{}: {} files written", folder.display(), written.len()),
    };
    if !findings.is_empty() {
        let noun = if findings.len() == 1 { "construct is" } else { "constructs are" };
        summary.push_str(&format!("; {} {noun} not supported", findings.len()));
    }
    let report = Report { tool: "cargo xtask generate", findings: &findings, summary };
    report.write(options.format, coloured(), &Sources::new(root), out)?;
    Ok(if report.fails() { Outcome::Findings } else { Outcome::Clean })
}

/// Generates the stand-alone crates. A crate is generated whole or not at all, and what one of them does
/// not support does not stop the other.
fn standalone(contract: &Contract, root: &Path) -> Result<Generated, GenerateError> {
    let runtime = Runtime::read(root).map_err(GenerateError::Runtime)?;
    let mut generated = Generated::default();
    // Side by side: rustfmt formats the stub while the client is generated.
    let (stub, client) = side_by_side(
        || agenthuman_server_codegen::generate_standalone(contract),
        || agenthuman_client_codegen::generate_standalone(contract, &runtime),
    );
    for (generator, folder, crate_files) in [("stub", "api", stub), ("client", "client", client)] {
        match crate_files {
            Ok(files) => {
                let files =
                    files.into_iter().map(|(path, text)| (Path::new(folder).join(path), text));
                generated.files.extend(files);
            }
            Err(errors) => {
                generated.errors.extend(errors.into_iter().map(|error| (generator, error)));
            }
        }
    }
    Ok(generated)
}
