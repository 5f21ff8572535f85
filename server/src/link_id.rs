//! New link ids.
//!
//! An id is `lnk_` and 20 characters of Crockford's base 32: 50 bits of time, in milliseconds since
//! 1970, and 50 random bits from the operating system. Ids are therefore ordered by time, which keeps
//! inserts at the end of the index, and cannot be guessed. An id is never reused: its millisecond does
//! not come back.

use agenthuman_links_api::types::LinkId;
use agenthuman_server_runtime::timestamp::Timestamp;
use rand::TryRng;
use rand::rngs::SysRng;

/// Error of the operating system, which has no random bits.
pub use rand::rngs::SysError;

/// Crockford's base 32: digits and capital letters without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The characters of the time, and as many of the random part.
const HALF: usize = 10;

/// Returns a new id for a link that is created now.
///
/// # Errors
///
/// The operating system has no random bits.
#[expect(clippy::expect_used, reason = "the alphabet is a part of the contract's pattern")]
pub fn new(now: Timestamp) -> Result<LinkId, SysError> {
    let milliseconds = u64::try_from(now.micros() / 1000).unwrap_or(0);
    let mut id = "lnk_".to_owned();
    for number in [milliseconds, SysRng.try_next_u64()?] {
        let digits = (0..HALF).rev().map(|digit| (number >> (5 * digit)) % 32);
        id.extend(digits.map(|digit| char::from(ALPHABET[digit as usize])));
    }
    Ok(LinkId::try_from(id).expect("an id matches the pattern of the contract"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_ordered_by_time_and_unique() {
        let at =
            |milliseconds: i64| new(Timestamp::from_micros(milliseconds * 1000).unwrap()).unwrap();
        let ids: Vec<_> = [0, 1, 31, 32, 1_700_000_000_000, 253_402_300_799_999].map(at).into();
        assert!(ids.is_sorted_by(|one, other| one.as_str() < other.as_str()), "{ids:?}");
        assert!(ids.iter().all(|id| id.len() == 24), "{ids:?}");
        assert!(ids[1].starts_with("lnk_0000000001"), "{ids:?}");
        let same: HashSet<_> = (0..10_000).map(|_| at(1).to_string()).collect();
        assert_eq!(same.len(), 10_000);
    }
}
