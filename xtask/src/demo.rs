//! `cargo xtask demo`: an example of the server's package, in a process of its own, because xtask does
//! not depend on anything that is generated.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use crate::Outcome;

/// Builds and runs the demo.
///
/// # Errors
///
/// A demo that does not build, or that fails.
pub fn run(root: &Path) -> Result<Outcome, Box<dyn Error>> {
    println!("Building the server and the client. The first time, this takes some minutes.");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "agenthuman-links-server", "--example", "demo"])
        .current_dir(root)
        .status()?;
    if status.success() { Ok(Outcome::Clean) } else { Err("the demo failed".into()) }
}
