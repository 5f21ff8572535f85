//! The command line as clap sees it, made from the commands that the contract gives.

use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches};
use clap_complete::Shell;

use super::{Command, Field, Kind};
use crate::generated::COMMANDS;

/// The command that is not an operation.
pub(super) const COMPLETIONS: &str = "completions";

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
        1 => short.to_owned(),
        _ => command.operation.id.replace('_', "-"),
    }
}

fn subcommand(command: &'static Command) -> clap::Command {
    let arguments = command.arguments.iter().map(|argument| {
        let shown = argument.name.to_uppercase();
        Arg::new(argument.name).required(true).value_name(shown).help(argument.help)
    });
    let needed: String = command
        .arguments
        .iter()
        .map(|argument| format!(" <{}>", argument.name.to_uppercase()))
        .collect();
    let flags = command.fields.iter().flat_map(flags);
    let all = command.fields.iter().flat_map(|field| [Some(field.name.to_owned()), clear(field)]);
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
    let set = Arg::new(field.name)
        .long(field.name.replace('_', "-"))
        .value_name(match field.kind {
            Kind::Text => "TEXT",
            Kind::Integer => "N",
            Kind::Time => "TIME",
        })
        .allow_negative_numbers(true)
        .help(first.to_owned())
        .long_help(field.help);
    let set = match field.values {
        [] => set,
        values => set.value_name("VALUE").value_parser(PossibleValuesParser::new(values)),
    };
    let clear = clear(field).map(|id| {
        Arg::new(&id)
            .long(id.replace('_', "-"))
            .action(ArgAction::SetTrue)
            .conflicts_with(field.name)
            .help(format!("Clear `{}`: send null", field.name))
    });
    std::iter::once(set).chain(clear).collect()
}

/// The name of the flag that clears a field.
fn clear(field: &Field) -> Option<String> {
    field.clearable.then(|| format!("clear_{}", field.name))
}

/// What was asked for; clap has seen to it that it is one of the commands.
pub(super) fn invoked(matches: &ArgMatches, commands: &'static [Command]) -> Invoked {
    let (chosen, matches) = matches.subcommand().unwrap_or(("", matches));
    let command = commands.iter().find(|command| name(command) == chosen).unwrap_or(&commands[0]);
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let mut fields = Vec::new();
    for field in command.fields {
        if let Some(value) = text(field.name) {
            fields.push((field.name.to_owned(), Some(value)));
        } else if clear(field).is_some_and(|clear| matches.get_flag(&clear)) {
            fields.push((field.name.to_owned(), None));
        }
    }
    Invoked {
        command,
        arguments: command.arguments.iter().filter_map(|it| text(it.name)).collect(),
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
