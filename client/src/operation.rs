//! What the generated verbs are made of.

use std::fmt::Display;
use std::ops::RangeInclusive;

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

/// Converts the argument for `field`.
pub(crate) fn argument<T>(field: &str, argument: impl Argument<T>) -> Result<T> {
    argument.argument().map_err(|problem| Error::invalid_argument(field, &problem))
}

/// Checks a number against the bounds of the contract.
pub(crate) fn within(field: &str, value: i64, bounds: RangeInclusive<i64>) -> Result<i64> {
    if bounds.contains(&value) {
        return Ok(value);
    }
    let problem = format!("{value} is not from {} to {}", bounds.start(), bounds.end());
    Err(Error::invalid_argument(field, &problem))
}
