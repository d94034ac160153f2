//! Where a browser comes back to, and where it goes from there.

use axum::http::{HeaderMap, Uri, header::HOST};
use url::Url;

use super::HOME;
use crate::{
    model::connection::CALLBACK,
    portal::{
        Site,
        address::{Visitor, last},
        form::Form,
    },
};

/// Longer than any address of ours.
const LONGEST: usize = 2_000;

/// The page that the sign-in is for; `None` when it is not one of ours.
pub(super) fn next_page(uri: &Uri) -> Option<String> {
    let query = Form::parse(uri.query().unwrap_or_default().as_bytes()).ok()?;
    match query.text("next") {
        "" => Some(HOME.to_owned()),
        path => own_path(path),
    }
}

/// A path on this site, however a browser reads it: `//` and `/\` would be other hosts.
fn own_path(path: &str) -> Option<String> {
    let is_plain = path.len() <= LONGEST && path.bytes().all(|it| it.is_ascii_graphic());
    let is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains('\\');
    if !is_plain || !is_path {
        return None;
    }
    let here = Url::parse("http://own.invalid").ok()?;
    let there = here.join(path).ok()?;
    (there.origin() == here.origin()).then(|| path.to_owned())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Option<&str>) {
        let uri: Uri = format!("/sign-on/1{query}").parse().expect("an address");
        assert_eq!(next_page(&uri).as_deref(), expected, "{query}");
    }

    #[test]
    fn a_browser_is_sent_on_to_our_own_pages_only() {
        check("", Some("/"));
        check("?next=", Some("/"));
        check("?next=/profile", Some("/profile"));
        check("?next=%2Fsecurity%3Fa%3Db", Some("/security?a=b"));
        check("?next=/@evil.example", Some("/@evil.example"));
        for bad in [
            "https://evil.example",
            "//evil.example",
            "/%5Cevil.example",
            "%5C%5Cevil.example",
            "///evil.example",
            "/%09/evil.example",
            "%09//evil.example",
            "/%0D%0ALocation:%20https://evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "evil.example",
            "profile",
            "%20/profile",
            "/%C3%A9",
        ] {
            check(&format!("?next={bad}"), None);
        }
        check(&format!("?next=/{}", "x".repeat(LONGEST)), None);
        check("?next=/a&next=/b", None);
    }
}
