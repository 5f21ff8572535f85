//! Generates a client as a crate of its own: the generated source, a copy of the runtime, a manifest and
//! a README.
//!
//! The runtime is the source of this project's own client. The texts in it that name the service
//! are replaced by those of the contract. It is read at run time and not embedded with `include_str!`,
//! because the runtime's crate depends on this one: with a copy of the runtime inside, each change of
//! the runtime would compile this crate and progenitor's output again.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use agenthuman_contract::{Contract, ContractError};
use heck::{ToKebabCase, ToShoutySnakeCase, ToSnakeCase};
use serde_json::Value;

use crate::generate_with;

/// The text of each file, by its path relative to the crate.
pub type Files = BTreeMap<PathBuf, String>;

/// The files of this project's client only: its root module, which [`root_module`] replaces, its
/// generated source, and the program of the command line.
const EXCLUDED: [&str; 4] = ["lib.rs", "generated.rs", "bin", "cli"];

/// The features of this project's client only.
const OWN_FEATURES: [&str; 3] = ["default", "codegen", "cli"];

/// The name of this project's library in the examples of the runtime.
const LIBRARY: &str = "agenthuman_links";
/// The title of this project's API in the docs of the runtime.
const TITLE: &str = "AgentHuman Links API";
/// The beginning of the names of this project's environment variables.
const VARIABLES: &str = "AGENTHUMAN";

/// The runtime of the client, as this repository has it.
#[derive(Clone, Debug)]
pub struct Runtime {
    /// The manifest of the client and of the workspace.
    manifest: String,
    root_module: String,
    /// The modules, by path.
    modules: BTreeMap<String, String>,
}

impl Runtime {
    /// Reads the runtime from the repository in which this crate was compiled: for programs of other
    /// projects, which depend on this crate by git or by path and have no copy of the runtime.
    ///
    /// # Errors
    ///
    /// The runtime cannot be read, because the sources are gone or the crate does not come from its
    /// repository.
    pub fn of_this_crate() -> io::Result<Self> {
        Runtime::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
    }

    /// Reads the runtime from the repository at `root`.
    ///
    /// # Errors
    ///
    /// The runtime cannot be read.
    pub fn read(root: &Path) -> io::Result<Self> {
        let sources = root.join("client/src");
        let mut modules = BTreeMap::new();
        read_modules(&sources, "", &mut modules)?;
        Ok(Runtime {
            manifest: fs::read_to_string(root.join("Cargo.toml"))?,
            root_module: fs::read_to_string(sources.join("lib.rs"))?,
            modules,
        })
    }
}

/// Reads the files of a folder and of the folders in it.
fn read_modules(
    folder: &Path,
    prefix: &str,
    modules: &mut BTreeMap<String, String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if EXCLUDED.contains(&name.as_str()) {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => read_modules(&entry.path(), &format!("{name}/"), modules)?,
            false => drop(modules.insert(name, fs::read_to_string(entry.path())?)),
        }
    }
    Ok(())
}

/// Generates the files of a client that builds alone.
///
/// # Errors
///
/// See [`generate`](crate::generate).
pub fn generate_standalone(
    contract: &Contract,
    runtime: &Runtime,
) -> Result<Files, Vec<ContractError>> {
    let file = Path::new(contract.file());
    let source = file.file_name().unwrap_or_default().to_string_lossy();
    let names = Names::read(contract);
    let mut files: Files = runtime
        .modules
        .iter()
        .map(|(name, text)| (Path::new("src").join(name), names.replace(text)))
        .collect();
    // The program of the command line is not a part of the crate, so its commands are not either.
    let generated = generate_with(contract, &source, false)?;
    files.insert("src/generated.rs".into(), generated);
    files.insert("src/lib.rs".into(), root_module(runtime, &names, &source));
    files.insert("Cargo.toml".into(), manifest(runtime, contract, &names, &source));
    files.insert("README.md".into(), readme(&names, &source));
    Ok(files)
}

/// The names of a client, which follow from the title of the contract.
struct Names {
    title: String,
    package: String,
    library: String,
    /// The beginning of the names of the environment variables.
    variables: String,
}

impl Names {
    fn read(contract: &Contract) -> Self {
        let title = contract.document()["info"]["title"].as_str().unwrap_or_default();
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_valid = |one: &char| one.is_ascii_alphanumeric() || *one == '-';
        let mut name: String = title.to_kebab_case().chars().filter(is_valid).collect();
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            name.insert_str(0, "api");
        }
        let package = format!("{}-client", name.trim_end_matches('-'));
        let library = package.to_snake_case();
        let variables = name.to_shouty_snake_case();
        Names { title, package, library, variables }
    }

    /// Replaces the names of this project's client in a text of the runtime.
    fn replace(&self, text: &str) -> String {
        // A title is text of the contract, and here it stands in a doc comment.
        let title: String = self.title.chars().filter(|letter| !letter.is_control()).collect();
        text.replace(TITLE, &title)
            .replace(LIBRARY, &self.library)
            .replace(VARIABLES, &self.variables)
    }
}

/// Returns the root module: the modules of the runtime, and what they export.
fn root_module(runtime: &Runtime, names: &Names, source: &str) -> String {
    let modules: String = runtime
        .modules
        .keys()
        .filter_map(|name| name.strip_suffix(".rs"))
        .filter(|name| !name.contains('/'))
        .map(|module| format!("mod {module};\n"))
        .collect();
    let exports: String = runtime
        .root_module
        .lines()
        .filter(|line| line.starts_with("pub use "))
        .map(|line| format!("{line}\n"))
        .collect();
    let Names { library, variables, .. } = names;
    names.replace(&format!(
        "// @generated from {source} by `cargo xtask generate`. Do not edit: edit the contract.

//! A client of the {TITLE}.
//!
//! ```no_run
//! # fn main() -> Result<(), {library}::Error> {{
//! // {variables}_API_KEY, and optionally {variables}_BASE_URL
//! let client = {library}::Client::from_env()?;
//! # Ok(())
//! # }}
//! ```
//!
//! [`Client`] has a method for each operation. It takes what the operation requires, and returns a
//! builder with a setter for each optional input; `send` sends the request. The only error type is
//! [`Error`]. Transient failures are retried ([`RetryPolicy`]), and requests wait for the rate limit
//! ([`ClientBuilder::wait_for_rate_limit`]).

#![warn(missing_docs)]
#![allow(dead_code, reason = \"the contract decides which parts of the runtime are used\")]

{modules}
#[allow(
    missing_docs,
    private_interfaces,
    clippy::all,
    reason = \"progenitor writes most of it, with the docs of the contract\"
)]
mod generated;

{exports}"
    ))
}

/// Returns the manifest, with the dependencies of the runtime in the versions of this workspace.
fn manifest(runtime: &Runtime, contract: &Contract, names: &Names, source: &str) -> String {
    let section = |header: &str| {
        let rest = runtime.manifest.split(&format!("\n[{header}]\n")).nth(1).unwrap_or_default();
        rest.split("\n[").next().unwrap_or_default()
    };
    let is_entry = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let name = |line: &str| line.split(['.', ' ', '=']).next().unwrap_or_default().to_owned();
    let dependencies: Vec<_> = section("dependencies")
        .lines()
        .filter(is_entry)
        .filter(|line| !line.contains("optional = true"))
        .collect();
    let inherited: Vec<_> = section("workspace.dependencies")
        .lines()
        .filter(is_entry)
        .filter(|line| dependencies.iter().any(|used| name(used) == name(line)))
        .collect();
    let features: Vec<_> = section("features")
        .lines()
        .filter(is_entry)
        .filter(|line| !OWN_FEATURES.contains(&name(line).as_str()))
        .collect();
    let version = contract.semantic_version();
    let Names { title, package, .. } = names;
    // The escapes of JSON are valid in TOML.
    let [package, version, description] =
        [package.clone(), version.to_string(), format!("Client of the {title}")]
            .map(|text| Value::from(text.replace(char::is_control, " ")).to_string());
    format!(
        "# @generated from {source} by `cargo xtask generate`.

[package]
name = {package}
version = {version}
description = {description}
edition = \"2024\"
publish = false

[features]
{}

[dependencies]
{}

# The crate is a workspace of its own, also inside of another workspace.
[workspace]

[workspace.dependencies]
{}

# The runtime has code for a program of the command line, which is not a part of this crate.
[lints.rust]
unexpected_cfgs = {{ level = \"warn\", check-cfg = ['cfg(feature, values(\"cli\"))'] }}
",
        features.join("\n"),
        dependencies.join("\n"),
        inherited.join("\n")
    )
}

fn readme(names: &Names, source: &str) -> String {
    let Names { title, package, library, variables } = names;
    format!(
        "# {package}

Client of the {title}, generated from `{source}`. Do not edit it: edit the contract and generate it again
with `cargo xtask generate --contract {source} --out DIR`.

```rust
let client = {library}::Client::from_env()?; // {variables}_API_KEY, {variables}_BASE_URL
```

`Client` has a method for each operation. It takes what the operation requires, and returns a builder
with a setter for each optional input; `send` sends the request. `cargo doc --open` shows them.
"
    )
}
