//! The gate in a project of its own, with a contract of its own: checks the new version of a contract,
//! compares it with the old one, and generates a server stub and a client.
//!
//! `cargo run --package xtask --example gate OLD NEW DIR`
//!
//! The exit status is 0, 1 if something must be fixed, or 2 if a file cannot be read or written.

use std::error::Error;
use std::io::{Write, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use agenthuman_client_codegen::Runtime;
use agenthuman_contract::Contract;
use agenthuman_contract::check::compare_documents;
use agenthuman_contract::diff::ComparisonMode;
use agenthuman_contract::findings::{Finding, Format, Report, Sources, coloured};
use agenthuman_contract::lint::{examples, structure};

/// Returns true if nothing must be fixed.
fn gate(old: &str, new: &str, out: &Path, log: &mut dyn Write) -> Result<bool, Box<dyn Error>> {
    let folder = Path::new("");
    let (old, new) = (Contract::read(folder, old)?, Contract::read(folder, new)?);
    let mut findings = structure::check(&new);
    findings.extend(examples::check(&new).0);
    let compared = compare_documents(&old, &new, Some(ComparisonMode::Documents))?;
    let summary = compared.summary();
    // A change has a class: `compared.findings.iter().filter_map(|finding| finding.change)`.
    findings.extend(compared.findings);

    let runtime = Runtime::of_this_crate()?;
    let stub = agenthuman_server_codegen::generate_standalone(&new);
    let client = agenthuman_client_codegen::generate_standalone(&new, &runtime);
    for (name, files) in [("api", stub), ("client", client)] {
        let unsupported = files.as_ref().err().into_iter().flatten().map(|error| {
            let pointer = error.pointer.as_deref().unwrap_or_default();
            let message = error.message.clone();
            Finding::unsupported(&new, pointer, "not-expressible", name, message)
        });
        findings.extend(unsupported);
        for (path, text) in files.unwrap_or_default() {
            let path = out.join(name).join(path);
            fs::create_dir_all(path.parent().unwrap_or(out))?;
            fs::write(path, text)?;
        }
    }
    let report = Report { tool: "gate", findings: &findings, summary };
    report.write(Format::Human, coloured(), &Sources::new(folder), log)?;
    Ok(!report.fails())
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [old, new, out] = &arguments[..] else {
        eprintln!("usage: gate OLD NEW DIR");
        return ExitCode::from(2);
    };
    match gate(old, new, Path::new(out), &mut stdout()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn gate_reports_changes_and_generates_both_crates() {
        let folder = tempfile::tempdir().unwrap();
        let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bookshop.yaml");
        let text = fs::read_to_string(&old).unwrap();
        let run = |text: &str| {
            let new = folder.path().join("bookshop.yaml");
            fs::write(&new, text).unwrap();
            let [old, new] = [&old, &new].map(|path| path.display().to_string());
            let mut log = Vec::new();
            let passed = gate(&old, &new, &folder.path().join("out"), &mut log).unwrap();
            (passed, String::from_utf8(log).unwrap())
        };
        let (passed, log) = run(&text);
        assert!(passed && log.contains("no difference in "), "{log}");
        for file in ["api/src/lib.rs", "client/src/generated.rs"] {
            assert!(folder.path().join("out").join(file).is_file(), "{file}");
        }
        let (passed, log) =
            run(&text.replacen("      summary:", "      deprecated: true\n      summary:", 1));
        assert!(passed && log.contains("note[operation-deprecated]"), "{log}");
        let (passed, log) = run(&text.replacen("operationId: ", "operationId: other_", 1));
        assert!(!passed && log.contains("error[operation-id]"), "{log}");
    }
}
