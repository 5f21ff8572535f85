//! `postgres://` URLs: what tokio-postgres reads, and TLS that is either there or not.
//!
//! libpq's `prefer` and `allow` fall back to plain text, its `require` encrypts without asking to
//! whom: both keep out nobody who can listen. Here TLS always verifies the certificate's chain and
//! name, and is the default for every host that is not this machine.

use std::fmt::{self, Debug, Formatter};
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

/// How long the server itself lets a statement, or its wait for a lock, go on. Less than a request
/// waits for the store, so that it hears of the end.
const SERVER_TIMEOUTS: &str = "-c statement_timeout=4000 -c lock_timeout=3000 \
                               -c idle_in_transaction_session_timeout=10000";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// After this long without an acknowledgement the other side is gone.
const UNACKNOWLEDGED: Duration = Duration::from_secs(8);
const KEEPALIVE: Duration = Duration::from_secs(15);

/// Where a PostgreSQL database is. It does not show its password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    pub(super) config: Box<Config>,
    pub(super) tls: Tls,
}

/// How a connection is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    Off,
    /// Verified against the certificates of this file, or those that this machine trusts.
    Verified {
        roots: Option<PathBuf>,
    },
}

impl PostgresUrl {
    /// `None` where the text is no such URL; why is not said, for the text has a password in it.
    pub fn parse(text: &str) -> Option<Self> {
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
                _ => roots = Some(PathBuf::from(percent_decoded(value)?)),
            }
        }
        let tls = match mode {
            Some("disable") => Tls::Off,
            Some("require" | "verify-ca" | "verify-full") => Tls::Verified { roots },
            None if roots.is_none() && config.get_hosts().iter().all(is_here) => Tls::Off,
            None => Tls::Verified { roots },
            Some(_) => return None,
        };
        config.ssl_mode(if tls == Tls::Off { SslMode::Disable } else { SslMode::Require });
        let options = config.get_options().map_or(String::new(), |given| format!(" {given}"));
        config
            // the URL's own come last and win
            .options(format!("{SERVER_TIMEOUTS}{options}"))
            .application_name("links-server")
            .connect_timeout(CONNECT_TIMEOUT)
            .tcp_user_timeout(UNACKNOWLEDGED)
            .keepalives_idle(KEEPALIVE)
            // after a failover the other host may be the one that can be written to
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
        Some(PostgresUrl { config: Box::new(config), tls })
    }
}

fn percent_decoded(value: &str) -> Option<String> {
    let pair = format!("value={}", value.replace('+', "%2B"));
    Some(form_urlencoded::parse(pair.as_bytes()).next()?.1.into_owned())
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]"),
        #[cfg(unix)]
        Host::Unix(_) => true,
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
    fn tls_is_the_default_elsewhere_and_always_verified() {
        let verified = Some(Tls::Verified { roots: None });
        for here in ["localhost", "127.0.0.1", "[::1]", "%2Frun%2Fpostgresql"] {
            assert_eq!(tls(&format!("postgres://me@{here}/links")), Some(Tls::Off), "{here}");
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
    fn a_url_keeps_its_password() {
        let url = PostgresUrl::parse("postgres://me:hunter2@db/links").unwrap();
        assert!(!format!("{url:?}").contains("hunter2"), "{url:?}");
    }

    #[test]
    fn its_own_options_win() {
        let url = PostgresUrl::parse("postgres://db/x?options=-c%20statement_timeout%3D9").unwrap();
        let options = url.config.get_options().unwrap();
        assert!(options.ends_with(" -c statement_timeout=9"), "{options}");
        assert!(options.contains("lock_timeout=3000"), "{options}");
    }
}
