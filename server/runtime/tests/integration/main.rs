//! Tests of the runtime's public API.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod alternatives;
mod constraints;
mod json;
