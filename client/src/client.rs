//! The client: where the service is, and with which key it is called.

use std::env::{self, VarError};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::call::{Call, Shared};
use crate::generated;
use crate::operation::Operation;
use crate::{ClientBuilder, Error, RateLimit, Result};

/// The environment variable with the API key.
const API_KEY_VARIABLE: &str = "AGENTHUMAN_API_KEY";
/// The environment variable with the URL of another server than the production one.
const BASE_URL_VARIABLE: &str = "AGENTHUMAN_BASE_URL";

/// A client of the AgentHuman Links API.
///
/// It is cheap to clone; clones share their connections and the bucket of the rate limit. `Debug`
/// never shows the API key.
#[derive(Clone)]
pub struct Client {
    base_url: Arc<str>,
    http: reqwest::Client,
    shared: Arc<Shared>,
}

impl Client {
    /// A client of the production server, with this API key.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the key has characters
    /// that no key has.
    pub fn new(api_key: impl Into<String>) -> Result<Self> {
        Client::builder().api_key(api_key).build()
    }

    /// A client with the key in `AGENTHUMAN_API_KEY`, of the server at `AGENTHUMAN_BASE_URL` or,
    /// where that is not set, of the production server.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), naming the variable that is
    /// missing or malformed.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// A client that is not as all others.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// What the server last said about the rate limit of the key; `None` before the first answer,
    /// or where it says nothing.
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.shared.pacer.rate_limit()
    }

    /// Begins a call: progenitor's client, with what there is to know about the call inside.
    pub(crate) fn call(&self, operation: &'static Operation) -> (generated::Client, Call) {
        let call = Call::start(&self.shared, operation);
        let client =
            generated::Client::new_with_client(&self.base_url, self.http.clone(), call.clone());
        (client, call)
    }

    /// Where the server is.
    #[cfg(feature = "cli")]
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The moment that is so far from now.
    pub(crate) fn moment_in(&self, duration: Duration) -> Option<DateTime<Utc>> {
        let duration = chrono::TimeDelta::from_std(duration).ok()?;
        self.shared.clock.now().checked_add_signed(duration)
    }

    pub(crate) fn assemble(base_url: String, http: reqwest::Client, shared: Shared) -> Self {
        Client { base_url: base_url.into(), http, shared: Arc::new(shared) }
    }
}

impl ClientBuilder {
    /// What [`Client::from_env`] builds, for those who want to change more of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), naming the variable that is
    /// missing or malformed.
    pub fn from_env() -> Result<Self> {
        let mut builder = ClientBuilder::new().base_url_from_env()?;
        let Some(api_key) = variable(API_KEY_VARIABLE)? else {
            return Err(Error::configuration(format!(
                "the environment variable {API_KEY_VARIABLE} is not set"
            )));
        };
        builder = builder.api_key(api_key);
        builder.api_key_name = API_KEY_VARIABLE;
        Ok(builder)
    }

    pub(crate) fn base_url_from_env(mut self) -> Result<Self> {
        if let Some(base_url) = variable(BASE_URL_VARIABLE)? {
            self = self.base_url(base_url);
            self.base_url_name = BASE_URL_VARIABLE;
        }
        Ok(self)
    }
}

impl Debug for Client {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// The value of an environment variable; an empty one counts as not set.
fn variable(name: &str) -> Result<Option<String>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => {
            Err(Error::configuration(format!("the environment variable {name} is not UTF-8")))
        }
    }
}
