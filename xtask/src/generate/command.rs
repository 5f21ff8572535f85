//! The command: what is written, or everything that keeps it from being written.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{GeneratedFile, checked_in, standalone, write};
use crate::check::CONTRACT;
use crate::findings::{self, Finding, Format, Sources, Statement};
use crate::reader::{Contract, ContractError};

/// What to generate, and where.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A contract other than openapi/links.yaml.
    #[arg(long, value_name = "FILE", requires = "out")]
    contract: Option<PathBuf>,
    /// Where to write the crate for that contract: an empty or new folder, or one written before.
    #[arg(long, value_name = "DIR", requires = "contract")]
    out: Option<PathBuf>,
    /// How to write what cannot be expressed.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
}

impl Options {
    /// Whether it is the repository's own contract.
    pub fn is_own(&self) -> bool {
        self.contract.is_none()
    }
}

/// Why nothing was generated, apart from what the contract says.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    #[error("{0}")]
    Contract(#[from] ContractError),
    #[error("cannot write the files below {}: {error}", directory.display())]
    Files {
        directory: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("cannot write the report")]
    Output(#[from] io::Error),
}

/// Generates; whether the contract could be expressed.
pub fn run(options: &Options, root: &Path, out: &mut dyn Write) -> Result<bool, GenerateError> {
    let (contract, files, directory) = match (&options.contract, &options.out) {
        (Some(file), Some(directory)) => {
            let contract = Contract::read(Path::new(""), &file.display().to_string())?;
            let files = standalone::files(&contract);
            (contract, files, directory.as_path())
        }
        _ => {
            let contract = Contract::read(root, CONTRACT)?;
            let files = checked_in(&contract);
            (contract, files, root)
        }
    };
    let sources = Sources::new(if options.contract.is_some() { Path::new("") } else { root });
    report(&contract, files, directory, options.format, &sources, out)
}

fn report(
    contract: &Contract,
    files: Result<Vec<GeneratedFile>, Vec<ContractError>>,
    directory: &Path,
    format: Format,
    sources: &Sources,
    out: &mut dyn Write,
) -> Result<bool, GenerateError> {
    let (findings, summary) = match files {
        Ok(files) => {
            let changed = write(directory, &files)
                .map_err(|error| GenerateError::Files { directory: directory.to_owned(), error })?;
            for path in &changed {
                // The other formats are for findings only.
                match format {
                    Format::Human => writeln!(out, "wrote {}", path.display())?,
                    _ => eprintln!("wrote {}", path.display()),
                }
            }
            let count = files.len();
            (Vec::new(), format!("{}: {} of {count} files changed", contract.file(), changed.len()))
        }
        Err(errors) => {
            let findings: Vec<_> =
                errors.into_iter().map(|error| finding(contract, error)).collect();
            let count = findings.len();
            let noun = if count == 1 { "thing" } else { "things" };
            let summary = format!("{}: {count} {noun} that the stub cannot say", contract.file());
            (findings, summary)
        }
    };
    let report = findings::Report { tool: "cargo xtask generate", findings: &findings, summary };
    report.write(format, findings::coloured(), sources, out)?;
    Ok(!report.fails())
}

/// What cannot be expressed, as a finding.
pub fn finding(contract: &Contract, error: ContractError) -> Finding {
    let pointer = error.pointer.unwrap_or_default();
    let subject = "the contract says something that the generated code cannot";
    let mut finding = Finding::in_contract(contract, &pointer, "not-expressible", subject);
    finding.place = error.place;
    finding.statements.push(Statement::new("generator", error.message));
    finding.mend = format!("say it in another way at {}", finding.at());
    finding
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    fn written(name: &str, text: &str, format: Format) -> (bool, String) {
        let contract = Contract::parse("openapi/c.yaml", text).unwrap();
        let name = format!("xtask-command-{name}-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        let mut out = Vec::new();
        let files = standalone::files(&contract);
        let sources = Sources::new(Path::new(""));
        let done = report(&contract, files, &directory, format, &sources, &mut out).unwrap();
        // Nothing is written where something cannot be expressed.
        assert_eq!(directory.exists(), done);
        let _ = std::fs::remove_dir_all(&directory);
        (done, String::from_utf8(out).unwrap())
    }

    #[test]
    fn what_cannot_be_expressed_is_a_finding_in_each_format() {
        let text = "openapi: 3.0.3\ninfo: {title: T, version: one}\npaths: []\n";
        for (format, expected) in [
            (Format::Human, "error[not-expressible]"),
            (Format::Json, "\"rule\": \"not-expressible\""),
            (Format::Sarif, "\"ruleId\": \"not-expressible\""),
            (Format::Github, "::error file=openapi/c.yaml,line=2"),
        ] {
            let (done, out) = written("refused", text, format);
            assert!(!done);
            assert_eq!(
                out.matches(expected).count(),
                if format == Format::Github { 1 } else { 2 },
                "{out}"
            );
        }
    }

    #[test]
    fn what_can_be_is_written() {
        let text = "openapi: 3.0.3\ninfo: {title: T, version: 1.0.0}\npaths: {}\n";
        let (done, out) = written("written", text, Format::Human);
        assert!(done && out.contains("wrote Cargo.toml"), "{out}");
        let (done, out) = written("written", text, Format::Json);
        assert!(done && out.starts_with('{'), "{out}");
    }
}
