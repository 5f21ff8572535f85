//! The program `links-server`; [`agenthuman_links_server::cli`] has its commands.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    agenthuman_links_server::cli::run(std::env::args_os()).await
}
