//! The address of a client behind reverse proxies.

use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;
use http::header::FORWARDED;
use ipnet::IpNet;
use serde::Deserialize;

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Addresses and networks of reverse proxies whose headers name the client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Returns the address of the client of a request.
    ///
    /// A client can send these headers too, but a proxy adds to them what it has seen. So the client is
    /// the last address that is not one of a trusted proxy. A request with both headers is ambiguous,
    /// because a proxy maintains only one of them; then the client is the peer.
    pub(crate) fn client_address(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.ip().to_canonical();
        if self.0.is_empty() || !self.contains(peer) {
            return peer;
        }
        let list = |name: &str| {
            let values = headers.get_all(name).iter();
            let values: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
            values.join(",")
        };
        let addresses =
            match (headers.contains_key(X_FORWARDED_FOR), headers.contains_key(FORWARDED)) {
                (true, false) => list(X_FORWARDED_FOR).split(',').map(node_address).collect(),
                (false, true) => list(FORWARDED.as_str()).split(',').map(forwarded_for).collect(),
                _ => Vec::new(),
            };
        let mut client = peer;
        for address in addresses.into_iter().rev() {
            // what stands before something that is no address cannot be trusted
            let Some(address) = address else { break };
            client = address;
            if !self.contains(address) {
                break;
            }
        }
        client
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Returns the address of `for` in an element of `Forwarded` (RFC 7239 §4).
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    node_address(node.trim().trim_matches('"'))
}

/// Returns the address of a node: an IP address, which may have a port.
fn node_address(node: &str) -> Option<IpAddr> {
    let node = node.trim();
    let bare = node.strip_prefix('[').and_then(|node| node.strip_suffix(']')).unwrap_or(node);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(node.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

/// Reason why text does not name proxies.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an IP address or a network such as 10.0.0.0/8")]
pub struct InvalidNetwork(String);

impl FromStr for TrustedProxies {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let network = |text: &str| {
            let address = || text.parse::<IpAddr>().map(IpNet::from);
            let network = text.parse::<IpNet>().or_else(|_| address());
            network.map_err(|_| InvalidNetwork(text.to_owned()))
        };
        text.split(',').map(str::trim).map(network).collect::<Result<_, _>>().map(TrustedProxies)
    }
}

impl TryFrom<String> for TrustedProxies {
    type Error = InvalidNetwork;

    fn try_from(text: String) -> Result<Self, InvalidNetwork> {
        text.parse()
    }
}

impl Display for TrustedProxies {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let networks: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        formatter.write_str(&networks.join(", "))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn client(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let proxies: TrustedProxies = "10.0.0.0/8, 192.0.2.1, 2001:db8::/32".parse().unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        proxies.client_address(peer, &map).to_string()
    }

    #[test]
    fn last_untrusted_address_is_the_client() {
        let x = |value| [(X_FORWARDED_FOR, value)];
        for (value, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
            ("6.6.6.6, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
            ("203.0.113.9:1234", "203.0.113.9"),
            ("[2001:4860::1]:1234", "2001:4860::1"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("10.1.1.1", "10.1.1.1"),
            ("6.6.6.6, unknown", "192.0.2.1"),
            ("6.6.6.6, unknown, 10.1.1.1", "10.1.1.1"),
            ("", "192.0.2.1"),
        ] {
            assert_eq!(client("192.0.2.1", &x(value)), expected, "{value}");
        }
        let two_lines = [(X_FORWARDED_FOR, "6.6.6.6"), (X_FORWARDED_FOR, "203.0.113.9")];
        assert_eq!(client("10.2.2.2", &two_lines), "203.0.113.9");
    }

    #[test]
    fn forwarded_is_read_as_in_rfc_7239() {
        let forwarded = |value| [("forwarded", value)];
        for (value, expected) in [
            ("for=203.0.113.9;proto=https;by=10.0.0.1", "203.0.113.9"),
            ("proto=https;For=\"203.0.113.9:80\"", "203.0.113.9"),
            ("for=6.6.6.6, for=\"[2001:4860::1]:4711\"", "2001:4860::1"),
            ("for=6.6.6.6, for=_hidden", "10.2.2.2"),
        ] {
            assert_eq!(client("10.2.2.2", &forwarded(value)), expected, "{value}");
        }
    }

    #[test]
    fn headers_of_others_and_ambiguous_headers_are_ignored() {
        assert_eq!(client("203.0.113.1", &[(X_FORWARDED_FOR, "6.6.6.6")]), "203.0.113.1");
        let both = [(X_FORWARDED_FOR, "203.0.113.9"), ("forwarded", "for=6.6.6.6")];
        assert_eq!(client("10.2.2.2", &both), "10.2.2.2");
    }

    #[test]
    fn networks_are_parsed() {
        for text in ["", "x", "10.0.0.0/33", "10.0.0.1,,10.0.0.2", "proxy.example.com"] {
            assert!(text.parse::<TrustedProxies>().is_err(), "{text}");
        }
        let proxies: TrustedProxies = "127.0.0.1,fd00::/8".parse().unwrap();
        assert_eq!(proxies.to_string(), "127.0.0.1/32, fd00::/8");
    }
}
