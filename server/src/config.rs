//! The settings of a server.
//!
//! Flags override environment variables, which override the configuration file, which overrides the
//! defaults.
//!
//! To add a setting, add a line to the table `settings!` below, and the setting with its default
//! to `config.example.toml` (commented out if there is no default). The flag, the environment variable,
//! the key in the file, the help text, the merge and the field of [`Config`] follow from the table; a
//! test compares the example with it.
//!
//! Layering crates such as `figment` were rejected: clap reads the flags and variables in any case,
//! and what remains is one `or` per setting.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use agenthuman_links_api::types::RequestCount;
use prometheus_client::metrics::counter::Counter;
use serde::Deserialize;
use slog::{Discard, Logger, o};

use crate::client_address::TrustedProxies;
use crate::clock::Clock;
use crate::cors::CorsOrigins;
use crate::database_url::{DatabaseUrl, DatabaseUrlError, UncheckedDatabaseUrl};
use crate::listen_address::{ListenAddress, ResolveError};

/// Declares [`Settings`] and [`Config`] from one table.
///
/// A row is `name: type in a source => type in Config, conversion, default, "VALUE NAME",
/// "VARIABLE", "help"`. The default is a TOML literal, or `none` for an optional setting.
macro_rules! settings {
    ($(
        $(#[$attribute:meta])*
        $name:ident: $source:ty => $target:ty, $convert:path, $default:tt, $value_name:literal,
            $variable:literal, $help:literal;
    )*) => {
        /// Settings from one source; a setting that the source omits is `None`.
        #[derive(Clone, Debug, Default, PartialEq, clap::Args, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct Settings {$(
            #[arg(
                long,
                value_name = $value_name,
                env = $variable,
                help = concat!($help, " [default: ", settings!(@text $default), "]")
            )]
            $(#[$attribute])*
            pub(crate) $name: Option<$source>,
        )*}

        /// Configuration of a server.
        #[derive(Clone, Debug)]
        pub struct Config {
            $(
                #[doc = concat!("The setting `", stringify!($name), "`: ", $help, ".")]
                pub $name: $target,
            )*
            /// Clock that decides about expiry and rate limits.
            pub clock: Arc<dyn Clock>,
            /// Log of requests and failures.
            pub log: Logger,
            /// Lines that the log has dropped.
            pub(crate) log_lines_dropped: Counter,
        }

        /// The settings that have a default, as a configuration file.
        const DEFAULTS: &str = concat!($(settings!(@line $name $default)),*);

        impl Settings {
            /// Fills the settings that are `None` from a source of lower precedence.
            pub(crate) fn or(self, lower: Settings) -> Settings {
                Settings { $($name: self.$name.or(lower.$name),)* }
            }

            /// Returns the names and values of the settings that are neither `None` nor the default.
            pub(crate) fn differences(&self) -> Vec<(&'static str, String)> {
                let defaults = Settings::defaults();
                let mut differences = Vec::new();
                $(match &self.$name {
                    Some(value) if self.$name != defaults.$name => {
                        differences.push((stringify!($name), format!("{value:?}")));
                    }
                    _ => {}
                })*
                differences
            }

            /// Returns the configuration, with the defaults for settings that are `None` and a log
            /// that discards everything.
            pub(crate) fn into_config(self, clock: Arc<dyn Clock>) -> Result<Config, SettingsError> {
                let settings = self.or(Settings::defaults());
                let config = Config {
                    $($name: settings!(@value $default, $convert, settings.$name),)*
                    clock,
                    log: Logger::root(Discard, o!()),
                    log_lines_dropped: Counter::default(),
                };
                config.tls_files()?;
                Ok(config)
            }
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
    (@text none) => { "none" };
    (@text $default:literal) => { $default };
    (@line $name:ident none) => { "" };
    (@line $name:ident $default:literal) => {
        concat!(stringify!($name), " = ", stringify!($default), "\n")
    };
    (@value none, $convert:path, $value:expr) => { $value.map($convert).transpose()? };
    (@value $default:literal, $convert:path, $value:expr) => { $convert(required($value))? };
}

settings! {
    bind: ListenAddress => SocketAddr, resolved, "127.0.0.1:8080", "HOST:PORT",
        "LINKS_BIND",
        "Set the address to listen on, or its name; without a host all addresses, and port 0 selects a \
         free port";

    #[arg(hide_env_values = true)]
    database: UncheckedDatabaseUrl => DatabaseUrl, database_url, "sqlite:links.db", "URL",
        "LINKS_DATABASE",
        "Set the database, sqlite:PATH or postgres://HOST/DATABASE; created if it does not exist";

    // the vendor documents 60 requests a minute for each key
    #[arg(value_parser = parse_rate_limit)]
    rate_limit: RequestCount => i64, request_count, 60, "N",
        "LINKS_RATE_LIMIT", "Limit the requests per minute of each API key; 0 disables the limit";

    rate_limit_failure: RateLimitFailure => RateLimitFailure, unchanged, "admit", "ACTION",
        "LINKS_RATE_LIMIT_FAILURE",
        "Set what happens to requests that a PostgreSQL database cannot count";

    docs: bool => bool, unchanged, true, "BOOL",
        "LINKS_DOCS", "Serve /docs, /openapi.json and /openapi.yaml";

    admin_bind: ListenAddress => Option<SocketAddr>, resolved, none, "HOST:PORT",
        "LINKS_ADMIN_BIND", "Serve /healthz, /readyz and /metrics on this address";

    database_connections: NonZeroU32 => usize, count, 16, "N",
        "LINKS_DATABASE_CONNECTIONS", "Limit the connections to a PostgreSQL database";

    tls_certificate: PathBuf => Option<PathBuf>, unchanged, none, "FILE",
        "LINKS_TLS_CERTIFICATE", "Enable TLS with this certificate and its chain, in PEM";

    tls_key: PathBuf => Option<PathBuf>, unchanged, none, "FILE",
        "LINKS_TLS_KEY", "Set the private key of the certificate, in PEM";

    max_in_flight: NonZeroU32 => usize, count, 1024, "N",
        "LINKS_MAX_IN_FLIGHT", "Limit the requests in flight; further ones receive a 503";

    max_in_flight_per_key: NonZeroU32 => usize, count, 256, "N",
        "LINKS_MAX_IN_FLIGHT_PER_KEY", "Limit the requests in flight of each API key";

    body_timeout: NonZeroU32 => Duration, seconds, 30, "SECONDS",
        "LINKS_BODY_TIMEOUT", "Set the timeout for a request body";

    trusted_proxies: TrustedProxies => Option<TrustedProxies>, unchanged, none, "ADDRESSES",
        "LINKS_TRUSTED_PROXIES",
        "Take the clients' addresses from X-Forwarded-For or Forwarded of these reverse proxies: \
         addresses and networks, separated by commas";

    cors_origins: CorsOrigins => Option<CorsOrigins>, unchanged, none, "ORIGINS",
        "LINKS_CORS_ORIGINS",
        "Allow requests from browsers on pages of these origins, such as https://docs.example.com, separated \
         by commas";

    drain_delay: u32 => Duration, delay, 0, "SECONDS",
        "LINKS_DRAIN_DELAY",
        "Set the time between SIGTERM and the end of accepting requests, in which /readyz fails";

    // a little more than a body may take
    shutdown_timeout: NonZeroU32 => Duration, seconds, 35, "SECONDS",
        "LINKS_SHUTDOWN_TIMEOUT", "Set the timeout for requests in flight during shutdown";

    log_format: LogFormat => LogFormat, unchanged, "text", "FORMAT",
        "LINKS_LOG_FORMAT", "Set the format of the log on stderr";

    log_level: LogLevel => LogLevel, unchanged, "info", "LEVEL",
        "LINKS_LOG_LEVEL", "Set the log level; `info` logs each request";
}

fn unchanged<T>(value: T) -> Result<T, SettingsError> {
    Ok(value)
}

fn resolved(address: ListenAddress) -> Result<SocketAddr, SettingsError> {
    Ok(address.resolve()?)
}

fn database_url(url: UncheckedDatabaseUrl) -> Result<DatabaseUrl, SettingsError> {
    Ok(url.check()?)
}

fn request_count(count: RequestCount) -> Result<i64, SettingsError> {
    Ok(count.into())
}

fn count(count: NonZeroU32) -> Result<usize, SettingsError> {
    Ok(usize::try_from(count.get()).unwrap_or(usize::MAX))
}

fn seconds(seconds: NonZeroU32) -> Result<Duration, SettingsError> {
    Ok(Duration::from_secs(seconds.get().into()))
}

fn delay(seconds: u32) -> Result<Duration, SettingsError> {
    Ok(Duration::from_secs(seconds.into()))
}

fn parse_rate_limit(text: &str) -> Result<RequestCount, String> {
    let count: i64 = text.parse().map_err(|_| "expected a whole number".to_owned())?;
    RequestCount::try_from(count).map_err(|violation| violation.to_string())
}

#[expect(clippy::expect_used, reason = "only called after the defaults were filled in")]
fn required<T>(value: Option<T>) -> T {
    value.expect("a setting with a default has a value once the defaults are filled in")
}

/// Certificate of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TlsFiles<'a> {
    /// PEM file with the certificate and its chain.
    pub(crate) certificate: &'a Path,
    /// PEM file with the private key.
    pub(crate) key: &'a Path,
}

impl Config {
    /// Returns a configuration with the default settings, except for the database and the address.
    #[expect(clippy::expect_used, reason = "a constant that the tests read")]
    pub fn new(
        bind: SocketAddr,
        database: DatabaseUrl,
        clock: Arc<dyn Clock>,
        log: Logger,
    ) -> Self {
        let defaults = Settings::default().into_config(clock).expect("the defaults are valid");
        Config { bind, database, log, ..defaults }
    }

    /// Returns the files of the certificate, or `None` if TLS is off.
    pub(crate) fn tls_files(&self) -> Result<Option<TlsFiles<'_>>, SettingsError> {
        match (&self.tls_certificate, &self.tls_key) {
            (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
            (None, None) => Ok(None),
            _ => Err(SettingsError::IncompleteTls),
        }
    }
}

impl Settings {
    /// Reads a TOML file whose keys are the names of the settings.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigFileError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigFileError::Read { path: path.to_owned(), error })?;
        toml::from_str(&text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let line = 1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count();
            // `Display` of a TOML error quotes lines of the file; this message must be one line
            let problem = error.message().replace('\n', ", ");
            ConfigFileError::Invalid { path: path.to_owned(), line, problem }
        })
    }

    /// Returns the database, with the default if the setting is `None`.
    pub(crate) fn into_database(self) -> Result<DatabaseUrl, SettingsError> {
        database_url(required(self.or(Settings::defaults()).database))
    }

    #[expect(clippy::expect_used, reason = "a constant that the tests read")]
    fn defaults() -> Self {
        toml::from_str(DEFAULTS).expect("the table of settings has valid defaults")
    }
}

/// Treatment of requests that the store cannot count against the rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RateLimitFailure {
    /// Count them in this process only.
    Admit,
    /// Respond with 503.
    Reject,
}

/// Format of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text for people.
    Text,
    /// One JSON object per line.
    Json,
}

/// Lowest severity that is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Requests that the server failed to handle.
    Error,
    /// Temporary failures as well.
    Warn,
    /// Each request as well.
    Info,
}

/// Reason why valid settings cannot be used, alone or together.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The URL of the database is invalid.
    #[error("invalid --database or LINKS_DATABASE")]
    Database(#[from] DatabaseUrlError),
    /// The name of an address to listen on has no address.
    #[error(transparent)]
    Address(#[from] ResolveError),
    /// Only one of the certificate and its key is set.
    #[error("TLS requires both --tls-certificate and --tls-key")]
    IncompleteTls,
}

/// Reason why a configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigFileError {
    #[error("failed to read the configuration {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        error: std::io::Error,
    },
    #[error("{}:{line}: {problem}", path.display())]
    Invalid { path: PathBuf, line: usize, problem: String },
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::clock::SystemClock;

    const EXAMPLE: &str = include_str!("../config.example.toml");

    #[test]
    fn defaults_are_valid_and_log_requests() {
        let config = Settings::default().into_config(Arc::new(SystemClock)).unwrap();
        assert_eq!((config.log_format, config.log_level), (LogFormat::Text, LogLevel::Info));
        assert_eq!(config.database, DatabaseUrl::SqliteFile(PathBuf::from("links.db")));
    }

    #[test]
    fn example_sets_every_default() {
        let example: toml::Table = toml::from_str(EXAMPLE).unwrap();
        let defaults: toml::Table = toml::from_str(DEFAULTS).unwrap();
        assert_eq!(example, defaults);
        assert_eq!(toml::from_str::<Settings>(EXAMPLE).unwrap(), Settings::defaults());
    }

    #[test]
    fn example_has_every_setting_when_uncommented() {
        let uncommented = |line: &str| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => setting.to_owned(),
            _ => line.to_owned(),
        };
        let all: String = EXAMPLE.lines().map(|line| uncommented(line) + "\n").collect();
        toml::from_str::<Settings>(&all).unwrap();
        let table: toml::Table = toml::from_str(&all).unwrap();
        let mut names = NAMES.to_vec();
        names.sort_unstable();
        assert_eq!(table.keys().collect::<Vec<_>>(), names);
    }
}
