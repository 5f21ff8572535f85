//! The command line as clap sees it, made from the commands that the contract gives.

use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches};
use clap_complete::Shell;

use super::{Command, Field, Kind};
use crate::generated::COMMANDS;

/// The command that is not an operation.
pub(super) const COMPLETIONS: &str = "completions";

/// Flags and commands that are not the contract's; one of the contract's that is called so gets a
/// word in front.
const TAKEN: [&str; 8] =
    ["allow-http", "base-url", "dry-run", "help", "json", "version", COMPLETIONS, "h"];

const BINARY: &str = "links";

const EXIT_CODES: &str = "\
Environment:
  AGENTHUMAN_API_KEY   the API key
  AGENTHUMAN_BASE_URL  another server than the production one

Exit codes:
  0  done
  2  wrong arguments, or a request that the API does not accept (400, 413, 415)
  3  the API key is missing, unknown or revoked (401, 403)
  4  no such link (404)
  5  the rate limit is used up (429)
  6  the server failed (5xx)
  7  no answer in time
  8  no connection
  9  an answer that the contract does not know";

/// What was asked for.
pub(super) struct Invoked {
    pub(super) command: &'static Command,
    pub(super) arguments: Vec<String>,
    /// `None` clears the field.
    pub(super) fields: Vec<(String, Option<String>)>,
    pub(super) base_url: Option<String>,
    pub(super) allow_http: bool,
    pub(super) dry_run: bool,
    pub(super) json: bool,
}

/// The whole command line.
pub(super) fn command_line() -> clap::Command {
    let completions = clap::Command::new(COMPLETIONS)
        .about("Write the completions for a shell to stdout")
        .arg(Arg::new("shell").required(true).value_parser(clap::value_parser!(Shell)));
    clap::Command::new(BINARY)
        .version(env!("CARGO_PKG_VERSION"))
        .about("The AgentHuman Links API on the command line")
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(COMMANDS.iter().map(subcommand))
        .subcommand(completions)
}

/// `update_link` is called `update`, unless another operation would be called so too.
fn name(command: &Command) -> String {
    let verb = |command: &Command| command.operation.id.split('_').next().unwrap_or_default();
    let short = verb(command);
    match COMMANDS.iter().filter(|other| verb(other) == short).count() {
        1 => free("call", short),
        _ => free("call", command.operation.id),
    }
}

/// How a name of the contract is written in a shell.
fn free(before: &str, name: &str) -> String {
    let name = name.replace('_', "-");
    if TAKEN.contains(&&*name) { format!("{before}-{name}") } else { name }
}

/// What clap calls it, so that no name of the contract is another's.
fn argument_id(name: &str) -> String {
    format!("argument {name}")
}

fn set_id(field: &Field) -> String {
    format!("set {}", field.name)
}

fn clear_id(field: &Field) -> Option<String> {
    field.clearable.then(|| format!("clear {}", field.name))
}

fn subcommand(command: &'static Command) -> clap::Command {
    let arguments = command.arguments.iter().map(|argument| {
        let shown = argument.name.to_uppercase();
        Arg::new(argument_id(argument.name)).required(true).value_name(shown).help(argument.help)
    });
    let needed: String = command
        .arguments
        .iter()
        .map(|argument| format!(" <{}>", argument.name.to_uppercase()))
        .collect();
    let flags = command.fields.iter().flat_map(flags);
    let all = command.fields.iter().flat_map(|field| [Some(set_id(field)), clear_id(field)]);
    let fields = ArgGroup::new("fields").args(all.flatten()).multiple(true).required(true);
    clap::Command::new(name(command))
        .about(command.summary)
        // clap's own lists every flag that a request may consist of
        .override_usage(format!("{BINARY} {}{needed} [OPTIONS]", name(command)))
        .long_about(format!("{}.\n\n{}", command.summary, command.description))
        .args(arguments)
        .args(flags)
        .group(fields)
        .arg(switch("dry-run", "Print the request instead of sending it"))
        .arg(switch("json", "Print the answer as JSON"))
        .arg(
            Arg::new("base-url")
                .long("base-url")
                .value_name("URL")
                .help("Another server than the production one [env: AGENTHUMAN_BASE_URL]"),
        )
        .arg(switch("allow-http", "Allow plain http to other machines: it shows the key"))
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// The flag that sets a field, and the one that clears it.
fn flags(field: &'static Field) -> Vec<Arg> {
    let (first, _) = field.help.split_once(['.', ';']).unwrap_or((field.help, ""));
    let set = Arg::new(set_id(field))
        .long(free("set", field.name))
        .value_name(match field.kind {
            Kind::Text => "TEXT",
            Kind::Integer => "N",
            Kind::Time => "TIME",
            Kind::Json => "JSON",
        })
        .allow_negative_numbers(true)
        .help(first.to_owned())
        .long_help(field.help);
    let set = match field.values {
        [] => set,
        values => set.value_name("VALUE").value_parser(PossibleValuesParser::new(values)),
    };
    let clear = clear_id(field).map(|id| {
        Arg::new(id)
            .long(format!("clear-{}", field.name.replace('_', "-")))
            .action(ArgAction::SetTrue)
            .conflicts_with(set_id(field))
            .help(format!("Clear `{}`: send null", field.name))
    });
    std::iter::once(set).chain(clear).collect()
}

/// What was asked for; clap has seen to it that it is one of the commands.
pub(super) fn invoked(matches: &ArgMatches, commands: &'static [Command]) -> Invoked {
    let (chosen, matches) = matches.subcommand().unwrap_or(("", matches));
    let command = commands.iter().find(|command| name(command) == chosen).unwrap_or(&commands[0]);
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let mut fields = Vec::new();
    for field in command.fields {
        if let Some(value) = text(&set_id(field)) {
            fields.push((field.name.to_owned(), Some(value)));
        } else if clear_id(field).is_some_and(|id| matches.get_flag(&id)) {
            fields.push((field.name.to_owned(), None));
        }
    }
    Invoked {
        command,
        arguments: command.arguments.iter().filter_map(|it| text(&argument_id(it.name))).collect(),
        fields,
        base_url: text("base-url"),
        allow_http: matches.get_flag("allow-http"),
        dry_run: matches.get_flag("dry-run"),
        json: matches.get_flag("json"),
    }
}

/// Writes the completions for a shell.
pub(super) fn write_completions(matches: &ArgMatches, out: &mut dyn Write) -> io::Result<()> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Ok(()) };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command_line(), BINARY, &mut script);
    out.write_all(&script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command_line().debug_assert();
    }
}
