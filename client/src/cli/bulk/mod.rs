//! Commands that are run for each row of a file.
//!
//! All rows are checked before the first request is sent. The requests run side by side, at the pace
//! that the rate limit permits.

mod failures;
mod inputs;
mod progress;
mod requests;
mod rows;

use std::fs;
use std::io::{self, Read};

use serde_json::json;

use crate::cli::bulk::failures::FailureFile;
use crate::cli::bulk::requests::{Requests, RowState};
use crate::cli::bulk::rows::{InvalidRow, RowFile};
use crate::cli::error_report::{Reporter, print_line};
use crate::cli::exit_code::Exit;
use crate::cli::invocation::{Invocation, RowFiles};
use crate::cli::observer::Observer;
use crate::cli::{confirm, settings};
use crate::client::Client;

/// Runs a command for each row of a file.
pub(super) async fn run(reporter: Reporter, invocation: &Invocation, files: &RowFiles) -> Exit {
    let command = invocation.command;
    let bytes = match read(&files.from) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("failed to read {}: {error}", files.from);
            return reporter.problem(Exit::Usage, &message, "");
        }
    };
    let file = match rows::parse(&bytes, command, &invocation.fields) {
        Ok(file) => file,
        Err(invalid) => return report_invalid(reporter, &files.from, &invalid),
    };
    let observer = Observer::new(invocation.verbose);
    let client = match settings::client(&invocation.connection, invocation.dry_run, &observer) {
        Ok(client) => client,
        Err(error) => return reporter.error(&error, Some(command)),
    };
    let invalid = check(&client, invocation, &file).await;
    if !invalid.is_empty() {
        return report_invalid(reporter, &files.from, &invalid);
    }
    let rows = file.rows.len();
    if invocation.dry_run {
        let valid = counted(rows);
        print_line(&format!("{}: {valid} checked, all valid; nothing was sent", files.from));
        return Exit::Success;
    }
    if let Err(exit) = confirm(reporter, invocation, Some(rows)) {
        return exit;
    }
    let failure_file = match files.failures.as_deref().map(FailureFile::create).transpose() {
        Ok(failure_file) => failure_file,
        Err(error) => return report_unwritable(reporter, files, &error),
    };
    let requests = Requests { reporter, invocation, client: &client, observer: &observer };
    let outcome = requests.run(&file.rows).await;
    let not_done = not_done(&outcome.states);
    let written = failure_file.map_or(Ok(()), |it| it.write(&file.content, &not_done));
    summarize(reporter, invocation, files, &outcome.states);
    if let Err(error) = written {
        return report_unwritable(reporter, files, &error);
    }
    outcome.stopped.unwrap_or(match not_done.is_empty() {
        true => Exit::Success,
        false => Exit::FailedRows,
    })
}

fn read(path: &str) -> io::Result<Vec<u8>> {
    match path {
        "-" => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes)?;
            Ok(bytes)
        }
        path => fs::read(path),
    }
}

/// Checks the rows as a dry run does. The checks of single values come before.
async fn check(client: &Client, invocation: &Invocation, file: &RowFile) -> Vec<InvalidRow> {
    let mut invalid = Vec::new();
    for row in &file.rows {
        let run = invocation.command.run;
        if let Err(error) = run(client, &row.parameters, &row.fields, true).await {
            invalid.push(InvalidRow::new(row.line, error.message()));
        }
    }
    invalid
}

fn report_invalid(reporter: Reporter, from: &str, invalid: &[InvalidRow]) -> Exit {
    for InvalidRow { line, problem } in invalid {
        reporter.invalid_row(*line, problem);
    }
    let message = match invalid.len() {
        1 => format!("{from} has an invalid row; nothing was sent"),
        number => format!("{from} has {number} invalid rows; nothing was sent"),
    };
    reporter.problem(Exit::Usage, &message, "")
}

fn report_unwritable(reporter: Reporter, files: &RowFiles, error: &io::Error) -> Exit {
    let path = files.failures.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    reporter.problem(Exit::Failure, &format!("failed to write {path}: {error}"), "")
}

/// Returns the positions of the rows that were not carried out, and the reasons.
fn not_done(states: &[RowState]) -> Vec<(usize, String)> {
    let reasons = states.iter().enumerate().filter_map(|(position, state)| {
        let reason = match state {
            RowState::Succeeded => return None,
            RowState::Failed(reason) => reason.clone(),
            RowState::NotSent => "not sent".to_owned(),
            RowState::Unknown => {
                "interrupted before the response: the server may have carried it out".to_owned()
            }
        };
        Some((position, reason))
    });
    reasons.collect()
}

/// Returns a number of rows in words.
pub(super) fn counted(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

/// Reports the numbers of rows, and how to repeat those that were not carried out.
fn summarize(reporter: Reporter, invocation: &Invocation, files: &RowFiles, states: &[RowState]) {
    let count =
        |is_counted: fn(&RowState) -> bool| states.iter().filter(|one| is_counted(one)).count();
    let succeeded = count(|state| matches!(state, RowState::Succeeded));
    let failed = count(|state| matches!(state, RowState::Failed(_)));
    let not_sent = count(|state| matches!(state, RowState::NotSent));
    let unknown = count(|state| matches!(state, RowState::Unknown));
    let rows = states.len();
    if reporter.json {
        let summary = json!({
            "rows": rows,
            "succeeded": succeeded,
            "failed": failed,
            "not_sent": not_sent,
            "unknown": unknown,
        });
        return print_line(&json!({ "summary": summary }).to_string());
    }
    let mut text = format!("{}: {succeeded} succeeded, {failed} failed", counted(rows));
    if not_sent > 0 {
        text.push_str(&format!(", {not_sent} not sent"));
    }
    if unknown > 0 {
        text.push_str(&format!(", {unknown} without a response"));
    }
    print_line(&text);
    if succeeded == rows {
        return;
    }
    match &files.failures {
        Some(path) => {
            let path = path.display().to_string();
            print_line(&format!("  to repeat the others: {}", invocation.with_rows_of(&path)));
        }
        None => print_line("  --failures FILE would have written the others to a file"),
    }
}
