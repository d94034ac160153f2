//! ID tokens that are not to be believed.

use serde_json::{Map, Value, json};

use super::{Scene, provider::Signing};

/// Nobody comes in with a token that is changed like this.
#[track_caller]
fn spoiled(spoil: fn(&mut Map<String, Value>), reason: &str) {
    let scene = Scene::new();
    scene.provider.set(|it| it.spoil = spoil);
    let answer = scene.sign_in();
    scene.refuses(answer, reason);
    scene.provider.set(|it| it.spoil = |_| ());
    scene.sign_in().is(303);
}

#[track_caller]
fn signed(signing: Signing, reason: &str) {
    let scene = Scene::new();
    scene.provider.set(|it| it.signing = signing);
    let answer = scene.sign_in();
    scene.refuses(answer, reason);
    scene.provider.set(|it| it.signing = Signing::Right);
    scene.sign_in().is(303);
}

fn put(claims: &mut Map<String, Value>, name: &str, value: Value) {
    claims.insert(name.to_owned(), value);
}

fn shift(claims: &mut Map<String, Value>, name: &str, seconds: i64) {
    let now = claims["iat"].as_i64().expect("a time");
    put(claims, name, json!(now + seconds));
}

#[test]
fn a_token_for_another_sign_in_is_refused() {
    spoiled(|it| put(it, "nonce", json!("replayed")), "nonce");
    spoiled(|it| drop(it.remove("nonce")), "nonce");
}

#[test]
fn a_token_of_another_issuer_is_refused() {
    spoiled(|it| put(it, "iss", json!("https://evil.example")), "issuer");
    spoiled(
        |it| {
            let issuer = format!("{}/", it["iss"].as_str().expect("a text"));
            put(it, "iss", json!(issuer));
        },
        "issuer",
    );
}

#[test]
fn a_token_for_another_client_is_refused() {
    spoiled(|it| put(it, "aud", json!("someone-else")), "audience");
    spoiled(|it| put(it, "aud", json!([])), "audience");
    spoiled(
        |it| put(it, "aud", json!(["tenure", "someone-else"])),
        "audience",
    );
    spoiled(|it| put(it, "azp", json!("someone-else")), "another client");
}

#[test]
fn a_token_that_has_expired_is_refused() {
    spoiled(|it| shift(it, "exp", -61), "Expired");
    spoiled(|it| put(it, "exp", json!("tomorrow")), "cannot be read");
    spoiled(|it| drop(it.remove("exp")), "cannot be read");
}

#[test]
fn a_token_from_the_future_is_refused() {
    spoiled(|it| shift(it, "iat", 61), "future");
    spoiled(|it| shift(it, "nbf", 61), "is not valid yet");
    spoiled(|it| put(it, "nbf", json!("soon")), "is not valid yet");
}

#[test]
fn clocks_may_be_a_minute_apart() {
    let scene = Scene::new();
    scene.provider.set(|it| {
        it.spoil = |claims| {
            shift(claims, "nbf", 59);
            shift(claims, "exp", -59);
            shift(claims, "iat", 59);
        }
    });
    scene.sign_in().is(303);
}

#[test]
fn a_token_that_names_nobody_is_refused() {
    spoiled(|it| drop(it.remove("sub")), "cannot be read");
    spoiled(|it| put(it, "sub", json!("")), "names nobody");
    spoiled(|it| put(it, "sub", json!("x".repeat(256))), "names nobody");
    spoiled(|it| put(it, "sub", json!(17)), "cannot be read");
}

#[test]
fn a_token_with_a_bad_signature_is_refused() {
    signed(Signing::Forged, "is not signed as it must be");
}

#[test]
fn a_token_without_a_signature_is_refused() {
    signed(Signing::None, "is not signed as it must be");
}

#[test]
fn a_token_that_is_signed_with_what_others_know_is_refused() {
    signed(Signing::PublicKeyAsSecret, "is not signed as it must be");
    signed(Signing::ClientSecret, "is not signed as it must be");
}

#[test]
fn new_keys_are_fetched_once() {
    let scene = Scene::new();
    scene.sign_in().is(303);
    assert_eq!(scene.provider.asked("/keys"), 1);
    scene
        .provider
        .set(|it| (it.signer, it.named) = (1, vec![0, 1]));
    scene.sign_in().is(303);
    assert_eq!(scene.provider.asked("/keys"), 2);
    scene.sign_in().is(303);
    assert_eq!(scene.provider.asked("/keys"), 2, "they are known now");
}

#[test]
fn a_key_that_the_provider_does_not_name_is_asked_for_once_and_refused() {
    let scene = Scene::new();
    scene
        .provider
        .set(|it| (it.signer, it.named) = (1, vec![0]));
    let answer = scene.sign_in();
    scene.refuses(answer, "a key that the provider does not name");
    assert_eq!(scene.provider.asked("/keys"), 2);
}
