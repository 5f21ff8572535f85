//! Tests of the server over HTTP and on the command line.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod admin;
mod backup;
mod bad_input;
mod bad_requests;
mod client;
mod command_line;
mod concurrency;
mod cors;
mod decisions;
mod dev;
mod docs;
mod durability;
mod export;
#[cfg(feature = "postgres")]
mod failover;
mod failures;
mod harness;
mod hostile_clients;
mod import;
mod keys;
mod linearizable;
mod lists;
mod load;
mod long_list;
mod operations;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_faults;
mod process;
mod properties;
mod request_errors;
mod reverse_proxy;
mod robustness;
mod samples;
#[cfg(feature = "postgres")]
mod shared_database;
mod shutdown;
mod sqlite_files;
mod sqlite_server;
#[cfg(feature = "postgres")]
mod stalling_proxy;
mod store;
mod test_server;
