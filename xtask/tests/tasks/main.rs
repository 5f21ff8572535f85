//! The tasks as `cargo xtask` runs them, on this repository and on copies of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod check;
mod conform;
mod contract_diff;
mod diff;
mod generate;
mod new_field;
mod new_operation;
mod output_folder;
mod pre_commit_hook;
#[cfg(unix)]
mod readme;
mod release;
#[cfg(unix)]
mod release_archive;
mod repair;
mod repository;
mod repository_copy;
mod working_directory;

use std::path::PathBuf;

/// Returns this repository.
fn root() -> PathBuf {
    xtask::root().unwrap()
}
