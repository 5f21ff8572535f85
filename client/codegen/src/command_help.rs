//! The help texts of the command line.
//!
//! The descriptions of a contract are written for people who send JSON over HTTP: they speak of bodies,
//! `null` and cursors, where the command line has flags. Two rules make help texts of them:
//!
//! - The extension `x-cli-description`, beside a `description`, replaces it on the command line. It is
//!   for sentences that are wrong or useless there. It may be empty.
//! - In every other text, the name of an input becomes the name of its argument or flag, and `null`
//!   becomes the flag that clears the input.
//!
//! Omitting the sentences that contain certain words was rejected: it would remove facts without
//! anybody noticing.

use agenthuman_contract::{Contract, child};
use serde_json::Value;

use crate::command_names::{clear_flag, flag};
use crate::operations::{Input, Operation, Presence};

/// The extension with the text that replaces a description on the command line.
const DESCRIPTION: &str = "x-cli-description";

/// Returns the summary of an operation, without the period at its end.
pub fn summary(contract: &Contract, operation: &Operation<'_>) -> String {
    let text = text(contract, &operation.pointer, "summary").unwrap_or_default();
    paragraphs(text.trim_end().trim_end_matches('.'))
}

/// Returns the description of an operation.
pub fn description(contract: &Contract, operation: &Operation<'_>) -> String {
    help(contract, &[&operation.pointer], operation, None)
}

/// Returns the description of an input: that of the parameter or property, or else that of its schema.
pub fn input(contract: &Contract, operation: &Operation<'_>, input: &Input) -> String {
    let owner = input.schema.trim_end_matches("/schema");
    help(contract, &[owner, &input.schema], operation, Some(input))
}

fn help(
    contract: &Contract,
    pointers: &[&str],
    operation: &Operation<'_>,
    input: Option<&Input>,
) -> String {
    for pointer in pointers {
        if let Some(text) = text(contract, pointer, DESCRIPTION) {
            return paragraphs(text);
        }
        if let Some(text) = text(contract, pointer, "description") {
            return with_flags(&paragraphs(text), operation, input);
        }
    }
    String::new()
}

fn text<'c>(contract: &'c Contract, pointer: &str, key: &str) -> Option<&'c str> {
    contract.get(&child(pointer, key)).and_then(Value::as_str)
}

/// Replaces the names of inputs by their arguments and flags, and the `null` of a clearable input by the
/// flag that clears it.
fn with_flags(text: &str, operation: &Operation<'_>, input: Option<&Input>) -> String {
    let mut text = text.to_owned();
    for other in operation.inputs() {
        let name = match other.presence {
            Presence::Required => format!("<{}>", other.name.to_uppercase()),
            Presence::Optional | Presence::Clearable => format!("--{}", flag(other)),
        };
        text = text.replace(&format!("`{}`", other.name), &format!("`{name}`"));
    }
    match input.and_then(clear_flag) {
        Some(flag) => text.replace("`null`", &format!("`--{flag}`")),
        None => text,
    }
}

/// Joins the lines of each paragraph and of each item of a list, because clap wraps the text to the
/// width of the terminal.
fn paragraphs(text: &str) -> String {
    let mut joined = String::new();
    for line in text.trim().lines().map(str::trim) {
        let is_item = line.starts_with("- ") || line.starts_with("* ");
        let separator = match joined.is_empty() || joined.ends_with('\n') {
            true => "",
            false if line.is_empty() => "\n\n",
            false if is_item => "\n",
            false => " ",
        };
        joined.push_str(separator);
        joined.push_str(line);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_joins_lines_and_keeps_items() {
        let text = "One\n  line.\n\n\nA list:\n- a\n  b\n- c\n\nEnd.\n";
        assert_eq!(paragraphs(text), "One line.\n\nA list:\n- a b\n- c\n\nEnd.");
    }
}
