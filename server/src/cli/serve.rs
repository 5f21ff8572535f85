//! `links-server serve`.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use slog::info;

use super::{CommandError, complain};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::{log, start_server};

pub(super) async fn run(settings: Settings, config: Option<&Path>) -> Result<(), CommandError> {
    let file = config.map(Settings::read).transpose()?.unwrap_or_default();
    let settings = settings.or(file);
    let log = log::to_stderr(
        settings.log_format.unwrap_or_default(),
        settings.log_level.unwrap_or_default(),
    );
    let config = settings.into_config(Arc::new(SystemClock), log.clone())?;
    // before the first line of output: whoever reads it may send a signal at once
    let mut signals = Signals::listen().map_err(CommandError::Signals)?;
    let server = start_server(config).await?;
    announce(&format!("listening on {}\n", server.url()));
    if let Some(address) = server.admin_address() {
        info!(log, "admin endpoints"; "server.address" => address);
    }
    info!(log, "{} received, finishing what is in flight", signals.next().await);
    tokio::select! {
        closed = server.close() => Ok(closed?),
        signal = signals.next() => end_at_once(signal),
    }
}

/// Returning instead would wait for what is in flight in the store, which a crash does not harm.
fn end_at_once(signal: &str) -> ! {
    complain(&format!("{signal} received again, ended at once"));
    std::process::exit(1)
}

/// A server goes on where nobody reads its output.
fn announce(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
}

/// What tells a server to stop.
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
        // where Ctrl-C cannot be noticed it ends the process anyhow
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        "Ctrl-C"
    }
}
