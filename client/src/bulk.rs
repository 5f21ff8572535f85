//! Many calls with bounded concurrency, at the pace that the rate limit permits.

use std::future::Future;
use std::time::Duration;

use futures_core::Stream;
use futures_util::stream::{self, StreamExt};

use crate::client::Client;
use crate::error::Result;

/// The default number of calls at the same time. It is enough for 600 requests per minute if each takes
/// up to three seconds.
const CONCURRENCY: usize = 32;

/// Runs a call for each of many items. See [`Client::bulk`].
#[must_use = "only `run` sends requests"]
#[derive(Clone, Debug)]
pub struct Bulk {
    client: Client,
    concurrency: usize,
    timeout: Duration,
}

impl Client {
    /// Returns a runner of many calls, which sends as many requests at once as the rate limit permits,
    /// and waits for the next window otherwise.
    ///
    /// ```
    /// # use agenthuman_links_test_server::{LINK_ID, TestServer};
    /// # use agenthuman_links::Client;
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = TestServer::start().await?;
    /// # let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
    /// use futures_util::StreamExt;
    ///
    /// let rows = vec![(LINK_ID, "Summer demo"), ("lnk_unknown", "Winter demo")];
    /// let mut results = std::pin::pin!(client.bulk().run(rows.clone(), |client, (id, name)| async move {
    ///     client.update_link(id).name(name).send().await
    /// }));
    /// while let Some((index, result)) = results.next().await {
    ///     match result {
    ///         Ok(link) => println!("{} is done", link.link_id),
    ///         Err(error) => println!("row {index}, {:?}: {error}", rows[index]),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn bulk(&self) -> Bulk {
        Bulk { client: self.clone(), concurrency: CONCURRENCY, timeout: Duration::MAX }
    }
}

impl Bulk {
    /// Sets the greatest number of calls at the same time; 0 counts as 1. Default: 32.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// Sets the time after which no call waits for the rate limit any more; the calls that are left then
    /// fail. Default: none.
    ///
    /// A single call has the timeout of the client, which does not include its wait for the rate limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Runs `call` for each item. The stream returns the position of each item and its result, in the
    /// order in which the calls end. A failed call does not end the stream.
    ///
    /// An item is taken when its call begins, so that `items` can be a reader of a large file. Dropping
    /// the stream cancels the calls that have not ended.
    pub fn run<I, T, F>(
        self,
        items: I,
        mut call: impl FnMut(Client, I::Item) -> F,
    ) -> impl Stream<Item = (usize, Result<T>)>
    where
        I: IntoIterator,
        F: Future<Output = Result<T>>,
    {
        let Bulk { client, concurrency, timeout } = self;
        let deadline = client.elapsed().saturating_add(timeout);
        let calls = items.into_iter().enumerate().map(move |(index, item)| {
            let remaining = deadline.saturating_sub(client.elapsed());
            let call = call(client.with_rate_limit_timeout(remaining), item);
            async move { (index, call.await) }
        });
        stream::iter(calls).buffer_unordered(concurrency)
    }
}
