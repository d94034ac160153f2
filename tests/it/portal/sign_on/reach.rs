//! Providers that are down, slow, broken, or point to where nobody should go.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Scene, provider::Mood};

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// Says within five seconds that it does not work, and how to try again.
#[track_caller]
fn no_answer(path: &'static str, mood: Mood, reason: &str) {
    let scene = Scene::new();
    scene.provider.at(path, mood);
    let began = Instant::now();
    let sent = scene.begin();
    let answer = if sent.status == 303 {
        let back = scene.provider.sign_in(sent.header("location"));
        scene.browser.get(&back)
    } else {
        sent
    };
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    let answer = answer.is(503).says("does not answer").says(&scene.button());
    assert_eq!(answer.header("retry-after"), "10");
    scene.tells(reason);

    scene.browser.get("/sign-in").is(200);
    scene.provider.set(|it| it.mood.clear());
    scene.sign_in().is(303);
}

#[track_caller]
fn document(change: Value, reason: &str) {
    let scene = Scene::new();
    scene.provider.set(|it| it.document = change);
    let answer = scene.begin();
    scene.refuses(answer, reason);
    assert_eq!(scene.provider.asked("/keys"), 0);
}

#[test]
fn a_slow_provider_is_not_waited_for() {
    no_answer(
        DISCOVERY,
        Mood::Slow(Duration::from_secs(6)),
        "within 4.5 seconds",
    );
    no_answer(
        "/token",
        Mood::Slow(Duration::from_secs(6)),
        "within 4.5 seconds",
    );
}

#[test]
fn slow_steps_do_not_add_up() {
    let scene = Scene::new();
    let slow = Mood::Slow(Duration::from_secs(3));
    scene
        .provider
        .set(|it| it.mood = [(DISCOVERY, slow), ("/keys", slow)].into());
    let began = Instant::now();
    scene.begin().is(503);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_provider_that_is_down_is_told_with_a_way_to_try_again() {
    no_answer(DISCOVERY, Mood::Status(500), "answered 500");
    no_answer("/keys", Mood::Status(503), "answered 503");
    no_answer("/token", Mood::Status(502), "answered 502");
}

#[test]
fn a_cut_answer_is_told_with_a_way_to_try_again() {
    no_answer(DISCOVERY, Mood::CutJson, "cannot be read");
    no_answer("/keys", Mood::CutJson, "cannot be read");
    no_answer("/token", Mood::CutJson, "cannot be read");
}

#[test]
fn nothing_listens_there() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let scene = Scene::with(|it| it.issuer = format!("http://{address}"));
    scene.begin().is(503).says("does not answer");
    scene.tells("nothing answers at 127.0.0.1");
}

#[test]
fn an_answer_without_end_is_not_read() {
    let scene = Scene::new();
    scene.provider.at(DISCOVERY, Mood::Huge);
    let answer = scene.begin();
    scene.refuses(answer, "more than any provider needs");
}

#[test]
fn a_provider_that_points_elsewhere_is_not_followed() {
    let scene = Scene::new();
    let there = Mood::RedirectTo("/elsewhere");
    scene.provider.at(DISCOVERY, there);
    let answer = scene.begin();
    scene.refuses(answer, "answered 303");
    assert_eq!(scene.provider.asked("/elsewhere"), 0);
}

#[test]
fn a_document_of_another_issuer_is_refused() {
    document(json!({"issuer": "https://evil.example"}), "calls itself");
    document(json!({"issuer": ""}), "calls itself");
}

#[test]
fn addresses_that_only_this_machine_reaches_are_not_asked() {
    for address in [
        "http://169.254.169.254/latest/meta-data",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://evil.example/keys",
        "gopher://127.0.0.1:70/",
        "not an address",
    ] {
        for name in [
            "jwks_uri",
            "token_endpoint",
            "authorization_endpoint",
            "userinfo_endpoint",
        ] {
            document(json!({name: address}), "is not an address that is asked");
        }
    }
}

#[test]
fn a_provider_that_cannot_sign_anyone_in_safely_is_refused() {
    document(
        json!({"code_challenge_methods_supported": ["plain"]}),
        "PKCE",
    );
    document(
        json!({"response_types_supported": ["id_token"]}),
        "authorization code flow",
    );
    document(
        json!({"id_token_signing_alg_values_supported": ["HS256", "none"]}),
        "signs only with",
    );
    document(
        json!({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}),
        "private_key_jwt",
    );
}

#[test]
fn what_a_provider_says_of_itself_is_kept_for_an_hour() {
    let scene = Scene::new();
    scene.begin().is(303);
    scene.begin().is(303);
    assert_eq!(scene.provider.asked(DISCOVERY), 1);
    scene.browser.clock.advance(TimeDelta::minutes(61));
    scene.begin().is(303);
    assert_eq!(scene.provider.asked(DISCOVERY), 2);
}
