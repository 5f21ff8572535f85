//! Reads one value several times: as each alternative of a `oneOf` or `anyOf`, or as a struct and as the
//! fields that the struct does not have.
//!
//! The visitors in [`crate::alternatives`] are generic over the deserialiser. They ask for these
//! attempts with a name that begins with one of the constants below, and get them as a [`MapAccess`]: each
//! "key" is an attempt, the "value" is the result.
//!
//! The choice for a value is remembered. When an enclosing alternative reads the value again, only the
//! chosen alternative is read, so the time does not double with each level.

use std::collections::HashSet;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess};

use super::deserializer::Source;
use super::error::{DeserializeError, Reason};
use super::state::{Choice, Loss, Position};

/// The name of a type that keeps unknown fields.
pub(crate) const UNKNOWN_FIELDS: &str = "agenthuman_server_runtime::unknown_fields";

/// The beginnings of the names of alternatives.
const ONE_OF: &str = "agenthuman_server_runtime::one_of ";
const ANY_OF: &str = "agenthuman_server_runtime::any_of ";

/// The rule by which one of the alternatives is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Exactly one must fit.
    OneOf,
    /// The one that loses the least is chosen, and of several the first.
    AnyOf,
}

impl Rule {
    /// Returns the rule of the alternatives with this name, unless it is the name of another type.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            _ if name.starts_with(ONE_OF) => Some(Rule::OneOf),
            _ if name.starts_with(ANY_OF) => Some(Rule::AnyOf),
            _ => None,
        }
    }
}

/// The attempts to read a value as each of the alternatives.
pub(super) struct Attempts<'a> {
    source: Source<'a>,
    name: &'static str,
    rule: Rule,
    /// The choice, if the value was read before.
    known: Option<Choice>,
    /// The number of the next alternative.
    next: usize,
    /// The alternatives that fit, each with its losses.
    fits: Vec<(usize, Vec<Loss>)>,
    errors: Vec<DeserializeError>,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(source: Source<'a>, name: &'static str, rule: Rule) -> Self {
        source.state.start_attempts();
        let known = source.position().and_then(|position| source.state.choice(name, position));
        // A parameter has no type: `5` is a string and an integer. The first alternative wins.
        let rule = if source.is_json() { rule } else { Rule::AnyOf };
        Attempts { source, name, rule, known, next: 0, fits: Vec::new(), errors: Vec::new() }
    }

    /// Returns true if the alternative `index` cannot be chosen any more.
    fn is_decided_against(&self, index: usize) -> bool {
        match &self.known {
            Some(choice) => choice.as_ref().ok() != Some(&index),
            None => {
                self.rule == Rule::AnyOf && self.fits.iter().any(|(_, losses)| losses.is_empty())
            }
        }
    }

    /// Chooses one of the alternatives that fit.
    fn choose(&mut self) -> Choice {
        let count = self.fits.len();
        let chosen = match self.rule {
            Rule::OneOf if count > 1 => {
                return Err(DeserializeError::new(Reason::SeveralAlternatives { count }));
            }
            Rule::OneOf => self.fits.pop(),
            Rule::AnyOf => {
                std::mem::take(&mut self.fits).into_iter().min_by_key(|(_, losses)| losses.len())
            }
        };
        let Some((index, losses)) = chosen else {
            return Err(DeserializeError::closest(std::mem::take(&mut self.errors)));
        };
        self.source.state.lose_all(losses);
        Ok(index)
    }
}

impl<'de> MapAccess<'de> for Attempts<'de> {
    type Error = DeserializeError;

    /// Returns the value of the next alternative, or `None` if it does not fit.
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeserializeError> {
        let index = self.next;
        self.next += 1;
        if self.is_decided_against(index) {
            return Ok(None);
        }
        if self.known.is_some() {
            return seed.deserialize(self.source.clone()).map(Some);
        }
        let before = self.source.state.loss_count();
        let attempt = seed.deserialize(self.source.clone());
        let losses = self.source.state.take_losses(before);
        Ok(match attempt {
            Ok(value) => {
                self.fits.push((index, losses));
                Some(value)
            }
            Err(error) => {
                self.errors.push(error);
                None
            }
        })
    }

    /// Returns the number of the chosen alternative.
    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, DeserializeError> {
        let choice = match self.known.take() {
            Some(choice) => choice,
            None => {
                let choice = self.choose();
                if let Some(position) = self.source.position() {
                    self.source.state.choose(self.name, position, choice.clone());
                }
                choice
            }
        };
        seed.deserialize(choice?.into_deserializer())
    }
}

/// A struct (the "key"), and the fields that the struct does not have (the "value").
pub(super) struct UnknownFields<'a> {
    source: Source<'a>,
    /// The number of losses before the struct was read.
    losses_before: usize,
}

impl<'a> UnknownFields<'a> {
    pub(super) fn new(source: Source<'a>) -> Self {
        let losses_before = source.state.loss_count();
        UnknownFields { source, losses_before }
    }
}

impl<'de> MapAccess<'de> for UnknownFields<'de> {
    type Error = DeserializeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeserializeError> {
        seed.deserialize(self.source.clone()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, DeserializeError> {
        let losses = self.source.state.losses_since(self.losses_before);
        let losses: HashSet<_> = losses.into_iter().collect();
        let mut members = self.source.object_members()?;
        let is_unknown = |value| losses.contains(&Loss::UnknownField(Position::of(value)));
        members.retain(|(_, value)| is_unknown(value));
        seed.deserialize(MapAccessDeserializer::new(self.source.members(members)?))
    }
}
