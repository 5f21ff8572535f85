//! Where accounts, keys, agents and links are kept.
//!
//! A store loads and saves. It knows who owns what, and no rule of links: an update hands it the
//! rules as a function, and the store sees to it that nothing comes between loading and saving.
//! A trait, rather than one engine everywhere, because SQLite needs nothing installed and other
//! engines let several processes share one store.

mod import;
mod names;
#[cfg(feature = "postgres")]
mod postgres;
mod sqlite;

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use agenthuman_links_api::types::LinkId;
use agenthuman_server_runtime::timestamp::Timestamp;
use async_trait::async_trait;
use prometheus_client::registry::Registry;

use crate::config::DatabaseUrl;
use crate::key::{KeyDigest, KeyKind, Secret};
use crate::link::{self, StoredLink};
#[cfg(feature = "postgres")]
pub use crate::store::postgres::PostgresUrl;

/// Loads and saves.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// The key with this digest, whether or not it is revoked.
    async fn find_key(&self, digest: KeyDigest) -> Result<Option<StoredKey>, StoreError>;

    /// Saves a key of the account, which is made if it is new.
    async fn add_key(&self, account: String, key: NewKey) -> Result<KeyId, StoreError>;

    /// All keys, oldest first.
    async fn list_keys(&self) -> Result<Vec<StoredKey>, StoreError>;

    /// Revokes a key for good.
    async fn revoke_key(&self, key: KeyId, now: Timestamp) -> Result<Revocation, StoreError>;

    /// Loads a link of the account, applies the rules and saves what they give. No other update
    /// comes in between: where one did, the rules are applied again to what it left.
    async fn update_link(
        &self,
        account: AccountId,
        link_id: LinkId,
        rules: LinkRules,
    ) -> Result<UpdateOutcome, StoreError>;

    /// Saves the links that are new, with their agents, or nothing at all. What is there already
    /// stays as it is. The account is made if it is new.
    async fn import_links(
        &self,
        account: String,
        links: Vec<StoredLink>,
    ) -> Result<ImportOutcome, StoreError>;

    /// Counts a request of the key in its window of this length, which opens with the first of them,
    /// across all processes that share the store. `None` where processes do not share it.
    async fn count_request(
        &self,
        _key: KeyId,
        _now: Timestamp,
        _window: Duration,
    ) -> Result<Option<Window>, StoreError> {
        Ok(None)
    }

    /// Adds what the store has to say of itself: its queue, its batches, its connections.
    fn register_metrics(&self, registry: &mut Registry);
}

/// What becomes of a link; may be called more than once for one update.
pub type LinkRules =
    Arc<dyn Fn(&StoredLink) -> Result<StoredLink, link::UpdateError> + Send + Sync>;

/// Names an account in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(pub i64);

/// Names a key in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(pub i64);

/// A key that is to be saved.
#[derive(Clone, Debug)]
pub struct NewKey {
    pub digest: KeyDigest,
    pub kind: KeyKind,
    /// The beginning of the key, by which its owner recognises it.
    pub shown: String,
    pub created_at: Timestamp,
}

impl NewKey {
    /// What a store gets to see of a key: enough to know it again, not enough to use it.
    pub fn of(secret: &Secret, created_at: Timestamp) -> Self {
        let shown = secret.shown().to_owned();
        NewKey { digest: secret.digest(), kind: secret.kind(), shown, created_at }
    }
}

/// A key as it is stored.
#[derive(Clone, Debug)]
pub struct StoredKey {
    pub key_id: KeyId,
    pub account_id: AccountId,
    pub account: String,
    pub digest: KeyDigest,
    pub kind: KeyKind,
    pub shown: String,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// What came of revoking a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    Revoked,
    /// It has been revoked since then.
    AlreadyRevoked(Timestamp),
    NoSuchKey,
}

/// What came of an update.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateOutcome {
    /// The link as it is now stored.
    Updated(Box<StoredLink>),
    /// The rules do not allow it; nothing has changed.
    Rejected(link::UpdateError),
    /// The account has no such link.
    NotFound,
}

/// What came of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    Imported(ImportCounts),
    /// The link at this index, or its agent, belongs to another account; nothing has changed.
    ForeignLink(usize),
    ForeignAgent(usize),
}

/// What an import found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Links that were new.
    pub imported: usize,
    /// Links that were there already, just so.
    pub unchanged: usize,
    /// Links that were there already, otherwise, and were left as they were.
    pub different: usize,
    /// Imported links whose agent was there already, otherwise, and was left as it was.
    pub different_agents: usize,
}

/// The requests of a key in its window so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// In microseconds since 1970-01-01T00:00:00Z.
    pub opened_at: i64,
    /// With those that were more than the key may make.
    pub requests: i64,
}

/// Any error, for the log.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a store did not do what it was asked to; nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It may work in a moment.
    #[error("the database is busy or cannot be reached")]
    Unavailable(#[source] Cause),
    #[error("the database failed")]
    Failed(#[source] Cause),
}

impl StoreError {
    /// For the log; answers do not have it.
    pub fn cause(&self) -> String {
        let (StoreError::Unavailable(cause) | StoreError::Failed(cause)) = self;
        cause.to_string()
    }
}

/// What to do about a database that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingDatabase {
    Create,
    Fail,
}

/// Connections of a pool where nobody says otherwise: more than a database has cores, since each is
/// idle while its answer travels.
pub const DEFAULT_CONNECTIONS: usize = 16;

/// Opens a store, and brings its tables up to date.
pub async fn open(
    database: &DatabaseUrl,
    missing: MissingDatabase,
) -> Result<Arc<dyn Store>, OpenError> {
    open_with(database, missing, DEFAULT_CONNECTIONS).await
}

/// As [`open`], with at most so many connections where an engine has a pool of them.
pub async fn open_with(
    database: &DatabaseUrl,
    missing: MissingDatabase,
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))] connections: usize,
) -> Result<Arc<dyn Store>, OpenError> {
    Ok(match database {
        DatabaseUrl::SqliteFile(path) => Arc::new(sqlite::SqliteStore::open(path, missing)?),
        DatabaseUrl::SqliteMemory => Arc::new(sqlite::SqliteStore::open_in_memory()?),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => {
            Arc::new(postgres::PostgresStore::open(url, connections, missing).await?)
        }
    })
}

/// Writes a copy of a database that may be in use.
pub fn backup(database: &DatabaseUrl, file: &Path) -> Result<(), BackupError> {
    match database {
        DatabaseUrl::SqliteFile(path) if !path.exists() => {
            Err(OpenError::Missing { path: path.clone() }.into())
        }
        DatabaseUrl::SqliteFile(path) => sqlite::backup::backup(path, file),
        _ => Err(BackupError::NotAFile),
    }
}

/// Makes a database, which must not be there yet, of a copy.
pub fn restore(file: &Path, database: &DatabaseUrl) -> Result<(), BackupError> {
    match database {
        DatabaseUrl::SqliteFile(path) => sqlite::backup::restore(file, path),
        _ => Err(BackupError::NotAFile),
    }
}

/// Why a copy was not made, or not used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("only an SQLite file is copied; PostgreSQL has pg_dump and pg_basebackup")]
    NotAFile,
    #[error("{} is there already and is not overwritten", .0.display())]
    Exists(PathBuf),
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    #[error("{} is damaged", .0.display())]
    Damaged(PathBuf),
    #[error("SQLite takes paths in UTF-8 only, unlike {}", .0.display())]
    Path(PathBuf),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("cannot write {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error("cannot copy {}", path.display())]
    Sqlite {
        path: PathBuf,
        #[source]
        error: rusqlite::Error,
    },
}

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("there is no database {}", path.display())]
    Missing { path: PathBuf },
    #[error("{} is not an SQLite database", path.display())]
    NotADatabase { path: PathBuf },
    #[error("{} is the database of another application", path.display())]
    Foreign { path: PathBuf },
    #[error(
        "{} is from a newer links-server: its tables are version {found}, this program knows {known}",
        path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("cannot open the database {}", path.display())]
    Sqlite {
        path: PathBuf,
        #[source]
        error: rusqlite::Error,
    },
    #[error("cannot start a thread for the database")]
    Thread(#[source] std::io::Error),
    #[cfg(feature = "postgres")]
    #[error("cannot open the PostgreSQL database")]
    Postgres(#[source] Cause),
    #[cfg(feature = "postgres")]
    #[error("there are no tables in the PostgreSQL database")]
    PostgresEmpty,
    #[cfg(feature = "postgres")]
    #[error(
        "the PostgreSQL database is from a newer links-server: its tables are version {found}, \
         this program knows {known}"
    )]
    PostgresNewer { found: i64, known: i64 },
    #[cfg(feature = "postgres")]
    #[error("the PostgreSQL database has synchronous_commit off: it would lose answered updates")]
    NotDurable,
    #[cfg(feature = "postgres")]
    #[error("cannot use the certificates in {}: {problem}", path.display())]
    Roots { path: PathBuf, problem: String },
}
