//! The last use of each key, saved in the background.
//!
//! A request only notes its key in memory. A task saves what was noted, so a request neither waits for it
//! nor fails with it. Saving with each request was rejected: it would turn every read into a write.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use agenthuman_server_runtime::timestamp::Timestamp;

use crate::context::Context;
use crate::store::{KEY_USE_PRECISION, KeyId};

/// Time between two runs of the task, and so the longest delay of the first use of a key.
const SAVE_INTERVAL: Duration = Duration::from_secs(5);

/// Maximum number of keys that one run saves, because requests wait for its transaction.
const KEYS_PER_RUN: usize = 1000;

/// Uses of keys.
#[derive(Debug, Default)]
pub(crate) struct KeyUses {
    keys: Mutex<HashMap<KeyId, KeyUse>>,
}

#[derive(Debug)]
struct KeyUse {
    used_at: Timestamp,
    /// Use that is saved, and when it was.
    saved: Option<(Timestamp, Instant)>,
}

impl KeyUse {
    /// Returns true if the last use was saved less than [`KEY_USE_PRECISION`] before `now`.
    fn is_recent(&self, now: Instant) -> bool {
        self.saved.is_some_and(|(_, at)| now.duration_since(at) < KEY_USE_PRECISION)
    }

    fn is_saved(&self) -> bool {
        self.saved.is_some_and(|(used_at, _)| used_at == self.used_at)
    }
}

impl KeyUses {
    /// Notes a use of a key.
    pub(crate) fn note(&self, key: KeyId, used_at: Timestamp) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.entry(key).or_insert(KeyUse { used_at, saved: None }).used_at = used_at;
    }

    /// Returns uses to save: of each key at most one in [`KEY_USE_PRECISION`].
    pub(crate) fn due(&self, now: Instant) -> Vec<(KeyId, Timestamp)> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|_, key| key.is_recent(now) || !key.is_saved());
        let due = keys.iter().filter(|(_, key)| !key.is_recent(now));
        due.map(|(key, noted)| (*key, noted.used_at)).take(KEYS_PER_RUN).collect()
    }

    /// Notes that uses are saved.
    pub(crate) fn saved(&self, uses: &[(KeyId, Timestamp)], now: Instant) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, used_at) in uses {
            if let Some(key) = keys.get_mut(key) {
                key.saved = Some((*used_at, now));
            }
        }
    }
}

/// Saves uses of keys until the context is dropped.
pub(crate) async fn save_regularly(context: Weak<Context>) {
    loop {
        tokio::time::sleep(SAVE_INTERVAL).await;
        let Some(context) = context.upgrade() else { return };
        context.save_key_uses().await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn uses_of_a_key_are_due_at_most_once_a_minute() {
        let uses = KeyUses::default();
        let (began, key) = (Instant::now(), KeyId(1));
        let at = |second: u64| Timestamp::from_micros(second as i64 * 1_000_000).unwrap();
        let after = |second| began + Duration::from_secs(second);
        assert_eq!(uses.due(began), []);
        uses.note(key, at(0));
        uses.note(key, at(1));
        assert_eq!(uses.due(after(1)), [(key, at(1))]);
        // saving has failed
        assert_eq!(uses.due(after(2)), [(key, at(1))]);
        uses.saved(&[(key, at(1))], after(2));
        uses.note(key, at(30));
        assert_eq!(uses.due(after(61)), []);
        assert_eq!(uses.due(after(62)), [(key, at(30))]);
        uses.saved(&[(key, at(30))], after(62));
        assert_eq!(uses.due(after(122)), []);
        assert!(uses.keys.lock().unwrap().is_empty(), "an idle key stays in memory");
    }
}
