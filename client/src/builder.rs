//! How a client is put together.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use reqwest::Url;
use reqwest::redirect::Policy;

use crate::call::Shared;
use crate::clock::{Clock, SystemClock};
use crate::generated::BASE_URL;
use crate::pacing::Pacer;
use crate::{Client, Error, Result, RetryPolicy};

/// Over all attempts and waits. Longer than a window of the rate limit (the vendor documents one
/// minute), or no call could wait for the next one.
const TIMEOUT: Duration = Duration::from_secs(90);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What is wrong with a setting is said of this, or of the environment variable that it is from.
const BASE_URL_NAME: &str = "the base URL";
const API_KEY_NAME: &str = "the API key";

/// How this crate calls itself.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Puts a [`Client`] together.
///
/// ```
/// use std::time::Duration;
/// use agenthuman_links::Client;
///
/// # fn main() -> Result<(), agenthuman_links::Error> {
/// let client = Client::builder()
///     .api_key("ah_test_0123456789abcdefghijklmnopqrstuv")
///     .timeout(Duration::from_secs(10))
///     .user_agent("campaigns/2.1")
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ClientBuilder {
    pub(crate) base_url: String,
    /// What to call it in an error.
    pub(crate) base_url_name: &'static str,
    api_key: Option<String>,
    pub(crate) api_key_name: &'static str,
    timeout: Duration,
    attempt_timeout: Duration,
    connect_timeout: Duration,
    retry: RetryPolicy,
    pacing: bool,
    allow_http: bool,
    user_agent: Option<String>,
    http_client: Option<reqwest::Client>,
    clock: Option<Arc<dyn Clock>>,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        ClientBuilder {
            base_url: BASE_URL.to_owned(),
            base_url_name: BASE_URL_NAME,
            api_key: None,
            api_key_name: API_KEY_NAME,
            timeout: TIMEOUT,
            attempt_timeout: ATTEMPT_TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            retry: RetryPolicy::new(),
            pacing: true,
            allow_http: false,
            user_agent: None,
            http_client: None,
            clock: None,
        }
    }

    /// The server to call, such as `http://127.0.0.1:8080`; the production server unless set.
    ///
    /// Plain `http` is for this machine only (`localhost`, `127.0.0.1`, `[::1]`), unless
    /// [`allow_http`](Self::allow_http) says otherwise: every request carries the API key.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into().trim().to_owned();
        self.base_url_name = BASE_URL_NAME;
        self
    }

    /// The API key, `ah_live_…` or `ah_test_…`.
    pub fn api_key(mut self, api_key: impl Into<String>) -> Self {
        self.api_key = Some(api_key.into());
        self.api_key_name = API_KEY_NAME;
        self
    }

    /// How long a call may take in all, over its attempts and waits; 90 seconds unless set. Where
    /// waiting would pass it, the call fails at once.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long one attempt may take, its answer included; 20 seconds unless set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long the connection may take to come about; 5 seconds unless set.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// How failures are retried; [`RetryPolicy::never`] turns it off.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Whether requests wait for the rate limit instead of running into it; they do unless this is
    /// `false`. All clones of a client wait together.
    pub fn pacing(mut self, pacing: bool) -> Self {
        self.pacing = pacing;
        self
    }

    /// Allows plain `http` to other machines. Whoever is on the way can read the API key then.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// What the caller calls itself, such as `campaigns/2.1`. It is sent before this crate's own
    /// name.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Another HTTP client than this crate's own, for proxies, certificates and the like. Time-outs
    /// and the key are set on each request; [`connect_timeout`](Self::connect_timeout) is that of
    /// the given client, and so is what it does with a redirect: one that follows them takes the
    /// key along.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Another clock than the machine's: by it deadlines, waits and `…_in` are reckoned. For tests.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) where the key is missing or
    /// malformed, or the base URL is none that may be called.
    pub fn build(self) -> Result<Client> {
        let base_url = self.base_url.trim_end_matches('/').to_owned();
        let to_itself = self.check_base_url(&base_url)?;
        let Some(api_key) = self.api_key.filter(|api_key| !api_key.is_empty()) else {
            return Err(configuration(self.api_key_name, "is missing"));
        };
        // Not even the error may show the key.
        let mut api_key = HeaderValue::from_str(&api_key)
            .map_err(|_| configuration(self.api_key_name, "has characters that no key has"))?;
        api_key.set_sensitive(true);
        let user_agent = match self.user_agent {
            Some(caller) => format!("{caller} {USER_AGENT}"),
            None => USER_AGENT.to_owned(),
        };
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|_| configuration("the user agent", "has characters that none has"))?;
        let http = match self.http_client {
            Some(client) => client,
            None => http_client(self.connect_timeout, to_itself)?,
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock::new()));
        let shared = Shared {
            pacer: Arc::new(Pacer::new(self.pacing, Arc::clone(&clock))),
            clock,
            retry: self.retry,
            timeout: self.timeout,
            attempt_timeout: self.attempt_timeout,
            api_key,
            user_agent,
        };
        Ok(Client::assemble(base_url, http, shared))
    }

    /// Whether the URL is plain http to this machine. What is wrong is said without the URL itself: it
    /// may hold a password.
    fn check_base_url(&self, base_url: &str) -> Result<bool> {
        let problem = match Url::parse(base_url) {
            Err(error) => format!("is not one: {error}"),
            Ok(url) if !matches!(url.scheme(), "http" | "https") || !url.has_host() => {
                "is not an http(s) URL".to_owned()
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                "must not have a user: callers are known by their API key".to_owned()
            }
            Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                "must end with its path".to_owned()
            }
            Ok(url) if url.scheme() == "http" && !self.allow_http && !is_loopback(&url) => {
                "must be https: over http everybody on the way can read the API key".to_owned()
            }
            Ok(url) => return Ok(url.scheme() == "http" && is_loopback(&url)),
        };
        Err(configuration(self.base_url_name, &problem))
    }
}

fn configuration(what: &str, problem: &str) -> Error {
    Error::configuration(format!("{what} {problem}"))
}

/// What goes to this machine in plain http must not go through the proxy of another one.
fn http_client(connect_timeout: Duration, to_itself: bool) -> Result<reqwest::Client> {
    let client = reqwest::Client::builder();
    let client = if to_itself { client.no_proxy() } else { client };
    let client = client
        .connect_timeout(connect_timeout)
        // The API redirects nowhere, and reqwest would take the key along to another host.
        .redirect(Policy::none())
        .build();
    client
        .map_err(|error| Error::configuration("the HTTP client cannot be set up").caused_by(error))
}

/// Whether a URL leads to this machine.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        // RFC 6761: such names always are.
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
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
            .field("attempt_timeout", &self.attempt_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("retry", &self.retry)
            .field("pacing", &self.pacing)
            .field("allow_http", &self.allow_http)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}
