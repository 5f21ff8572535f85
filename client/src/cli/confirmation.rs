//! The question before a request that cannot be undone.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::cli::bulk::counted;
use crate::cli::invocation::Invocation;

/// The result of asking for confirmation.
pub(super) enum Confirmation {
    /// The request may be sent: it needs no confirmation, `--yes` was given, or the user agreed.
    Given,
    /// The user did not answer the question with yes.
    Declined,
    /// Stdin is not a terminal, so the question cannot be asked.
    NoTerminal,
}

/// Asks the question of the command, if it has one. For a file it names the number of rows.
pub(super) fn ask(invocation: &Invocation, rows: Option<usize>) -> Confirmation {
    let question = invocation.command.confirm;
    if question.is_empty() || invocation.yes || invocation.dry_run {
        return Confirmation::Given;
    }
    if !io::stdin().is_terminal() {
        return Confirmation::NoTerminal;
    }
    let mut answer = String::new();
    let rows = rows.map_or_else(String::new, |rows| format!(" ({})", counted(rows)));
    let asked = write!(io::stderr(), "{question}{rows} [y/N] ").and_then(|()| io::stderr().flush());
    let read = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
    match read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
        true => Confirmation::Given,
        false => Confirmation::Declined,
    }
}
