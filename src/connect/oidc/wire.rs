//! Requests to a provider: to safe addresses only, in limited time and size, without following
//! where an answer points.
//!
//! A provider's document names further addresses, and so does whoever can change the document. So
//! each is looked at before it is asked, and names are looked at again when they are resolved:
//! what is reachable only from this machine is not reached through us.

use std::{
    error::Error,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use openidconnect::{HttpRequest, HttpResponse, http, reqwest};
use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use url::{Host, Url};

use super::{OidcError, PATIENCE};
use crate::model::connection::{is_loopback, is_safe};

/// More than any document, key set or token of a provider has.
const MAX_BODY: usize = 256 * 1024;

/// Where a cloud keeps a machine's credentials over IPv6; over IPv4 it is a link-local address.
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

#[derive(Clone, Debug)]
pub(super) struct Wire {
    client: Client,

    /// The provider is on this machine, as in tests and trials.
    is_loopback: bool,
}

impl Wire {
    pub(super) fn to(issuer: &str) -> Result<Self, OidcError> {
        let url = parsed(issuer)?;
        let is_loopback = is_loopback(&url);
        // Whoever embeds us may have chosen one already.
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let mut builder = Client::builder()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .referer(false)
            .dns_resolver(Arc::new(Names));
        if is_loopback {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|err| failure(&url, &err))?;
        Ok(Self {
            client,
            is_loopback,
        })
    }

    /// The address, if it may be asked.
    pub(super) fn checked(&self, address: &str) -> Result<Url, OidcError> {
        let url = parsed(address)?;
        let is_forbidden_host = match url.host() {
            Some(Host::Ipv4(address)) => is_forbidden(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => is_forbidden(IpAddr::V6(address)),
            Some(Host::Domain(_)) => false,
            None => true,
        };
        let is_plain = url.username().is_empty() && url.password().is_none();
        if is_forbidden_host || !is_plain || !is_safe(&url, self.is_loopback) {
            return Err(OidcError::Forbidden(address.to_owned()));
        }
        Ok(url)
    }

    /// A provider that says that it cannot answer now is an error here already.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, OidcError> {
        let url = self.checked(&request.uri().to_string())?;
        let request = reqwest::Request::try_from(request).map_err(|err| failure(&url, &err))?;
        let response = self.client.execute(request).await;
        let response = response.map_err(|err| failure(&url, &err))?;
        let status = response.status();
        if status.is_server_error() || status.is_redirection() {
            return Err(OidcError::Status {
                url: url.into(),
                status: status.as_u16(),
            });
        }
        let mut answer = http::Response::builder().status(status);
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let body = body(&url, response).await?;
        answer
            .body(body)
            .map_err(|err| unreadable(&url, &err.to_string()))
    }
}

/// The whole body, unless it is too large.
async fn body(url: &Url, mut response: Response) -> Result<Vec<u8>, OidcError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|err| failure(url, &err))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(OidcError::TooLarge(url.to_string()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parsed(address: &str) -> Result<Url, OidcError> {
    Url::parse(address).map_err(|_not_one| OidcError::Forbidden(address.to_owned()))
}

/// What an admin recognises of an address.
pub(super) fn host_of(address: &str) -> String {
    let host = Url::parse(address)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| address.to_owned())
}

pub(super) fn unreadable(url: &Url, reason: &str) -> OidcError {
    OidcError::Unreadable {
        url: url.to_string(),
        reason: reason.to_owned(),
    }
}

/// What went wrong on the way, by the innermost cause that says something.
fn failure(url: &Url, err: &reqwest::Error) -> OidcError {
    let host = host_of(url.as_str());
    tracing::debug!("asking {host}: {err:?}");
    if err.is_timeout() {
        return OidcError::TooSlow(host);
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(err);
    while let Some(err) = cause {
        if let Some(refused) = err.downcast_ref::<Refused>() {
            return match refused {
                Refused::Forbidden => OidcError::Forbidden(url.to_string()),
                Refused::NotFound => OidcError::NotFound(host),
            };
        }
        if let Some(rustls::Error::InvalidCertificate(reason)) = tls_error(err) {
            return OidcError::Certificate {
                host,
                reason: certificate_reason(reason),
            };
        }
        cause = err.source();
    }
    if err.is_connect() {
        OidcError::NotReachable(host)
    } else {
        OidcError::Cut(host)
    }
}

/// TLS errors travel inside errors of reading and writing, which may be inside others.
fn tls_error<'a>(err: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut at = err;
    while let Some(outer) = at.downcast_ref::<std::io::Error>() {
        at = outer.get_ref()?;
    }
    at.downcast_ref()
}

fn certificate_reason(reason: &rustls::CertificateError) -> String {
    use rustls::CertificateError as Reason;
    let known = match reason {
        Reason::Expired | Reason::ExpiredContext { .. } => "it has expired",
        Reason::NotValidYet | Reason::NotValidYetContext { .. } => "it is not valid yet",
        Reason::NotValidForName | Reason::NotValidForNameContext { .. } => "it is for another name",
        Reason::UnknownIssuer => {
            "this machine does not know who issued it; add that authority to the system's certificates"
        }
        Reason::Revoked => "it has been revoked",
        other => return other.to_string(),
    };
    known.to_owned()
}

/// Resolves names, and leaves out what may not be asked.
struct Names;

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("the name leads to an address that is not asked")]
    Forbidden,
    #[error("there is no such name")]
    NotFound,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|_unknown| Refused::NotFound)?.collect();
            let (forbidden, allowed): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|it| is_forbidden(it.ip()));
            if allowed.is_empty() {
                let why = if forbidden.is_empty() {
                    Refused::NotFound
                } else {
                    Refused::Forbidden
                };
                return Err(why.into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

/// Addresses at which there is no provider, but something that trusts whoever reaches it.
fn is_forbidden(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(it) => {
            it.is_link_local() || it.is_unspecified() || it.is_broadcast() || it.is_multicast()
        }
        IpAddr::V6(it) => {
            it.is_unicast_link_local()
                || it.is_unspecified()
                || it.is_multicast()
                || it == METADATA_V6
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(issuer: &str, address: &str, is_allowed: bool) {
        let wire = Wire::to(issuer).expect("a client");
        assert_eq!(wire.checked(address).is_ok(), is_allowed, "{address}");
    }

    const FAR: &str = "https://login.example.org";
    const NEAR: &str = "http://127.0.0.1:9000";

    #[test]
    fn a_provider_elsewhere_is_asked_over_tls_only() {
        check(FAR, "https://login.example.org/token", true);
        check(FAR, "https://keys.example.net/jwks", true);
        check(FAR, "https://10.1.2.3/jwks", true);
        for bad in [
            "http://login.example.org/token",
            "http://127.0.0.1:9000/token",
            "https://127.0.0.1/token",
            "https://localhost/token",
            "https://[::1]/token",
            "https://[::ffff:127.0.0.1]/token",
            "https://2130706433/token",
            "https://169.254.169.254/latest/meta-data",
            "https://[::ffff:169.254.169.254]/",
            "https://0xa9fea9fe/",
            "https://[fe80::1]/",
            "https://[fd00:ec2::254]/",
            "https://0.0.0.0/",
            "https://ada:secret@login.example.org/",
            "file:///etc/passwd",
            "ftp://login.example.org/",
            "javascript:alert(1)",
            "/token",
            "",
        ] {
            check(FAR, bad, false);
        }
    }

    #[test]
    fn a_provider_on_this_machine_may_do_without_tls_here_and_nowhere_else() {
        check(NEAR, "http://127.0.0.1:9000/token", true);
        check(NEAR, "http://localhost:9001/jwks", true);
        check(NEAR, "http://login.example.org/token", false);
        check(NEAR, "http://169.254.169.254/", false);
        check(NEAR, "http://127.0.0.1.nip.io/", false);
        check(NEAR, "file:///etc/passwd", false);
    }

    #[tokio::test]
    async fn a_name_that_leads_nowhere_is_said_to_be_unknown() {
        let wire = Wire::to("https://no-such-host.invalid").expect("a client");
        let request = http::Request::get("https://no-such-host.invalid/")
            .body(Vec::new())
            .expect("a request");
        let refused = wire.send(request).await.expect_err("no such host");
        assert_eq!(
            refused,
            OidcError::NotFound("no-such-host.invalid".to_owned())
        );
        assert!(refused.may_pass());
    }
}
