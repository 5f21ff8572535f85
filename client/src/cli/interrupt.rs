//! Ctrl-C, or SIGTERM, during a command that sends many requests.
//!
//! Every other command keeps the default action of the operating system, which ends the process.

use std::io;
use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::Notify;

use crate::cli::exit_code::Exit;

/// Returns an object that is notified at Ctrl-C and at SIGTERM.
///
/// A thread of its own waits for the signal and ends the process if the main thread does not within
/// `grace`, or at a second signal: it may be blocked in a write to a pipe without a reader.
pub(super) fn interrupt(grace: Duration) -> Arc<Notify> {
    let interrupt = Arc::new(Notify::new());
    let notified = Arc::clone(&interrupt);
    thread::spawn(move || {
        // If this fails, Ctrl-C keeps its default action.
        let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else {
            return;
        };
        runtime.block_on(async {
            if signal().await.is_ok() {
                notified.notify_one();
                let _ = tokio::time::timeout(grace, signal()).await;
                process::exit(i32::from(Exit::Interrupted.code()));
            }
        });
    });
    interrupt
}

/// Waits for Ctrl-C or SIGTERM.
///
/// SIGHUP keeps its action: a handler would undo `nohup`.
#[cfg(unix)]
async fn signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
async fn signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
