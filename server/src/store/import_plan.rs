//! Planning of an import, shared by all engines: an engine looks up what exists, asks for a plan, and
//! saves it.

use std::collections::HashMap;

use agenthuman_links_api::types::{Agent, LinkId};

use super::types::{AccountId, Counts, Different, Import, ImportCounts, ImportOutcome};
use crate::link::StoredLink;

/// Links and agents of an import that already exist, with their owners.
#[derive(Debug, Default)]
pub(super) struct Existing {
    pub(super) links: HashMap<LinkId, (AccountId, StoredLink)>,
    pub(super) agents: HashMap<String, (AccountId, Agent)>,
}

/// Rows to save. Links refer to agents, so agents come first.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    pub(super) agents: Changes<'a, Agent>,
    pub(super) links: Changes<'a, StoredLink>,
}

/// Rows of one kind to save.
#[derive(Debug)]
pub(super) struct Changes<'a, T> {
    pub(super) added: Vec<&'a T>,
    pub(super) replaced: Vec<&'a T>,
    unchanged: usize,
    kept: usize,
}

impl<T> Default for Changes<'_, T> {
    fn default() -> Self {
        Changes { added: Vec::new(), replaced: Vec::new(), unchanged: 0, kept: 0 }
    }
}

impl<'a, T> Changes<'a, T> {
    /// Adds a row; `is_same` compares it with the stored one, if there is one.
    fn add(&mut self, row: &'a T, is_same: Option<bool>, different: Different) {
        match (is_same, different) {
            (None, _) => self.added.push(row),
            (Some(true), _) => self.unchanged += 1,
            (Some(false), Different::Replace) => self.replaced.push(row),
            (Some(false), Different::Keep) => self.kept += 1,
        }
    }

    fn counts(&self) -> Counts {
        let Changes { added, replaced, unchanged, kept } = self;
        Counts { added: added.len(), replaced: replaced.len(), unchanged: *unchanged, kept: *kept }
    }
}

impl Plan<'_> {
    pub(super) fn counts(&self) -> ImportCounts {
        ImportCounts { agents: self.agents.counts(), links: self.links.counts() }
    }
}

/// Returns what to save in `account`, or the outcome of an import that is rejected as a whole. An account
/// that does not exist yet owns nothing.
pub(super) fn plan<'a>(
    account: Option<AccountId>,
    import: &'a Import,
    existing: &Existing,
) -> Result<Plan<'a>, ImportOutcome> {
    let Import { agents, links, different } = import;
    let is_foreign = |owner: AccountId| Some(owner) != account;
    for (index, link) in links.iter().enumerate() {
        if existing.links.get(&link.link_id).is_some_and(|(owner, _)| is_foreign(*owner)) {
            return Err(ImportOutcome::ForeignLink(index));
        }
    }
    for (index, agent) in agents.iter().enumerate() {
        if existing.agents.get(&agent.agent_id).is_some_and(|(owner, _)| is_foreign(*owner)) {
            return Err(ImportOutcome::ForeignAgent(index));
        }
    }
    let mut plan = Plan::default();
    for agent in agents {
        let stored = existing.agents.get(&agent.agent_id);
        plan.agents.add(agent, stored.map(|(_, stored)| stored == agent), *different);
    }
    for link in links {
        let stored = existing.links.get(&link.link_id);
        plan.links.add(link, stored.map(|(_, stored)| is_same(stored, link)), *different);
    }
    Ok(plan)
}

/// Compares two links without the fields of their agents, which are compared as agents.
fn is_same(stored: &StoredLink, link: &StoredLink) -> bool {
    let agent = stored.agent.clone();
    stored.agent.agent_id == link.agent.agent_id && *stored == StoredLink { agent, ..link.clone() }
}
