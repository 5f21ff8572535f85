//! rustfmt, so that generated files are formatted like all others.

use std::io::Write;
use std::process::{Command, Stdio};

/// As in `rustfmt.toml`; given here too, so that the output never depends on where it is made.
const SETTINGS: &str = "max_width=100,use_small_heuristics=Max";

/// Formats a source file.
pub fn format(source: &str) -> Result<String, String> {
    let missing = |error: std::io::Error| {
        format!("rustfmt cannot be run ({error}): `rustup component add rustfmt`")
    };
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--config", SETTINGS])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(missing)?;
    // rustfmt reads all of its input before it writes anything.
    if let Some(mut input) = rustfmt.stdin.take() {
        input.write_all(source.as_bytes()).map_err(missing)?;
    }
    let output = rustfmt.wait_with_output().map_err(missing)?;
    if output.status.success() {
        String::from_utf8(output.stdout).map_err(|error| error.to_string())
    } else {
        Err(format!("rustfmt refuses it: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}
