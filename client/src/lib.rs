//! Client of the AgentHuman Links API, generated from its OpenAPI contract.
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
//! In an update each field has three states, and each is another call: not calling leaves the
//! field as it is, `.name("x")` sets it, `.clear_name()` clears it. A time can also be set from now:
//! `.expires_in(Duration::from_secs(3600))`. Which fields can be set and which can be cleared follows
//! from the contract, `openapi/links.yaml`.
//!
//! # Errors
//!
//! There is one, [`Error`]: its [`kind`](Error::kind) is what to match on, and the rest is what is
//! known: the server's message and suggestion, the status, the request id for support.
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
//! # What came with the answer
//!
//! ```
//! # use agenthuman_links_test_server::{LINK_ID, TestServer};
//! # use agenthuman_links::Client;
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = TestServer::builder().rate_limit(60).start().await?;
//! # let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
//! let response = client.update_link(LINK_ID).status("paused").send_with_response().await?;
//! println!("{:?} answered {}", response.request_id(), response.status());
//! let rate_limit = response.rate_limit().expect("the server counts");
//! assert_eq!((rate_limit.limit, rate_limit.remaining), (60, 59));
//! assert_eq!(client.rate_limit(), Some(rate_limit));
//! # Ok(())
//! # }
//! ```
//!
//! # Failures that pass, and the rate limit
//!
//! Connection errors and the answers 429, 502, 503 and 504 are tried again ([`RetryPolicy`]), as the
//! server asks for it or after a random wait. All attempts and waits share one deadline
//! ([`ClientBuilder::timeout`]); where the next wait would pass it, the error comes at once.
//!
//! Requests wait for the rate limit instead of running into it: the clones of a client share what its
//! headers say, so many tasks with one key run through, as far as their deadlines reach
//! ([`ClientBuilder::pacing`] turns that off). Whoever cannot be served before its deadline is told as
//! soon as that is known. Programs in different processes know of each other only by those headers;
//! where they meet a 429 it is retried.
//!
//! # Tests without the network
//!
//! `agenthuman-links-server`, as a dev-dependency, is the real server in the test's own process. Its
//! clock and its failures are in the test's hands:
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
//! assert_eq!(server.link(LINK_ID).await.expect("it is there")["uses"], 12);
//! # Ok(())
//! # }
//! ```
//!
//! # What the service adds tomorrow
//!
//! A status or a field that this version does not know breaks nothing: it is
//! [`LinkStatus::Unknown`], or is found in [`Link::unknown_fields`].
//!
//! # Logs and traces
//!
//! Each attempt is a [`tracing`](https://docs.rs/tracing) span with the fields of OpenTelemetry's
//! [conventions for HTTP clients](https://opentelemetry.io/docs/specs/semconv/http/http-spans/);
//! another attempt is announced by a warning. The API key is in none of them, nor in any error.
//!
//! # Features
//!
//! - `codegen` (default): `build.rs` makes the client from the contract, with progenitor. Without it
//!   the same source is used as it was made before, which is tested to be equal to the byte, and
//!   neither progenitor nor its dependencies are compiled: `default-features = false`.
//! - `cli`: the program `links`, `cargo install agenthuman-links --features cli`.
//!
//! The runtime must be tokio's, as for reqwest.

mod builder;
mod call;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod client;
mod clock;
mod error;
mod operation;
mod pacing;
mod patch;
mod rate_limit;
mod response;
mod retry;

#[allow(
    missing_docs,
    private_interfaces,
    clippy::all,
    clippy::unwrap_used,
    reason = "progenitor writes it"
)]
mod generated {
    #[cfg(feature = "codegen")]
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
    #[cfg(not(feature = "codegen"))]
    include!("generated.rs");
}

pub use builder::ClientBuilder;
pub use client::Client;
pub use clock::{Clock, Sleep};
pub use error::{Error, ErrorKind};
pub use generated::public::*;
pub use operation::Argument;
pub use patch::Patch;
pub use rate_limit::RateLimit;
pub use response::Response;
pub use retry::RetryPolicy;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is checked in is what the generator writes.
#[cfg(all(test, feature = "codegen"))]
#[test]
fn the_generated_source_is_checked_in() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/client.rs"));
    assert!(generated == include_str!("generated.rs"), "cargo xtask generate");
}

/// Compiles the samples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
