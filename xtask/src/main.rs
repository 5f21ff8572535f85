//! `cargo xtask`: see the library for the tasks.

use std::error::Error;
use std::io::stdout;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{Outcome, check, conform, demo, diff, docs, generate, release, root};

/// The project's own tasks.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check that contract, stub, generated files and examples agree: 0 yes, 1 no, 2 unknown
    Check(check::Options),
    /// Compare two OpenAPI 3.0 documents: 0 they mean the same, 1 they do not, 2 unknown
    Diff(diff::Options),
    /// Freeze the contract as openapi/released/VERSION.yaml, once `check` finds nothing
    Release(release::Options),
    /// Generate the stub, the client and the docs from the contract; or two crates from any contract
    Generate(generate::Options),
    /// Test a running server against the contract: 0 it conforms, 1 it does not, 2 unknown
    Conform(conform::Options),
    /// Write the documentation site
    Docs(docs::Options),
    /// Show the life of a link: a real server, called through the generated client
    Demo(demo::Options),
}

/// The task could not do its work. (1 means that it did, and found something.)
const CANNOT_RUN: u8 = 2;

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(CANNOT_RUN)
        }
    }
}

fn run(task: Task) -> Result<Outcome, Box<dyn Error>> {
    let out = &mut stdout().lock();
    Ok(match task {
        Task::Check(options) => check::run(&options, &root()?, out)?,
        Task::Diff(options) => diff::run(&options, root().ok().as_deref(), out)?,
        Task::Release(options) => release::run(&options, &root()?, out)?,
        Task::Generate(options) => generate::run(&options, &root()?, out)?,
        Task::Conform(options) => {
            // Only the repository's own contract needs the repository.
            let root = match options.contract {
                Some(_) => root().unwrap_or_default(),
                None => root()?,
            };
            conform::run(&options, &root, out)?
        }
        Task::Docs(options) => docs::run(&options, &root()?, out)?,
        Task::Demo(options) => demo::run(&options, &root()?)?,
    })
}
