//! URLs of databases.
//!
//! They may hold passwords, so neither the `Debug` output of a URL nor an error repeats one.

#[cfg(feature = "postgres")]
mod postgres;

use std::fmt::{self, Display, Formatter};
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

#[cfg(feature = "postgres")]
pub use self::postgres::PostgresUrl;
#[cfg(feature = "postgres")]
pub(crate) use self::postgres::Tls;

/// Location of a database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum DatabaseUrl {
    /// `sqlite:PATH`
    SqliteFile(PathBuf),
    /// `sqlite::memory:`, a database that is deleted when the process ends.
    SqliteMemory,
    /// `postgres://USER:PASSWORD@HOST/DATABASE`
    #[cfg(feature = "postgres")]
    Postgres(PostgresUrl),
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        let (scheme, rest) = text.split_once(':').ok_or(DatabaseUrlError::NoScheme)?;
        let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match (scheme, rest) {
            ("sqlite", ":memory:") => Ok(DatabaseUrl::SqliteMemory),
            ("sqlite", "") => Err(DatabaseUrlError::NoPath),
            // `sqlite://links.db` would silently be the file /links.db
            ("sqlite", path) if path.starts_with("//") && !path.starts_with("///") => {
                Err(DatabaseUrlError::Host)
            }
            ("sqlite", path) => Ok(DatabaseUrl::SqliteFile(PathBuf::from(path))),
            #[cfg(feature = "postgres")]
            ("postgres" | "postgresql", _) => PostgresUrl::parse(text)
                .map(DatabaseUrl::Postgres)
                .ok_or(DatabaseUrlError::Postgres),
            // the error repeats the scheme and nothing else: the rest may hold a password
            (other, rest) if is_scheme(other) && rest.starts_with("//") => {
                Err(DatabaseUrlError::Scheme(other.to_owned()))
            }
            // without `//`, the text before the colon may itself be a password
            _ => Err(DatabaseUrlError::NoScheme),
        }
    }
}

/// Formats a URL without its user, its password and its parameters.
impl Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::SqliteFile(path) => write!(formatter, "sqlite:{}", path.display()),
            DatabaseUrl::SqliteMemory => formatter.write_str("sqlite::memory:"),
            #[cfg(feature = "postgres")]
            DatabaseUrl::Postgres(url) => write!(formatter, "{url}"),
        }
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = DatabaseUrlError;

    fn try_from(text: String) -> Result<Self, DatabaseUrlError> {
        text.parse()
    }
}

/// Value of a `--database` flag or of `LINKS_DATABASE`, valid or not.
///
/// clap must accept invalid values: its error messages repeat the value, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "DatabaseUrl")]
pub(crate) struct UncheckedDatabaseUrl(Result<DatabaseUrl, DatabaseUrlError>);

impl UncheckedDatabaseUrl {
    /// Returns the URL, or the reason why it is invalid.
    pub(crate) fn check(self) -> Result<DatabaseUrl, DatabaseUrlError> {
        self.0
    }
}

impl From<&str> for UncheckedDatabaseUrl {
    fn from(text: &str) -> Self {
        UncheckedDatabaseUrl(text.parse())
    }
}

impl From<DatabaseUrl> for UncheckedDatabaseUrl {
    fn from(url: DatabaseUrl) -> Self {
        UncheckedDatabaseUrl(Ok(url))
    }
}

/// Reason why a text is not the URL of a database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// The text has no scheme.
    #[error("not a database URL, such as sqlite:links.db")]
    NoScheme,
    /// The text is `sqlite:` and nothing else.
    #[error("the path is missing: write sqlite:PATH")]
    NoPath,
    /// A host follows `sqlite:`.
    #[error("an SQLite URL has no host: write sqlite:PATH without //, as in sqlite:links.db")]
    Host,
    /// The text begins with `postgres:` and is invalid.
    #[cfg(feature = "postgres")]
    #[error(
        "invalid PostgreSQL URL, or one with an unknown parameter: write \
         postgres://USER:PASSWORD@HOST/DATABASE (sslmode is `disable` or `verify-full`), or use \
         sqlite:PATH"
    )]
    Postgres,
    /// The scheme is that of another database.
    #[error(
        "databases of type `{0}` are not supported: use sqlite:PATH or postgres://HOST/DATABASE"
    )]
    Scheme(String),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn parse_reads_sqlite_urls() {
        let file = |path: &str| Ok(DatabaseUrl::SqliteFile(PathBuf::from(path)));
        assert_eq!("sqlite:links.db".parse(), file("links.db"));
        assert_eq!("sqlite:/var/lib/links.db".parse(), file("/var/lib/links.db"));
        assert_eq!("sqlite::memory:".parse(), Ok(DatabaseUrl::SqliteMemory));
        assert_eq!("sqlite:".parse::<DatabaseUrl>(), Err(DatabaseUrlError::NoPath));
        assert_eq!("sqlite://links.db".parse::<DatabaseUrl>(), Err(DatabaseUrlError::Host));
        assert_eq!("links.db".parse::<DatabaseUrl>(), Err(DatabaseUrlError::NoScheme));
    }

    #[test]
    fn error_does_not_contain_password() {
        for url in [
            "postgres://me:hunter2@db/links?sslmode=prefer",
            "postgres://me:hunter2@db:port/links",
            "mysql://me:hunter2@db/links",
            "me:hunter2@db/links",
            "hunter2@db:5432/links",
            "hunter2:",
        ] {
            let error = url.parse::<DatabaseUrl>().map_err(|error| error.to_string());
            assert!(error.is_err_and(|text| !text.contains("hunter2")));
        }
    }
}
