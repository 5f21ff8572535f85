//! The hook that `.pre-commit-hooks.yaml` offers to other projects.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::root;

const CONTRACT: &str =
    "openapi: 3.0.3\npaths: {/a: {get: {operationId: a, responses: {default: {}}}}}\n";

/// Returns the value of a key of the only hook.
fn of_hook(key: &str) -> String {
    let hooks = fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let line = hooks.lines().find_map(|line| line.trim_start().strip_prefix(&format!("{key}: ")));
    line.unwrap().to_owned()
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(arguments);
    let output = git.current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn hook_compares_the_staged_document_with_the_committed_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let document = "api/openapi.yaml";
    // With this language, pre-commit runs a script of the repository of the hook.
    assert_eq!(of_hook("language"), "script");

    let hook = |arguments: &[&str]| {
        let mut hook = Command::new(root().join(of_hook("entry")));
        hook.args(arguments).args([document, "not/committed.yaml"]).current_dir(folder);
        let output = hook.env("PROGRAM", env!("CARGO_BIN_EXE_xtask")).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let stage = |text: &str| {
        fs::write(folder.join(document), text).unwrap();
        git(folder, &["add", document]);
    };
    git(folder, &["init", "--quiet"]);
    fs::create_dir(folder.join("api")).unwrap();
    stage(CONTRACT);
    assert_eq!(hook(&[]), (Some(0), String::new()), "there is no commit");
    git(folder, &["commit", "--quiet", "--message", "x"]);

    stage(&CONTRACT.replace("{/a", "{/b"));
    let (status, out) = hook(&[]);
    assert!(status == Some(1) && out.contains("GET /a (removed)"), "{out}");
    fs::write(
        folder.join("allow.toml"),
        "[[allow]]\noperation = 'GET /a'\nreason = 'x'\nexpires = 9999-12-31\n",
    )
    .unwrap();
    assert_eq!(hook(&["--allow", "allow.toml"]).0, Some(0));
    assert_eq!(hook(&["--fail-on", "any", "--allow", "allow.toml"]).0, Some(1));

    // What is committed counts, and not what is in the working tree.
    fs::write(folder.join(document), CONTRACT).unwrap();
    assert_eq!(hook(&[]).0, Some(1));
    stage(CONTRACT);
    fs::write(folder.join(document), "no contract").unwrap();
    assert_eq!(hook(&[]).0, Some(0));
    stage("no contract");
    assert_eq!(hook(&[]).0, Some(2));
}
