//! The change log: the changes from each released contract to the next, by whom they break.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use agenthuman_contract::Contract;
use agenthuman_contract::compatibility::{Change, Class, changes};
use agenthuman_contract::model::Model;
use semver::Version;

/// The classes of changes with their headings, the most severe first.
const CLASSES: [(Class, &str); 4] = [
    (Class::BreakingForClients, "Breaking for clients"),
    (Class::BreakingForServers, "Breaking for servers"),
    (Class::Compatible, "Compatible"),
    (Class::Documentation, "Documentation"),
];

/// A released contract.
pub(crate) struct Release {
    pub version: Version,
    pub text: String,
    pub contract: Contract,
}

/// Reads all released contracts, the oldest first.
pub(crate) fn releases(root: &Path, folder: &str) -> Result<Vec<Release>, Box<dyn Error>> {
    let mut releases = Vec::new();
    let failed = |file: &str, error: io::Error| format!("failed to read {file}: {error}");
    let entries = fs::read_dir(root.join(folder)).map_err(|error| failed(folder, error))?;
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let Some(version) = name.strip_suffix(".yaml") else { continue };
        let file = format!("{folder}/{name}");
        let text = fs::read_to_string(root.join(&file)).map_err(|error| failed(&file, error))?;
        let contract = Contract::parse(&file, &text)?;
        let version = Version::parse(version)
            .map_err(|error| format!("{file}: `{version}` is not a version: {error}"))?;
        releases.push(Release { version, text, contract });
    }
    releases.sort_by(|one, other| one.version.cmp(&other.version));
    Ok(releases)
}

/// Returns the page in Markdown, the newest release first. A contract that differs from the newest
/// release is listed as unreleased.
pub(crate) fn markdown(
    contract: &Contract,
    releases: &[Release],
) -> Result<String, Box<dyn Error>> {
    let mut sections = Vec::new();
    let mut older = None;
    for release in releases {
        let version = release.version.to_string();
        let title = format!("{version} ([contract](released/{version}.yaml))");
        sections.push(section(&title, older, &release.contract)?);
        older = Some(&release.contract);
    }
    if older.is_none_or(|newest| newest.document() != contract.document()) {
        sections.push(section("Unreleased", older, contract)?);
    }
    sections.reverse();
    Ok(format!(
        "# Change log\n\nThe changes from each released version of the contract to the next, found by \
         comparing them. A change that is breaking for clients increases the major version.\n\n{}",
        sections.concat()
    ))
}

/// Returns the section of one release: its changes since the `older` one.
fn section(
    title: &str,
    older: Option<&Contract>,
    newer: &Contract,
) -> Result<String, Box<dyn Error>> {
    let mut section = format!("## {title}\n\n");
    let Some(older) = older else {
        return Ok(section + "First release.\n\n");
    };
    let changes = changes(newer, &model(newer)?, older, &model(older)?);
    for (class, heading) in CLASSES {
        let mut changes = changes.iter().filter(|change| change.class == class).peekable();
        if changes.peek().is_some() {
            write!(section, "### {heading}\n\n")?;
            for Change { subject, statements: [before, now], .. } in changes {
                writeln!(section, "- {subject}: before: {before}; now: {now}")?;
            }
            section.push('\n');
        }
    }
    Ok(section)
}

fn model(contract: &Contract) -> Result<Model, Box<dyn Error>> {
    Model::of(contract).map_err(|errors| {
        let error = errors.first().map(|error| error.message.as_str()).unwrap_or_default();
        format!("{}: {error}", contract.file()).into()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const OPERATION: &str =
        "    get:\n      operationId: read\n      responses: {'200': {description: Read.}}\n";

    fn contract(version: &str, more: &str) -> Contract {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: {version}}}\npaths:\n  /a:\n{OPERATION}{more}"
        );
        Contract::parse(version, &text).unwrap()
    }

    fn release(version: &str, more: &str) -> Release {
        let contract = contract(version, more);
        Release { version: Version::parse(version).unwrap(), text: String::new(), contract }
    }

    #[test]
    fn markdown_lists_newest_release_first_with_its_breaking_changes() {
        let more = format!("  /b:\n{}", OPERATION.replace("read", "other"));
        let releases = [release("1.0.0", ""), release("1.1.0", &more), release("2.0.0", "")];
        let log = markdown(&contract("2.0.0", ""), &releases).unwrap();
        let spans: Vec<_> =
            ["## 2.0.0", "### Breaking for clients", "## 1.1.0", "### Compatible", "## 1.0.0"]
                .map(|text| log.find(text))
                .into();
        assert!(spans.is_sorted() && spans[0].is_some(), "{log}");
        assert!(log.contains("GET /b") && log.contains("First release."), "{log}");
        assert!(!log.contains("Unreleased"), "{log}");
        let log = markdown(&contract("2.0.0", &more), &releases).unwrap();
        assert!(log.contains("## Unreleased\n\n### Compatible"), "{log}");
    }
}
