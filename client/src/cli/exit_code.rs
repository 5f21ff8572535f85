//! The exit codes of the program, for its behavior, its help and its manual page.

use std::process::ExitCode;

use crate::error::ErrorKind;

/// A result of the program that scripts can tell from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Success,
    Failure,
    Usage,
    Authentication,
    NotFound,
    RateLimited,
    Server,
    Timeout,
    Connection,
    UnexpectedResponse,
    FailedRows,
    Interrupted,
}

impl Exit {
    pub(super) const ALL: [Exit; 12] = [
        Exit::Success,
        Exit::Failure,
        Exit::Usage,
        Exit::Authentication,
        Exit::NotFound,
        Exit::RateLimited,
        Exit::Server,
        Exit::Timeout,
        Exit::Connection,
        Exit::UnexpectedResponse,
        Exit::FailedRows,
        Exit::Interrupted,
    ];

    /// Returns the exit code.
    pub(super) fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Failure => 1,
            // clap has the same code.
            Exit::Usage => 2,
            Exit::Authentication => 3,
            Exit::NotFound => 4,
            Exit::RateLimited => 5,
            Exit::Server => 6,
            Exit::Timeout => 7,
            Exit::Connection => 8,
            Exit::UnexpectedResponse => 9,
            Exit::FailedRows => 10,
            // 128 plus the number of SIGINT, as shells report it.
            Exit::Interrupted => 130,
        }
    }

    /// Returns the meaning of the code.
    pub(super) fn description(self) -> &'static str {
        match self {
            Exit::Success => "success, or a closed pipe on stdout",
            Exit::Failure => "confirmation declined, or failed to write to stdout or to a file",
            Exit::Usage => {
                "invalid arguments or configuration (no API key, no confirmation without a \
                 terminal), an invalid row of a file, or a request that the server rejects (400, \
                 413, 415)"
            }
            Exit::Authentication => "unknown or revoked API key (401), or no permission (403)",
            Exit::NotFound => "not found (404)",
            Exit::RateLimited => "rate limit exceeded (429)",
            Exit::Server => "server error (5xx)",
            Exit::Timeout => "timeout",
            Exit::Connection => "failed to connect",
            Exit::UnexpectedResponse => "response that does not conform to the contract",
            Exit::FailedRows => "some rows of a file failed, or all of them",
            Exit::Interrupted => "interrupted by Ctrl-C",
        }
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Configuration | ErrorKind::InvalidRequest => Exit::Usage,
            ErrorKind::Authentication => Exit::Authentication,
            ErrorKind::NotFound => Exit::NotFound,
            ErrorKind::RateLimited => Exit::RateLimited,
            ErrorKind::Server => Exit::Server,
            ErrorKind::Timeout => Exit::Timeout,
            ErrorKind::Connection => Exit::Connection,
            ErrorKind::UnexpectedResponse => Exit::UnexpectedResponse,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_ascending() {
        assert!(Exit::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
    }
}
