//! What a connection may be, and what claims become.

use serde_json::json;

use super::*;
use crate::model::{
    attribute::{AttributeKind, AttributeSpec},
    id::AttributeId,
};

fn spec() -> ConnectionSpec {
    ConnectionSpec::new("Company", "https://login.example.org", "tenure")
}

fn team() -> Attribute {
    Attribute {
        id: AttributeId::new(1),
        spec: AttributeSpec {
            name: "team".to_owned(),
            label: "Team".to_owned(),
            kind: AttributeKind::Text,
            is_required: false,
            is_on_sign_up: false,
        },
    }
}

fn claims(value: Value) -> Claims {
    Claims(serde_json::from_value(value).expect("an object"))
}

#[track_caller]
fn refuses(change: impl FnOnce(&mut ConnectionSpec), message: &str) {
    let mut spec = spec();
    change(&mut spec);
    let error = spec.checked(&[team()]).expect_err("a refusal").to_string();
    assert!(error.contains(message), "{error}");
}

#[track_caller]
fn issuer(typed: &str, is_one: bool) {
    let mut spec = spec();
    typed.clone_into(&mut spec.issuer);
    assert_eq!(spec.checked(&[]).is_ok(), is_one, "{typed}");
}

#[test]
fn what_most_providers_need_is_enough() {
    let spec = spec().checked(&[]).expect("a connection");
    assert_eq!(spec.button, "Sign in with Company");
    assert!(!spec.links_verified_email);
}

#[test]
fn an_issuer_is_an_address_that_is_reached_safely() {
    for good in [
        "https://login.example.org",
        "https://login.example.org/tenant/v2.0",
        "https://login.example.org:8443/",
        "https://bücher.example",
        "http://127.0.0.1:9000",
        "http://localhost:9000/realms/x",
        "http://[::1]:9000",
    ] {
        issuer(good, true);
    }
    for bad in [
        "",
        "login.example.org",
        "http://login.example.org",
        "http://127.0.0.1.example.org",
        "ftp://login.example.org",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://ada:secret@login.example.org",
        "https://login.example.org?x=1",
        "https://login.example.org#x",
        "https://login example.org",
        "https://login.example.org/\u{0}",
    ] {
        issuer(bad, false);
    }
}

#[test]
fn an_issuer_is_kept_as_it_is_written() {
    let mut spec = spec();
    spec.issuer = " https://Login.Example.org/a/ ".to_owned();
    let spec = spec.checked(&[]).expect("a connection");
    assert_eq!(spec.issuer, "https://Login.Example.org/a/");
}

#[test]
fn what_makes_no_sense_is_refused_in_words() {
    refuses(|it| it.name.clear(), "the name must not be empty");
    refuses(|it| it.client_id.clear(), "the client id must not be empty");
    refuses(
        |it| it.client_id = "x".repeat(10_000),
        "the client id is longer than 255 characters",
    );
    refuses(
        |it| it.button = "Sign\nin".to_owned(),
        "the button's text contains a control character",
    );
    refuses(|it| it.scopes.push("a b".to_owned()), "is not a scope");
    refuses(|it| it.scopes.push("é".to_owned()), "is not a scope");
    refuses(
        |it| it.scopes = (0..21).map(|it| format!("s{it}")).collect(),
        "at most 20 scopes",
    );
    refuses(
        |it| {
            it.claims.insert("boss".to_owned(), "manager".to_owned());
        },
        "\"boss\" is not a field",
    );
    refuses(
        |it| {
            it.claims.insert("email".to_owned(), " ".to_owned());
        },
        "say which claim fills the email",
    );
}

#[test]
fn scopes_are_asked_for_once_and_openid_anyway() {
    let mut spec = spec();
    spec.scopes = ["email", "openid", " email "].map(str::to_owned).to_vec();
    let spec = spec.checked(&[]).expect("a connection");
    assert_eq!(spec.scopes, ["email"]);
}

#[test]
fn a_secret_never_shows() {
    let secret = ClientSecret::new(" s3cret ").expect("a secret");
    assert_eq!(secret.reveal(), "s3cret");
    assert_eq!(
        format!("{:?}", SecretChange::Set(secret)),
        "Set(ClientSecret(…))"
    );
    for bad in ["", "a\nb", "pässword", &"x".repeat(1_001)] {
        assert_eq!(ClientSecret::new(bad), Err(ConnectionError::BadSecret));
    }
}

#[test]
fn claims_fill_the_fields_that_they_are_for() {
    let mut spec = spec();
    spec.claims.insert("team".to_owned(), "groups".to_owned());
    spec.claims.insert("phone".to_owned(), "ext".to_owned());
    let spec = spec.checked(&[team()]).expect("a connection");
    let claims = claims(json!({
        "preferred_username": "ada", "email": "ada@example.org", "given_name": "Ada",
        "family_name": "", "groups": ["staff", "engines"], "ext": 4711, "address": {"country": "UK"},
    }));
    let before = ProfileForm {
        last_name: "Lovelace".to_owned(),
        ..ProfileForm::default()
    };
    let form = spec.filled(&claims, before);
    assert_eq!(
        (form.username.as_str(), form.phone.as_str()),
        ("ada", "4711")
    );
    assert_eq!(form.attributes["team"], "staff, engines");
    assert_eq!(form.last_name, "Lovelace", "an empty claim changes nothing");
}

#[test]
fn a_claim_of_another_shape_fills_nothing() {
    for odd in [
        json!(null),
        json!({"a": 1}),
        json!([{}]),
        json!([]),
        json!("  "),
    ] {
        let form = spec().filled(&claims(json!({"given_name": odd})), ProfileForm::default());
        assert_eq!(form, ProfileForm::default(), "{odd}");
    }
}

#[test]
fn an_address_is_verified_only_if_the_provider_says_so() {
    let verified = |value: Value| spec().verified_email(&claims(value));
    let address = "ada@example.org";
    for yes in [json!(true), json!("true")] {
        let said = json!({"email": address, "email_verified": yes});
        assert_eq!(verified(said).as_deref(), Some(address));
    }
    for no in [
        json!(false),
        json!("false"),
        json!("yes"),
        json!(1),
        json!(null),
    ] {
        assert_eq!(
            verified(json!({"email": address, "email_verified": no})),
            None
        );
    }
    assert_eq!(verified(json!({"email": address})), None);
    assert_eq!(verified(json!({"email_verified": true})), None);
    let mut other = spec();
    other.claims.insert("email".to_owned(), "upn".to_owned());
    let said = claims(json!({"upn": address, "email": "x@y.org", "email_verified": true}));
    assert_eq!(
        other.verified_email(&said),
        None,
        "another claim was verified"
    );
}

#[test]
fn what_is_wrong_goes_back_to_what_was() {
    let before = ProfileForm {
        email: "ada@example.org".to_owned(),
        ..ProfileForm::default()
    };
    let after = ProfileForm {
        email: "taken@example.org".to_owned(),
        first_name: "Ada".to_owned(),
        attributes: [("team".to_owned(), "?".to_owned())].into(),
        ..ProfileForm::default()
    };
    let wrong = ["email", "team"].map(str::to_owned);
    let mended = without(after, wrong, &before);
    assert_eq!(mended.email, "ada@example.org");
    assert_eq!(mended.first_name, "Ada");
    assert!(mended.attributes.is_empty());
}

#[test]
fn a_subject_is_exact_or_refused() {
    let identity = |subject: &str| Identity::new("https://login.example.org", subject);
    assert_eq!(
        identity("248289761001").map(|it| it.subject().to_owned()),
        Ok("248289761001".to_owned())
    );
    assert_ne!(identity("ADA"), identity("ada"));
    for bad in ["", " ", "a\nb", "é", &"x".repeat(256)] {
        assert_eq!(identity(bad), Err(BadSubject), "{bad:?}");
    }
}
