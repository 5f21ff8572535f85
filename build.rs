//! The client from the contract: `openapi/links.yaml` → progenitor → `OUT_DIR`.
//!
//! Without the feature `codegen` there is nothing to do: `client/src/generated.rs` has the same bytes.

#[cfg(feature = "codegen")]
#[path = "client/build/mod.rs"]
mod build;
#[cfg(feature = "codegen")]
#[path = "openapi/reader/mod.rs"]
#[allow(dead_code, unused_imports, reason = "xtask uses more of it")]
mod reader;

use std::process::ExitCode;

#[cfg(feature = "codegen")]
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

#[cfg(feature = "codegen")]
fn generate() -> Result<(), Box<dyn std::error::Error>> {
    let contract = reader::Contract::read(std::path::Path::new(""), "openapi/links.yaml")?;
    let source = build::client(&contract)?;
    let directory =
        std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: cargo runs this script")?;
    let path = std::path::PathBuf::from(directory).join("client.rs");
    std::fs::write(&path, source).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(())
}

#[cfg(not(feature = "codegen"))]
fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    ExitCode::SUCCESS
}
