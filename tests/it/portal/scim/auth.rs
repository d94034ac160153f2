//! Who may ask, and who is told so.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;
use tenure::{
    command::{Command, tokens::Secret},
    model::token::Scope,
    store::tokens,
};

use super::{Answer, Client, client, token, user};
use crate::support::{audit, done, noon};

/// Asks for the users with this header instead of the token's.
fn ask(client: &Client, path: &str, header: Option<&str>) -> Answer {
    let path = format!("/scim/v2{path}");
    let mut request = client.visitor.request(Method::GET, &path, "");
    if let Some(header) = header {
        let value = header.parse().expect("a value");
        request.headers_mut().insert("authorization", value);
    }
    Answer::of(client.visitor.ask(request))
}

#[test]
fn nobody_is_answered_without_a_good_token() {
    let client = client();
    let good = &client.secret;
    let without = "Bearer realm=\"Tenure\"";
    let wrong = "Bearer realm=\"Tenure\", error=\"invalid_token\"";
    let almost = format!("{}x", &good[..good.len() - 1]);
    for (header, challenge) in [
        (None, without),
        (Some(""), without),
        (Some("Bearer"), without),
        (Some("Bearer "), without),
        (Some(good.as_str()), without),
        (Some(&format!("Basic {good}")), without),
        (Some("Bearer tnr_0000"), wrong),
        (Some(&format!("Bearer {almost}")), wrong),
        (Some(&format!("Bearer {}", good.to_uppercase())), wrong),
        (Some(&format!("Bearer {good} {good}")), wrong),
        (Some("Bearer \u{e9}"), without),
        (Some(&format!("Bearer {}", "x".repeat(8_000))), wrong),
    ] {
        let answer = ask(&client, "/Users", header).refuses(401, "");
        assert_eq!(answer.header("www-authenticate"), challenge, "{header:?}");
    }
    for path in [
        "/Users",
        "/Groups",
        "/Schemas",
        "/ResourceTypes",
        "/ServiceProviderConfig",
        "/Me",
        "/",
    ] {
        ask(&client, path, None).refuses(401, "");
    }
    ask(&client, "/Users", Some(&format!("bearer {good}"))).is(200);
}

#[test]
fn a_token_in_the_address_is_none() {
    let client = client();
    let path = format!("/Users?access_token={}", client.secret);
    ask(&client, &path, None).refuses(401, "");
}

#[test]
fn a_token_that_may_only_read_does_not_write() {
    let client = Client::with(Scope::Read);
    client.get("/Users").is(200);
    let answer = client.post("/Users", &user("ada")).refuses(403, "");
    assert!(
        answer
            .header("www-authenticate")
            .contains("insufficient_scope")
    );
    client.delete("/Users/1").refuses(403, "");
    client.patch("/Users/1", &json!([])).refuses(403, "");
    client.post("/Bulk", &json!({})).refuses(403, "");
    assert_eq!(client.names(""), Vec::<String>::new());
}

#[test]
fn a_token_ends_when_it_is_revoked_or_expires() {
    let client = client();
    let secret = Secret::draw();
    let soon = noon() + TimeDelta::hours(1);
    let new = secret.token("okta", Scope::Write, Some(soon));
    done(&client.store, Command::CreateToken(Box::new(new)));
    let bearer = format!("Bearer {}", secret.as_str());
    ask(&client, "/Users", Some(&bearer)).is(200);
    client.visitor.clock.advance(TimeDelta::hours(1));
    ask(&client, "/Users", Some(&bearer)).refuses(401, "");

    client.get("/Users").is(200);
    done(&client.store, Command::RevokeToken(client.token));
    client.get("/Users").refuses(401, "");
    let acts = audit(&client.store);
    assert_eq!(acts.last().map(String::as_str), Some("token.revoke entra"));
}

#[test]
fn only_the_hash_of_a_token_is_kept() {
    let client = client();
    let (secret, id) = token(&client.store, Scope::Read);
    let kept = client.store.read(|db| tokens::get(db, id)).expect("a look");
    let kept = kept.expect("a token");
    assert_eq!(kept.hint, secret[..8]);
    let everything = client.store.read(|db| {
        let mut statement = db.prepare("SELECT quote(hash) || name || hint FROM tokens")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok::<Vec<String>, tenure::store::StoreError>(rows.collect::<Result<_, _>>()?)
    });
    let everything = everything.expect("tokens").concat();
    assert!(!everything.contains(&secret[9..]), "{everything}");
    let entries = client
        .store
        .read(|db| tenure::store::audit::page(db, 0, 100))
        .expect("entries");
    let entries = format!("{entries:?}");
    assert!(entries.contains("token.create"));
    assert!(!entries.contains(&secret[9..]), "{entries}");
}

#[test]
fn the_last_use_is_known_to_the_minute() {
    let client = client();
    let last_use = || {
        let token = client.store.read(|db| tokens::get(db, client.token));
        token.expect("a look").expect("a token").last_used
    };
    // Nobody waits for it to be written, so it may take a few requests until it shows.
    let becomes = |expected| {
        let mut requests = 0;
        while last_use() != Some(expected) {
            client.get("/Users?count=0").is(200);
            requests += 1;
            assert!(requests < 10_000, "{:?} is not {expected}", last_use());
        }
    };
    becomes(noon());
    client.visitor.clock.advance(TimeDelta::seconds(59));
    let (_, writes) = client.store.commits();
    for _ in 0..20 {
        client.get("/Users?count=0").is(200);
    }
    assert_eq!(client.store.commits().1, writes, "not for every request");
    client.visitor.clock.advance(TimeDelta::seconds(1));
    becomes(noon() + TimeDelta::minutes(1));
}
