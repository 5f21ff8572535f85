//! The values of arguments and flags: their checks against the contract before anything is sent.

use std::ffi::OsStr;

use chrono::{DateTime, Datelike, Utc};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::command::{Field, Value, ValueKind};

/// The text that clears a field in a file of rows. As the value of a flag it is rejected, because it
/// looks as if it cleared the field.
pub(super) const NULL: &str = "null";

/// The form in which a user writes the text `null` itself.
pub(super) const QUOTED_NULL: &str = "\"null\"";

/// The example of a time in messages and help texts.
pub(super) const TIME_EXAMPLE: &str = "2030-06-30T18:00:00Z";

/// The examples of durations in messages and help texts.
pub(super) const DURATION_EXAMPLES: &str = "7d, 36h or 1h30m";

/// Checks a text. The error completes "the value …".
pub(super) fn check(value: &Value, text: &str) -> Result<(), String> {
    let is_valid = match value.kind {
        ValueKind::Integer => match text.parse::<i64>() {
            Ok(number) => (value.minimum..=value.maximum).contains(&number),
            Err(_) => return Err(format!("must be an integer{}", range(value))),
        },
        ValueKind::Time => is_time(text),
        ValueKind::Text if !value.values.is_empty() => value.values.contains(&text),
        ValueKind::Text if !value.pattern.is_empty() => {
            // The generator has checked that the pattern is valid.
            regex_lite::Regex::new(value.pattern).is_ok_and(|pattern| pattern.is_match(text))
        }
        // The generated code parses the value.
        ValueKind::Text | ValueKind::Plain | ValueKind::Json => true,
    };
    match is_valid {
        true => Ok(()),
        false => Err(format!("must be {}", allowed(value))),
    }
}

/// Checks a duration.
pub(super) fn check_duration(text: &str) -> Result<(), String> {
    let end = humantime::parse_duration(text).ok().and_then(|duration| {
        Utc::now().checked_add_signed(chrono::TimeDelta::from_std(duration).ok()?)
    });
    match end {
        Some(end) if end.year() <= 9999 => Ok(()),
        Some(_) => Err("must end before the year 10000".to_owned()),
        None => Err(format!("must be a duration such as {DURATION_EXAMPLES}")),
    }
}

/// Returns the allowed values in words.
fn allowed(value: &Value) -> String {
    match value.kind {
        ValueKind::Integer => {
            let range = range(value);
            range.trim_start_matches(" of").trim_start().to_owned()
        }
        ValueKind::Time => format!("an RFC 3339 time such as {TIME_EXAMPLE}"),
        _ if !value.values.is_empty() => format!("one of {}", value.values.join(", ")),
        _ if !value.pattern_in_words.is_empty() => value.pattern_in_words.to_owned(),
        _ => format!("a text that matches {}", value.pattern),
    }
}

/// Returns the bounds of an integer, with a space before them; empty if there are none.
fn range(value: &Value) -> String {
    match (value.minimum, value.maximum) {
        (i64::MIN, i64::MAX) => String::new(),
        (minimum, i64::MAX) => format!(" of at least {minimum}"),
        (i64::MIN, maximum) => format!(" of at most {maximum}"),
        (minimum, maximum) => format!(" from {minimum} to {maximum}"),
    }
}

/// Returns true for a time with an RFC 3339 form in UTC, which has four digits for the year.
fn is_time(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text)
        .is_ok_and(|time| (0..=9999).contains(&time.with_timezone(&Utc).year()))
}

/// Returns the name of a value in help texts.
pub(super) fn value_name(value: &Value) -> &'static str {
    match value.kind {
        _ if !value.values.is_empty() => "VALUE",
        ValueKind::Text => "TEXT",
        ValueKind::Integer => "INTEGER",
        ValueKind::Time => "TIME",
        ValueKind::Plain => "VALUE",
        ValueKind::Json => "JSON",
    }
}

/// The parser of an argument.
#[derive(Clone, Copy)]
pub(super) struct ArgumentParser(pub(super) &'static Value);

impl TypedValueParser for ArgumentParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let allowed = self.0;
        let parser = move |text: &str| check(allowed, text).map(|()| text.to_owned());
        parser.parse_ref(command, argument, value)
    }
}

/// The parser of the value of a flag that sets a field.
#[derive(Clone, Copy)]
pub(super) struct FlagParser(pub(super) &'static Field);

impl TypedValueParser for FlagParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        let field = self.0;
        let flag = value.to_str().filter(|text| is_flag(command, text)).map(str::to_owned);
        let parser = move |text: &str| match &flag {
            Some(flag) => Err(format!("`{flag}` is another flag, and the value is missing")),
            None => text_of_flag(field, text),
        };
        let text = parser.parse_ref(command, argument, value)?;
        match field.value.values {
            [] => Ok(text),
            values => PossibleValuesParser::new(values).parse_ref(command, argument, value),
        }
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = self.0.value.values.iter();
        (values.len() > 0).then(|| Box::new(values.map(PossibleValue::new)) as Box<_>)
    }
}

/// Returns the text that a flag sets.
fn text_of_flag(field: &Field, text: &str) -> Result<String, String> {
    if let Some(clear) = field.clear_flag {
        let is_text = field.value.kind == ValueKind::Text && field.value.values.is_empty();
        match text {
            NULL if is_text => {
                return Err(format!(
                    "use --{clear} to clear `{}`, or '{QUOTED_NULL}' for the text itself",
                    field.name
                ));
            }
            NULL => return Err(format!("use --{clear} to clear `{}`", field.name)),
            QUOTED_NULL if is_text => return Ok(NULL.to_owned()),
            _ => {}
        }
    }
    match field.value.values {
        // clap reports these values.
        [_, ..] => Ok(text.to_owned()),
        [] => check(&field.value, text).map(|()| text.to_owned()),
    }
}

/// Returns true if a text is a flag of the command: then the value of the flag before it is missing. Any
/// other text may begin with a dash.
fn is_flag(command: &clap::Command, text: &str) -> bool {
    let name = text.split_once('=').map_or(text, |(name, _)| name);
    command.get_arguments().any(|argument| match name.strip_prefix("--") {
        Some(long) => argument.get_long() == Some(long),
        None => {
            let mut letters = text.strip_prefix('-').unwrap_or_default().chars();
            argument.get_short().is_some()
                && argument.get_short() == letters.next()
                && letters.next().is_none()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Value = Value { kind: ValueKind::Text, ..Value::JSON };
    const INTEGER: Value = Value { kind: ValueKind::Integer, ..Value::JSON };
    const TIME: Value = Value { kind: ValueKind::Time, ..Value::JSON };

    #[test]
    fn check_names_the_allowed_values() {
        for (value, text, expected) in [
            (Value { minimum: 1, maximum: 9, ..INTEGER }, "0", "must be from 1 to 9"),
            (Value { minimum: 1, maximum: 9, ..INTEGER }, "x", "must be an integer from 1 to 9"),
            (Value { minimum: 1, ..INTEGER }, "0", "must be at least 1"),
            (INTEGER, "1.5", "must be an integer"),
            (TIME, "tomorrow", "must be an RFC 3339 time such as 2030-06-30T18:00:00Z"),
            (TIME, "0000-01-01T00:00:00+01:00", "must be an RFC 3339 time"),
            (Value { values: &["a", "b"], ..TEXT }, "c", "must be one of a, b"),
            (Value { pattern: "^a$", ..TEXT }, "c", "must be a text that matches ^a$"),
            (Value { pattern: "^a$", pattern_in_words: "an a", ..TEXT }, "c", "must be an a"),
        ] {
            let problem = check(&value, text).err().unwrap_or_default();
            assert!(problem.starts_with(expected), "{text}: {problem}");
        }
        for (value, text) in [
            (INTEGER, "-5"),
            (TIME, "2030-06-30T20:00:00+02:00"),
            (TEXT, ""),
            (Value { values: &["a", "b"], ..TEXT }, "b"),
            (Value { pattern: "^a$", ..TEXT }, "a"),
        ] {
            assert_eq!(check(&value, text), Ok(()), "{text}");
        }
    }

    #[test]
    fn check_duration_accepts_units_and_rejects_the_rest() {
        for text in ["7d", "36h", "1h30m", "1h 30m", "0s", "2weeks"] {
            assert_eq!(check_duration(text), Ok(()), "{text}");
        }
        for text in ["", "7", "-7d", "tomorrow", "9000y", "99999999999999y"] {
            assert!(check_duration(text).is_err(), "{text}");
        }
    }
}
