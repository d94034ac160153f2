//! Where browsers are sent, and where not.

use tenure::{
    command::{Command, ConnectionCommand},
    model::connection::SecretChange,
    store::connections,
};

use super::Scene;
use crate::support::done;

/// Where somebody ends who was on the way to `next`.
fn ends(scene: &Scene, next: &str) -> String {
    let path = format!("/sign-on/{}?next={next}", scene.connection);
    let sent = scene.browser.get(&path).is(303);
    let back = scene.provider.sign_in(sent.header("location"));
    let answer = scene.browser.get(&back).is(303);
    answer.header("location").to_owned()
}

#[test]
fn the_way_back_leads_to_our_own_pages_only() {
    let scene = Scene::new();
    for bad in [
        "",
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "%09//evil.example",
        "javascript:alert(1)",
    ] {
        assert_eq!(ends(&scene, bad), "/account/profile", "{bad}");
    }
    let security = "/account/security";
    assert_eq!(ends(&scene, security), security);
}

#[test]
fn the_sign_in_page_has_a_button_for_each_connection_that_is_enabled() {
    let scene = Scene::new();
    let page = scene.browser.get("/sign-in?next=/account/security").is(200);
    let href = format!(
        "href=\"&#x2f;sign-on&#x2f;{}?next=&#x2f;account&#x2f;security\"",
        scene.connection
    );
    page.says("Sign in with Company").says(&href);
    enable(&scene, false);
    let page = scene.browser.get("/sign-in").is(200);
    page.never_says("Sign in with Company");
}

#[test]
fn the_provider_sends_the_browser_to_where_it_found_us() {
    let scene = Scene::new();
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
    let scene = Scene::new();
    let sent = scene.begin().is(303);
    let back = scene.provider.sign_in(sent.header("location"));
    enable(&scene, false);
    let answer = scene.browser.get(&back);
    scene.refuses(answer, "changed, disabled or deleted");
    scene.begin().is(404);
}

fn enable(scene: &Scene, is_enabled: bool) {
    let id = scene.connection;
    let found = scene.store.read(|db| connections::get(db, id));
    let mut spec = found.expect("a look").expect("a connection").spec;
    spec.is_enabled = is_enabled;
    let (spec, secret) = (Box::new(spec), SecretChange::Keep);
    done(
        &scene.store,
        Command::from(ConnectionCommand::Update { id, spec, secret }),
    );
}
