//! Users, from their creation to the recycle bin.

use serde_json::{Value, json};
use tenure::{
    command::Command,
    model::{
        attribute::AttributeKind,
        condition::{Condition, Operator, Subject, Test},
        session::Stage,
        user::Status,
    },
    store::{roles, sessions},
};

use super::{Answer, ENTERPRISE, TENURE, USER, client, user, with};
use crate::support::{activated, audit, done, history, noon, registration};

#[test]
fn a_user_is_made_and_read_as_they_are() {
    let client = client();
    client.attribute("department", AttributeKind::Text);
    client.attribute("employeeNumber", AttributeKind::Number);
    client.attribute("floor", AttributeKind::Number);
    client.attribute("remote", AttributeKind::YesNo);
    client.attribute("start", AttributeKind::Date);
    let options = vec!["Red".to_owned(), "Blue".to_owned()];
    client.attribute("team", AttributeKind::Choice { options });
    let body = with(
        user("ada"),
        &json!({
            "externalId": "a-1",
            "name": { "givenName": "Ada", "familyName": "Lovelace" },
            "phoneNumbers": [{ "value": "+49 30 1", "type": "work" }],
            "active": true,
            (ENTERPRISE): { "department": "Sales", "employeeNumber": "7" },
            (TENURE): { "floor": 2.5, "remote": true, "start": "2031-02-01", "team": "red" },
        }),
    );
    let made = client.post("/Users", &body).is(201);
    let id = made.id();
    let location = format!("http://tenure.example:8480/scim/v2/Users/{id}");
    assert_eq!(made.header("location"), location);
    assert_eq!(made.header("etag"), made.body["meta"]["version"]);
    let expected = json!({
        "schemas": [USER, ENTERPRISE, TENURE],
        "id": id,
        "externalId": "a-1",
        "userName": "ada",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "displayName": "Ada Lovelace",
        "emails": [{ "value": "ada@example.org", "type": "work", "primary": true }],
        "phoneNumbers": [{ "value": "+49 30 1", "type": "work" }],
        "active": true,
        "groups": [{
            "value": "1",
            "$ref": "http://tenure.example:8480/scim/v2/Groups/1",
            "display": "DEFAULT",
            "type": "direct",
        }],
        "roles": [{ "value": "End User", "display": "End User" }],
        (ENTERPRISE): { "department": "Sales", "employeeNumber": "7" },
        (TENURE): { "floor": 2.5, "remote": true, "start": "2031-02-01", "team": "Red" },
        "meta": {
            "resourceType": "User",
            "created": "2030-12-24T12:00:00.000000Z",
            "lastModified": "2030-12-24T12:00:00.000000Z",
            "location": location,
            "version": made.header("etag"),
        },
    });
    assert_eq!(made.body, expected);
    assert_eq!(client.get(&format!("/Users/{id}")).is(200).body, expected);
    assert_eq!(client.stored(&id).status, Status::Pending);
}

#[test]
fn a_password_lets_somebody_in_and_is_never_answered() {
    let client = client();
    let body = with(user("ada"), &json!({ "password": "correct horse battery" }));
    let made = client.post("/Users", &body).is(201);
    assert_eq!(made.body["password"], Value::Null);
    assert_eq!(client.stored(&made.id()).status, Status::Active);

    let path = format!("/Users/{}", made.id());
    let replace = |password: &str| {
        let op = json!([{ "op": "replace", "path": "password", "value": password }]);
        client.patch(&path, &op)
    };
    replace("another horse battery").is(200);
    replace("short")
        .refuses(400, "invalidValue")
        .says("password");
    replace("ada@example.org").refuses(400, "invalidValue");
    // One that was used before.
    replace("correct horse battery").refuses(400, "invalidValue");
    let short = with(user("bob"), &json!({ "password": "short" }));
    client.post("/Users", &short).refuses(400, "invalidValue");
    let query = "/Users?attributes=password&filter=userName%20eq%20%22ada%22";
    let found = client.get(query).is(200);
    assert_eq!(found.body["Resources"][0]["password"], Value::Null);
}

#[test]
fn a_disabled_user_is_made_disabled() {
    let client = client();
    let body = with(user("ada"), &json!({ "active": false }));
    let made = client.post("/Users", &body).is(201);
    assert_eq!(made.body["active"], false);
    assert_eq!(client.stored(&made.id()).status, Status::Disabled);
}

#[test]
fn what_is_no_user_is_refused_in_words() {
    let client = client();
    let refused = |changes: &Value| {
        let answer = client.post("/Users", &with(user("ada"), changes));
        answer.refuses(400, "invalidValue")
    };
    refused(&json!({ "userName": "" })).says("userName");
    refused(&json!({ "userName": null })).says("userName");
    refused(&json!({ "userName": 1 })).says("userName");
    refused(&json!({ "userName": "a b" })).says("userName");
    refused(&json!({ "userName": "a\u{0}b" })).says("userName");
    refused(&json!({ "userName": "x".repeat(256) })).says("userName");
    refused(&json!({ "emails": [] })).says("emails.value");
    refused(&json!({ "emails": [{ "value": "ada" }] })).says("emails.value");
    refused(&json!({ "emails": [{ "value": 1 }] })).says("emails");
    refused(&json!({ "emails": [[]] })).says("emails");
    refused(&json!({ "name": "Ada" })).says("name");
    refused(&json!({ "name": { "givenName": ["Ada"] } })).says("name.givenName");
    refused(&json!({ "active": "maybe" })).says("active");
    refused(&json!({ "active": 1 })).says("active");
    refused(&json!({ "externalId": "x".repeat(256) })).says("externalId");
    refused(&json!({ "externalId": "a\nb" })).says("externalId");
    refused(&json!({ "password": {} })).says("password");
    let none: Vec<String> = Vec::new();
    assert_eq!(client.names(""), none);
}

#[test]
fn a_user_says_that_they_are_one() {
    let client = client();
    let mut body = user("ada");
    body.as_object_mut().expect("an object").remove("schemas");
    client.post("/Users", &body).refuses(400, "invalidSyntax");
    for schemas in [json!([]), json!("x"), json!([1]), json!(["urn:x"])] {
        let body = with(user("ada"), &json!({ "schemas": schemas }));
        client.post("/Users", &body).refuses(400, "invalidSyntax");
    }
    let upper = json!({ "schemas": [USER.to_uppercase()] });
    client.post("/Users", &with(user("ada"), &upper)).is(201);
}

#[test]
fn names_and_addresses_belong_to_one_user() {
    let client = client();
    client.user("ada");
    let id = client.user("bob");
    let same_name = with(
        user("ADA"),
        &json!({ "emails": [{ "value": "x@example.org" }] }),
    );
    client
        .post("/Users", &same_name)
        .refuses(409, "uniqueness")
        .says("userName");
    let same_address = with(
        user("eve"),
        &json!({ "emails": [{ "value": "Ada@Example.org" }] }),
    );
    client
        .post("/Users", &same_address)
        .refuses(409, "uniqueness")
        .says("emails.value");
    let op = json!([{ "op": "replace", "path": "userName", "value": "Ada" }]);
    client
        .patch(&format!("/Users/{id}"), &op)
        .refuses(409, "uniqueness");
    client
        .put(&format!("/Users/{id}"), &user("ada"))
        .refuses(409, "uniqueness");
}

#[test]
fn the_gate_of_registration_stands_here_too_and_does_not_say_why() {
    let client = client();
    let ends = Condition::Test(Test {
        attribute: Subject::Email,
        operator: Operator::EndWith,
        value: "@secret.example".to_owned(),
    });
    activated(&client.store, "Ours", registration(Some(ends), Vec::new()));
    let refused = client.post("/Users", &user("ada")).refuses(403, "");
    assert!(
        !refused.body.to_string().contains("secret"),
        "{}",
        refused.body
    );
    let passes = json!({ "emails": [{ "value": "bob@secret.example" }] });
    client.post("/Users", &with(user("bob"), &passes)).is(201);
    let statuses: Vec<_> = history(&client.store).iter().map(|it| it.status).collect();
    assert_eq!(format!("{statuses:?}"), "[Filtered, Succeeded]");
}

#[test]
fn a_put_replaces_and_what_its_client_may_not_know_stays() {
    let client = client();
    client.attribute("department", AttributeKind::Text);
    client.attribute("floor", AttributeKind::Number);
    let all = json!({
        "externalId": "a-1",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "phoneNumbers": [{ "value": "1" }],
        "active": false,
        (ENTERPRISE): { "department": "Sales" },
        (TENURE): { "floor": 2 },
    });
    let made = client.post("/Users", &with(user("ada"), &all)).is(201);
    let path = format!("/Users/{}", made.id());
    let put = with(user("ada2"), &json!({ (TENURE): { "floor": null } }));
    let body = client.put(&path, &put).is(200).body;
    assert_eq!(body["userName"], "ada2");
    for gone in ["externalId", "name", "phoneNumbers", TENURE] {
        assert_eq!(body[gone], Value::Null, "{gone}");
    }
    assert_eq!(body["active"], false);
    assert_eq!(body[ENTERPRISE]["department"], "Sales");

    let whole = client.get(&path).body;
    let same = client.put(&path, &whole).is(200);
    assert_eq!(
        same.body, whole,
        "what was read can be written, and changes nothing"
    );
}

#[test]
fn a_deleted_user_is_gone_and_in_the_recycle_bin() {
    let client = client();
    let id = client.user("ada");
    let path = format!("/Users/{id}");
    client.delete(&path).is(204);
    client.get(&path).refuses(404, "");
    client.delete(&path).refuses(404, "");
    client.put(&path, &user("ada")).refuses(404, "");
    let op = json!([{ "op": "replace", "path": "active", "value": false }]);
    client.patch(&path, &op).refuses(404, "");
    assert!(client.stored(&id).deleted.is_some());
    assert_eq!(client.matching("userName eq \"ada\""), Vec::<String>::new());
    client.user("ada");
}

#[test]
fn an_id_is_the_number_that_we_gave() {
    let client = client();
    let id = client.user("ada");
    for bad in [
        "0",
        "-1",
        "x",
        "01",
        "+1",
        "1.0",
        "999999999999999999999",
        "%00",
        "1%27",
    ] {
        client.get(&format!("/Users/{bad}")).refuses(404, "");
    }
    client.get(&format!("/Users/0{id}")).refuses(404, "");
}

#[test]
fn who_did_it_is_in_the_audit() {
    let client = client();
    let id = client.user("ada");
    let op = json!([{ "op": "replace", "path": "name.givenName", "value": "Ada" }]);
    client.patch(&format!("/Users/{id}"), &op).is(200);
    client.delete(&format!("/Users/{id}")).is(204);
    let acts = audit(&client.store);
    let acts: Vec<_> = acts.iter().filter(|it| it.starts_with("user.")).collect();
    assert_eq!(
        acts,
        ["user.create ada", "user.update ada", "user.delete ada"]
    );
    let entries = client
        .store
        .read(|db| tenure::store::audit::page(db, 0, 100));
    let entries = entries.expect("entries");
    let last = &entries.last().expect("an entry").entry;
    assert_eq!((last.actor.as_str(), last.via.label()), ("entra", "API"));
}

#[test]
fn a_patch_that_changes_nothing_is_no_change() {
    let client = client();
    let id = client.user("ada");
    let path = format!("/Users/{id}");
    let before = client.get(&path);
    let entries = audit(&client.store).len();
    let ops = json!([
        { "op": "replace", "path": "userName", "value": "ada" },
        { "op": "replace", "path": "active", "value": true },
        { "op": "remove", "path": "phoneNumbers" },
    ]);
    let after = client.patch(&path, &ops).is(200);
    assert_eq!(after.body, before.body);
    assert_eq!(audit(&client.store).len(), entries);
}

#[test]
fn only_what_is_asked_for_is_answered() {
    let client = client();
    let made = client
        .post("/Users?attributes=userName", &user("ada"))
        .is(201);
    let keys = |answer: &Answer| -> Vec<String> {
        answer
            .body
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(keys(&made), ["id", "schemas", "userName"]);
    let path = format!("/Users/{}", made.id());
    let some = client
        .get(&format!("{path}?attributes=emails.value,meta.version"))
        .is(200);
    assert_eq!(some.body["emails"], json!([{ "value": "ada@example.org" }]));
    assert_eq!(some.body["meta"], json!({ "version": some.header("etag") }));
    let rest = client
        .get(&format!(
            "{path}?excludedAttributes=groups,roles,emails,meta"
        ))
        .is(200);
    assert_eq!(
        keys(&rest),
        ["active", "displayName", "id", "schemas", "userName"]
    );
    client
        .get(&format!("{path}?attributes=a%20b"))
        .refuses(400, "invalidValue");
    let name = json!([{ "op": "add", "path": "name.familyName", "value": "L" }]);
    client.patch(&path, &name).is(200);
    let formatted = client
        .get(&format!("{path}?attributes=name.formatted"))
        .is(200);
    assert_eq!(formatted.body["name"], json!({ "formatted": "L" }));
}

#[test]
fn who_is_disabled_is_signed_out_at_once() {
    let client = client();
    let id = client.user("ada");
    let user = id.parse().expect("an id");
    let signed_in = client.store.write(move |tx| {
        let new = sessions::NewSession {
            key: &[7; 32],
            user,
            stage: Stage::SignedIn,
            address: "192.0.2.7",
            agent: "Test",
            at: noon(),
        };
        sessions::insert(tx, &new)
    });
    signed_in.expect("a session");
    let sessions = || {
        let sessions = client.store.read(|db| sessions::of_user(db, user));
        sessions.expect("a look").len()
    };
    assert_eq!(sessions(), 1);
    let name = json!([{ "op": "replace", "path": "name.givenName", "value": "Ada" }]);
    client.patch(&format!("/Users/{id}"), &name).is(200);
    assert_eq!(sessions(), 1);
    let disable = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
    client.patch(&format!("/Users/{id}"), &disable).is(200);
    assert_eq!(sessions(), 0);
}

#[test]
fn protected_users_and_the_last_administrator_stay() {
    let client = client();
    let (ada, bob) = (client.user("ada"), client.user("bob"));
    let staff = client.group("Staff", &[&ada]);
    let id = |id: &str| id.parse().expect("an id");
    done(
        &client.store,
        Command::ProtectUser {
            id: id(&ada),
            is_protected: true,
        },
    );
    let roles = client.store.read(|db| roles::by_name(db, "Administrator"));
    done(
        &client.store,
        Command::GiveRole {
            user: id(&bob),
            role: roles.expect("a look").expect("the role").id,
        },
    );
    let disable = json!([{ "op": "replace", "path": "active", "value": false }]);
    for user in [&ada, &bob] {
        let path = format!("/Users/{user}");
        client.patch(&path, &disable).refuses(403, "");
        client.delete(&path).refuses(403, "");
        assert_eq!(client.get(&path).is(200).body["active"], true);
    }
    let none = json!([{ "op": "remove", "path": "members" }]);
    client
        .patch(&format!("/Groups/{staff}"), &none)
        .refuses(403, "");
    assert_eq!(client.members(&staff), [ada]);
}
