//! The commands of the command line, as the generated code describes them, and the conversions
//! between texts and values that it uses.

use std::fmt::Display;
use std::pin::Pin;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::operation::Operation;
use crate::response::Response;

/// A command that calls one operation.
pub(crate) struct Command {
    /// The name on the command line.
    pub(crate) name: &'static str,
    pub(crate) operation: &'static Operation,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) parameters: &'static [Parameter],
    pub(crate) fields: &'static [Field],
    /// True if a request without any field is a mistake.
    pub(crate) needs_field: bool,
    /// The question before the request is sent; empty if there is none.
    pub(crate) confirm: &'static str,
    /// The columns of the table for the response; the others follow in the order of their names.
    pub(crate) columns: &'static [&'static str],
    /// For an operation that returns page by page.
    pub(crate) pages: Option<Pages>,
    pub(crate) run: Run,
}

impl Command {
    /// Returns true if the command can be run for each row of a file: if a request has an input, and its
    /// response is not a list.
    pub(crate) fn has_rows(&self) -> bool {
        self.pages.is_none() && !self.parameters.is_empty()
    }
}

/// The pagination of an operation.
pub(crate) struct Pages {
    /// The member of a response with the items.
    pub(crate) items: &'static str,
    /// The member of a response with the cursor of the next page.
    pub(crate) next: &'static str,
    /// The field that bounds a page, and its largest value.
    pub(crate) limit: Option<(&'static str, i64)>,
    /// The field that continues after a page.
    pub(crate) cursor: &'static str,
}

/// Sends the request of a command, or returns it if this is a dry run.
///
/// The arguments are the client, the values of the parameters in their order, the fields with their
/// texts (`None` clears the field), and whether this is a dry run.
pub(crate) type Run =
    for<'a> fn(&'a Client, &'a [String], &'a [(String, Option<String>)], bool) -> RunFuture<'a>;

pub(crate) type RunFuture<'a> = Pin<Box<dyn Future<Output = Result<Outcome>> + Send + 'a>>;

/// A required input of an operation.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) value: Value,
}

/// An optional input of an operation.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// The flag that sets the field, without its dashes.
    pub(crate) flag: &'static str,
    /// The flag that clears the field, if the field is clearable.
    pub(crate) clear_flag: Option<&'static str>,
    /// The flag that sets a time relative to now.
    pub(crate) later: Option<Later>,
    pub(crate) help: &'static str,
    pub(crate) value: Value,
}

/// The other input of a field that is a time: a duration from now.
pub(crate) struct Later {
    pub(crate) name: &'static str,
    /// The flag, without its dashes.
    pub(crate) flag: &'static str,
}

/// The values of an input.
pub(crate) struct Value {
    pub(crate) kind: ValueKind,
    /// The possible values, if the contract lists them.
    pub(crate) values: &'static [&'static str],
    /// The bounds of an integer.
    pub(crate) minimum: i64,
    pub(crate) maximum: i64,
    /// The pattern of a text; empty if there is none that this program checks.
    pub(crate) pattern: &'static str,
    /// The meaning of the pattern; empty if the contract does not describe it.
    pub(crate) pattern_in_words: &'static str,
    /// An example; empty if the contract has none.
    pub(crate) example: &'static str,
}

impl Value {
    /// Any JSON value.
    #[allow(dead_code, reason = "the contract decides whether a request body is passed as a whole")]
    pub(crate) const JSON: Value = Value {
        kind: ValueKind::Json,
        values: &[],
        minimum: i64::MIN,
        maximum: i64::MAX,
        pattern: "",
        pattern_in_words: "",
        example: "",
    };
}

/// The syntax of the value of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "the contract decides which kinds are used")]
pub(crate) enum ValueKind {
    Text,
    Integer,
    Time,
    /// A number, a boolean or a date.
    Plain,
    Json,
}

/// The outcome of a successful command.
pub(crate) enum Outcome {
    /// The request of a dry run, without its path.
    DryRun {
        query: Vec<(String, String)>,
        headers: Vec<(String, String)>,
        body: Option<Json>,
    },
    Sent(Response<Json>),
}

/// Parses the value of a field with `FromStr`.
#[allow(dead_code, reason = "the contract decides which kinds are used")]
pub(crate) fn parse<T>(field: &str, text: &str) -> Result<T>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|error: T::Err| Error::invalid_argument(field, &error.to_string()))
}

/// Parses the value of a field as JSON.
#[allow(dead_code, reason = "the contract decides which kinds are used")]
pub(crate) fn parse_json<T: DeserializeOwned>(field: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::invalid_argument(field, &error.to_string()))
}

/// Parses the value of a field as an RFC 3339 timestamp.
#[allow(dead_code, reason = "the contract decides which kinds are used")]
pub(crate) fn parse_time(field: &str, text: &str) -> Result<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| {
        let problem = "not an RFC 3339 timestamp, such as 2030-06-30T18:00:00Z";
        Error::invalid_argument(field, problem)
    })?;
    Ok(time.to_utc())
}

/// Parses a duration such as `7d` or `1h 30m`.
#[allow(dead_code, reason = "the contract decides whether there are times")]
pub(crate) fn parse_duration(field: &str, text: &str) -> Result<Duration> {
    humantime::parse_duration(text)
        .map_err(|error| Error::invalid_argument(field, &error.to_string()))
}

/// Returns parameters as they are sent: an absent one is left out, and a list is repeated.
pub(crate) fn texts<const N: usize>(parameters: [(&str, Json); N]) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (name, value) in parameters {
        let values = match value {
            Json::Null => Vec::new(),
            Json::Array(items) => items,
            other => vec![other],
        };
        texts.extend(values.into_iter().map(|value| match value {
            Json::String(text) => (name.to_owned(), text),
            other => (name.to_owned(), other.to_string()),
        }));
    }
    texts
}

/// Converts a request or a response to JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Json {
    // It fails only for maps whose keys are not strings, and OpenAPI has no such type.
    serde_json::to_value(value).unwrap_or_default()
}
