//! The document that Dropshot emits for the stub, from a program of the stub's own crate.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The reason why there is no emission.
#[derive(Debug, thiserror::Error)]
pub enum EmissionError {
    /// Cargo could not be started.
    #[error("failed to run cargo: {0}")]
    Cargo(std::io::Error),
    /// The stub does not compile, or Dropshot does not accept it.
    #[error("failed to emit the stub's document; does `cargo xtask generate` fix it?\n{0}")]
    Stub(String),
    /// The program printed something else.
    #[error("the stub's program did not print JSON: {0}")]
    Json(serde_json::Error),
}

/// Builds the stub and returns the OpenAPI document that Dropshot emits for it.
///
/// All default members of the workspace are selected, not the stub's crate alone: its dependencies
/// then have the same features as in `cargo test`, and are not built twice.
///
/// # Errors
///
/// See [`EmissionError`].
pub fn emission(root: &Path) -> Result<Value, EmissionError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--example", "emission"])
        .current_dir(root)
        .output()
        .map_err(EmissionError::Cargo)?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(EmissionError::Stub(text.trim_end().to_owned()));
    }
    serde_json::from_slice(&output.stdout).map_err(EmissionError::Json)
}
