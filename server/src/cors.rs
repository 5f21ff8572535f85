//! Requests of scripts on pages of other origins (CORS, <https://fetch.spec.whatwg.org/#http-cors-protocol>).
//!
//! A browser hides a response from a script unless the response allows its origin, and sends a preflight
//! request before one that has an API key. Nothing is allowed unless the setting `cors_origins` names the
//! origin. Keys are sent in a header and not in cookies, so wildcards for methods and headers are valid.
//!
//! `tower-http`'s layer was rejected: nothing can stand between Dropshot and its handlers.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Instant;

use agenthuman_links_api::GetLinkPath;
use agenthuman_server_runtime::request::PathParameters;
use dropshot::{
    ApiDescription, ApiDescriptionRegisterError, Body, HttpError, RequestContext, endpoint,
};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use serde::Deserialize;

use crate::context::Context;

/// Time for which a browser may keep the response to a preflight request, in seconds. Chromium keeps none
/// for longer.
const MAX_AGE: &str = "7200";

const ANY: HeaderValue = HeaderValue::from_static("*");

/// Origins whose pages may send requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CorsOrigins(Vec<String>);

impl CorsOrigins {
    /// Adds the headers to the response of a request.
    pub(crate) fn add_headers(&self, request: &HeaderMap, response: &mut HeaderMap) {
        // Also without an origin: a cache must not reuse that response for a request with one.
        response.append(VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = self.allowed(request) {
            response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, ANY);
        }
    }

    /// Returns the origin of a request if it is allowed.
    fn allowed<'a>(&self, request: &'a HeaderMap) -> Option<&'a HeaderValue> {
        let origin = request.get(ORIGIN)?;
        self.0.iter().any(|allowed| origin == allowed.as_str()).then_some(origin)
    }
}

/// Reason why text does not name origins.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an origin such as https://example.com or http://localhost:3000")]
pub struct InvalidOrigin(String);

impl FromStr for CorsOrigins {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let origin = |text: &str| match is_origin(text) {
            true => Ok(text.to_owned()),
            false => Err(InvalidOrigin(text.to_owned())),
        };
        text.split(',').map(str::trim).map(origin).collect::<Result<_, _>>().map(CorsOrigins)
    }
}

/// Returns true if a browser can send this text as an origin: a scheme and a host in lower case, and a port
/// if it is not the default one.
fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    let default_port = if scheme == "https" { Some(443) } else { Some(80) };
    ["http", "https"].contains(&scheme)
        && text == format!("{scheme}://{authority}")
        && !text.contains(['@', '*'])
        && !text.bytes().any(|byte| byte.is_ascii_uppercase())
        && !authority.host().is_empty()
        && authority.port_u16() != default_port
}

impl TryFrom<String> for CorsOrigins {
    type Error = InvalidOrigin;

    fn try_from(text: String) -> Result<Self, InvalidOrigin> {
        text.parse()
    }
}

impl Display for CorsOrigins {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(", "))
    }
}

/// Adds the endpoints for preflight requests: one for each path of the contract.
pub(crate) fn register(
    api: &mut ApiDescription<Arc<Context>>,
) -> Result<(), ApiDescriptionRegisterError> {
    api.register(preflight_links)?;
    api.register(preflight_link)
}

#[endpoint { method = OPTIONS, path = "/v1/links", unpublished = true }]
async fn preflight_links(rqctx: RequestContext<Arc<Context>>) -> Result<Response<Body>, HttpError> {
    preflight(&rqctx)
}

#[endpoint { method = OPTIONS, path = "/v1/links/{link_id}", unpublished = true }]
async fn preflight_link(
    rqctx: RequestContext<Arc<Context>>,
    _path: PathParameters<GetLinkPath>,
) -> Result<Response<Body>, HttpError> {
    preflight(&rqctx)
}

/// Responds to a preflight request, which has no API key.
fn preflight(rqctx: &RequestContext<Arc<Context>>) -> Result<Response<Body>, HttpError> {
    let started = Instant::now();
    let mut response = Response::builder().status(StatusCode::NO_CONTENT).body(Body::empty())?;
    let (context, request) = (rqctx.context(), rqctx.request.headers());
    if let Some(origins) = context.cors_origins() {
        let headers = response.headers_mut();
        origins.add_headers(request, headers);
        if headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, ANY);
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ANY);
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(MAX_AGE));
        }
    }
    context.record(rqctx, response.status(), started);
    Ok(response)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn only_origins_of_browsers_are_accepted() {
        let origins: CorsOrigins =
            "https://docs.example.com, http://localhost:3000,http://[::1]:8080".parse().unwrap();
        assert_eq!(
            origins.to_string(),
            "https://docs.example.com, http://localhost:3000, http://[::1]:8080"
        );
        for text in [
            "",
            "*",
            "null",
            "example.com",
            "https://example.com/",
            "https://example.com/docs",
            "https://*.example.com",
            "https://Example.com",
            "https://example.com:443",
            "http://example.com:80",
            "https://me@example.com",
            "https://example.com,",
            "ftp://example.com",
        ] {
            let error = text.parse::<CorsOrigins>().unwrap_err().to_string();
            assert!(error.contains("is not an origin"), "{text}: {error}");
        }
    }

    #[test]
    fn other_origin_gets_no_permission() {
        let origins: CorsOrigins = "https://example.com".parse().unwrap();
        for (origin, expected) in [
            ("https://example.com", true),
            ("https://example.com.evil.example", false),
            ("http://example.com", false),
            ("https://EXAMPLE.com", false),
            ("null", false),
        ] {
            let (mut request, mut response) = (HeaderMap::new(), HeaderMap::new());
            request.insert(ORIGIN, origin.parse().unwrap());
            origins.add_headers(&request, &mut response);
            assert_eq!(response.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN), expected, "{origin}");
            assert_eq!(response[VARY], "origin");
        }
    }
}
