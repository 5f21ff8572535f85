//! An operation that is added to the contract costs one hand-written function: its handler.
//!
//! `new_operation/` has all that is written by hand: the operation in the contract, and the handler.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use agenthuman_contract::Contract;
use agenthuman_contract::findings::Severity;
use serde_json::Value;
use xtask::check::check;
use xtask::{CONTRACT, Outcome};

use crate::repository_copy::RepositoryCopy;

const OPERATION: &str = include_str!("new_operation/duplicate_link.yaml");

const HANDLER: &str = include_str!("new_operation/duplicate_link.rs");

const HANDLERS: &str = "server/src/http_entrypoints.rs";

const LINK: &str = "lnk_01J8ZK4R2N5M6P7Q8W4T";

#[test]
fn new_operation_needs_only_its_handler() {
    let copy = RepositoryCopy::to_compile("new_operation");
    copy.edit(CONTRACT, |text| with_operation(&with_next_minor_version(&text)));
    let (outcome, out) = copy.generate();
    assert_eq!(outcome, Outcome::Clean, "{out}");
    is_documented(&copy.root);

    // The client and the stub compile, and the server lacks the handler.
    let missing = "not all trait items implemented, missing: `duplicate_link`";
    let error = format!("E0046 {HANDLERS} {missing}");
    assert_eq!(build(&copy), [error]);
    is_in_command_line(&copy.target());
    let check = check_of(&copy);
    assert!(check.is_empty(), "{check:#?}");

    copy.edit(HANDLERS, |text| {
        let end = text.rfind("\n}\n").unwrap();
        format!("{}\n{HANDLER}{}", &text[..end], &text[end + 1..])
    });
    assert_eq!(build(&copy), [""; 0]);
    checks_itself(&copy);
    responds(&copy);
}

/// Returns the contract with the operation, whose successful response is that of `create_link`: an example
/// of its own would need a change with each new field of a link.
fn with_operation(contract: &str) -> String {
    let from = contract.find("        '201':\n").unwrap();
    let to = from + contract[from..].find("        '400':\n").unwrap();
    let operation =
        OPERATION.replace("        # '201' is that of create_link\n", &contract[from..to]);
    contract.replacen("\ncomponents:\n", &format!("\n{operation}components:\n"), 1)
}

/// Returns the contract with the version that an addition to a released contract needs.
fn with_next_minor_version(contract: &str) -> String {
    let (before, after) = contract.split_once("\n  version: ").unwrap();
    let (version, after) = after.split_once('\n').unwrap();
    let version = semver::Version::parse(version).unwrap();
    let next = semver::Version::new(version.major, version.minor + 1, 0);
    format!("{before}\n  version: {next}\n{after}")
}

/// Asserts that the docs show the operation, with a sample in each language.
fn is_documented(root: &Path) {
    let site = root.join("server/src/docs/site");
    let read = |name: &str| std::fs::read_to_string(site.join(name)).unwrap();
    for (sample, request) in [
        ("duplicate_link.sh", format!("/v1/links/{LINK}/duplicate\"")),
        ("duplicate_link.rs", format!(".duplicate_link(\"{LINK}\")")),
        ("duplicate_link.cli.sh", format!("links duplicate {LINK}")),
    ] {
        let text = read(&format!("samples/{sample}"));
        assert!(text.contains(&request), "{text}");
    }
    for (page, text) in [
        ("index.html", "reference/duplicate_link.html"),
        ("reference/duplicate_link.html", "links duplicate"),
        ("reference/duplicate_link.md", ".duplicate_link("),
        ("llms.txt", "`POST /v1/links/{link_id}/duplicate`"),
        ("openapi.json", "\"duplicate_link\""),
        ("changes.html", "POST /v1/links/{link_id}/duplicate"),
    ] {
        assert!(read(page).contains(text), "{page}");
    }
}

/// Builds the program `links`, the server, and the program that prints the stub's document. Returns the
/// errors: code, file and message.
///
/// All of them are built by one command, whose targets include an example: cargo then selects the same
/// features of the dependencies as in `cargo test`.
fn build(copy: &RepositoryCopy) -> Vec<String> {
    let mut cargo = copy.cargo();
    cargo.args(["build", "--keep-going", "--message-format", "json"]);
    cargo.args(["--bin", "links", "--bin", "links-server", "--example", "emission"]);
    let output = cargo.output().unwrap();
    let lines = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let messages = lines.map(|line| serde_json::from_slice::<Value>(line).unwrap());
    let errors: Vec<_> = messages
        .map(|line| line["message"].clone())
        // The last message of a crate has the number of its errors, and no code.
        .filter(|message| message["level"] == "error" && !message["code"].is_null())
        .map(|message| {
            let text = |pointer: &str| message.pointer(pointer).and_then(Value::as_str).unwrap();
            let (code, file) = (text("/code/code"), text("/spans/0/file_name"));
            format!("{code} {file} {}", text("/message"))
        })
        .collect();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.success(), errors.is_empty(), "{stderr}");
    errors
}

/// Asserts that the program `links` has a command for the operation.
fn is_in_command_line(target: &Path) {
    let help = succeeded(Command::new(target.join("debug/links")).args(["duplicate", "--help"]));
    for text in ["Duplicate a link.", "Usage: links duplicate <LINK_ID>", "The link to duplicate"] {
        assert!(help.contains(text), "{help}");
    }
}

/// Returns the findings of `cargo xtask check`, without notes about the changes since the last release.
fn check_of(copy: &RepositoryCopy) -> Vec<String> {
    let emission = succeeded(&mut Command::new(copy.target().join("debug/examples/emission")));
    let contract = Contract::read(&copy.root, CONTRACT).unwrap();
    let checked = check(&contract, &serde_json::from_str(&emission).unwrap(), &copy.root).unwrap();
    let findings = checked.findings.iter().filter(|one| one.severity() != Severity::Note);
    findings.map(|one| format!("{} {}: {}", one.rule, one.at(), one.subject)).collect()
}

/// Asserts that `cargo xtask check`, run in the copy, checks the copy.
fn checks_itself(copy: &RepositoryCopy) {
    let mut check = Command::new(env!("CARGO_BIN_EXE_xtask"));
    for (name, value) in copy.cargo().get_envs() {
        check.env(name, value.unwrap());
    }
    let out = succeeded(check.arg("check").current_dir(copy.root.join("client")));
    assert!(out.contains("POST /v1/links/{link_id}/duplicate"), "{out}");
}

/// Asserts that the server duplicates a link for the samples of the docs, and rejects an unknown link.
fn responds(copy: &RepositoryCopy) {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("links.db").display());
    let programs = copy.target().join("debug");
    let server = |arguments: &[&str]| {
        let mut server = Command::new(programs.join("links-server"));
        server.args(arguments).args(["--database", &database]);
        server
    };
    let links = copy.root.join("server/examples/links.json").display().to_string();
    succeeded(&mut server(&["import", "--account", "me", &links]));
    let key = succeeded(&mut server(&["keys", "create", "--account", "me", "--test"]));
    let mut serve = server(&["serve", "--bind", "127.0.0.1:0"]);
    let mut serving = Serving(serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(serving.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim_end().strip_prefix("listening on ").unwrap();
    let command = |program: &Path| {
        let path = std::env::var_os("PATH").unwrap();
        let path = std::iter::once(programs.clone()).chain(std::env::split_paths(&path));
        let mut command = Command::new(program);
        command.env("PATH", std::env::join_paths(path).unwrap());
        command.env("AGENTHUMAN_BASE_URL", url).env("AGENTHUMAN_API_KEY", key.trim_end());
        command
    };
    let sample = |name: &str| {
        let path = copy.root.join("server/src/docs/site/samples").join(name);
        succeeded(command(Path::new("sh")).arg(path))
    };
    let response: Value = serde_json::from_str(&sample("duplicate_link.sh")).unwrap();
    assert_ne!(response["link"]["link_id"], LINK);
    assert_eq!(response["link"]["name"], "Spring demo");
    assert_eq!(response["link"]["uses"], 0);
    let table = sample("duplicate_link.cli.sh");
    assert!(table.contains("lnk_") && table.contains("Spring demo"), "{table}");
    let mut unknown = command(&programs.join("links"));
    let unknown = unknown.args(["duplicate", "lnk_unknown"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(4), "{}", String::from_utf8_lossy(&unknown.stderr));
}

/// A running server.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a command and returns what it has printed.
fn succeeded(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}
