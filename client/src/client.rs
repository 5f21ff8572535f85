//! The client: a server, an API key, and the state that its calls share.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::HeaderName;

use crate::call::{Call, Shared};
use crate::call_options::CallOptions;
use crate::operation::Operation;
use crate::rate_limit_headers::RateLimit;

/// A client of the AgentHuman Links API.
///
/// It is cheap to clone. Clones share their connections, their rate limiter and their retry budget.
/// `Debug` does not show the API key.
#[derive(Clone)]
pub struct Client {
    base_url: Arc<str>,
    http: reqwest::Client,
    shared: Arc<Shared>,
    options: Arc<CallOptions>,
}

impl Client {
    /// Returns the rate limit of the API key as the last response reported it; `None` before the
    /// first response, or if the server does not report one.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.shared.rate_limiter.rate_limit()
    }

    pub(crate) fn from_parts(
        base_url: String,
        http: reqwest::Client,
        shared: Shared,
        options: CallOptions,
    ) -> Self {
        let (shared, options) = (Arc::new(shared), Arc::new(options));
        Client { base_url: base_url.into(), http, shared, options }
    }

    /// Returns a client with changed options that shares everything else.
    pub(crate) fn with_options(&self, change: impl FnOnce(&mut CallOptions)) -> Self {
        let mut client = self.clone();
        change(Arc::make_mut(&mut client.options));
        client
    }

    /// Starts a call of an operation; its deadline begins now.
    pub(crate) fn start_call(&self, operation: &'static Operation) -> Call {
        Call::start(&self.shared, &self.options, operation)
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn http_client(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// Returns true if a header can carry a credential of the client.
    pub(crate) fn carries_credential(&self, header: &HeaderName) -> bool {
        self.shared.credentials.are_carried_by(header)
    }

    /// Returns the headers that carry the credentials of an operation, with what precedes the secret.
    #[cfg(feature = "cli")]
    pub(crate) fn credential_headers(
        &self,
        operation: &Operation,
    ) -> impl Iterator<Item = (String, &'static str)> {
        self.shared.credentials.headers(operation)
    }

    /// Returns the monotonic time of the client's clock.
    pub(crate) fn elapsed(&self) -> Duration {
        self.shared.clock.elapsed()
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
