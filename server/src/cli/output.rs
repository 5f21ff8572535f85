//! Writing to stdout and stderr without the panics of `println!`, which fails if the reader has gone.

use std::io::{self, Write};

use super::error::CommandError;

/// Prints the result of a command.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    write_stdout(text).map_err(CommandError::Output)
}

/// Writes to stdout and flushes it.
pub(super) fn write_stdout(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
}

/// Prints an error to stderr. If that fails too, the exit code still reports the error.
pub(super) fn print_error(problem: &str) {
    let _ = writeln!(io::stderr(), "links-server: {problem}");
}
