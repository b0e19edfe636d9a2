//! Which proxy leads to the API server, by the rules of Go's `httpproxy` that kubectl follows.
//!
//! Kept apart from the kube crate, which matches `NO_PROXY` against the proxy instead of the API server.

use std::net::IpAddr;

use url::{Host, Url};

use super::surroundings::Surroundings;

/// The proxy that the environment names for this server, as written there, possibly with a password in it.
pub(super) fn from_environment(server: &Url, around: &Surroundings) -> Option<String> {
    let proxy = match server.scheme() {
        "https" => around.text(&["HTTPS_PROXY", "https_proxy"]),
        _ => around.text(&["HTTP_PROXY", "http_proxy"]),
    }?;
    let exempt = around.text(&["NO_PROXY", "no_proxy"]).unwrap_or_default();
    (!is_direct(server, exempt)).then(|| proxy.to_owned())
}

/// Whether the server is this machine, or `NO_PROXY` matches it.
fn is_direct(server: &Url, no_proxy: &str) -> bool {
    let port = server.port_or_known_default();
    let is_matched = |is_host: &dyn Fn(&str) -> bool| {
        no_proxy
            .split(',')
            .map(|pattern| pattern.trim().to_lowercase())
            .any(|pattern| pattern == "*" || is_host(&pattern))
    };
    let address = match server.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).to_canonical(),
        Some(Host::Domain(name)) => {
            return name == "localhost" || is_matched(&|pattern| matches_name(pattern, name, port));
        }
        None => return false,
    };
    address.is_loopback() || is_matched(&|pattern| matches_address(pattern, address, port))
}

/// An address is matched as one, and never as a name: `.3` is not the end of 10.1.2.3.
fn matches_address(pattern: &str, address: IpAddr, port: Option<u16>) -> bool {
    if let Some((network, bits)) = network(pattern) {
        return is_within(address, network, bits);
    }
    let (host, has_port) = without_port(pattern, port);
    has_port
        && host
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.to_canonical() == address)
}

/// A domain matches itself and what is below it; with a leading dot, only what is below.
fn matches_name(pattern: &str, name: &str, port: Option<u16>) -> bool {
    let (host, has_port) = without_port(pattern, port);
    let below = host.strip_prefix("*.").or_else(|| host.strip_prefix('.'));
    let domain = below.unwrap_or(host);
    // In a URL a name is in ASCII, whatever it is made of.
    let Ok(Host::Domain(domain)) = Host::parse(domain) else {
        return false;
    };
    let is_below = || {
        name.strip_suffix(&domain)
            .is_some_and(|rest| rest.ends_with('.'))
    };
    has_port && (is_below() || (below.is_none() && name == domain))
}

/// The host of a pattern, and whether the port is one that it is about.
fn without_port(pattern: &str, port: Option<u16>) -> (&str, bool) {
    match split_port(pattern) {
        Some((host, wanted)) => (host, wanted.is_empty() || wanted.parse().ok() == port),
        None => (pattern, true),
    }
}

fn network(pattern: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = pattern.split_once('/')?;
    let (address, bits) = (address.parse::<IpAddr>().ok()?, bits.parse().ok()?);
    let longest = if address.is_ipv4() { 32 } else { 128 };
    (bits <= longest).then_some((address, bits))
}

fn is_within(ip: IpAddr, network: IpAddr, bits: u8) -> bool {
    let bits = u32::from(bits);
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            (ip.to_bits() ^ network.to_bits())
                .checked_shr(32 - bits)
                .unwrap_or(0)
                == 0
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => {
            (ip.to_bits() ^ network.to_bits())
                .checked_shr(128 - bits)
                .unwrap_or(0)
                == 0
        }
        _ => false,
    }
}

/// `host:port` and `[v6]:port`, but not a bare IPv6 address.
fn split_port(pattern: &str) -> Option<(&str, &str)> {
    let (host, port) = pattern.rsplit_once(':')?;
    match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(host) => Some((host, port)),
        None => (!host.contains(':')).then_some((host, port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing::around;

    fn proxy(server: &str, variables: &[(&str, &str)]) -> Option<String> {
        from_environment(&server.parse().unwrap(), &around(variables))
    }

    #[test]
    fn the_scheme_of_the_server_picks_the_variable() {
        let both = [
            ("HTTPS_PROXY", "s"),
            ("HTTP_PROXY", "p"),
            ("ALL_PROXY", "a"),
        ];
        assert_eq!(proxy("https://api:6443", &both).as_deref(), Some("s"));
        assert_eq!(proxy("http://api:8080", &both).as_deref(), Some("p"));
        assert_eq!(
            proxy("https://api", &[("https_proxy", "l")]).as_deref(),
            Some("l")
        );
        assert_eq!(
            proxy("https://api", &[("HTTPS_PROXY", ""), ("https_proxy", "l")]).as_deref(),
            Some("l")
        );
        assert_eq!(proxy("https://api", &[("HTTP_PROXY", "p")]), None);
    }

    #[test]
    fn this_machine_is_never_behind_a_proxy() {
        for server in [
            "https://localhost:6443",
            "https://127.8.0.1",
            "https://[::1]:1",
            "http://LOCALHOST",
            "https://[::ffff:127.0.0.1]",
        ] {
            assert_eq!(
                proxy(server, &[("HTTPS_PROXY", "p"), ("HTTP_PROXY", "p")]),
                None,
                "{server}"
            );
        }
    }

    #[test]
    fn other_names_of_this_machine_may_be_behind_a_proxy() {
        for server in [
            "https://localhost.",
            "https://x.localhost",
            "https://0.0.0.0",
        ] {
            let proxy = proxy(server, &[("HTTPS_PROXY", "p"), ("no_proxy", ",")]);
            assert_eq!(proxy.as_deref(), Some("p"), "{server}");
        }
    }

    /// As kubectl 1.33 was seen to do it.
    #[test]
    fn no_proxy_is_matched_against_the_server() {
        let table = [
            ("https://api.example.com:6443", "example.com", true),
            ("https://API.Example.com", " Example.COM ,", true),
            ("https://example.com", "example.com", true),
            ("https://example.com", ".example.com", false),
            ("https://api.example.com", ".example.com", true),
            ("https://api.example.com", "*.example.com", true),
            ("https://example.com", "*.example.com", false),
            ("https://badexample.com", "example.com", false),
            ("https://api.example.com", "a.com,,example.com,", true),
            ("https://api:6443", "api:6443", true),
            ("https://api:6443", "api:443", false),
            ("https://api", "api:443", true),
            ("https://x.api:6443", ".api:6443", true),
            ("https://api", "*", true),
            ("https://api", "*api", false),
            ("https://10.1.2.3:6443", "10.1.2.3", true),
            ("https://10.1.2.3:6443", "10.1.2.3:6443", true),
            ("https://10.1.2.3:6443", "10.1.2.3:443", false),
            ("https://10.1.2.3:6443", "10.0.0.0/8", true),
            ("https://10.1.2.3:6443", "10.1.2.3/32", true),
            ("https://10.1.2.3:6443", "11.0.0.0/8", false),
            ("https://10.1.2.3:6443", "0.0.0.0/0", true),
            ("https://10.1.2.3:6443", "10.0.0.0/33", false),
            ("https://10.1.2.3", "0.2.3", false),
            ("https://10.1.2.3", ".2.3", false),
            ("https://10.1.2.3", "2.3", false),
            ("https://10.1.2.3", "x,*", true),
            ("https://10.1.2.3:6443", "10.1.2.3:", true),
            ("https://10.1.2.3", "10.1.2.3/8", true),
            ("https://10.1.2.3", "010.0.0.0/8", false),
            ("https://[::ffff:10.1.2.3]", "10.0.0.0/8", true),
            ("https://[::ffff:10.1.2.3]", "10.1.2.3", true),
            ("https://[::ffff:10.1.2.3]", "::/0", false),
            ("https://[fd00::1]", "[fd00::1]", false),
            ("https://[fd00::1]", "::1", false),
            ("https://b\u{fc}cher.example", "b\u{fc}cher.example", true),
            (
                "https://b\u{fc}cher.example:1",
                "B\u{dc}CHER.example:1",
                true,
            ),
            ("https://b\u{fc}cher.example", "xn--bcher-kva.example", true),
            (
                "https://xn--bcher-kva.example",
                ".b\u{fc}cher.example",
                false,
            ),
            (
                "https://a.xn--bcher-kva.example",
                "*.b\u{fc}cher.example",
                true,
            ),
            ("https://api.example.", "example", false),
            ("https://x.api", "a api", false),
            ("https://x.api", "a b,api", true),
            ("https://api", "*.", false),
            ("https://[fd00::1]:6443", "fd00::/8", true),
            ("https://[fd00::1]:6443", "fd00::1", true),
            ("https://[fd00::1]:6443", "[fd00::1]:6443", true),
            ("https://[fd00::1]:6443", "[fd00::1]:443", false),
            ("https://[fd00::1]:6443", "::/0", true),
            ("https://api", "10.0.0.0/8", false),
            ("https://api", ":443", false),
            ("https://api", "proxy.internal", false),
            ("https://api", "", false),
        ];
        for (server, no_proxy, direct) in table {
            assert_eq!(
                is_direct(&server.parse().unwrap(), no_proxy),
                direct,
                "{server} {no_proxy:?}"
            );
        }
    }
}
