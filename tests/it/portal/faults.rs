//! What attackers and broken programs send.

use axum::http::Method;
use chrono::TimeDelta;
use tenure::model::settings::PortalSettings;

use super::{PASSWORD, Visitor, ada, encoded, user_named, visitor};
use crate::support::{audit, history, store};

/// Signs up with a first name, which is kept and shown as typed.
fn keeps(name: &str, shown: &str) {
    let (store, mut browser) = visitor();
    let page = browser.send(&ada(&[("first_name", name), ("phone", "\0")]));
    page.is(422).says(&format!("value=\"{shown}\""));
    browser.send(&ada(&[("first_name", name)])).ends_well();
    let ada = user_named(&store, "ada").expect("created");
    assert_eq!(ada.profile.first_name, name.trim());
}

#[test]
fn texts_are_kept_as_typed_and_shown_escaped() {
    keeps(
        "<script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;&#x2f;script&gt;",
    );
    keeps(
        "\"><img src=x onerror=alert(1)>",
        "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;",
    );
    keeps("{{7*7}}", "{{7*7}}");
    keeps("{% raw %}", "{% raw %}");
    keeps("${7*7}", "${7*7}");
    keeps("Ada \u{202E}evil", "Ada \u{202E}evil");
    keeps("👩‍🔬 Ada", "👩‍🔬 Ada");
    keeps("'; DROP TABLE users; --", "&#x27;; DROP TABLE users; --");
    keeps("=cmd|' /C calc'!A0", "=cmd|&#x27; &#x2f;C calc&#x27;!A0");
    keeps("عائشة", "عائشة");
    keeps("%00%0d%0a", "%00%0d%0a");
}

#[test]
fn a_line_break_in_a_field_is_refused() {
    let (store, mut browser) = visitor();
    for (field, value) in [
        ("first_name", "Ada\r\nBcc: eve@example.org"),
        ("last_name", "Love\nlace"),
        ("username", "ada\r\nadmin"),
        ("email", "ada@example.org\r\nBcc: eve@example.org"),
        ("phone", "1\r2"),
    ] {
        browser.clock.advance(chrono::TimeDelta::minutes(1));
        browser.send(&ada(&[(field, value)])).is(422);
    }
    assert_eq!(user_named(&store, "ada"), None);
}

#[test]
fn a_form_is_sent_once() {
    let (store, mut browser) = visitor();
    let token = browser.open();
    browser.post(encoded(&token, &ada(&[]))).ends_well();
    let again = ada(&[("username", "eve"), ("email", "eve@example.org")]);
    let page = browser.post(encoded(&token, &again)).is(403);
    page.says("This form was sent before")
        .says("href=\"&#x2f;signup\"");
    assert_eq!(user_named(&store, "eve"), None);
}

#[test]
fn a_form_that_we_did_not_give_to_this_browser_is_refused() {
    let (store, mut browser) = visitor();
    let token = browser.open();
    let form = encoded(&token, &ada(&[]));

    let mut stranger = browser.other();
    stranger.post(form.clone()).is(403).says("cookie");
    stranger.open();
    stranger.post(form.clone()).is(403).says("out of date");
    for token in ["", "0", "' OR 1=1 --", &"0".repeat(112)] {
        browser.post(encoded(token, &ada(&[]))).is(403);
    }
    let form_without = encoded(&token, &ada(&[])).replacen("token=", "tokem=", 1);
    browser.post(form_without).is(403);
    browser.clock.advance(TimeDelta::hours(9));
    browser.post(form).is(403).says("open for too long");
    assert_eq!(user_named(&store, "ada"), None);
    assert!(history(&store).is_empty());
    assert_eq!(audit(&store).len(), 1, "only the settings");
}

#[test]
fn a_form_from_another_site_is_refused() {
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let (store, mut browser) = visitor();
        browser.header("host", "127.0.0.1:8480");
        let token = browser.open();
        browser.header(name, value);
        let page = browser.post(encoded(&token, &ada(&[]))).is(403);
        page.says("another site");
        assert_eq!(user_named(&store, "ada"), None);
    }
    let (_store, mut browser) = visitor();
    browser.header("host", "127.0.0.1:8480");
    browser.header("origin", "http://127.0.0.1:8480");
    browser.header("sec-fetch-site", "same-origin");
    browser.send(&ada(&[])).ends_well();
}

#[test]
fn two_hundred_forms_a_minute_are_too_many() {
    let (store, browser) = visitor();
    let mut refused = 0;
    for _ in 0..200 {
        let answer = browser.post("token=x");
        if answer.status == 429 {
            refused += 1;
            let wait: u32 = answer.header("retry-after").parse().expect("seconds");
            assert!((1..=10).contains(&wait), "{wait}");
            answer.says("Please wait a moment");
        }
        browser.clock.advance(TimeDelta::milliseconds(300));
    }
    assert!(refused > 140, "{refused}");
    let mut neighbour = browser.other();
    neighbour.peer = "192.0.2.2:1".parse().expect("an address");
    neighbour.send(&ada(&[])).ends_well();
    assert!(user_named(&store, "ada").is_some());
}

#[test]
fn who_asks_is_believed_only_behind_a_proxy() {
    for (is_behind_proxy, last_status) in [(true, 403), (false, 429)] {
        let settings = PortalSettings {
            is_behind_proxy,
            ..PortalSettings::default()
        };
        let site = Visitor::with(&store(), &settings);
        let mut last = 0;
        for number in 0..60 {
            let mut browser = site.other();
            browser.header("x-forwarded-for", &format!("198.51.100.9, 10.0.0.{number}"));
            last = browser.post("token=x").status.as_u16();
        }
        assert_eq!(last, last_status, "behind a proxy: {is_behind_proxy}");
    }
}

#[test]
fn a_cookie_over_tls_is_for_tls_alone() {
    let settings = PortalSettings {
        is_behind_proxy: true,
        ..PortalSettings::default()
    };
    let mut browser = Visitor::with(&store(), &settings);
    browser.header("x-forwarded-proto", "https");
    let page = browser.get("/signup").is(200);
    let cookie = page.header("set-cookie");
    assert!(cookie.starts_with("__Host-tenure_form="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    browser.send(&ada(&[])).ends_well();

    let plain = Visitor::of(&store()).get("/signup").is(200);
    let cookie = plain.header("set-cookie");
    assert!(cookie.starts_with("tenure_form="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
}

#[test]
fn too_large_is_refused_before_it_is_read() {
    let (_store, browser) = visitor();
    let large = "a=".to_owned() + &"x".repeat(10_000_000);
    browser.post(large).is(413).says("larger than any form");
    browser.post("a=".to_owned() + &"x".repeat(60_000)).is(403);
}

#[test]
fn what_is_no_form_is_refused() {
    let (_store, browser) = visitor();
    browser.post("token=%FF").is(400).says("cannot be read");
    browser.post(vec![b'a', b'=', 0xC3, 0x28]).is(400);
    browser.post("username=a&username=b").is(400);
    let many: Vec<String> = (0..600).map(|it| format!("{it}=&")).collect();
    browser.post(many.concat()).is(400);
    browser.post("").is(403);
    browser.post("&&&===&&%%%").is(403);
    for kind in [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
    ] {
        let mut request = browser.request(Method::POST, "/signup", "{}");
        request
            .headers_mut()
            .insert("content-type", kind.parse().expect("a value"));
        browser.ask(request).is(415).says("something else");
    }
}

#[test]
fn the_longest_password_is_hashed_and_a_longer_one_is_not() {
    let (store, mut browser) = visitor();
    let longest = "x y".repeat(42) + "zz";
    let longer = "x".repeat(50_000);
    let form = ada(&[("password", &longer), ("password_repeat", "")]);
    browser.send(&form).is(422).says("Between 10 and 128");
    let form = ada(&[("password", &longest), ("password_repeat", &longest)]);
    browser.send(&form).ends_well();
    assert!(user_named(&store, "ada").is_some());
    assert_ne!(longest, PASSWORD);
}
