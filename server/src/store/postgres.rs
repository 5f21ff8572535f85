//! The store in a PostgreSQL database, for any number of processes.
//!
//! An update is two statements: one reads the link, the other saves it if its version has not changed
//! (compare-and-set). No transaction and no lock stays open between them. If other updates of the link
//! win too often, the last attempt locks the row first, so that no update starves. Locking on every
//! update was rejected because it needs two more round trips.
//!
//! If a connection breaks after the second statement was sent, its result is unknown: the response is 503
//! although the update may have taken effect.

mod connector;
mod error;
mod migrations;
mod rate;
mod rows;
mod sessions;

use std::fmt::{self, Debug, Formatter};
use std::time::Duration;

use agenthuman_links_api::types::{Agent, LinkId};
use agenthuman_server_runtime::timestamp::Timestamp;
use async_trait::async_trait;
use deadpool_postgres::{Client, GenericClient, Transaction};
use prometheus_client::registry::Registry;
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::types::ToSql;

use self::connector::Connector;
use self::sessions::{Sessions, on_session};
use super::column_values;
use super::error::{OpenError, StoreError};
use super::import_plan::{self, Existing};
use super::queries;
use super::traits::{LinkRules, Store};
use super::types::{
    AccountId, AccountSummary, AgentSummary, CreateOutcome, Import, ImportOutcome, KeyId,
    ListQuery, MissingDatabase, NewKey, Position, Revocation, StoredKey, UpdateOutcome, Window,
};
use crate::database_url::PostgresUrl;
use crate::key::KeyDigest;
use crate::link::{NewLink, StoredLink};

/// Number of attempts to save a link without locking it first.
const OPTIMISTIC_ATTEMPTS: usize = 3;

const SAVE_LINK: &str = "UPDATE links SET name = $3, status = $4, uses = $5, use_limit = $6,
        expires_at = $7, version = version + 1
    WHERE link_id = $1 AND version = $2";

/// Store in one PostgreSQL database.
pub(super) struct PostgresStore {
    sessions: Sessions,
    rate: rate::Counter,
}

impl PostgresStore {
    /// Connects and migrates the tables.
    pub(super) async fn open(
        url: &PostgresUrl,
        connections: usize,
        missing: MissingDatabase,
    ) -> Result<Self, OpenError> {
        let connector = Connector::new(url)?;
        let sessions = Sessions::new(connector.clone(), connections)?;
        let session = sessions.get().await?;
        reject_shared_sessions(&session, &connector).await?;
        migrations::run(&session, missing).await?;
        let commit = session.query_one("SHOW synchronous_commit", &[]).await?;
        if commit.try_get::<_, &str>(0)? == "off" {
            return Err(OpenError::NotDurable);
        }
        session.finish();
        Ok(PostgresStore { rate: rate::Counter::start(&connector), sessions })
    }
}

/// Rejects a connection pooler that lets several sessions share one of PostgreSQL's, as PgBouncer does in
/// its transaction and statement modes: prepared statements and settings would get lost.
async fn reject_shared_sessions(first: &Client, connector: &Connector) -> Result<(), OpenError> {
    let opened = tokio::time::timeout(connector.time_limit(), connector.open()).await;
    let Ok(Ok((second, connection))) = opened else {
        // without a second session, there is nothing to compare
        return Ok(());
    };
    // the simple protocol: it needs no prepared statement
    let backend = "SELECT pg_backend_pid()";
    let backends = (first.simple_query(backend).await?, second.simple_query(backend).await?);
    connection.abort();
    let pid = |messages: Vec<SimpleQueryMessage>| {
        messages.into_iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
    };
    match pid(backends.0) == pid(backends.1) {
        true => Err(OpenError::SharedSessions),
        false => Ok(()),
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn find_key(&self, digest: KeyDigest) -> Result<Option<StoredKey>, StoreError> {
        on_session!(self.sessions.request(), |client| {
            let statement = client.prepare_cached(rows::KEY_BY_DIGEST).await?;
            let row = client.query_opt(&statement, &[&digest.bytes().as_slice()]).await?;
            row.as_ref().map(rows::key).transpose()
        })
    }

    async fn add_key(&self, account: String, key: NewKey) -> Result<KeyId, StoreError> {
        on_session!(self.sessions.request(), |client| {
            let transaction = client.transaction().await?;
            let account = find_or_add_account(&transaction, &account).await?;
            let insert = "INSERT INTO keys
                    (account_id, digest, kind, shown, created_at, label, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING key_id";
            let digest = key.digest.bytes().as_slice();
            let created_at = key.created_at.micros();
            let expires_at = key.expires_at.map(|time| time.micros());
            let kind = key.kind.name();
            let parameters: [&(dyn ToSql + Sync); 7] =
                [&account.0, &digest, &kind, &key.shown, &created_at, &key.label, &expires_at];
            let key_id = KeyId(transaction.query_one(insert, &parameters).await?.try_get(0)?);
            transaction.commit().await?;
            Ok(key_id)
        })
    }

    async fn list_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        on_session!(self.sessions.request(), |client| {
            client.query(rows::KEYS, &[]).await?.iter().map(rows::key).collect()
        })
    }

    async fn revoke_key(&self, key: KeyId, now: Timestamp) -> Result<Revocation, StoreError> {
        on_session!(self.sessions.request(), |client| {
            let revoke = "UPDATE keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL";
            if client.execute(revoke, &[&key.0, &now.micros()]).await? == 1 {
                return Ok(Revocation::Revoked);
            }
            let since = "SELECT revoked_at FROM keys WHERE key_id = $1";
            let since = client.query_opt(since, &[&key.0]).await?;
            let since = since.map(|row| rows::optional_timestamp(&row, 0)).transpose()?;
            Ok(since.flatten().map_or(Revocation::NoSuchKey, Revocation::AlreadyRevoked))
        })
    }

    async fn expire_key(&self, key: KeyId, expires_at: Timestamp) -> Result<(), StoreError> {
        on_session!(self.sessions.request(), |client| {
            // the least of the values that are not null
            let expire = "UPDATE keys SET expires_at = least(expires_at, $2) WHERE key_id = $1";
            client.execute(expire, &[&key.0, &expires_at.micros()]).await?;
            Ok(())
        })
    }

    async fn save_key_uses(&self, uses: Vec<(KeyId, Timestamp)>) -> Result<(), StoreError> {
        on_session!(self.sessions.request(), |client| {
            let (keys, times): (Vec<i64>, Vec<i64>) =
                uses.iter().map(|(key, used_at)| (key.0, used_at.micros())).unzip();
            let statement = client.prepare_cached(rows::SAVE_KEY_USES).await?;
            client.execute(&statement, &[&keys, &times, &queries::KEY_USE_MICROS]).await?;
            Ok(())
        })
    }

    async fn find_link(
        &self,
        account: AccountId,
        link_id: LinkId,
    ) -> Result<Option<StoredLink>, StoreError> {
        on_session!(self.sessions.request(), |client| {
            let statement = client.prepare_cached(rows::LINK_BY_ID).await?;
            let row = client.query_opt(&statement, &[&link_id.as_str()]).await?;
            let found = row.as_ref().map(rows::link).transpose()?;
            Ok(found.filter(|(owner, _)| *owner == account).map(|(_, link)| link))
        })
    }

    async fn list_links(&self, query: ListQuery) -> Result<Vec<StoredLink>, StoreError> {
        on_session!(self.sessions.request(), |client| {
            let ListQuery { account, after, limit } = &query;
            let limit = i64::from(*limit);
            let rows = match after {
                None => {
                    let statement = client.prepare_cached(rows::FIRST_LINKS).await?;
                    client.query(&statement, &[&account.0, &limit]).await?
                }
                Some(Position { created_at, link_id }) => {
                    let statement = client.prepare_cached(rows::NEXT_LINKS).await?;
                    let (created_at, link_id) = (created_at.micros(), link_id.as_str());
                    let parameters: [&(dyn ToSql + Sync); 4] =
                        [&account.0, &limit, &created_at, &link_id];
                    client.query(&statement, &parameters).await?
                }
            };
            rows.iter().map(|row| Ok(rows::link(row)?.1)).collect()
        })
    }

    async fn create_link(
        &self,
        account: AccountId,
        link: NewLink,
    ) -> Result<CreateOutcome, StoreError> {
        on_session!(self.sessions.write_request(account).await?, |client| {
            let statement = client.prepare_cached(rows::AGENTS_BY_ID).await?;
            let agent = client.query_opt(&statement, &[&[&*link.agent_id].as_slice()]).await?;
            let agent = agent.as_ref().map(rows::agent_with_owner).transpose()?;
            let Some((_, agent)) = agent.filter(|(owner, _)| *owner == account) else {
                return Ok(CreateOutcome::NoSuchAgent);
            };
            let link = link.clone().with_agent(agent);
            add_link(client, account, &link).await?;
            Ok(CreateOutcome::Created(Box::new(link)))
        })
    }

    async fn delete_link(&self, account: AccountId, link_id: LinkId) -> Result<bool, StoreError> {
        on_session!(self.sessions.write_request(account).await?, |client| {
            // a statement that is sent to a frozen session takes effect later: this one does no harm
            let find = "SELECT FROM links WHERE link_id = $1 AND account_id = $2";
            let find = client.prepare_cached(find).await?;
            if client.query_opt(&find, &[&link_id.as_str(), &account.0]).await?.is_none() {
                return Ok(false);
            }
            let delete = "DELETE FROM links WHERE link_id = $1 AND account_id = $2";
            let statement = client.prepare_cached(delete).await?;
            Ok(client.execute(&statement, &[&link_id.as_str(), &account.0]).await? > 0)
        })
    }

    async fn update_link(
        &self,
        account: AccountId,
        link_id: LinkId,
        rules: LinkRules,
    ) -> Result<UpdateOutcome, StoreError> {
        on_session!(self.sessions.write_request(account).await?, |client| {
            for _ in 0..OPTIMISTIC_ATTEMPTS {
                let attempted = attempt(client, rows::LINK_BY_ID, account, &link_id, &rules);
                if let Some(outcome) = attempted.await? {
                    return Ok(outcome);
                }
            }
            let transaction = client.transaction().await?;
            let attempted =
                attempt(&transaction, rows::LOCKED_LINK_BY_ID, account, &link_id, &rules);
            let Some(outcome) = attempted.await? else {
                return Err(StoreError::Failed("a link changed although it was locked".into()));
            };
            transaction.commit().await?;
            Ok(outcome)
        })
    }

    async fn list_accounts(&self) -> Result<Vec<AccountSummary>, StoreError> {
        on_session!(self.sessions.request(), |client| {
            client.query(queries::ACCOUNTS, &[]).await?.iter().map(rows::account).collect()
        })
    }

    async fn list_agents(
        &self,
        account: AccountId,
        after: Option<String>,
        limit: u32,
    ) -> Result<Vec<AgentSummary>, StoreError> {
        on_session!(self.sessions.request(), |client| {
            let statement = client.prepare_cached(rows::AGENTS).await?;
            let found = client.query(&statement, &[&account.0, &after, &i64::from(limit)]).await?;
            found.iter().map(rows::agent).collect()
        })
    }

    async fn import(&self, account: String, import: Import) -> Result<ImportOutcome, StoreError> {
        // without a time limit: an import may be large, and no HTTP request waits for it
        let mut session = self.sessions.get().await?;
        let outcome = import_into(&mut session, &account, &import).await;
        session.finish();
        outcome
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        on_session!(self.sessions.request(), |client| {
            // a commit that changes nothing: it fails if the session is read-only or the disk is full, and
            // waits for the synchronous standby
            let touch = "UPDATE links_server_migrations SET version = version WHERE version = 1";
            let statement = client.prepare_cached(touch).await?;
            client.execute(&statement, &[]).await?;
            Ok(())
        })
    }

    async fn count_request(
        &self,
        key: KeyId,
        now: Timestamp,
        window: Duration,
    ) -> Result<Option<Window>, StoreError> {
        self.rate.count(key, now, window).await.map(Some)
    }

    fn register_metrics(&self, registry: &mut Registry) {
        self.sessions.register_metrics(registry);
        self.rate.register_metrics(registry);
    }
}

impl Debug for PostgresStore {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

/// Reads a link, applies the rules and saves it. Returns `None` if another update came in between.
async fn attempt(
    client: &impl GenericClient,
    select: &str,
    account: AccountId,
    link_id: &LinkId,
    rules: &LinkRules,
) -> Result<Option<UpdateOutcome>, StoreError> {
    let statement = client.prepare_cached(select).await?;
    let Some(row) = client.query_opt(&statement, &[&link_id.as_str()]).await? else {
        return Ok(Some(UpdateOutcome::NotFound));
    };
    let (owner, stored) = rows::link(&row)?;
    if owner != account {
        return Ok(Some(UpdateOutcome::NotFound));
    }
    let link = match rules(&stored) {
        Ok(link) => link,
        Err(error) => return Ok(Some(UpdateOutcome::Rejected(error))),
    };
    if link != stored {
        // The link is destructured exhaustively, as in [`add_link`].
        let StoredLink {
            link_id: _,
            name,
            agent: _,
            stored_status,
            uses,
            use_limit,
            created_at: _,
            expires_at,
        } = &link;
        let statement = client.prepare_cached(SAVE_LINK).await?;
        let saved = client
            .execute(
                &statement,
                &[
                    &link_id.as_str(),
                    &rows::version(&row)?,
                    &name,
                    &column_values::from_status(*stored_status),
                    &**uses,
                    &use_limit.as_deref(),
                    &expires_at.map(|time| time.micros()),
                ],
            )
            .await?;
        if saved == 0 {
            return Ok(None);
        }
    }
    Ok(Some(UpdateOutcome::Updated(Box::new(link))))
}

/// Returns the account, which is created if it does not exist. A lock prevents other transactions from
/// creating it at the same time.
async fn find_or_add_account(
    transaction: &Transaction<'_>,
    name: &str,
) -> Result<AccountId, StoreError> {
    let lock = "SELECT pg_advisory_xact_lock($1)";
    transaction.execute(lock, &[&migrations::ADDING_LOCK]).await?;
    let find = "SELECT account_id FROM accounts WHERE name = $1";
    let row = match transaction.query_opt(find, &[&name]).await? {
        Some(row) => row,
        None => {
            let add = "INSERT INTO accounts (name) VALUES ($1) RETURNING account_id";
            transaction.query_one(add, &[&name]).await?
        }
    };
    Ok(AccountId(row.try_get(0)?))
}

/// Saves an import in one transaction.
async fn import_into(
    client: &mut Client,
    account: &str,
    import: &Import,
) -> Result<ImportOutcome, StoreError> {
    let transaction = client.transaction().await?;
    transaction.batch_execute("SET LOCAL statement_timeout = 0").await?;
    let account = find_or_add_account(&transaction, account).await?;
    let existing = find_existing(&transaction, import).await?;
    let plan = match import_plan::plan(Some(account), import, &existing) {
        Ok(plan) => plan,
        Err(rejected) => return Ok(rejected),
    };
    let counts = plan.counts();
    for agent in plan.agents.added {
        add_agent(&transaction, account, agent).await?;
    }
    for agent in plan.agents.replaced {
        replace_agent(&transaction, agent).await?;
    }
    for link in plan.links.added {
        add_link(&transaction, account, link).await?;
    }
    for link in plan.links.replaced {
        replace_link(&transaction, link).await?;
    }
    // without changes nothing is saved, not even a new account
    if counts.has_changes() {
        transaction.commit().await?;
    }
    Ok(ImportOutcome::Imported(counts))
}

/// Finds what exists of an import. Its links are locked, so that none changes before the import is saved.
async fn find_existing(
    transaction: &Transaction<'_>,
    import: &Import,
) -> Result<Existing, StoreError> {
    let mut existing = Existing::default();
    let ids: Vec<&str> = import.links.iter().map(|link| link.link_id.as_str()).collect();
    for row in transaction.query(rows::LOCKED_LINKS_BY_ID, &[&ids]).await? {
        let (owner, link) = rows::link(&row)?;
        existing.links.insert(link.link_id.clone(), (owner, link));
    }
    let ids: Vec<&str> = import.agents.iter().map(|agent| agent.agent_id.as_str()).collect();
    for row in transaction.query(rows::AGENTS_BY_ID, &[&ids]).await? {
        let (owner, agent) = rows::agent_with_owner(&row)?;
        existing.agents.insert(agent.agent_id.clone(), (owner, agent));
    }
    Ok(existing)
}

async fn add_agent(
    transaction: &Transaction<'_>,
    account: AccountId,
    agent: &Agent,
) -> Result<(), StoreError> {
    let insert = "INSERT INTO agents (agent_id, account_id, name, avatar_image_url, created_at,
            voice_provider, voice_agent_id, voice_auth_method)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let statement = transaction.prepare_cached(insert).await?;
    let voice = &agent.voice_agent;
    transaction
        .execute(
            &statement,
            &[
                &agent.agent_id,
                &account.0,
                &agent.name,
                &agent.avatar_image_url,
                &agent.created_at.micros(),
                &voice.provider,
                &voice.agent_id,
                &column_values::from_auth_method(voice.auth_method),
            ],
        )
        .await?;
    Ok(())
}

async fn replace_agent(transaction: &Transaction<'_>, agent: &Agent) -> Result<(), StoreError> {
    let update = "UPDATE agents SET name = $2, avatar_image_url = $3, created_at = $4,
            voice_provider = $5, voice_agent_id = $6, voice_auth_method = $7
        WHERE agent_id = $1";
    let statement = transaction.prepare_cached(update).await?;
    let voice = &agent.voice_agent;
    transaction
        .execute(
            &statement,
            &[
                &agent.agent_id,
                &agent.name,
                &agent.avatar_image_url,
                &agent.created_at.micros(),
                &voice.provider,
                &voice.agent_id,
                &column_values::from_auth_method(voice.auth_method),
            ],
        )
        .await?;
    Ok(())
}

/// Saves all fields of a link, which is destructured exhaustively, as in [`add_link`].
async fn replace_link(transaction: &Transaction<'_>, link: &StoredLink) -> Result<(), StoreError> {
    let StoredLink { link_id, name, agent, stored_status, uses, use_limit, created_at, expires_at } =
        link;
    let update =
        "UPDATE links SET agent_id = $2, name = $3, status = $4, uses = $5, use_limit = $6,
            created_at = $7, expires_at = $8, version = version + 1
        WHERE link_id = $1";
    let statement = transaction.prepare_cached(update).await?;
    transaction
        .execute(
            &statement,
            &[
                &link_id.as_str(),
                &agent.agent_id,
                &name,
                &column_values::from_status(*stored_status),
                &**uses,
                &use_limit.as_deref(),
                &created_at.micros(),
                &expires_at.map(|time| time.micros()),
            ],
        )
        .await?;
    Ok(())
}

/// Adds a link.
///
/// The link is destructured exhaustively: a new field does not compile until this function handles it.
async fn add_link(
    client: &impl GenericClient,
    account: AccountId,
    link: &StoredLink,
) -> Result<(), StoreError> {
    let StoredLink { link_id, name, agent, stored_status, uses, use_limit, created_at, expires_at } =
        link;
    let insert = "INSERT INTO links (link_id, account_id, agent_id, name, status, uses, use_limit,
            created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let statement = client.prepare_cached(insert).await?;
    client
        .execute(
            &statement,
            &[
                &link_id.as_str(),
                &account.0,
                &agent.agent_id,
                &name,
                &column_values::from_status(*stored_status),
                &**uses,
                &use_limit.as_deref(),
                &created_at.micros(),
                &expires_at.map(|time| time.micros()),
            ],
        )
        .await?;
    Ok(())
}
