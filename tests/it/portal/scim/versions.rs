//! Entity tags: reading only what is new, and changing only what is known.

use axum::http::Method;
use serde_json::json;

use super::{Client, client, user};
use crate::support::done;
use tenure::command::Command;

fn rename(client: &Client, path: &str, name: &str, if_match: &str) -> super::Answer {
    let body = json!({
        "schemas": [super::PATCH],
        "Operations": [{ "op": "replace", "path": "name.givenName", "value": name }],
    });
    client.ask(
        Method::PATCH,
        path,
        body.to_string(),
        &[("if-match", if_match)],
    )
}

#[test]
fn a_change_of_another_version_is_refused() {
    let client = client();
    let path = format!("/Users/{}", client.user("ada"));
    let first = client.get(&path).header("etag").to_owned();
    let second = rename(&client, &path, "Ada", &first).is(200);
    assert_ne!(second.header("etag"), first);
    rename(&client, &path, "Eve", &first).refuses(412, "");
    assert_eq!(client.get(&path).body["name"]["givenName"], "Ada");
    rename(&client, &path, "Eve", "*").is(200);
    rename(&client, &path, "Eve", "\"x\"").refuses(412, "");

    let old = [("if-match", first.as_str())];
    let put = client.ask(Method::PUT, &path, user("ada").to_string(), &old);
    put.refuses(412, "");
    client.ask(Method::DELETE, &path, "", &old).refuses(412, "");
    client.get(&path).is(200);
}

#[test]
fn what_is_known_is_not_answered_again() {
    let client = client();
    let path = format!("/Users/{}", client.user("ada"));
    let etag = client.get(&path).header("etag").to_owned();
    let know = |etag: &str| client.ask(Method::GET, &path, "", &[("if-none-match", etag)]);
    know(&etag).is(304);
    know("W/\"999\"").is(200);
    rename(&client, &path, "Ada", &etag).is(200);
    know(&etag).is(200);
}

#[test]
fn a_membership_makes_another_version_of_both() {
    let client = client();
    let id = client.user("ada");
    let group = client.group("Staff", &[]);
    let (user_path, group_path) = (format!("/Users/{id}"), format!("/Groups/{group}"));
    let tags = || {
        let tag = |path: &str| client.get(path).header("etag").to_owned();
        (tag(&user_path), tag(&group_path))
    };
    let before = tags();
    done(
        &client.store,
        Command::AddToGroup {
            user: id.parse().expect("an id"),
            group: group.parse().expect("an id"),
        },
    );
    let after = tags();
    assert_ne!(before.0, after.0);
    assert_ne!(before.1, after.1);
    let old = [("if-match", before.1.as_str())];
    let body = json!({
        "schemas": [super::PATCH],
        "Operations": [{ "op": "remove", "path": "members" }],
    });
    client
        .ask(Method::PATCH, &group_path, body.to_string(), &old)
        .refuses(412, "");
    assert_eq!(client.members(&group), [id]);
}

#[test]
fn two_clients_that_change_a_user_at_once_both_do() {
    let client = client();
    let path = format!("/Users/{}", client.user("ada"));
    let parts = [
        "name.givenName",
        "name.familyName",
        "phoneNumbers[type eq \"work\"].value",
    ];
    std::thread::scope(|scope| {
        for part in parts {
            let other = Client {
                store: client.store.clone(),
                visitor: client.visitor.other(),
                secret: client.secret.clone(),
                token: client.token,
            };
            let path = &path;
            scope.spawn(move || {
                for round in 0..=20 {
                    let value = format!("{round}");
                    let op = json!([{ "op": "replace", "path": part, "value": value }]);
                    other.patch(path, &op).is(200);
                }
            });
        }
    });
    let body = client.get(&path).body;
    assert_eq!(
        body["name"],
        json!({ "givenName": "20", "familyName": "20" })
    );
    assert_eq!(body["phoneNumbers"][0]["value"], "20");
}
