//! The state that all requests share, and the steps of handling one request.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agenthuman_links_api::types::{Link, LinkId, UpdateLinkRequest};

use crate::api_error::{ApiError, AuthError};
use crate::auth_cache::{AuthCache, AuthenticatedClient};
use crate::clock::Clock;
use crate::config::Config;
use crate::key::{KeyDigest, Secret};
use crate::link;
use crate::metrics::Metrics;
use crate::rate_limit::{Quota, RateLimiter};
use crate::store::{Store, StoreError, UpdateOutcome};

/// State of a running server.
#[derive(Debug)]
pub(crate) struct Context {
    store: Arc<dyn Store>,
    auth_cache: AuthCache,
    rate_limiter: RateLimiter,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    body_timeout: Duration,
}

impl Context {
    /// Returns the state of a server that has handled no request yet.
    pub(crate) fn new(store: Arc<dyn Store>, metrics: Arc<Metrics>, config: &Config) -> Self {
        Context {
            store,
            auth_cache: AuthCache::default(),
            rate_limiter: RateLimiter::new(config.rate_limit),
            clock: Arc::clone(&config.clock),
            metrics,
            body_timeout: config.body_timeout,
        }
    }

    /// Returns the time limit for receiving a request body.
    pub(crate) fn body_timeout(&self) -> Duration {
        self.body_timeout
    }

    /// Checks that the store responds.
    pub(crate) async fn check_store(&self) -> Result<(), StoreError> {
        // the digest of no key
        self.store.find_key(KeyDigest::from_bytes([0; 32])).await.map(drop)
    }

    /// Authenticates a request by its API key. The outer error is a failure of the store.
    pub(crate) async fn authenticate(
        &self,
        secret: Option<&str>,
    ) -> Result<Result<AuthenticatedClient, AuthError>, StoreError> {
        let Some(secret) = secret.filter(|secret| !secret.is_empty()) else {
            return Ok(Err(AuthError::Missing));
        };
        let Some(secret) = Secret::parse(secret) else {
            return Ok(Err(AuthError::Unknown));
        };
        let digest = secret.digest();
        if let Some(client) = self.auth_cache.get(&digest) {
            return Ok(Ok(client));
        }
        Ok(match self.timed("find_key", self.store.find_key(digest)).await? {
            Some(key) if !key.digest.matches(&digest) => Err(AuthError::Unknown),
            Some(key) if key.revoked_at.is_some() => Err(AuthError::Revoked),
            Some(key) => {
                let client = AuthenticatedClient { key: key.key_id, account: key.account_id };
                self.auth_cache.insert(digest, client);
                Ok(client)
            }
            None => Err(AuthError::Unknown),
        })
    }

    /// Counts a request against the rate limit of the client's key.
    pub(crate) async fn count_request(
        &self,
        client: AuthenticatedClient,
    ) -> Result<Quota, StoreError> {
        let counted = self.rate_limiter.count_request(&*self.store, client.key, self.clock.now());
        self.timed("count_request", counted).await
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
