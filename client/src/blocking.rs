//! Calls that block the thread, for programs without a tokio runtime.
//!
//! The calls run on one background thread for the whole program. A caller only waits for a message from
//! it, so that a blocking call never panics, wherever it is made. Inside of an async task it blocks the
//! thread of that task, as any other blocking call does.

#![cfg(feature = "blocking")]

use std::io;
use std::pin::Pin;
use std::sync::LazyLock;
use std::sync::mpsc;
use std::thread;

use futures_core::Stream;
use futures_util::stream::StreamExt;
use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, Result};

/// The name of the background thread.
const THREAD: &str = concat!(env!("CARGO_PKG_NAME"), "-blocking");

static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).thread_name(THREAD).enable_all().build()
});

/// Runs a future to its end and returns its output.
fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Result<T> {
    let runtime = RUNTIME.as_ref().map_err(|error| {
        Error::configuration(format!("failed to start the thread of blocking calls: {error}"))
    })?;
    if thread::current().name() == Some(THREAD) {
        return Err(Error::configuration(
            "an interceptor of a blocking call cannot wait for another blocking call",
        ));
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    // The receiver waits below, so that sending cannot fail.
    runtime.spawn(async move { drop(sender.send(future.await)) });
    receiver.recv().map_err(|_| Error::configuration("the thread of blocking calls panicked"))
}

/// Waits for the result of a call.
pub(crate) fn wait<T: Send + 'static>(
    call: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    run(call)?
}

/// The items of all pages, which blocks the thread while it requests a page.
struct Items<S>(Option<Pin<Box<S>>>);

impl<T, S> Iterator for Items<S>
where
    T: Send + 'static,
    S: Stream<Item = Result<T>> + Send + 'static,
{
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.0.take()?;
        let next = run(async move {
            let item = stream.next().await;
            (stream, item)
        });
        match next {
            Ok((stream, item)) => {
                // After its end a stream must not be asked again.
                self.0 = item.is_some().then_some(stream);
                item
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// Returns the items of a stream.
#[allow(dead_code, reason = "the contract decides which operations are paginated")]
pub(crate) fn items<T: Send + 'static>(
    stream: impl Stream<Item = Result<T>> + Send + 'static,
) -> impl Iterator<Item = Result<T>> + Send {
    Items(Some(Box::pin(stream)))
}
