//! The project's own tasks. Each has a file of its own; this one says which there are.

#[path = "../../openapi/reader/mod.rs"]
mod reader;

mod build_cost;
mod check;
mod conform;
mod demo;
mod diff;
mod docs;
mod drift;
mod findings;
mod generate;
mod model;
mod release;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use reader::Contract;

/// The project's own tasks.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Check that contract, stub, generated files and examples say the same: 0 yes, 1 no, 2 unknown.
    Check(check::Options),
    /// Compare two OpenAPI 3.0 documents: 0 they mean the same, 1 they do not, 2 unknown.
    Diff(diff::Options),
    /// Freeze the contract as openapi/released/<version>.yaml, once nothing is left to mend.
    Release {
        /// How to write what is left to mend
        #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
        format: findings::Format,
    },
    /// Write the server's stub and the client's source from the contract; or a crate of its own from any.
    Generate(generate::command::Options),
    /// Ask a running server whether it is what the contract says: 0 yes, 1 no, 2 unknown.
    Conform(conform::Options),
    /// Write the contract as a site to read, in target/site.
    Docs(docs::Options),
    /// Measure what a cold build of the client costs, beside what else one could write (minutes).
    BuildCost,
    /// Show an update of a link: the real server, a real database, the generated client.
    Demo,
}

/// A task could not do its work. (1 means that it did, and found something.)
const CANNOT_RUN: u8 = 2;

fn main() -> ExitCode {
    let Arguments { task } = Arguments::parse();
    let done = match task {
        Task::Check(options) => check(&options),
        Task::Release { format } => release(format),
        Task::Diff(options) => diff(&options),
        Task::Conform(options) => conform(&options),
        Task::Generate(options) => generate(&options),
        Task::Docs(options) => docs(&options),
        Task::BuildCost => build_cost::run(&root()).map(|()| ExitCode::SUCCESS),
        Task::Demo => demo(),
    };
    done.unwrap_or_else(|problem| {
        eprintln!("error: {problem}");
        ExitCode::from(CANNOT_RUN)
    })
}

/// The repository: messages name files relative to it.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn check(options: &check::Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    Ok(exit_code(check::run(options, &root(), &mut std::io::stdout().lock())?))
}

fn release(format: findings::Format) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let outcome = check::release(&root(), format, &mut std::io::stdout().lock())?;
    if outcome == check::Outcome::Clean {
        // the change log has one more release
        docs::generate(&Contract::read(&root(), check::CONTRACT)?, &root())?;
    }
    Ok(exit_code(outcome))
}

fn exit_code(outcome: check::Outcome) -> ExitCode {
    match outcome {
        check::Outcome::Clean => ExitCode::SUCCESS,
        check::Outcome::Findings => ExitCode::FAILURE,
    }
}

fn diff(options: &diff::Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let same = diff::run(options, &mut std::io::stdout().lock())?;
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn conform(options: &conform::Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match conform::run(options, &root(), &mut std::io::stdout().lock())? {
        conform::Outcome::Conforms => Ok(ExitCode::SUCCESS),
        conform::Outcome::Findings => Ok(ExitCode::FAILURE),
    }
}

fn demo() -> Result<ExitCode, Box<dyn std::error::Error>> {
    demo::run(&Contract::read(&root(), check::CONTRACT)?, &root())?;
    Ok(ExitCode::SUCCESS)
}

fn docs(options: &docs::Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let contract = Contract::read(&root(), check::CONTRACT)?;
    docs::run(options, &contract, &root(), &mut std::io::stdout().lock())?;
    Ok(ExitCode::SUCCESS)
}

fn generate(options: &generate::command::Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let expressed = generate::command::run(options, &root(), &mut std::io::stdout().lock())?;
    if expressed && options.is_own() {
        docs::generate(&Contract::read(&root(), check::CONTRACT)?, &root())?;
    }
    Ok(if expressed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
