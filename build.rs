//! Generates the client from the contract: `openapi/links.yaml` → progenitor → `OUT_DIR`.
//!
//! Without the feature `codegen` it does nothing: the crate compiles the checked-in copy,
//! `client/src/generated.rs`.

use std::process::ExitCode;

#[cfg(feature = "codegen")]
const CONTRACT: &str = "openapi/links.yaml";

#[cfg(feature = "codegen")]
fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={CONTRACT}");
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            for error in errors {
                println!("cargo::error={error}");
            }
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "codegen")]
fn generate() -> Result<(), Vec<String>> {
    use std::path::{Path, PathBuf};

    let contract = agenthuman_contract::Contract::read(Path::new(""), CONTRACT)
        .map_err(|error| vec![error.to_string()])?;
    let source = agenthuman_client_codegen::generate(&contract, CONTRACT)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let directory =
        std::env::var_os("OUT_DIR").ok_or_else(|| vec!["OUT_DIR is not set".to_owned()])?;
    let path = PathBuf::from(directory).join("client.rs");
    std::fs::write(&path, source)
        .map_err(|error| vec![format!("failed to write {}: {error}", path.display())])
}

#[cfg(not(feature = "codegen"))]
fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    ExitCode::SUCCESS
}
