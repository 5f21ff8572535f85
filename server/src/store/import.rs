//! What an import is to do, decided once for all engines: they look up, ask here, and save.

use std::collections::HashMap;

use agenthuman_links_api::types::{Agent, LinkId};

use super::{AccountId, ImportCounts, ImportOutcome};
use crate::link::StoredLink;

/// What is there already of an import, with its owners.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) links: HashMap<LinkId, (AccountId, StoredLink)>,
    pub(super) agents: HashMap<String, (AccountId, Agent)>,
}

/// What is to be added, agents first.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    pub(super) agents: Vec<&'a Agent>,
    pub(super) links: Vec<&'a StoredLink>,
    pub(super) counts: ImportCounts,
}

/// What `account` would add, or what refuses the whole import.
pub(super) fn plan<'a>(
    account: AccountId,
    links: &'a [StoredLink],
    found: &Found,
) -> Result<Plan<'a>, ImportOutcome> {
    let mut plan = Plan::default();
    let mut new_agents: HashMap<&str, &Agent> = HashMap::new();
    for (index, link) in links.iter().enumerate() {
        match found.links.get(&link.link_id) {
            Some((owner, _)) if *owner != account => return Err(ImportOutcome::ForeignLink(index)),
            Some((_, stored)) if stored == link => plan.counts.unchanged += 1,
            Some(_) => plan.counts.different += 1,
            None => {
                let agent = &link.agent;
                let there = match found.agents.get(&agent.agent_id) {
                    Some((owner, _)) if *owner != account => {
                        return Err(ImportOutcome::ForeignAgent(index));
                    }
                    Some((_, there)) => there,
                    None => new_agents.entry(&agent.agent_id).or_insert_with(|| {
                        plan.agents.push(agent);
                        agent
                    }),
                };
                if there != agent {
                    plan.counts.different_agents += 1;
                }
                plan.links.push(link);
                plan.counts.imported += 1;
            }
        }
    }
    Ok(plan)
}
