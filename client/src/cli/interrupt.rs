//! Ctrl-C during a command that sends many requests.
//!
//! Every other command keeps the default action of the operating system, which ends the process.

use std::process;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::Notify;

/// The exit code after Ctrl-C: 128 plus the number of SIGINT, as shells report it.
pub(super) const INTERRUPTED: u8 = 130;

/// The time in which the main thread can write a message and end the process.
const GRACE: Duration = Duration::from_secs(1);

/// Returns an object that is notified at Ctrl-C.
///
/// A thread of its own waits for the signal and ends the process if the main thread does not: it may be
/// blocked in a write to a pipe without a reader.
pub(super) fn interrupt() -> Arc<Notify> {
    let interrupt = Arc::new(Notify::new());
    let notified = Arc::clone(&interrupt);
    thread::spawn(move || {
        // If this fails, Ctrl-C keeps its default action.
        let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else {
            return;
        };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            notified.notify_one();
            thread::sleep(GRACE);
            process::exit(i32::from(INTERRUPTED));
        }
    });
    interrupt
}
