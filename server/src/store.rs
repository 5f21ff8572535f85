//! Storage of accounts, keys, agents and links.
//!
//! A store loads and saves. It knows which account owns what, and no rule of links: an update passes
//! it the rules as a function, and the store guarantees that nothing changes the link between loading
//! and saving. [`Store`] is a trait because there are two engines: SQLite needs no installation, and
//! PostgreSQL lets several processes share one store.

mod column_values;
mod error;
mod import_plan;
#[cfg(feature = "postgres")]
mod postgres;
mod queries;
mod sqlite;
mod traits;
mod types;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use slog::{Discard, Logger, o};

pub use self::error::{BackupError, Cause, OpenError, StoreError};
pub(crate) use self::sqlite::server_lock::ServerLock;
pub use self::traits::{LinkRules, Store};
pub use self::types::{
    AccountId, AccountSummary, AgentSummary, Counts, CreateOutcome, Different, Import,
    ImportCounts, ImportOutcome, KEY_USE_PRECISION, KeyId, ListQuery, MissingDatabase, NewKey,
    Position, Revocation, StoredKey, UpdateOutcome, Window,
};
use crate::database_url::DatabaseUrl;
use crate::unfinished_file::UnfinishedFile;

/// Maximum number of connections that a store opened by [`open`] has, if its engine pools them.
const DEFAULT_CONNECTIONS: usize = 16;

/// Opens a store and migrates its tables.
pub async fn open(
    database: &DatabaseUrl,
    missing: MissingDatabase,
) -> Result<Arc<dyn Store>, OpenError> {
    open_with(database, missing, DEFAULT_CONNECTIONS, Logger::root(Discard, o!())).await
}

/// Opens a store with at most `connections` connections, if its engine pools them. Failures that concern
/// more than one request are logged.
pub(crate) async fn open_with(
    database: &DatabaseUrl,
    missing: MissingDatabase,
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))] connections: usize,
    log: Logger,
) -> Result<Arc<dyn Store>, OpenError> {
    Ok(match database {
        DatabaseUrl::SqliteFile(path) => Arc::new(sqlite::SqliteStore::open(path, missing, log)?),
        DatabaseUrl::SqliteMemory => Arc::new(sqlite::SqliteStore::open_in_memory()?),
        #[cfg(feature = "postgres")]
        DatabaseUrl::Postgres(url) => {
            Arc::new(postgres::PostgresStore::open(url, connections, missing).await?)
        }
    })
}

/// Keeps other servers from using the database until the lock is dropped. Returns `None` for a database
/// that servers may share.
pub(crate) fn lock(database: &DatabaseUrl) -> Result<Option<ServerLock>, OpenError> {
    match database {
        DatabaseUrl::SqliteFile(path) => ServerLock::take(path).map(Some),
        _ => Ok(None),
    }
}

/// Copies a database, which may be in use, to a new file.
pub(crate) fn backup(database: &DatabaseUrl, file: &UnfinishedFile) -> Result<(), BackupError> {
    match database {
        DatabaseUrl::SqliteFile(path) if !path.exists() => {
            Err(OpenError::Missing { path: path.clone() }.into())
        }
        DatabaseUrl::SqliteFile(path) => sqlite::backup::backup(path, file),
        _ => Err(BackupError::NotAFile),
    }
}

/// Returns the path of a database that a copy can be restored to.
pub(crate) fn file_to_restore(database: &DatabaseUrl) -> Result<PathBuf, BackupError> {
    match database {
        DatabaseUrl::SqliteFile(path) => sqlite::backup::check_missing(path).map(|()| path.clone()),
        _ => Err(BackupError::NotAFile),
    }
}

/// Creates a database from a copy.
pub(crate) fn restore(file: &Path, database: &UnfinishedFile) -> Result<(), BackupError> {
    sqlite::backup::restore(file, database)
}
