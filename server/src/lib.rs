//! A server of the AgentHuman Links API.
//!
//! `main.rs` passes the command line to [`cli`], which builds a [`Config`] and calls [`start_server`];
//! the tests call [`start_server`] themselves. A request passes through Dropshot, `http_entrypoints` (the
//! operations), `handler` (the steps that they share), `context` (authentication, rate limit), [`link`]
//! (the rules, as pure functions) and [`store`] (loading and saving, without rules).

#![warn(missing_docs)]

mod admin;
mod admission;
pub mod api_error;
mod auth_cache;
pub mod cli;
mod client_address;
pub mod clock;
mod config;
mod context;
mod cors;
mod cursor;
pub mod database_url;
mod docs;
mod handler;
mod http_entrypoints;
mod in_flight;
pub mod key;
mod key_uses;
pub mod link;
pub mod link_file;
pub mod link_id;
mod list;
mod listen_address;
mod log;
mod metrics;
mod open_files;
#[cfg(target_os = "linux")]
mod process_metrics;
mod rate_limit;
mod server;
pub mod store;
mod tls;
mod unfinished_file;

pub use crate::client_address::{InvalidNetwork, TrustedProxies};
pub use crate::config::{Config, LogFormat, LogLevel, RateLimitFailure, SettingsError};
pub use crate::cors::{CorsOrigins, InvalidOrigin};
pub use crate::listen_address::ResolveError;
pub use crate::server::{CloseError, Server, StartError, start_server, start_server_on};
pub use crate::tls::TlsError;

/// Compiles the programs of the guides.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("docs/site/guides/rust.md")]
    struct Client;

    #[doc = include_str!("docs/site/guides/paging.md")]
    struct Paging;

    #[doc = include_str!("docs/site/guides/testing.md")]
    struct Testing;
}
