//! The definition of the command line for clap.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, ColorChoice, ValueHint};
use clap_complete::Shell;

use crate::cli::command::{Command, Field, Pages, Parameter, ValueKind};
use crate::cli::values::{self, ArgumentParser, FlagParser};
use crate::cli::{examples, manual};

/// The names of the commands of the program itself.
///
/// `client/codegen/src/command_names.rs` has these names, and the names of the flags below, so that no
/// command or flag of a contract gets them.
pub(super) const COMPLETIONS: &str = "completions";
pub(super) const CONFIG: &str = "config";
pub(super) const CONFIG_PATH: &str = "path";
pub(super) const CONFIG_LIST: &str = "list";
pub(super) const MAN: &str = "man";

/// The number of items on a page, unless the user asks for another one: what fits a screen or two.
pub(super) const PAGE_LENGTH: i64 = 50;

/// The name of the program.
pub(super) const BINARY: &str = "links";

/// The description of the program.
const ABOUT: &str = "The AgentHuman Links API on the command line";

const GLOBAL_OPTIONS: &str = "Global options";
const ROWS_OPTIONS: &str = "Many requests at once";

/// Returns the definition of the command line.
pub(super) fn command_line(commands: &'static [Command], color: ColorChoice) -> clap::Command {
    let completions = clap::Command::new(COMPLETIONS)
        .about("Write the completions for a shell to stdout")
        .arg(Arg::new("shell").required(true).value_parser(clap::value_parser!(Shell)));
    let man =
        clap::Command::new(MAN).about("Write the manual pages of the program to a folder").arg(
            Arg::new("directory")
                .required(true)
                .value_name("DIR")
                .value_hint(ValueHint::DirPath)
                .help("The folder, which is created if it is missing"),
        );
    let config = clap::Command::new(CONFIG)
        .about("Show the configuration file")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            clap::Command::new(CONFIG_PATH).about("Print the path of the configuration file"),
        )
        .subcommand(
            clap::Command::new(CONFIG_LIST)
                .about("Print the profiles of the configuration file; API keys are masked"),
        );
    clap::Command::new(BINARY)
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .color(color)
        .after_help(manual::program_help())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(commands.iter().map(subcommand))
        .subcommands([config, completions, man])
        .args(global_options())
}

/// Returns clap's id of a parameter. The prefixes of these ids keep the names of the contract apart
/// from each other and from the flags of the program.
pub(super) fn parameter_id(parameter: &Parameter) -> String {
    format!("parameter {}", parameter.name)
}

pub(super) fn set_id(field: &Field) -> String {
    format!("set {}", field.name)
}

pub(super) fn later_id(field: &Field) -> String {
    format!("later {}", field.name)
}

pub(super) fn clear_id(field: &Field) -> String {
    format!("clear {}", field.name)
}

fn subcommand(command: &'static Command) -> clap::Command {
    let name = command.name;
    let parameters = command.parameters.iter().map(|parameter| argument(command, parameter));
    let usage: String = command
        .parameters
        .iter()
        .map(|parameter| format!(" <{}>", parameter.name.to_uppercase()))
        .collect();
    let usage = match command.has_rows() {
        true => format!(
            "{BINARY} {name}{usage} [OPTIONS]\n       {BINARY} {name} --from <FILE> [OPTIONS]"
        ),
        false => format!("{BINARY} {name}{usage} [OPTIONS]"),
    };
    let flags = command.fields.iter().flat_map(field_flags);
    let ids = flags.clone().map(|flag| flag.get_id().clone());
    let rows = if command.has_rows() { rows_flags() } else { Vec::new() };
    // A row has fields of its own.
    let ids = ids.chain(rows.first().map(|from| from.get_id().clone()));
    let fields = ArgGroup::new("fields").args(ids).multiple(true).required(command.needs_field);
    let all = command.pages.as_ref().map(|pages| all_flag(command, pages));
    let dry_run = match command.has_rows() {
        true => "Print the request instead of sending it; with --from, only check all rows",
        false => "Print the request instead of sending it",
    };
    let yes = (!command.confirm.is_empty())
        .then(|| switch("yes", "Do not ask for confirmation; required if stdin is not a terminal"));
    clap::Command::new(name)
        .about(command.summary)
        // clap's own usage lists every flag that sets or clears a field.
        .override_usage(usage)
        .long_about(format!("{}.\n\n{}", command.summary, command.description))
        .after_long_help(format!("{}\n\n`{BINARY} --help` describes the configuration, the environment variables and the exit codes.", examples::help(command)))
        .args(parameters)
        .args(flags)
        .args(all)
        .args(yes)
        .arg(switch("dry-run", dry_run))
        .args(rows)
        .group(fields)
}

/// Returns the argument for a parameter.
fn argument(command: &Command, parameter: &'static Parameter) -> Arg {
    let argument = Arg::new(parameter_id(parameter))
        .value_name(parameter.name.to_uppercase())
        .value_parser(ArgumentParser(&parameter.value))
        .help(first_sentence(parameter.help))
        .long_help(match parameter.value.pattern_in_words {
            "" => parameter.help.to_owned(),
            words => format!("{} It is {words}.", parameter.help),
        });
    match command.has_rows() {
        true => argument.required_unless_present("from").conflicts_with("from"),
        false => argument.required(true),
    }
}

/// Returns the flags that set and clear a field.
fn field_flags(field: &'static Field) -> Vec<Arg> {
    let set = Arg::new(set_id(field))
        .long(field.flag)
        .value_name(values::value_name(&field.value))
        .value_parser(FlagParser(field))
        // The parser rejects other flags of the command.
        .allow_hyphen_values(true)
        .help(first_sentence(field.help))
        .long_help(match (field.value.kind, field.clear_flag) {
            (ValueKind::Text, Some(_)) if field.value.values.is_empty() => format!(
                "{} To set the text {} itself, write '{}'.",
                field.help,
                values::NULL,
                values::QUOTED_NULL
            ),
            _ => field.help.to_owned(),
        });
    let later = field.later.as_ref().map(|later| {
        Arg::new(later_id(field))
            .long(later.flag)
            .value_name("DURATION")
            .value_parser(|text: &str| values::check_duration(text).map(|()| text.to_owned()))
            .conflicts_with(set_id(field))
            .help(format!(
                "Set `{}` to a time after now, such as {}",
                field.name,
                values::DURATION_EXAMPLES
            ))
    });
    let clear = field.clear_flag.map(|flag| {
        Arg::new(clear_id(field))
            .long(flag)
            .action(ArgAction::SetTrue)
            .conflicts_with(set_id(field))
            .conflicts_with_all(field.later.is_some().then(|| later_id(field)))
            .help(format!("Clear `{}`: leave it without a value", field.name))
    });
    std::iter::once(set).chain(later).chain(clear).collect()
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

/// Returns the flags for a file of rows.
fn rows_flags() -> Vec<Arg> {
    let from = Arg::new("from")
        .long("from")
        .value_name("FILE")
        .value_hint(ValueHint::FilePath)
        .help("Send one request for each row of a CSV or JSON Lines file, or of stdin if FILE is -")
        .long_help(
            "Send one request for each row of a CSV or JSON Lines file, or of stdin if FILE is -. All \
             rows are checked before the first request is sent, and the requests keep to the rate \
             limit.\n\nThe columns of a CSV file, or the members of a JSON object, have the names of \
             the arguments and flags, with underscores. An empty cell leaves a field as it is, and \
             null clears it. In a CSV file \"null\" in quotes is the text null, and \"\" is the empty \
             text. A flag of the command is the value for rows without a value of their own. A \
             column error is ignored.",
        );
    let failures = Arg::new("failures")
        .long("failures")
        .value_name("FILE")
        .requires("from")
        .value_hint(ValueHint::FilePath)
        .value_parser(clap::value_parser!(std::path::PathBuf))
        .help("Write the rows that failed or were not sent to a file, which --from accepts")
        .long_help(
            "Write the rows that failed or were not sent to a file, which --from accepts, with the \
             reason in a column error. An existing file is replaced at the end, whether or not a row \
             failed. Ctrl-C ends the command after the responses to the requests that were sent, and \
             then the file has the rows that are left.",
        );
    [from, failures].map(|flag| flag.help_heading(ROWS_OPTIONS)).into()
}

/// Returns the flags that all commands have.
fn global_options() -> Vec<Arg> {
    let variable = crate::constructors::BASE_URL_VARIABLE;
    let profile = crate::constructors::PROFILE_VARIABLE;
    let options = [
        Arg::new("output")
            .long("output")
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(["table", "json", "jsonl"]))
            .conflicts_with("json")
            .help("Set the format of the output: a table, JSON, or one JSON object per line"),
        switch("json", "Print JSON: short for --output json. Errors are JSON objects too"),
        Arg::new("profile")
            .long("profile")
            .value_name("NAME")
            .help(format!("Use a profile of the configuration file [env: {profile}]")),
        Arg::new("base-url").long("base-url").value_name("URL").help(format!(
            "Set the base URL of the server (default: the production server) [env: {variable}]"
        )),
        switch(
            "allow-http",
            "Allow http to other machines, which sends the API key without encryption",
        ),
        Arg::new("color")
            .long("color")
            .value_name("WHEN")
            .value_parser(PossibleValuesParser::new(["auto", "always", "never"]))
            .help("Set when the output has colors (default: auto) [env: NO_COLOR, CLICOLOR]"),
        switch("verbose", "Print each request, its response and all waits to stderr").short('v'),
    ];
    options.map(|option| option.global(true).help_heading(GLOBAL_OPTIONS)).into()
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// Returns the first sentence of a text, without its period.
fn first_sentence(text: &'static str) -> &'static str {
    let (first, _) = text.split_once(". ").or(text.split_once("; ")).unwrap_or((text, ""));
    first.trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::COMMANDS;

    #[test]
    fn generated_command_line_is_valid_for_clap() {
        command_line(COMMANDS, ColorChoice::Never).debug_assert();
    }
}
