//! Bringing a database up to date.
//!
//! The table `links_server_migrations` has a row for each migration that the database has had. An
//! advisory lock, which ends with its transaction, makes processes that start at once take turns;
//! a database that is up to date is only read.

use tokio_postgres::Client;

use crate::store::{MissingDatabase, OpenError};

/// The steps from an empty database to today's tables; one that was released is never edited.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/1_tables.sql")];

/// "LNKS": what the advisory locks of this program begin with.
const LOCK: i64 = 0x4c4e_4b53 << 8;

/// Taken by what adds accounts, keys or links, for the length of a transaction.
pub(super) const ADDING_LOCK: i64 = LOCK + 1;

/// How many migrations the database has had.
async fn version(client: &Client) -> Result<i64, tokio_postgres::Error> {
    let count = "SELECT coalesce(max(version), 0)::bigint FROM links_server_migrations";
    client.query_one(count, &[]).await?.try_get(0)
}

/// Adds the tables that are missing.
pub(super) async fn run(client: &Client, missing: MissingDatabase) -> Result<(), OpenError> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let table = "SELECT to_regclass('links_server_migrations') IS NOT NULL";
    if client.query_one(table, &[]).await?.try_get(0)? {
        match version(client).await? {
            found if found == known => return Ok(()),
            found if found > known => return Err(OpenError::PostgresNewer { found, known }),
            _ => {}
        }
    } else if missing == MissingDatabase::Fail {
        return Err(OpenError::PostgresEmpty);
    }
    // migrations may take longer than requests; waiting for another process's as well
    client
        .batch_execute("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        .await?;
    client.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    // Another process may have done it meanwhile. Asking for the table again would not do: the
    // backend remembers until the transaction ends that there was none.
    let table = "CREATE TABLE IF NOT EXISTS links_server_migrations (version BIGINT PRIMARY KEY)";
    client.batch_execute(table).await?;
    let done = usize::try_from(version(client).await?).unwrap_or(0);
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(done) {
        client.batch_execute(migration).await?;
        let version = i64::try_from(index + 1).unwrap_or(i64::MAX);
        let note = "INSERT INTO links_server_migrations (version) VALUES ($1)";
        client.execute(note, &[&version]).await?;
    }
    Ok(client.batch_execute("COMMIT").await?)
}
