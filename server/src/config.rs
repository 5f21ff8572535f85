//! What an operator decides, and where each decision comes from.
//!
//! Flags override the environment, which overrides the configuration file, which overrides the
//! defaults. One struct serves all three sources, so a setting cannot be missing from one of them.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use agenthuman_links_api::types::RequestCount;
use serde::Deserialize;
use slog::Logger;

use crate::clock::Clock;
use crate::store::DEFAULT_CONNECTIONS;
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
    /// Where to answer `/healthz`, `/readyz` and `/metrics`; nowhere without it.
    pub admin_bind: Option<SocketAddr>,
    /// The most connections that a pool opens, where the database is one that has them.
    pub database_connections: usize,
    /// Requests that each key may make in a window of 60 seconds; 0 is no limit.
    pub rate_limit: i64,
    /// Whether `/docs`, `/openapi.json` and `/openapi.yaml` are there.
    pub docs: bool,
    /// Speak TLS, with this certificate.
    pub tls: Option<TlsFiles>,
    /// What callers may take.
    pub limits: Limits,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gets a line for each request and each failure.
    pub log: Logger,
}

impl Config {
    /// The defaults.
    pub fn new(
        bind: SocketAddr,
        database: DatabaseUrl,
        clock: Arc<dyn Clock>,
        log: Logger,
    ) -> Self {
        Config {
            bind,
            admin_bind: None,
            database,
            database_connections: DEFAULT_CONNECTIONS,
            rate_limit: DEFAULT_RATE_LIMIT,
            docs: true,
            tls: None,
            limits: Limits::default(),
            clock,
            log,
        }
    }
}

/// A certificate with its chain, and its key, in PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// What callers may take of a server, all together and each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; more of them wait.
    pub connections: usize,
    /// Requests in flight at a time; more of them are told to come back later. Each holds up to the
    /// 64 KiB of a body.
    pub in_flight: usize,
    /// How long the head of a request may take, and a connection be idle before it.
    pub header_timeout: Duration,
    /// How long a body may take.
    pub body_timeout: Duration,
    /// How long a caller may stop in the middle of something, such as reading its answer.
    pub idle_timeout: Duration,
    /// How long what is in flight may take after the server was told to stop. A little more than a
    /// body may.
    pub shutdown_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 4096,
            in_flight: 1024,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(60),
            shutdown_timeout: Duration::from_secs(35),
        }
    }
}

/// The settings that one source gives.
#[derive(Clone, Debug, Default, PartialEq, clap::Args, Deserialize)]
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

    /// Whether to show /docs, /openapi.json and /openapi.yaml [default: true]
    #[arg(long, value_name = "BOOL", env = "LINKS_DOCS")]
    pub docs: Option<bool>,

    /// Address for /healthz, /readyz and /metrics [default: none]
    #[arg(long, value_name = "ADDR:PORT", env = "LINKS_ADMIN_BIND")]
    pub admin_bind: Option<SocketAddr>,

    /// The most connections to a PostgreSQL database [default: 16]
    #[arg(long, value_name = "N", env = "LINKS_DATABASE_CONNECTIONS")]
    pub database_connections: Option<NonZeroU32>,

    /// Certificate with its chain, in PEM: speak TLS [default: none]
    #[arg(long, value_name = "FILE", env = "LINKS_TLS_CERTIFICATE")]
    pub tls_certificate: Option<PathBuf>,

    /// The certificate's key, in PEM
    #[arg(long, value_name = "FILE", env = "LINKS_TLS_KEY")]
    pub tls_key: Option<PathBuf>,

    /// Connections at a time; more of them wait [default: 4096]
    #[arg(long, value_name = "N", env = "LINKS_MAX_CONNECTIONS")]
    pub max_connections: Option<NonZeroU32>,

    /// Requests in flight at a time; more of them get a 503 [default: 1024]
    #[arg(long, value_name = "N", env = "LINKS_MAX_IN_FLIGHT")]
    pub max_in_flight: Option<NonZeroU32>,

    /// How long the head of a request may take, or an idle connection stay [default: 30]
    #[arg(long, value_name = "SECONDS", env = "LINKS_HEADER_TIMEOUT")]
    pub header_timeout: Option<NonZeroU32>,

    /// How long the body of a request may take [default: 30]
    #[arg(long, value_name = "SECONDS", env = "LINKS_BODY_TIMEOUT")]
    pub body_timeout: Option<NonZeroU32>,

    /// How long a caller may stop in the middle of something [default: 60]
    #[arg(long, value_name = "SECONDS", env = "LINKS_IDLE_TIMEOUT")]
    pub idle_timeout: Option<NonZeroU32>,

    /// How long requests in flight may take once the server is told to stop [default: 35]
    #[arg(long, value_name = "SECONDS", env = "LINKS_SHUTDOWN_TIMEOUT")]
    pub shutdown_timeout: Option<NonZeroU32>,

    /// How the log on stderr looks [default: text]
    #[arg(long, value_name = "FORMAT", env = "LINKS_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,

    /// What is logged; `info` has a line for each request [default: info]
    #[arg(long, value_name = "LEVEL", env = "LINKS_LOG_LEVEL")]
    pub log_level: Option<LogLevel>,
}

/// How a log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one object in each line.
    Json,
}

/// What is worth a line in a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What the server failed to do.
    Error,
    /// What it could not do for now.
    Warn,
    /// Each request.
    #[default]
    Info,
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
            admin_bind: self.admin_bind.or(other.admin_bind),
            database: self.database.or(other.database),
            database_connections: self.database_connections.or(other.database_connections),
            docs: self.docs.or(other.docs),
            rate_limit: self.rate_limit.or(other.rate_limit),
            tls_certificate: self.tls_certificate.or(other.tls_certificate),
            tls_key: self.tls_key.or(other.tls_key),
            max_connections: self.max_connections.or(other.max_connections),
            max_in_flight: self.max_in_flight.or(other.max_in_flight),
            header_timeout: self.header_timeout.or(other.header_timeout),
            body_timeout: self.body_timeout.or(other.body_timeout),
            idle_timeout: self.idle_timeout.or(other.idle_timeout),
            shutdown_timeout: self.shutdown_timeout.or(other.shutdown_timeout),
            log_format: self.log_format.or(other.log_format),
            log_level: self.log_level.or(other.log_level),
        }
    }

    /// The defaults where these say nothing.
    pub fn into_config(self, clock: Arc<dyn Clock>, log: Logger) -> Result<Config, SettingsError> {
        let default_database = || Ok(DatabaseUrl::SqliteFile(PathBuf::from(DEFAULT_DATABASE)));
        let database = self.database.map_or_else(default_database, GivenDatabase::url)?;
        let mut config = Config::new(self.bind.unwrap_or(DEFAULT_BIND), database, clock, log);
        config.admin_bind = self.admin_bind;
        config.rate_limit = self.rate_limit.map_or(DEFAULT_RATE_LIMIT, i64::from);
        config.docs = self.docs.unwrap_or(config.docs);
        config.tls = match (self.tls_certificate, self.tls_key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            _ => return Err(SettingsError::HalfTls),
        };
        let count = |given: Option<NonZeroU32>, default: usize| {
            given.map_or(default, |given| usize::try_from(given.get()).unwrap_or(usize::MAX))
        };
        let seconds = |given: Option<NonZeroU32>, default| {
            given.map_or(default, |given| Duration::from_secs(given.get().into()))
        };
        let default = Limits::default();
        config.limits = Limits {
            connections: count(self.max_connections, default.connections),
            in_flight: count(self.max_in_flight, default.in_flight),
            header_timeout: seconds(self.header_timeout, default.header_timeout),
            body_timeout: seconds(self.body_timeout, default.body_timeout),
            idle_timeout: seconds(self.idle_timeout, default.idle_timeout),
            shutdown_timeout: seconds(self.shutdown_timeout, default.shutdown_timeout),
        };
        config.database_connections = count(self.database_connections, DEFAULT_CONNECTIONS);
        Ok(config)
    }
}

/// Why settings that are each fine are refused.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("--database or LINKS_DATABASE is refused")]
    Database(#[from] DatabaseUrlError),
    #[error("a certificate and its key belong together: --tls-certificate and --tls-key")]
    HalfTls,
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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
    #![allow(clippy::unwrap_used, reason = "tests")]

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
    fn the_example_has_every_setting_and_the_defaults() {
        let example = include_str!("../config.example.toml");
        let given: Settings = toml::from_str(example).unwrap();
        let config = |settings: Settings| {
            let log = Logger::root(slog::Discard, slog::o!());
            let config = settings.into_config(Arc::new(crate::clock::SystemClock), log).unwrap();
            format!("{config:?}")
        };
        let logs = (given.log_format, given.log_level);
        assert_eq!(logs, (Some(LogFormat::default()), Some(LogLevel::default())));
        assert_eq!(config(given), config(Settings::default()));

        // and those that are off, once their comment sign is gone
        let on = |line: &str| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => setting.to_owned(),
            _ => line.to_owned(),
        };
        let all: String = example.lines().map(|line| on(line) + "\n").collect();
        let Settings {
            bind: Some(_),
            admin_bind: Some(_),
            database: Some(_),
            database_connections: Some(_),
            rate_limit: Some(_),
            docs: Some(_),
            tls_certificate: Some(_),
            tls_key: Some(_),
            max_connections: Some(_),
            max_in_flight: Some(_),
            header_timeout: Some(_),
            body_timeout: Some(_),
            idle_timeout: Some(_),
            shutdown_timeout: Some(_),
            log_format: Some(_),
            log_level: Some(_),
        } = toml::from_str(&all).unwrap()
        else {
            panic!("a setting is missing");
        };
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
