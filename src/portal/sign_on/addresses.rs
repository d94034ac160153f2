//! Where a browser comes back to.

use axum::http::{HeaderMap, header::HOST};
use url::Url;

use crate::{
    model::connection::CALLBACK,
    portal::{
        Site,
        address::{Visitor, last},
    },
};

/// Where the provider is told to send the browser back to: to the address at which the browser
/// found us. A provider sends it only to addresses that it was told of beforehand.
pub(super) fn redirect_uri(site: &Site, headers: &HeaderMap, visitor: &Visitor) -> Option<String> {
    let forwarded = if site.is_behind_proxy() {
        last(headers, "x-forwarded-host")
    } else {
        None
    };
    let host = forwarded.or_else(|| headers.get(HOST)?.to_str().ok())?;
    let scheme = if visitor.is_secure { "https" } else { "http" };
    let url = Url::parse(&format!("{scheme}://{host}{CALLBACK}")).ok()?;
    let is_host_only = url.username().is_empty() && url.password().is_none();
    (is_host_only && url.path() == CALLBACK && url.query().is_none()).then(|| url.into())
}
