//! The cursor of a list: a position between two links, opaque to clients.
//!
//! It holds the position itself and nothing on the server, so it works on every server of a database
//! and does not expire. A checksum over the account and the filter rejects cursors that belong to
//! another list, or that a client has made up. It is no secret: a client that computed one could only
//! choose another position in its own list.

use agenthuman_links_api::types::LinkId;
use agenthuman_server_runtime::timestamp::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::store::{AccountId, Position};

/// Changes with the format, so that a cursor of another version is rejected.
const VERSION: u8 = 1;

const CHECKSUM_BYTES: usize = 8;

/// The list that a cursor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    pub account: AccountId,
    /// The name of the filter.
    pub filter: &'static str,
}

/// Returns the cursor for what follows a position.
pub fn encode(list: List, position: &Position) -> String {
    let body = body(position);
    let bytes = [&body[..], &checksum(list, &body)].concat();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the position of a cursor; `None` if it is not one of this list.
pub fn decode(list: List, cursor: &str) -> Option<Position> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (body, sum) = bytes.split_last_chunk::<CHECKSUM_BYTES>()?;
    let (VERSION, rest) = body.split_first().map(|(version, rest)| (*version, rest))? else {
        return None;
    };
    let (micros, link_id) = rest.split_first_chunk::<8>()?;
    let created_at = Timestamp::from_micros(i64::from_be_bytes(*micros))?;
    let link_id = LinkId::try_from(String::from_utf8(link_id.to_vec()).ok()?).ok()?;
    (checksum(list, body) == *sum).then_some(Position { created_at, link_id })
}

fn body(position: &Position) -> Vec<u8> {
    let mut body = vec![VERSION];
    body.extend(position.created_at.micros().to_be_bytes());
    body.extend(position.link_id.as_bytes());
    body
}

fn checksum(list: List, body: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut hash = Sha256::new();
    hash.update(b"links cursor");
    hash.update(list.account.0.to_be_bytes());
    hash.update([0]);
    hash.update(list.filter.as_bytes());
    hash.update([0]);
    hash.update(body);
    let mut sum = [0; CHECKSUM_BYTES];
    sum.copy_from_slice(&hash.finalize()[..CHECKSUM_BYTES]);
    sum
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const LIST: List = List { account: AccountId(7), filter: "all" };

    fn position() -> Position {
        Position {
            created_at: Timestamp::from_micros(1_700_000_000_123_456).unwrap(),
            link_id: LinkId::try_from("lnk_1".to_owned()).unwrap(),
        }
    }

    #[test]
    fn decode_returns_what_was_encoded() {
        let cursor = encode(LIST, &position());
        assert!(cursor.chars().all(|one| one.is_ascii_alphanumeric() || "-_".contains(one)));
        assert_eq!(decode(LIST, &cursor), Some(position()));
    }

    #[test]
    fn decode_rejects_cursors_of_other_lists_and_changed_ones() {
        let cursor = encode(LIST, &position());
        assert_eq!(decode(List { account: AccountId(8), ..LIST }, &cursor), None);
        assert_eq!(decode(List { filter: "active", ..LIST }, &cursor), None);
        for (at, _) in cursor.char_indices() {
            let letter = if &cursor[at..=at] == "A" { "B" } else { "A" };
            let changed = format!("{}{letter}{}", &cursor[..at], &cursor[at + 1..]);
            assert_eq!(decode(LIST, &changed), None, "{changed}");
        }
        for other in ["", "A", "abc", "%", "AQ", &cursor[1..], &format!("{cursor}A")] {
            assert_eq!(decode(LIST, other), None, "{other}");
        }
    }
}
