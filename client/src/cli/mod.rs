//! `links`: the API on the command line.
//!
//! `links update lnk_… --name "Summer demo" --clear-expires-at` sends one request. The commands and
//! their flags are generated from the contract; here is how they look, how their answers are shown
//! and with which code the program exits.

mod arguments;
mod table;

use std::ffi::OsString;
use std::io::{self, Write};
use std::pin::Pin;
use std::process::ExitCode;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::generated::{API_KEY_HEADER, COMMANDS};
use crate::operation::Operation;
use crate::{Client, ClientBuilder, Error, ErrorKind, Response, Result};

/// One operation as a command; written by the generator.
pub(crate) struct Command {
    pub(crate) operation: &'static Operation,
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) arguments: &'static [Argument],
    pub(crate) fields: &'static [Field],
    pub(crate) start: Start,
}

/// Sends the request, or only says what would be sent: client, arguments in their order, fields
/// with their texts or `None` to clear them, and whether it is dry.
type Start =
    for<'a> fn(&'a Client, &'a [String], &'a [(String, Option<String>)], bool) -> Going<'a>;
type Going<'a> = Pin<Box<dyn Future<Output = Result<Outcome>> + Send + 'a>>;

/// What must be given.
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
}

/// A field of the body.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) kind: Kind,
    /// The texts that it can have, where these are listed.
    pub(crate) values: &'static [&'static str],
    pub(crate) clearable: bool,
}

/// How the value of a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "which kinds there are depends on the contract")]
pub(crate) enum Kind {
    Text,
    Integer,
    Time,
    Json,
}

/// What came of a command.
pub(crate) enum Outcome {
    /// The body that would have been sent.
    Dry(Value),
    Sent(Response<Value>),
}

/// The value of a flag for a number and the like.
#[allow(dead_code, reason = "which kinds there are depends on the contract")]
pub(crate) fn parsed<T>(field: &str, text: &str) -> Result<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Error::invalid_argument(field, &error.to_string()))
}

/// The value of a flag that is written as JSON.
#[allow(dead_code, reason = "which kinds there are depends on the contract")]
pub(crate) fn from_json<T: DeserializeOwned>(field: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::invalid_argument(field, &error.to_string()))
}

/// The value of a flag for a time.
#[allow(dead_code, reason = "which kinds there are depends on the contract")]
pub(crate) fn time(field: &str, text: &str) -> Result<DateTime<Utc>> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| {
        let problem = "not an RFC 3339 timestamp, such as 2030-06-30T18:00:00Z";
        Error::invalid_argument(field, problem)
    })?;
    Ok(time.to_utc())
}

/// A value as JSON.
pub(crate) fn json(value: &impl Serialize) -> Value {
    // Only maps with other keys than strings cannot be JSON, and the contract has none.
    serde_json::to_value(value).unwrap_or_default()
}

/// Runs the command line: 0 if it did what it was asked to, 2 if it was asked in a wrong way, and
/// otherwise what `exit_code` says of the error.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match arguments::command_line().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help goes to stdout with 0, what is wrong to stderr with 2; nobody is left to tell
            // if that fails.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    if let Some((arguments::COMPLETIONS, matches)) = matches.subcommand() {
        return finish(arguments::write_completions(matches, &mut io::stdout().lock()));
    }
    let invoked = arguments::invoked(&matches, COMMANDS);
    match call(&invoked).await {
        Ok((client, outcome)) => {
            finish(show(&client, &invoked, &outcome, &mut io::stdout().lock()))
        }
        Err(error) => {
            // Nobody is left to tell where stderr is closed; the code still says it.
            let _ = io::stderr().write_all(explained(&error).as_bytes());
            ExitCode::from(exit_code(error.kind()))
        }
    }
}

/// A reader that went away (`links … | head`) is no failure.
fn finish(written: io::Result<()>) -> ExitCode {
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: cannot write: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn call(invoked: &arguments::Invoked) -> Result<(Client, Outcome)> {
    let builder = match invoked.dry_run {
        // What is only shown needs no key.
        true => Client::builder().base_url_from_env()?.api_key("none"),
        false => ClientBuilder::from_env()?,
    };
    let builder = match &invoked.base_url {
        Some(base_url) => builder.base_url(base_url.as_str()),
        None => builder,
    };
    let client = builder.allow_http(invoked.allow_http).user_agent("links").build()?;
    let start = invoked.command.start;
    let outcome = start(&client, &invoked.arguments, &invoked.fields, invoked.dry_run).await?;
    Ok((client, outcome))
}

fn show(
    client: &Client,
    invoked: &arguments::Invoked,
    outcome: &Outcome,
    out: &mut dyn Write,
) -> io::Result<()> {
    match outcome {
        Outcome::Dry(body) => {
            let Operation { method, path, .. } = invoked.command.operation;
            let mut path = (*path).to_owned();
            for (argument, value) in invoked.command.arguments.iter().zip(&invoked.arguments) {
                path = path.replace(&format!("{{{}}}", argument.name), value);
            }
            writeln!(out, "{method} {}{path}", client.base_url())?;
            writeln!(out, "content-type: application/json\n{API_KEY_HEADER}: (redacted)\n")?;
            writeln!(out, "{body:#}")
        }
        Outcome::Sent(response) if invoked.json => writeln!(out, "{:#}", response.value()),
        Outcome::Sent(response) => table::write(response.value(), out),
    }
}

/// The error, and what else is known that helps.
fn explained(error: &Error) -> String {
    let mut text = format!("error: {}", error.message());
    if let Some(status) = error.status() {
        text.push_str(&format!(" ({status})"));
    }
    text.push('\n');
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!("  because: {cause}\n"));
        source = cause.source();
    }
    if let Some(suggestion) = error.suggestion() {
        text.push_str(&format!("  suggestion: {suggestion}\n"));
    }
    if let Some(wait) = error.retry_after() {
        text.push_str(&format!("  try again in: {} s\n", wait.as_secs_f64().ceil()));
    }
    if let Some(request_id) = error.request_id() {
        text.push_str(&format!("  request id: {request_id}\n"));
    }
    text
}

/// The exit code that tells scripts which sort of failure it was.
fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Configuration | ErrorKind::InvalidRequest => 2,
        ErrorKind::Authentication => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::RateLimited => 5,
        ErrorKind::Server => 6,
        ErrorKind::Timeout => 7,
        ErrorKind::Connection => 8,
        ErrorKind::UnexpectedResponse => 9,
    }
}
