//! A command with the values that the user gave.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgMatches, ColorChoice};

use crate::cli::command::{Command, Pages};
use crate::cli::definition::{BINARY, PAGE_LENGTH, clear_id, later_id, parameter_id, set_id};
use crate::cli::examples::quoted;
use crate::cli::output::Format;

/// A command with the values that the user gave.
pub(super) struct Invocation {
    pub(super) command: &'static Command,
    pub(super) parameters: Vec<String>,
    /// The fields with their texts; `None` clears the field.
    pub(super) fields: Vec<(String, Option<String>)>,
    pub(super) connection: Connection,
    pub(super) dry_run: bool,
    pub(super) format: Format,
    pub(super) verbose: bool,
    all: bool,
    pub(super) yes: bool,
    /// The files of a command that is run for each row of a file.
    pub(super) rows: Option<RowFiles>,
}

/// The flags that choose the server and the API key.
#[derive(Default)]
pub(super) struct Connection {
    pub(super) profile: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) allow_http: bool,
}

/// The files of a command that is run for each row of a file.
pub(super) struct RowFiles {
    /// The path of the file with the rows, or `-` for stdin.
    pub(super) from: String,
    /// The path of the file for the rows that failed.
    pub(super) failures: Option<PathBuf>,
}

impl Invocation {
    /// Returns the invocation that clap has matched.
    pub(super) fn new(matches: &ArgMatches, commands: &'static [Command]) -> Option<Self> {
        let (chosen, matches) = matches.subcommand()?;
        let command = commands.iter().find(|command| command.name == chosen)?;
        let all = flag(matches, "all");
        let mut fields = fields(command, matches);
        if let Some((limit, largest)) = command.pages.as_ref().and_then(|pages| pages.limit)
            && fields.iter().all(|(name, _)| name != limit)
        {
            let length = if all { largest } else { PAGE_LENGTH.min(largest) };
            fields.push((limit.to_owned(), Some(length.to_string())));
        }
        let parameters = command.parameters.iter();
        Some(Invocation {
            command,
            parameters: parameters.filter_map(|it| text(matches, &parameter_id(it))).collect(),
            fields,
            connection: Connection {
                profile: text(matches, "profile"),
                base_url: text(matches, "base-url"),
                allow_http: flag(matches, "allow-http"),
            },
            dry_run: flag(matches, "dry-run"),
            format: match flag(matches, "json") {
                true => Format::Json,
                false => Format::new(text(matches, "output").as_deref()),
            },
            verbose: flag(matches, "verbose"),
            all,
            yes: flag(matches, "yes"),
            rows: text(matches, "from").map(|from| RowFiles {
                from,
                failures: matches.get_one::<PathBuf>("failures").cloned(),
            }),
        })
    }

    /// Returns the command line that runs the same command for the rows of another file.
    pub(super) fn with_rows_of(&self, path: &str) -> String {
        let mut words = vec![BINARY.to_owned(), self.command.name.to_owned()];
        let mut add = |flag: &str, value: Option<&str>| {
            words.push(format!("--{flag}"));
            words.extend(value.map(quoted));
        };
        add("from", Some(path));
        for (name, value) in &self.fields {
            let field = self.command.fields.iter().find(|field| field.name == name);
            let later = self.command.fields.iter().filter_map(|field| field.later.as_ref());
            match (field, value) {
                (Some(field), Some(value)) => add(field.flag, Some(value)),
                (Some(field), None) => add(field.clear_flag.unwrap_or_default(), None),
                (None, _) => {
                    for later in later.filter(|later| later.name == name) {
                        add(later.flag, value.as_deref());
                    }
                }
            }
        }
        let Connection { profile, base_url, allow_http } = &self.connection;
        for (flag, value) in [("profile", profile), ("base-url", base_url)] {
            if value.is_some() {
                add(flag, value.as_deref());
            }
        }
        let flags = [("allow-http", *allow_http), ("yes", self.yes), ("verbose", self.verbose)];
        for (flag, is_set) in flags {
            if is_set {
                add(flag, None);
            }
        }
        if let Some(format) = self.format.name() {
            add("output", Some(format));
        }
        words.join(" ")
    }

    /// Returns the pagination of the command, if the user wants all pages.
    pub(super) fn all_pages(&self) -> Option<&'static Pages> {
        self.command.pages.as_ref().filter(|_| self.all && !self.dry_run)
    }
}

/// Returns the fields that flags set or clear.
fn fields(command: &Command, matches: &ArgMatches) -> Vec<(String, Option<String>)> {
    let mut fields = Vec::new();
    for field in command.fields {
        if let Some(value) = text(matches, &set_id(field)) {
            fields.push((field.name.to_owned(), Some(value)));
        } else if let Some(later) = &field.later
            && let Some(value) = text(matches, &later_id(field))
        {
            fields.push((later.name.to_owned(), Some(value)));
        } else if field.clear_flag.is_some() && flag(matches, &clear_id(field)) {
            fields.push((field.name.to_owned(), None));
        }
    }
    fields
}

fn text(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.try_get_one::<String>(id).ok().flatten().cloned()
}

fn flag(matches: &ArgMatches, id: &str) -> bool {
    matches.try_get_one::<bool>(id).ok().flatten().copied().unwrap_or(false)
}

/// The flags that decide how the errors of parsing the command line are reported.
pub(super) struct EarlyFlags {
    pub(super) json: bool,
    pub(super) color: ColorChoice,
}

impl EarlyFlags {
    /// Reads the flags before clap does, because clap may reject the command line.
    pub(super) fn read(arguments: &[OsString]) -> Self {
        let arguments: Vec<_> = arguments.iter().map(|one| one.to_string_lossy()).collect();
        let arguments = || arguments.iter().take_while(|argument| *argument != "--");
        let value = |flag: &str| {
            let after = arguments().skip_while(|argument| *argument != flag).nth(1);
            let joined = format!("{flag}=");
            after
                .or(arguments().find(|argument| argument.starts_with(&joined)))
                .map(|text| text.strip_prefix(&joined).unwrap_or(text))
        };
        EarlyFlags {
            json: arguments().any(|argument| argument == "--json")
                || matches!(value("--output"), Some("json" | "jsonl")),
            color: match value("--color") {
                Some("always") => ColorChoice::Always,
                Some("never") => ColorChoice::Never,
                _ => ColorChoice::Auto,
            },
        }
    }
}
