//! The requests for the rows of a file.

use std::io::{self, ErrorKind as IoErrorKind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::cli::bulk::progress::Progress;
use crate::cli::bulk::rows::Row;
use crate::cli::command::Outcome;
use crate::cli::error_report::{Reporter, print_line};
use crate::cli::exit_code::Exit;
use crate::cli::interrupt::interrupt;
use crate::cli::invocation::Invocation;
use crate::cli::observer::{Observer, SENT};
use crate::cli::output::List;
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};

/// The time after Ctrl-C in which requests that were sent can get their responses.
const GRACE: Duration = Duration::from_secs(5);

/// The time after Ctrl-C after which the process ends in any case.
const KILL: Duration = Duration::from_secs(15);

/// The time between two updates of the progress.
const TICK: Duration = Duration::from_millis(200);

/// The settings and the client with which the requests are sent.
pub(super) struct Requests<'a> {
    pub(super) reporter: Reporter,
    pub(super) invocation: &'a Invocation,
    pub(super) client: &'a Client,
    pub(super) observer: &'a Observer,
}

/// The state of a row at the end.
#[derive(Clone, Debug)]
pub(super) enum RowState {
    Succeeded,
    /// The request failed for this reason.
    Failed(String),
    NotSent,
    /// The request was sent, and has no response yet.
    Unknown,
}

/// The outcome of all rows.
pub(super) struct Outcomes {
    pub(super) states: Vec<RowState>,
    /// The exit code, if the rows were not all tried or their output failed.
    pub(super) stopped: Option<Exit>,
}

impl Requests<'_> {
    /// Sends a request for each row.
    ///
    /// After Ctrl-C, or if the server rejects the API key, no further request is sent.
    pub(super) async fn run(&self, rows: &[Row]) -> Outcomes {
        let sent: Vec<Arc<AtomicBool>> = rows.iter().map(|_| Arc::default()).collect();
        let mut states = vec![RowState::NotSent; rows.len()];
        let mut stopped = None;
        let mut progress = Progress::new(rows.len(), self.invocation.verbose);
        let mut list = List::new(self.invocation.format, self.invocation.command.columns);
        let mut is_stdout_open = true;
        let (stop, is_stopped) = watch::channel(false);
        {
            let items = rows.iter().zip(&sent).take_while(|_| !*is_stopped.borrow());
            let calls = self.client.bulk().run(items, |client, (row, sent)| {
                self.call(client, row, Arc::clone(sent), is_stopped.clone())
            });
            let mut results = pin!(calls);
            let interrupt = interrupt(KILL);
            let mut end = None;
            let mut ticks = tokio::time::interval(TICK);
            loop {
                tokio::select! {
                    biased;
                    () = interrupt.notified() => {
                        stopped = Some(Exit::Interrupted);
                        end = Some(Instant::now() + GRACE);
                        stop.send_replace(true);
                        if self.observer.is_in_flight() {
                            progress.suspend(|| print_line("interrupted: waiting for the last responses"));
                        }
                    }
                    () = sleep_until(end.unwrap_or_else(Instant::now)), if end.is_some() => break,
                    _ = ticks.tick() => progress.show(self.observer.long_wait(self.client)),
                    result = results.next() => {
                        let Some((position, result)) = result else { break };
                        match result {
                            Ok(Some(value)) => {
                                states[position] = RowState::Succeeded;
                                progress.add(false);
                                let write = || self.write(&mut list, &value);
                                if is_stdout_open && let Err(exit) = progress.suspend(write) {
                                    // The requests go on: their effect matters more than their output.
                                    is_stdout_open = false;
                                    stopped = stopped.or(exit);
                                }
                            }
                            Ok(None) => {}
                            Err(error) => {
                                progress.add(true);
                                let line = rows[position].line;
                                progress.suspend(|| self.reporter.row(line, &error));
                                if error.kind() == ErrorKind::Authentication {
                                    stopped = stopped.or(Some(Exit::Authentication));
                                    stop.send_replace(true);
                                }
                                states[position] = RowState::Failed(reason(&error));
                            }
                        }
                    }
                }
            }
        }
        progress.finish();
        for (state, sent) in states.iter_mut().zip(&sent) {
            if matches!(state, RowState::NotSent) && sent.load(Ordering::Relaxed) {
                *state = RowState::Unknown;
            }
        }
        if is_stdout_open && list.finish(&mut io::stdout().lock()).is_err() {
            stopped = stopped.or(Some(Exit::Failure));
        }
        Outcomes { states, stopped }
    }

    /// Sends the request for a row. Returns `None` if it was stopped before the request was sent.
    async fn call(
        &self,
        client: Client,
        row: &Row,
        sent: Arc<AtomicBool>,
        mut is_stopped: watch::Receiver<bool>,
    ) -> Result<Option<Value>> {
        let run = self.invocation.command.run;
        let call = SENT.scope(Arc::clone(&sent), run(&client, &row.parameters, &row.fields, false));
        let stop_unless_sent = async {
            // The sender lives as long as the calls.
            let _ = is_stopped.wait_for(|is_stopped| *is_stopped).await;
            if sent.load(Ordering::Relaxed) {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            biased;
            () = stop_unless_sent => Ok(None),
            outcome = call => Ok(match outcome? {
                Outcome::Sent(response) => Some(response.into_value()),
                Outcome::DryRun { .. } => None,
            }),
        }
    }

    /// Writes the response for a row. A closed pipe is not a failure.
    fn write(&self, list: &mut List, value: &Value) -> Result<(), Option<Exit>> {
        let written = list.write(std::slice::from_ref(value), &mut io::stdout().lock());
        written.map_err(|error| match error.kind() {
            IoErrorKind::BrokenPipe => None,
            _ => Some(crate::cli::output(self.reporter, Err(error))),
        })
    }
}

/// Returns an error as one line for the file of the rows that failed.
fn reason(error: &Error) -> String {
    match error.request_id() {
        Some(id) => format!("{error}; request id {id}"),
        None => error.to_string(),
    }
}
