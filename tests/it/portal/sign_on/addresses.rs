//! Where browsers are sent, and where not.

use tenure::{command::Command, model::connection::SecretChange, store::connections};

use super::Scene;

#[test]
fn the_way_back_leads_to_our_own_pages_only() {
    let mut scene = Scene::new();
    for bad in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "%09//evil.example",
        "javascript:alert(1)",
    ] {
        let path = format!("/sign-on/{}?next={bad}", scene.connection);
        let page = scene.browser.get(&path).is(400);
        page.says("This link cannot be used").never_says("evil");
    }
    assert_eq!(scene.provider.asked("/.well-known/openid-configuration"), 0);

    let path = format!("/sign-on/{}?next=/profile%3Fa=b", scene.connection);
    let sent = scene.browser.get(&path).is(303);
    let cookie = sent
        .header("set-cookie")
        .split(';')
        .next()
        .expect("a cookie");
    scene.browser.cookie = Some(cookie.to_owned());
    let back = scene.provider.sign_in(sent.header("location"));
    let answer = scene.browser.get(&back).is(303);
    assert_eq!(answer.header("location"), "/profile?a=b");
}

#[test]
fn the_provider_sends_the_browser_to_where_it_found_us() {
    let mut scene = Scene::new();
    let sent = scene.begin().is(303);
    let expected = "redirect_uri=http%3A%2F%2Ftenure.test%3A8480%2Fsign-on%2Fcallback";
    assert!(sent.header("location").contains(expected));
    for host in [
        "evil.example/?",
        "a@evil.example",
        "evil.example/path",
        "",
        " ",
    ] {
        let mut other = scene.browser.other();
        other.header("host", host);
        other.get(&format!("/sign-on/{}", scene.connection)).is(400);
    }
}

#[test]
fn who_comes_for_a_connection_that_is_not_there_is_told() {
    let scene = Scene::new();
    for path in [
        "/sign-on/99",
        "/sign-on/0",
        "/sign-on/-1",
        "/sign-on/x",
        "/sign-on/%ff",
    ] {
        scene.browser.get(path).is(404);
    }
    scene
        .browser
        .get(&format!("/sign-on/{}", "9".repeat(1_000)))
        .is(404);
}

#[test]
fn a_connection_that_is_disabled_meanwhile_lets_nobody_in() {
    let mut scene = Scene::new();
    let sent = scene.begin().is(303);
    let back = scene.provider.sign_in(sent.header("location"));
    let id = scene.connection;
    let found = scene.store.read(|db| connections::get(db, id));
    let mut spec = found.expect("a look").expect("a connection").spec;
    spec.is_enabled = false;
    let (spec, secret) = (Box::new(spec), SecretChange::Keep);
    crate::support::done(&scene.store, Command::UpdateConnection { id, spec, secret });
    let answer = scene.browser.get(&back);
    scene.refuses(answer, "changed, disabled or deleted");
    scene.begin().is(404);
}
