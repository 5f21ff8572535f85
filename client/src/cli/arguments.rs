//! The definition of the command line for clap, and the conversion of its matches.

use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches};
use clap_complete::Shell;

use crate::cli::command::{Command, Field, Pages, ValueKind};

/// The name of the command that writes shell completions.
///
/// `client/codegen/src/command_names.rs` has this name, and the names of the flags below, so that no
/// command or flag of a contract gets them.
pub(super) const COMPLETIONS: &str = "completions";

/// The number of items on a page, unless the user asks for another one: what fits a screen or two.
const PAGE_LENGTH: i64 = 50;

const BINARY: &str = "links";

const SEE_PROGRAM_HELP: &str =
    "`links --help` describes the environment variables and the exit codes.";

const EXIT_CODES: &str = "\
Environment:
  AGENTHUMAN_API_KEY   the API key
  AGENTHUMAN_BASE_URL  the base URL of the server (default: the production server)

Exit codes:
    0  success, or a closed pipe on stdout
    1  confirmation declined, or failed to write to stdout
    2  invalid arguments or configuration (no API key, no confirmation without a terminal),
       or a request that the server rejects (400, 413, 415)
    3  unknown or revoked API key (401), or no permission (403)
    4  not found (404)
    5  rate limit exceeded (429)
    6  server error (5xx)
    7  timeout
    8  failed to connect
    9  response that does not conform to the contract
  130  interrupted by Ctrl-C";

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
    all: bool,
    pub(super) yes: bool,
}

impl Invocation {
    /// Returns the pagination of the command, if the user wants all pages.
    pub(super) fn all_pages(&self) -> Option<&'static Pages> {
        self.command.pages.as_ref().filter(|_| self.all && !self.dry_run)
    }
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
        .subcommands(commands.iter().map(subcommand))
        .subcommand(completions)
}

/// Returns the invocation that clap has matched.
pub(super) fn invocation(matches: &ArgMatches, commands: &'static [Command]) -> Option<Invocation> {
    let (chosen, matches) = matches.subcommand()?;
    let command = commands.iter().find(|command| command.name == chosen)?;
    let text = |id: &str| matches.get_one::<String>(id).cloned();
    let mut fields = Vec::new();
    for field in command.fields {
        if let Some(value) = text(&set_id(field)) {
            fields.push((field.name.to_owned(), Some(value)));
        } else if field.clear_flag.is_some() && matches.get_flag(&clear_id(field)) {
            fields.push((field.name.to_owned(), None));
        }
    }
    let flag = |id: &str| matches.try_get_one::<bool>(id).ok().flatten().copied().unwrap_or(false);
    let all = flag("all");
    if let Some((limit, largest)) = command.pages.as_ref().and_then(|pages| pages.limit)
        && fields.iter().all(|(name, _)| name != limit)
    {
        let length = if all { largest } else { PAGE_LENGTH.min(largest) };
        fields.push((limit.to_owned(), Some(length.to_string())));
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
        all,
        yes: flag("yes"),
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

/// Returns clap's id of a parameter. The prefixes of these ids keep the names of the contract apart
/// from each other and from the flags of the program.
fn parameter_id(name: &str) -> String {
    format!("parameter {name}")
}

fn set_id(field: &Field) -> String {
    format!("set {}", field.name)
}

fn clear_id(field: &Field) -> String {
    format!("clear {}", field.name)
}

fn subcommand(command: &'static Command) -> clap::Command {
    let name = command.name;
    let parameters = command.parameters.iter().map(|parameter| {
        let value_name = parameter.name.to_uppercase();
        let argument = Arg::new(parameter_id(parameter.name)).required(true);
        let argument = argument.value_name(value_name).help(first_sentence(parameter.help));
        argument.long_help(parameter.help)
    });
    let usage: String = command
        .parameters
        .iter()
        .map(|parameter| format!(" <{}>", parameter.name.to_uppercase()))
        .collect();
    let flags = command.fields.iter().flat_map(field_flags);
    let ids = flags.clone().map(|flag| flag.get_id().clone());
    let fields = ArgGroup::new("fields").args(ids).multiple(true).required(command.needs_field);
    let all = command.pages.as_ref().map(|pages| all_flag(command, pages));
    let json = match &command.pages {
        Some(_) => "Print each item as JSON on a line of its own",
        None => "Print the response as JSON",
    };
    let yes = (!command.confirm.is_empty())
        .then(|| switch("yes", "Do not ask for confirmation; required if stdin is not a terminal"));
    clap::Command::new(name)
        .about(command.summary)
        // clap's own usage lists every flag that sets or clears a field.
        .override_usage(format!("{BINARY} {name}{usage} [OPTIONS]"))
        .long_about(format!("{}.\n\n{}", command.summary, command.description))
        .after_long_help(SEE_PROGRAM_HELP)
        .args(parameters)
        .args(flags)
        .group(fields)
        .args(all)
        .args(yes)
        .arg(switch("dry-run", "Print the request instead of sending it"))
        .arg(switch("json", json))
        .arg(Arg::new("base-url").long("base-url").value_name("URL").help(
            "Set the base URL of the server (default: the production server) \
                 [env: AGENTHUMAN_BASE_URL]",
        ))
        .arg(switch(
            "allow-http",
            "Allow http to other machines, which sends the API key without encryption",
        ))
}

/// Returns the flag that asks for all pages.
fn all_flag(command: &Command, pages: &Pages) -> Arg {
    let help = "Print all pages instead of one";
    let limit = pages.limit.and_then(|(limit, largest)| {
        let field = command.fields.iter().find(|field| field.name == limit)?;
        let length = PAGE_LENGTH.min(largest);
        Some(format!(
            "{help}; one page has {length} items, unless --{} sets its length",
            field.flag
        ))
    });
    switch("all", "").help(limit.unwrap_or_else(|| help.to_owned()))
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// Returns the first sentence of a text, without its period.
fn first_sentence(text: &'static str) -> &'static str {
    let (first, _) = text.split_once(". ").or(text.split_once("; ")).unwrap_or((text, ""));
    first.trim_end_matches('.')
}

/// Returns the flag that sets a field and, if the field is clearable, the flag that clears it.
fn field_flags(field: &'static Field) -> Vec<Arg> {
    let set = Arg::new(set_id(field))
        .long(field.flag)
        .value_name(match field.kind {
            ValueKind::Text => "TEXT",
            ValueKind::Integer => "N",
            ValueKind::Time => "TIME",
            ValueKind::Json => "JSON",
        })
        .allow_negative_numbers(true)
        .help(first_sentence(field.help))
        .long_help(field.help);
    let set = match field.values {
        [] => set,
        values => set.value_name("VALUE").value_parser(PossibleValuesParser::new(values)),
    };
    let clear = field.clear_flag.map(|flag| {
        Arg::new(clear_id(field))
            .long(flag)
            .action(ArgAction::SetTrue)
            .conflicts_with(set_id(field))
            .help(format!("Clear `{}`: leave it without a value", field.name))
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
