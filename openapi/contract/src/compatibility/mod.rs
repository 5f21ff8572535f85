//! What has changed since the newest released contract, whom it breaks, and whether `info.version`
//! says so; and `cargo xtask release`, which freezes the contract.
//!
//! The version is the callers': a change that breaks them needs a new major version, one that does
//! not needs a new minor one, documentation a new patch. A change that only servers must follow
//! moves the minor version; the generated stub makes them follow. Below 1.0.0 each step is one place
//! further to the right, as Cargo has it.

mod classify;
mod texts;

use std::collections::HashSet;
use std::path::Path;

use semver::Version;
use serde_json::Value;

use crate::diff::{self, Against};
use crate::findings::{Finding, Related, Statement};
use crate::model::Model;
use crate::reader::Contract;
pub use classify::Class;
use classify::classify;

/// One change since the last release.
pub struct Change {
    pub class: Class,
    pub subject: String,
    /// In the contract.
    pointer: String,
    /// In the released contract.
    before: String,
    /// What the released contract says, and what this one does.
    pub said: [String; 2],
}

/// Compares with the newest released contract; without one there is nothing to find.
pub fn check(contract: &Contract, model: &Model, root: &Path, folder: &str) -> Vec<Finding> {
    let (newest, mut findings) = newest(root, folder);
    if let Some((version, released)) = newest {
        match Model::read(released.document()) {
            Ok(old) => findings.extend(compare(contract, model, &version, &released, &old)),
            Err(errors) => findings
                .extend(errors.into_iter().map(|error| unreadable(released.file(), error.message))),
        }
    }
    findings
}

/// The newest released contract, and the files that are none.
fn newest(root: &Path, folder: &str) -> (Option<(Version, Contract)>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut newest: Option<(Version, String)> = None;
    for entry in std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".yaml") else { continue };
        let file = format!("{folder}/{name}");
        match Version::parse(stem) {
            Err(error) => findings.push(unreadable(&file, format!("not a version: {error}"))),
            Ok(version) => {
                if newest.as_ref().is_none_or(|(other, _)| *other < version) {
                    newest = Some((version, file));
                }
            }
        }
    }
    let Some((version, file)) = newest else { return (None, findings) };
    match Contract::read(root, &file) {
        Ok(released) => {
            let says = released.get("/info/version").and_then(Value::as_str);
            if says != Some(version.to_string().as_str()) {
                let text = format!("its `info.version` is {}", says.unwrap_or("missing"));
                findings.push(unreadable(&file, text));
            }
            (Some((version, released)), findings)
        }
        Err(error) => {
            findings.push(unreadable(&file, error.message));
            (None, findings)
        }
    }
}

fn unreadable(file: &str, text: String) -> Finding {
    Finding {
        rule: "unreadable-release".to_owned(),
        subject: file.to_owned(),
        file: file.to_owned(),
        span: None,
        pointer: None,
        statements: vec![Statement::new("release", text)],
        related: Vec::new(),
        fix: format!("git checkout -- {file}"),
    }
}

fn compare(
    contract: &Contract,
    model: &Model,
    version: &Version,
    released: &Contract,
    old: &Model,
) -> Vec<Finding> {
    let changes = changes(contract, model, released, old);
    let mut findings: Vec<_> =
        changes.iter().map(|change| finding(contract, released, change)).collect();
    findings.extend(too_low(contract, version, &changes));
    findings
}

/// All changes from the released contract to this one.
pub fn changes(
    contract: &Contract,
    model: &Model,
    released: &Contract,
    old: &Model,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for difference in diff::compare(old, model, Against::Release).differences {
        let status = difference.subject.rsplit("response ").next().unwrap_or_default();
        changes.push(Change {
            class: classify(&difference.change, status),
            subject: difference.subject,
            pointer: difference.server.pointer,
            before: difference.contract.pointer,
            said: [difference.contract.text, difference.server.text],
        });
    }
    let documents = [released.document(), contract.document()];
    let [before, now] = documents.map(texts::texts);
    let documentation = |pointer: &str, said: [&str; 2]| Change {
        class: Class::Documentation,
        subject: "a text that people read".to_owned(),
        pointer: pointer.to_owned(),
        before: pointer.to_owned(),
        said: said.map(str::to_owned),
    };
    let new: Vec<_> = now.iter().filter(|(text, _)| !before.contains_key(*text)).collect();
    let gone: Vec<_> = before.iter().filter(|(text, _)| !now.contains_key(*text)).collect();
    // What stands at a place of an operation has been said.
    let said: HashSet<_> =
        changes.iter().flat_map(|change| [change.pointer.clone(), change.before.clone()]).collect();
    let unsaid = |pointer: &str| {
        !pointer.match_indices('/').any(|(at, _)| said.contains(&pointer[..at]))
            && !said.contains(pointer)
    };
    for (_, pointer) in new.iter().filter(|(_, pointer)| unsaid(pointer)) {
        changes.push(documentation(pointer, ["does not say this", "says this"]));
    }
    for (_, pointer) in gone.iter().filter(|(_, pointer)| unsaid(pointer)) {
        if !new.iter().any(|(_, other)| other == pointer) {
            changes.push(documentation(pointer, ["says this", "does not say it"]));
        }
    }
    changes
}

fn finding(contract: &Contract, released: &Contract, change: &Change) -> Finding {
    let mut finding = Finding::in_contract(
        contract,
        &change.pointer,
        change.class.rule(),
        change.subject.as_str(),
    );
    let [before, now] = &change.said;
    finding.statements =
        vec![Statement::new("released", before.as_str()), Statement::new("contract", now.as_str())];
    finding.related = vec![Related {
        what: "the released contract",
        file: released.file().to_owned(),
        span: released.span(&change.before),
        pointer: Some(change.before.clone()),
    }];
    finding.fix = "nothing, where `info.version` says so".to_owned();
    finding
}

/// The version that the changes ask for at least.
fn wanted(released: &Version, worst: Class) -> Version {
    let Version { major, minor, patch, .. } = *released;
    match (worst, major) {
        (Class::BreakingForCallers, 1..) => Version::new(major + 1, 0, 0),
        (Class::BreakingForCallers, 0) => Version::new(0, minor + 1, 0),
        (Class::Documentation, _) | (_, 0) => Version::new(major, minor, patch + 1),
        (Class::Compatible | Class::BreakingForServers, 1..) => Version::new(major, minor + 1, 0),
    }
}

fn too_low(contract: &Contract, released: &Version, changes: &[Change]) -> Option<Finding> {
    let pointer = "/info/version";
    let is = contract.get(pointer).and_then(Value::as_str)?;
    let is_version = Version::parse(is).ok()?;
    let worst = changes.iter().max_by_key(|change| change.class);
    let least = match worst {
        Some(worst) => wanted(released, worst.class),
        None => released.clone(),
    };
    // What leads up to a version (`2.0.0-rc.1`) has moved as far as the version.
    let mut reached = is_version;
    if reached > *released {
        reached.pre = semver::Prerelease::EMPTY;
    }
    if reached >= least {
        return None;
    }
    let mut finding =
        Finding::in_contract(contract, pointer, "version-too-low", "the version of the contract");
    finding.statements =
        vec![Statement::new("released", released.to_string()), Statement::new("contract", is)];
    if let Some(worst) = worst {
        let span = contract.span(&worst.pointer);
        let class = worst.class.rule().trim_start_matches("change-").replace('-', " ");
        let text = format!(
            "{class}: {}, at {}:{}:{}",
            worst.subject,
            contract.file(),
            span.line,
            span.column
        );
        finding.statements.push(Statement::new("worst", text));
    }
    finding.fix = format!("write `version: {least}` at {}, or take the changes back", finding.at());
    Some(finding)
}

#[cfg(test)]
mod tests;
