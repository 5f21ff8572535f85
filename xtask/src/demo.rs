//! `cargo xtask demo`: an example of the server's package, and with `--keep` its command `dev`. They run in
//! processes of their own, because xtask does not depend on anything that is generated.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::Outcome;

/// The options of `cargo xtask demo`.
#[derive(Debug, Default, clap::Args)]
pub struct Options {
    /// Start `links-server dev` afterwards: a server to call yourself, until Ctrl-C
    #[arg(long)]
    pub keep: bool,
}

/// Builds and runs the demo.
///
/// # Errors
///
/// A demo that does not build, or that fails.
pub fn run(options: &Options, root: &Path) -> Result<Outcome, Box<dyn Error>> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    println!(
        "Building the server, the client and the demo into {}.\nThe first build, with that of xtask, \
         compiles more than 400 crates: several minutes on two cores, and 4 GB.",
        target.display()
    );
    let built = build(root)?;
    run_program(Command::new(&built.demo).current_dir(root))?;
    if options.keep {
        println!("\nlinks-server dev");
        let mut server = Command::new(&built.server);
        become_program(server.arg("dev").current_dir(root))?;
    }
    Ok(Outcome::Clean)
}

/// The programs that were built.
struct Built {
    demo: PathBuf,
    server: PathBuf,
}

/// Builds the programs with one cargo command, whose progress is shown, so that both have the same features
/// and no crate is compiled twice.
fn build(root: &Path) -> Result<Built, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut building = Command::new(cargo)
        .args(["build", "--package", "agenthuman-links-server"])
        .args(["--example", "demo", "--bin", "links-server"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(root)
        .stdout(Stdio::piped())
        .spawn()?;
    let (mut demo, mut server) = (None, None);
    if let Some(stdout) = building.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let message: Value = serde_json::from_str(&line?)?;
            let Some(program) = message["executable"].as_str().map(PathBuf::from) else { continue };
            match message["target"]["name"].as_str() {
                Some("demo") => demo = Some(program),
                Some("links-server") => server = Some(program),
                _ => {}
            }
        }
    }
    match (building.wait()?.success(), demo, server) {
        (true, Some(demo), Some(server)) => Ok(Built { demo, server }),
        _ => Err("the demo does not build".into()),
    }
}

fn run_program(program: &mut Command) -> Result<(), Box<dyn Error>> {
    let status = program.status()?;
    if status.success() { Ok(()) } else { Err(format!("{program:?} failed").into()) }
}

/// Replaces this process by a program, so that the shell waits for it after Ctrl-C.
#[cfg(unix)]
fn become_program(program: &mut Command) -> Result<(), Box<dyn Error>> {
    Err(std::os::unix::process::CommandExt::exec(program).into())
}

#[cfg(not(unix))]
fn become_program(program: &mut Command) -> Result<(), Box<dyn Error>> {
    run_program(program)
}
