//! The program `links`: the API on the command line.
//!
//! `links update lnk_… --name "Summer demo" --clear-expires-at` sends one request. The commands and
//! their flags are generated from the contract; this module runs them, prints the result and chooses
//! the exit code.

mod arguments;
pub(crate) mod command;
mod confirmation;
mod interrupt;
mod list;
mod table;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::builder::ClientBuilder;
use crate::cli::arguments::Invocation;
use crate::cli::command::{Command, Outcome};
use crate::cli::confirmation::Confirmation;
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::operation::Operation;
use crate::retry::RetryPolicy;

/// The greatest number of attempts of a request.
const MAX_ATTEMPTS: u32 = 4;

/// The exit code for invalid arguments, as clap has it.
const INVALID_ARGUMENTS: u8 = 2;

/// Runs a command line. Returns 0 for success, 2 for invalid arguments, and otherwise the
/// [`exit_code`] of the error.
pub(crate) async fn run(
    commands: &'static [Command],
    arguments: impl IntoIterator<Item = OsString>,
) -> ExitCode {
    let matches = match arguments::command_line(commands).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // clap prints help to stdout and errors to stderr. If that fails, there is nowhere left
            // to report it.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(INVALID_ARGUMENTS));
        }
    };
    if let Some((arguments::COMPLETIONS, matches)) = matches.subcommand() {
        let written = arguments::write_completions(matches, commands, &mut io::stdout().lock());
        return code_of_output(written);
    }
    let Some(invocation) = arguments::invocation(&matches, commands) else {
        return ExitCode::from(INVALID_ARGUMENTS);
    };
    match confirmation::ask(&invocation) {
        Confirmation::Given => {}
        Confirmation::Declined => {
            let _ = writeln!(io::stderr(), "cancelled");
            return ExitCode::FAILURE;
        }
        Confirmation::NoTerminal => {
            let _ = writeln!(
                io::stderr(),
                "error: this command needs confirmation, and stdin is not a terminal\n  \
                 suggestion: confirm with --yes"
            );
            return ExitCode::from(INVALID_ARGUMENTS);
        }
    }
    if let Some(pages) = invocation.all_pages() {
        return list::all(&invocation, pages).await;
    }
    match call(&invocation).await {
        Ok((client, outcome)) => {
            code_of_output(print(&client, &invocation, &outcome, &mut io::stdout().lock()))
        }
        Err(error) => code_of_error(&error),
    }
}

/// Prints an error and returns its exit code.
fn code_of_error(error: &Error) -> ExitCode {
    // If stderr is closed, the exit code still reports the error.
    let _ = io::stderr().write_all(describe(error).as_bytes());
    ExitCode::from(exit_code(error.kind()))
}

/// Returns the exit code after writing to stdout. A reader that closes the pipe (`links … | head`) is
/// not a failure.
fn code_of_output(written: io::Result<()>) -> ExitCode {
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: failed to write to stdout: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn call(invocation: &Invocation) -> Result<(Client, Outcome)> {
    let client = client(invocation)?;
    let run = invocation.command.run;
    let outcome =
        run(&client, &invocation.parameters, &invocation.fields, invocation.dry_run).await?;
    Ok((client, outcome))
}

/// Returns the client that the flags and the environment describe.
fn client(invocation: &Invocation) -> Result<Client> {
    let builder = match invocation.dry_run {
        // A dry run sends nothing and so needs no key.
        true => Client::builder().base_url_from_env()?.api_key("none"),
        false => ClientBuilder::from_env()?,
    };
    let builder = match &invocation.base_url {
        Some(base_url) => builder.base_url(base_url.as_str()),
        None => builder,
    };
    // Nobody waits a minute and a half at a terminal to read that the server is down.
    let builder = builder.retry(RetryPolicy::new().max_attempts(MAX_ATTEMPTS));
    builder.allow_http(invocation.allow_http).user_agent("links").build()
}

fn print(
    client: &Client,
    invocation: &Invocation,
    outcome: &Outcome,
    out: &mut dyn Write,
) -> io::Result<()> {
    match outcome {
        Outcome::DryRun { query, headers, body } => {
            let Operation { method, path, .. } = invocation.command.operation;
            let mut path = (*path).to_owned();
            let values = invocation.command.parameters.iter().zip(&invocation.parameters);
            for (parameter, value) in values {
                let value = progenitor_client::encode_path(value);
                path = path.replace(&format!("{{{}}}", parameter.name), &value);
            }
            if !query.is_empty() {
                let mut encoded = form_urlencoded::Serializer::new(String::new());
                path = format!("{path}?{}", encoded.extend_pairs(query).finish());
            }
            writeln!(out, "{method} {}{path}", client.base_url())?;
            if body.is_some() {
                writeln!(out, "content-type: application/json")?;
            }
            for (name, value) in headers {
                writeln!(out, "{name}: {value}")?;
            }
            for (name, prefix) in client.credential_headers(invocation.command.operation) {
                writeln!(out, "{name}: {prefix}(redacted)")?;
            }
            match body {
                Some(body) => writeln!(out, "\n{body:#}"),
                None => Ok(()),
            }
        }
        Outcome::Sent(response) => match &invocation.command.pages {
            Some(pages) => list::page(response.value(), invocation, pages, out),
            None if invocation.json => writeln!(out, "{:#}", response.value()),
            None => table::write(response.value(), out),
        },
    }
}

/// Returns the text for stderr: the error, its causes, and the details that help to fix it.
fn describe(error: &Error) -> String {
    let mut text = format!("error: {}", table::harmless(error.message()));
    if let Some(status) = error.status() {
        text.push_str(&format!(" ({status})"));
    }
    text.push('\n');
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!("  caused by: {cause}\n"));
        source = cause.source();
    }
    if let Some(suggestion) = error.suggestion() {
        text.push_str(&format!("  suggestion: {}\n", table::harmless(suggestion)));
    }
    if let Some(wait) = error.retry_after() {
        text.push_str(&format!("  retry after: {} s\n", wait.as_secs_f64().ceil()));
    }
    if let Some(request_id) = error.request_id() {
        text.push_str(&format!("  request id: {request_id}\n"));
    }
    text
}

/// Returns the exit code for a kind of error, so that scripts can tell the kinds apart.
fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Configuration | ErrorKind::InvalidRequest => INVALID_ARGUMENTS,
        ErrorKind::Authentication => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::RateLimited => 5,
        ErrorKind::Server => 6,
        ErrorKind::Timeout => 7,
        ErrorKind::Connection => 8,
        ErrorKind::UnexpectedResponse => 9,
    }
}
