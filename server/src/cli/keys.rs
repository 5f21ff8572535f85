//! `links-server keys`: creating, listing, rotating and revoking API keys. `keys create` and `keys rotate`
//! are the only ways to create one, and print it once.

use std::fmt::Write;

use agenthuman_server_runtime::timestamp::Timestamp;

use super::arguments::{Account, DatabaseArguments, name};
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

        /// Set a label that `keys list` shows
        #[arg(long, value_name = "TEXT", value_parser = name)]
        label: Option<String>,

        #[command(flatten)]
        expiry: Expiry,
    },
    /// List all keys with their first characters
    ///
    /// USED is a time less than a minute before the last use, or `-` if the key was never used.
    List {
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Create a key to replace another one, and print it; it cannot be shown again
    ///
    /// The new key has the account, the kind and the label of the old one, which expires when the overlap
    /// ends.
    Rotate {
        #[command(flatten)]
        database: DatabaseArguments,

        /// Id of the old key in `keys list`
        #[arg(value_name = "KEY_ID")]
        id: i64,

        /// Set the time in which both keys are valid: a number and s, m, h or d
        #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = time_from_now)]
        overlap: Timestamp,

        #[command(flatten)]
        expiry: Expiry,
    },
    /// Revoke a key permanently
    Revoke {
        #[command(flatten)]
        database: DatabaseArguments,

        /// Id of the key in `keys list`
        id: i64,
    },
}

/// The expiry of a new key. Without either flag it does not expire.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct Expiry {
    /// Make the new key expire after this time: a number and s, m, h or d, as in 90d
    #[arg(long, value_name = "DURATION", value_parser = future_time_from_now)]
    expires_in: Option<Timestamp>,

    /// Make the new key expire at this time, as in 2031-06-30T18:00:00Z
    #[arg(long, value_name = "TIMESTAMP", value_parser = future_time)]
    expires_at: Option<Timestamp>,
}

impl Expiry {
    fn time(&self) -> Option<Timestamp> {
        self.expires_in.or(self.expires_at)
    }
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Create { database, account, test, label, expiry } => {
            let store = store::open(&database.url()?, MissingDatabase::Create).await?;
            let kind = if test { KeyKind::Test } else { KeyKind::Live };
            create(&*store, account.name, kind, label, &expiry).await.map(drop)
        }
        Command::Rotate { database, id, overlap, expiry } => {
            let store = store::open(&database.url()?, MissingDatabase::Fail).await?;
            let old = store.list_keys().await?.into_iter().find(|key| key.key_id == KeyId(id));
            let old = old.ok_or(CommandError::NoSuchKey(id))?;
            if old.revoked_at.is_some() || old.has_expired(SystemClock.now()) {
                return Err(CommandError::KeyNotValid(id));
            }
            // the old key last: after a failure it is still valid
            let new = create(&*store, old.account, old.kind, old.label, &expiry).await?;
            let expired = store.expire_key(old.key_id, overlap).await;
            expired.map_err(|error| CommandError::KeyNotExpired { old: id, new: new.0, error })
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

/// Creates a key and prints it.
async fn create(
    store: &dyn Store,
    account: String,
    kind: KeyKind,
    label: Option<String>,
    expiry: &Expiry,
) -> Result<KeyId, CommandError> {
    let secret = Secret::generate(kind);
    let expires_at = expiry.time();
    let key = NewKey { label, expires_at, ..NewKey::new(&secret, SystemClock.now()) };
    let key = store.add_key(account, key).await?;
    match write_stdout(&format!("{}\n", secret.reveal())) {
        Ok(()) => Ok(key),
        Err(error) => Err(revoke_unprinted(store, key, error).await),
    }
}

/// Reads a duration and returns the time after it.
fn time_from_now(text: &str) -> Result<Timestamp, String> {
    const UNITS: [(&str, i64); 4] = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    let split = |(unit, seconds): (&str, i64)| Some((text.strip_suffix(unit)?, seconds));
    let found = UNITS.into_iter().find_map(split);
    let found = found.filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
    let (number, seconds) = found
        .filter(|(number, _)| !number.is_empty())
        .ok_or("expected a number and s, m, h or d, as in 90d")?;
    let micros = number.parse::<i64>().ok().and_then(|number| {
        let micros = number.checked_mul(seconds)?.checked_mul(1_000_000)?;
        SystemClock.now().micros().checked_add(micros)
    });
    Ok(micros.and_then(Timestamp::from_micros).ok_or("the time is after the year 9999")?)
}

fn future_time_from_now(text: &str) -> Result<Timestamp, String> {
    in_future(time_from_now(text)?)
}

fn future_time(text: &str) -> Result<Timestamp, String> {
    let time: Result<Timestamp, _> = serde_json::from_value(text.into());
    in_future(time.map_err(|error| error.to_string())?)
}

fn in_future(time: Timestamp) -> Result<Timestamp, String> {
    let is_future = time > SystemClock.now();
    is_future.then_some(time).ok_or_else(|| "the time is not in the future".to_owned())
}

/// Revokes a key that was not printed, since nobody can use it.
pub(super) async fn revoke_unprinted(
    store: &dyn Store,
    key: KeyId,
    unprinted: std::io::Error,
) -> CommandError {
    match store.revoke_key(key, SystemClock.now()).await {
        Ok(_) => CommandError::KeyNotPrinted { id: key.0, error: unprinted },
        Err(error) => CommandError::KeyNotRevoked { id: key.0, error },
    }
}

/// Formats keys as a table. Names may be long, so the columns with names come last.
fn table(keys: &[StoredKey]) -> String {
    let width = keys.iter().map(|key| key.account.chars().count()).max().unwrap_or(0).max(7);
    let mut table = format!(
        "{:<6}  {:<4}  {:<13}  {:<27}  {:<27}  {:<27}  {:<27}  {:<width$}  {}\n",
        "ID", "KIND", "KEY", "CREATED", "EXPIRES", "REVOKED", "USED", "ACCOUNT", "LABEL"
    );
    let text =
        |time: Option<Timestamp>| time.map_or_else(|| "-".to_owned(), |time| time.to_string());
    for key in keys {
        // writing to a String cannot fail
        let _ = writeln!(
            table,
            "{:<6}  {:<4}  {:<13}  {:<27}  {:<27}  {:<27}  {:<27}  {:<width$}  {}",
            key.key_id.0,
            key.kind.name(),
            format!("{}…", key.shown),
            key.created_at.to_string(),
            text(key.expires_at),
            text(key.revoked_at),
            text(key.last_used_at),
            key.account,
            key.label.as_deref().unwrap_or("-"),
        );
    }
    table
}
