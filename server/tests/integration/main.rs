//! Tests of the server over HTTP and on the command line.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod admin;
mod backup;
mod bad_input;
mod client;
mod command_line;
mod concurrency;
mod decisions;
mod docs;
mod durability;
mod failures;
mod front;
mod harness;
mod import;
mod linearizable;
mod load;
#[cfg(feature = "postgres")]
mod postgres;
mod process;
mod properties;
mod request_errors;
mod samples;
#[cfg(feature = "postgres")]
mod shared_database;
mod shutdown;
mod store;
mod test_server;
