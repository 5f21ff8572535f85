//! The HTTP client that the crate uses by default.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::Url;
use reqwest::redirect::Policy;

use crate::error::{Error, Result};

/// Creates the HTTP client of this crate.
///
/// A request to a loopback address over `http` does not go through a proxy or depend on a name server,
/// either of which could be on another machine or send it there.
pub(crate) fn default_http_client(
    connect_timeout: Duration,
    loopback_host: Option<String>,
) -> Result<reqwest::Client> {
    let mut client = reqwest::Client::builder();
    if let Some(host) = loopback_host {
        // The port 0 stands for the one of the URL.
        let addresses: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        let addresses = addresses.map(|address| SocketAddr::new(address, 0));
        // It has no effect on a host that is an address.
        client = client.no_proxy().resolve_to_addrs(&host, &addresses);
    }
    let client = client
        .connect_timeout(connect_timeout)
        // The API has no redirects, and reqwest would send the API key to another host.
        .redirect(Policy::none())
        .build();
    client.map_err(|error| {
        Error::configuration("failed to initialize the HTTP client").with_source(error)
    })
}

/// Returns true if the host is an address or a name of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        // RFC 6761, section 6.3: these names always resolve to loopback addresses.
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}
