//! `links-server keys`: the only way to make a key, and the only time that it is shown.

use std::fmt::Write;

use super::{CommandError, Database, account_name, print, write_stdout};
use crate::clock::{Clock, SystemClock};
use crate::key::{KeyKind, Secret};
use crate::store::{self, KeyId, MissingDatabase, NewKey, Revocation, Store, StoredKey};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a key and print it: it is not shown again
    Create {
        #[command(flatten)]
        database: Database,

        /// Account that the key belongs to; made if it is new
        #[arg(long, value_name = "NAME", value_parser = account_name)]
        account: String,

        /// Make an `ah_test_` key instead of an `ah_live_` one
        #[arg(long)]
        test: bool,
    },
    /// List all keys, without the keys themselves
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Revoke a key for good
    Revoke {
        #[command(flatten)]
        database: Database,

        /// Id of the key, as `keys list` shows it
        id: i64,
    },
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Create { database, account, test } => {
            let store = store::open(&database.url()?, MissingDatabase::Create).await?;
            let secret = Secret::generate(if test { KeyKind::Test } else { KeyKind::Live });
            let key = store.add_key(account, NewKey::of(&secret, SystemClock.now())).await?;
            match write_stdout(&format!("{}\n", secret.reveal())) {
                Ok(()) => Ok(()),
                Err(error) => Err(take_back(&*store, key, error).await),
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
                    print(&format!("key {id} has been revoked since {since}: nothing changed\n"))
                }
                Revocation::NoSuchKey => Err(CommandError::NoSuchKey(id)),
            }
        }
    }
}

/// A key that nobody has seen is not to be live.
async fn take_back(store: &dyn Store, key: KeyId, unprinted: std::io::Error) -> CommandError {
    match store.revoke_key(key, SystemClock.now()).await {
        Ok(_) => CommandError::KeyNotPrinted { id: key.0, error: unprinted },
        Err(error) => CommandError::KeyNotRevoked { id: key.0, error },
    }
}

/// The account comes last: its name is the only column that may be long.
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
