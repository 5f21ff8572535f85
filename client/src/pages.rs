//! Streams of items that a server returns page by page.

use std::future::Future;

use futures_core::Stream;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::error::{Error, Result};

/// Returns the items of all pages.
///
/// `fetch` returns the items of a page and the inputs of the request for the next one, or `None` after
/// the last page. If a page asks for the same inputs that it was fetched with, the stream ends with an
/// error after its items, because the same page would follow for ever.
#[allow(dead_code, reason = "the contract decides which operations are paginated")]
pub(crate) fn items<I, T, F>(
    inputs: Result<I>,
    fetch: impl Fn(I) -> F + Send + 'static,
) -> impl Stream<Item = Result<T>> + Send + 'static
where
    I: Clone + PartialEq + Send + 'static,
    T: Send + 'static,
    F: Future<Output = Result<(Vec<T>, Option<I>)>> + Send + 'static,
{
    let pages = stream::try_unfold((Some(inputs), fetch), |(inputs, fetch)| async move {
        let Some(inputs) = inputs else { return Ok(None) };
        let inputs = inputs?;
        let (items, next) = fetch(inputs.clone()).await?;
        let next = next.map(|next| match next == inputs {
            true => Err(Error::repeated_cursor()),
            false => Ok(next),
        });
        Ok::<_, Error>(Some((stream::iter(items).map(Ok), (next, fetch))))
    });
    pages.try_flatten()
}

/// Returns the cursor of the next page from a property that may be absent.
#[allow(dead_code, reason = "the contract decides which operations are paginated")]
pub(crate) fn cursor(cursor: impl Into<Option<String>>) -> Option<String> {
    cursor.into()
}
