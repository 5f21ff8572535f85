//! The documentation of the API: `/docs/`, `/openapi.json` and `/openapi.yaml`.
//!
//! `cargo xtask generate` writes the pages, and the renderer comes from its own crate; both are compiled
//! into the server, which reads no file and fetches nothing at run time. These paths are not operations
//! of the API: they need no key and do not count against a rate limit.

mod files;

use std::sync::LazyLock;

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Response, StatusCode};
use http_body_util::Full;

/// Content security policy: scripts come from this server and connect to nothing else. The renderer
/// creates its styles at run time, which needs `unsafe-inline`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Referrer policy: the page's URL is sent to no other site, because users enter keys on the page.
const REFERRER: &str = "no-referrer";

/// Cache lifetime of an hour: the renderer is large and changes only with the server.
const CACHE: &str = "max-age=3600";

const RENDERER: &str = "scalar.js";

/// The renderer, decompressed once because it has megabytes.
static RENDERER_CONTENT: LazyLock<Option<Bytes>> =
    LazyLock::new(|| scalar_api_reference::get_asset(RENDERER).map(Bytes::from));

/// Responder for the documentation.
pub(crate) struct Docs {
    /// False if the setting `docs` turns the documentation off.
    pub(crate) shown: bool,
}

impl Docs {
    /// Returns the response, or `None` if the path is not one of the documentation.
    pub(crate) fn respond(&self, method: &Method, path: &str) -> Option<Response<Full<Bytes>>> {
        if !self.shown {
            return None;
        }
        let name = match path {
            // relative URLs in the pages resolve only below the folder
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
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(CACHE));
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
