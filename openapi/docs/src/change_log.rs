//! The change log: the changes from each released contract to the next, by whom they break.

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use agenthuman_contract::Contract;
use agenthuman_contract::compatibility::{Change, ChangeKind, Class, changes, operation_changes};
use agenthuman_contract::exceptions::{Exceptions, Subject};
use agenthuman_contract::model::Model;
use semver::Version;

use crate::literal::literal;
use crate::operations::text;
use crate::{html, sanitize};

/// The classes of changes with their headings, the most severe first.
const CLASSES: [(Class, &str); 4] = [
    (Class::BreakingForClients, "Breaking for clients"),
    (Class::BreakingForServers, "Breaking for servers"),
    (Class::Compatible, "Compatible"),
    (Class::Documentation, "Documentation"),
];

/// The number of characters that are shown of a statement about a contract.
const STATEMENT: usize = 240;

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

/// Returns the page in Markdown, the newest release first. A contract with changes since the newest
/// release is listed as unreleased; extensions are not changes.
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
    let is_unreleased = match older {
        Some(newest) => !changes(contract, &model(contract)?, newest, &model(newest)?).is_empty(),
        None => true,
    };
    if is_unreleased {
        sections.push(section("Unreleased", older, contract)?);
    }
    sections.reverse();
    Ok(format!(
        "# Change log\n\nThe changes from each released version of the contract to the next, found by \
         comparing them. A change that is breaking for clients increases the major version.\n\n{}",
        sections.concat()
    ))
}

/// The changes from one document to another, to publish or to review.
#[derive(Debug)]
pub struct ChangeLog {
    title: String,
    markdown: String,
}

impl ChangeLog {
    /// Compares two documents, which can be any two versions. Changes that `exceptions` allow are left out.
    ///
    /// # Errors
    ///
    /// A document that is not OpenAPI 3.0.
    pub fn between(
        old: &Contract,
        new: &Contract,
        exceptions: &mut Exceptions,
    ) -> Result<Self, Box<dyn Error>> {
        let mut changes = changes(new, &model(new)?, old, &model(old)?);
        changes.retain(|change| {
            let Change { rule, old_pointer, operations, .. } = change;
            !exceptions.allow(Subject { rule, pointer: Some(old_pointer), operations })
        });
        let version = |contract| match text(contract, "/info/version") {
            "" => "no version",
            version => version,
        };
        let (before, now) = (version(old), version(new));
        let of = text(new, "/info/title");
        let title = format!("Changes of {of}: {before} to {now}");
        let [of, before, now] = [of, before, now].map(literal);
        let mut page = format!("# Changes of {of}: {before} to {now}\n\n");
        match changes.is_empty() {
            true => page.push_str("No change.\n"),
            false => page.push_str(&by_operation(&changes)),
        }
        page.push_str(&by_class(&changes, "##"));
        Ok(ChangeLog { title, markdown: sanitize::markdown(&page) })
    }

    /// Returns the change log in Markdown.
    pub fn markdown(&self) -> &str {
        &self.markdown
    }

    /// Returns the change log as an HTML page that needs no other file.
    pub fn html(&self) -> String {
        html::single_page(&self.title, &self.markdown)
    }
}

/// Returns the table with the number of changes of each operation.
fn by_operation(changes: &[Change]) -> String {
    let mut table =
        "| operation | breaking | warning | other |\n| --- | --- | --- | --- |\n".to_owned();
    let changes = changes.iter().map(|one| (one.class, one.kind, &*one.operations));
    for changes in operation_changes(changes) {
        let operation = match &changes.operation {
            None => "(the document)".to_owned(),
            // A pipe separates cells, even in code.
            Some(operation) => literal(operation).replace('|', "\\|"),
        };
        let added = match changes.kind {
            ChangeKind::OperationAdded => " (added)",
            ChangeKind::OperationRemoved => " (removed)",
            ChangeKind::Other => "",
        };
        let cells = [changes.breaking, changes.warning, changes.other];
        let cells = cells.map(|count| if count == 0 { String::new() } else { count.to_string() });
        table.push_str(&format!("| {operation}{added} | {} |\n", cells.join(" | ")));
    }
    table.push_str(
        "\nA change that is breaking breaks clients, and a warning breaks only servers. A change of \
         something that operations share counts for each of them.\n\n",
    );
    table
}

/// Returns the changes of each class under a heading, the most severe class first.
fn by_class(changes: &[Change], heading: &str) -> String {
    let mut sections = String::new();
    for (class, title) in CLASSES {
        let mut changes = changes.iter().filter(|change| change.class == class).peekable();
        if changes.peek().is_some() {
            sections.push_str(&format!("{heading} {title}\n\n"));
            for Change { subject, statements, .. } in changes {
                let subject = literal(subject);
                let [before, now] = [0, 1].map(|side| shortened(&statements[side]));
                let [before, now] = [&before, &now].map(|text| literal(text));
                sections.push_str(&format!("- {subject}: before: {before}; now: {now}\n"));
            }
            sections.push('\n');
        }
    }
    sections
}

/// Returns the beginning of a long text, such as an example.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(STATEMENT) {
        Some((end, _)) => {
            let beginning = &text[..end];
            let is_in_code = !beginning.matches('`').count().is_multiple_of(2);
            format!("{beginning}…{}", if is_in_code { "`" } else { "" })
        }
        None => text.to_owned(),
    }
}

/// Returns the section of one release: its changes since the `older` one.
fn section(
    title: &str,
    older: Option<&Contract>,
    newer: &Contract,
) -> Result<String, Box<dyn Error>> {
    let Some(older) = older else {
        return Ok(format!("## {title}\n\nFirst release.\n\n"));
    };
    let changes = changes(newer, &model(newer)?, older, &model(older)?);
    Ok(format!("## {title}\n\n{}", by_class(&changes, "###")))
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
        let extended = contract("2.0.0", "x-extension: 1\n");
        assert_ne!(extended.document(), releases[2].contract.document());
        assert_eq!(markdown(&extended, &releases).unwrap(), log);
        let log = markdown(&contract("2.0.0", &more), &releases).unwrap();
        assert!(log.contains("## Unreleased\n\n### Compatible"), "{log}");
    }

    #[test]
    fn long_statement_is_shortened_and_its_code_ends() {
        let long = shortened(&format!("`{}`", "é".repeat(STATEMENT)));
        assert_eq!(long, format!("`{}…`", "é".repeat(STATEMENT - 1)));
        assert_eq!(shortened("`a`"), "`a`");
    }

    #[test]
    fn change_log_counts_the_changes_of_each_operation() {
        let more = format!("  /b:\n{}", OPERATION.replace("read", "other"));
        let old = contract("1.0.0", &more);
        let new = contract("2.0.0", &more.replace("/b", "/<script>alert(1)</script>"));
        let log = ChangeLog::between(&old, &new, &mut Exceptions::none()).unwrap();
        let markdown = log.markdown();
        assert!(markdown.starts_with("# Changes of T: 1.0.0 to 2.0.0\n\n| operation | breaking |"));
        assert!(markdown.contains("| GET /b (removed) | 1 |  |  |\n"), "{markdown}");
        assert!(markdown.contains("## Breaking for clients\n\n- GET /b"), "{markdown}");
        let html = log.html();
        assert!(
            html.contains("<h2 id=\"compatible\">Compatible") && html.contains("<style>"),
            "{html}"
        );
        assert!(!html.contains("<script"), "{html}");

        let same = ChangeLog::between(&old, &old, &mut Exceptions::none()).unwrap();
        assert!(same.markdown().ends_with("No change.\n"), "{}", same.markdown());
    }
}
