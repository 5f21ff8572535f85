//! Stubs and clients of whole contracts, compiled and called: the client of a contract sends each
//! operation to a server that implements the stub of the same contract.
//!
//! A contract with a construct that one of the two generators does not support is compiled for the other
//! one. The client is generated without the operations whose bodies are not JSON. `cargo test -p agenthuman-server-codegen --test round_trip -- --nocapture` prints the table.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use agenthuman_client_codegen::Runtime;
use agenthuman_contract::{Contract, ContractError};

/// The packages that the programs use besides the generated ones.
const DEPENDENCIES: &str = r#"chrono = { version = "0.4", default-features = false }
dropshot = "0.18"
http = "1"
serde = { version = "1.0", features = ["derive"] }
serde_json = "1.0"
tokio = { version = "1.48", features = ["macros", "rt-multi-thread"] }
"#;

/// The constructs of operations that the client does not support.
const UNSUPPORTED: [&str; 2] = ["multipart/form-data", "x-dropshot-websocket"];

/// The constructs of operations that exchange something else than JSON.
const NOT_JSON: [&str; 5] = [
    "*/*",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "x-dropshot-websocket",
];

/// The generated crates of one contract, and the result of compiling and calling them.
struct Row {
    contract: &'static str,
    stub: String,
    client: String,
    round_trips: String,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Writes a generated crate to a folder, or returns the number of constructs that are not supported.
fn write_crate(
    folder: &Path,
    files: Result<std::collections::BTreeMap<PathBuf, String>, Vec<ContractError>>,
) -> Result<(), String> {
    let files = files.map_err(|errors| {
        for error in &errors {
            println!("{error}");
        }
        format!("{} constructs", errors.len())
    })?;
    for (path, text) in files {
        write(&folder.join(path), &text);
    }
    Ok(())
}

/// Generates both crates of a contract and compiles them. If there is a program for the contract, runs it.
///
/// The client does not get the operations with one of the excluded constructs.
fn row((name, excluded): (&'static str, &[&str])) -> Row {
    let contracts = repository().join("xtask/tests/contracts");
    let contract = Contract::read(&contracts, &format!("{name}.yaml")).unwrap();
    // Always the same folder, so that a second run compiles only what has changed.
    let root = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("round-trip").join(name);
    if root.exists() {
        fs::remove_dir_all(root).unwrap();
    }
    let runtime = Runtime::read(&repository()).unwrap();
    let stub = agenthuman_server_codegen::generate_standalone(&contract);
    let stub = write_crate(&root.join("api"), stub);
    let (json, removed) = without(excluded, &contract);
    let client = agenthuman_client_codegen::generate_standalone(&json, &runtime);
    let client = write_crate(&root.join("client"), client);

    let mut dependencies = DEPENDENCIES.to_owned();
    if stub.is_ok() {
        dependencies.push_str(&dependency(&root.join("api")));
        dependencies.push_str("agenthuman-server-runtime = { path = \"api/runtime\" }\n");
    }
    if client.is_ok() {
        dependencies.push_str(&dependency(&root.join("client")));
    }
    let manifest = format!(
        "[package]\nname = \"round-trip\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n\
         [workspace]\nexclude = [\"api\", \"client\"]\n"
    );
    write(&root.join("Cargo.toml"), &manifest);
    let program = fs::read_to_string(contracts.join(format!("{name}.rs"))).ok();
    write(&root.join("src/main.rs"), program.as_deref().unwrap_or("fn main() {}\n"));
    fs::copy(repository().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    // The same versions and the same target folder as ours: nothing is fetched or built twice.
    let target = std::env::current_exe().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", target.ancestors().nth(3).unwrap())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {stderr}");
    assert!(!stderr.contains("--> client/src"), "{name}: a warning about the client: {stderr}");
    let called = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let describe = |built: Result<(), String>, removed: usize| match (built, removed) {
        (Ok(()), 0) => "compiles".to_owned(),
        (Ok(()), removed) => format!("compiles without {removed} operations"),
        (Err(unsupported), _) => format!("not supported: {unsupported}"),
    };
    let server = if stub.is_ok() { "stub" } else { "plain server" };
    let operations = contract.document()["paths"].as_object().unwrap();
    let is_operation = |key: &&String| agenthuman_contract::METHODS.contains(&key.as_str());
    let count: usize = operations
        .values()
        .map(|item| item.as_object().unwrap().keys().filter(is_operation).count())
        .sum();
    let round_trips = match program {
        Some(_) => {
            let callable = count - removed;
            assert_eq!(called, callable.to_string(), "{name}: each operation is called");
            format!("{called} of {count} ({server})")
        }
        None => format!("none of {count}"),
    };
    Row { contract: name, stub: describe(stub, 0), client: describe(client, removed), round_trips }
}

/// Returns the contract without the operations that have one of the constructs, and their number.
fn without(excluded: &[&str], contract: &Contract) -> (Contract, usize) {
    let mut document = contract.document().clone();
    let mut removed = 0;
    for item in document["paths"].as_object_mut().unwrap().values_mut() {
        item.as_object_mut().unwrap().retain(|_, operation| {
            let text = operation.to_string();
            let is_called = !excluded.iter().any(|construct| text.contains(construct));
            removed += usize::from(!is_called);
            is_called
        });
    }
    (Contract::parse(contract.file(), &document.to_string()).unwrap(), removed)
}

/// Returns the line of a manifest for the generated crate in a folder.
fn dependency(folder: &Path) -> String {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let name = manifest.lines().find_map(|line| line.strip_prefix("name = ")).unwrap();
    format!("{} = {{ path = \"{}\" }}\n", name.trim_matches('"'), folder.display())
}

/// One test, since the crates share a target folder.
#[test]
fn clients_call_each_operation_of_their_stubs() {
    let rows = [
        ("shapes", &NOT_JSON[..]),
        ("lists", &NOT_JSON),
        ("library", &NOT_JSON),
        ("varied", &UNSUPPORTED),
        ("names", &NOT_JSON),
    ]
    .map(row);
    let mut table = String::from("contract | stub | client | operations called\n");
    for Row { contract, stub, client, round_trips } in &rows {
        let _ = writeln!(table, "{contract} | {stub} | {client} | {round_trips}");
    }
    println!("{table}");
    let supported = |row: &Row| [&row.stub, &row.client].map(|built| built.starts_with("compiles"));
    assert_eq!(supported(&rows[0]), [true, true], "{table}");
    assert_eq!(supported(&rows[1]), [true, true], "{table}");
    assert_eq!(supported(&rows[2]), [true, true], "{table}");
    assert_eq!(supported(&rows[3]), [true, true], "{table}");
}
