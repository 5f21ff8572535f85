//! The settings that can differ between the calls of a client.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::raw_response::REQUEST_ID;
use crate::retry::RetryPolicy;

/// The settings of a call.
#[derive(Clone, Debug)]
pub(crate) struct CallOptions {
    /// The timeout of a call, over all its attempts and waits.
    pub(crate) timeout: Duration,
    /// The timeout of the waits for the rate limit, which `timeout` then does not include.
    pub(crate) rate_limit_timeout: Option<Duration>,
    pub(crate) retry: RetryPolicy,
    /// Additional headers of each request.
    pub(crate) headers: HeaderMap,
}

/// Settings of single calls. Each method returns a client with another setting, which shares the
/// connections, the rate limiter and the retry budget with this one and is as cheap as a clone:
///
/// ```
/// # use agenthuman_links_test_server::{LINK_ID, TestServer};
/// # use agenthuman_links::{Client, RetryPolicy};
/// # use std::time::Duration;
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = TestServer::start().await?;
/// # let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
/// let link = client
///     .with_timeout(Duration::from_secs(3))
///     .with_retry(RetryPolicy::never())
///     .with_request_id("import-7/row-12")?
///     .update_link(LINK_ID)
///     .name("Summer demo")
///     .send()
///     .await?;
/// # Ok(())
/// # }
/// ```
impl Client {
    /// Returns a client with another timeout of calls. See
    /// [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.with_options(|options| options.timeout = timeout)
    }

    /// Returns a client whose calls wait for the rate limit for up to `timeout`, and do not count this
    /// wait as part of the timeout of a call. See
    /// [`ClientBuilder::rate_limit_timeout`](crate::ClientBuilder::rate_limit_timeout).
    pub fn with_rate_limit_timeout(&self, timeout: Duration) -> Self {
        self.with_options(|options| options.rate_limit_timeout = Some(timeout))
    }

    /// Returns a client with another retry policy.
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.with_options(|options| options.retry = policy)
    }

    /// Returns a client that sends an additional header with each request. A header of the same name
    /// that was set before is replaced.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the name or the value is not
    /// allowed in a header, or if the name is that of the API key.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self> {
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Error::configuration(format!("`{name}` is not a header name")))?;
        if self.carries_credential(&header) {
            let message = format!("the header `{name}` carries the API key and cannot be replaced");
            return Err(Error::configuration(message));
        }
        // The value can be a secret: the error does not show it.
        let value = HeaderValue::from_str(value).map_err(|_| {
            let problem = "has characters that are not allowed in a header";
            Error::configuration(format!("the value of the header `{name}` {problem}"))
        })?;
        Ok(self.with_options(|options| {
            options.headers.insert(header, value);
        }))
    }

    /// Returns a client that sends this request id in the header `X-Request-Id`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the id has characters that are
    /// not allowed in a header.
    pub fn with_request_id(&self, id: &str) -> Result<Self> {
        self.with_header(REQUEST_ID, id)
    }
}
