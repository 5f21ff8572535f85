//! `links`: see `client/src/cli`.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    agenthuman_links::cli::run(std::env::args_os()).await
}
