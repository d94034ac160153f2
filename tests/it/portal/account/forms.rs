//! What attackers and broken programs send to the forms of an account.

use axum::http::Method;
use chrono::TimeDelta;

use super::{PASSWORD, RIGHT, ada, signed_in, user};
use crate::{
    portal::{encoded, token},
    support::audit,
};

/// Every form that only its owner may send, with what it asks for.
const FORMS: [(&str, &str); 8] = [
    ("/account/profile", "/account/profile"),
    ("/account/security/password", "/account/security/password"),
    ("/account/security/app", "/account/security/app"),
    ("/account/security/app/confirm", "/account/security"),
    ("/account/security/app/remove", "/account/security"),
    ("/account/security/codes", "/account/security"),
    ("/account/sessions/end", "/account/sessions"),
    ("/account/sessions/end-others", "/account/sessions"),
];

#[test]
fn a_form_that_we_did_not_give_to_this_session_is_refused() {
    let (store, _ada, browser) = signed_in();
    super::person(&store, "bob");
    let bob = browser.other();
    bob.fill("/sign-in", &[("username", "bob"), ("password", PASSWORD)]);
    let before = audit(&store).len();
    for (path, page) in FORMS {
        let stolen = token(&bob.get(page).is(200).body);
        let replayed = token(&browser.get(page).is(200).body);
        for (token, why) in [
            ("", "out of date"),
            ("0", "out of date"),
            (&stolen, "out of date"),
        ] {
            let form = encoded(token, &[("current_password", PASSWORD)]);
            browser.post_to(path, form).is(403).says(why);
        }
        let form = "current_password=x&first_name=Eve";
        browser.post_to(path, form).is(403);
        let form = encoded(&replayed, &[]);
        browser.post_to(path, form.clone());
        browser.post_to(path, form).is(403).says("sent before");
    }
    let own: Vec<String> = audit(&store).split_off(before);
    let harmless =
        |it: &&String| it.contains("wrong") || it.contains("set_up_mfa") || it.contains("recovery");
    let harm: Vec<&String> = own.iter().filter(|it| !harmless(it)).collect();
    assert!(harm.is_empty(), "{harm:?}");
    let form = encoded("", &RIGHT);
    browser
        .other()
        .post_to("/sign-in", form)
        .is(403)
        .says("cookie");
}

#[test]
fn a_form_from_another_site_is_refused() {
    let (store, ada, mut browser) = signed_in();
    let before = user(&store, ada).revision;
    browser.header("host", "127.0.0.1:8480");
    for (path, page) in FORMS {
        let token = token(&browser.get(page).is(200).body);
        browser.header("origin", "https://evil.example");
        let form = encoded(&token, &[("current_password", PASSWORD)]);
        browser.post_to(path, form).is(403).says("another site");
        browser.extra.pop();
    }
    let token = token(&browser.get("/account/profile").body);
    browser.header("sec-fetch-site", "cross-site");
    browser.post_to("/sign-out", encoded(&token, &[])).is(403);
    browser.extra.pop();
    assert!(browser.is_signed_in());
    assert_eq!(user(&store, ada).revision, before);
}

#[test]
fn nobody_signs_somebody_else_out() {
    let (_store, _ada, browser) = signed_in();
    browser.post_to("/sign-out", "token=x").is(403);
    browser.post_to("/sign-out", "").is(403);
    assert!(browser.is_signed_in());
}

#[test]
fn without_a_session_nothing_is_shown_and_nothing_done() {
    let (store, _ada, browser) = ada();
    let before = audit(&store).len();
    for (path, _) in FORMS {
        let form = encoded("x", &[("current_password", PASSWORD)]);
        browser
            .post_to(path, form)
            .is(401)
            .says("You are not signed in");
    }
    for path in ["/sign-in/code", "/sign-in/password"] {
        browser.get(path).leads_to("/sign-in");
        browser.post_to(path, "code=000000").is(401);
    }
    assert_eq!(audit(&store).len(), before);
}

#[test]
fn what_no_page_of_ours_sends_is_answered_in_words() {
    let (_store, _ada, browser) = signed_in();
    for (path, _) in FORMS {
        browser.post_to(path, "token=a&token=b").is(400);
        browser.post_to(path, "token=%FF").is(400);
        browser
            .post_to(path, "a=".to_owned() + &"x".repeat(70_000))
            .is(413);
        let mut request = browser.request(Method::POST, path, "{}");
        let json = "application/json".parse().expect("a value");
        request.headers_mut().insert("content-type", json);
        browser.ask(request).is(415);
        let request = browser.request(Method::DELETE, path, "");
        browser.ask(request).is(405);
    }
    browser.get("/account/nothing").is(404);
}

#[test]
fn the_sign_in_page_takes_any_text_and_says_what_is_wrong_with_it() {
    let (_store, _ada, browser) = ada();
    let long = "x".repeat(1_025);
    for (username, password, says) in [
        ("", PASSWORD, "Username or email must not be empty"),
        (" ", PASSWORD, "Username or email must not be empty"),
        ("ada", "", "Password must not be empty"),
        (
            "ada",
            long.as_str(),
            "Password is longer than 1024 characters",
        ),
        ("ada", "a\0b", "You could not be signed in"),
        ("ada\0", PASSWORD, "You could not be signed in"),
        ("عائشة", "пароль", "You could not be signed in"),
        ("<script>", "<script>", "&lt;script&gt;"),
        ("' OR 1=1 --", "' OR 1=1 --", "You could not be signed in"),
        ("%", "_", "You could not be signed in"),
        (&"é".repeat(9_000), PASSWORD, "You could not be signed in"),
    ] {
        let mut browser = browser.other();
        browser.peer = format!("198.51.100.{}:1", username.len() % 200)
            .parse()
            .expect("one");
        let page = browser.fill(
            "/sign-in",
            &[("username", username), ("password", password)],
        );
        page.is(422)
            .says(says)
            .never_says("<script>")
            .never_says(&long);
    }
    // Fields that are missing count as empty.
    let page = browser.get("/sign-in");
    browser
        .send_form(&page, &[])
        .is(422)
        .says("must not be empty");
}

#[test]
fn forms_of_one_visitor_are_limited() {
    let (_store, _ada, browser) = ada();
    let mut refused = 0;
    for _ in 0..200 {
        let answer = browser.post_to("/sign-in", "token=x");
        if answer.status == 429 {
            refused += 1;
            assert_ne!(answer.header("retry-after"), "");
        }
        browser.clock.advance(TimeDelta::milliseconds(100));
    }
    assert!(refused > 50, "{refused}");
}
