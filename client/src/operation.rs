//! What the generated verbs are made of.

use std::fmt::Display;
use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Utc};

use crate::{Error, Result};

/// What an argument of type `T` may be given as: `T` itself and whatever converts to it.
///
/// A name is a `&str` or a `String`, a number any integer that fits, a time any
/// `chrono::DateTime`, an identifier its text. It is implemented for every `TryInto<T>`.
pub trait Argument<T> {
    #[doc(hidden)]
    fn argument(self) -> std::result::Result<T, String>;
}

impl<T, V> Argument<T> for V
where
    V: TryInto<T>,
    V::Error: Display,
{
    fn argument(self) -> std::result::Result<T, String> {
        self.try_into().map_err(|error| error.to_string())
    }
}

/// What the contract says about an operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    /// With its parameters in braces.
    pub(crate) path: &'static str,
}

/// Converts the argument for `field`.
pub(crate) fn argument<T>(field: &str, argument: impl Argument<T>) -> Result<T> {
    argument.argument().map_err(|problem| Error::invalid_argument(field, &problem))
}

/// Checks a number against the bounds of the contract.
pub(crate) fn within(field: &str, value: Option<&i64>, bounds: RangeInclusive<i64>) -> Result<()> {
    match value {
        Some(value) if !bounds.contains(value) => {
            let problem = format!("{value} is not from {} to {}", bounds.start(), bounds.end());
            Err(Error::invalid_argument(field, &problem))
        }
        _ => Ok(()),
    }
}

/// Checks that RFC 3339 has a name for a time: its years are those from 0 to 9999.
pub(crate) fn representable(field: &str, time: Option<&DateTime<Utc>>) -> Result<()> {
    match time {
        Some(time) if !(0..=9999).contains(&time.year()) => {
            Err(Error::invalid_argument(field, "the year is not from 0 to 9999"))
        }
        _ => Ok(()),
    }
}

/// Checks that a value is one that the contract lists.
pub(crate) fn known(field: &str, is_unknown: bool) -> Result<()> {
    match is_unknown {
        true => Err(Error::invalid_argument(field, "the contract does not know this value")),
        false => Ok(()),
    }
}

/// The moment that is so far from now, for `field`.
pub(crate) fn moment(field: &str, moment: Option<DateTime<Utc>>) -> Result<DateTime<Utc>> {
    moment.ok_or_else(|| Error::invalid_argument(field, "too far in the future"))
}

/// The arguments that were not acceptable, each under its field: a later call for the field takes
/// the place of an earlier one.
#[derive(Debug, Default)]
pub(crate) struct Invalid(Vec<(&'static str, Error)>);

impl Invalid {
    /// The value for `field`, unless it is an error, which is kept.
    pub(crate) fn keep<T>(&mut self, field: &'static str, value: Result<T>) -> Option<T> {
        self.forget(field);
        value.map_err(|error| self.0.push((field, error))).ok()
    }

    /// The field has been set in another way.
    pub(crate) fn forget(&mut self, field: &'static str) {
        self.0.retain(|(known, _)| *known != field);
    }

    /// The first error, if there is one.
    pub(crate) fn first(self) -> Result<()> {
        self.0.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
    }
}
