//! Whether a form was sent from one of our own pages.
//!
//! Browsers say so in headers that a page cannot change. The token proves the same by itself; this
//! refuses what is foreign before anything else is looked at.

use axum::http::{
    HeaderMap,
    header::{HOST, ORIGIN},
};

use super::address::last;

/// Whether the headers name another site. A program that sends none of them is no browser, and
/// cannot be lured by another page.
pub(super) fn is_foreign(headers: &HeaderMap, is_behind_proxy: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or_default());
    let fetch_site = text("sec-fetch-site");
    if fetch_site.is_some_and(|it| !matches!(it, "same-origin" | "none")) {
        return true;
    }
    // A proxy may give its own name for ours, and then the origin cannot be compared to it.
    if is_behind_proxy && fetch_site.is_some() {
        return false;
    }
    let Some(origin) = text(ORIGIN.as_str()) else {
        return false;
    };
    let forwarded = is_behind_proxy.then(|| last(headers, "x-forwarded-host"));
    let host = forwarded.flatten().or_else(|| text(HOST.as_str()));
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    match (authority, host) {
        (Some(authority), Some(host)) => !authority.eq_ignore_ascii_case(host),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(is_behind_proxy: bool, headers: &[(&'static str, &'static str)], is_wanted: bool) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                let name = axum::http::HeaderName::from_static(name);
                (name, axum::http::HeaderValue::from_static(value))
            })
            .collect();
        assert_eq!(!is_foreign(&headers, is_behind_proxy), is_wanted);
    }

    #[test]
    fn our_own_pages_may_and_others_may_not() {
        let host = ("host", "Example.org:8480");
        check(false, &[host], true);
        check(false, &[host, ("origin", "http://example.org:8480")], true);
        check(false, &[host, ("origin", "http://example.org")], false);
        check(false, &[host, ("origin", "http://evil.example")], false);
        check(false, &[host, ("origin", "null")], false);
        check(false, &[host, ("origin", "http://[::1]\u{7f}")], false);
        check(false, &[host, ("sec-fetch-site", "same-origin")], true);
        check(false, &[host, ("sec-fetch-site", "cross-site")], false);
        check(false, &[host, ("sec-fetch-site", "same-site")], false);
        let both = [
            host,
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://evil.example"),
        ];
        check(false, &both, false);
    }

    #[test]
    fn a_proxy_may_call_us_by_another_name() {
        let host = ("host", "127.0.0.1:8480");
        let origin = ("origin", "https://signup.example.org");
        check(true, &[host, origin], false);
        check(
            true,
            &[host, origin, ("sec-fetch-site", "same-origin")],
            true,
        );
        check(
            true,
            &[host, origin, ("x-forwarded-host", "signup.example.org")],
            true,
        );
        check(
            false,
            &[host, origin, ("x-forwarded-host", "signup.example.org")],
            false,
        );
    }
}
