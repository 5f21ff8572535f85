//! The examples of a command, from the examples of the contract.

use crate::cli::command::{Command, Field, ValueKind};
use crate::cli::definition::BINARY;

/// Returns the examples of a command, each with a comment.
pub(super) fn examples(command: &Command) -> Vec<(String, &'static str)> {
    let required: String = command
        .parameters
        .iter()
        .map(|parameter| match parameter.value.example {
            "" => format!(" <{}>", parameter.name.to_uppercase()),
            example => format!(" {}", quoted(example)),
        })
        .collect();
    let base = format!("{BINARY} {}", command.name);
    let mut examples = Vec::new();
    if !command.needs_field {
        examples.push((format!("{base}{required}"), ""));
    }
    let has_example = |field: &&Field| !field.value.example.is_empty();
    let is_free_text = |field: &&Field| {
        field.value.kind == ValueKind::Text && field.value.values.is_empty() && has_example(field)
    };
    let mut fields = command.fields.iter();
    let set = fields.clone().find(is_free_text).or_else(|| fields.clone().find(has_example));
    if let Some(set) = set {
        let example = quoted(set.value.example);
        examples.push((format!("{base}{required} --{} {example}", set.flag), ""));
    }
    if let Some(clear) = fields.find_map(|field| field.clear_flag) {
        let dry_run = format!("{base}{required} --{clear} --dry-run");
        examples.push((dry_run, "print the request instead of sending it"));
    }
    if command.pages.is_some() {
        examples
            .push((format!("{base} --all --output jsonl"), "all pages, one JSON object per line"));
    }
    if command.has_rows() {
        let from = format!("{base} --from rows.csv --failures failed.csv");
        examples.push((from, "one request for each row of a file"));
    }
    if !command.confirm.is_empty() {
        examples.push((format!("{base}{required} --yes"), "do not ask for confirmation"));
    }
    examples
}

/// Returns the examples as the last section of a help text.
pub(super) fn help(command: &Command) -> String {
    let examples = examples(command);
    let lines = examples.iter().map(|(line, comment)| match *comment {
        "" => format!("\n  {line}"),
        comment => format!("\n  # {comment}\n  {line}"),
    });
    format!("Examples:{}", lines.collect::<String>())
}

/// Returns a value as one word of a shell.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:/+@%=,".contains(letter);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false if !text.contains(['"', '$', '`', '\\', '!']) => format!("\"{text}\""),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}
