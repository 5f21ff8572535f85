//! Addresses to listen on, which may be names.

use std::fmt::{self, Debug, Display, Formatter};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::str::FromStr;

use serde::Deserialize;

/// An address to listen on, before its name is resolved.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ListenAddress {
    host: Host,
    port: u16,
}

#[derive(Clone, PartialEq, Eq)]
enum Host {
    Address(IpAddr),
    Name(String),
    /// All addresses of the machine.
    Every,
}

impl ListenAddress {
    /// Returns the socket address. A name is looked up; its first IPv4 address is preferred, because the
    /// server listens on one address and most clients try IPv4.
    pub(crate) fn resolve(&self) -> Result<SocketAddr, ResolveError> {
        let ip = match &self.host {
            Host::Address(ip) => *ip,
            Host::Every => every_address(),
            Host::Name(name) => {
                let failed = |error| ResolveError { name: name.clone(), error };
                let found = (name.as_str(), self.port).to_socket_addrs().map_err(failed)?;
                let found: Vec<_> = found.map(|address| address.ip()).collect();
                let preferred = found.iter().find(|ip| ip.is_ipv4()).or(found.first());
                *preferred.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?
            }
        };
        Ok(SocketAddr::new(ip, self.port))
    }
}

/// Returns the address that stands for all addresses: that of IPv6 if it accepts IPv4 as well, which
/// depends on the system, otherwise that of IPv4.
fn every_address() -> IpAddr {
    let probe = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).and_then(|listener| {
        let port = listener.local_addr()?.port();
        TcpStream::connect((Ipv4Addr::LOCALHOST, port))
    });
    match probe {
        Ok(_) => Ipv6Addr::UNSPECIFIED.into(),
        Err(_) => Ipv4Addr::UNSPECIFIED.into(),
    }
}

impl FromStr for ListenAddress {
    type Err = InvalidListenAddress;

    fn from_str(text: &str) -> Result<Self, InvalidListenAddress> {
        if let Ok(address) = text.parse::<SocketAddr>() {
            return Ok(ListenAddress { host: Host::Address(address.ip()), port: address.port() });
        }
        let (host, port) = text.rsplit_once(':').ok_or(InvalidListenAddress)?;
        let is_name =
            |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
        // `+80` is a number for Rust
        let has_digits = port.bytes().all(|byte| byte.is_ascii_digit());
        if !host.chars().all(is_name) || !has_digits {
            return Err(InvalidListenAddress);
        }
        let port = port.parse().map_err(|_| InvalidListenAddress)?;
        let host = if host.is_empty() { Host::Every } else { Host::Name(host.to_owned()) };
        Ok(ListenAddress { host, port })
    }
}

impl TryFrom<String> for ListenAddress {
    type Error = InvalidListenAddress;

    fn try_from(text: String) -> Result<Self, InvalidListenAddress> {
        text.parse()
    }
}

impl Display for ListenAddress {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Address(ip) => write!(formatter, "{}", SocketAddr::new(*ip, self.port)),
            Host::Name(name) => write!(formatter, "{name}:{}", self.port),
            Host::Every => write!(formatter, ":{}", self.port),
        }
    }
}

impl Debug for ListenAddress {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}

/// Reason why a text is not an address to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid socket address, expected ADDRESS:PORT, NAME:PORT or :PORT")]
pub(crate) struct InvalidListenAddress;

/// Reason why the name of an address to listen on was not resolved.
#[derive(Debug, thiserror::Error)]
#[error("failed to resolve the name {name:?} of an address to listen on")]
pub struct ResolveError {
    name: String,
    #[source]
    error: io::Error,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn addresses_and_names_are_parsed_and_resolved() {
        for text in ["127.0.0.1:0", "[::1]:8080", "localhost:8080", ":8080", ":0"] {
            assert_eq!(text.parse::<ListenAddress>().unwrap().to_string(), text);
        }
        let resolve = |text: &str| text.parse::<ListenAddress>().unwrap().resolve();
        assert_eq!(resolve("[::1]:80").unwrap().to_string(), "[::1]:80");
        let localhost = resolve("localhost:8080").unwrap();
        assert!(localhost.ip().is_loopback() && localhost.port() == 8080, "{localhost}");
        let every = resolve(":8080").unwrap();
        assert!(every.ip().is_unspecified() && every.port() == 8080, "{every}");
        assert!(resolve("no-such-name.invalid:80").is_err());
    }

    #[test]
    fn invalid_addresses_are_rejected() {
        for text in [
            "",
            "8080",
            "localhost",
            "localhost:",
            "localhost:x",
            "localhost:+80",
            ":65536",
            "[localhost]:80",
            "::1:80",
            "http://localhost:80",
            "a b:80",
        ] {
            assert_eq!(text.parse::<ListenAddress>(), Err(InvalidListenAddress), "{text:?}");
        }
    }
}
