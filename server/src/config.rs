//! What an operator decides, and where each decision comes from.
//!
//! Flags override the environment, which overrides the configuration file, which overrides the
//! defaults. One struct serves all three sources, so a setting cannot be missing from one of them.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use agenthuman_links_api::types::RequestCount;
use serde::Deserialize;
use slog::Logger;

use crate::clock::Clock;
#[cfg(feature = "postgres")]
use crate::store::PostgresUrl;

const DEFAULT_BIND: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8080));
const DEFAULT_DATABASE: &str = "links.db";
/// The vendor documents 60 requests a minute for each key.
const DEFAULT_RATE_LIMIT: i64 = 60;

/// What a server needs in order to start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 picks a free one.
    pub bind: SocketAddr,
    /// Where accounts, keys, agents and links are.
    pub database: DatabaseUrl,
    /// Requests that each key may make in a window of 60 seconds; 0 is no limit.
    pub rate_limit: i64,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gets a line for each request and each failure.
    pub log: Logger,
}

/// The settings that one source gives.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR:PORT", env = "LINKS_BIND")]
    pub bind: Option<SocketAddr>,

    /// Database, made when it is missing: sqlite:PATH or postgres://HOST/DATABASE [default: sqlite:links.db]
    #[arg(long, value_name = "URL", env = "LINKS_DATABASE", hide_env_values = true)]
    pub database: Option<GivenDatabase>,

    /// Requests per minute that each key may make; 0 is no limit [default: 60]
    #[arg(long, value_name = "N", env = "LINKS_RATE_LIMIT", value_parser = parse_rate_limit)]
    pub rate_limit: Option<RequestCount>,
}

impl Settings {
    /// Reads a TOML file with the flags' names as keys, `rate_limit` for `--rate-limit`.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError::Read { path: path.to_owned(), error })?;
        toml::from_str(&text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let line = 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
            // toml's own text repeats the lines of the file; this is to be one line
            let problem = error.message().replace('\n', ", ");
            ConfigError::Invalid { path: path.to_owned(), line, problem }
        })
    }

    /// These settings, and `other` where these say nothing.
    pub fn or(self, other: Settings) -> Settings {
        Settings {
            bind: self.bind.or(other.bind),
            database: self.database.or(other.database),
            rate_limit: self.rate_limit.or(other.rate_limit),
        }
    }

    /// The defaults where these say nothing.
    pub fn into_config(
        self,
        clock: Arc<dyn Clock>,
        log: Logger,
    ) -> Result<Config, DatabaseUrlError> {
        let default_database = || Ok(DatabaseUrl::SqliteFile(PathBuf::from(DEFAULT_DATABASE)));
        Ok(Config {
            bind: self.bind.unwrap_or(DEFAULT_BIND),
            database: self.database.map_or_else(default_database, GivenDatabase::url)?,
            rate_limit: self.rate_limit.map_or(DEFAULT_RATE_LIMIT, i64::from),
            clock,
            log,
        })
    }
}

fn parse_rate_limit(text: &str) -> Result<RequestCount, String> {
    let count: i64 = text.parse().map_err(|_| "expected a whole number".to_owned())?;
    RequestCount::try_from(count).map_err(|violation| violation.to_string())
}

/// Why a configuration file was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the configuration {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error("{}:{line}: {problem}", path.display())]
    Invalid { path: PathBuf, line: usize, problem: String },
}

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum DatabaseUrl {
    /// `sqlite:PATH`
    SqliteFile(PathBuf),
    /// `sqlite::memory:`: gone when the process ends.
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
            // `sqlite://links.db` would quietly be /links.db
            ("sqlite", path) if path.starts_with("//") && !path.starts_with("///") => {
                Err(DatabaseUrlError::Host)
            }
            ("sqlite", path) => Ok(DatabaseUrl::SqliteFile(PathBuf::from(path))),
            #[cfg(feature = "postgres")]
            ("postgres" | "postgresql", _) => PostgresUrl::parse(text)
                .map(DatabaseUrl::Postgres)
                .ok_or(DatabaseUrlError::Postgres),
            // no more of the text than the scheme: such addresses hold passwords
            (other, rest) if is_scheme(other) && rest.starts_with("//") => {
                Err(DatabaseUrlError::Scheme(other.to_owned()))
            }
            // what comes before the colon may be anything, a password too
            _ => Err(DatabaseUrlError::NoScheme),
        }
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = DatabaseUrlError;

    fn try_from(text: String) -> Result<Self, DatabaseUrlError> {
        text.parse()
    }
}

/// The address of a database as a flag or the environment gives it, good or bad.
///
/// clap must not be the one to refuse it: clap repeats what it refuses, and this may hold a password.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "DatabaseUrl")]
pub struct GivenDatabase(Result<DatabaseUrl, DatabaseUrlError>);

impl GivenDatabase {
    /// The address, if it is one.
    pub fn url(self) -> Result<DatabaseUrl, DatabaseUrlError> {
        self.0
    }
}

impl From<&str> for GivenDatabase {
    fn from(text: &str) -> Self {
        GivenDatabase(text.parse())
    }
}

impl From<DatabaseUrl> for GivenDatabase {
    fn from(url: DatabaseUrl) -> Self {
        GivenDatabase(Ok(url))
    }
}

/// Why a text is not the address of a database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    #[error("a database is named by a URL such as sqlite:links.db")]
    NoScheme,
    #[error("the path is missing: write sqlite:PATH")]
    NoPath,
    #[error("a path follows sqlite: without //, as in sqlite:links.db")]
    Host,
    #[cfg(feature = "postgres")]
    #[error(
        "use sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE; this one does not parse, or has \
         a parameter that is not known (sslmode is `disable` or `verify-full`)"
    )]
    Postgres,
    #[error(
        "databases of the kind `{0}` are not supported: use sqlite:PATH or postgres://HOST/DATABASE"
    )]
    Scheme(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn database_urls() {
        let file = |path: &str| Ok(DatabaseUrl::SqliteFile(PathBuf::from(path)));
        assert_eq!("sqlite:links.db".parse(), file("links.db"));
        assert_eq!("sqlite:/var/lib/links.db".parse(), file("/var/lib/links.db"));
        assert_eq!("sqlite::memory:".parse(), Ok(DatabaseUrl::SqliteMemory));
        assert_eq!("sqlite:".parse::<DatabaseUrl>(), Err(DatabaseUrlError::NoPath));
        assert_eq!("sqlite://links.db".parse::<DatabaseUrl>(), Err(DatabaseUrlError::Host));
        assert_eq!("links.db".parse::<DatabaseUrl>(), Err(DatabaseUrlError::NoScheme));
    }

    #[test]
    fn a_refused_url_keeps_its_password() {
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
