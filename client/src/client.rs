//! The client: where the service is, and with which key it is called.

use std::env::{self, VarError};
use std::fmt::{self, Debug, Formatter};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;

use crate::generated::{self, API_KEY_HEADER, BASE_URL};
use crate::{Error, Result};

/// The environment variable with the API key.
const API_KEY_VARIABLE: &str = "AGENTHUMAN_API_KEY";
/// The environment variable with the URL of another server than the production one.
const BASE_URL_VARIABLE: &str = "AGENTHUMAN_BASE_URL";

/// How long a call may take in all, unless the caller says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long the connection may take to come about, unless the caller says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client of the AgentHuman Links API.
///
/// It is cheap to clone; clones share their connections. `Debug` never shows the API key.
#[derive(Clone)]
pub struct Client {
    generated: generated::Client,
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
        let builder = match variable(BASE_URL_VARIABLE)? {
            Some(base_url) => Client::builder().base_url(base_url),
            None => Client::builder(),
        };
        let Some(api_key) = variable(API_KEY_VARIABLE)? else {
            return Err(Error::configuration(format!(
                "the environment variable {API_KEY_VARIABLE} is not set"
            )));
        };
        builder.api_key(api_key).build()
    }

    /// A client that is not as all others.
    pub fn builder() -> ClientBuilder {
        ClientBuilder {
            base_url: BASE_URL.to_owned(),
            api_key: None,
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
        }
    }

    pub(crate) fn generated(&self) -> &generated::Client {
        &self.generated
    }
}

impl Debug for Client {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        use progenitor_client::ClientInfo;
        formatter
            .debug_struct("Client")
            .field("base_url", &self.generated.baseurl())
            .finish_non_exhaustive()
    }
}

/// Puts a [`Client`] together.
#[derive(Clone)]
pub struct ClientBuilder {
    base_url: String,
    api_key: Option<String>,
    timeout: Duration,
    connect_timeout: Duration,
}

impl ClientBuilder {
    /// The server to call, such as `http://127.0.0.1:8080`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// The API key, `ah_live_…` or `ah_test_…`.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = Some(api_key.into());
        self
    }

    /// How long a call may take in all; 30 seconds unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long the connection may take to come about; 10 seconds unless set.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the key is missing or
    /// malformed, or the base URL is not an `http` or `https` URL.
    pub fn build(self) -> Result<Client> {
        let base_url = self.base_url.trim_end_matches('/');
        let invalid = |problem: &str| Err(Error::configuration(format!("the base URL {problem}")));
        // What is wrong is said without the URL itself: it may hold a password.
        match reqwest::Url::parse(base_url) {
            Ok(url) if !matches!(url.scheme(), "http" | "https") || !url.has_host() => {
                return invalid("is not an http(s) URL");
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                return invalid("must not have a user: callers are known by their API key");
            }
            Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                return invalid("must end with its path");
            }
            Ok(_) => {}
            Err(error) => return invalid(&format!("is not one: {error}")),
        }
        let Some(api_key) = self.api_key.filter(|api_key| !api_key.is_empty()) else {
            return Err(Error::configuration("the API key is missing"));
        };
        // Not even the error may show the key.
        let mut api_key = HeaderValue::from_str(&api_key)
            .map_err(|_| Error::configuration("the API key has characters that no key has"))?;
        api_key.set_sensitive(true);
        let http = reqwest::Client::builder()
            .default_headers(HeaderMap::from_iter([(
                HeaderName::from_static(API_KEY_HEADER),
                api_key,
            )]))
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout)
            // The API redirects nowhere, and reqwest would take the key along to another host.
            .redirect(Policy::none())
            .build()
            .map_err(|error| {
                Error::configuration("the HTTP client cannot be set up").caused_by(error)
            })?;
        Ok(Client { generated: generated::Client::new_with_client(base_url, http) })
    }
}

impl Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            // One with a user is refused by `build`, but not before.
            .field("base_url", &self.base_url.rsplit('@').next())
            .field("api_key", &self.api_key.as_ref().map(|_| "(redacted)"))
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish()
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
