//! Values that a store accepts and returns.

use std::ops::AddAssign;
use std::time::Duration;

use agenthuman_links_api::types::{Agent, LinkId};
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
    /// Text by which its owner recognizes it.
    pub label: Option<String>,
    /// Time from which it is rejected.
    pub expires_at: Option<Timestamp>,
}

impl NewKey {
    /// Returns the parts of a key that a store may hold: enough to recognize the key, too little to use it.
    /// The key has no label and does not expire.
    pub fn new(secret: &Secret, created_at: Timestamp) -> Self {
        let shown = secret.shown().to_owned();
        let (digest, kind) = (secret.digest(), secret.kind());
        NewKey { digest, kind, shown, created_at, label: None, expires_at: None }
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
    /// Time of its revocation; `None` if it is not revoked.
    pub revoked_at: Option<Timestamp>,
    /// Text by which its owner recognizes it.
    pub label: Option<String>,
    /// Time from which it is rejected.
    pub expires_at: Option<Timestamp>,
    /// Time of a recent use, at most [`KEY_USE_PRECISION`] before the last one.
    pub last_used_at: Option<Timestamp>,
}

impl StoredKey {
    /// Returns true if the key has expired at `now`.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now)
    }
}

/// Precision of a key's last use: it is saved at most once in this time.
pub const KEY_USE_PRECISION: Duration = Duration::from_secs(60);

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

/// A page of a list of links: the newest first, and those of the same microsecond by descending id.
#[derive(Clone, Debug)]
pub struct ListQuery {
    /// Owner of the links.
    pub account: AccountId,
    /// Position behind which the page begins; `None` for the first page.
    pub after: Option<Position>,
    /// Maximum number of links.
    pub limit: u32,
}

/// Position of a link in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Time of the link's creation.
    pub created_at: Timestamp,
    /// Id of the link.
    pub link_id: LinkId,
}

/// Result of a creation.
#[derive(Clone, Debug, PartialEq)]
pub enum CreateOutcome {
    /// The link as it is stored.
    Created(Box<StoredLink>),
    /// The account has no such agent; nothing has changed.
    NoSuchAgent,
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

/// Agents and links to import.
#[derive(Clone, Debug)]
pub struct Import {
    /// Agents, each once, including those of the links.
    pub agents: Vec<Agent>,
    /// Links, each once.
    pub links: Vec<StoredLink>,
    /// Treatment of agents and links that exist and differ.
    pub different: Different,
}

/// Treatment of existing agents and links that differ from those of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Different {
    /// Keep what is stored.
    Keep,
    /// Replace it by what is imported.
    Replace,
}

/// Result of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// The import is saved.
    Imported(ImportCounts),
    /// The link at this index belongs to another account; nothing has changed.
    ForeignLink(usize),
    /// The agent at this index belongs to another account; nothing has changed.
    ForeignAgent(usize),
}

/// Numbers of agents and links in an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// The agents.
    pub agents: Counts,
    /// The links.
    pub links: Counts,
}

impl AddAssign for ImportCounts {
    fn add_assign(&mut self, more: ImportCounts) {
        self.agents += more.agents;
        self.links += more.links;
    }
}

/// Numbers of rows of one kind in an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that are new.
    pub added: usize,
    /// Rows that differed and were replaced.
    pub replaced: usize,
    /// Rows that were identical.
    pub unchanged: usize,
    /// Rows that differ and were kept.
    pub kept: usize,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Counts) {
        self.added += more.added;
        self.replaced += more.replaced;
        self.unchanged += more.unchanged;
        self.kept += more.kept;
    }
}

impl ImportCounts {
    /// Tells whether the import adds or replaces anything.
    pub fn has_changes(&self) -> bool {
        let changes = |counts: Counts| counts.added + counts.replaced;
        changes(self.agents) + changes(self.links) > 0
    }
}

/// An account, with the number of what it owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSummary {
    /// Id of the account.
    pub account_id: AccountId,
    /// Name of the account.
    pub name: String,
    /// Number of its agents.
    pub agents: i64,
    /// Number of its links.
    pub links: i64,
    /// Number of its keys that are not revoked.
    pub keys: i64,
}

/// An agent, with the number of its links.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentSummary {
    /// The agent.
    pub agent: Agent,
    /// Number of its links.
    pub links: i64,
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
