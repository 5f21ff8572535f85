//! The script that packs the programs of a release.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::root;

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// A program that knows the commands which the script runs.
fn write_program(folder: &Path, name: &str, version: &str) {
    let script = format!(
        "#!/bin/sh\ncase $1 in\n--version) echo '{name} {version}' ;;\n\
         completions) echo \"completions for $2\" ;;\nman) echo page >\"$2/{name}.1\" ;;\n\
         *) exit 2 ;;\nesac\n"
    );
    let path = folder.join(name);
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn archive(folder: &Path) -> Output {
    let mut script = Command::new(root().join(".github/release/archive.sh"));
    script.args([TARGET, "programs", "out"]).current_dir(folder).output().unwrap()
}

#[test]
fn archive_has_programs_licences_completions_and_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let programs = folder.join("programs");
    fs::create_dir(&programs).unwrap();
    write_program(&programs, "links", "1.2.3");
    write_program(&programs, "links-server", "1.2.3");
    let output = archive(folder);
    assert!(output.status.success(), "{output:?}");

    let name = format!("agenthuman-links-1.2.3-{TARGET}");
    let out = folder.join("out");
    let mut tar = Command::new("tar");
    let list = tar.args(["-tzf", &format!("{name}.tar.gz")]).current_dir(&out).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let files: BTreeSet<_> = list.lines().filter_map(|line| line.strip_prefix(&name)).collect();
    for file in [
        "/links",
        "/links-server",
        "/LICENSE-APACHE",
        "/LICENSE-MIT",
        "/README.md",
        "/config.example.toml",
        "/completions/links.bash",
        "/completions/links.zsh",
        "/man/links.1",
    ] {
        assert!(files.contains(file), "no {file}: {list}");
    }
    let checksum = format!("{name}.tar.gz.sha256");
    let check =
        Command::new("shasum").args(["-a", "256", "-c", &checksum]).current_dir(&out).output();
    let check = check.unwrap();
    assert!(check.status.success(), "{check:?}");
}

#[test]
fn programs_of_different_versions_are_not_packed() {
    let folder = tempfile::tempdir().unwrap();
    let programs = folder.path().join("programs");
    fs::create_dir(&programs).unwrap();
    write_program(&programs, "links", "1.2.3");
    write_program(&programs, "links-server", "1.2.2");
    let output = archive(folder.path());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && stderr.contains("1.2.2"), "{output:?}");
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 0);
}
