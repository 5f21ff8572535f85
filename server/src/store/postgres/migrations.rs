//! Migration of a database.
//!
//! The table `links_server_migrations` has a row for each applied migration. An advisory lock, which ends
//! with its transaction, serializes processes that start at once. A database that needs no migration is
//! only read.

use tokio_postgres::Client;

use crate::store::error::OpenError;
use crate::store::types::MissingDatabase;

/// Steps from an empty database to the current tables. A released step is never edited.
const MIGRATIONS: [&str; 3] = [
    include_str!("migrations/1_tables.sql"),
    include_str!("migrations/2_list.sql"),
    include_str!("migrations/3_key_lifecycle.sql"),
];

/// Key of this program's advisory locks, which begins with "LNKS".
const LOCK: i64 = 0x4c4e_4b53 << 8;

/// Key of the lock for transactions that add accounts, keys or links.
pub(super) const ADDING_LOCK: i64 = LOCK + 1;

/// Returns the number of applied migrations.
async fn version(client: &Client) -> Result<i64, tokio_postgres::Error> {
    let count = "SELECT coalesce(max(version), 0)::bigint FROM links_server_migrations";
    client.query_one(count, &[]).await?.try_get(0)
}

/// Applies the missing migrations.
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
    // migrations, and waiting for those of another process, may take longer than requests
    client
        .batch_execute("BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0")
        .await?;
    client.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    // Another process may have created the table in the meantime. `to_regclass` would not find it: the
    // backend caches its absence until the transaction ends.
    let table = "CREATE TABLE IF NOT EXISTS links_server_migrations (version BIGINT PRIMARY KEY)";
    client.batch_execute(table).await?;
    let done = usize::try_from(version(client).await?).unwrap_or(0);
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(done) {
        client.batch_execute(migration).await?;
        let version = i64::try_from(index + 1).unwrap_or(i64::MAX);
        let record = "INSERT INTO links_server_migrations (version) VALUES ($1)";
        client.execute(record, &[&version]).await?;
    }
    Ok(client.batch_execute("COMMIT").await?)
}
