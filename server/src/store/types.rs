//! Values that a store accepts and returns.

use agenthuman_server_runtime::timestamp::Timestamp;

use crate::key::{KeyDigest, KeyKind, Secret};
use crate::link::{StoredLink, UpdateError};

/// Id of an account in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(pub i64);

/// Id of a key in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(pub i64);

/// A key to save.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Digest by which the key is found.
    pub digest: KeyDigest,
    /// Purpose of the key.
    pub kind: KeyKind,
    /// First characters of the key, by which its owner recognizes it.
    pub shown: String,
    /// Time of its creation.
    pub created_at: Timestamp,
}

impl NewKey {
    /// Returns the parts of a key that a store may hold: enough to recognize the key, too little to use it.
    pub fn new(secret: &Secret, created_at: Timestamp) -> Self {
        let shown = secret.shown().to_owned();
        NewKey { digest: secret.digest(), kind: secret.kind(), shown, created_at }
    }
}

/// A saved key.
#[derive(Clone, Debug)]
pub struct StoredKey {
    /// Id of the key.
    pub key_id: KeyId,
    /// Id of the account that owns the key.
    pub account_id: AccountId,
    /// Name of that account.
    pub account: String,
    /// Digest by which the key is found.
    pub digest: KeyDigest,
    /// Purpose of the key.
    pub kind: KeyKind,
    /// First characters of the key.
    pub shown: String,
    /// Time of its creation.
    pub created_at: Timestamp,
    /// Time of its revocation; `None` while the key is valid.
    pub revoked_at: Option<Timestamp>,
}

/// Result of revoking a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// The key was valid until now.
    Revoked,
    /// The key was revoked at this time.
    AlreadyRevoked(Timestamp),
    /// No key has this id.
    NoSuchKey,
}

/// Result of an update.
#[derive(Clone, Debug, PartialEq)]
pub enum UpdateOutcome {
    /// The link as it is now stored.
    Updated(Box<StoredLink>),
    /// The rules do not allow the update; nothing has changed.
    Rejected(UpdateError),
    /// The account has no such link.
    NotFound,
}

/// Result of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// The new links are saved.
    Imported(ImportCounts),
    /// The link at this index belongs to another account; nothing has changed.
    ForeignLink(usize),
    /// The agent of the link at this index belongs to another account; nothing has changed.
    ForeignAgent(usize),
}

/// Numbers of links in an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// New links.
    pub imported: usize,
    /// Existing links that are identical to the file.
    pub unchanged: usize,
    /// Existing links that differ from the file and were not changed.
    pub different: usize,
    /// New links whose existing agent differs from the file and was not changed.
    pub different_agents: usize,
}

/// Requests of a key in its current rate-limit window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Start of the window, in microseconds since 1970-01-01T00:00:00Z.
    pub opened_at: i64,
    /// Number of requests, including those above the limit.
    pub requests: i64,
}

/// Treatment of a database that does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingDatabase {
    /// Create it.
    Create,
    /// Return an error.
    Fail,
}
