//! Conversion and validation of the arguments of generated methods.

use std::fmt::Display;
use std::ops::{Bound, RangeBounds, RangeInclusive};

use chrono::{DateTime, Datelike, Utc};

use crate::error::Error;

/// A value that converts to `T`, the type of a parameter or field.
///
/// Every `TryInto<T>` implements it: `&str` or `String` for a text or an identifier, any
/// `chrono::DateTime` for a time. A value that does not convert is reported when the request is sent.
/// Numbers and booleans are not converted: their methods take `i64`, `f64` and `bool`.
///
/// ```compile_fail,E0277
/// # fn call(client: &agenthuman_links::Client) {
/// client.get_link(12); // an identifier is a text
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not convert to `{T}`, the type of this argument",
    label = "not a value for this argument",
    note = "pass a text as `&str` or `String`, a time as `chrono::DateTime` with any time zone, and \
            any other value as `{T}`",
    note = "for a value that may be missing, call the method with the prefix `maybe_`; to send \
            `null`, the one with the prefix `clear_`"
)]
pub trait Argument<T> {
    /// Converts the value, or returns the reason why it is invalid.
    #[doc(hidden)]
    fn convert(self) -> Result<T, String>;
}

// Otherwise the compiler reports that `T` lacks `From<V>`, an impl that users cannot write.
#[diagnostic::do_not_recommend]
impl<T, V> Argument<T> for V
where
    V: TryInto<T>,
    V::Error: Display,
{
    fn convert(self) -> Result<T, String> {
        self.try_into().map_err(|error| error.to_string())
    }
}

/// Converts the argument for `field`.
#[allow(dead_code, reason = "the contract decides which operations are paginated")]
pub(crate) fn convert<T>(field: &str, argument: impl Argument<T>) -> crate::error::Result<T> {
    argument.convert().map_err(|problem| Error::invalid_argument(field, &problem))
}

/// Returns the items of a list with a delimiter in between.
#[allow(dead_code, reason = "the contract decides which types its inputs have")]
pub(crate) fn join<T: Display>(items: &[T], delimiter: &str) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(delimiter)
}

/// Checks a number against the bounds of the contract.
pub(crate) fn check_range(value: Option<&i64>, bounds: RangeInclusive<i64>) -> Result<(), String> {
    match value {
        Some(value) if !bounds.contains(value) => {
            Err(format!("{value} is not from {} to {}", bounds.start(), bounds.end()))
        }
        _ => Ok(()),
    }
}

/// Checks a number that need not be an integer against the bounds of the contract. JSON has no NaN and
/// no infinity.
#[allow(dead_code, reason = "the contract decides which types its inputs have")]
pub(crate) fn check_number(
    value: Option<&f64>,
    bounds: (Bound<f64>, Bound<f64>),
) -> Result<(), String> {
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
    Err(format!("{value} is not {allowed}"))
}

/// Checks the number of items of an array against the bounds of the contract.
#[allow(dead_code, reason = "the contract decides which types its inputs have")]
pub(crate) fn check_count(
    count: Option<usize>,
    bounds: RangeInclusive<usize>,
) -> Result<(), String> {
    match count {
        Some(count) if !bounds.contains(&count) => {
            let (least, most) = (bounds.start(), bounds.end());
            Err(format!("the number of items, {count}, is not from {least} to {most}"))
        }
        _ => Ok(()),
    }
}

/// Checks that a time has an RFC 3339 representation, which has four digits for the year.
pub(crate) fn check_year(time: Option<&DateTime<Utc>>) -> Result<(), String> {
    match time {
        Some(time) if !(0..=9999).contains(&time.year()) => {
            Err(format!("the year {} is not from 0 to 9999", time.year()))
        }
        _ => Ok(()),
    }
}

/// Returns the error of a value that the contract does not list.
pub(crate) fn check_listed(unlisted_value: Option<&str>, listed: &[&str]) -> Result<(), String> {
    unlisted_value.map_or(Ok(()), |value| Err(unlisted(value, listed)))
}

/// Returns the message for a value that is not one of those that the contract lists.
pub(crate) fn unlisted(value: &str, listed: &[&str]) -> String {
    let listed: Vec<_> = listed.iter().map(|value| format!("`{value}`")).collect();
    format!("`{value}` is not one of {}", listed.join(", "))
}

/// Returns a time, or an error if it is beyond the last representable one.
pub(crate) fn check_time(time: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, String> {
    time.ok_or_else(|| "too far in the future".to_owned())
}

/// The invalid arguments of a request, each with the reason.
///
/// A later call of a setter replaces the value of an earlier one, and so its error.
#[derive(Debug, Default)]
pub(crate) struct InvalidArguments(Vec<(&'static str, String)>);

impl InvalidArguments {
    /// Converts the argument for `field`, or records the reason why it is invalid.
    pub(crate) fn convert<T>(
        &mut self,
        field: &'static str,
        argument: impl Argument<T>,
    ) -> Option<T> {
        self.record(field, argument.convert())
    }

    /// Returns the value for `field`, or records the reason why it is invalid.
    pub(crate) fn record<T>(&mut self, field: &'static str, value: Result<T, String>) -> Option<T> {
        self.clear(field);
        value.map_err(|problem| self.0.push((field, problem))).ok()
    }

    /// Records that the value for `field` is invalid, unless a reason is known already.
    pub(crate) fn check(&mut self, field: &'static str, outcome: Result<(), String>) {
        let is_known = self.0.iter().any(|(known, _)| *known == field);
        if let Err(problem) = outcome
            && !is_known
        {
            self.0.push((field, problem));
        }
    }

    /// Drops the reason why a field is invalid.
    pub(crate) fn clear(&mut self, field: &'static str) {
        self.0.retain(|(known, _)| *known != field);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the error with all invalid arguments.
    pub(crate) fn into_error(self) -> Error {
        Error::invalid_arguments(self.0)
    }
}
