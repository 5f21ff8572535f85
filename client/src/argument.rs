//! Conversion and validation of the arguments of generated methods.

use std::fmt::Display;
use std::ops::{Bound, RangeBounds, RangeInclusive};

use chrono::{DateTime, Datelike, Utc};

use crate::error::{Error, Result};

/// A value that converts to `T`, the type of a parameter or field.
///
/// Every `TryInto<T>` implements it: `&str` or `String` for a text or an identifier, any integer that
/// fits for a number, any `chrono::DateTime` for a time. A value that does not convert is reported
/// when the request is sent.
pub trait Argument<T> {
    /// Converts the value, or returns the reason why it is invalid.
    #[doc(hidden)]
    fn convert(self) -> std::result::Result<T, String>;
}

impl<T, V> Argument<T> for V
where
    V: TryInto<T>,
    V::Error: Display,
{
    fn convert(self) -> std::result::Result<T, String> {
        self.try_into().map_err(|error| error.to_string())
    }
}

/// Converts the argument for `field`.
pub(crate) fn convert<T>(field: &str, argument: impl Argument<T>) -> Result<T> {
    argument.convert().map_err(|problem| Error::invalid_argument(field, &problem))
}

/// Returns the items of a list with a delimiter in between.
#[allow(dead_code, reason = "the contract decides which types its inputs have")]
pub(crate) fn join<T: Display>(items: &[T], delimiter: &str) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(delimiter)
}

/// Checks a number against the bounds of the contract.
pub(crate) fn check_range(
    field: &str,
    value: Option<&i64>,
    bounds: RangeInclusive<i64>,
) -> Result<()> {
    match value {
        Some(value) if !bounds.contains(value) => {
            let problem = format!("{value} is not from {} to {}", bounds.start(), bounds.end());
            Err(Error::invalid_argument(field, &problem))
        }
        _ => Ok(()),
    }
}

/// Checks a number that need not be an integer against the bounds of the contract. JSON has no NaN and
/// no infinity.
#[allow(dead_code, reason = "the contract decides which types its inputs have")]
pub(crate) fn check_number(
    field: &str,
    value: Option<&f64>,
    bounds: (Bound<f64>, Bound<f64>),
) -> Result<()> {
    let Some(value) = value.filter(|value| !value.is_finite() || !bounds.contains(*value)) else {
        return Ok(());
    };
    let lower = match bounds.0 {
        Bound::Included(bound) => Some(format!("at least {bound}")),
        Bound::Excluded(bound) => Some(format!("greater than {bound}")),
        Bound::Unbounded => None,
    };
    let upper = match bounds.1 {
        Bound::Included(bound) => Some(format!("at most {bound}")),
        Bound::Excluded(bound) => Some(format!("less than {bound}")),
        Bound::Unbounded => None,
    };
    let allowed: Vec<_> = lower.into_iter().chain(upper).collect();
    let allowed = if allowed.is_empty() { "finite".to_owned() } else { allowed.join(" and ") };
    Err(Error::invalid_argument(field, &format!("{value} is not {allowed}")))
}

/// Checks the number of items of an array against the bounds of the contract.
#[allow(dead_code, reason = "the contract decides which types its inputs have")]
pub(crate) fn check_count(
    field: &str,
    count: Option<usize>,
    bounds: RangeInclusive<usize>,
) -> Result<()> {
    match count {
        Some(count) if !bounds.contains(&count) => {
            let (least, most) = (bounds.start(), bounds.end());
            let problem = format!("the number of items, {count}, is not from {least} to {most}");
            Err(Error::invalid_argument(field, &problem))
        }
        _ => Ok(()),
    }
}

/// Checks that a time has an RFC 3339 representation, which has four digits for the year.
pub(crate) fn check_year(field: &str, time: Option<&DateTime<Utc>>) -> Result<()> {
    match time {
        Some(time) if !(0..=9999).contains(&time.year()) => {
            let problem = format!("the year {} is not from 0 to 9999", time.year());
            Err(Error::invalid_argument(field, &problem))
        }
        _ => Ok(()),
    }
}

/// Checks that the contract lists a value.
pub(crate) fn check_known(field: &str, is_unknown: bool) -> Result<()> {
    match is_unknown {
        true => Err(Error::invalid_argument(field, "the contract does not list this value")),
        false => Ok(()),
    }
}

/// Returns the time for `field`, or an error if it is beyond the last representable time.
pub(crate) fn check_time(field: &str, time: Option<DateTime<Utc>>) -> Result<DateTime<Utc>> {
    time.ok_or_else(|| Error::invalid_argument(field, "too far in the future"))
}

/// The invalid arguments of a request by field.
///
/// A later call of a setter replaces the value of an earlier one, and so its error.
#[derive(Debug, Default)]
pub(crate) struct InvalidArguments(Vec<(&'static str, Error)>);

impl InvalidArguments {
    /// Returns the value for `field`, or records its error.
    pub(crate) fn record<T>(&mut self, field: &'static str, value: Result<T>) -> Option<T> {
        self.clear(field);
        value.map_err(|error| self.0.push((field, error))).ok()
    }

    /// Drops the error of a field.
    pub(crate) fn clear(&mut self, field: &'static str) {
        self.0.retain(|(known, _)| *known != field);
    }

    /// Returns the first error as `Err`.
    pub(crate) fn check(self) -> Result<()> {
        self.0.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
    }
}
