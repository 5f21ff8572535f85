//! What all requests share, and what a request does with it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agenthuman_links_api::types::{Link, LinkId, UpdateLinkRequest};

use crate::caller_cache::CallerCache;
use crate::clock::Clock;
use crate::config::Config;
use crate::key::{KeyDigest, Secret};
use crate::link;
use crate::metrics::Metrics;
use crate::rate_limit::{Quota, RateLimiter};
use crate::refusal::{KeyRefusal, Refusal};
use crate::store::{AccountId, KeyId, Store, StoreError, UpdateOutcome};

/// The state of a server.
#[derive(Debug)]
pub struct Context {
    store: Arc<dyn Store>,
    callers: CallerCache,
    rate_limiter: RateLimiter,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    body_timeout: Duration,
}

/// Whose key came with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    key: KeyId,
    account: AccountId,
}

impl Context {
    /// The state of a server that has just started.
    pub(crate) fn new(store: Arc<dyn Store>, metrics: Arc<Metrics>, config: &Config) -> Self {
        Context {
            store,
            callers: CallerCache::default(),
            rate_limiter: RateLimiter::new(config.rate_limit),
            clock: Arc::clone(&config.clock),
            metrics,
            body_timeout: config.limits.body_timeout,
        }
    }

    /// How long a caller may take to send a body.
    pub fn body_timeout(&self) -> Duration {
        self.body_timeout
    }

    /// Whether the store answers.
    pub async fn ready(&self) -> Result<(), StoreError> {
        // a key that nobody has
        self.store.find_key(KeyDigest::from_bytes([0; 32])).await.map(drop)
    }

    /// Finds out who is calling.
    pub async fn identify(
        &self,
        secret: Option<&str>,
    ) -> Result<Result<Caller, KeyRefusal>, StoreError> {
        let Some(secret) = secret.filter(|secret| !secret.is_empty()) else {
            return Ok(Err(KeyRefusal::Missing));
        };
        let Some(secret) = Secret::parse(secret) else {
            return Ok(Err(KeyRefusal::Unknown));
        };
        let digest = secret.digest();
        if let Some(caller) = self.callers.get(&digest) {
            return Ok(Ok(caller));
        }
        Ok(match self.timed("find_key", self.store.find_key(digest)).await? {
            Some(key) if !key.digest.matches(&digest) => Err(KeyRefusal::Unknown),
            Some(key) if key.revoked_at.is_some() => Err(KeyRefusal::Revoked),
            Some(key) => {
                let caller = Caller { key: key.key_id, account: key.account_id };
                self.callers.insert(digest, caller);
                Ok(caller)
            }
            None => Err(KeyRefusal::Unknown),
        })
    }

    /// Counts a request of the caller.
    pub async fn admit(&self, caller: Caller) -> Result<Quota, StoreError> {
        let admitted = self.rate_limiter.admit(&*self.store, caller.key, self.clock.now());
        self.timed("count_request", admitted).await
    }

    /// Changes a link of the caller's account.
    pub async fn update_link(
        &self,
        caller: Caller,
        link_id: LinkId,
        changes: UpdateLinkRequest,
    ) -> Result<Link, Refusal> {
        let clock = Arc::clone(&self.clock);
        let rules = move |stored: &_| link::update(stored, &changes, clock.now());
        let update = self.store.update_link(caller.account, link_id, Arc::new(rules));
        match self.timed("update_link", update).await? {
            UpdateOutcome::Updated(link) => Ok(link.report(self.clock.now())),
            UpdateOutcome::Refused(refusal) => Err(Refusal::Rule(refusal)),
            UpdateOutcome::NotFound => Err(Refusal::LinkNotFound),
        }
    }

    async fn timed<T>(&self, operation: &'static str, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let result = work.await;
        self.metrics.store(operation, began.elapsed());
        result
    }
}
