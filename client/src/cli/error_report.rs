//! Errors on stderr: for people, or as one JSON object.

use std::error::Error as StdError;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::{Map, Value, json};

use crate::cli::command::Command;
use crate::cli::exit_code::Exit;
use crate::cli::table::harmless;
use crate::error::Error;

/// The style of the word `error`, which is clap's.
const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Reports errors on stderr.
#[derive(Clone, Copy)]
pub(super) struct Reporter {
    /// True if errors are JSON objects.
    pub(super) json: bool,
}

impl Reporter {
    /// Reports the error of a command, and returns the exit code for it.
    pub(super) fn error(self, error: &Error, command: Option<&Command>) -> Exit {
        let exit = Exit::from(error.kind());
        match self.json {
            true => self.print_json(object(error, exit)),
            false => print(&describe(error, command)),
        }
        exit
    }

    /// Reports a problem that is not the error of a request.
    pub(super) fn problem(self, exit: Exit, message: &str, suggestion: &str) -> Exit {
        if self.json {
            let kind = if exit == Exit::Usage { "usage" } else { "output" };
            let mut object = Map::new();
            object.insert("kind".to_owned(), kind.into());
            object.insert("message".to_owned(), message.into());
            if !suggestion.is_empty() {
                object.insert("suggestion".to_owned(), suggestion.into());
            }
            object.insert("exit_code".to_owned(), exit.code().into());
            self.print_json(object);
        } else {
            let mut text = format!("{message}\n");
            if !suggestion.is_empty() {
                text.push_str(&format!("  suggestion: {suggestion}\n"));
            }
            print(&text);
        }
        exit
    }

    /// Reports the failure of a row, without ending the program.
    pub(super) fn row(self, line: u64, error: &Error) {
        if self.json {
            let mut object = object(error, Exit::from(error.kind()));
            object.insert("line".to_owned(), line.into());
            self.print_json(object);
        } else {
            print_line(&format!("line {line}: {}", harmless(&message(error))));
        }
    }

    /// Reports an invalid row, without ending the program.
    pub(super) fn invalid_row(self, line: u64, problem: &str) {
        if self.json {
            let object = json!({ "kind": "usage", "message": problem, "line": line });
            self.print_json(object.as_object().cloned().unwrap_or_default());
        } else {
            print_line(&format!("line {line}: {}", harmless(problem)));
        }
    }

    /// Reports the rejection of a command line by clap. Its help and its version are no errors.
    pub(super) fn command_line(self, error: &clap::Error) -> u8 {
        let code = u8::try_from(error.exit_code()).unwrap_or(Exit::Usage.code());
        let is_help =
            error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        if !self.json || code == 0 || is_help {
            // clap prints help to stdout and errors to stderr. If that fails, there is nowhere left to
            // report it.
            let _ = error.print();
            return code;
        }
        let text = error.render().to_string();
        let text = text.trim_start_matches("error: ");
        let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let tip = rest.lines().find_map(|line| line.trim().strip_prefix("tip: "));
        self.problem(Exit::Usage, &message, tip.unwrap_or_default());
        code
    }

    fn print_json(self, object: Map<String, Value>) {
        // If stderr is closed, the exit code still reports the error.
        let _ = writeln!(io::stderr(), "{}", json!({ "error": object }));
    }
}

/// Prints a note on stderr, which is not an error.
pub(super) fn print_line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn print(text: &str) {
    let _ = write!(anstream::stderr(), "{ERROR}error:{ERROR:#} {text}");
}

/// Returns the message of an error with its status, without the suggestion.
fn message(error: &Error) -> String {
    let text = error.to_string();
    match error.suggestion() {
        Some(suggestion) => text.replacen(&format!(": {suggestion}"), "", 1),
        None => text,
    }
}

/// Returns the text for people: the error, its causes, and the details that help to fix it.
fn describe(error: &Error, command: Option<&Command>) -> String {
    let mut text = format!("{}\n", harmless(&message(error)));
    for cause in causes(error) {
        text.push_str(&format!("  caused by: {}\n", harmless(&cause)));
    }
    // The server's details: a request that was not sent has the name of the field in its message.
    let details = error.details().filter(|_| error.status().is_some());
    for (name, value) in details.into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let flag = command.filter(|_| name == "field").and_then(|command| {
            let field = command.fields.iter().find(|field| field.name == value)?;
            Some(format!(" (--{})", field.flag))
        });
        let (name, value) = (harmless(name), harmless(&value));
        text.push_str(&format!("  {name}: {value}{}\n", flag.unwrap_or_default()));
    }
    if let Some(code) = error.code() {
        text.push_str(&format!("  code: {}\n", harmless(code)));
    }
    if let Some(suggestion) = error.suggestion() {
        text.push_str(&format!("  suggestion: {}\n", harmless(suggestion)));
    }
    if let Some(wait) = error.retry_after() {
        text.push_str(&format!("  retry after: {} s\n", wait.as_secs_f64().ceil()));
    }
    if let Some(request_id) = error.request_id() {
        text.push_str(&format!("  request id: {}\n", harmless(request_id)));
    }
    text
}

/// Returns the error as JSON. Members without a value are absent.
fn object(error: &Error, exit: Exit) -> Map<String, Value> {
    let causes = causes(error);
    let members = [
        ("kind", Some(error.kind().to_string().replace(' ', "_").into())),
        ("message", Some(error.message().into())),
        ("status", error.status().map(Value::from)),
        ("code", error.code().map(Value::from)),
        ("details", error.details().cloned().map(Value::Object)),
        ("suggestion", error.suggestion().map(Value::from)),
        ("causes", (!causes.is_empty()).then(|| causes.into())),
        ("retry_after_seconds", error.retry_after().map(|wait| wait.as_secs_f64().ceil().into())),
        ("request_id", error.request_id().map(Value::from)),
        ("attempts", Some(error.attempts().into())),
        ("exit_code", Some(exit.code().into())),
    ];
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn causes(error: &Error) -> Vec<String> {
    let mut causes = Vec::new();
    let mut source = StdError::source(error);
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    causes
}
