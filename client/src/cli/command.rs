//! The commands of the command line, as the generated code describes them, and the conversions
//! between texts and values that it uses.

use std::fmt::Display;
use std::pin::Pin;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

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
    /// For an operation that returns page by page.
    pub(crate) pages: Option<Pages>,
    pub(crate) run: Run,
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
}

/// An optional input of an operation.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    /// The flag that sets the field, without its dashes.
    pub(crate) flag: &'static str,
    /// The flag that clears the field, if the field is clearable.
    pub(crate) clear_flag: Option<&'static str>,
    pub(crate) help: &'static str,
    pub(crate) kind: ValueKind,
    /// The possible values, if the contract lists them.
    pub(crate) values: &'static [&'static str],
}

/// The syntax of the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "the contract decides which kinds are used")]
pub(crate) enum ValueKind {
    Text,
    Integer,
    Time,
    Json,
}

/// The outcome of a successful command.
pub(crate) enum Outcome {
    /// The request of a dry run, without its path.
    DryRun {
        query: Vec<(String, String)>,
        headers: Vec<(String, String)>,
        body: Option<Value>,
    },
    Sent(Response<Value>),
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

/// Returns parameters as they are sent: an absent one is left out, and a list is repeated.
pub(crate) fn texts<const N: usize>(parameters: [(&str, Value); N]) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (name, value) in parameters {
        let values = match value {
            Value::Null => Vec::new(),
            Value::Array(items) => items,
            other => vec![other],
        };
        texts.extend(values.into_iter().map(|value| match value {
            Value::String(text) => (name.to_owned(), text),
            other => (name.to_owned(), other.to_string()),
        }));
    }
    texts
}

/// Converts a request or a response to JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Value {
    // It fails only for maps whose keys are not strings, and OpenAPI has no such type.
    serde_json::to_value(value).unwrap_or_default()
}
