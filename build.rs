//! The client from the contract: `openapi/links.yaml` → progenitor → `OUT_DIR`.

#[path = "client/build/mod.rs"]
mod build;
#[path = "openapi/reader/mod.rs"]
#[allow(dead_code, unused_imports, reason = "xtask uses more of it")]
mod reader;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const CONTRACT: &str = "openapi/links.yaml";

fn main() -> ExitCode {
    for path in ["build.rs", "client/build", "openapi"] {
        println!("cargo::rerun-if-changed={path}");
    }
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), Box<dyn std::error::Error>> {
    let contract = reader::Contract::read(Path::new(""), CONTRACT)?;
    let source = build::client(&contract)?;
    let directory =
        std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: cargo runs this script")?;
    let path = PathBuf::from(directory).join("client.rs");
    std::fs::write(&path, source).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(())
}
