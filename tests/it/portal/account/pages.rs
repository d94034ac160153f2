//! What all pages of an account have in common.

use super::{PASSWORD, signed_in};
use crate::portal::Answer;

#[track_caller]
fn is_safe(page: &Answer, path: &str) {
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; "),
        "{path}: {policy}"
    );
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    assert_eq!(page.header("cache-control"), "no-store", "{path}");
    assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
    for inline in ["<script>", "<style", " style=", " onclick="] {
        assert!(!page.body.contains(inline), "{path}: {inline}");
    }
}

#[test]
fn every_page_is_safe_and_says_whose_it_is() {
    let (_store, _ada, browser) = signed_in();
    for path in [
        "/account/profile",
        "/account/security",
        "/account/security/password",
        "/account/security/app",
        "/account/sessions",
    ] {
        let page = browser.get(path).is(200);
        is_safe(&page, path);
        page.says("Signed in as <bdi>ada</bdi>")
            .says("action=\"/sign-out\"");
    }
    browser
        .fill("/account/security/app", &[("current_password", PASSWORD)])
        .is(303);
    let page = browser.get(super::CONFIRM).is(200);
    is_safe(&page, "the picture");
    let code = super::code_at(&browser, &page.secret(), 0);
    let page = browser.send_form(&page, &[("code", &code)]).is(200);
    is_safe(&page, "the codes");
    for path in ["/account/security/app/remove", "/account/security/codes"] {
        is_safe(&browser.get(path).is(200), path);
    }
    is_safe(&browser.other().get("/sign-in").is(200), "sign-in");
}

#[test]
fn the_navigation_says_where_one_is() {
    let (_store, _ada, browser) = signed_in();
    for (path, text) in [
        ("profile", "Profile"),
        ("security", "Security"),
        ("sessions", "Sessions"),
    ] {
        let page = browser.get(&format!("/account/{path}")).is(200);
        page.says(&format!("aria-current=\"page\">{text}</a>"));
    }
}
