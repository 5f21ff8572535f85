//! The program `links`: the API on the command line.
//!
//! `links update lnk_… --name "Summer demo" --clear-expires-at` sends one request. The commands and
//! their flags are generated from the contract; this module runs them, prints the result and chooses
//! the exit code.
//!
//! | modules | purpose |
//! |---|---|
//! | `command` | the commands, as the generated code describes them |
//! | `definition`, `values`, `invocation` | the command line for clap, its checks, and what the user gave |
//! | `settings`, `config_file`, `config_command` | the server and the API key |
//! | `output`, `table`, `request_preview`, `list` | stdout |
//! | `error_report`, `observer`, `exit_code` | stderr and the exit code |
//! | `bulk` | commands that are run for each row of a file |
//! | `confirmation`, `interrupt` | the question before a request, and Ctrl-C |
//! | `manual`, `examples` | the help of the program, manual pages, and examples |

mod bulk;
pub(crate) mod command;
mod config_command;
mod config_file;
mod confirmation;
mod definition;
mod error_report;
mod examples;
mod exit_code;
mod interrupt;
mod invocation;
mod list;
mod manual;
mod observer;
mod output;
mod request_preview;
mod settings;
mod table;
mod values;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgMatches, ColorChoice};
use clap_complete::Shell;

use crate::cli::command::{Command, Outcome};
use crate::cli::confirmation::Confirmation;
use crate::cli::definition::{BINARY, COMPLETIONS, CONFIG, CONFIG_PATH, MAN};
use crate::cli::error_report::{Reporter, print_line};
use crate::cli::exit_code::Exit;
use crate::cli::invocation::{EarlyFlags, Invocation};
use crate::cli::observer::Observer;
use crate::cli::output::Format;
use crate::cli::request_preview::Preview;
use crate::client::Client;
use crate::error::Result;

/// Runs a command line.
pub(crate) async fn run(
    commands: &'static [Command],
    arguments: impl IntoIterator<Item = OsString>,
) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let EarlyFlags { json, color } = EarlyFlags::read(&arguments);
    match color {
        ColorChoice::Always => anstream::ColorChoice::Always.write_global(),
        ColorChoice::Never => anstream::ColorChoice::Never.write_global(),
        ColorChoice::Auto => {}
    }
    let reporter = Reporter { json };
    let definition = definition::command_line(commands, color);
    let matches = match definition.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return reporter.command_line(&error).into(),
    };
    let exit = match matches.subcommand() {
        Some((COMPLETIONS, matches)) => output(reporter, write_completions(matches, commands)),
        Some((MAN, matches)) => write_manual(reporter, matches, commands),
        Some((CONFIG, matches)) => show_config(reporter, matches),
        _ => match Invocation::new(&matches, commands) {
            Some(invocation) => run_command(reporter, invocation).await,
            None => Exit::Usage,
        },
    };
    exit.into()
}

/// Runs a command of the contract.
async fn run_command(reporter: Reporter, invocation: Invocation) -> Exit {
    if let Some(files) = &invocation.rows {
        return bulk::run(reporter, &invocation, files).await;
    }
    if let Err(exit) = confirm(reporter, &invocation, None) {
        return exit;
    }
    if let Some(pages) = invocation.all_pages() {
        return list::all(reporter, &invocation, pages).await;
    }
    match call(&invocation).await {
        Ok((client, outcome)) => {
            output(reporter, print(&client, &invocation, &outcome, &mut io::stdout().lock()))
        }
        Err(error) => reporter.error(&error, Some(invocation.command)),
    }
}

/// Asks for confirmation if the command needs it. Returns the exit code if it is not given.
fn confirm(reporter: Reporter, invocation: &Invocation, rows: Option<usize>) -> Result<(), Exit> {
    match confirmation::ask(invocation, rows) {
        Confirmation::Given => Ok(()),
        Confirmation::Declined => {
            print_line("cancelled");
            Err(Exit::Failure)
        }
        Confirmation::NoTerminal => {
            let message = "this command needs confirmation, and stdin is not a terminal";
            Err(reporter.problem(Exit::Usage, message, "confirm with --yes"))
        }
    }
}

async fn call(invocation: &Invocation) -> Result<(Client, Outcome)> {
    let observer = Observer::new(invocation.verbose);
    let client = settings::client(&invocation.connection, invocation.dry_run, &observer)?;
    let run = invocation.command.run;
    let call = run(&client, &invocation.parameters, &invocation.fields, invocation.dry_run);
    let outcome = observer.watch(&client, call).await?;
    Ok((client, outcome))
}

fn print(
    client: &Client,
    invocation: &Invocation,
    outcome: &Outcome,
    out: &mut dyn Write,
) -> io::Result<()> {
    match outcome {
        Outcome::DryRun { query, headers, body } => {
            let preview = Preview { query, headers, body: body.as_ref() };
            preview.write(client, invocation.command, &invocation.parameters, out)
        }
        Outcome::Sent(response) => match &invocation.command.pages {
            Some(pages) => list::page(response.value(), invocation, pages, out),
            None => invocation.format.write(response.value(), invocation.command.columns, out),
        },
    }
}

/// Returns the exit code after writing to stdout. A reader that closes the pipe (`links … | head`) is
/// not a failure.
fn output(reporter: Reporter, written: io::Result<()>) -> Exit {
    match written {
        Ok(()) => Exit::Success,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
        Err(error) => {
            reporter.problem(Exit::Failure, &format!("failed to write to stdout: {error}"), "")
        }
    }
}

/// Writes the completions for a shell.
fn write_completions(matches: &ArgMatches, commands: &'static [Command]) -> io::Result<()> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Ok(()) };
    let mut script = Vec::new();
    let mut definition = definition::command_line(commands, ColorChoice::Never);
    clap_complete::generate(*shell, &mut definition, BINARY, &mut script);
    io::stdout().lock().write_all(&script)
}

/// Writes the manual pages.
fn write_manual(reporter: Reporter, matches: &ArgMatches, commands: &'static [Command]) -> Exit {
    let Some(directory) = matches.get_one::<String>("directory") else { return Exit::Usage };
    match manual::write_pages(commands, Path::new(directory)) {
        Ok(()) => Exit::Success,
        Err(error) => {
            let message = format!("failed to write the manual pages to {directory}: {error}");
            reporter.problem(Exit::Failure, &message, "")
        }
    }
}

/// Shows the configuration file.
fn show_config(reporter: Reporter, matches: &ArgMatches) -> Exit {
    let format = match (matches.get_flag("json"), matches.get_one::<String>("output")) {
        (true, _) => Format::Json,
        (false, name) => Format::new(name.map(String::as_str)),
    };
    if matches.subcommand_name() == Some(CONFIG_PATH) {
        return match config_command::path() {
            Ok(path) => output(reporter, writeln!(io::stdout(), "{path}")),
            Err(error) => reporter.error(&error, None),
        };
    }
    match config_command::profiles() {
        Ok(profiles) => {
            output(reporter, config_command::write(&profiles, format, &mut io::stdout().lock()))
        }
        Err(error) => reporter.error(&error, None),
    }
}
