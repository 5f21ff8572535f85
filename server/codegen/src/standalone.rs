//! Generates a stub as a crate of its own: the stub, its manifest, a README, and a copy of the runtime.

use std::path::{Path, PathBuf};

use agenthuman_contract::{Contract, ContractError};
use heck::{ToKebabCase, ToSnakeCase};
use serde_json::Value;

use crate::imports::{self, use_lines};
use crate::operations::trait_name;
use crate::stub::{Files, generate, support_module};

/// The manifest of this workspace, which has the versions of the dependencies.
const WORKSPACE: &str = include_str!("../../../Cargo.toml");

macro_rules! runtime {
    ($($path:literal),*) => {
        [$(($path, include_str!(concat!("../../runtime/", $path)))),*]
    };
}

/// The files of the runtime.
const RUNTIME: [(&str, &str); 30] = runtime![
    "Cargo.toml",
    "src/alternatives.rs",
    "src/constrained.rs",
    "src/constraint/array.rs",
    "src/constraint/constraints.rs",
    "src/constraint/mod.rs",
    "src/constraint/number.rs",
    "src/constraint/string.rs",
    "src/credentials.rs",
    "src/json/access.rs",
    "src/json/attempts.rs",
    "src/json/deserializer.rs",
    "src/json/error.rs",
    "src/json/invalid_request.rs",
    "src/json/mod.rs",
    "src/json/number.rs",
    "src/json/state.rs",
    "src/json/value.rs",
    "src/lib.rs",
    "src/list.rs",
    "src/patch.rs",
    "src/request/body.rs",
    "src/request/content.rs",
    "src/request/mod.rs",
    "src/request/parameters.rs",
    "src/response.rs",
    "src/schema.rs",
    "src/text.rs",
    "src/timestamp.rs",
    "src/unexpected.rs"
];

/// The dependencies of the generated source besides the runtime.
const DEPENDENCIES: &str = "async-trait.workspace = true
dropshot.workspace = true
http.workspace = true
regress.workspace = true
schemars.workspace = true
serde.workspace = true
serde_json.workspace = true";

/// Generates the files of a stub that builds alone, as a workspace with the runtime as a member.
///
/// # Errors
///
/// See [`generate`].
pub fn generate_standalone(contract: &Contract) -> Result<Files, Vec<ContractError>> {
    let info = &contract.document()["info"];
    let title = info["title"].as_str().unwrap_or_default();
    let version = contract.semantic_version().to_string();
    let name = crate_name(title);
    let file = PathBuf::from(contract.file());
    let source = file.file_name().unwrap_or_default().to_string_lossy();
    let mut files = generate(contract, &name.to_snake_case(), &source)?;
    for (path, text) in RUNTIME {
        // The lints are those of this workspace.
        let text = text.replace("\n[lints]\nworkspace = true\n", "");
        files.insert(PathBuf::from("runtime").join(path), text);
    }
    files.insert(PathBuf::from("Cargo.toml"), manifest(&name, title, &version, &source));
    let readme = readme(contract, &name, &source, &files);
    files.insert(PathBuf::from("README.md"), readme);
    Ok(files)
}

/// Returns a valid crate name.
fn crate_name(title: &str) -> String {
    let is_valid = |one: char| one.is_ascii_alphanumeric() || one == '-';
    let name: String = title.to_kebab_case().chars().filter(|one| is_valid(*one)).collect();
    // The name of the library must have the same words.
    let name = name.to_kebab_case();
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => format!("{name}-stub"),
        Some(_) => format!("api-{name}-stub"),
        None => "api-stub".to_owned(),
    }
}

/// Returns the manifest of the stub and its workspace. The runtime's manifest inherits the versions
/// of its dependencies from it.
fn manifest(name: &str, title: &str, version: &str, source: &str) -> String {
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
        "# @generated from {source} by `cargo xtask generate`.

[package]
name = {name:?}
version = {version:?}
description = {}
edition = \"2024\"
publish = false

[dependencies]
agenthuman-server-runtime = {{ path = \"runtime\" }}
{DEPENDENCIES}

# The crate is a workspace of its own, also inside of another workspace.
[workspace]
members = [\"runtime\"]

# Inherited by `runtime/Cargo.toml`.
[workspace.package]
{}

[workspace.dependencies]
{}
",
        toml_string(&format!("Server stub of the {title}: a Dropshot API trait and its types")),
        section("[workspace.package]"),
        dependencies.join("\n")
    )
}

/// Returns a TOML string. The escapes of JSON are valid in TOML.
fn toml_string(text: &str) -> String {
    Value::from(text.replace(char::is_control, " ")).to_string()
}

/// Returns the README: the purpose of the crate, and its use with the names of this stub.
/// `files` are the files of the stub.
fn readme(contract: &Contract, name: &str, source: &str, files: &Files) -> String {
    let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
    let library = name.to_snake_case();
    let (api, module) = (trait_name(contract), support_module(contract));
    let text = |path: &str| files.get(Path::new(path)).map_or("", String::as_str);
    let operations = text("src/operations.rs");
    let function = first_function(operations)
        .map_or_else(String::new, |head| format!("\n    {head} {{\n        todo!()\n    }}\n"));
    let (foreign, runtime) = imports::OPERATIONS;
    let types = if text("src/types.rs").contains("pub ") {
        format!("use {library}::types::*;\n")
    } else {
        String::new()
    };
    let uses = format!(
        "{}{}use dropshot::{{ConfigLogging, ConfigLoggingLevel, ServerBuilder}};\nuse {library}::*;\n{types}",
        use_lines(&function, runtime),
        use_lines(&function, foreign),
    );
    let others = match operations.matches("\n    async fn ").count() {
        0 | 1 => String::new(),
        count => format!("    // {} more functions\n", count - 1),
    };
    format!(
        "# {name}

Server stub of the {title}, generated from `{source}`.
It has the Dropshot API trait `{api}`, the types of its requests and responses, and in `runtime/` the
code that they share. Do not edit it: edit the contract and generate it again with
`cargo xtask generate --contract {source} --out DIR`.

`cargo run --example emission` prints the OpenAPI document that Dropshot emits for the stub.

A server depends on this crate, on `runtime/` and on `dropshot`, and implements the trait:

```rust
{uses}
struct Server;

impl {api} for Server {{
    type Context = (); // the server's state
{function}{others}}}

fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let api = {module}::api_description::<Server>()?;
    let log = ConfigLogging::StderrTerminal {{ level: ConfigLoggingLevel::Info }}.to_logger(\"api\")?;
    let _server = ServerBuilder::new(api, (), log); // `.start()?.await` in an async runtime
    Ok(())
}}
```

The `read()` of `path`, `query`, `headers` and `body` checks the request against the contract. A
response is an enum with one variant per documented status.
"
    )
}

/// Returns the signature of the first function of the API trait.
fn first_function(operations: &str) -> Option<&str> {
    let start = operations.find("\n    async fn ")?;
    let signature = operations[start..].split(";\n").next()?;
    Some(signature.trim_start())
}
