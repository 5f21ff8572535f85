//! The documentation of the API: `/docs/`, `/openapi.json` and `/openapi.yaml`.
//!
//! `cargo xtask generate` writes the pages. They are compiled into the server, which reads no file and
//! fetches nothing at run time, and are compressed when they are requested for the first time: checked-in
//! compressed files would change with each version of a compressor. These paths are not operations of the
//! API: they need no key and do not count against a rate limit.

mod document;
mod files;

use std::sync::Arc;
use std::time::Instant;

use dropshot::{
    ApiDescription, ApiDescriptionRegisterError, ApiEndpoint, Body, HttpError, Path,
    RequestContext, endpoint,
};
use http::header::{CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, Method, Response, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use self::document::Document;
use crate::context::Context;

/// Content security policy: everything comes from this server, and scripts connect to nothing else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Referrer policy: the page's URL is sent to no other site, because users enter keys on the page.
const REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");

/// Folder of the pages; relative URLs in them resolve only below it.
const FOLDER: &str = "/docs/";

/// The page for paths that do not exist.
const NOT_FOUND: &str = "404.html";

/// Adds the documentation to the endpoints of the server, but not to the API that they publish.
pub(crate) fn register(
    api: &mut ApiDescription<Arc<Context>>,
) -> Result<(), ApiDescriptionRegisterError> {
    for method in [Method::GET, Method::HEAD] {
        for endpoint in [root.into(), page.into(), json.into(), yaml.into(), icon.into()] {
            api.register(ApiEndpoint { method: method.clone(), ..endpoint })?;
        }
    }
    Ok(())
}

/// The path of a page below the folder.
#[derive(Deserialize, JsonSchema)]
struct PagePath {
    path: Vec<String>,
}

#[endpoint { method = GET, path = "/", unpublished = true }]
async fn root(rqctx: RequestContext<Arc<Context>>) -> Result<Response<Body>, HttpError> {
    respond(&rqctx, || redirect(FOLDER))
}

#[endpoint { method = GET, path = "/docs/{path:.*}", unpublished = true }]
async fn page(
    rqctx: RequestContext<Arc<Context>>,
    path: Path<PagePath>,
) -> Result<Response<Body>, HttpError> {
    let path = path.into_inner().path.join("/");
    match path.as_str() {
        "" if rqctx.request.uri().path() == FOLDER => file(&rqctx, Document::find("index.html")),
        "" => respond(&rqctx, || redirect(FOLDER)),
        name => file(&rqctx, Document::find(name)),
    }
}

#[endpoint { method = GET, path = "/openapi.json", unpublished = true }]
async fn json(rqctx: RequestContext<Arc<Context>>) -> Result<Response<Body>, HttpError> {
    file(&rqctx, Document::find("openapi.json"))
}

#[endpoint { method = GET, path = "/openapi.yaml", unpublished = true }]
async fn yaml(rqctx: RequestContext<Arc<Context>>) -> Result<Response<Body>, HttpError> {
    file(&rqctx, Document::find("openapi.yaml"))
}

/// Browsers request this icon for files that are not pages, such as the contract.
#[endpoint { method = GET, path = "/favicon.ico", unpublished = true }]
async fn icon(rqctx: RequestContext<Arc<Context>>) -> Result<Response<Body>, HttpError> {
    respond(&rqctx, || match Document::find_prefix("assets/icon.") {
        Some(icon) => redirect(&format!("{FOLDER}{}", icon.name())),
        None => Ok(Response::builder().status(StatusCode::NOT_FOUND).body(Body::empty())?),
    })
}

/// Logs the request with its response. Dropshot logs those that fail.
fn respond(
    rqctx: &RequestContext<Arc<Context>>,
    response: impl FnOnce() -> Result<Response<Body>, HttpError>,
) -> Result<Response<Body>, HttpError> {
    let started = Instant::now();
    let response = response()?;
    rqctx.context().record(rqctx, response.status(), started);
    Ok(response)
}

/// Responds with a file, or with the page for paths that do not exist.
fn file(
    rqctx: &RequestContext<Arc<Context>>,
    document: Option<Document>,
) -> Result<Response<Body>, HttpError> {
    respond(rqctx, || {
        let (status, document) = match document {
            Some(document) => (StatusCode::OK, Some(document)),
            None => (StatusCode::NOT_FOUND, Document::find(NOT_FOUND)),
        };
        let document = document.ok_or_else(|| HttpError::for_not_found(None, String::new()))?;
        let mut response = document.response(status, rqctx.request.headers())?;
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, POLICY);
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(REFERRER_POLICY, REFERRER);
        Ok(response)
    })
}

fn redirect(location: &str) -> Result<Response<Body>, HttpError> {
    let response = Response::builder().status(StatusCode::TEMPORARY_REDIRECT);
    Ok(response.header(LOCATION, location).body(Body::empty())?)
}
