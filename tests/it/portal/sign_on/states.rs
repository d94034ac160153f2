//! Browsers that come back, and some that were never sent.

use chrono::TimeDelta;

use super::{Scene, begin};

#[test]
fn a_browser_that_was_never_sent_is_refused() {
    let scene = Scene::new();
    scene.begin().is(303);
    for (query, reason) in [
        ("", "no sign-in with this state"),
        ("?code=x", "no sign-in with this state"),
        ("?code=x&state=", "no sign-in with this state"),
        ("?code=x&state=guessed", "no sign-in with this state"),
        ("?code=x&state=%ff", "cannot be read"),
        ("?code=x&state=a&state=b", "cannot be read"),
    ] {
        let answer = scene.browser.get(&format!("/sign-on/callback{query}"));
        scene.refuses(answer, reason);
    }
}

#[test]
fn a_state_is_good_for_the_browser_that_it_was_given_to() {
    let scene = Scene::new();
    let sent = scene.begin().is(303);
    let back = scene.provider.sign_in(sent.header("location"));
    let mut other = scene.browser.other();
    other.header("host", "tenure.test:8480");

    let without_cookie = other.get(&back);
    scene.refuses(without_cookie, "another browser");
    let burnt = scene.browser.get(&back);
    scene.refuses(burnt, "no sign-in with this state");

    let sent = begin(&scene.browser, scene.connection).is(303);
    let back = scene.provider.sign_in(sent.header("location"));
    begin(&other, scene.connection).is(303);
    let with_its_own = other.get(&back);
    scene.refuses(with_its_own, "another browser");
}

#[test]
fn a_state_and_a_code_are_good_once() {
    let scene = Scene::new();
    let sent = scene.begin().is(303);
    let back = scene.provider.sign_in(sent.header("location"));
    scene.browser.get(&back).is(303);
    scene.browser.get(&back).is(403);
    scene.tells("no sign-in with this state");

    let code = back.split('&').next().expect("a code");
    let sent = scene.begin().is(303);
    let fresh = scene.provider.sign_in(sent.header("location"));
    let (_, rest) = fresh.split_once('&').expect("a state");
    scene.browser.get(&format!("{code}&{rest}")).is(403);
    scene.tells("invalid_grant");
}

#[test]
fn a_state_does_not_last_for_ever() {
    let scene = Scene::new();
    let sent = scene.begin().is(303);
    let back = scene.provider.sign_in(sent.header("location"));
    scene.browser.clock.advance(TimeDelta::seconds(601));
    let answer = scene.browser.get(&back);
    scene.refuses(answer, "longer than ten minutes");
}

#[test]
fn a_browser_that_another_provider_sent_is_refused() {
    let scene = Scene::new();
    for sender in ["&iss=https://evil.example", ""] {
        let sent = scene.begin().is(303);
        let back = scene.provider.sign_in(sent.header("location"));
        let (rest, _) = back.split_once("&iss=").expect("a sender");
        let answer = scene.browser.get(&format!("{rest}{sender}"));
        scene.refuses(answer, "another provider");
    }
}

#[test]
fn who_says_no_at_the_provider_may_try_again() {
    let scene = Scene::new();
    let sent = scene.begin().is(303);
    let back = scene.provider.sign_in(sent.header("location"));
    let (_, rest) = back.split_once('&').expect("a state");
    let denied =
        format!("/sign-on/callback?error=access_denied&error_description=%3Cb%3Eno&{rest}");
    let page = scene.browser.get(&denied).is(403);
    page.says("You were not signed in")
        .says(&scene.button())
        .never_says("<b>no");
    scene.tells("access_denied");
}

#[test]
fn many_from_one_address_have_to_wait() {
    let scene = Scene::new();
    let statuses: Vec<u16> = (0..121).map(|_| scene.begin().status.as_u16()).collect();
    assert!(statuses.starts_with(&[303; 120]), "{statuses:?}");
    assert_eq!(statuses[120], 429);
}
