//! API keys: their format, their storage and their comparison.
//!
//! A key has 32 characters from a cryptographic random number generator (165 bits), so a SHA-256 digest
//! is enough to protect it at rest. A password hash was rejected: it is slow on purpose, to protect
//! secrets that can be guessed, and would slow down every request.

use std::borrow::Cow;
use std::fmt::{self, Debug, Formatter};

use rand::RngExt;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Random characters of a key. The vendor documents `ah_live_` or `ah_test_` and 32 of these.
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const RANDOM_CHARACTERS: usize = 32;
/// Number of random characters that a list of keys shows; the remaining ones still have 145 bits.
const SHOWN_CHARACTERS: usize = 4;

/// Purpose of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `ah_live_`, for production.
    Live,
    /// `ah_test_`, for tests.
    Test,
}

impl KeyKind {
    /// Returns the name that lists and stores use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            KeyKind::Live => "live",
            KeyKind::Test => "test",
        }
    }

    /// Returns the kind with this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [KeyKind::Live, KeyKind::Test].into_iter().find(|kind| kind.name() == name)
    }

    fn prefix(self) -> &'static str {
        match self {
            KeyKind::Live => "ah_live_",
            KeyKind::Test => "ah_test_",
        }
    }
}

/// An API key in plain text. Its `Debug` output omits most of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    kind: KeyKind,
    text: String,
}

impl Secret {
    /// Returns a new random key.
    pub fn generate(kind: KeyKind) -> Self {
        let mut random = rand::rng();
        let mut text = kind.prefix().to_owned();
        text.extend((0..RANDOM_CHARACTERS).map(|_| {
            let character = ALPHABET[random.random_range(0..ALPHABET.len())];
            char::from(character)
        }));
        Secret { kind, text }
    }

    /// Returns the key, or `None` if the text does not have the format of one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, random) = [KeyKind::Live, KeyKind::Test]
            .into_iter()
            .find_map(|kind| Some((kind, text.strip_prefix(kind.prefix())?)))?;
        let well_formed = random.len() == RANDOM_CHARACTERS
            && random.bytes().all(|character| ALPHABET.contains(&character));
        well_formed.then(|| Secret { kind, text: text.to_owned() })
    }

    /// Returns the plain text.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Returns its purpose.
    pub(crate) fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Returns the digest that a store keeps.
    pub fn digest(&self) -> KeyDigest {
        KeyDigest(Sha256::digest(self.text.as_bytes()).into())
    }

    /// Returns the first characters: enough to recognize the key, too few to use it.
    pub fn shown(&self) -> &str {
        &self.text[..self.kind.prefix().len() + SHOWN_CHARACTERS]
    }
}

impl Debug for Secret {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secret({}…)", self.shown())
    }
}

/// Replaces the random characters of all keys in a text.
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for kind in [KeyKind::Live, KeyKind::Test] {
        let prefix = kind.prefix();
        if masked.contains(prefix) {
            let mut parts = masked.split(prefix);
            let mut text = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let rest = part.trim_start_matches(|next: char| next.is_ascii_alphanumeric());
                text.extend([prefix, "…", rest]);
            }
            masked = Cow::Owned(text);
        }
    }
    masked
}

/// SHA-256 digest of a key. `==` is for maps only; [`KeyDigest::matches`] compares in constant time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// Returns the bytes, for a store.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the digest with these bytes, from a store.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        KeyDigest(bytes)
    }

    /// Compares two digests in constant time.
    pub fn matches(&self, other: &KeyDigest) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn generate_returns_distinct_well_formed_keys() {
        let one = Secret::generate(KeyKind::Live);
        let other = Secret::generate(KeyKind::Live);
        assert_eq!(Secret::parse(one.reveal()), Some(one.clone()));
        assert!(one.reveal().starts_with("ah_live_"));
        assert_eq!(one.reveal().len(), "ah_live_".len() + 32);
        assert!(!one.digest().matches(&other.digest()));
        assert!(one.digest().matches(&Secret::parse(one.reveal()).unwrap().digest()));
        assert!(Secret::generate(KeyKind::Test).reveal().starts_with("ah_test_"));
    }

    #[test]
    fn shown_and_debug_output_do_not_reveal_key() {
        let key = Secret::generate(KeyKind::Live);
        assert!(!format!("{key:?}").contains(key.reveal()));
        assert_eq!(key.shown().len(), "ah_live_".len() + SHOWN_CHARACTERS);
    }

    #[test]
    fn parse_rejects_malformed_keys() {
        for text in [
            "",
            "ah_live_",
            "ah_live_0123456789abcdefghijklmnopqrstu",
            "ah_live_0123456789abcdefghijklmnopqrstuvw",
            "ah_live_0123456789ABCDEFghijklmnopqrstuv",
            "ah_prod_0123456789abcdefghijklmnopqrstuv",
            " ah_live_0123456789abcdefghijklmnopqrstuv",
        ] {
            assert_eq!(Secret::parse(text), None, "{text:?}");
        }
        assert!(Secret::parse("ah_live_0123456789abcdefghijklmnopqrstuv").is_some());
    }
}
