//! Who a key belongs to, remembered for a moment: nearly every request comes with a key that has just
//! been seen, and would otherwise ask the store first.
//!
//! A key that is revoked, by whatever process, is therefore refused within [`LIFETIME`]. Keys that are
//! not good are not remembered: they could fill the memory, and a new key must work at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::context::Caller;
use crate::key::KeyDigest;

/// How long a revoked key may go on.
const LIFETIME: Duration = Duration::from_secs(1);

/// The most that is remembered.
const CAPACITY: usize = 10_000;

/// Callers that have just been seen.
#[derive(Debug, Default)]
pub(crate) struct CallerCache {
    callers: Mutex<HashMap<KeyDigest, (Caller, Instant)>>,
}

impl CallerCache {
    pub(crate) fn get(&self, digest: &KeyDigest) -> Option<Caller> {
        // the map is whole between two statements, so a panic elsewhere has not broken it
        let callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.get(digest).filter(|(_, until)| Instant::now() < *until).map(|(caller, _)| *caller)
    }

    pub(crate) fn insert(&self, digest: KeyDigest, caller: Caller) {
        let now = Instant::now();
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= CAPACITY {
            callers.retain(|_, (_, until)| now < *until);
        }
        if callers.len() < CAPACITY {
            callers.insert(digest, (caller, now + LIFETIME));
        }
    }
}
