//! The client: a server, an API key, and the state that its calls share.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::call::{Call, Shared};
use crate::operation::Operation;
use crate::rate_limit_headers::RateLimit;

/// A client of the AgentHuman Links API.
///
/// It is cheap to clone. Clones share their connections and their rate limiter. `Debug` does not show
/// the API key.
#[derive(Clone)]
pub struct Client {
    base_url: Arc<str>,
    http: reqwest::Client,
    shared: Arc<Shared>,
}

impl Client {
    /// Returns the rate limit of the API key as the last response reported it; `None` before the
    /// first response, or if the server does not report one.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.shared.rate_limiter.rate_limit()
    }

    pub(crate) fn from_parts(base_url: String, http: reqwest::Client, shared: Shared) -> Self {
        Client { base_url: base_url.into(), http, shared: Arc::new(shared) }
    }

    /// Starts a call of an operation; its deadline begins now.
    pub(crate) fn start_call(&self, operation: &'static Operation) -> Call {
        Call::start(&self.shared, operation)
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn http_client(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// Returns the headers that carry the credentials of an operation, with what precedes the secret.
    #[cfg(feature = "cli")]
    pub(crate) fn credential_headers(
        &self,
        operation: &Operation,
    ) -> impl Iterator<Item = (String, &'static str)> {
        self.shared.credentials.headers(operation)
    }

    /// Returns the time after `duration` from now, if it is representable.
    pub(crate) fn time_after(&self, duration: Duration) -> Option<DateTime<Utc>> {
        let duration = chrono::TimeDelta::from_std(duration).ok()?;
        self.shared.clock.now().checked_add_signed(duration)
    }
}

impl Debug for Client {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
