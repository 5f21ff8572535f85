//! Formatting of generated files with rustfmt.

use std::io::Write;
use std::process::{Command, Stdio};

/// The settings of this repository's `rustfmt.toml`, so that the output does not depend on the working
/// directory.
const SETTINGS: &str = "max_width=100,use_small_heuristics=Max";

/// Formats a Rust source file.
///
/// # Errors
///
/// rustfmt is not installed, or the source is not valid Rust.
pub fn format(source: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| {
        format!("failed to run rustfmt ({error}): `rustup component add rustfmt` installs it")
    };
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--config", SETTINGS])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // This cannot deadlock: rustfmt reads all of its input before it writes.
    if let Some(mut input) = rustfmt.stdin.take() {
        input.write_all(source.as_bytes()).map_err(failed)?;
    }
    let output = rustfmt.wait_with_output().map_err(failed)?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    } else {
        Err(format!("invalid Rust source: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}
