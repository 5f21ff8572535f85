//! The documentation of the API: `/docs/`, `/openapi.json` and `/openapi.yaml`.
//!
//! `cargo xtask generate` writes the pages, and the renderer comes from its own crate; both are compiled
//! into the server, which reads no file and fetches nothing at run time. These paths are not operations
//! of the API: they need no key and do not count against a rate limit.

mod files;

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use bytes::Bytes;
use dropshot::{
    ApiDescription, ApiDescriptionRegisterError, ApiEndpoint, Body, HttpError, Path,
    RequestContext, endpoint,
};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{Method, Response, StatusCode};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::context::Context;

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

/// Folder of the pages; relative URLs in them resolve only below it.
const FOLDER: &str = "/docs/";

/// Adds the documentation to the endpoints of the server, but not to the API that they publish.
pub(crate) fn register(
    api: &mut ApiDescription<Arc<Context>>,
) -> Result<(), ApiDescriptionRegisterError> {
    for method in [Method::GET, Method::HEAD] {
        for endpoint in [root.into(), page.into(), json.into(), yaml.into()] {
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
    respond(&rqctx, || match path.into_inner().path.join("/").as_str() {
        "" if rqctx.request.uri().path() == FOLDER => file("index.html"),
        "" => redirect(FOLDER),
        name => file(name),
    })
}

#[endpoint { method = GET, path = "/openapi.json", unpublished = true }]
async fn json(rqctx: RequestContext<Arc<Context>>) -> Result<Response<Body>, HttpError> {
    respond(&rqctx, || file("openapi.json"))
}

#[endpoint { method = GET, path = "/openapi.yaml", unpublished = true }]
async fn yaml(rqctx: RequestContext<Arc<Context>>) -> Result<Response<Body>, HttpError> {
    respond(&rqctx, || file("openapi.yaml"))
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

fn file(name: &str) -> Result<Response<Body>, HttpError> {
    let (media_type, content) = find(name).ok_or_else(|| {
        HttpError::for_not_found(None, "the documentation has no such page".to_owned())
    })?;
    let response = Response::builder()
        .header(CONTENT_TYPE, media_type)
        .header(CACHE_CONTROL, CACHE)
        .header(CONTENT_SECURITY_POLICY, POLICY)
        .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(REFERRER_POLICY, REFERRER);
    Ok(response.body(content.into())?)
}

fn find(name: &str) -> Option<(&'static str, Bytes)> {
    if name == RENDERER {
        let renderer = RENDERER_CONTENT.as_ref()?;
        return Some(("text/javascript; charset=utf-8", renderer.clone()));
    }
    let (_, media_type, content) = files::FILES.iter().find(|(known, ..)| *known == name)?;
    Some((media_type, Bytes::from_static(content)))
}

fn redirect(location: &str) -> Result<Response<Body>, HttpError> {
    let response = Response::builder().status(StatusCode::TEMPORARY_REDIRECT);
    Ok(response.header(LOCATION, location).body(Body::empty())?)
}
