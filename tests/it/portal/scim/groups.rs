//! Groups and who is in them.

use std::{sync::Barrier, thread};

use serde_json::{Value, json};
use tenure::command::Command;

use super::{GROUP, client, with};
use crate::support::{audit, done};

fn remove(value: &Value) -> Value {
    json!([{ "op": "remove", "path": "members", "value": value }])
}

#[test]
fn a_group_is_made_read_and_changed() {
    let client = client();
    let (ada, bob) = (client.user("ada"), client.user("bob"));
    let body = json!({
        "schemas": [GROUP],
        "displayName": "Staff",
        "externalId": "g-1",
        "members": [{ "value": ada, "display": "Ada" }],
    });
    let made = client.post("/Groups", &body).is(201);
    let id = made.id();
    let base = "http://tenure.example:8480/scim/v2";
    assert_eq!(made.header("location"), format!("{base}/Groups/{id}"));
    let reference = format!("{base}/Users/{ada}");
    let members = json!([{ "value": ada, "$ref": reference, "type": "User" }]);
    assert_eq!(made.body["members"], members);
    assert_eq!(made.body["externalId"], "g-1");
    let groups = client.get(&format!("/Users/{ada}")).body["groups"].clone();
    assert_eq!(groups[1]["display"], "Staff");

    let path = format!("/Groups/{id}");
    let whole =
        json!({ "schemas": [GROUP], "displayName": "All staff", "members": [{ "value": bob }] });
    let put = client.put(&path, &whole).is(200);
    assert_eq!(put.body["displayName"], "All staff");
    assert_eq!(put.body["externalId"], Value::Null);
    assert_eq!(client.members(&id), std::slice::from_ref(&bob));
    let without = client
        .get(&format!("{path}?excludedAttributes=members"))
        .is(200);
    assert_eq!(without.body["members"], Value::Null);
    client.delete(&path).is(204);
    client.get(&path).refuses(404, "");
    client.get(&format!("/Users/{bob}")).is(200);
}

#[test]
fn members_come_and_go_one_by_one() {
    let client = client();
    let (ada, bob, eve) = (client.user("ada"), client.user("bob"), client.user("eve"));
    let id = client.group("Staff", &[&ada]);
    let path = format!("/Groups/{id}");
    let add =
        json!([{ "op": "add", "path": "members", "value": [{ "value": bob }, { "value": eve }] }]);
    client.patch(&path, &add).is(200);
    assert_eq!(client.members(&id), [ada.clone(), bob.clone(), eve.clone()]);
    let filter = format!("members[value eq \"{ada}\"]");
    client
        .patch(&path, &json!([{ "op": "remove", "path": filter }]))
        .is(200);
    assert_eq!(client.members(&id), [bob.clone(), eve.clone()]);
    // The last word counts, in the order of the operations.
    let ops = json!([
        { "op": "add", "path": "members", "value": { "value": ada } },
        { "op": "remove", "path": format!("members[value eq \"{ada}\" or value eq \"{bob}\"]") },
        { "op": "add", "path": "members", "value": bob },
    ]);
    client.patch(&path, &ops).is(200);
    assert_eq!(client.members(&id), [bob.clone(), eve.clone()]);
    let replace = json!([{ "op": "replace", "path": "members", "value": [{ "value": ada }] }]);
    client.patch(&path, &replace).is(200);
    assert_eq!(client.members(&id), [ada]);
    client
        .patch(&path, &json!([{ "op": "remove", "path": "members" }]))
        .is(200);
    assert_eq!(client.members(&id), Vec::<String>::new());
}

#[test]
fn removing_some_by_a_list_of_values_leaves_the_others() {
    let client = client();
    let (ada, bob) = (client.user("ada"), client.user("bob"));
    let id = client.group("Staff", &[&ada, &bob]);
    let path = format!("/Groups/{id}");
    client
        .patch(&path, &remove(&json!([{ "value": ada }])))
        .is(200);
    assert_eq!(client.members(&id), std::slice::from_ref(&bob));
    // Who is not there is gone already; an empty list is nobody, and not everybody.
    client
        .patch(&path, &remove(&json!([{ "value": "999" }])))
        .is(200);
    client.patch(&path, &remove(&json!([]))).is(200);
    assert_eq!(client.members(&id), [bob]);
}

#[test]
fn a_member_who_does_not_exist_is_refused_and_nothing_is_done() {
    let client = client();
    let (ada, gone) = (client.user("ada"), client.user("gone"));
    let id = client.group("Staff", &[&ada]);
    client.delete(&format!("/Users/{gone}")).is(204);
    let path = format!("/Groups/{id}");
    let bob = client.user("bob");
    for ghost in [
        json!("999"),
        json!(gone),
        json!("x"),
        json!(1),
        json!(null),
        json!({}),
    ] {
        let both = json!([{ "value": bob }, { "value": ghost }]);
        for op in ["add", "replace"] {
            let ops = json!([{ "op": op, "path": "members", "value": both }]);
            client.patch(&path, &ops).refuses(400, "invalidValue");
        }
        let whole = json!({ "schemas": [GROUP], "displayName": "New", "members": both });
        client.put(&path, &whole).refuses(400, "invalidValue");
        client.post("/Groups", &whole).refuses(400, "invalidValue");
    }
    assert_eq!(client.members(&id), [ada]);
    let listed = client
        .get("/Groups?filter=displayName%20eq%20%22New%22")
        .is(200);
    assert_eq!(
        listed.body["totalResults"], 0,
        "no group without its members"
    );
}

#[test]
fn a_group_is_no_member() {
    let client = client();
    let ada = client.user("ada");
    let id = client.group("Staff", &[]);
    let path = format!("/Groups/{id}");
    for member in [
        json!({ "value": ada, "type": "Group" }),
        json!({ "value": ada, "$ref": format!("https://x/scim/v2/Groups/{ada}") }),
    ] {
        let ops = json!([{ "op": "add", "path": "members", "value": [member] }]);
        client.patch(&path, &ops).refuses(400, "invalidValue");
    }
}

#[test]
fn two_clients_that_change_a_group_at_once_lose_nobody() {
    let client = client();
    let users: Vec<String> = (0..100).map(|it| client.user(&format!("u{it}"))).collect();
    let id = client.group("Staff", &[]);
    let path = format!("/Groups/{id}");
    let start = Barrier::new(2);
    thread::scope(|scope| {
        for half in users.chunks(50) {
            let (visitor, start, path) = (client.visitor.other(), &start, &path);
            let other = super::Client {
                store: client.store.clone(),
                visitor,
                secret: client.secret.clone(),
                token: client.token,
            };
            scope.spawn(move || {
                start.wait();
                for user in half {
                    let ops =
                        json!([{ "op": "add", "path": "members", "value": [{ "value": user }] }]);
                    other.patch(path, &ops).is(200);
                }
            });
        }
    });
    assert_eq!(client.members(&id).len(), 100);
}

#[test]
fn everyones_group_and_protected_ones_stay_as_they_are() {
    let client = client();
    let ada = client.user("ada");
    let op = |path: &str| json!([{ "op": "add", "path": path, "value": [{ "value": ada }] }]);
    client.patch("/Groups/1", &op("members")).refuses(403, "");
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "X" }]);
    client.patch("/Groups/1", &rename).refuses(403, "");
    client.delete("/Groups/1").refuses(403, "");
    assert_eq!(client.get("/Groups/1").is(200).body["members"], Value::Null);

    let id = client.group("Board", &[]);
    let change = tenure::model::group::GroupChange {
        is_protected: Some(true),
        ..Default::default()
    };
    done(
        &client.store,
        Command::ChangeGroup {
            id: id.parse().expect("an id"),
            change,
            if_revision: None,
        },
    );
    let path = format!("/Groups/{id}");
    client.patch(&path, &op("members")).refuses(403, "");
    client.delete(&path).refuses(403, "");
    assert_eq!(client.members(&id), Vec::<String>::new());
}

#[test]
fn a_name_belongs_to_one_group() {
    let client = client();
    client.group("Staff", &[]);
    let id = client.group("Board", &[]);
    let body = json!({ "schemas": [GROUP], "displayName": "STAFF" });
    client.post("/Groups", &body).refuses(409, "uniqueness");
    client
        .put(&format!("/Groups/{id}"), &body)
        .refuses(409, "uniqueness");
    for name in [
        json!(""),
        json!(null),
        json!(1),
        json!("x".repeat(256)),
        json!("a\u{0}"),
    ] {
        let body = with(body.clone(), &json!({ "displayName": name }));
        client.post("/Groups", &body).refuses(400, "invalidValue");
    }
    let none = json!([{ "op": "remove", "path": "displayName" }]);
    client
        .patch(&format!("/Groups/{id}"), &none)
        .refuses(400, "mutability");
}

#[test]
fn groups_are_found_by_what_clients_ask() {
    let client = client();
    let ada = client.user("ada");
    let staff = client.group("Staff", &[&ada]);
    let op = json!([{ "op": "add", "path": "externalId", "value": "G-1" }]);
    client.patch(&format!("/Groups/{staff}"), &op).is(200);
    client.group("Board", &[]);
    let found = |filter: &str| {
        let query = format!(
            "/Groups?sortBy=displayName&filter={}",
            super::escaped(filter)
        );
        let answer = client.get(&query).is(200);
        let names = answer.body["Resources"]
            .as_array()
            .expect("resources")
            .clone();
        let names = names
            .iter()
            .map(|it| it["displayName"].as_str().expect("a name").to_owned());
        names.collect::<Vec<String>>()
    };
    assert_eq!(found("displayName eq \"staff\""), ["Staff"]);
    assert_eq!(found("externalId eq \"G-1\""), ["Staff"]);
    assert_eq!(found("externalId eq \"g-1\""), Vec::<String>::new());
    assert_eq!(found(&format!("id eq \"{staff}\"")), ["Staff"]);
    assert_eq!(found(&format!("members eq \"{ada}\"")), ["Staff"]);
    assert_eq!(found(&format!("members[value eq \"{ada}\"]")), ["Staff"]);
    assert_eq!(found("members pr"), ["Staff"]);
    assert_eq!(found("not (members pr)"), ["Board", "DEFAULT"]);
    assert_eq!(
        found("displayName sw \"b\" or displayName ew \"T\""),
        ["Board", "DEFAULT"]
    );
    assert_eq!(
        found("meta.created gt \"2030-01-01T00:00:00Z\""),
        ["Board", "Staff"]
    );
}

#[test]
fn who_came_and_went_is_in_the_audit() {
    let client = client();
    let ada = client.user("ada");
    let id = client.group("Staff", &[&ada]);
    let filter = format!("members[value eq \"{ada}\"]");
    client
        .patch(
            &format!("/Groups/{id}"),
            &json!([{ "op": "remove", "path": filter }]),
        )
        .is(200);
    let acts = audit(&client.store);
    let acts: Vec<_> = acts.iter().filter(|it| it.starts_with("group.")).collect();
    assert_eq!(
        acts,
        [
            "group.create Staff",
            "group.members Staff",
            "group.members Staff"
        ]
    );
    let entries = client
        .store
        .read(|db| tenure::store::audit::page(db, 0, 100));
    let last = entries.expect("entries").pop().expect("an entry").entry;
    assert_eq!(
        last.after.as_deref(),
        Some("{\"added\":[],\"removed\":[\"ada\"]}")
    );
}
