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
    let name = crate_name(title);
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

/// A name that Cargo takes.
fn crate_name(title: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let name: String = title.to_kebab_case().chars().filter(|letter| plain(*letter)).collect();
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() => format!("{name}-stub"),
        _ => format!("api{name}-stub"),
    }
}

fn manifest(name: &str, version: &str) -> String {
    let dependency = |name: &&str| {
        let begin = format!("{name} = ");
        let shared = WORKSPACE.split("[workspace.dependencies]").nth(1).unwrap_or_default();
        let line = shared.lines().find(|line| line.starts_with(&begin)).unwrap_or_default();
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::drift::{self, Against};
    use crate::generate::write;
    use crate::model::Model;

    /// What Dropshot emits for a contract: its stand-alone crate, built and run.
    fn emission(contract: &Contract) -> serde_json::Value {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let directory =
            std::env::temp_dir().join(format!("xtask-standalone-{}", std::process::id()));
        write(&directory, &files(contract).unwrap()).unwrap();
        // The same versions and the same target folder as ours: nothing is fetched or built twice.
        std::fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
        let target = std::env::current_exe().unwrap();
        let target = target.ancestors().nth(3).unwrap();
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline", "--example", "emission"])
            .current_dir(&directory)
            .env("CARGO_TARGET_DIR", target)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::remove_dir_all(&directory).unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn assert_emitted(file: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let contract = Contract::read(root, file).unwrap();
        let emitted = emission(&contract);
        let (mine, theirs) =
            (Model::read(contract.document()).unwrap(), Model::read(&emitted).unwrap());
        let comparison = drift::compare(&mine, &theirs, Against::Emission);
        assert!(comparison.differences.is_empty(), "{:#?}", comparison.differences);
        assert!(comparison.compared > 100, "{}", comparison.compared);
    }

    /// One after the other: they share a folder.
    #[test]
    fn dropshot_emits_what_the_contracts_say() {
        assert_emitted("tests/contracts/library.yaml");
        assert_emitted("tests/contracts/names.yaml");
    }
}
