//! Generates a stub and a client from each OpenAPI 3.0 document of a folder, compiles some of them, and
//! prints how many were supported and why the others were not:
//!
//! ```text
//! cargo run --release -p xtask --example survey -- DIR [COMPILE]
//! ```
//!
//! `COMPILE` is the number of documents whose crates are compiled; the default is 20. It exits with 1 if
//! one of them does not compile. The documents are not a part of this repository: any collection will do.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use agenthuman_client_codegen::Runtime;
use agenthuman_contract::{Contract, ContractError};

type Generated = Result<BTreeMap<PathBuf, String>, Vec<ContractError>>;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().ok_or("the folder of the documents is missing")?;
    let compile: usize = arguments.next().map_or(Ok(20), |count| count.parse())?;
    let mut documents: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    documents.sort();

    let runtime = Runtime::of_this_crate()?;
    let (mut reasons, mut supported) = (BTreeMap::<String, usize>::new(), Vec::new());
    let mut counts = [0; 4];
    for path in &documents {
        let Ok(contract) =
            fs::read_to_string(path).map_err(|error| error.to_string()).and_then(|text| {
                let name = path.to_string_lossy();
                Contract::parse(&name, &text).map_err(|error| error.to_string())
            })
        else {
            counts[0] += 1;
            continue;
        };
        let stub = agenthuman_server_codegen::generate_standalone(&contract);
        let client = agenthuman_client_codegen::generate_standalone(&contract, &runtime);
        for (count, one) in [(1, &stub), (2, &client)] {
            counts[count] += usize::from(one.is_ok());
            for reason in distinct_reasons(one) {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        if let (Ok(stub), Ok(client)) = (stub, client) {
            counts[3] += 1;
            supported.push((path, [("api", stub), ("client", client)]));
        }
    }
    let [unreadable, stubs, clients, both] = counts;
    println!("{} documents, {unreadable} are not OpenAPI 3.0", documents.len());
    println!("{stubs} stubs, {clients} clients, {both} both");
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons {
        println!("{count:5} {reason}");
    }

    // Evenly distributed over the folder, in which documents of one origin are neighbours.
    let step = (supported.len() / compile.max(1)).max(1);
    let mut failed = 0;
    let target = tempfile::tempdir()?;
    for (path, crates) in supported.into_iter().step_by(step).take(compile) {
        let folder = tempfile::tempdir()?;
        for (name, files) in crates {
            let is_compiled = compiles(&folder.path().join(name), &files, target.path())?;
            failed += usize::from(!is_compiled);
            let result = if is_compiled { "compiles" } else { "does not compile" };
            println!("{}: {name} {result}", path.display());
        }
    }
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// Returns the reasons why a document is not supported, without its names.
fn distinct_reasons(generated: &Generated) -> Vec<String> {
    let errors = generated.as_ref().err().into_iter().flatten();
    let mut reasons: Vec<_> = errors
        .map(|error| {
            let parts = error.message.split('`').enumerate();
            parts.map(|(number, part)| if number % 2 == 0 { part } else { "`…`" }).collect()
        })
        .collect();
    reasons.sort();
    reasons.dedup();
    reasons
}

/// Writes a crate and checks it.
fn compiles(
    folder: &Path,
    files: &BTreeMap<PathBuf, String>,
    target: &Path,
) -> std::io::Result<bool> {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["check", "--quiet", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    Ok(cargo.env("CARGO_TARGET_DIR", target).status()?.success())
}
