//! A client of the AgentHuman Links API, generated from its OpenAPI contract.
//!
//! ```no_run
//! # async fn call() -> Result<(), agenthuman_links::Error> {
//! use agenthuman_links::Client;
//!
//! let client = Client::from_env()?; // AGENTHUMAN_API_KEY
//! let link = client
//!     .update_link("lnk_01J8ZK4R2N5M6P7Q8W4T")
//!     .name("Summer demo")
//!     .clear_expires_at()
//!     .use_limit(100)
//!     .send()
//!     .await?;
//! println!("{} is {}", link.link_id, link.status);
//! # Ok(())
//! # }
//! ```
//!
//! Every operation of the contract is a method of [`Client`]. Required parameters and fields are its
//! arguments, and every optional one is a call on the builder that it returns:
//!
//! ```
//! # use agenthuman_links_test_server::{AGENT_ID, TestServer};
//! # use agenthuman_links::Client;
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = TestServer::start().await?;
//! # let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
//! use futures_util::TryStreamExt;
//!
//! let link = client.create_link(AGENT_ID).name("Launch").use_limit(100).send().await?;
//! let link = client.get_link(link.link_id.as_str()).send().await?;
//! assert_eq!(link.name.as_deref(), Some("Launch"));
//!
//! // One page, or all links: the stream requests one page after the other.
//! let page = client.list_links().status("active").limit(10).send().await?;
//! assert_eq!(page.links[0].link_id, link.link_id);
//! let mut links = std::pin::pin!(client.list_links().stream());
//! while let Some(link) = links.try_next().await? {
//!     println!("{} is {}", link.link_id, link.status);
//! }
//!
//! client.delete_link(link.link_id.as_str()).send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! A field of an update has three states. Without a call it keeps its value, `.name("x")` sets it, and
//! `.clear_name()` clears it. `.maybe_name(option)` sets it, unless the option is `None`. A time can also
//! be set relative to now: `.expires_in(Duration::from_secs(3600))`. The contract,
//! `openapi/links.yaml`, decides which fields there are and which are clearable.
//!
//! A call owns what it needs, so that it can be moved to another task:
//!
//! ```
//! # use agenthuman_links_test_server::{LINK_ID, TestServer};
//! # use agenthuman_links::Client;
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = TestServer::start().await?;
//! # let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
//! let task = tokio::spawn(client.get_link(LINK_ID).send());
//! println!("{:?}", task.await??.name);
//! # Ok(())
//! # }
//! ```
//!
//! Programs without a tokio runtime enable the feature `blocking` and call `send_blocking` instead of
//! `send`, and `iter_blocking` instead of `stream`:
//!
//! ```no_run
//! # #[cfg(feature = "blocking")]
//! # fn call() -> Result<(), agenthuman_links::Error> {
//! let client = agenthuman_links::Client::from_env()?;
//! for link in client.list_links().iter_blocking() {
//!     println!("{}", link?.link_id);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Errors
//!
//! The only error type is [`Error`]. Match on its [`kind`](Error::kind); its other methods return the
//! server's message and suggestion, the status, and the request id for support.
//!
//! ```
//! # use agenthuman_links_test_server::{LINK_ID, TestServer};
//! # use agenthuman_links::{Client, ErrorKind};
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = TestServer::start().await?;
//! # let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
//! match client.update_link(LINK_ID).use_limit(12).send().await {
//!     Ok(link) => println!("{} may be used {:?} times", link.link_id, link.use_limit),
//!     Err(error) if error.kind() == ErrorKind::NotFound => println!("no such link"),
//!     Err(error) => {
//!         assert_eq!(error.message(), "`use_limit` is 12, but 12 sessions have already started");
//!         assert_eq!(
//!             error.suggestion(),
//!             Some("Send a `use_limit` of at least 13, or null for unlimited sessions")
//!         );
//!         assert_eq!((error.status(), error.attempts()), (Some(400), 1));
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Response metadata
//!
//! ```
//! # use agenthuman_links_test_server::{LINK_ID, TestServer};
//! # use agenthuman_links::Client;
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = TestServer::builder().rate_limit(60).start().await?;
//! # let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
//! let response = client.update_link(LINK_ID).status("paused").send_with_response().await?;
//! println!("request {:?}: status {}", response.request_id(), response.status());
//! let rate_limit = response.rate_limit().expect("the server reports its rate limit");
//! assert_eq!((rate_limit.limit, rate_limit.remaining), (60, 59));
//! assert_eq!(client.rate_limit(), Some(rate_limit));
//! # Ok(())
//! # }
//! ```
//!
//! # Retries and the rate limit
//!
//! | setting | default |
//! |---|---|
//! | timeout of a call, all its attempts and waits included ([`ClientBuilder::timeout`]) | 90 seconds |
//! | timeout of an attempt ([`ClientBuilder::attempt_timeout`]) | 20 seconds |
//! | attempts ([`RetryPolicy`]) | any number until the timeout of the call |
//! | backoff before a retry | random, up to 0.2, 0.4, 0.8 seconds and so on, at most 10 |
//! | retries of all clones of a client together | 100 at once, then 10 per second |
//! | waiting for the rate limit ([`ClientBuilder::wait_for_rate_limit`]) | on |
//!
//! Transient failures (connection errors, timeouts, and the statuses 408, 429 and 5xx except 500, 501,
//! 505, 520 and 529) are retried until the timeout of the call. A certificate that is not valid is not
//! transient. A `POST` is retried only where the server cannot have carried it out: after 429, and if
//! the connection was not established. After a retried `DELETE`, [`ErrorKind::NotFound`] can mean that
//! an earlier attempt has deleted the resource; [`Error::attempts`] is then greater than 1. The wait
//! before a retry is the one that the server asks for, up to two minutes, plus the backoff. If a wait
//! would exceed the timeout, the call fails without waiting, and nothing is sent after the timeout.
//!
//! A client that calls a server that is down does not multiply the server's load: its clones share a
//! budget of retries, and a retry without budget waits. Each success after a retry returns what the
//! retry has used, so that a program with many tasks recovers quickly.
//!
//! Requests wait for the rate limit instead of exceeding it. The clones of a client share one rate
//! limiter, so many tasks can use one API key. In each window one request goes first, and its response
//! says how many are left; if it takes more than a quarter of a second, others follow without it. Clients
//! in different processes do not share a rate limiter: each takes its share of the requests that are
//! left, and if together they exceed the limit, the response 429 is retried. It counts neither as an
//! attempt nor in the budget, and the retry keeps its turn among the waiting requests.
//!
//! A request that cannot be sent before its timeout fails as soon as that is known. For many calls, use
//! [`Client::bulk`]: their waits for the rate limit do not count as part of the timeout of a call.
//!
//! # Single calls, headers and metrics
//!
//! [`Client::with_timeout`], [`Client::with_retry`], [`Client::with_header`] and
//! [`Client::with_request_id`] change the settings of single calls. An [`Interceptor`] sees each attempt
//! and its outcome, and can set headers such as `traceparent`.
//!
//! # Tests without the network
//!
//! There are two ways. `TestServer` is the real server in the process of your test, with a clock and
//! failures that the test controls. It depends on the server, so that its first build takes minutes:
//!
//! ```toml
//! [dev-dependencies]
//! agenthuman-links-test-server = { git = "https://github.com/agenthuman/agenthuman-links" }
//! ```
//!
//! ```
//! use std::time::Duration;
//!
//! use agenthuman_links::Client;
//! use agenthuman_links_test_server::{Failure, LINK_ID, TestServer};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = TestServer::start().await?;
//! let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
//! server.fail_next(2, Failure::TooManyRequests { retry_after: Duration::from_secs(1) });
//! let call = client.update_link(LINK_ID).expires_at(server.clock().time()).send_with_response();
//! let response = call.await?;
//! assert_eq!(response.attempts(), 3);
//! assert_eq!(response.value().status.as_ref(), "expired");
//! assert_eq!(server.link(LINK_ID).await.expect("the link exists")["uses"], 12);
//! # Ok(())
//! # }
//! ```
//!
//! Where prepared responses are enough, a mock server such as
//! [`wiremock`](https://docs.rs/wiremock) builds much faster. The feature `test-util` adds the examples
//! of the contract (`Link::example()`) and constructors of errors:
//!
//! ```toml
//! [dev-dependencies]
//! agenthuman-links = { git = "https://github.com/agenthuman/agenthuman-links", features = ["test-util"] }
//! wiremock = "0.6"
//! ```
//!
//! ```
//! # #[cfg(feature = "test-util")]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use agenthuman_links::{Client, Link};
//! use wiremock::matchers::{body_json, method, path};
//! use wiremock::{Mock, MockServer, ResponseTemplate};
//!
//! let server = MockServer::start().await;
//! let body = serde_json::json!({"success": true, "link": Link::example()});
//! Mock::given(method("PUT"))
//!     .and(path("/v1/links/lnk_1"))
//!     .and(body_json(serde_json::json!({"name": null})))
//!     .respond_with(ResponseTemplate::new(200).set_body_json(body))
//!     .mount(&server)
//!     .await;
//! let client = Client::builder().base_url(server.uri()).api_key("ah_test_key").build()?;
//! let link = client.update_link("lnk_1").clear_name().send().await?;
//! assert_eq!(link, Link::example());
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "test-util"))]
//! # fn main() {}
//! ```
//!
//! # Forward compatibility
//!
//! A later version of the service can add statuses and fields. An unknown status becomes
//! [`LinkStatus::Unknown`], and [`Link::unknown_fields`] has the unknown fields.
//!
//! # Logs and traces
//!
//! Each attempt has a [`tracing`](https://docs.rs/tracing) span with the fields of OpenTelemetry's
//! [conventions for HTTP clients](https://opentelemetry.io/docs/specs/semconv/http/http-spans/), and
//! each retry logs a warning. Neither traces nor errors contain the API key.
//!
//! # Features
//!
//! - `codegen` (default): `build.rs` generates the client from the contract with progenitor. Without
//!   it (`default-features = false`) the crate compiles the checked-in copy of the same source, and
//!   neither progenitor nor its dependencies are built. A test compares the two.
//! - `blocking`: `send_blocking` and `iter_blocking`, for programs without a tokio runtime.
//! - `test-util`: the examples of the contract and constructors of errors, for tests.
//! - `cli`: the program `links`.
//!
//! Without the feature `blocking` the client needs a tokio runtime, because reqwest does.

#![warn(missing_docs)]

mod alternatives;
mod argument;
mod blocking;
mod builder;
mod bulk;
mod call;
mod call_options;
#[cfg(feature = "cli")]
mod cli;
mod client;
mod clock;
mod constructors;
mod credentials;
mod deadline;
mod error;
mod error_body;
mod http_client;
mod interceptor;
mod json_integers;
mod operation;
mod pages;
mod patch;
mod rate_limit_headers;
mod rate_limiter;
mod raw_response;
mod response;
mod retry;
mod retry_budget;
mod span;
mod test_util;

#[allow(
    missing_docs,
    private_interfaces,
    clippy::all,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "progenitor writes most of it, with the docs of the contract"
)]
mod generated {
    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
    #[cfg(not(feature = "codegen"))]
    include!("generated.rs");
}

// Types of these crates are a part of the public API.
#[cfg(feature = "test-util")]
pub use http;
pub use {chrono, reqwest};

pub use argument::Argument;
pub use builder::ClientBuilder;
pub use bulk::Bulk;
pub use client::Client;
pub use clock::{Clock, Sleep};
pub use error::{Error, ErrorKind, Result};
pub use generated::public::*;
pub use interceptor::{Attempt, AttemptOutcome, Interceptor};
pub use patch::Patch;
pub use rate_limit_headers::RateLimit;
pub use response::Response;
pub use retry::RetryPolicy;

/// Runs the program `links` with these arguments.
#[cfg(feature = "cli")]
#[doc(hidden)]
pub async fn run_command_line(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
) -> std::process::ExitCode {
    cli::run(generated::COMMANDS, arguments).await
}

#[cfg(all(test, feature = "codegen"))]
#[test]
fn checked_in_source_equals_generated_source() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/client.rs"));
    assert!(generated == include_str!("generated.rs"), "run `cargo xtask generate`");
}

/// Compiles the samples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
