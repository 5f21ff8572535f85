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
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use semver::Version;
use serde_json::Value;

use crate::drift::{self, Against};
use crate::findings::{Finding, Related, Statement};
use crate::model::Model;
use crate::reader::Contract;
pub use classify::Class;
use classify::classify;

/// Where the released contracts are, in the repository.
pub const FOLDER: &str = "openapi/released";

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
pub fn check(contract: &Contract, model: &Model, root: &Path) -> Vec<Finding> {
    let (newest, mut findings) = newest(root);
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
fn newest(root: &Path) -> (Option<(Version, Contract)>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut newest: Option<(Version, String)> = None;
    for entry in std::fs::read_dir(root.join(FOLDER)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".yaml") else { continue };
        let file = format!("{FOLDER}/{name}");
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
        place: None,
        pointer: None,
        statements: vec![Statement::new("release", text)],
        related: Vec::new(),
        mend: format!("git checkout -- {file}"),
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
    for difference in drift::compare(old, model, Against::Release).differences {
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
        place: released.place(&change.before),
        pointer: Some(change.before.clone()),
    }];
    finding.mend = "nothing, where `info.version` says so".to_owned();
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
        let place = contract.place(&worst.pointer);
        let class = worst.class.rule().trim_start_matches("change-").replace('-', " ");
        let text = format!(
            "{class}: {}, at {}:{}:{}",
            worst.subject,
            contract.file(),
            place.line,
            place.column
        );
        finding.statements.push(Statement::new("worst", text));
    }
    finding.mend =
        format!("write `version: {least}` at {}, or take the changes back", finding.at());
    Some(finding)
}

/// Why the contract was not released.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    #[error("`info.version` is missing")]
    NoVersion,
    #[error(
        "{0} is there, and is different: a released contract is never changed; raise `info.version`"
    )]
    Different(String),
    #[error("cannot write {0}")]
    Output(PathBuf, #[source] io::Error),
}

/// Freezes the contract; the text is that of its file.
pub fn freeze(contract: &Contract, root: &Path, out: &mut dyn Write) -> Result<(), ReleaseError> {
    let version = contract.get("/info/version").and_then(Value::as_str);
    let version = version.ok_or(ReleaseError::NoVersion)?;
    let name = format!("{FOLDER}/{version}.yaml");
    let path = root.join(&name);
    let failed = |error| ReleaseError::Output(PathBuf::from(&name), error);
    let text = std::fs::read(root.join(contract.file())).map_err(failed)?;
    match std::fs::read(&path) {
        Ok(there) if there == text => {
            return writeln!(out, "{name} is there already").map_err(failed);
        }
        Ok(_) => return Err(ReleaseError::Different(name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    std::fs::create_dir_all(root.join(FOLDER)).map_err(failed)?;
    // Written beside its place and then renamed: it is never half there.
    let beside = path.with_extension("new");
    std::fs::write(&beside, &text).map_err(failed)?;
    std::fs::rename(&beside, &path).map_err(failed)?;
    writeln!(out, "wrote {name}").map_err(failed)
}

#[cfg(test)]
mod tests;
