//! `links-server serve`.

use std::path::Path;
use std::sync::Arc;

use slog::info;

use super::error::CommandError;
use super::output::{print_error, write_stdout};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::log;
use crate::server::start_server;

pub(super) async fn run(settings: Settings, config: Option<&Path>) -> Result<(), CommandError> {
    let file = config.map(Settings::read).transpose()?.unwrap_or_default();
    let mut config = settings.or(file).into_config(Arc::new(SystemClock))?;
    let log = log::to_stderr(config.log_format, config.log_level);
    config.log = log.clone();
    // before the first line of output, because its reader may send a signal at once
    let mut signals = Signals::listen().map_err(CommandError::Signals)?;
    let server = start_server(config).await?;
    // the server keeps running if nobody reads its output
    let _ = write_stdout(&format!("listening on {}\n", server.url()));
    if let Some(address) = server.admin_address() {
        info!(log, "admin endpoints"; "server.address" => address);
    }
    info!(log, "{} received, finishing requests in flight", signals.next().await);
    tokio::select! {
        closed = server.close() => Ok(closed?),
        signal = signals.next() => exit_immediately(signal),
    }
}

/// Exits without waiting for the store, to which a crash does no harm.
fn exit_immediately(signal: &str) -> ! {
    print_error(&format!("{signal} received again, exiting immediately"));
    std::process::exit(1)
}

/// The signals that shut down a server.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Signals {})
    }

    async fn next(&mut self) -> &'static str {
        // without a handler, Ctrl-C ends the process by itself
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}
