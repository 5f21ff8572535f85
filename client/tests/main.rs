//! Tests of the client against a fake server, which can send malformed responses. The tests against
//! the real server are in `server/tests`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[cfg(feature = "blocking")]
mod blocking;
mod bulk;
mod call_options;
mod configuration;
mod fake_server;
mod methods;
mod pages;
mod rate_limiter;
mod requests;
mod responses;
mod retries;
#[cfg(feature = "test-util")]
mod test_util;
