//! The settings of a client.

use std::fmt::{self, Debug, Formatter};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use reqwest::Url;
use reqwest::redirect::Policy;

use crate::call::Shared;
use crate::call_options::CallOptions;
use crate::client::Client;
use crate::clock::{Clock, SystemClock};
use crate::credentials::{Credential, Credentials};
use crate::error::{Error, Result};
use crate::interceptor::Interceptor;
use crate::operation::{SecurityScheme, Service};
use crate::rate_limiter::RateLimiter;
use crate::retry::RetryPolicy;
use crate::retry_budget::RetryBudget;

/// The default timeout of a call.
///
/// It is longer than the window of the rate limit (the vendor documents one minute), so that a call
/// can wait for the next window.
const TIMEOUT: Duration = Duration::from_secs(90);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The names of settings in errors, unless their values come from an environment variable.
const BASE_URL_NAME: &str = "the base URL";
const API_KEY_NAME: &str = "the API key";
const USER_AGENT_NAME: &str = "the user agent";

/// The product name of this crate in the header `User-Agent`.
const USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Builds a [`Client`] with custom settings.
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
    service: &'static Service,
    base_url: Option<String>,
    /// The name of the base URL in errors.
    base_url_name: &'static str,
    api_key: Option<String>,
    /// The name of the API key in errors.
    api_key_name: &'static str,
    /// The secrets for other security schemes than the first one, by the names of the schemes.
    other_credentials: Vec<(&'static str, String)>,
    timeout: Duration,
    attempt_timeout: Duration,
    connect_timeout: Duration,
    rate_limit_timeout: Option<Duration>,
    retry: RetryPolicy,
    wait_for_rate_limit: bool,
    interceptors: Vec<Arc<dyn Interceptor>>,
    allow_http: bool,
    user_agent: Option<String>,
    http_client: Option<reqwest::Client>,
    clock: Option<Arc<dyn Clock>>,
}

impl ClientBuilder {
    pub(crate) fn new(service: &'static Service) -> Self {
        ClientBuilder {
            service,
            base_url: service.base_url.map(str::to_owned),
            base_url_name: BASE_URL_NAME,
            api_key: None,
            api_key_name: API_KEY_NAME,
            other_credentials: Vec::new(),
            timeout: TIMEOUT,
            attempt_timeout: ATTEMPT_TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            rate_limit_timeout: None,
            retry: RetryPolicy::new(),
            wait_for_rate_limit: true,
            interceptors: Vec::new(),
            allow_http: false,
            user_agent: None,
            http_client: None,
            clock: None,
        }
    }

    /// Sets the base URL of the server, such as `http://127.0.0.1:8080`. Default: the production
    /// server.
    ///
    /// The scheme `http` is allowed for loopback addresses only (`localhost`, `127.0.0.1`, `[::1]`),
    /// because every request carries the API key; [`allow_http`](Self::allow_http) lifts the
    /// restriction. With `http`, `localhost` and names such as `app.localhost` are loopback addresses
    /// without a question to a name server.
    pub fn base_url(self, base_url: impl Into<String>) -> Self {
        self.base_url_from(BASE_URL_NAME, base_url.into())
    }

    /// Sets the base URL, and its name in errors.
    pub(crate) fn base_url_from(mut self, name: &'static str, base_url: String) -> Self {
        self.base_url = Some(base_url);
        self.base_url_name = name;
        self
    }

    /// Sets the API key. An API without keys ignores it.
    pub fn api_key(self, api_key: impl Into<String>) -> Self {
        self.api_key_from(API_KEY_NAME, api_key.into())
    }

    /// Sets the API key, and its name in errors.
    pub(crate) fn api_key_from(mut self, name: &'static str, api_key: String) -> Self {
        self.api_key = Some(api_key);
        self.api_key_name = name;
        self
    }

    /// Sets the secret for a security scheme. The generated code has a method for each one.
    #[allow(dead_code, reason = "the contract decides whether there are several")]
    pub(crate) fn credential(mut self, scheme: &'static str, secret: String) -> Self {
        self.other_credentials.push((scheme, secret));
        self
    }

    /// Sets the timeout of a call, which includes all its attempts and waits. Default: 90 seconds.
    ///
    /// Nothing is sent after the timeout. If a wait would exceed it, the call fails without waiting.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the timeout of one attempt, which includes reading the response. Default: 20 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets the connect timeout. Default: 5 seconds.
    pub fn connect_timeout(mut self, connect_timeout: Duration) -> Self {
        self.connect_timeout = connect_timeout;
        self
    }

    /// Sets a timeout of its own for the waits of a call for the rate limit. The timeout of the call then
    /// does not include these waits. Default: none.
    ///
    /// It is for bulk work: 1000 calls at a limit of 60 per minute take a quarter of an hour, but each of
    /// them should still fail soon if the server does not respond.
    pub fn rate_limit_timeout(mut self, timeout: Duration) -> Self {
        self.rate_limit_timeout = Some(timeout);
        self
    }

    /// Sets the retry policy. [`RetryPolicy::never`] turns retries off.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets whether requests wait for the rate limit instead of exceeding it. Default: `true`.
    ///
    /// All clones of a client share one rate limiter.
    pub fn wait_for_rate_limit(mut self, wait: bool) -> Self {
        self.wait_for_rate_limit = wait;
        self
    }

    /// Adds an interceptor, which is called for each attempt after those that were added before.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Allows the scheme `http` for addresses other than loopback. The API key is then sent without
    /// encryption.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Sets the product name of the application, such as `campaigns/2.1`. The header `User-Agent` has
    /// it before the name of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Sets the HTTP client, for example one with a proxy or with custom certificates.
    ///
    /// The API key and the timeouts of calls and attempts are still set on each request. The given
    /// client decides on the connect timeout ([`connect_timeout`](Self::connect_timeout) has no
    /// effect) and on redirects: if it follows them, it sends the API key to the new location too.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sets the clock by which deadlines, waits and `…_in` setters are computed. For tests. Default:
    /// the clock of the operating system.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the API key is missing or
    /// malformed, or if the base URL is invalid or not allowed.
    pub fn build(self) -> Result<Client> {
        let Some(base_url) = &self.base_url else {
            return Err(invalid_setting(self.base_url_name, "is missing"));
        };
        let base_url = base_url.trim_end_matches('/').to_owned();
        let loopback_host = self.check_base_url(&base_url)?;
        let credentials = self.credentials()?;
        let user_agent = self.user_agent_value()?;
        let http = match self.http_client {
            Some(client) => client,
            None => default_http_client(self.connect_timeout, loopback_host)?,
        };
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock::new()));
        let shared = Shared {
            rate_limiter: Arc::new(RateLimiter::new(self.wait_for_rate_limit, Arc::clone(&clock))),
            retry_budget: RetryBudget::new(Arc::clone(&clock)),
            clock,
            attempt_timeout: self.attempt_timeout,
            credentials,
            user_agent,
            interceptors: self.interceptors,
        };
        let options = CallOptions {
            timeout: self.timeout,
            rate_limit_timeout: self.rate_limit_timeout,
            retry: self.retry,
            headers: HeaderMap::new(),
        };
        Ok(Client::from_parts(base_url, http, shared, options))
    }

    fn credentials(&self) -> Result<Credentials> {
        let mut credentials = Credentials::default();
        let Some((first, others)) = self.service.security_schemes.split_first() else {
            return Ok(credentials);
        };
        let mut add = |scheme: &SecurityScheme, name: &str, secret: &str| {
            header_value(name, secret)?;
            let problem = "has characters that are not allowed in a header";
            let credential = Credential::new(scheme, secret);
            credentials.add(credential.ok_or_else(|| invalid_setting(name, problem))?);
            Ok(())
        };
        for (scheme, secret) in &self.other_credentials {
            let found = others.iter().find(|one| one.name == *scheme);
            found.map_or(Ok(()), |found| add(found, scheme, secret))?;
        }
        match self.api_key.as_ref().filter(|api_key| !api_key.is_empty()) {
            Some(api_key) => add(first, self.api_key_name, api_key)?,
            None if self.service.requires_credential && self.other_credentials.is_empty() => {
                return Err(invalid_setting(self.api_key_name, "is missing"));
            }
            None => {}
        }
        Ok(credentials)
    }

    fn user_agent_value(&self) -> Result<HeaderValue> {
        let Some(application) = &self.user_agent else {
            return Ok(HeaderValue::from_static(USER_AGENT));
        };
        header_value(USER_AGENT_NAME, application)?;
        header_value(USER_AGENT_NAME, &format!("{application} {USER_AGENT}"))
    }

    /// Returns the host if the URL is `http` with a loopback address.
    ///
    /// Errors do not show the URL itself: it can contain a password.
    fn check_base_url(&self, base_url: &str) -> Result<Option<String>> {
        let is_blank = |letter: char| letter.is_whitespace() || letter.is_control();
        let problem = match Url::parse(base_url) {
            // The parser skips them or sends them as a part of the path.
            _ if base_url.contains(is_blank) => "has white space or control characters".to_owned(),
            Err(error) => format!("is not a URL: {error}"),
            Ok(url) if !matches!(url.scheme(), "http" | "https") || !url.has_host() => {
                "is not an http(s) URL".to_owned()
            }
            Ok(url) if !url.username().is_empty() || url.password().is_some() => {
                "must not have a user or a password: the API key authenticates requests".to_owned()
            }
            Ok(url) if url.query().is_some() || url.fragment().is_some() => {
                "must not have a query or a fragment".to_owned()
            }
            Ok(url) if url.scheme() == "http" && !self.allow_http && !is_loopback(&url) => {
                "must be https: http would send the API key without encryption".to_owned()
            }
            Ok(url) => {
                let is_loopback = url.scheme() == "http" && is_loopback(&url);
                return Ok(url.host_str().filter(|_| is_loopback).map(str::to_owned));
            }
        };
        Err(invalid_setting(self.base_url_name, &problem))
    }
}

/// Returns the value of a header. The error names the setting but does not show its value, which can be
/// a secret.
fn header_value(name: &str, value: &str) -> Result<HeaderValue> {
    if value.trim().is_empty() {
        return Err(invalid_setting(name, "is blank"));
    }
    if value.trim() != value {
        return Err(invalid_setting(name, "begins or ends with white space"));
    }
    HeaderValue::from_str(value)
        .map_err(|_| invalid_setting(name, "has characters that are not allowed in a header"))
}

fn invalid_setting(name: &str, problem: &str) -> Error {
    Error::configuration(format!("{name} {problem}"))
}

/// Creates the HTTP client of this crate.
///
/// A request to a loopback address over `http` does not go through a proxy or depend on a name server,
/// either of which could be on another machine or send it there.
fn default_http_client(
    connect_timeout: Duration,
    loopback_host: Option<String>,
) -> Result<reqwest::Client> {
    let mut client = reqwest::Client::builder();
    if let Some(host) = loopback_host {
        // The port 0 stands for the one of the URL.
        let addresses: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let addresses = addresses.map(|address| SocketAddr::new(address, 0));
        // It has no effect on a host that is an address.
        client = client.no_proxy().resolve_to_addrs(&host, &addresses);
    }
    let client = client
        .connect_timeout(connect_timeout)
        // The API has no redirects, and reqwest would send the API key to another host.
        .redirect(Policy::none())
        .build();
    client.map_err(|error| {
        Error::configuration("failed to initialize the HTTP client").with_source(error)
    })
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        // RFC 6761, section 6.3: these names always resolve to loopback addresses.
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

impl Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            // `build` rejects a URL with a password, but the builder can hold one.
            .field("base_url", &self.base_url.as_ref().and_then(|url| url.rsplit('@').next()))
            .field("api_key", &self.api_key.as_ref().map(|_| "(redacted)"))
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("rate_limit_timeout", &self.rate_limit_timeout)
            .field("retry", &self.retry)
            .field("wait_for_rate_limit", &self.wait_for_rate_limit)
            .field("interceptors", &self.interceptors)
            .field("allow_http", &self.allow_http)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_without_server_and_keys_needs_a_base_url_only() {
        static SERVICE: Service =
            Service { base_url: None, security_schemes: &[], requires_credential: false };
        let error = ClientBuilder::new(&SERVICE).build().map(|_| ()).map_err(|e| e.to_string());
        assert_eq!(error, Err("the base URL is missing".to_owned()));
        let client = ClientBuilder::new(&SERVICE).base_url("http://127.0.0.1:8080").build();
        assert!(client.is_ok(), "{client:?}");
    }
}
