//! Which operation a request is for, asked before Dropshot does.

use std::borrow::Cow;
use std::sync::Arc;

use dropshot::ApiDescription;
use http::header::ALLOW;
use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::context::Context;

/// U+FFFD, which no path parameter allows.
const UNREADABLE: &str = "%EF%BF%BD";

/// The paths and methods of the API.
pub(crate) struct Routes {
    find: Box<Find>,
}

type Find = dyn Fn(&Method, &str) -> Route + Send + Sync;

/// Where a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// To the operation of this name.
    Operation(String),
    /// The path takes other methods, which are these.
    OtherMethods(String),
    Nowhere,
}

impl Routes {
    pub(crate) fn of(api: ApiDescription<Arc<Context>>) -> Self {
        // its type has no public name
        let router = api.into_router();
        let find =
            move |method: &Method, path: &str| match router.lookup_route(method, path.into(), None)
            {
                Ok(found) => Route::Operation(found.endpoint.operation_id),
                Err(error) if error.status_code.as_status() == StatusCode::METHOD_NOT_ALLOWED => {
                    let headers = error.headers.unwrap_or_default();
                    let allowed =
                        headers.get_all(ALLOW).iter().filter_map(|name| name.to_str().ok());
                    let mut allowed: Vec<_> = allowed.collect();
                    allowed.sort_unstable();
                    Route::OtherMethods(allowed.join(", "))
                }
                Err(_) => Route::Nowhere,
            };
        Routes { find: Box::new(find) }
    }

    /// `path` as [`readable`] leaves it.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Route {
        (self.find)(method, path)
    }
}

/// The path with what Dropshot's router refuses to read replaced by what no parameter allows: the
/// operation then refuses it in its turn, and as the contract says.
pub(crate) fn readable(path: &str) -> Cow<'_, str> {
    let unreadable = |segment: &str| {
        matches!(segment, "." | "..") || percent_decode_str(segment).decode_utf8().is_err()
    };
    if !path.split('/').any(unreadable) {
        return Cow::Borrowed(path);
    }
    let segments = path.split('/').map(|part| if unreadable(part) { UNREADABLE } else { part });
    Cow::Owned(segments.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_router_cannot_read() {
        for (path, expected) in [
            ("/v1/links/lnk_1", "/v1/links/lnk_1"),
            ("/v1/links/lnk_%31%20%F0%9F%A6%80", "/v1/links/lnk_%31%20%F0%9F%A6%80"),
            ("/v1/links/lnk_%ff", "/v1/links/%EF%BF%BD"),
            ("/v1/links/..", "/v1/links/%EF%BF%BD"),
            ("/./v1/%C0%AF", "/%EF%BF%BD/v1/%EF%BF%BD"),
            ("/v1/links/%2e%2e", "/v1/links/%2e%2e"),
            ("/", "/"),
            ("", ""),
        ] {
            assert_eq!(readable(path), expected, "{path}");
        }
    }
}
