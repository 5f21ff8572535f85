//! API keys: how they look, how they are kept, how they are compared.
//!
//! A key is 32 characters from a cryptographic random number generator (165 bits), so SHA-256
//! alone protects it at rest. A password hash was rejected: it is slow on purpose, for secrets that
//! can be guessed, and would be paid for on every request.

use std::fmt::{self, Debug, Formatter};

use rand::RngExt;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The vendor documents `ah_live_` or `ah_test_` and 32 of these characters.
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const RANDOM_CHARACTERS: usize = 32;
/// Random characters that a list of keys shows; the others are still 145 bits.
const SHOWN_CHARACTERS: usize = 4;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Live,
    Test,
}

impl KeyKind {
    /// The kind as people and stores call it.
    pub fn name(self) -> &'static str {
        match self {
            KeyKind::Live => "live",
            KeyKind::Test => "test",
        }
    }

    /// The reverse of [`KeyKind::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [KeyKind::Live, KeyKind::Test].into_iter().find(|kind| kind.name() == name)
    }

    fn prefix(self) -> &'static str {
        match self {
            KeyKind::Live => "ah_live_",
            KeyKind::Test => "ah_test_",
        }
    }
}

/// A key as its owner has it. It shows itself only when asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    kind: KeyKind,
    text: String,
}

impl Secret {
    /// A new key.
    pub fn generate(kind: KeyKind) -> Self {
        let mut random = rand::rng();
        let mut text = kind.prefix().to_owned();
        text.extend((0..RANDOM_CHARACTERS).map(|_| {
            let character = ALPHABET[random.random_range(0..ALPHABET.len())];
            char::from(character)
        }));
        Secret { kind, text }
    }

    /// `None` where the text cannot be a key.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, random) = [KeyKind::Live, KeyKind::Test]
            .into_iter()
            .find_map(|kind| Some((kind, text.strip_prefix(kind.prefix())?)))?;
        let well_formed = random.len() == RANDOM_CHARACTERS
            && random.bytes().all(|character| ALPHABET.contains(&character));
        well_formed.then(|| Secret { kind, text: text.to_owned() })
    }

    /// The key itself.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What it is for.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// What is kept of it.
    pub fn digest(&self) -> KeyDigest {
        KeyDigest(Sha256::digest(self.text.as_bytes()).into())
    }

    /// The beginning of it, by which its owner recognises it and nobody can use it.
    pub fn shown(&self) -> &str {
        &self.text[..self.kind.prefix().len() + SHOWN_CHARACTERS]
    }
}

impl Debug for Secret {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secret({}…)", self.shown())
    }
}

/// The SHA-256 of a key. Equality is for maps, where the time of a comparison says nothing: who can
/// choose a digest has the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// The digest as a store keeps it.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest that a store has kept.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        KeyDigest(bytes)
    }

    /// Compares in a time that says nothing of where the two differ.
    pub fn matches(&self, other: &KeyDigest) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_new_key_is_well_formed_and_like_no_other() {
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
    fn what_is_shown_of_a_key_is_not_the_key() {
        let key = Secret::generate(KeyKind::Live);
        assert!(!format!("{key:?}").contains(key.reveal()));
        assert_eq!(key.shown().len(), "ah_live_".len() + SHOWN_CHARACTERS);
    }

    #[test]
    fn other_texts_are_no_keys() {
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
