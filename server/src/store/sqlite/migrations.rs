//! Opening a database file: checking its application and version, and migrating it.
//!
//! `PRAGMA user_version` is the number of migrations that were applied to a file. Checks and migrations run
//! in transactions, so several processes may open one file at once.

use std::fs::OpenOptions;
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::store::error::OpenError;
use crate::store::types::MissingDatabase;

/// Steps from an empty file to the current tables. A released step is never edited.
const MIGRATIONS: [&str; 3] = [
    include_str!("migrations/1_tables.sql"),
    include_str!("migrations/2_list.sql"),
    include_str!("migrations/3_key_lifecycle.sql"),
];

/// SQLite's `application_id`, "LNKS", which distinguishes the file from those of other applications.
const APPLICATION_ID: i64 = 0x4c4e_4b53;

/// Time limit for waiting until another process has written.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const BUSY_RETRY: Duration = Duration::from_millis(20);

/// Size of the page cache: enough for the inner pages of the B-trees of ten million links.
const CACHE_KIB: i64 = 16 * 1024;

/// Size of the write-ahead log, 16 MiB, at which its pages are written to the tables. SQLite's default of
/// 4 MiB waits for the disk more often and writes pages that change often more often.
const CHECKPOINT_PAGES: i64 = 4000;

/// Size in bytes to which the write-ahead log shrinks after a reader has kept its pages from being written
/// to the tables. SQLite's pages have 4 KiB.
const LOG_BYTES: i64 = CHECKPOINT_PAGES * 4096;

/// Opens the connection that writes.
pub(super) fn open(path: &Path, missing: MissingDatabase) -> Result<Connection, OpenError> {
    if missing == MissingDatabase::Fail && !path.exists() {
        return Err(OpenError::Missing { path: path.to_owned() });
    }
    create_private(path);
    let failed = |error| open_error(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    // checked before anything is written to the file
    let state = retry_while_busy(|| read_state(&mut connection)).map_err(failed)?;
    let version = state.version(path)?;
    // SQLite does not wait for locks while it changes the mode
    retry_while_busy(|| connection.pragma_update(None, "journal_mode", "WAL")).map_err(failed)?;
    configure(&connection).map_err(failed)?;
    // a file that needs no migration opens while another process writes
    if version < MIGRATIONS.len() {
        migrate(&mut connection, path)?;
    }
    Ok(connection)
}

/// Creates an empty file that only its owner can read and write, unless the file exists. SQLite gives the
/// files of the log the same permissions. It reports errors itself, when it opens the file.
fn create_private(path: &Path) {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    // closed before SQLite opens the file: closing it later would release SQLite's locks
    drop(options.open(path));
}

/// Opens a connection for reading a database that [`open`] has migrated.
pub(super) fn open_reader(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    };
    open().map_err(|error| open_error(path, error))
}

/// Checks that the database is one of this program, in a supported version.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let state = state(connection).map_err(|error| open_error(path, error))?;
    match state.version(path)? {
        0 => Err(OpenError::Foreign { path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// Opens a database that is deleted with its connection.
pub(super) fn open_in_memory() -> Result<Connection, OpenError> {
    let path = Path::new(":memory:");
    let mut connection = Connection::open_in_memory().map_err(|error| open_error(path, error))?;
    configure(&connection).map_err(|error| open_error(path, error))?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    // a commit survives a loss of power
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
    connection.pragma_update(None, "foreign_keys", true)
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let failed = |error| open_error(path, error);
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // another process may have migrated the file since the first check
    let done = state(&transaction).map_err(failed)?.version(path)?;
    if done == MIGRATIONS.len() {
        return Ok(());
    }
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    let version = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    transaction.pragma_update(None, "user_version", version).map_err(failed)?;
    transaction.commit().map_err(failed)
}

/// Header of a database file.
struct State {
    application_id: i64,
    user_version: i64,
    tables: i64,
}

impl State {
    /// Returns the number of migrations that were applied.
    fn version(&self, path: &Path) -> Result<usize, OpenError> {
        let fresh = self.application_id == 0 && self.user_version == 0 && self.tables == 0;
        if !fresh && self.application_id != APPLICATION_ID {
            return Err(OpenError::Foreign { path: path.to_owned() });
        }
        match usize::try_from(self.user_version) {
            Ok(version) if version <= MIGRATIONS.len() => Ok(version),
            _ => Err(OpenError::Newer {
                path: path.to_owned(),
                found: self.user_version,
                known: i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX),
            }),
        }
    }
}

/// Reads the header in one transaction, because another process may be migrating the file.
fn read_state(connection: &mut Connection) -> rusqlite::Result<State> {
    let transaction = connection.transaction()?;
    state(&transaction)
}

fn state(connection: &Connection) -> rusqlite::Result<State> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    let tables = "SELECT count(*) FROM sqlite_schema";
    Ok(State {
        tables: connection.query_row(tables, [], |row| row.get(0))?,
        application_id: pragma("application_id")?,
        user_version: pragma("user_version")?,
    })
}

fn retry_while_busy<T>(mut attempt: impl FnMut() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let deadline = Instant::now() + BUSY_TIMEOUT;
    loop {
        match attempt() {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && Instant::now() < deadline =>
            {
                thread::sleep(BUSY_RETRY);
            }
            result => return result,
        }
    }
}

fn open_error(path: &Path, error: rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path },
        _ => OpenError::Sqlite { path, error },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn open_migrates_keys_of_an_earlier_version() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch(&MIGRATIONS[..2].concat()).unwrap();
        connection.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        connection.pragma_update(None, "user_version", 2).unwrap();
        let rows = "INSERT INTO accounts VALUES (1, 'acme');
            INSERT INTO keys VALUES (7, 1, zeroblob(32), 'live', 'ah_live_abcd', 5, NULL)";
        connection.execute_batch(rows).unwrap();
        drop(connection);
        let connection = open(&path, MissingDatabase::Fail).unwrap();
        let mut keys = connection.prepare(super::super::rows::KEYS).unwrap();
        let key = keys.query_row([], super::super::rows::key).unwrap();
        assert_eq!((key.key_id.0, key.shown.as_str()), (7, "ah_live_abcd"));
        assert_eq!((key.label, key.expires_at, key.last_used_at), (None, None, None));
    }

    #[test]
    fn open_sets_wal_full_sync_and_foreign_keys() {
        let directory = tempfile::tempdir().unwrap();
        let connection = open(&directory.path().join("x.db"), MissingDatabase::Create).unwrap();
        let pragma = |name: &str| -> String {
            let text = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            match connection.pragma_query_value(None, name, text).unwrap() {
                rusqlite::types::Value::Text(text) => text,
                other => format!("{other:?}"),
            }
        };
        assert_eq!(pragma("journal_mode"), "wal");
        assert_eq!(pragma("synchronous"), "Integer(2)", "FULL");
        assert_eq!(pragma("foreign_keys"), "Integer(1)");
    }
}
