//! The limit of requests in flight, in total and for each key.
//!
//! Only authenticated requests whose body is complete take a slot: a client without a key cannot use
//! slots up, nor can one that sends its body slowly. A key has at most a share of them, so that no
//! account can keep the others out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::in_flight::InFlightGuard;
use crate::store::KeyId;

/// Slots for requests in flight.
#[derive(Debug)]
pub(crate) struct Admission {
    total: usize,
    per_key: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    by_key: HashMap<KeyId, usize>,
}

/// Reason why a request gets no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Overload {
    /// All slots are taken.
    #[error("the limit of requests in flight is reached")]
    Total,
    /// The key has its share of the slots.
    #[error("the limit of requests in flight of one key is reached")]
    Key,
}

impl Admission {
    /// Returns `total` slots, of which a key can take `per_key`.
    pub(crate) fn new(total: usize, per_key: usize) -> Self {
        Admission { total, per_key, taken: Mutex::default() }
    }

    /// Takes a slot until it is dropped.
    pub(crate) fn take(
        self: &Arc<Self>,
        key: KeyId,
        in_flight: InFlightGuard,
    ) -> Result<Slot, Overload> {
        // no panic can leave the counts half changed, so a poisoned lock is safe to use
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.total >= self.total {
            return Err(Overload::Total);
        }
        let of_key = taken.by_key.entry(key).or_default();
        if *of_key >= self.per_key {
            return Err(Overload::Key);
        }
        *of_key += 1;
        taken.total += 1;
        Ok(Slot { admission: Arc::clone(self), key, _in_flight: in_flight })
    }

    /// Returns true if all slots are taken.
    pub(crate) fn is_full(&self) -> bool {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).total >= self.total
    }
}

/// The slot of a request, free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    admission: Arc<Admission>,
    key: KeyId,
    _in_flight: InFlightGuard,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.admission.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.total = taken.total.saturating_sub(1);
        if let Some(of_key) = taken.by_key.get_mut(&self.key) {
            *of_key -= 1;
            if *of_key == 0 {
                taken.by_key.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::in_flight::InFlight;

    #[test]
    fn slots_are_limited_in_total_and_per_key() {
        let admission = Arc::new(Admission::new(3, 2));
        let in_flight = InFlight::default();
        let take = |key| admission.take(KeyId(key), in_flight.enter());
        let first = take(1).unwrap();
        let _second = take(1).unwrap();
        assert_eq!(take(1).unwrap_err(), Overload::Key);
        let other = take(2).unwrap();
        assert!(admission.is_full());
        assert_eq!(take(3).unwrap_err(), Overload::Total);
        drop(first);
        assert!(!admission.is_full());
        let _third = take(1).unwrap();
        drop(other);
        assert_eq!(take(1).unwrap_err(), Overload::Key);
        assert_eq!(admission.taken.lock().unwrap().by_key.len(), 1, "no entry of an idle key");
    }
}
