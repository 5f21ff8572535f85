//! A cache of API keys that have just been authenticated.
//!
//! Nearly every request carries a key that was seen a moment ago; without the cache each of them would
//! start with a query of the store. A revoked key is therefore accepted for up to [`LIFETIME`], whichever
//! process revoked it. Invalid keys are not cached: they could fill the memory, and a new key must
//! work at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use agenthuman_server_runtime::timestamp::Timestamp;

use crate::key::KeyDigest;
use crate::store::{AccountId, KeyId};

/// Time for which an entry is valid, and so the longest time that a revoked key is accepted.
const LIFETIME: Duration = Duration::from_secs(1);

/// Maximum number of entries.
const CAPACITY: usize = 10_000;

/// A client whose API key is valid: the key and the account that owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AuthenticatedClient {
    pub(crate) key: KeyId,
    pub(crate) account: AccountId,
}

/// Authenticated clients by the digest of their key.
#[derive(Debug, Default)]
pub(crate) struct AuthCache {
    entries: Mutex<HashMap<KeyDigest, Entry>>,
}

#[derive(Debug)]
struct Entry {
    client: AuthenticatedClient,
    expires_at: Instant,
    key_expires_at: Option<Timestamp>,
}

impl AuthCache {
    /// Returns the client with this key, if it was authenticated less than [`LIFETIME`] ago and the key has
    /// not expired at `now`.
    pub(crate) fn get(&self, digest: &KeyDigest, now: Timestamp) -> Option<AuthenticatedClient> {
        // no panic can leave the map half changed, so a poisoned lock is safe to use
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(digest).filter(|entry| Instant::now() < entry.expires_at)?;
        entry.key_expires_at.is_none_or(|expires_at| now < expires_at).then_some(entry.client)
    }

    /// Caches a client, unless the cache is full of entries that are still valid.
    pub(crate) fn insert(
        &self,
        digest: KeyDigest,
        client: AuthenticatedClient,
        key_expires_at: Option<Timestamp>,
    ) {
        let now = Instant::now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CAPACITY {
            entries.retain(|_, entry| now < entry.expires_at);
        }
        if entries.len() < CAPACITY {
            entries.insert(digest, Entry { client, expires_at: now + LIFETIME, key_expires_at });
        }
    }
}
