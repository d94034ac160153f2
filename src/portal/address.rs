//! Who is asking, and how.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use super::Site;

/// Where a request comes from. What a proxy says counts only when an admin has said that there is
/// one; anyone can write such headers.
pub(super) struct Visitor {
    pub(super) address: IpAddr,
    pub(super) is_secure: bool,
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |it| it.0.ip());
        if !site.is_behind_proxy() {
            return Ok(Self {
                address: peer,
                is_secure: false,
            });
        }
        let told = last(&parts.headers, "x-forwarded-for").and_then(parse);
        let is_secure = last(&parts.headers, "x-forwarded-proto")
            .is_some_and(|it| it.eq_ignore_ascii_case("https"));
        Ok(Self {
            address: told.unwrap_or(peer),
            is_secure,
        })
    }
}

/// The last of a list of values: the one that the nearest proxy has added. Those before it may come
/// from the visitor.
pub(super) fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let header = headers.get_all(name).iter().next_back()?;
    let value = header.to_str().ok()?.rsplit(',').next()?.trim();
    (!value.is_empty()).then_some(value)
}

/// Some proxies write the port too.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok();
    address.or_else(|| text.parse::<SocketAddr>().ok().map(|it| it.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_proxies_write() {
        for (text, expected) in [
            ("192.0.2.7", Some("192.0.2.7")),
            ("192.0.2.7:4711", Some("192.0.2.7")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("[2001:db8::1]", Some("2001:db8::1")),
            ("[2001:db8::1]:4711", Some("2001:db8::1")),
            ("unknown", None),
        ] {
            let expected = expected.map(|it| it.parse().expect("an address"));
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn only_the_nearest_proxy_is_believed() {
        let mut headers = HeaderMap::new();
        let mut add = |value: &'static str| {
            headers.append("x-forwarded-for", value.parse().expect("a value"))
        };
        add("203.0.113.9");
        add("198.51.100.1, 192.0.2.7");
        assert_eq!(last(&headers, "x-forwarded-for"), Some("192.0.2.7"));
    }
}
