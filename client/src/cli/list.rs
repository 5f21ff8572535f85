//! The output of operations that return page by page.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use serde_json::Value;

use crate::cli::command::{Outcome, Pages};
use crate::cli::error_report::{Reporter, print_line};
use crate::cli::exit_code::Exit;
use crate::cli::interrupt::interrupt;
use crate::cli::invocation::Invocation;
use crate::cli::observer::Observer;
use crate::cli::output::List;
use crate::cli::{settings, table};
use crate::error::{Error, Result};

/// The time in which a message can be written after Ctrl-C.
const GRACE: Duration = Duration::from_secs(1);

/// Writes one page. If there are more pages, a note on stderr says how to get them.
pub(super) fn page(
    value: &Value,
    invocation: &Invocation,
    pages: &Pages,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut list = List::new(invocation.format, invocation.command.columns);
    list.write(items(value, pages), out)?;
    list.finish(out)?;
    if let Some(next) = next(value, pages) {
        let flag = cursor_flag(invocation, pages, &next);
        print_line(&format!("more: repeat with {flag}, or use --all"));
    }
    Ok(())
}

/// Writes the items of all pages and returns the exit code.
///
/// Each page is written and flushed as it arrives, so that memory use does not grow with their number.
/// After Ctrl-C or an error, a note on stderr says how to continue after the last page that was
/// written.
pub(super) async fn all(reporter: Reporter, invocation: &Invocation, pages: &Pages) -> Exit {
    let command = invocation.command;
    let observer = Observer::new(invocation.verbose);
    let client = match settings::client(&invocation.connection, false, &observer) {
        Ok(client) => client,
        Err(error) => return reporter.error(&error, Some(command)),
    };
    let interrupt = interrupt(GRACE);
    let mut list = List::new(invocation.format, command.columns);
    let mut progress = Progress::new();
    let mut fields = invocation.fields.clone();
    let mut position = None;
    loop {
        let requested = (command.run)(&client, &invocation.parameters, &fields, false);
        let page = tokio::select! {
            page = observer.watch(&client, requested) => page,
            () = interrupt.notified() => {
                progress.clear();
                print_line(&format!("interrupted after {} items", progress.items));
                hint(invocation, pages, position.as_deref());
                return Exit::Interrupted;
            }
        };
        let page = match page {
            Ok(Outcome::Sent(response)) => response.into_value(),
            Ok(Outcome::DryRun { .. }) => return Exit::Success,
            Err(error) => {
                progress.clear();
                let exit = reporter.error(&error, Some(command));
                hint(invocation, pages, position.as_deref());
                return exit;
            }
        };
        let items = items(&page, pages);
        progress.clear();
        if let Err(error) = list.write(items, &mut io::stdout().lock()) {
            return super::output(reporter, Err(error));
        }
        let next = match following(&page, pages, &fields) {
            Ok(Some(next)) => next,
            Ok(None) => return super::output(reporter, list.finish(&mut io::stdout().lock())),
            Err(error) => return reporter.error(&error, Some(command)),
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
        print_line(&format!("  to continue: repeat with {flag}"));
    }
}

/// Returns the flag that continues at a cursor. A cursor may begin with a dash, so the flag has an equals
/// sign.
fn cursor_flag(invocation: &Invocation, pages: &Pages, cursor: &str) -> String {
    let mut fields = invocation.command.fields.iter();
    let field = fields.find(|field| field.name == pages.cursor);
    format!("--{}={}", field.map_or(pages.cursor, |field| field.flag), table::harmless(cursor))
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
