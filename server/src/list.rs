//! Lists of links: one page, or all links as a stream.
//!
//! Without a `limit` the response has all links of the account. It is sent while it is read from the
//! store page by page, so that memory use does not grow with the number of links. A store that fails in
//! the middle breaks the connection, so that the client does not take the beginning for the whole.
//!
//! The filter by status is applied here and not by the store: the reported status is a rule of links, and
//! a query that searches a large account for a rare status would occupy the store until it has found a
//! page of them. A list reads the account in short queries instead, and other requests run in between.

use std::sync::Arc;

use agenthuman_links_api::ListLinksQuery;
use agenthuman_links_api::types::{Link, LinkStatus, LinkStatusFilter, ListLinksResponse};
use agenthuman_server_runtime::patch::Patch;
use agenthuman_server_runtime::response::Json;
use agenthuman_server_runtime::timestamp::Timestamp;
use bytes::Bytes;
use dropshot::Body;
use futures_util::stream::{self, Stream, StreamExt};
use http_body_util::StreamBody;
use hyper::body::Frame;
use slog::error;
use sync_wrapper::SyncStream;

use crate::api_error::ApiError;
use crate::context::Context;
use crate::cursor::{self, List};
use crate::handler::Call;
use crate::link::StoredLink;
use crate::store::{ListQuery, Position, StoreError};

/// Number of links in one query of a list without a limit, and of the search for a status.
const STEP: u32 = 500;

/// The links that a list shows.
#[derive(Clone, Copy)]
struct Filter {
    /// Reported status; `None` for all links.
    status: Option<LinkStatus>,
    /// Time at which the status is reported, the same for the whole list.
    now: Timestamp,
}

impl Filter {
    fn apply(self, links: Vec<StoredLink>) -> Vec<Link> {
        let links = links.into_iter().map(|link| link.into_link(self.now));
        links.filter(|link| self.status.is_none_or(|status| link.status == status)).collect()
    }
}

/// Returns the response to a request for a list.
pub(crate) async fn list_links(
    call: Call<()>,
    query: ListLinksQuery,
) -> Result<Json<ListLinksResponse>, ApiError> {
    let Call { context, client, .. } = &call;
    let ListLinksQuery { status, limit, cursor } = query;
    let (name, status) = match status {
        LinkStatusFilter::All => ("all", None),
        LinkStatusFilter::Active => ("active", Some(LinkStatus::Active)),
        LinkStatusFilter::Paused => ("paused", Some(LinkStatus::Paused)),
        LinkStatusFilter::Expired => ("expired", Some(LinkStatus::Expired)),
    };
    let list = List { account: client.account, filter: name };
    let after = match cursor {
        None => None,
        Some(cursor) => Some(cursor::decode(list, &cursor).ok_or(ApiError::InvalidCursor)?),
    };
    let filter = Filter { status, now: context.now() };
    let query = ListQuery { account: client.account, after, limit: STEP };
    match limit.map(|limit| u32::try_from(*limit).unwrap_or(STEP)) {
        Some(limit) => page(context, list, filter, ListQuery { limit, ..query }).await,
        None => all(call, filter, query).await,
    }
}

async fn page(
    context: &Context,
    list: List,
    filter: Filter,
    query: ListQuery,
) -> Result<Json<ListLinksResponse>, ApiError> {
    let length = query.limit as usize;
    let mut links = Vec::new();
    // One link more shows whether there is another page.
    let mut next = Some(ListQuery { limit: query.limit + 1, ..query });
    while links.len() <= length
        && let Some(query) = next
    {
        let (read, following) = context.list_links(query).await?;
        links.extend(filter.apply(read));
        next = following.map(|query| ListQuery { limit: query.limit.max(STEP), ..query });
    }
    let has_more = links.len() > length;
    links.truncate(length);
    let next_cursor = match links.last().filter(|_| has_more) {
        Some(last) => Patch::Value(cursor::encode(list, &position(last))),
        None => Patch::Null,
    };
    Ok(ListLinksResponse { success: true, links, next_cursor }.into())
}

async fn all(
    call: Call<()>,
    filter: Filter,
    query: ListQuery,
) -> Result<Json<ListLinksResponse>, ApiError> {
    // The first page is read before the response begins, so that a store that fails is a documented
    // error.
    let (first, next) = call.context.list_links(query).await?;
    let first = filter.apply(first);
    if next.is_none() {
        let response =
            ListLinksResponse { success: true, links: first, next_cursor: Patch::Absent };
        return Ok(response.into());
    }
    let pages = pages(call, filter, first, next);
    let beginning = stream::iter([Ok(Bytes::from_static(b"{\"success\":true,\"links\":["))]);
    let end = stream::iter([Ok(Bytes::from_static(b"]}"))]);
    let frames = beginning.chain(pages).chain(end).map(|bytes| bytes.map(Frame::data));
    // Hyper polls a body from one thread at a time, but requires `Sync`.
    Ok(Json::Stream(Body::wrap(StreamBody::new(SyncStream::new(frames)))))
}

/// Returns the links of all pages as JSON, separated by commas. Each page is read when the one before has
/// been sent. The request keeps its slot until then.
fn pages(
    call: Call<()>,
    filter: Filter,
    first: Vec<Link>,
    next: Option<ListQuery>,
) -> impl Stream<Item = Result<Bytes, StreamError>> + Send {
    let Call { context, slot, request_id, .. } = call;
    let log = context.log().clone();
    let following = stream::try_unfold(next, move |next| {
        let context = Arc::clone(&context);
        async move {
            let Some(query) = next else { return Ok(None) };
            let (read, next) = context.list_links(query).await?;
            Ok(Some((filter.apply(read), next)))
        }
    });
    let mut is_first = true;
    stream::iter([Ok(first)]).chain(following).map(move |page: Result<_, StoreError>| {
        let _slot = &slot;
        let links = page.map_err(|error| {
            error!(log, "the store failed in the middle of a list";
                "cause" => error.cause(), "request_id" => &request_id);
            StreamError::Store(error)
        })?;
        let json = to_json(&links, is_first)?;
        is_first &= links.is_empty();
        Ok(json)
    })
}

/// Returns the links, with commas between them and, unless they are the first, in front of them.
fn to_json(links: &[Link], is_first: bool) -> serde_json::Result<Bytes> {
    let mut json = Vec::new();
    for (index, link) in links.iter().enumerate() {
        if index > 0 || !is_first {
            json.push(b',');
        }
        serde_json::to_writer(&mut json, link)?;
    }
    Ok(json.into())
}

/// Reason why a stream of links breaks.
#[derive(Debug, thiserror::Error)]
enum StreamError {
    #[error("failed to read the next links: {0}")]
    Store(StoreError),
    #[error("failed to serialise a link: {0}")]
    Json(#[from] serde_json::Error),
}

/// Returns the position of a link in a list.
pub(crate) fn position(link: &Link) -> Position {
    Position { created_at: link.created_at, link_id: link.link_id.clone() }
}
