//! The documentation, for those who have a server before they have its docs: `/docs/`, `/openapi.json`
//! and `/openapi.yaml`.
//!
//! The pages are those of `cargo xtask docs`, checked in as they are generated, and the renderer is the
//! one of its crate: nothing is read or fetched at run time. They are no operations of the API: they
//! need no key, and no rate limit counts them.

mod files;

use std::sync::LazyLock;

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Response, StatusCode};
use http_body_util::Full;

/// The only scripts are those that are served here, and they talk to this server alone. The renderer
/// makes its styles itself, which is what `unsafe-inline` is for.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page may have a key in it, so nobody else is told where it was.
const REFERRER: &str = "no-referrer";

/// The renderer is large and changes with the server only.
const FRESH: &str = "max-age=3600";

const RENDERER: &str = "scalar.js";

/// Once for all who ask: it has megabytes.
static RENDERER_CONTENT: LazyLock<Option<Bytes>> =
    LazyLock::new(|| scalar_api_reference::get_asset(RENDERER).map(Bytes::from));

/// Shows the docs, unless the operator does not want it.
pub(crate) struct Docs {
    pub(crate) shown: bool,
}

impl Docs {
    /// The answer, if the docs have one.
    pub(crate) fn answer(&self, method: &Method, path: &str) -> Option<Response<Full<Bytes>>> {
        if !self.shown {
            return None;
        }
        let name = match path {
            // what the pages name beside them is found under the folder only
            "/docs" => return Some(redirect("/docs/")),
            "/docs/" => "index.html",
            "/openapi.json" | "/openapi.yaml" => path.trim_start_matches('/'),
            _ => path.strip_prefix("/docs/")?,
        };
        let (media_type, content) = file(name)?;
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut response = Response::new(Full::default());
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Some(response);
        }
        let mut response = Response::new(Full::new(content));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(FRESH));
        protect(headers);
        Some(response)
    }
}

fn file(name: &str) -> Option<(&'static str, Bytes)> {
    if name == RENDERER {
        let renderer = RENDERER_CONTENT.as_ref()?;
        return Some(("text/javascript; charset=utf-8", renderer.clone()));
    }
    let (_, media_type, content) = files::FILES.iter().find(|(known, ..)| *known == name)?;
    Some((media_type, Bytes::from_static(content)))
}

fn redirect(location: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(LOCATION, HeaderValue::from_static(location));
    response
}

fn protect(headers: &mut HeaderMap) {
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static(REFERRER));
}
