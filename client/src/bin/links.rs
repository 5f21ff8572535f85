//! The program `links`; its code is `client/src/cli`.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    agenthuman_links::run_command_line(std::env::args_os()).await
}
