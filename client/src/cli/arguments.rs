//! The definition of the command line for clap, and the conversion of its matches.

use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches};
use clap_complete::Shell;

use crate::cli::command::{Command, Field, ValueKind};

/// The name of the command that writes shell completions.
pub(super) const COMPLETIONS: &str = "completions";

/// The flags and commands of the program itself. A flag or command of the contract with one of these
/// names gets a prefix.
const RESERVED: [&str; 8] =
    ["allow-http", "base-url", "dry-run", "help", "json", "version", COMPLETIONS, "h"];

const BINARY: &str = "links";

const EXIT_CODES: &str = "\
Environment:
  AGENTHUMAN_API_KEY   the API key
  AGENTHUMAN_BASE_URL  the base URL of the server (default: the production server)

Exit codes:
  0  success
  2  invalid arguments, or a request that the server rejects (400, 413, 415)
  3  missing, unknown or revoked API key (401), or no permission (403)
  4  not found (404)
  5  rate limit exceeded (429)
  6  server error (5xx)
  7  timeout
  8  failed to connect
  9  response that does not conform to the contract";

/// A command with the values that the user gave.
pub(super) struct Invocation {
    pub(super) command: &'static Command,
    pub(super) parameters: Vec<String>,
    /// The fields with their texts; `None` clears the field.
    pub(super) fields: Vec<(String, Option<String>)>,
    pub(super) base_url: Option<String>,
    pub(super) allow_http: bool,
    pub(super) dry_run: bool,
    pub(super) json: bool,
}

/// Returns the definition of the command line.
pub(super) fn command_line(commands: &'static [Command]) -> clap::Command {
    let completions = clap::Command::new(COMPLETIONS)
        .about("Write the completions for a shell to stdout")
        .arg(Arg::new("shell").required(true).value_parser(clap::value_parser!(Shell)));
    clap::Command::new(BINARY)
        .version(env!("CARGO_PKG_VERSION"))
        .about("The AgentHuman Links API on the command line")
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(commands.iter().map(|command| subcommand(command, commands)))
        .subcommand(completions)
}

/// Returns the invocation that clap has matched.
pub(super) fn invocation(matches: &ArgMatches, commands: &'static [Command]) -> Option<Invocation> {
    let (chosen, matches) = matches.subcommand()?;
    let command = commands.iter().find(|command| command_name(command, commands) == chosen)?;
    let text = |id: &str| matches.get_one::<String>(id).cloned();
    let mut fields = Vec::new();
    for field in command.fields {
        if let Some(value) = text(&set_id(field)) {
            fields.push((field.name.to_owned(), Some(value)));
        } else if clear_id(field).is_some_and(|id| matches.get_flag(&id)) {
            fields.push((field.name.to_owned(), None));
        }
    }
    let parameters = command.parameters.iter();
    Some(Invocation {
        command,
        parameters: parameters.filter_map(|it| text(&parameter_id(it.name))).collect(),
        fields,
        base_url: text("base-url"),
        allow_http: matches.get_flag("allow-http"),
        dry_run: matches.get_flag("dry-run"),
        json: matches.get_flag("json"),
    })
}

/// Writes the completions for a shell.
pub(super) fn write_completions(
    matches: &ArgMatches,
    commands: &'static [Command],
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Ok(()) };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut command_line(commands), BINARY, &mut script);
    out.write_all(&script)
}

/// Returns the name of a command: the first word of the operation id, `update` for `update_thing`,
/// unless another operation has the same first word.
fn command_name(command: &Command, commands: &[Command]) -> String {
    let first_word = |command: &Command| command.operation.id.split('_').next().unwrap_or_default();
    let short = first_word(command);
    match commands.iter().filter(|other| first_word(other) == short).count() {
        1 => shell_name("call", short),
        _ => shell_name("call", command.operation.id),
    }
}

/// Returns the name of an operation or field in the shell, with a prefix if it is reserved.
fn shell_name(prefix: &str, name: &str) -> String {
    let name = name.replace('_', "-");
    if RESERVED.contains(&&*name) { format!("{prefix}-{name}") } else { name }
}

/// Returns clap's id of a parameter. The prefixes of these ids keep the names of the contract apart
/// from each other and from the flags of the program.
fn parameter_id(name: &str) -> String {
    format!("parameter {name}")
}

fn set_id(field: &Field) -> String {
    format!("set {}", field.name)
}

fn clear_id(field: &Field) -> Option<String> {
    field.clearable.then(|| format!("clear {}", field.name))
}

fn subcommand(command: &'static Command, commands: &[Command]) -> clap::Command {
    let name = command_name(command, commands);
    let parameters = command.parameters.iter().map(|parameter| {
        let value_name = parameter.name.to_uppercase();
        let argument = Arg::new(parameter_id(parameter.name)).required(true);
        argument.value_name(value_name).help(parameter.help)
    });
    let usage: String = command
        .parameters
        .iter()
        .map(|parameter| format!(" <{}>", parameter.name.to_uppercase()))
        .collect();
    let flags = command.fields.iter().flat_map(field_flags);
    let ids = command.fields.iter().flat_map(|field| [Some(set_id(field)), clear_id(field)]);
    let fields = ArgGroup::new("fields").args(ids.flatten()).multiple(true).required(true);
    clap::Command::new(&name)
        .about(command.summary)
        // clap's own usage lists every flag that sets or clears a field.
        .override_usage(format!("{BINARY} {name}{usage} [OPTIONS]"))
        .long_about(format!("{}.\n\n{}", command.summary, command.description))
        .args(parameters)
        .args(flags)
        .group(fields)
        .arg(switch("dry-run", "Print the request instead of sending it"))
        .arg(switch("json", "Print the response as JSON"))
        .arg(Arg::new("base-url").long("base-url").value_name("URL").help(
            "Set the base URL of the server (default: the production server) \
                 [env: AGENTHUMAN_BASE_URL]",
        ))
        .arg(switch(
            "allow-http",
            "Allow http to other machines, without encryption of the API key",
        ))
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// Returns the flag that sets a field and, if the field is clearable, the flag that clears it.
fn field_flags(field: &'static Field) -> Vec<Arg> {
    let (summary, _) = field.help.split_once(['.', ';']).unwrap_or((field.help, ""));
    let set = Arg::new(set_id(field))
        .long(shell_name("set", field.name))
        .value_name(match field.kind {
            ValueKind::Text => "TEXT",
            ValueKind::Integer => "N",
            ValueKind::Time => "TIME",
            ValueKind::Json => "JSON",
        })
        .allow_negative_numbers(true)
        .help(summary.to_owned())
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
            .help(format!("Clear `{}` by sending null", field.name))
    });
    std::iter::once(set).chain(clear).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::COMMANDS;

    #[test]
    fn generated_command_line_is_valid_for_clap() {
        command_line(COMMANDS).debug_assert();
    }
}
