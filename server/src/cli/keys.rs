//! `links-server keys`: creating, listing and revoking API keys. `keys create` is the only way to create
//! one, and prints it once.

use std::fmt::Write;

use super::arguments::{Account, DatabaseArguments};
use super::error::CommandError;
use super::output::{print, write_stdout};
use crate::clock::{Clock, SystemClock};
use crate::key::{KeyKind, Secret};
use crate::store::{self, KeyId, MissingDatabase, NewKey, Revocation, Store, StoredKey};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Create a key and print it; it cannot be shown again
    Create {
        #[command(flatten)]
        database: DatabaseArguments,

        #[command(flatten)]
        account: Account,

        /// Create an `ah_test_` key instead of an `ah_live_` key
        #[arg(long)]
        test: bool,
    },
    /// List all keys with their first characters
    List {
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Revoke a key permanently
    Revoke {
        #[command(flatten)]
        database: DatabaseArguments,

        /// Id of the key in `keys list`
        id: i64,
    },
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Create { database, account, test } => {
            let store = store::open(&database.url()?, MissingDatabase::Create).await?;
            let secret = Secret::generate(if test { KeyKind::Test } else { KeyKind::Live });
            let key = store.add_key(account.name, NewKey::new(&secret, SystemClock.now())).await?;
            match write_stdout(&format!("{}\n", secret.reveal())) {
                Ok(()) => Ok(()),
                Err(error) => Err(revoke_unprinted(&*store, key, error).await),
            }
        }
        Command::List { database } => {
            let store = store::open(&database.url()?, MissingDatabase::Fail).await?;
            print(&table(&store.list_keys().await?))
        }
        Command::Revoke { database, id } => {
            let store = store::open(&database.url()?, MissingDatabase::Fail).await?;
            match store.revoke_key(KeyId(id), SystemClock.now()).await? {
                Revocation::Revoked => print(&format!("key {id} is revoked\n")),
                Revocation::AlreadyRevoked(since) => {
                    print(&format!("key {id} was already revoked at {since}: nothing changed\n"))
                }
                Revocation::NoSuchKey => Err(CommandError::NoSuchKey(id)),
            }
        }
    }
}

/// Revokes a key that was not printed, since nobody can use it.
async fn revoke_unprinted(
    store: &dyn Store,
    key: KeyId,
    unprinted: std::io::Error,
) -> CommandError {
    match store.revoke_key(key, SystemClock.now()).await {
        Ok(_) => CommandError::KeyNotPrinted { id: key.0, error: unprinted },
        Err(error) => CommandError::KeyNotRevoked { id: key.0, error },
    }
}

/// Formats keys as a table. The account is the last column, because only its name may be long.
fn table(keys: &[StoredKey]) -> String {
    let mut table = format!(
        "{:<6}  {:<4}  {:<13}  {:<27}  {:<27}  {}\n",
        "ID", "KIND", "KEY", "CREATED", "REVOKED", "ACCOUNT"
    );
    for key in keys {
        let revoked = key.revoked_at.map_or_else(|| "-".to_owned(), |time| time.to_string());
        // writing to a String cannot fail
        let _ = writeln!(
            table,
            "{:<6}  {:<4}  {:<13}  {:<27}  {:<27}  {}",
            key.key_id.0,
            key.kind.name(),
            format!("{}…", key.shown),
            key.created_at.to_string(),
            revoked,
            key.account,
        );
    }
    table
}
