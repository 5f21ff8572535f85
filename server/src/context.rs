//! The state that all requests share, and the steps of handling one request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agenthuman_links_api::ApiKey;
use agenthuman_links_api::types::{CreateLinkRequest, Link, LinkId, UpdateLinkRequest};
use agenthuman_server_runtime::timestamp::Timestamp;
use dropshot::RequestContext;
use http::StatusCode;
use slog::{Logger, info, warn};

use crate::admission::Admission;
use crate::api_error::{ApiError, AuthError};
use crate::auth_cache::{AuthCache, AuthenticatedClient};
use crate::client_address::TrustedProxies;
use crate::clock::Clock;
use crate::config::{Config, RateLimitFailure};
use crate::cors::CorsOrigins;
use crate::in_flight::InFlight;
use crate::key::Secret;
use crate::key_uses::KeyUses;
use crate::link::StoredLink;
use crate::metrics::Metrics;
use crate::rate_limit::{Quota, RateLimiter};
use crate::store::{CreateOutcome, ListQuery, Position, Store, StoreError, UpdateOutcome};
use crate::{link, link_id};

/// State of a running server.
#[derive(Debug)]
pub(crate) struct Context {
    store: Arc<dyn Store>,
    auth_cache: AuthCache,
    key_uses: KeyUses,
    rate_limiter: RateLimiter,
    rate_limit_failure: RateLimitFailure,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    admission: Arc<Admission>,
    in_flight: InFlight,
    trusted_proxies: TrustedProxies,
    cors_origins: Option<CorsOrigins>,
    body_timeout: Duration,
    log: Logger,
}

impl Context {
    /// Returns the state of a server that has handled no request yet.
    pub(crate) fn new(store: Arc<dyn Store>, metrics: Arc<Metrics>, config: &Config) -> Self {
        Context {
            store,
            auth_cache: AuthCache::default(),
            key_uses: KeyUses::default(),
            rate_limiter: RateLimiter::new(config.rate_limit),
            rate_limit_failure: config.rate_limit_failure,
            clock: Arc::clone(&config.clock),
            admission: Arc::new(Admission::new(config.max_in_flight, config.max_in_flight_per_key)),
            in_flight: InFlight::new(metrics.in_flight.clone()),
            metrics,
            trusted_proxies: config.trusted_proxies.clone().unwrap_or_default(),
            cors_origins: config.cors_origins.clone(),
            body_timeout: config.body_timeout,
            log: config.log.clone(),
        }
    }

    /// Returns the slots for requests in flight.
    pub(crate) fn admission(&self) -> &Arc<Admission> {
        &self.admission
    }

    /// Returns the counter of requests in flight.
    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// Returns the log.
    pub(crate) fn log(&self) -> &Logger {
        &self.log
    }

    /// Logs a request with its response, and counts it in the metrics.
    ///
    /// Neither headers, which carry keys, nor bodies nor queries are logged.
    pub(crate) fn record(
        &self,
        rqctx: &RequestContext<Arc<Self>>,
        status: StatusCode,
        started: Instant,
    ) {
        let (request, operation) = (&rqctx.request, rqctx.endpoint.operation_id.as_str());
        let client = self.trusted_proxies.client_address(request.remote_addr(), request.headers());
        let duration = started.elapsed();
        self.metrics.observe_request(operation, status.as_u16(), duration);
        info!(self.log, "request completed";
            "http.request.method" => request.method().as_str(),
            "url.path" => request.uri().path(),
            "operation" => operation,
            "http.response.status_code" => status.as_u16(),
            "duration_us" => u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
            "client.address" => %client,
            "network.peer.address" => request.remote_addr(),
            "request_id" => &rqctx.request_id,
        );
    }

    /// Returns the origins whose pages may send requests; `None` if that is not configured.
    pub(crate) fn cors_origins(&self) -> Option<&CorsOrigins> {
        self.cors_origins.as_ref()
    }

    /// Returns the time limit for receiving a request body.
    pub(crate) fn body_timeout(&self) -> Duration {
        self.body_timeout
    }

    /// Checks that the store can save changes.
    pub(crate) async fn check_store(&self) -> Result<(), StoreError> {
        self.store.check_writable().await
    }

    /// Authenticates a request by its API key. The outer error is a failure of the store.
    pub(crate) async fn authenticate(
        &self,
        api_key: &ApiKey,
    ) -> Result<Result<AuthenticatedClient, AuthError>, StoreError> {
        if api_key.is_repeated() {
            return Ok(Err(AuthError::Repeated));
        }
        let Some(secret) = api_key.secret().filter(|secret| !secret.is_empty()) else {
            return Ok(Err(AuthError::Missing));
        };
        let Some(secret) = Secret::parse(secret) else {
            return Ok(Err(AuthError::Unknown));
        };
        let (digest, now) = (secret.digest(), self.clock.now());
        if let Some(client) = self.auth_cache.get(&digest, now) {
            self.key_uses.note(client.key, now);
            return Ok(Ok(client));
        }
        Ok(match self.timed("find_key", self.store.find_key(digest)).await? {
            Some(key) if !key.digest.matches(&digest) => Err(AuthError::Unknown),
            Some(key) if key.revoked_at.is_some() => Err(AuthError::Revoked),
            Some(key) if key.has_expired(now) => Err(AuthError::Expired),
            Some(key) => {
                let client = AuthenticatedClient { key: key.key_id, account: key.account_id };
                self.auth_cache.insert(digest, client, key.expires_at);
                self.key_uses.note(client.key, now);
                Ok(client)
            }
            None => Err(AuthError::Unknown),
        })
    }

    /// Saves recent uses of keys. A failure is logged, and the next call retries.
    pub(crate) async fn save_key_uses(&self) {
        let now = Instant::now();
        let uses = self.key_uses.due(now);
        if uses.is_empty() {
            return;
        }
        match self.timed("save_key_uses", self.store.save_key_uses(uses.clone())).await {
            Ok(()) => self.key_uses.saved(&uses, now),
            Err(error) => {
                warn!(self.log, "uses of keys not saved, retrying"; "cause" => error.cause());
            }
        }
    }

    /// Counts a request against the rate limit of the client's key.
    ///
    /// If the store cannot count it, the limit applies to the requests of this process.
    pub(crate) async fn count_request(
        &self,
        client: AuthenticatedClient,
        request_id: &str,
    ) -> Result<Quota, StoreError> {
        let now = self.clock.now();
        let counted = self.rate_limiter.count_request(&*self.store, client.key, now);
        match self.timed("count_request", counted).await {
            Err(error) if self.rate_limit_failure == RateLimitFailure::Admit => {
                self.metrics.rate_limit_failures.inc();
                warn!(
                    self.log, "rate limit counted in this process only";
                    "cause" => error.cause(), "request_id" => request_id
                );
                Ok(self.rate_limiter.count_in_process(client.key, now))
            }
            result => result,
        }
    }

    /// Returns the time.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns a link of the client's account.
    pub(crate) async fn get_link(
        &self,
        client: AuthenticatedClient,
        link_id: LinkId,
    ) -> Result<Link, ApiError> {
        let find = self.store.find_link(client.account, link_id);
        let link = self.timed("find_link", find).await?.ok_or(ApiError::LinkNotFound)?;
        Ok(link.into_link(self.clock.now()))
    }

    /// Returns a page of links, and the query for the next page if this one is full.
    pub(crate) async fn list_links(
        &self,
        query: ListQuery,
    ) -> Result<(Vec<StoredLink>, Option<ListQuery>), StoreError> {
        let links = self.timed("list_links", self.store.list_links(query.clone())).await?;
        let is_full = links.len() == query.limit as usize;
        let last = links.last().filter(|_| is_full);
        let after = last
            .map(|last| Position { created_at: last.created_at, link_id: last.link_id.clone() });
        let next = after.map(|after| ListQuery { after: Some(after), ..query });
        Ok((links, next))
    }

    /// Creates a link to an agent of the client's account.
    pub(crate) async fn create_link(
        &self,
        client: AuthenticatedClient,
        request: CreateLinkRequest,
    ) -> Result<Link, ApiError> {
        let now = self.clock.now();
        let link_id = link_id::new(now).map_err(|error| StoreError::Failed(error.into()))?;
        let link = link::create(request, link_id, now).map_err(ApiError::Update)?;
        let create = self.store.create_link(client.account, link);
        match self.timed("create_link", create).await? {
            CreateOutcome::Created(link) => Ok(link.into_link(now)),
            CreateOutcome::NoSuchAgent => Err(ApiError::AgentNotFound),
        }
    }

    /// Deletes a link of the client's account permanently.
    pub(crate) async fn delete_link(
        &self,
        client: AuthenticatedClient,
        link_id: LinkId,
    ) -> Result<(), ApiError> {
        let delete = self.store.delete_link(client.account, link_id);
        match self.timed("delete_link", delete).await? {
            true => Ok(()),
            false => Err(ApiError::LinkNotFound),
        }
    }

    /// Updates a link of the client's account.
    pub(crate) async fn update_link(
        &self,
        client: AuthenticatedClient,
        link_id: LinkId,
        changes: UpdateLinkRequest,
    ) -> Result<Link, ApiError> {
        let clock = Arc::clone(&self.clock);
        let rules = move |stored: &_| link::update(stored, &changes, clock.now());
        let update = self.store.update_link(client.account, link_id, Arc::new(rules));
        match self.timed("update_link", update).await? {
            UpdateOutcome::Updated(link) => Ok(link.into_link(self.clock.now())),
            UpdateOutcome::Rejected(error) => Err(ApiError::Update(error)),
            UpdateOutcome::NotFound => Err(ApiError::LinkNotFound),
        }
    }

    async fn timed<T>(&self, query: &'static str, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let result = work.await;
        self.metrics.observe_store(query, began.elapsed());
        result
    }
}
