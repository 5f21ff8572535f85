//! A crate of its own for any contract: the stub, its manifest, and a copy of the runtime.

use std::path::PathBuf;

use agenthuman_contract::{Contract, ContractError};
use heck::{ToKebabCase, ToSnakeCase};

use crate::{Files, generate};

/// The versions of the dependencies.
const WORKSPACE: &str = include_str!("../../../Cargo.toml");

macro_rules! runtime {
    ($($path:literal),*) => {
        [$(($path, include_str!(concat!("../../runtime/", $path)))),*]
    };
}

/// The runtime that every stub carries.
const RUNTIME: [(&str, &str); 18] = runtime![
    "Cargo.toml",
    "src/constraint/array.rs",
    "src/constraint/constrained.rs",
    "src/constraint/mod.rs",
    "src/constraint/number.rs",
    "src/constraint/string.rs",
    "src/json/deserializer.rs",
    "src/json/error.rs",
    "src/json/invalid_request.rs",
    "src/json/mod.rs",
    "src/json/value.rs",
    "src/lib.rs",
    "src/patch.rs",
    "src/request.rs",
    "src/response.rs",
    "src/schema.rs",
    "src/text.rs",
    "src/timestamp.rs"
];

/// The dependencies of the generated source, besides the runtime.
const DEPENDENCIES: &str = "async-trait.workspace = true
dropshot.workspace = true
http.workspace = true
regress.workspace = true
schemars.workspace = true
serde.workspace = true
serde_json.workspace = true";

/// All files of the crate, relative to its folder.
pub fn standalone(contract: &Contract) -> Result<Files, Vec<ContractError>> {
    let info = &contract.document()["info"];
    let title = info["title"].as_str().unwrap_or_default();
    let version = info["version"].as_str().unwrap_or_default();
    let name = crate_name(title);
    let file = PathBuf::from(contract.file());
    let source = file.file_name().unwrap_or_default().to_string_lossy();
    let mut files = generate(contract, &name.to_snake_case(), &source)?;
    for (path, text) in RUNTIME {
        // Lints are the workspace's own business.
        let text = text.replace("\n[lints]\nworkspace = true\n", "");
        files.insert(PathBuf::from("runtime").join(path), text);
    }
    files.insert(PathBuf::from("Cargo.toml"), manifest(&name, version));
    Ok(files)
}

/// A name that Cargo takes.
fn crate_name(title: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let name: String = title.to_kebab_case().chars().filter(|letter| plain(*letter)).collect();
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => format!("{name}-stub"),
        _ => format!("api{name}-stub"),
    }
}

/// The manifest of the stub and of its workspace, whose versions the runtime's manifest refers to.
fn manifest(name: &str, version: &str) -> String {
    let section = |header: &str| {
        let rest = WORKSPACE.split(header).nth(1).unwrap_or_default();
        rest.split("\n[").next().unwrap_or_default().trim()
    };
    let [(_, runtime), ..] = RUNTIME;
    let is_used = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        [".workspace = true", " = { workspace = true"].iter().any(|inherited| {
            let begin = format!("{name}{inherited}");
            runtime.lines().chain(DEPENDENCIES.lines()).any(|line| line.starts_with(&begin))
        })
    };
    let dependencies: Vec<_> =
        section("[workspace.dependencies]").lines().filter(|line| is_used(line)).collect();
    format!(
        "[package]
name = {name:?}
version = {version:?}
edition = \"2024\"
publish = false

[dependencies]
agenthuman-server-runtime = {{ path = \"runtime\" }}
{DEPENDENCIES}

# a workspace of its own, wherever it lies
[workspace]
members = [\"runtime\"]

[workspace.package]
{}

[workspace.dependencies]
{}
",
        section("[workspace.package]"),
        dependencies.join("\n")
    )
}
