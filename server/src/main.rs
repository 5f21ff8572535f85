//! `links-server`: see [`agenthuman_links_server::cli`].

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    agenthuman_links_server::cli::run(std::env::args_os()).await
}
