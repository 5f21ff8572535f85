//! The command line of `links-server`. An error is one line on stderr, never a panic.

mod accounts;
mod arguments;
mod backup;
mod dev;
mod error;
mod export;
mod import;
mod keys;
mod output;
mod serve;
mod signals;

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use self::arguments::ConfigFile;
use self::error::one_line;
use self::output::print_error;
use crate::config::Settings;

/// Exit code for invalid arguments; clap uses the same.
const USAGE_EXIT_CODE: u8 = 2;

/// Serve the AgentHuman Links API
#[derive(Debug, Parser)]
#[command(name = "links-server", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve requests until SIGTERM or Ctrl-C
    ///
    /// Prints `listening on http://ADDR:PORT` (or https) once it accepts connections, and logs to stderr.
    /// Flags override environment variables, which override the configuration file, which overrides the
    /// defaults.
    Serve {
        #[command(flatten)]
        settings: Box<Settings>,

        #[command(flatten)]
        config: ConfigFile,
    },
    /// Start a server to try the API on, with example links and a new API key
    ///
    /// Prints the URL of the API and of its documentation, a key, and commands to copy. The account `dev`
    /// has the example links. Each start creates a key and revokes those of earlier starts, unless
    /// AGENTHUMAN_API_KEY has one that is still valid. Neither the variables LINKS_* nor a configuration
    /// file apply. Not for production.
    Dev(dev::Arguments),
    /// Create, list, rotate and revoke API keys
    #[command(subcommand)]
    Keys(keys::Command),
    /// List accounts
    #[command(subcommand)]
    Accounts(accounts::AccountsCommand),
    /// List agents
    #[command(subcommand)]
    Agents(accounts::AgentsCommand),
    /// Import agents and links in the API's own JSON
    ///
    /// FILE holds a list of Link objects, or an object with `links`, `link` or `agents`: an export, or
    /// a response of the API. A file with an error changes nothing. Existing agents and links are kept
    /// as they are, unless `--replace` is given.
    ///
    /// Agents and links are saved to an SQLite database in batches of 500, so that a running server can
    /// save changes in between. To continue an import that was interrupted, run it again.
    Import(import::Arguments),
    /// Export the agents and links of an account, in the format of `import`
    ///
    /// Importing an export into the same account changes nothing, unless something was changed or
    /// deleted since. Links that are created or deleted during an export may be missing or present;
    /// `backup` copies one moment.
    Export(export::Arguments),
    /// Copy an SQLite database, which may be in use, to a new file
    Backup(backup::Arguments),
    /// Create an SQLite database from a copy
    ///
    /// The database must not exist: move the old one away first, with its -wal and -shm files.
    Restore(backup::Arguments),
}

/// Runs the command that the arguments name.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => return print_clap_error(&error),
    };
    let result = match cli.command {
        Command::Serve { settings, config } => serve::run(*settings, config).await,
        Command::Dev(arguments) => dev::run(arguments).await,
        Command::Keys(command) => keys::run(command).await,
        Command::Accounts(command) => accounts::accounts(command).await,
        Command::Agents(command) => accounts::agents(command).await,
        Command::Import(arguments) => import::run(arguments).await,
        Command::Export(arguments) => export::run(arguments).await,
        Command::Backup(arguments) => backup::backup(arguments).await,
        Command::Restore(arguments) => backup::restore(arguments).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&one_line(&error));
            if error.is_usage() { ExitCode::from(USAGE_EXIT_CODE) } else { ExitCode::FAILURE }
        }
    }
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = ignore_empty_variables(Cli::command());
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Makes empty environment variables count as unset; clap would read them as empty values.
fn ignore_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    command
        .mut_args(|argument| match argument.get_env() {
            Some(name) if is_empty(name) => argument.env(Resettable::Reset),
            _ => argument,
        })
        .mut_subcommands(ignore_empty_variables)
}

/// Prints clap's message: help in full, an error in one line.
fn print_clap_error(error: &clap::Error) -> ExitCode {
    let code = u8::try_from(error.exit_code()).unwrap_or(USAGE_EXIT_CODE);
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        let _ = error.print();
        return ExitCode::from(code);
    }
    let text = error.to_string();
    let mut parts = Vec::new();
    for paragraph in text.split("\n\n") {
        let line = paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        match line.strip_prefix("error: ") {
            Some(problem) => parts.push(problem.to_owned()),
            None if line.starts_with("tip: ") => parts.push(line),
            None => {}
        }
    }
    parts.push("see `links-server --help`".to_owned());
    print_error(&parts.join("; "));
    ExitCode::from(code)
}
