//! Signals to commands.

use super::error::CommandError;

/// A signal that a command handles.
pub(super) enum Signal {
    Stop(&'static str),
    Reload,
}

/// The signals that a command handles from now on, instead of being ended by them.
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn listen() -> Result<Self, CommandError> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(CommandError::Signals);
        Ok(Signals {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Stop("SIGTERM"),
            _ = self.interrupt.recv() => Signal::Stop("SIGINT"),
            _ = self.hangup.recv() => Signal::Reload,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn listen() -> Result<Self, CommandError> {
        Ok(Signals {})
    }

    pub(super) async fn next(&mut self) -> Signal {
        // without a handler, Ctrl-C ends the process by itself
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Stop("Ctrl-C")
    }
}

impl Signals {
    /// Waits for any signal and returns the error of a command that it interrupts.
    pub(super) async fn interrupt(&mut self) -> CommandError {
        CommandError::Interrupted(match self.next().await {
            Signal::Stop(name) => name,
            Signal::Reload => "SIGHUP",
        })
    }

    /// Waits for a signal that stops the server.
    pub(super) async fn stop(&mut self) -> &'static str {
        loop {
            if let Signal::Stop(name) = self.next().await {
                return name;
            }
        }
    }
}
