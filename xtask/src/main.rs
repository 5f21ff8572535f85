//! The project's own tasks. Each has a file of its own; this one says which there are.

#[path = "../../openapi/reader/mod.rs"]
mod reader;

mod build_cost;
mod check;
mod conform;
mod demo;
mod diff;
mod drift;
mod findings;
mod generate;
mod model;
mod release;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use reader::{Contract, ContractError};

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
    Release,
    /// Write the server's stub and the client's source from the contract; or a crate of its own from any.
    Generate {
        /// A contract other than openapi/links.yaml.
        #[arg(long, value_name = "FILE", requires = "out")]
        contract: Option<PathBuf>,
        /// Where to write the crate for that contract: an empty or new folder, or one written before.
        #[arg(long, value_name = "DIR", requires = "contract")]
        out: Option<PathBuf>,
    },
    /// Ask a running server whether it is what the contract says: 0 yes, 1 no, 2 unknown.
    Conform(conform::Options),
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
        Task::Release => release(),
        Task::Diff(options) => diff(&options),
        Task::Conform(options) => conform(&options),
        Task::Generate { contract: Some(contract), out: Some(out) } => {
            generate_crate(&contract, &out)
        }
        Task::Generate { .. } => generate(),
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

fn read_contract() -> Result<Contract, ContractError> {
    Contract::read(&root(), "openapi/links.yaml")
}

fn check(options: &check::Options) -> Result<ExitCode, Box<dyn std::error::Error>> {
    Ok(exit_code(check::run(options, &root(), &mut std::io::stdout().lock())?))
}

fn release() -> Result<ExitCode, Box<dyn std::error::Error>> {
    Ok(exit_code(check::release(&root(), &mut std::io::stdout().lock())?))
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
    demo::run(&read_contract()?, &root())?;
    Ok(ExitCode::SUCCESS)
}

fn generate() -> Result<ExitCode, Box<dyn std::error::Error>> {
    written(&root(), generate::checked_in(&read_contract()?))
}

fn generate_crate(contract: &Path, out: &Path) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let contract = Contract::read(Path::new(""), &contract.display().to_string())?;
    written(out, generate::standalone::files(&contract))
}

fn written(
    directory: &Path,
    files: Result<Vec<generate::GeneratedFile>, Vec<ContractError>>,
) -> Result<ExitCode, Box<dyn std::error::Error>> {
    match files {
        Ok(files) => {
            for path in generate::write(directory, &files)? {
                println!("wrote {}", path.display());
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(errors) => {
            for error in errors {
                eprintln!("error: {error}");
            }
            Ok(ExitCode::from(CANNOT_RUN))
        }
    }
}
