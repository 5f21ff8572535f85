//! Compatibility with the newest released contract: what has changed, whom it breaks, and the version
//! that the changes require.
//!
//! The version is a promise to clients: a change that breaks them requires a new major version, any
//! other change of the API a new minor version, documentation a new patch. A change that breaks only
//! servers requires a new minor version; the generated stub makes servers follow. Below 1.0.0 each
//! step is one component further to the right, as in Cargo.

mod change_kind;
mod classify;
mod operation_changes;
mod texts;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use semver::Version;
use serde_json::Value;

use crate::diff::{self, ComparisonMode, Difference};
use crate::exact::exact_document;
use crate::findings::{Finding, Related, Statement};
use crate::model::Model;
use crate::reader::Contract;
pub use change_kind::ChangeKind;
pub use classify::Class;
use classify::classify;
pub use operation_changes::{OperationChanges, operation_changes};

/// A change since the last release.
pub struct Change {
    /// The class of the change.
    pub class: Class,
    /// The rule of the difference.
    pub rule: String,
    /// The operations that are affected, as `GET /things`; none if it is the document itself.
    pub operations: Arc<[Arc<str>]>,
    /// The effect on the whole operation.
    pub kind: ChangeKind,
    /// The location in the API, for people.
    pub subject: String,
    /// The pointer in the contract.
    pointer: String,
    /// The pointer in the released contract.
    pub old_pointer: String,
    /// The pointers in the target of a `$ref` that points to another component: of the released contract
    /// and of this one.
    targets: [Option<String>; 2],
    /// The statements of the released contract and of this one.
    pub statements: [String; 2],
}

/// Compares a contract with the newest released one in `folder`, relative to `root`. Returns no findings
/// if nothing is released.
pub fn check(contract: &Contract, model: &Model, root: &Path, folder: &str) -> Vec<Finding> {
    let (newest, mut findings) = newest(root, folder);
    if let Some((version, released)) = newest {
        match Model::of(&released) {
            Ok(old) => findings.extend(compare(contract, model, &version, &released, &old)),
            Err(errors) => findings
                .extend(errors.into_iter().map(|error| unreadable(released.file(), error.message))),
        }
    }
    findings
}

/// Returns the newest released contract, and findings for the files that are no released contracts.
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
            let stated = released.get("/info/version").and_then(Value::as_str);
            if stated != Some(version.to_string().as_str()) {
                let text = format!("its `info.version` is {}", stated.unwrap_or("missing"));
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
        operations: Arc::default(),
        change: None,
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

/// Returns the class of a difference between two versions of a document.
pub(crate) fn classify_difference(difference: &Difference) -> Class {
    let status = difference.subject.rsplit("response ").next().unwrap_or_default();
    classify(&difference.delta, status)
}

/// Returns all changes from the released contract to this one.
pub fn changes(
    contract: &Contract,
    model: &Model,
    released: &Contract,
    old: &Model,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for difference in diff::compare(old, model, ComparisonMode::Releases).differences {
        changes.push(Change {
            class: classify_difference(&difference),
            rule: difference.rule,
            operations: difference.operations,
            kind: ChangeKind::of(&difference.delta),
            subject: difference.subject,
            pointer: difference.other.pointer,
            old_pointer: difference.contract.pointer,
            targets: [difference.contract.target, difference.other.target],
            statements: [difference.contract.text, difference.other.text],
        });
    }
    let [before, now] =
        [released, contract].map(|document| texts::texts(&exact_document(document)));
    let documentation = |pointer: &str, statements: [&str; 2]| Change {
        class: Class::Documentation,
        rule: Class::Documentation.rule().to_owned(),
        operations: Arc::default(),
        kind: ChangeKind::Other,
        subject: "documentation".to_owned(),
        pointer: pointer.to_owned(),
        old_pointer: pointer.to_owned(),
        targets: [None, None],
        statements: statements.map(str::to_owned),
    };
    let new: Vec<_> = now.iter().filter(|(text, _)| !before.contains_key(*text)).collect();
    let gone: Vec<_> = before.iter().filter(|(text, _)| !now.contains_key(*text)).collect();
    // Texts of operations and their parts are reported above.
    let reported: HashSet<_> = changes
        .iter()
        .flat_map(|change| {
            let targets = change.targets.iter().flatten().cloned();
            [change.pointer.clone(), change.old_pointer.clone()].into_iter().chain(targets)
        })
        .collect();
    let unreported = |pointer: &str| {
        !pointer.match_indices('/').any(|(at, _)| reported.contains(&pointer[..at]))
            && !reported.contains(pointer)
    };
    for (_, pointer) in new.iter().filter(|(_, pointer)| unreported(pointer)) {
        changes.push(documentation(pointer, ["does not have this text", "has this text"]));
    }
    for (_, pointer) in gone.iter().filter(|(_, pointer)| unreported(pointer)) {
        if !new.iter().any(|(_, other)| other == pointer) {
            changes.push(documentation(pointer, ["has this text", "does not have it"]));
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
    let [before, now] = &change.statements;
    finding.statements =
        vec![Statement::new("released", before.as_str()), Statement::new("contract", now.as_str())];
    let old_pointer = change.old_pointer.clone();
    finding.related = vec![Related::in_contract(released, "the released contract", old_pointer)];
    let sides = [(released, "the released target"), (contract, "the target")];
    for ((document, what), target) in sides.into_iter().zip(&change.targets) {
        let target = target.clone().map(|target| Related::in_contract(document, what, target));
        finding.related.extend(target);
    }
    finding.fix = "no fix is necessary if `info.version` reflects the change".to_owned();
    finding
}

/// Returns the lowest version that the changes allow.
fn required_version(released: &Version, worst: Class) -> Version {
    let Version { major, minor, patch, .. } = *released;
    match (worst, major) {
        (Class::BreakingForClients, 1..) => Version::new(major + 1, 0, 0),
        (Class::BreakingForClients, 0) => Version::new(0, minor + 1, 0),
        (Class::Documentation, _) | (_, 0) => Version::new(major, minor, patch + 1),
        (Class::Compatible | Class::BreakingForServers, 1..) => Version::new(major, minor + 1, 0),
    }
}

fn too_low(contract: &Contract, released: &Version, changes: &[Change]) -> Option<Finding> {
    let pointer = "/info/version";
    let current = contract.get(pointer).and_then(Value::as_str)?;
    let current_version = Version::parse(current).ok()?;
    let worst = changes.iter().max_by_key(|change| change.class);
    let least = match worst {
        Some(worst) => required_version(released, worst.class),
        None => released.clone(),
    };
    // A pre-release (`2.0.0-rc.1`) counts as its release.
    let mut reached = current_version;
    if reached > *released {
        reached.pre = semver::Prerelease::EMPTY;
    }
    if reached >= least {
        return None;
    }
    let mut finding =
        Finding::in_contract(contract, pointer, "version-too-low", "the version of the contract");
    finding.statements =
        vec![Statement::new("released", released.to_string()), Statement::new("contract", current)];
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
    finding.fix = format!("write `version: {least}` at {}, or revert the changes", finding.at());
    Some(finding)
}

#[cfg(test)]
mod tests;
