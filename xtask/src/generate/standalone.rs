//! An API crate of its own for any contract: manifest, source and a program that prints what Dropshot
//! emits.
//!
//! The parts that are written by hand are those of our own API crate, which is where they are tested.

use std::path::PathBuf;

use heck::{ToKebabCase, ToSnakeCase};

use super::operations::trait_name;
use super::{GeneratedFile, generate};
use crate::reader::{Contract, ContractError};

/// The name by which the hand-written parts call their own crate in their docs.
const OUR_CRATE: &str = "agenthuman_links_api";

/// Where the versions of the dependencies are.
const WORKSPACE: &str = include_str!("../../../Cargo.toml");

macro_rules! parts {
    ($($path:literal),*) => {
        [$(($path, include_str!(concat!("../../../server/api/src/", $path)))),*]
    };
}

/// The hand-written parts.
const PARTS: [(&str, &str); 10] = parts![
    "constraint/array.rs",
    "constraint/mod.rs",
    "constraint/number.rs",
    "constraint/string.rs",
    "json.rs",
    "patch.rs",
    "request.rs",
    "response.rs",
    "schema.rs",
    "timestamp.rs"
];

const DEPENDENCIES: [&str; 12] = [
    "async-trait",
    "chrono",
    "dropshot",
    "form_urlencoded",
    "http",
    "http-body-util",
    "hyper",
    "regress",
    "schemars",
    "serde",
    "serde_json",
    "strsim",
];

/// All files of the crate, relative to its folder.
pub fn files(contract: &Contract) -> Result<Vec<GeneratedFile>, Vec<ContractError>> {
    let mut files = generate(contract)?;
    for file in &mut files {
        file.path = PathBuf::from("src").join(file.path.file_name().unwrap_or_default());
    }
    let info = &contract.document()["info"];
    let title = info["title"].as_str().unwrap_or_default();
    let version = info["version"].as_str().unwrap_or_default();
    let name = format!("{}-stub", title.to_kebab_case());
    let library = name.to_snake_case();
    let mut add = |path: &str, text: String| files.push(GeneratedFile { path: path.into(), text });
    for (path, text) in PARTS {
        add(&format!("src/{path}"), text.replace(OUR_CRATE, &library));
    }
    add("Cargo.toml", manifest(&name, version));
    let module = format!("{}_mod", trait_name(contract).to_snake_case());
    add(
        "examples/emission.rs",
        format!(
            "//! Prints the OpenAPI document that Dropshot emits for this API.

fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let api = {library}::{module}::stub_api_description()?;
    api.openapi({title:?}, {version:?}.parse()?).write(&mut std::io::stdout())?;
    Ok(())
}}
"
        ),
    );
    Ok(files)
}

fn manifest(name: &str, version: &str) -> String {
    let dependency = |name: &&str| {
        let begin = format!("{name} = ");
        let line = WORKSPACE.lines().find(|line| line.starts_with(&begin)).unwrap_or_default();
        // Whole numbers are read exactly, as in our own API crate.
        line.replace(
            "serde_json = \"1.0\"",
            "serde_json = { version = \"1.0\", features = [\"float_roundtrip\"] }",
        )
    };
    let dependencies: Vec<_> = DEPENDENCIES.iter().map(dependency).collect();
    format!(
        "[package]
name = {name:?}
version = {version:?}
edition = \"2024\"
publish = false

[dependencies]
{}

# a workspace of its own, wherever it lies
[workspace]
",
        dependencies.join("\n")
    )
}
