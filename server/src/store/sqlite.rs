//! The store in an SQLite file: WAL, `synchronous=FULL`, one writer.
//!
//! SQLite allows one writer at a time, so this process has one: a thread with the only connection that
//! writes. Requests wait in a queue instead of competing for the file's lock, and share commits
//! ([`writer`]); a pool of writing connections was rejected for that reason. A second thread reads, which
//! WAL permits during a write. The file's lock, with `BEGIN IMMEDIATE` and a busy timeout, excludes other
//! processes (another server, `keys create`).

pub(super) mod backup;
mod database_file;
mod import;
mod job_thread;
mod migrations;
mod rows;
pub(super) mod server_lock;
mod worker;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use agenthuman_links_api::types::{Agent, LinkId};
use agenthuman_server_runtime::timestamp::Timestamp;
use async_trait::async_trait;
use prometheus_client::registry::Registry;
use rusqlite::{Connection, OptionalExtension, Row, params};
use slog::Logger;

use self::database_file::DatabaseFile;
use self::worker::Worker;
use self::writer::{Writer, Written};
use super::column_values;
use super::error::{OpenError, StoreError};
use super::queries;
use super::traits::{LinkRules, Store};
use super::types::{
    AccountId, AccountSummary, AgentSummary, CreateOutcome, Import, ImportOutcome, KeyId,
    ListQuery, MissingDatabase, NewKey, Position, Revocation, StoredKey, UpdateOutcome,
};
use crate::key::KeyDigest;
use crate::link::{NewLink, StoredLink};

/// Time limit of a check that changes can be saved, and so for the lock of another process.
const CHECK_TIME_LIMIT: Duration = Duration::from_secs(1);

/// Time limit of saving the uses of keys, which can wait, for the lock of another process. No shutdown waits
/// longer for it than for requests.
const KEY_USE_TIME_LIMIT: Duration = Duration::from_millis(500);

const CHECK_WRITE: &str = "UPDATE write_checks SET checks = checks + 1";

/// Store in one SQLite database.
#[derive(Debug)]
pub(super) struct SqliteStore {
    writer: Writer,
    /// `None` for a database in memory.
    file: Option<Arc<DatabaseFile>>,
    /// `None` for a database in memory, which has only one connection.
    reader: Option<Worker>,
}

impl SqliteStore {
    /// Opens a file. Blocks while another process opens it too.
    pub(super) fn open(
        path: &Path,
        missing: MissingDatabase,
        log: Logger,
    ) -> Result<Self, OpenError> {
        let writer = migrations::open(path, missing)?;
        let reader = migrations::open_reader(path)?;
        let file = Arc::new(DatabaseFile::new(path, [&writer, &reader], log)?);
        let writer = Writer::start("sqlite-writer", writer, Some(Arc::clone(&file)));
        let writer = writer.map_err(OpenError::Thread)?;
        let reader = Worker::start("sqlite-reader", reader).map_err(OpenError::Thread)?;
        Ok(SqliteStore { writer, file: Some(file), reader: Some(reader) })
    }

    /// Opens a database that is deleted with its store.
    pub(super) fn open_in_memory() -> Result<Self, OpenError> {
        let connection = migrations::open_in_memory()?;
        let writer = Writer::start("sqlite", connection, None).map_err(OpenError::Thread)?;
        Ok(SqliteStore { writer, file: None, reader: None })
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        match &self.reader {
            Some(reader) => {
                let file = self.file.clone();
                let work = move |connection: &mut Connection| {
                    file.as_deref().map_or(Ok(()), DatabaseFile::check)?;
                    work(connection)
                };
                reader.run(work).await
            }
            None => self.writer.run(|connection| Ok(Written::Keep(work(connection)?))).await,
        }
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn find_key(&self, digest: KeyDigest) -> Result<Option<StoredKey>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(rows::KEY_BY_DIGEST)?;
            Ok(statement.query_row([digest.bytes()], rows::key).optional()?)
        })
        .await
    }

    async fn add_key(&self, account: String, key: NewKey) -> Result<KeyId, StoreError> {
        self.writer
            .run(move |connection| {
                let account = find_or_add_account(connection, &account)?;
                connection.execute(
                    "INSERT INTO keys
                         (account_id, digest, kind, shown, created_at, label, expires_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        account.0,
                        key.digest.bytes(),
                        key.kind.name(),
                        key.shown,
                        key.created_at.micros(),
                        key.label,
                        key.expires_at.map(|time| time.micros()),
                    ],
                )?;
                Ok(Written::Keep(KeyId(connection.last_insert_rowid())))
            })
            .await
    }

    async fn list_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(rows::KEYS)?;
            Ok(statement.query_map([], rows::key)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn revoke_key(&self, key: KeyId, now: Timestamp) -> Result<Revocation, StoreError> {
        self.writer
            .run(move |connection| {
                let revoked_at = connection
                    .query_row("SELECT revoked_at FROM keys WHERE key_id = ?1", [key.0], |row| {
                        rows::optional_timestamp(row, 0)
                    })
                    .optional()?;
                let outcome = match revoked_at {
                    None => Revocation::NoSuchKey,
                    Some(Some(revoked_at)) => Revocation::AlreadyRevoked(revoked_at),
                    Some(None) => {
                        connection.execute(
                            "UPDATE keys SET revoked_at = ?2 WHERE key_id = ?1",
                            params![key.0, now.micros()],
                        )?;
                        Revocation::Revoked
                    }
                };
                Ok(Written::Keep(outcome))
            })
            .await
    }

    async fn expire_key(&self, key: KeyId, expires_at: Timestamp) -> Result<(), StoreError> {
        self.writer
            .run_statement(move |connection| {
                let expire = "UPDATE keys SET expires_at = min(coalesce(expires_at, ?2), ?2)
                    WHERE key_id = ?1";
                connection.execute(expire, params![key.0, expires_at.micros()])?;
                Ok(())
            })
            .await
    }

    async fn save_key_uses(&self, uses: Vec<(KeyId, Timestamp)>) -> Result<(), StoreError> {
        self.writer
            .run_within(KEY_USE_TIME_LIMIT, move |connection| {
                let mut save = connection.prepare_cached(
                    "UPDATE keys SET last_used_at = ?2 WHERE key_id = ?1
                         AND (last_used_at IS NULL OR abs(last_used_at - ?2) >= ?3)",
                )?;
                for (key, used_at) in uses {
                    save.execute(params![key.0, used_at.micros(), queries::KEY_USE_MICROS])?;
                }
                Ok(Written::Keep(()))
            })
            .await
    }

    async fn find_link(
        &self,
        account: AccountId,
        link_id: LinkId,
    ) -> Result<Option<StoredLink>, StoreError> {
        self.read(move |connection| Ok(find_own_link(connection, account, &link_id)?)).await
    }

    async fn list_links(&self, query: ListQuery) -> Result<Vec<StoredLink>, StoreError> {
        self.read(move |connection| {
            let ListQuery { account, after, limit } = query;
            let link = |row: &Row<'_>| rows::link(row).map(|(_, link)| link);
            let links = match after {
                None => connection
                    .prepare_cached(rows::FIRST_LINKS)?
                    .query_map(params![account.0, limit], link)?
                    .collect::<Result<_, _>>()?,
                Some(Position { created_at, link_id }) => connection
                    .prepare_cached(rows::NEXT_LINKS)?
                    .query_map(
                        params![account.0, limit, created_at.micros(), link_id.as_str()],
                        link,
                    )?
                    .collect::<Result<_, _>>()?,
            };
            Ok(links)
        })
        .await
    }

    async fn create_link(
        &self,
        account: AccountId,
        link: NewLink,
    ) -> Result<CreateOutcome, StoreError> {
        self.writer
            .run_statement(move |connection| {
                let agent = find_agent(connection, &link.agent_id)?;
                let Some((_, agent)) = agent.filter(|(owner, _)| *owner == account) else {
                    return Ok(CreateOutcome::NoSuchAgent);
                };
                let link = link.with_agent(agent);
                add_link(connection, account, &link)?;
                Ok(CreateOutcome::Created(Box::new(link)))
            })
            .await
    }

    async fn delete_link(&self, account: AccountId, link_id: LinkId) -> Result<bool, StoreError> {
        self.writer
            .run_statement(move |connection| {
                let deleted = connection
                    .prepare_cached("DELETE FROM links WHERE link_id = ?1 AND account_id = ?2")?
                    .execute(params![link_id.as_str(), account.0])?;
                Ok(deleted > 0)
            })
            .await
    }

    async fn update_link(
        &self,
        account: AccountId,
        link_id: LinkId,
        rules: LinkRules,
    ) -> Result<UpdateOutcome, StoreError> {
        self.writer
            .run_statement(move |connection| {
                let Some(stored) = find_own_link(connection, account, &link_id)? else {
                    return Ok(UpdateOutcome::NotFound);
                };
                let link = match rules(&stored) {
                    Ok(link) => link,
                    Err(error) => return Ok(UpdateOutcome::Rejected(error)),
                };
                if link != stored {
                    save_link(connection, &link)?;
                }
                Ok(UpdateOutcome::Updated(Box::new(link)))
            })
            .await
    }

    async fn list_accounts(&self) -> Result<Vec<AccountSummary>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(queries::ACCOUNTS)?;
            Ok(statement.query_map([], rows::account)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn list_agents(
        &self,
        account: AccountId,
        after: Option<String>,
        limit: u32,
    ) -> Result<Vec<AgentSummary>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(rows::AGENTS)?;
            let agents = statement.query_map(params![account.0, after, limit], rows::agent)?;
            Ok(agents.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn import(&self, account: String, import: Import) -> Result<ImportOutcome, StoreError> {
        import::run(self, account, import).await
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        let check = async {
            if let Some(file) = self.file.clone() {
                let checked = tokio::task::spawn_blocking(move || file.check_space()).await;
                checked.map_err(|error| StoreError::Failed(error.into()))??;
            }
            let write = |connection: &Connection| {
                connection.prepare_cached(rows::ANY_KEY)?.exists([])?;
                connection.prepare_cached(CHECK_WRITE)?.execute([])?;
                Ok(Written::Keep(()))
            };
            self.writer.run_within(CHECK_TIME_LIMIT, write).await
        };
        let late = |_| Err(StoreError::Unavailable("the database did not save in time".into()));
        tokio::time::timeout(CHECK_TIME_LIMIT, check).await.unwrap_or_else(late)
    }

    fn register_metrics(&self, registry: &mut Registry) {
        self.writer.metrics().register(registry);
    }
}

fn find_or_add_account(connection: &Connection, name: &str) -> rusqlite::Result<AccountId> {
    let found = connection
        .query_row("SELECT account_id FROM accounts WHERE name = ?1", [name], |row| row.get(0))
        .optional()?;
    match found {
        Some(account_id) => Ok(AccountId(account_id)),
        None => {
            connection.execute("INSERT INTO accounts (name) VALUES (?1)", [name])?;
            Ok(AccountId(connection.last_insert_rowid()))
        }
    }
}

fn find_link(
    connection: &Connection,
    link_id: &LinkId,
) -> rusqlite::Result<Option<(AccountId, StoredLink)>> {
    let mut statement = connection.prepare_cached(rows::LINK_BY_ID)?;
    statement.query_row([link_id.as_str()], rows::link).optional()
}

/// Returns a link if the account owns it.
fn find_own_link(
    connection: &Connection,
    account: AccountId,
    link_id: &LinkId,
) -> rusqlite::Result<Option<StoredLink>> {
    let found = find_link(connection, link_id)?.filter(|(owner, _)| *owner == account);
    Ok(found.map(|(_, link)| link))
}

fn find_agent(
    connection: &Connection,
    agent_id: &str,
) -> rusqlite::Result<Option<(AccountId, Agent)>> {
    let mut statement = connection.prepare_cached(rows::AGENT_BY_ID)?;
    statement.query_row([agent_id], rows::agent_with_owner).optional()
}

/// Saves the fields of a link that an update can change.
///
/// The link is destructured exhaustively: a new field does not compile until this function handles it.
fn save_link(connection: &Connection, link: &StoredLink) -> rusqlite::Result<()> {
    let StoredLink {
        link_id,
        name,
        agent: _,
        stored_status,
        uses,
        use_limit,
        created_at: _,
        expires_at,
    } = link;
    connection
        .prepare_cached(
            "UPDATE links SET name = ?2, status = ?3, uses = ?4, use_limit = ?5, expires_at = ?6,
                 version = version + 1
             WHERE link_id = ?1",
        )?
        .execute(params![
            link_id.as_str(),
            name,
            column_values::from_status(*stored_status),
            **uses,
            use_limit.as_deref(),
            expires_at.map(|time| time.micros()),
        ])?;
    Ok(())
}

fn add_agent(connection: &Connection, account: AccountId, agent: &Agent) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO agents (agent_id, account_id, name, avatar_image_url, created_at,
                 voice_provider, voice_agent_id, voice_auth_method)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            agent.agent_id,
            account.0,
            agent.name,
            agent.avatar_image_url,
            agent.created_at.micros(),
            agent.voice_agent.provider,
            agent.voice_agent.agent_id,
            column_values::from_auth_method(agent.voice_agent.auth_method),
        ])?;
    Ok(())
}

fn replace_agent(connection: &Connection, agent: &Agent) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE agents SET name = ?2, avatar_image_url = ?3, created_at = ?4,
                 voice_provider = ?5, voice_agent_id = ?6, voice_auth_method = ?7
             WHERE agent_id = ?1",
        )?
        .execute(params![
            agent.agent_id,
            agent.name,
            agent.avatar_image_url,
            agent.created_at.micros(),
            agent.voice_agent.provider,
            agent.voice_agent.agent_id,
            column_values::from_auth_method(agent.voice_agent.auth_method),
        ])?;
    Ok(())
}

fn replace_link(connection: &Connection, link: &StoredLink) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE links SET agent_id = ?2, created_at = ?3 WHERE link_id = ?1")?
        .execute(params![link.link_id.as_str(), link.agent.agent_id, link.created_at.micros()])?;
    save_link(connection, link)
}

/// Adds a link, which is destructured exhaustively, as in [`save_link`].
fn add_link(
    connection: &Connection,
    account: AccountId,
    link: &StoredLink,
) -> rusqlite::Result<()> {
    let StoredLink { link_id, name, agent, stored_status, uses, use_limit, created_at, expires_at } =
        link;
    connection
        .prepare_cached(
            "INSERT INTO links (link_id, account_id, agent_id, name, status, uses, use_limit,
                 created_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            link_id.as_str(),
            account.0,
            agent.agent_id,
            name,
            column_values::from_status(*stored_status),
            **uses,
            use_limit.as_deref(),
            created_at.micros(),
            expires_at.map(|time| time.micros()),
        ])?;
    Ok(())
}
