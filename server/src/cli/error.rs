//! Errors of commands.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::config::{ConfigFileError, SettingsError};
use crate::link_file::LinkFileError;
use crate::server::{CloseError, StartError};
use crate::store::{BackupError, OpenError, StoreError};

/// Reason why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CommandError {
    #[error(transparent)]
    ConfigFile(#[from] ConfigFileError),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Close(#[from] CloseError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    LinkFile(#[from] LinkFileError),
    #[error("no key {0}; `links-server keys list` shows the keys")]
    NoSuchKey(i64),
    #[error("key {0} is revoked or has expired; create one with `links-server keys create`")]
    KeyNotValid(i64),
    #[error(
        "key {new} was created, but key {old} does not expire; revoke it when it is not used any more"
    )]
    KeyNotExpired {
        old: i64,
        new: i64,
        #[source]
        error: StoreError,
    },
    #[error("no account {0:?}; `links-server accounts list` shows the accounts")]
    NoSuchAccount(String),
    #[error(
        "other machines can reach {0}, and `links-server dev` is not for production: use \
         `links-server serve`, or add --allow-remote"
    )]
    RemoteAddress(SocketAddr),
    #[error("`links-server dev` needs a database file: --database sqlite:PATH")]
    NoDatabaseFile,
    #[error(
        "the ports {first} to {last} are in use; choose another one with --bind 127.0.0.1:PORT"
    )]
    NoFreePort { first: u16, last: u16 },
    #[error(
        "the example links belong to another account in {0}; choose another file with --database \
         sqlite:PATH"
    )]
    ForeignExamples(String),
    #[error("failed to write {}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error("interrupted by {0}")]
    Interrupted(&'static str),
    #[error("failed to listen for signals")]
    Signals(#[source] std::io::Error),
    #[error("failed to write to stdout")]
    Output(#[source] std::io::Error),
    #[error("failed to print key {id}; it is revoked again")]
    KeyNotPrinted {
        id: i64,
        #[source]
        error: std::io::Error,
    },
    #[error("failed to print key {id} and to revoke it; revoke it with `links-server keys revoke`")]
    KeyNotRevoked {
        id: i64,
        #[source]
        error: StoreError,
    },
}

impl CommandError {
    /// Returns true if the arguments, the environment or the configuration file are invalid.
    pub(super) fn is_usage(&self) -> bool {
        matches!(
            self,
            CommandError::ConfigFile(_)
                | CommandError::Settings(_)
                | CommandError::RemoteAddress(_)
                | CommandError::NoDatabaseFile
        )
    }
}

/// Formats an error and its causes as one line.
pub(super) fn one_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line.replace('\n', " ")
}
