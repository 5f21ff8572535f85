//! Import in batches.
//!
//! One transaction for a large file was rejected: SQLite has one writer, so a server on the same database
//! could not save changes meanwhile. Everything is checked before the first batch, so an invalid import
//! changes nothing. Batches add what is missing, so an import that was interrupted can be run again.

use std::time::Instant;

use rusqlite::{Connection, OptionalExtension};

use super::writer::Written;
use super::{
    SqliteStore, add_agent, add_link, find_agent, find_link, find_or_add_account, replace_agent,
    replace_link,
};
use crate::store::error::StoreError;
use crate::store::import_plan::{self, Existing};
use crate::store::types::{AccountId, Import, ImportCounts, ImportOutcome};

/// Maximum number of agents and links in one transaction: some milliseconds.
const BATCH_LENGTH: usize = 500;

/// Agents and links of one transaction, and the number of those in earlier ones.
struct Batch {
    import: Import,
    agents_before: usize,
    links_before: usize,
}

/// Saves an import, or nothing at all if a part of it belongs to another account.
pub(super) async fn run(
    store: &SqliteStore,
    account: String,
    import: Import,
) -> Result<ImportOutcome, StoreError> {
    let name = account.clone();
    let checked = store.read(move |connection| Ok((check(connection, &name, &import)?, import)));
    let import = match checked.await? {
        (ImportOutcome::Imported(counts), import) if counts.has_changes() => import,
        // without changes nothing is saved, not even a new account
        (outcome, _) => return Ok(outcome),
    };
    let mut total = ImportCounts::default();
    let mut batches = batches(import).into_iter().peekable();
    while let Some(Batch { import, agents_before, links_before }) = batches.next() {
        let account = account.clone();
        let began = Instant::now();
        let outcome =
            store.writer.run(move |connection| save(connection, &account, &import)).await?;
        match outcome {
            ImportOutcome::Imported(counts) => total += counts,
            // another process has added it since the check
            ImportOutcome::ForeignLink(index) => {
                return Ok(ImportOutcome::ForeignLink(links_before + index));
            }
            ImportOutcome::ForeignAgent(index) => {
                return Ok(ImportOutcome::ForeignAgent(agents_before + index));
            }
        }
        if batches.peek().is_some() {
            // leaves half of the time to other processes
            tokio::time::sleep(began.elapsed()).await;
        }
    }
    Ok(ImportOutcome::Imported(total))
}

/// Splits an import. Links refer to agents, so all agents come first.
fn batches(import: Import) -> Vec<Batch> {
    let Import { agents, links, different } = import;
    let (mut agents, mut links) = (agents.into_iter(), links.into_iter());
    let mut batches = Vec::new();
    let (mut agents_before, mut links_before) = (0, 0);
    while agents.len() + links.len() > 0 {
        let agents: Vec<_> = agents.by_ref().take(BATCH_LENGTH).collect();
        let links: Vec<_> = links.by_ref().take(BATCH_LENGTH - agents.len()).collect();
        let (agents_here, links_here) = (agents.len(), links.len());
        batches.push(Batch {
            import: Import { agents, links, different },
            agents_before,
            links_before,
        });
        agents_before += agents_here;
        links_before += links_here;
    }
    batches
}

/// Returns what the import would do.
fn check(
    connection: &Connection,
    account: &str,
    import: &Import,
) -> Result<ImportOutcome, StoreError> {
    let existing = find_existing(connection, import)?;
    // after its agents and links, which another process may be adding
    let account = connection
        .query_row("SELECT account_id FROM accounts WHERE name = ?1", [account], |row| row.get(0))
        .optional()?;
    let plan = import_plan::plan(account.map(AccountId), import, &existing);
    Ok(plan.map_or_else(|rejected| rejected, |plan| ImportOutcome::Imported(plan.counts())))
}

fn save(
    connection: &Connection,
    account: &str,
    import: &Import,
) -> Result<Written<ImportOutcome>, StoreError> {
    let account = find_or_add_account(connection, account)?;
    let existing = find_existing(connection, import)?;
    let plan = match import_plan::plan(Some(account), import, &existing) {
        Ok(plan) => plan,
        Err(rejected) => return Ok(Written::Undo(rejected)),
    };
    let counts = plan.counts();
    for agent in plan.agents.added {
        add_agent(connection, account, agent)?;
    }
    for agent in plan.agents.replaced {
        replace_agent(connection, agent)?;
    }
    for link in plan.links.added {
        add_link(connection, account, link)?;
    }
    for link in plan.links.replaced {
        replace_link(connection, link)?;
    }
    let written = if counts.has_changes() { Written::Keep } else { Written::Undo };
    Ok(written(ImportOutcome::Imported(counts)))
}

fn find_existing(connection: &Connection, import: &Import) -> Result<Existing, StoreError> {
    let mut existing = Existing::default();
    for agent in &import.agents {
        if let Some(found) = find_agent(connection, &agent.agent_id)? {
            existing.agents.insert(agent.agent_id.clone(), found);
        }
    }
    for link in &import.links {
        if let Some(found) = find_link(connection, &link.link_id)? {
            existing.links.insert(link.link_id.clone(), found);
        }
    }
    Ok(existing)
}
