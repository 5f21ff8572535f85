//! Conversion of rows, and the queries that return them.

use std::fmt::Display;

use agenthuman_links_api::types::{Agent, VoiceAgent};
use agenthuman_server_runtime::timestamp::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSql, Type};

use crate::key::{KeyDigest, KeyKind};
use crate::link::StoredLink;
use crate::store::column_values::{to_auth_method, to_status};
use crate::store::queries::{select_agents, select_keys, select_links};
use crate::store::types::{AccountId, KeyId, StoredKey};

pub(super) const KEYS: &str = select_keys!("ORDER BY keys.key_id");
pub(super) const KEY_BY_DIGEST: &str = select_keys!("WHERE keys.digest = ?1");
pub(super) const AGENT_BY_ID: &str = select_agents!("WHERE agent_id = ?1");
pub(super) const LINK_BY_ID: &str = select_links!("WHERE links.link_id = ?1");

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
    })
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
