//! Planning of an import, shared by all engines: an engine looks up what exists, asks for a plan, and
//! saves it.

use std::collections::HashMap;

use agenthuman_links_api::types::{Agent, LinkId};

use super::types::{AccountId, ImportCounts, ImportOutcome};
use crate::link::StoredLink;

/// Links and agents of an import that already exist, with their owners.
#[derive(Debug, Default)]
pub(super) struct Existing {
    pub(super) links: HashMap<LinkId, (AccountId, StoredLink)>,
    pub(super) agents: HashMap<String, (AccountId, Agent)>,
}

/// Agents and links to add; links refer to agents, so agents come first.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    pub(super) agents: Vec<&'a Agent>,
    pub(super) links: Vec<&'a StoredLink>,
    pub(super) counts: ImportCounts,
}

/// Returns what to add to `account`, or the outcome of an import that is rejected as a whole.
pub(super) fn plan<'a>(
    account: AccountId,
    links: &'a [StoredLink],
    existing: &Existing,
) -> Result<Plan<'a>, ImportOutcome> {
    let mut plan = Plan::default();
    let mut new_agents: HashMap<&str, &Agent> = HashMap::new();
    for (index, link) in links.iter().enumerate() {
        match existing.links.get(&link.link_id) {
            Some((owner, _)) if *owner != account => return Err(ImportOutcome::ForeignLink(index)),
            Some((_, stored)) if stored == link => plan.counts.unchanged += 1,
            Some(_) => plan.counts.different += 1,
            None => {
                let agent = &link.agent;
                let saved = match existing.agents.get(&agent.agent_id) {
                    Some((owner, _)) if *owner != account => {
                        return Err(ImportOutcome::ForeignAgent(index));
                    }
                    Some((_, saved)) => saved,
                    None => new_agents.entry(&agent.agent_id).or_insert_with(|| {
                        plan.agents.push(agent);
                        agent
                    }),
                };
                if saved != agent {
                    plan.counts.different_agents += 1;
                }
                plan.links.push(link);
                plan.counts.imported += 1;
            }
        }
    }
    Ok(plan)
}
