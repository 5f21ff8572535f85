//! Client of the AgentHuman Links API, generated from its OpenAPI contract.
//!
//! ```no_run
//! # async fn call() -> Result<(), agenthuman_links::Error> {
//! use agenthuman_links::Client;
//!
//! let client = Client::from_env()?;
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
//! field as it is, `.name("x")` sets it, `.clear_name()` clears it. Which fields can be set and
//! which can be cleared follows from the contract, `openapi/links.yaml`.

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

/// Compiles the samples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
