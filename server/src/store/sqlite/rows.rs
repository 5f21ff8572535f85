//! Conversion of rows, and the queries that return them.

use std::fmt::Display;

use agenthuman_links_api::types::{Agent, VoiceAgent};
use agenthuman_server_runtime::timestamp::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSql, Type};

use crate::key::{KeyDigest, KeyKind};
use crate::link::StoredLink;
use crate::store::column_values::{to_auth_method, to_status};
use crate::store::queries::{select_agent_summaries, select_agents, select_keys, select_links};
use crate::store::types::{AccountId, AccountSummary, AgentSummary, KeyId, StoredKey};

pub(super) const KEYS: &str = select_keys!("ORDER BY keys.key_id");
pub(super) const ANY_KEY: &str = select_keys!("LIMIT 1");
pub(super) const KEY_BY_DIGEST: &str = select_keys!("WHERE keys.digest = ?1");
pub(super) const AGENT_BY_ID: &str = select_agents!("WHERE agent_id = ?1");
/// The agents of an account (1) behind an id (2, or null), at most so many (3).
pub(super) const AGENTS: &str = select_agent_summaries!(
    "WHERE account_id = ?1 AND (?2 IS NULL OR agent_id > ?2) ORDER BY agent_id LIMIT ?3"
);
pub(super) const LINK_BY_ID: &str = select_links!("WHERE links.link_id = ?1");

/// The links of an account (1), at most so many (2).
macro_rules! page_of_links {
    ($position:literal) => {
        select_links!(
            "WHERE links.account_id = ?1 ",
            $position,
            "ORDER BY links.created_at DESC, links.link_id DESC LIMIT ?2"
        )
    };
}

pub(super) const FIRST_LINKS: &str = page_of_links!("");

/// The same behind a position: a time of creation (3) and an id (4).
pub(super) const NEXT_LINKS: &str =
    page_of_links!("AND (links.created_at, links.link_id) < (?3, ?4) ");

pub(super) fn key(row: &Row<'_>) -> rusqlite::Result<StoredKey> {
    Ok(StoredKey {
        key_id: KeyId(row.get(0)?),
        account_id: AccountId(row.get(1)?),
        account: row.get(2)?,
        digest: KeyDigest::from_bytes(row.get(3)?),
        kind: convert(row, 4, |name: String| KeyKind::from_name(&name).ok_or("unknown kind"))?,
        shown: row.get(5)?,
        created_at: timestamp(row, 6)?,
        revoked_at: optional_timestamp(row, 7)?,
        label: row.get(8)?,
        expires_at: optional_timestamp(row, 9)?,
        last_used_at: optional_timestamp(row, 10)?,
    })
}

pub(super) fn account(row: &Row<'_>) -> rusqlite::Result<AccountSummary> {
    Ok(AccountSummary {
        account_id: AccountId(row.get(0)?),
        name: row.get(1)?,
        agents: row.get(2)?,
        links: row.get(3)?,
        keys: row.get(4)?,
    })
}

pub(super) fn agent(row: &Row<'_>) -> rusqlite::Result<AgentSummary> {
    Ok(AgentSummary { agent: agent_with_owner(row)?.1, links: row.get(8)? })
}

pub(super) fn agent_with_owner(row: &Row<'_>) -> rusqlite::Result<(AccountId, Agent)> {
    let agent = Agent {
        agent_id: row.get(1)?,
        name: row.get(2)?,
        avatar_image_url: row.get(3)?,
        created_at: timestamp(row, 4)?,
        voice_agent: VoiceAgent {
            provider: row.get(5)?,
            agent_id: row.get(6)?,
            auth_method: convert(row, 7, |name: String| to_auth_method(&name))?,
        },
    };
    Ok((AccountId(row.get(0)?), agent))
}

pub(super) fn link(row: &Row<'_>) -> rusqlite::Result<(AccountId, StoredLink)> {
    let (account_id, agent) = agent_with_owner(row)?;
    let link = StoredLink {
        link_id: convert(row, 8, |text: String| text.try_into())?,
        name: row.get(9)?,
        agent,
        stored_status: convert(row, 10, |name: String| to_status(&name))?,
        uses: convert(row, 11, |uses: i64| uses.try_into())?,
        use_limit: convert(row, 12, |limit: Option<i64>| limit.map(TryInto::try_into).transpose())?,
        created_at: timestamp(row, 13)?,
        expires_at: optional_timestamp(row, 14)?,
    };
    Ok((account_id, link))
}

pub(super) fn optional_timestamp(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<Timestamp>> {
    convert(row, column, |micros: Option<i64>| match micros {
        None => Ok(None),
        Some(micros) => Timestamp::from_micros(micros).map(Some).ok_or("after the year 9999"),
    })
}

fn timestamp(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    convert(row, column, |micros| Timestamp::from_micros(micros).ok_or("after the year 9999"))
}

/// Reads a column and converts its value; the tables allow values that this program may not.
fn convert<S: FromSql, T, E: Display>(
    row: &Row<'_>,
    column: usize,
    conversion: impl FnOnce(S) -> Result<T, E>,
) -> rusqlite::Result<T> {
    conversion(row.get(column)?).map_err(|problem| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Null, problem.to_string().into())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::store::sqlite::migrations;

    #[test]
    fn pages_of_links_are_read_from_the_index_without_sorting() {
        let connection = migrations::open_in_memory().unwrap();
        for query in [FIRST_LINKS, NEXT_LINKS] {
            let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
            for parameter in 1..=explain.parameter_count() {
                explain.raw_bind_parameter(parameter, 1).unwrap();
            }
            let mut rows = explain.raw_query();
            let mut plan = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                plan.push(row.get::<_, String>(3).unwrap());
            }
            let [links, agents] = &plan[..] else { panic!("{plan:?}") };
            let index = "SEARCH links USING INDEX links_of_account (account_id=?";
            assert!(links.starts_with(index), "{plan:?}");
            assert!(agents.starts_with("SEARCH agents USING INDEX"), "{plan:?}");
        }
    }
}
