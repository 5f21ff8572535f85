//! The tasks find their repository from the working directory.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use xtask::{CONTRACT, root_of};

use crate::repository_copy::RepositoryCopy;
use crate::root;

/// Runs a task in a folder, with the program that was built in this repository.
fn task(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_xtask");
    Command::new(program).args(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn task_works_on_the_copy_that_it_is_run_in() {
    let copy = RepositoryCopy::temporary();
    copy.edit(CONTRACT, |text| text.replacen("\n  title: ", "\n  title: Copy of ", 1));
    let page = "server/src/docs/site/index.html";
    let before = fs::read(root().join(page)).unwrap();
    let output = task(&copy.root.join("server/src"), &["generate"]);
    assert!(output.status.success(), "{output:?}");
    assert!(fs::read_to_string(copy.root.join(page)).unwrap().contains(">Copy of "));
    assert!(fs::read(root().join(page)).unwrap() == before, "wrote to another repository");
}

#[test]
fn root_is_the_innermost_repository() {
    let folder = tempfile::tempdir().unwrap();
    let outer = folder.path();
    let inner = outer.join("a/inner");
    for repository in [outer, &inner] {
        fs::create_dir_all(repository.join("xtask")).unwrap();
        fs::write(repository.join("xtask/Cargo.toml"), "[package]\n").unwrap();
        fs::write(repository.join("Cargo.toml"), "[package]\n\n[workspace]\n").unwrap();
    }
    // A workspace of its own inside of a repository, such as that of a fuzzer.
    let nested = inner.join("server/fuzz");
    fs::create_dir_all(&nested).unwrap();
    fs::write(nested.join("Cargo.toml"), "[workspace]\n").unwrap();
    assert_eq!(root_of(&nested).unwrap(), inner);
    assert_eq!(root_of(&inner.join("xtask")).unwrap(), inner);
    assert_eq!(root_of(&outer.join("a")).unwrap(), outer);
}

#[test]
fn task_outside_of_a_repository_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["check"][..], &["conform", "--url", "http://127.0.0.1:1"], &["docs"]] {
        let output = task(folder.path(), arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.starts_with("error: failed to find the repository: neither "), "{stderr}");
    }
    // Two files are compared anywhere, and a server is tested against any contract.
    let contract = root().join(CONTRACT).display().to_string();
    let output = task(folder.path(), &["diff", &contract, &contract]);
    assert!(output.status.success(), "{output:?}");
    let conform = ["conform", "--url", "http://127.0.0.1:1", "--contract", &contract];
    let output = task(folder.path(), &conform);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.contains("AGENTHUMAN_API_KEY"), "{stderr}");
}
