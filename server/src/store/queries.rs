//! Parts of queries that both engines share. Each engine's `rows` module reads the columns in this order.

use super::types::KEY_USE_PRECISION;

/// Selects keys, with the name of their account.
macro_rules! select_keys {
    ($rest:literal) => {
        concat!(
            "SELECT keys.key_id, keys.account_id, accounts.name, keys.digest, keys.kind,
                 keys.shown, keys.created_at, keys.revoked_at, keys.label, keys.expires_at,
                 keys.last_used_at
             FROM keys JOIN accounts USING (account_id) ",
            $rest
        )
    };
}

/// The precision of a key's last use in microseconds.
pub(super) const KEY_USE_MICROS: i64 = KEY_USE_PRECISION.as_secs() as i64 * 1_000_000;

/// Selects agents, each after the account that owns it.
macro_rules! select_agents {
    ($rest:literal) => {
        concat!(
            "SELECT account_id, ",
            $crate::store::queries::agent_columns!(),
            " FROM agents ",
            $rest
        )
    };
}

/// Selects all accounts, each with the numbers of its agents, links and keys that are not revoked.
pub(super) const ACCOUNTS: &str = "
    SELECT account_id, name,
        (SELECT count(*) FROM agents WHERE agents.account_id = accounts.account_id),
        (SELECT count(*) FROM links WHERE links.account_id = accounts.account_id),
        (SELECT count(*) FROM keys
         WHERE keys.account_id = accounts.account_id AND keys.revoked_at IS NULL)
    FROM accounts ORDER BY name";

/// Selects agents, each after the account that owns it and before the number of its links.
macro_rules! select_agent_summaries {
    ($rest:literal) => {
        concat!(
            "SELECT account_id, ",
            $crate::store::queries::agent_columns!(),
            ", (SELECT count(*) FROM links WHERE links.agent_id = agents.agent_id) FROM agents ",
            $rest
        )
    };
}

/// Selects links, each after the account that owns it and its agent.
macro_rules! select_links {
    ($($rest:expr),+) => {
        concat!(
            "SELECT links.account_id, ",
            $crate::store::queries::agent_columns!(),
            ", links.link_id, links.name, links.status, links.uses, links.use_limit,
               links.created_at, links.expires_at, links.version
             FROM links JOIN agents USING (agent_id) ",
            $($rest),+
        )
    };
}

macro_rules! agent_columns {
    () => {
        "agents.agent_id, agents.name, agents.avatar_image_url, agents.created_at,
         agents.voice_provider, agents.voice_agent_id, agents.voice_auth_method"
    };
}

pub(super) use {agent_columns, select_agent_summaries, select_agents, select_keys, select_links};
