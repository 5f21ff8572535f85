//! One request: where it goes, what is noted of it, and the answers that no operation gives.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use agenthuman_links_api::ApiKey;
use agenthuman_links_api::types::ErrorResponse;
use bytes::Bytes;
use http::header::{
    ALLOW, CONNECTION, CONTENT_TYPE, EXPECT, HOST, RETRY_AFTER, TE, TRAILER, TRANSFER_ENCODING,
    UPGRADE,
};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version,
};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use slog::{Logger, error, info, warn};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::route::{Route, Routes, readable};
use crate::api_error::{self, ApiError};
use crate::context::Context;
use crate::docs::Docs;
use crate::in_flight::InFlight;
use crate::metrics::Metrics;
use crate::rate_limit::Quota;
use crate::store::StoreError;

/// What Dropshot names its answers in.
const REQUEST_ID: HeaderName = HeaderName::from_static(dropshot::HEADER_REQUEST_ID);

/// Headers that are about one connection, which the next one makes anew.
const OF_ONE_CONNECTION: [HeaderName; 6] =
    [CONNECTION, EXPECT, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// Stands for the operation where there is none.
const NO_OPERATION: &str = "none";

pub(crate) type Body = Either<Incoming, Full<Bytes>>;

/// What all requests share.
pub(crate) struct Relay {
    pub(crate) context: Arc<Context>,
    pub(crate) routes: Routes,
    pub(crate) docs: Docs,
    pub(crate) dropshot: Authority,
    pub(crate) client: Client<HttpConnector, Incoming>,
    pub(crate) slots: Semaphore,
    pub(crate) in_flight: InFlight,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) log: Logger,
}

/// The requests of one caller.
pub(crate) struct Service {
    pub(crate) relay: Arc<Relay>,
    pub(crate) caller: SocketAddr,
}

impl hyper::service::Service<Request<Incoming>> for Service {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let (relay, caller) = (Arc::clone(&self.relay), self.caller);
        Box::pin(async move { Ok(relay.answer(request, caller).await) })
    }
}

impl Relay {
    async fn answer(&self, request: Request<Incoming>, caller: SocketAddr) -> Response<Body> {
        let began = Instant::now();
        let _in_flight = self.in_flight.enter();
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let key = request.headers().get(ApiKey::HEADER).cloned();
        let path = readable(uri.path());
        let route = self.routes.find(&method, &path);
        let response = match (&route, self.slots.try_acquire()) {
            (_, Err(_)) => {
                let cause = StoreError::Unavailable("too many requests are in flight".into());
                self.failed(&cause)
            }
            (Route::Operation(_), Ok(_slot)) => match self.forward(request, &path).await {
                Ok(response) => response.map(Either::Left),
                Err(cause) if is_of_the_body(&*cause) => {
                    let body = ApiError::BodyIncomplete.body();
                    self.refuse(key.as_ref(), || self.response(StatusCode::BAD_REQUEST, &body))
                        .await
                }
                Err(cause) => self.failed(&StoreError::Failed(cause)),
            },
            (route, Ok(_slot)) => match self.docs.respond(&method, &path) {
                Some(page) => page.map(Either::Right),
                None => self.refuse(key.as_ref(), || self.nowhere(&method, route)).await,
            },
        };
        let operation = match &route {
            Route::Operation(name) => name,
            _ => NO_OPERATION,
        };
        let status = response.status().as_u16();
        let took = began.elapsed();
        self.metrics.observe_request(operation, status, took);
        let request_id = response.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
        // neither headers, which carry keys, nor bodies, nor queries
        info!(self.log, "request completed";
            "http.request.method" => method.as_str(),
            "url.path" => uri.path(),
            "operation" => operation,
            "http.response.status_code" => status,
            "duration_us" => u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "client.address" => caller,
            "request_id" => request_id,
        );
        response
    }

    /// Has Dropshot answer.
    async fn forward(
        &self,
        mut request: Request<Incoming>,
        path: &str,
    ) -> Result<Response<Incoming>, Box<dyn std::error::Error + Send + Sync>> {
        let path_and_query = match request.uri().query() {
            Some(query) => format!("{path}?{query}").parse::<PathAndQuery>()?,
            None => path.parse()?,
        };
        let mut uri = http::uri::Parts::default();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(self.dropshot.clone());
        uri.path_and_query = Some(path_and_query);
        *request.uri_mut() = Uri::from_parts(uri)?;
        *request.version_mut() = Version::HTTP_11;
        remove_headers_of_one_connection(request.headers_mut());
        request.headers_mut().remove(HOST);
        let mut response = self.client.request(request).await?;
        remove_headers_of_one_connection(response.headers_mut());
        Ok(response)
    }

    /// Refuses what no operation gets to see, in the contract's order: the key and the rate come
    /// before the path and the body.
    async fn refuse(
        &self,
        key: Option<&HeaderValue>,
        refusal: impl FnOnce() -> Response<Body>,
    ) -> Response<Body> {
        let key = key.map(|key| String::from_utf8_lossy(key.as_bytes()));
        let caller = match self.context.authenticate(key.as_deref()).await {
            Ok(Ok(caller)) => caller,
            Ok(Err(refusal)) => return self.response(StatusCode::UNAUTHORIZED, &refusal.body()),
            Err(error) => return self.failed(&error),
        };
        let quota = match self.context.count_request(caller).await {
            Ok(quota) => quota,
            Err(error) => return self.failed(&error),
        };
        let mut response = match &quota.retry_after {
            Some(seconds) => {
                let body = ApiError::RateLimited(seconds.clone()).body();
                let mut response = self.response(StatusCode::TOO_MANY_REQUESTS, &body);
                insert(&mut response, RETRY_AFTER, &seconds.to_string());
                response
            }
            None => refusal(),
        };
        add_quota(&mut response, &quota);
        response
    }

    /// What the contract does not have.
    fn nowhere(&self, method: &Method, route: &Route) -> Response<Body> {
        let Route::OtherMethods(allowed) = route else {
            return self.response(StatusCode::NOT_FOUND, &api_error::no_such_path());
        };
        let body = api_error::wrong_method(method.as_str(), allowed);
        let mut response = self.response(StatusCode::METHOD_NOT_ALLOWED, &body);
        insert(&mut response, ALLOW, allowed);
        response
    }

    /// The log has the cause, the answer has not.
    fn failed(&self, cause: &StoreError) -> Response<Body> {
        let body = api_error::store_error(cause);
        match cause {
            StoreError::Unavailable(_) => {
                let mut response = self.response(StatusCode::SERVICE_UNAVAILABLE, &body);
                insert(&mut response, RETRY_AFTER, &api_error::unavailable_delay().to_string());
                warn!(self.log, "unavailable"; "cause" => cause.cause(), "request_id" => id_of(&response));
                response
            }
            StoreError::Failed(_) => {
                let response = self.response(StatusCode::INTERNAL_SERVER_ERROR, &body);
                error!(self.log, "failed"; "cause" => cause.cause(), "request_id" => id_of(&response));
                response
            }
        }
    }

    fn response(&self, status: StatusCode, body: &ErrorResponse) -> Response<Body> {
        // a struct of texts and numbers, which JSON can hold
        let body = serde_json::to_vec(body).unwrap_or_default();
        let mut response = Response::new(Either::Right(Full::from(body)));
        *response.status_mut() = status;
        let json = HeaderValue::from_static(dropshot::CONTENT_TYPE_JSON);
        response.headers_mut().insert(CONTENT_TYPE, json);
        insert(&mut response, REQUEST_ID, &Uuid::new_v4().to_string());
        response
    }
}

/// Whether a request could not be passed on because its own body broke off or is malformed.
fn is_of_the_body(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut error = Some(error);
    while let Some(cause) = error {
        if cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_user) {
            return true;
        }
        error = cause.source();
    }
    false
}

fn remove_headers_of_one_connection(headers: &mut HeaderMap) {
    // what else is about this connection only, it names itself
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&OF_ONE_CONNECTION) {
        headers.remove(name);
    }
}

fn add_quota(response: &mut Response<Body>, quota: &Quota) {
    for (name, value) in [
        ("x-ratelimit-limit", quota.limit.to_string()),
        ("x-ratelimit-remaining", quota.remaining.to_string()),
        ("x-ratelimit-reset", quota.reset.to_string()),
    ] {
        insert(response, HeaderName::from_static(name), &value);
    }
}

fn insert(response: &mut Response<Body>, name: HeaderName, value: &str) {
    // numbers, ids and names of methods: all of them can be the value of a header
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn id_of(response: &Response<Body>) -> Option<&str> {
    response.headers().get(REQUEST_ID)?.to_str().ok()
}
