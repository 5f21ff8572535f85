//! The output of operations that return page by page.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde_json::Value;

use crate::cli::arguments::Invocation;
use crate::cli::command::{Outcome, Pages};
use crate::cli::interrupt::{INTERRUPTED, interrupt};
use crate::cli::{client, code_of_error, code_of_output, table};
use crate::error::{Error, Result};

/// Writes one page: a table, or one JSON object per line. If there are more pages, a note on stderr
/// says how to get them.
pub(super) fn page(
    value: &Value,
    invocation: &Invocation,
    pages: &Pages,
    out: &mut dyn Write,
) -> io::Result<()> {
    Output::new(invocation).write(items(value, pages), out)?;
    if let Some(next) = next(value, pages) {
        let flag = cursor_flag(invocation, pages, &next);
        let _ = writeln!(io::stderr(), "more: repeat with {flag}, or use --all");
    }
    Ok(())
}

/// Writes the items of all pages and returns the exit code.
///
/// Each page is written and flushed as it arrives, so that memory use does not grow with their number.
/// After Ctrl-C or an error, a note on stderr says how to continue after the last page that was
/// written.
pub(super) async fn all(invocation: &Invocation, pages: &Pages) -> ExitCode {
    let client = match client(invocation) {
        Ok(client) => client,
        Err(error) => return code_of_error(&error),
    };
    let interrupt = interrupt();
    let mut output = Output::new(invocation);
    let mut progress = Progress::new();
    let mut fields = invocation.fields.clone();
    let mut position = None;
    loop {
        let requested = (invocation.command.run)(&client, &invocation.parameters, &fields, false);
        let page = tokio::select! {
            page = requested => page,
            () = interrupt.notified() => {
                progress.clear();
                let _ = writeln!(io::stderr(), "interrupted after {} items", progress.items);
                hint(invocation, pages, position.as_deref());
                return ExitCode::from(INTERRUPTED);
            }
        };
        let page = match page {
            Ok(Outcome::Sent(response)) => response.into_value(),
            Ok(Outcome::DryRun { .. }) => return ExitCode::SUCCESS,
            Err(error) => {
                progress.clear();
                let code = code_of_error(&error);
                hint(invocation, pages, position.as_deref());
                return code;
            }
        };
        let items = items(&page, pages);
        progress.clear();
        if let Err(error) = output.write(items, &mut io::stdout().lock()) {
            return code_of_output(Err(error));
        }
        let next = match following(&page, pages, &fields) {
            Ok(Some(next)) => next,
            Ok(None) => return ExitCode::SUCCESS,
            Err(error) => return code_of_error(&error),
        };
        progress.add(items.len());
        fields.retain(|(name, _)| name != pages.cursor);
        fields.push((pages.cursor.to_owned(), Some(next.clone())));
        position = Some(next);
    }
}

/// Returns the cursor of the next page, unless it is the one that the page was requested with: the same
/// page would follow for ever.
fn following(
    page: &Value,
    pages: &Pages,
    fields: &[(String, Option<String>)],
) -> Result<Option<String>> {
    let next = next(page, pages);
    let requested = fields.iter().find(|(name, _)| name == pages.cursor);
    match (&next, requested) {
        (Some(next), Some((_, Some(requested)))) if next == requested => {
            Err(Error::repeated_cursor())
        }
        _ => Ok(next),
    }
}

fn items<'v>(page: &'v Value, pages: &Pages) -> &'v [Value] {
    page[pages.items].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Returns the cursor of the next page; `None` on the last page.
fn next(page: &Value, pages: &Pages) -> Option<String> {
    match &page[pages.next] {
        Value::Null => None,
        Value::String(cursor) => Some(cursor.clone()),
        other => Some(other.to_string()),
    }
}

/// Says how to continue at a position, if there is one.
fn hint(invocation: &Invocation, pages: &Pages, position: Option<&str>) {
    if let Some(position) = position {
        let flag = cursor_flag(invocation, pages, position);
        let _ = writeln!(io::stderr(), "  to continue: repeat with {flag}");
    }
}

/// Returns the flag that continues at a cursor. A cursor may begin with a dash, so the flag has an equals
/// sign.
fn cursor_flag(invocation: &Invocation, pages: &Pages, cursor: &str) -> String {
    let mut fields = invocation.command.fields.iter();
    let field = fields.find(|field| field.name == pages.cursor);
    format!("--{}={}", field.map_or(pages.cursor, |field| field.flag), table::harmless(cursor))
}

/// The form of the items on stdout.
enum Output {
    /// One JSON value per line.
    Json,
    Table(table::Rows),
}

impl Output {
    fn new(invocation: &Invocation) -> Self {
        match invocation.json {
            true => Output::Json,
            false => Output::Table(table::Rows::default()),
        }
    }

    /// Writes a page with one write, and flushes it.
    fn write(&mut self, items: &[Value], out: &mut dyn Write) -> io::Result<()> {
        let mut text = Vec::new();
        match self {
            Output::Json => items.iter().try_for_each(|item| writeln!(text, "{item}"))?,
            Output::Table(rows) => rows.write(items, &mut text)?,
        }
        out.write_all(&text)?;
        out.flush()
    }
}

/// The number of items so far, on stderr if it is a terminal. If stdout is a terminal too, the items
/// themselves show the progress.
struct Progress {
    is_shown: bool,
    items: usize,
}

impl Progress {
    fn new() -> Self {
        let is_shown = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Progress { is_shown, items: 0 }
    }

    fn add(&mut self, items: usize) {
        self.items += items;
        if self.is_shown {
            let _ = write!(io::stderr(), "\r{} items so far", self.items);
        }
    }

    fn clear(&self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
