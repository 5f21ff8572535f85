//! The command line: one line on stderr when something is wrong, and never a panic.

mod backup;
mod import;
mod keys;
mod serve;

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{ConfigError, DatabaseUrl, GivenDatabase, Settings, SettingsError};
use crate::link_file::LinkFileError;
use crate::store::{BackupError, OpenError, StoreError};
use crate::{CloseError, StartError};

/// What clap exits with as well.
const USAGE_EXIT_CODE: u8 = 2;

/// A server of the AgentHuman Links API.
#[derive(Debug, Parser)]
#[command(name = "links-server", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests until SIGTERM or Ctrl-C
    ///
    /// Prints `listening on http://ADDR:PORT` (or https) once it accepts; logs on stderr. Flags override the
    /// environment, which overrides the configuration file, which overrides the defaults.
    Serve {
        #[command(flatten)]
        settings: Box<Settings>,

        /// TOML file with the other flags' names, `rate_limit` for `--rate-limit`
        #[arg(long, value_name = "FILE", env = "LINKS_CONFIG")]
        config: Option<PathBuf>,
    },
    /// Make, list and revoke API keys
    #[command(subcommand)]
    Keys(keys::Command),
    /// Load links in the API's own JSON
    ///
    /// FILE holds a list of Link objects, or the body of an answer with `link` or `links`. New links
    /// are loaded, all of them or none; a link that is there already is left as it is.
    Import {
        #[command(flatten)]
        database: Database,

        /// Account that the links belong to; made if it is new
        #[arg(long, value_name = "NAME", value_parser = account_name)]
        account: String,

        /// JSON file; a mistake in it is reported with its line
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Copy an SQLite database, which may be in use, to a new file
    Backup(backup::Arguments),
    /// Make a new SQLite database of a copy
    ///
    /// The database must not be there: move the old one away first, with its -wal and -shm files.
    Restore(backup::Arguments),
}

#[derive(Debug, clap::Args)]
struct Database {
    /// sqlite:PATH or postgres://HOST/DATABASE
    #[arg(long, value_name = "URL", env = "LINKS_DATABASE", hide_env_values = true)]
    database: GivenDatabase,
}

impl Database {
    fn url(self) -> Result<DatabaseUrl, CommandError> {
        Ok(self.database.url().map_err(SettingsError::Database)?)
    }
}

/// Runs the command that the arguments name.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match parse(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let result = match cli.command {
        Command::Serve { settings, config } => serve::run(*settings, config.as_deref()).await,
        Command::Keys(command) => keys::run(command).await,
        Command::Import { database, account, file } => import::run(database, account, &file).await,
        Command::Backup(arguments) => backup::backup(arguments),
        Command::Restore(arguments) => backup::restore(arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&one_line(&error));
            match error {
                CommandError::Settings(_) => ExitCode::from(USAGE_EXIT_CODE),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = without_empty_variables(Cli::command());
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// An environment variable that is empty counts as not set; clap takes it for an empty value.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    command
        .mut_args(|argument| match argument.get_env() {
            Some(name) if is_empty(name) => argument.env(Resettable::Reset),
            _ => argument,
        })
        .mut_subcommands(without_empty_variables)
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Close(#[from] CloseError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    LinkFile(#[from] LinkFileError),
    #[error("there is no key {0}; `links-server keys list` shows those there are")]
    NoSuchKey(i64),
    #[error("cannot wait for signals")]
    Signals(#[source] std::io::Error),
    #[error("cannot write to stdout")]
    Output(#[source] std::io::Error),
    #[error("key {id} could not be printed and is revoked again")]
    KeyNotPrinted {
        id: i64,
        #[source]
        error: std::io::Error,
    },
    #[error("key {id} could not be printed; revoke it, for that failed as well")]
    KeyNotRevoked {
        id: i64,
        #[source]
        error: StoreError,
    },
}

/// Writes a command's result; `println!` would panic where nobody reads it.
fn print(text: &str) -> Result<(), CommandError> {
    write_stdout(text).map_err(CommandError::Output)
}

fn write_stdout(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
}

fn complain(problem: &str) {
    // where nobody reads stderr either, the exit code is what is left
    let _ = writeln!(std::io::stderr(), "links-server: {problem}");
}

/// An error and its causes.
fn one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line.replace('\n', " ")
}

/// What clap has to say: help in full, a mistake in one line.
fn usage(error: &clap::Error) -> ExitCode {
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
    complain(&parts.join("; "));
    ExitCode::from(code)
}

/// Longest name of an account, in characters: a name, not a text.
const ACCOUNT_NAME_CHARACTERS: usize = 200;

/// Names are printed to terminals and must look like what they are.
fn account_name(text: &str) -> Result<String, String> {
    let length = text.chars().count();
    if !(1..=ACCOUNT_NAME_CHARACTERS).contains(&length) || text.trim() != text {
        return Err(format!(
            "a name has 1 to {ACCOUNT_NAME_CHARACTERS} characters and no space around it"
        ));
    }
    if text.chars().any(char::is_control) {
        return Err("a name has no control characters".to_owned());
    }
    Ok(text.to_owned())
}
