//! Conversion of rows, and the queries that return them.

use std::fmt::Display;

use agenthuman_links_api::types::{Agent, VoiceAgent};
use agenthuman_server_runtime::timestamp::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::key::{KeyDigest, KeyKind};
use crate::link::StoredLink;
use crate::store::column_values::{to_auth_method, to_status};
use crate::store::error::StoreError;
use crate::store::queries::{select_agent_summaries, select_agents, select_keys, select_links};
use crate::store::types::{AccountId, AccountSummary, AgentSummary, KeyId, StoredKey};

/// Saves uses of keys (1) at times (2), unless another one within a time (3) is saved.
pub(super) const SAVE_KEY_USES: &str = "UPDATE keys SET last_used_at = used.used_at
    FROM unnest($1::bigint[], $2::bigint[]) AS used (key_id, used_at)
    WHERE keys.key_id = used.key_id
        AND (keys.last_used_at IS NULL OR abs(keys.last_used_at - used.used_at) >= $3)";
pub(super) const KEYS: &str = select_keys!("ORDER BY keys.key_id");
pub(super) const KEY_BY_DIGEST: &str = select_keys!("WHERE keys.digest = $1");
pub(super) const AGENTS_BY_ID: &str = select_agents!("WHERE agent_id = ANY($1)");
/// The agents of an account (1) behind an id (2, or null), at most so many (3).
pub(super) const AGENTS: &str = select_agent_summaries!(
    "WHERE account_id = $1 AND ($2::text IS NULL OR agent_id > $2) ORDER BY agent_id LIMIT $3"
);
pub(super) const LOCKED_LINKS_BY_ID: &str =
    select_links!("WHERE links.link_id = ANY($1) ORDER BY links.link_id FOR UPDATE OF links");
pub(super) const LINK_BY_ID: &str = select_links!("WHERE links.link_id = $1");

/// The links of an account (1), at most so many (2).
macro_rules! page_of_links {
    ($position:literal) => {
        select_links!(
            "WHERE links.account_id = $1 ",
            $position,
            "ORDER BY links.created_at DESC, links.link_id DESC LIMIT $2"
        )
    };
}

pub(super) const FIRST_LINKS: &str = page_of_links!("");

/// The same behind a position: a time of creation (3) and an id (4).
pub(super) const NEXT_LINKS: &str =
    page_of_links!("AND (links.created_at, links.link_id) < ($3::bigint, $4::text) ");
pub(super) const LOCKED_LINK_BY_ID: &str =
    select_links!("WHERE links.link_id = $1 FOR UPDATE OF links");

pub(super) fn key(row: &Row) -> Result<StoredKey, StoreError> {
    Ok(StoredKey {
        key_id: KeyId(row.try_get(0)?),
        account_id: AccountId(row.try_get(1)?),
        account: row.try_get(2)?,
        digest: convert(row, 3, |digest: &[u8]| {
            digest.try_into().map(KeyDigest::from_bytes).map_err(|_| "not 32 bytes")
        })?,
        kind: convert(row, 4, |name: &str| KeyKind::from_name(name).ok_or("unknown kind"))?,
        shown: row.try_get(5)?,
        created_at: timestamp(row, 6)?,
        revoked_at: optional_timestamp(row, 7)?,
        label: row.try_get(8)?,
        expires_at: optional_timestamp(row, 9)?,
        last_used_at: optional_timestamp(row, 10)?,
    })
}

pub(super) fn account(row: &Row) -> Result<AccountSummary, StoreError> {
    Ok(AccountSummary {
        account_id: AccountId(row.try_get(0)?),
        name: row.try_get(1)?,
        agents: row.try_get(2)?,
        links: row.try_get(3)?,
        keys: row.try_get(4)?,
    })
}

pub(super) fn agent(row: &Row) -> Result<AgentSummary, StoreError> {
    Ok(AgentSummary { agent: agent_with_owner(row)?.1, links: row.try_get(8)? })
}

pub(super) fn agent_with_owner(row: &Row) -> Result<(AccountId, Agent), StoreError> {
    let agent = Agent {
        agent_id: row.try_get(1)?,
        name: row.try_get(2)?,
        avatar_image_url: row.try_get(3)?,
        created_at: timestamp(row, 4)?,
        voice_agent: VoiceAgent {
            provider: row.try_get(5)?,
            agent_id: row.try_get(6)?,
            auth_method: convert(row, 7, to_auth_method)?,
        },
    };
    Ok((AccountId(row.try_get(0)?), agent))
}

/// Reads a link and its owner.
pub(super) fn link(row: &Row) -> Result<(AccountId, StoredLink), StoreError> {
    let (account_id, agent) = agent_with_owner(row)?;
    let link = StoredLink {
        link_id: convert(row, 8, |text: String| text.try_into())?,
        name: row.try_get(9)?,
        agent,
        stored_status: convert(row, 10, to_status)?,
        uses: convert(row, 11, |uses: i64| uses.try_into())?,
        use_limit: convert(row, 12, |limit: Option<i64>| limit.map(TryInto::try_into).transpose())?,
        created_at: timestamp(row, 13)?,
        expires_at: optional_timestamp(row, 14)?,
    };
    Ok((account_id, link))
}

/// Reads the version of a link.
pub(super) fn version(row: &Row) -> Result<i64, StoreError> {
    Ok(row.try_get(15)?)
}

pub(super) fn optional_timestamp(
    row: &Row,
    column: usize,
) -> Result<Option<Timestamp>, StoreError> {
    convert(row, column, |micros: Option<i64>| match micros {
        None => Ok(None),
        Some(micros) => Timestamp::from_micros(micros).map(Some).ok_or("after the year 9999"),
    })
}

fn timestamp(row: &Row, column: usize) -> Result<Timestamp, StoreError> {
    convert(row, column, |micros| Timestamp::from_micros(micros).ok_or("after the year 9999"))
}

/// Reads a column and converts its value; the tables allow values that this program may not.
fn convert<'a, S: FromSql<'a>, T, E: Display>(
    row: &'a Row,
    column: usize,
    conversion: impl FnOnce(S) -> Result<T, E>,
) -> Result<T, StoreError> {
    conversion(row.try_get(column)?)
        .map_err(|problem| StoreError::Failed(format!("column {column}: {problem}").into()))
}
