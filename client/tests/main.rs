//! The client against a bare socket, which can answer what no server should. How the service behaves
//! is tested against the real server, in `server/tests`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it fails")]

mod answers;
mod configuration;
mod pacing;
mod requests;
mod retries;
mod wire;
