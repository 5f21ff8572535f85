//! A cache of API keys that have just been authenticated.
//!
//! Nearly every request carries a key that was seen a moment ago; without the cache each of them would
//! start with a query of the store. A revoked key is therefore accepted for up to [`LIFETIME`], whichever
//! process revoked it. Invalid keys are not cached: they could fill the memory, and a new key must
//! work at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

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
}

impl AuthCache {
    /// Returns the client with this key, if it was authenticated less than [`LIFETIME`] ago.
    pub(crate) fn get(&self, digest: &KeyDigest) -> Option<AuthenticatedClient> {
        // no panic can leave the map half changed, so a poisoned lock is safe to use
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(digest).filter(|entry| Instant::now() < entry.expires_at)?;
        Some(entry.client)
    }

    /// Caches a client, unless the cache is full of entries that are still valid.
    pub(crate) fn insert(&self, digest: KeyDigest, client: AuthenticatedClient) {
        let now = Instant::now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CAPACITY {
            entries.retain(|_, entry| now < entry.expires_at);
        }
        if entries.len() < CAPACITY {
            entries.insert(digest, Entry { client, expires_at: now + LIFETIME });
        }
    }
}
