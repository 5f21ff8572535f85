//! Whether the generated files that are checked in are those that the contract gives today.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::CONTRACT;
use crate::findings::{Finding, Statement};
use crate::generate::{self, GeneratedFile};
use crate::reader::{Contract, Place};

const MEND: &str = "cargo xtask generate";

/// What is stale, missing, too much, or cannot be generated; and how many files were compared.
pub fn check(contract: &Contract, root: &Path) -> (Vec<Finding>, usize) {
    match generate::checked_in(contract) {
        Ok(mut files) => {
            // A copy of the contract stands for the contract, whatever it is called.
            let name = Path::new(contract.file()).file_name().unwrap_or_default();
            let name = format!("from openapi/{} by", name.display());
            for file in &mut files {
                file.text = file.text.replacen(&name, &format!("from {CONTRACT} by"), 1);
            }
            (compare(&files, root), files.len())
        }
        Err(errors) => {
            let finding = |error| generate::command::finding(contract, error);
            (errors.into_iter().map(finding).collect(), 0)
        }
    }
}

/// Compares the files below `root` with what was generated.
pub fn compare(files: &[GeneratedFile], root: &Path) -> Vec<Finding> {
    let mut findings: Vec<_> = files.iter().filter_map(|file| compare_file(file, root)).collect();
    findings.extend(orphans(files, root));
    findings
}

fn compare_file(file: &GeneratedFile, root: &Path) -> Option<Finding> {
    let text = match fs::read(root.join(&file.path)) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => {
            let rule = "missing-generated-file";
            let text = match error.kind() {
                ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => format!("cannot be read: {error}"),
            };
            return Some(finding(&file.path, rule, None, vec![Statement::new("file", text)]));
        }
    };
    if text == file.text {
        return None;
    }
    let (mut found, mut wanted, mut start) = (text.lines(), file.text.lines(), 0);
    for line in 1.. {
        let (is, should) = (found.next(), wanted.next());
        if is == should && is.is_some() {
            start += is.map_or(0, |is| is.chars().count() + 1);
            continue;
        }
        let quoted = |line: Option<&str>| match line {
            Some(line) => format!("`{}`", line.trim()),
            None => "the end of the file".to_owned(),
        };
        let place =
            Place { line, column: 1, start, end: start + is.map_or(0, |is| is.chars().count()) };
        let statements =
            vec![Statement::new("generated", quoted(should)), Statement::new("file", quoted(is))];
        return Some(finding(&file.path, "stale-generated-file", Some(place), statements));
    }
    None
}

/// Files beside the generated ones that say of themselves that they are generated, and are not.
fn orphans(files: &[GeneratedFile], root: &Path) -> Vec<Finding> {
    let folders: BTreeSet<_> = files.iter().filter_map(|file| file.path.parent()).collect();
    let mut orphans = Vec::new();
    for folder in folders {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        let paths: BTreeSet<PathBuf> =
            entries.flatten().map(|entry| folder.join(entry.file_name())).collect();
        for path in paths {
            let known = files.iter().any(|file| file.path == path);
            let Ok(text) = fs::read_to_string(root.join(&path)) else { continue };
            let first = text.lines().next().unwrap_or_default();
            if !known && first.contains(MEND) {
                let text = "says that it is generated, but nothing generates it";
                let mut orphan = finding(
                    &path,
                    "orphaned-generated-file",
                    None,
                    vec![Statement::new("file", text)],
                );
                orphan.mend = format!("rm {}", path.display());
                orphans.push(orphan);
            }
        }
    }
    orphans
}

fn finding(path: &Path, rule: &str, place: Option<Place>, statements: Vec<Statement>) -> Finding {
    Finding {
        rule: rule.to_owned(),
        subject: path.display().to_string(),
        file: path.display().to_string(),
        place,
        pointer: None,
        statements,
        related: Vec::new(),
        mend: MEND.to_owned(),
    }
}
