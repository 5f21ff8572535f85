//! `postgres://` URLs: tokio-postgres' syntax with stricter TLS.
//!
//! libpq's `prefer` and `allow` fall back to plain text, and its `require` does not verify the
//! certificate; neither stops an attacker on the network. Here TLS is either off or verifies the
//! certificate's chain and name, and it is the default for every host but this machine.

use std::fmt::{self, Debug, Display, Formatter};
use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

/// Settings of a session, unless the URL's `options` name them. They are not sent as `options`, which
/// PgBouncer rejects. PostgreSQL enforces the time limits, in milliseconds; they are shorter than a
/// request's time limit for the store, so that the request receives PostgreSQL's error.
const SESSION_SETTINGS: [(&str, &str); 4] = [
    ("statement_timeout", "4000"),
    ("lock_timeout", "3000"),
    ("idle_in_transaction_session_timeout", "10000"),
    // the client must see the warning that a commit is not confirmed by a synchronous standby
    ("client_min_messages", "warning"),
];

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Time without an acknowledgement after which a connection is closed.
const TCP_USER_TIMEOUT: Duration = Duration::from_secs(8);
const KEEPALIVE: Duration = Duration::from_secs(15);

/// URL of a PostgreSQL database. Its `Debug` output omits the password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    pub(crate) config: Box<Config>,
    pub(crate) tls: Tls,
    /// Statements that a session begins with.
    pub(crate) setup: String,
}

/// TLS mode of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tls {
    /// Plain text.
    Off,
    /// TLS with a verified certificate.
    Verified {
        /// File with trusted certificates; the operating system's if `None`.
        roots: Option<PathBuf>,
    },
}

impl PostgresUrl {
    /// Parses a URL. Returns no reason for a failure, because the reason could repeat a password.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, query) = text.split_once('?').unwrap_or((text, ""));
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some((name @ ("sslmode" | "sslrootcert"), value)) => ours.push((name, value)),
                _ => theirs.push(parameter),
            }
        }
        let mut config: Config = format!("{address}?{}", theirs.join("&")).parse().ok()?;
        let mut mode = None;
        let mut roots = None;
        for (name, value) in ours {
            match name {
                "sslmode" => mode = Some(value),
                _ => roots = Some(PathBuf::from(&*percent_decode_str(value).decode_utf8().ok()?)),
            }
        }
        let tls = match mode {
            Some("disable") => Tls::Off,
            Some("require" | "verify-ca" | "verify-full") => Tls::Verified { roots },
            None if roots.is_none() && config.get_hosts().iter().all(is_local) => Tls::Off,
            None => Tls::Verified { roots },
            Some(_) => return None,
        };
        config.ssl_mode(if tls == Tls::Off { SslMode::Disable } else { SslMode::Require });
        let options = config.get_options().unwrap_or_default();
        let settings = SESSION_SETTINGS.iter().filter(|(name, _)| !options.contains(name));
        let setup = settings.map(|(name, value)| format!("SET {name} = {value};")).collect();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        config
            .application_name("links-server")
            .tcp_user_timeout(TCP_USER_TIMEOUT)
            .keepalives_idle(KEEPALIVE)
            // connects to the primary of several hosts, also after a failover
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
        Some(PostgresUrl { config: Box::new(config), tls, setup })
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Formats the hosts, their ports and the name of the database.
impl Display for PostgresUrl {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (hosts, ports) = (self.config.get_hosts(), self.config.get_ports());
        formatter.write_str("postgres://")?;
        for (index, host) in hosts.iter().enumerate() {
            let separator = if index > 0 { "," } else { "" };
            match host {
                Host::Tcp(name) => write!(formatter, "{separator}{name}")?,
                #[cfg(unix)]
                Host::Unix(path) => write!(formatter, "{separator}{}", path.display())?,
            }
            // one port is that of all hosts
            if let Some(port) = ports.get(index).or_else(|| ports.first()) {
                write!(formatter, ":{port}")?;
            }
        }
        write!(formatter, "/{}", self.config.get_dbname().unwrap_or_default())
    }
}

impl Debug for PostgresUrl {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("PostgresUrl");
        shown.field("hosts", &self.config.get_hosts());
        shown.field("dbname", &self.config.get_dbname()).field("tls", &self.tls).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn tls(text: &str) -> Option<Tls> {
        PostgresUrl::parse(text).map(|url| url.tls)
    }

    #[test]
    fn parse_verifies_tls_unless_host_is_local_or_tls_is_disabled() {
        let verified = Some(Tls::Verified { roots: None });
        for host in ["localhost", "127.0.0.1", "[::1]", "%2Frun%2Fpostgresql"] {
            assert_eq!(tls(&format!("postgres://me@{host}/links")), Some(Tls::Off), "{host}");
        }
        assert_eq!(tls("postgres://me@db/links"), verified);
        assert_eq!(tls("postgres://me@localhost,db/links"), verified);
        assert_eq!(tls("postgres://me@db/links?sslmode=disable"), Some(Tls::Off));
        for mode in ["require", "verify-ca", "verify-full"] {
            assert_eq!(tls(&format!("postgres://me@localhost/links?sslmode={mode}")), verified);
        }
        let roots = Some(PathBuf::from("/etc/my ca+.pem"));
        let url = "postgresql://me@localhost/links?connect_timeout=1&sslrootcert=/etc/my%20ca+.pem";
        assert_eq!(tls(url), Some(Tls::Verified { roots }));
        for mode in ["prefer", "allow", "nonsense", ""] {
            assert_eq!(tls(&format!("postgres://me@db/links?sslmode={mode}")), None, "{mode}");
        }
        assert_eq!(tls("postgres://me@db/links?nonsense=1"), None);
    }

    #[test]
    fn debug_output_does_not_contain_password() {
        let url = PostgresUrl::parse("postgres://me:hunter2@db/links").unwrap();
        assert!(!format!("{url:?}").contains("hunter2"), "{url:?}");
        assert_eq!(url.to_string(), "postgres://db:5432/links");
        let url = PostgresUrl::parse("postgres://me:hunter2@one:5432,two:5433/links?user=me");
        assert_eq!(url.unwrap().to_string(), "postgres://one:5432,two:5433/links");
    }

    #[test]
    fn options_of_url_override_defaults() {
        let url = PostgresUrl::parse("postgres://db/x?options=-c%20statement_timeout%3D9").unwrap();
        assert_eq!(url.config.get_options(), Some("-c statement_timeout=9"));
        assert!(url.setup.starts_with("SET lock_timeout = 3000;"), "{}", url.setup);
    }

    #[test]
    fn connect_timeout_of_url_overrides_default() {
        let timeout = |url| PostgresUrl::parse(url).unwrap().config.get_connect_timeout().copied();
        assert_eq!(timeout("postgres://db/x"), Some(CONNECT_TIMEOUT));
        let nine = Some(Duration::from_secs(9));
        assert_eq!(timeout("postgres://db/x?connect_timeout=9"), nine);
    }
}
