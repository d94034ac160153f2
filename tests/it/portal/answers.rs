//! What every answer has in common, and the small pages.

use axum::http::Method;

use super::{Answer, ada, visitor};

#[track_caller]
fn is_safe(answer: &Answer, path: &str) {
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; "),
        "{path}: {policy}"
    );
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{path}: {policy}"
    );
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{path}: {name}");
    }
    assert!(
        answer.header("permissions-policy").contains("camera=()"),
        "{path}"
    );
    assert!(!answer.header("cache-control").is_empty(), "{path}");
}

#[test]
fn every_answer_carries_the_same_strict_headers() {
    let (_store, mut browser) = visitor();
    for (path, status) in [
        ("/", 303),
        ("/health", 200),
        ("/signup", 200),
        ("/signup/done", 200),
        ("/assets/portal.css", 200),
        ("/assets/portal.js", 200),
        ("/assets/icon.svg", 200),
        ("/assets/brand.css", 200),
        ("/assets/logo", 404),
        ("/nothing", 404),
        ("/../etc/passwd", 404),
    ] {
        let answer = browser.get(path).is(status);
        is_safe(&answer, path);
        if !path.starts_with("/assets/") {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
    let refused = browser.post("").is(403);
    is_safe(&refused, "a refused form");
    let wrong = browser.send(&ada(&[("username", "")])).is(422);
    is_safe(&wrong, "a form with mistakes");
}

#[test]
fn pages_hold_no_scripts_or_styles_of_their_own() {
    let (_store, mut browser) = visitor();
    let wrong = browser.send(&ada(&[("username", "")])).is(422);
    for page in [browser.get("/signup"), browser.get("/nothing"), wrong] {
        page.never_says("<script>")
            .never_says("<style")
            .never_says(" style=")
            .never_says(" onclick=")
            .never_says("http:")
            .never_says("https:");
    }
}

#[test]
fn what_does_not_exist_is_said_in_a_page() {
    let (_store, browser) = visitor();
    browser
        .get("/nothing")
        .is(404)
        .says("There is no such page");
    let request = browser.request(Method::DELETE, "/signup", "");
    let answer = browser.ask(request).is(405);
    assert_eq!(answer.header("allow"), "GET,HEAD,POST");
    is_safe(&answer, "DELETE");
    answer.says("That is not possible here");
    let request = browser.request(Method::HEAD, "/signup", "");
    assert_eq!(browser.ask(request).is(200).body, "");
}

#[test]
fn files_are_fetched_once() {
    let (_store, mut browser) = visitor();
    let page = browser.get("/signup");
    let (_, rest) = page.body.split_once("/assets/portal.css").expect("a style");
    let (query, _) = rest.split_once('"').expect("an end");
    let path = format!("/assets/portal.css{query}");
    let css = browser.get(&path).is(200);
    assert!(css.header("cache-control").contains("immutable"), "{path}");
    let tag = css.header("etag").to_owned();
    browser.header("if-none-match", &format!("\"x\", {tag}"));
    let again = browser.get("/assets/portal.css").is(304);
    assert_eq!(
        (again.body.as_str(), again.header("etag")),
        ("", tag.as_str())
    );
    browser.get("/assets/portal.js").is(200);
}

#[test]
fn health_says_whether_the_store_can_be_read() {
    let (store, browser) = visitor();
    browser.get("/health").is(200).says("ok");
    break_settings(&store);
    browser.get("/health").is(503).never_says("settings");
    let page = browser.get("/signup").is(503);
    assert_eq!(page.header("retry-after"), "60");
    page.says("It is not your fault");
}

/// Makes the settings unreadable, as a damaged file would.
fn break_settings(store: &tenure::store::Store) {
    let broken = store.write(|tx| {
        tx.execute("UPDATE settings SET value = '{'", [])?;
        Ok::<_, tenure::store::StoreError>(())
    });
    broken.expect("it can be broken");
}
