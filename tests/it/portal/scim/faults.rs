//! Bad input and hostile input: refused at once, and nothing is done.

use axum::http::Method;
use serde_json::{Value, json};
use tenure::model::attribute::AttributeKind;

use super::{GROUP, USER, client, escaped, user, with};
use crate::support::audit;

#[test]
fn the_second_operation_that_is_wrong_undoes_the_first() {
    let client = client();
    client.attribute("floor", AttributeKind::Number);
    let path = format!("/Users/{}", client.user("ada"));
    let before = client.get(&path).body;
    for (second, kind) in [
        (
            json!({ "op": "replace", "path": "userName", "value": "" }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "active", "value": "maybe" }),
            "invalidValue",
        ),
        (
            json!({ "op": "replace", "path": "id", "value": "9" }),
            "mutability",
        ),
        (json!({ "op": "remove", "path": "userName" }), "mutability"),
        (json!({ "op": "remove" }), "noTarget"),
        (
            json!({ "op": "replace", "path": "a[", "value": 1 }),
            "invalidPath",
        ),
        (
            json!({ "op": "replace", "path": "userName[a eq 1]", "value": "x" }),
            "invalidPath",
        ),
        (json!({ "op": "fly" }), "invalidSyntax"),
        (
            json!({ "op": "add", "value": { "urn:ietf:params:scim:schemas:extension:tenure:2.0:User:floor": "high" } }),
            "invalidValue",
        ),
    ] {
        let first = json!({ "op": "replace", "path": "name.givenName", "value": "Eve" });
        client
            .patch(&path, &json!([first, second]))
            .refuses(400, kind);
        assert_eq!(client.get(&path).body, before, "{second}");
    }
}

#[test]
fn what_only_the_server_writes_is_never_written() {
    let client = client();
    let path = format!("/Users/{}", client.user("ada"));
    let before = client.get(&path).body;
    let admin = json!([{ "value": "Administrator" }]);
    for (attribute, value) in [
        ("id", json!("1")),
        ("meta", json!({})),
        ("meta.created", json!("2000-01-01T00:00:00Z")),
        ("groups", json!([{ "value": "1" }])),
        ("groups[value eq \"1\"]", json!({ "value": "1" })),
        ("roles", admin.clone()),
        ("ROLES", admin.clone()),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:roles",
            admin.clone(),
        ),
    ] {
        for op in ["add", "replace", "remove"] {
            let ops = json!([{ "op": op, "path": attribute, "value": value }]);
            client.patch(&path, &ops).refuses(400, "mutability");
            let acts = audit(&client.store);
            let last = acts.last().expect("an act");
            let name = attribute.split('[').next().expect("a name");
            assert!(
                last.contains(name) && last.contains("cannot be written"),
                "{last}"
            );
        }
        // Among others, as clients put back what they have read, it is left alone.
        if !attribute.contains('[') {
            let ops = json!([{ "op": "replace", "value": { (attribute): value } }]);
            assert_eq!(
                client.patch(&path, &ops).is(200).body,
                before,
                "{attribute}"
            );
        }
    }
    let all = json!({
        "id": "9",
        "roles": admin,
        "groups": [{ "value": "1" }],
        "meta": { "created": "2000-01-01T00:00:00Z", "version": "W/\"99\"" },
        "password_hash": "x",
        "passwordHash": "x",
        "is_protected": true,
        "isApprover": true,
        "status": "active",
        "must_change": false,
    });
    assert_eq!(
        client.put(&path, &with(user("ada"), &all)).is(200).body,
        before
    );
    let body = client.post("/Users", &with(user("bob"), &all)).is(201).body;
    assert_ne!(body["id"], "9");
    assert_eq!(
        body["roles"],
        json!([{ "value": "End User", "display": "End User" }])
    );
}

#[test]
fn who_tried_to_write_it_is_in_the_audit() {
    let client = client();
    let id = client.user("ada");
    let ops = json!([{ "op": "add", "path": "roles", "value": [{ "value": "Administrator" }] }]);
    client
        .patch(&format!("/Users/{id}"), &ops)
        .refuses(400, "mutability");
    let entries = client
        .store
        .read(|db| tenure::store::audit::page(db, 0, 100));
    let last = entries.expect("entries").pop().expect("an entry").entry;
    assert_eq!(
        (last.actor.as_str(), last.action.as_str()),
        ("entra", "user.update")
    );
    assert_eq!(
        (last.resource.as_str(), last.refusal.as_deref()),
        (id.as_str(), Some("roles cannot be written"))
    );
}

#[test]
fn what_is_no_json_is_refused() {
    let client = client();
    let id = client.user("ada");
    let user_path = format!("/Users/{id}");
    for (method, path) in [
        (Method::POST, "/Users"),
        (Method::PUT, user_path.as_str()),
        (Method::PATCH, user_path.as_str()),
        (Method::POST, "/Groups"),
        (Method::POST, "/Bulk"),
        (Method::POST, "/.search"),
        (Method::POST, "/Users/.search"),
    ] {
        let ask = |body: &[u8]| client.ask(method.clone(), path, body.to_vec(), &[]);
        for body in [
            &b""[..],
            b"{",
            b"[]",
            b"null",
            b"\"x\"",
            b"{\"schemas\": }",
            b"\xff\xfe",
            b"{\"userName\": \"\xff\"}",
            b"{} {}",
            b"\x1f\x8b\x08",
        ] {
            ask(body).refuses(400, "invalidSyntax");
        }
        ask("[".repeat(20_000).as_bytes()).refuses(400, "invalidSyntax");
        let deep = format!("{}1{}", "{\"a\":".repeat(20_000), "}".repeat(20_000));
        ask(deep.as_bytes()).refuses(400, "invalidSyntax");
        ask(&vec![b' '; 10_000_000]).refuses(413, "");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        client
            .ask(method.clone(), path, "a=b", &form)
            .refuses(415, "");
    }
    let plain = [("content-type", "application/json")];
    client
        .ask(Method::POST, "/Users", user("bob").to_string(), &plain)
        .is(201);
}

#[test]
fn too_many_operations_are_refused_at_once() {
    let client = client();
    let path = format!("/Users/{}", client.user("ada"));
    let op = json!({ "op": "replace", "path": "title", "value": "x" });
    client.patch(&path, &json!(vec![op.clone(); 1_000])).is(200);
    client
        .patch(&path, &json!(vec![op; 1_001]))
        .refuses(413, "");
}

#[test]
fn every_value_is_kept_as_it_is() {
    let client = client();
    for (number, name) in [
        "<script>alert(1)</script>",
        "{{7*7}} ${7*7}",
        "\u{202e}gpj.exe",
        "x' OR 1=1 --",
        "%_*\\",
        "李小龍",
        "عمر",
        "👩‍💻",
    ]
    .into_iter()
    .enumerate()
    {
        let body = with(
            user(&format!("u{number}")),
            &json!({ "name": { "givenName": name } }),
        );
        let made = client.post("/Users", &body).is(201);
        assert_eq!(made.body["name"]["givenName"], name);
        let found = client.matching(&format!("name.givenName eq {}", json!(name)));
        assert_eq!(found, [format!("u{number}")]);
    }
}

#[test]
fn nothing_that_is_sent_is_an_error_of_ours() {
    let client = client();
    let id = client.user("ada");
    let group = client.group("Staff", &[&id]);
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1e308),
        json!(""),
        json!("x"),
        json!("x".repeat(10_000)),
        json!("\u{0}\n\u{202e}"),
        json!([]),
        json!([[]]),
        json!([null]),
        json!([{}]),
        json!({}),
        json!({ "value": {} }),
        json!({ "": "" }),
    ];
    let names = [
        "userName",
        "name",
        "name.givenName",
        "emails",
        "emails.value",
        "emails.type",
        "phoneNumbers",
        "active",
        "externalId",
        "password",
        "displayName",
        "members",
        "id",
        "schemas",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "emails[type eq \"work\"]",
        "members[value eq \"1\"]",
        "",
    ];
    for name in names {
        for value in &values {
            for (path, schema) in [
                (format!("/Users/{id}"), USER),
                (format!("/Groups/{group}"), GROUP),
            ] {
                for op in ["add", "replace", "remove"] {
                    let ops = json!([{ "op": op, "path": name, "value": value }]);
                    ours(&client.patch(&path, &ops), &ops);
                    let ops = json!([{ "op": op, "value": { (name): value } }]);
                    ours(&client.patch(&path, &ops), &ops);
                }
                let body = json!({ "schemas": [schema], (name): value });
                ours(&client.put(&path, &body), &body);
                let (collection, _) = path.rsplit_once('/').expect("a path");
                ours(&client.post(collection, &body), &body);
            }
        }
    }
}

#[track_caller]
fn ours(answer: &super::Answer, asked: &Value) {
    assert!(answer.status < 500, "{asked}: {}", answer.body);
}

#[test]
fn addresses_that_nobody_should_ask_for_are_refused() {
    let client = client();
    for path in [
        "/users",
        "/User",
        "/Users/1/2",
        "/Bulk/1",
        "/../health",
        "/Users//",
        "/x",
    ] {
        client.get(path).refuses(404, "");
    }
    for query in [
        "%ff",
        "filter=%ff",
        "filter=a&filter=b",
        "attributes=%00",
        "count=%31%",
    ] {
        let answer = client.get(&format!("/Users?{query}"));
        answer.refuses(400, "invalidValue");
    }
    client.get("/Users/%ff").refuses(404, "");
    let long = escaped(&format!("userName eq \"{}\"", "x".repeat(9_000)));
    client
        .get(&format!("/Users?filter={long}"))
        .refuses(400, "invalidFilter");
}

#[test]
fn a_host_that_is_none_is_not_answered_as_one() {
    let client = client();
    let path = format!("/Users/{}", client.user("ada"));
    let location = |host: &str| {
        let answer = client.ask(Method::GET, &path, "", &[("host", host)]);
        answer.is(200).body["meta"]["location"]
            .as_str()
            .expect("a place")
            .to_owned()
    };
    assert_eq!(
        location("[::1]:8480"),
        format!("http://[::1]:8480/scim/v2{path}")
    );
    assert_eq!(location("evil\"/x"), format!("/scim/v2{path}"));
    assert_eq!(location("a b"), format!("/scim/v2{path}"));
}
