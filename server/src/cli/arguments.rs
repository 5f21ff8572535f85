//! Arguments that several commands share.

use std::path::PathBuf;

use super::error::CommandError;
use crate::config::{ConfigFileError, Settings};
use crate::database_url::{DatabaseUrl, UncheckedDatabaseUrl};
use crate::store::{AccountSummary, Store};

/// Maximum length of a name, in characters.
const NAME_CHARACTERS: usize = 200;

/// The flag `--config`.
#[derive(Debug, clap::Args)]
pub(super) struct ConfigFile {
    /// Read settings from this TOML file; its keys are the names of the flags of `serve`, `rate_limit` for
    /// `--rate-limit`
    #[arg(long = "config", value_name = "FILE", env = "LINKS_CONFIG")]
    path: Option<PathBuf>,
}

impl ConfigFile {
    /// Returns the settings of the file. Without a file, none is set.
    pub(super) fn read(&self) -> Result<Settings, ConfigFileError> {
        self.path.as_deref().map_or_else(|| Ok(Settings::default()), Settings::read)
    }
}

/// The flags `--database` and `--config`, with the precedence and the default of `serve`.
#[derive(Debug, clap::Args)]
pub(super) struct DatabaseArguments {
    /// Set the database, sqlite:PATH or postgres://HOST/DATABASE [default: sqlite:links.db]
    #[arg(long, value_name = "URL", env = "LINKS_DATABASE", hide_env_values = true)]
    database: Option<UncheckedDatabaseUrl>,

    #[command(flatten)]
    config: ConfigFile,
}

impl DatabaseArguments {
    /// Returns the URL if it is valid.
    pub(super) fn url(self) -> Result<DatabaseUrl, CommandError> {
        let flags = Settings { database: self.database, ..Settings::default() };
        Ok(flags.or(self.config.read()?).into_database()?)
    }
}

/// The required flag `--account`.
#[derive(Debug, clap::Args)]
pub(super) struct Account {
    /// Set the account; created if it does not exist
    #[arg(id = "account", long = "account", value_name = "NAME", value_parser = name)]
    pub(super) name: String,
}

/// The required flag `--account` of commands that only read.
#[derive(Debug, clap::Args)]
pub(super) struct ExistingAccount {
    /// Set the account
    #[arg(id = "account", long = "account", value_name = "NAME")]
    name: String,
}

impl ExistingAccount {
    /// Returns the account if it exists.
    pub(super) async fn find(self, store: &dyn Store) -> Result<AccountSummary, CommandError> {
        let accounts = store.list_accounts().await?;
        let found = accounts.into_iter().find(|account| account.name == self.name);
        found.ok_or(CommandError::NoSuchAccount(self.name))
    }
}

/// Checks a name of an account or a label. They are printed to terminals, so control characters and
/// invisible spaces are rejected.
pub(super) fn name(text: &str) -> Result<String, String> {
    let length = text.chars().count();
    if !(1..=NAME_CHARACTERS).contains(&length) || text.trim() != text {
        return Err(format!("a name has 1 to {NAME_CHARACTERS} characters and no space around it"));
    }
    if text.chars().any(char::is_control) {
        return Err("a name has no control characters".to_owned());
    }
    Ok(text.to_owned())
}
