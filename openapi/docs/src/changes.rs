//! The change log: what has changed from each released contract to the next, and whom it breaks.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use semver::Version;

use agenthuman_contract::Contract;
use agenthuman_contract::compatibility::{Change, Class, changes};
use agenthuman_contract::model::Model;

/// The later, the worse; the worst comes first.
const CLASSES: [(Class, &str); 4] = [
    (Class::BreakingForClients, "Breaks callers"),
    (Class::BreakingForServers, "Servers have to follow"),
    (Class::Compatible, "Compatible"),
    (Class::Documentation, "Documentation"),
];

/// A contract and its text.
pub struct Release {
    pub version: Version,
    pub text: String,
    pub contract: Contract,
}

/// All released contracts, the oldest first.
pub fn releases(root: &Path, folder: &str) -> Result<Vec<Release>, Box<dyn Error>> {
    let mut releases = Vec::new();
    for entry in std::fs::read_dir(root.join(folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let Some(version) = name.strip_suffix(".yaml") else { continue };
        let file = format!("{folder}/{name}");
        let text = std::fs::read_to_string(root.join(&file))?;
        let contract = Contract::parse(&file, &text)?;
        releases.push(Release { version: Version::parse(version)?, text, contract });
    }
    releases.sort_by(|one, other| one.version.cmp(&other.version));
    Ok(releases)
}

/// In Markdown, the newest first; a contract that differs from the newest release is one to come.
pub fn markdown(contract: &Contract, releases: &[Release]) -> Result<String, Box<dyn Error>> {
    let mut sections = Vec::new();
    let mut older = None;
    for release in releases {
        let version = release.version.to_string();
        let title = format!("{version} ([contract](released/{version}.yaml))");
        sections.push(section(&title, older, &release.contract)?);
        older = Some(&release.contract);
    }
    if older.is_none_or(|newest| newest.document() != contract.document()) {
        sections.push(section("Not yet released", older, contract)?);
    }
    sections.reverse();
    Ok(format!(
        "# Change log\n\nFrom each released version of the contract to the next, found by comparing \
         them. A change that breaks callers moves the major version.\n\n{}",
        sections.concat()
    ))
}

fn section(
    title: &str,
    older: Option<&Contract>,
    newer: &Contract,
) -> Result<String, Box<dyn Error>> {
    let mut section = format!("## {title}\n\n");
    let Some(older) = older else {
        return Ok(section + "The first release.\n\n");
    };
    let changes = changes(newer, &model(newer)?, older, &model(older)?);
    for (class, heading) in CLASSES {
        let mut changes = changes.iter().filter(|change| change.class == class).peekable();
        if changes.peek().is_some() {
            write!(section, "### {heading}\n\n")?;
            for Change { subject, statements: [before, now], .. } in changes {
                writeln!(section, "- {subject}: before, {before}; now, {now}")?;
            }
            section.push('\n');
        }
    }
    Ok(section)
}

fn model(contract: &Contract) -> Result<Model, Box<dyn Error>> {
    Model::read(contract.document()).map_err(|errors| {
        let error = errors.first().map(|error| error.message.as_str()).unwrap_or_default();
        format!("{}: {error}", contract.file()).into()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
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
    fn the_newest_comes_first_and_says_whom_it_breaks() {
        let more = format!("  /b:\n{}", OPERATION.replace("read", "other"));
        let releases = [release("1.0.0", ""), release("1.1.0", &more), release("2.0.0", "")];
        let log = markdown(&contract("2.0.0", ""), &releases).unwrap();
        let spans: Vec<_> = ["## 2.0.0", "### Breaks", "## 1.1.0", "### Compatible", "## 1.0.0"]
            .map(|text| log.find(text))
            .into();
        assert!(spans.is_sorted() && spans[0].is_some(), "{log}");
        assert!(log.contains("GET /b") && log.contains("The first release."), "{log}");
        assert!(!log.contains("Not yet released"), "{log}");
        let log = markdown(&contract("2.0.0", &more), &releases).unwrap();
        assert!(log.contains("## Not yet released\n\n### Compatible"), "{log}");
    }
}
