//! Stand-alone stubs of whole contracts, compiled and run.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use agenthuman_contract::Contract;
use agenthuman_contract::diff::{self, ComparisonMode};
use agenthuman_contract::model::Model;
use agenthuman_server_codegen::generate_standalone;

/// A stand-alone stub in a temporary folder.
struct Stub {
    folder: tempfile::TempDir,
}

impl Stub {
    fn new(contract: &Contract) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in generate_standalone(contract).unwrap() {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        // The same versions and the same target folder as ours: nothing is fetched or built twice.
        let lock = repository().join("Cargo.lock");
        std::fs::copy(lock, folder.path().join("Cargo.lock")).unwrap();
        Stub { folder }
    }

    /// Runs an example and returns its output.
    fn run_example(&self, name: &str) -> Vec<u8> {
        let target = std::env::current_exe().unwrap();
        let target = target.ancestors().nth(3).unwrap();
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline", "--example", name])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Asserts that Dropshot emits the contract that a stub was generated from.
fn assert_emitted(name: &str) {
    let contract = Contract::read(&repository().join("xtask/tests/contracts"), name).unwrap();
    let emitted = Stub::new(&contract).run_example("emission");
    let emitted = serde_json::from_slice(&emitted).unwrap();
    let (mine, theirs) =
        (Model::read(contract.document()).unwrap(), Model::read(&emitted).unwrap());
    let comparison = diff::compare(&mine, &theirs, ComparisonMode::Emission);
    assert!(comparison.differences.is_empty(), "{:#?}", comparison.differences);
    assert!(comparison.compared > 100, "{}", comparison.compared);
}

/// Asserts that the server in the README of a stub compiles and runs.
fn assert_readme_runs() {
    let text = r##"openapi: 3.0.3
info: {title: "The \"Catalogue\"\n\u202e", version: 1.0.0}
paths:
  /books/{isbn}:
    put:
      operationId: book_replace
      parameters:
        - {name: isbn, in: path, required: true, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Path'}}}
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: object}}}}
        '500':
          description: failure
          content: {application/json: {schema: {type: object}, example: {}}}
components:
  schemas:
    Path: {type: object, properties: {title: {type: string}}}
"##;
    let stub = Stub::new(&Contract::parse("catalogue.yaml", text).unwrap());
    let readme = std::fs::read_to_string(stub.folder.path().join("README.md")).unwrap();
    let example = readme.split("```rust\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(example.contains("async fn book_replace("), "{readme}");
    std::fs::write(stub.folder.path().join("examples/readme.rs"), example).unwrap();
    stub.run_example("readme");
}

/// One test, since the stubs share a target folder.
#[test]
fn standalone_stubs_compile_and_emit_their_contracts() {
    assert_emitted("library.yaml");
    assert_emitted("names.yaml");
    assert_emitted("varied.yaml");
    assert_readme_runs();
}

#[test]
fn standalone_stub_carries_each_file_of_the_runtime() {
    let text = "{openapi: 3.0.3, info: {title: T, version: 1.0.0}, paths: {}}";
    let files = generate_standalone(&Contract::parse("t.yaml", text).unwrap()).unwrap();
    let carried = files.keys().filter_map(|path| path.strip_prefix("runtime").ok());
    let carried: BTreeSet<_> = carried.map(Path::to_owned).collect();

    let runtime = repository().join("server/runtime");
    let mut expected = BTreeSet::from([PathBuf::from("Cargo.toml")]);
    let mut pending = vec![runtime.join("src")];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                expected.insert(path.strip_prefix(&runtime).unwrap().to_owned());
            }
        }
    }
    assert_eq!(carried, expected);
}
