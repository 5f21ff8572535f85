//! Ctrl-C and SIGTERM.

use tokio::sync::watch;

/// Returns a receiver that becomes true at the first Ctrl-C or SIGTERM, for
/// [`test_server`](crate::test_server). `notify` is called at each.
///
/// # Panics
///
/// Outside of a Tokio runtime with I/O.
pub fn interrupts(notify: impl Fn() + Send + 'static) -> watch::Receiver<bool> {
    let (interrupt, stop) = watch::channel(false);
    tokio::spawn(async move {
        while interrupted().await {
            notify();
            // Without a receiver the run is over.
            let _ = interrupt.send(true);
        }
    });
    stop
}

/// Waits for Ctrl-C or SIGTERM; returns false if neither can be received.
async fn interrupted() -> bool {
    #[cfg(unix)]
    if let Ok(mut terminate) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        return tokio::select! {
            done = tokio::signal::ctrl_c() => done.is_ok(),
            received = terminate.recv() => received.is_some(),
        };
    }
    tokio::signal::ctrl_c().await.is_ok()
}
