//! A server of the AgentHuman Links API.
//!
//! `main.rs` passes the command line to [`cli`], which builds a [`Config`] and calls [`start_server`];
//! the tests call [`start_server`] themselves. A request passes through `front` (connections, limits),
//! Dropshot, `http_entrypoints` (the order of the checks), `context` (authentication, rate limit),
//! [`link`] (the rules, as pure functions) and [`store`] (loading and saving, without rules).

#![warn(missing_docs)]

mod admin;
pub mod api_error;
mod auth_cache;
pub mod cli;
pub mod clock;
mod config;
mod context;
pub mod database_url;
mod docs;
mod front;
mod http_entrypoints;
mod in_flight;
pub mod key;
pub mod link;
pub mod link_file;
mod log;
mod metrics;
mod rate_limit;
mod server;
pub mod store;

pub use crate::config::{Config, LogFormat, LogLevel, SettingsError};
pub use crate::front::tls::TlsError;
pub use crate::server::{CloseError, Server, StartError, start_server, start_server_on};
