//! What real clients send, as their makers document it and their users report it.

use serde_json::{Value, json};
use tenure::model::{attribute::AttributeKind, user::Status};

use super::{Client, ENTERPRISE, TENURE, USER, client, user, with};

/// A user with a department in the enterprise extension, and the path to them.
fn ada() -> (Client, String, String) {
    let client = client();
    client.attribute("department", AttributeKind::Text);
    client.attribute("floor", AttributeKind::Number);
    let body = with(
        user("ada"),
        &json!({
            "name": { "givenName": "Ada", "familyName": "Lovelace" },
            (ENTERPRISE): { "department": "Sales" },
        }),
    );
    let id = client.post("/Users", &body).is(201).id();
    let path = format!("/Users/{id}");
    (client, id, path)
}

/// Microsoft Learn, "Tutorial: Develop and plan provisioning for a SCIM endpoint in Microsoft Entra
/// ID", and scimmy issues 51 and 86: booleans as texts, operations with capitals.
#[test]
fn entra_disables_with_a_text_and_capitals() {
    for value in [json!("False"), json!("false"), json!(false)] {
        for op in ["Replace", "replace", "Add", "REPLACE"] {
            for path_name in ["active", "Active"] {
                let (client, id, path) = ada();
                let ops = json!([{ "op": op, "path": path_name, "value": value }]);
                let body = client.patch(&path, &ops).is(200).body;
                assert_eq!(body["active"], false, "{ops}");
                assert_eq!(client.stored(&id).status, Status::Disabled);
                let back = json!([{ "op": op, "path": path_name, "value": "True" }]);
                assert_eq!(client.patch(&path, &back).is(200).body["active"], true);
            }
        }
    }
}

/// The same tutorial, "Update User [Multi-valued properties]".
#[test]
fn entra_changes_an_address_by_a_path_with_a_filter() {
    let (client, _, path) = ada();
    let change = |op: &str, path_name: &str, value: &str| {
        let ops = json!([{ "op": op, "path": path_name, "value": value }]);
        client.patch(&path, &ops)
    };
    let work = "emails[type eq \"work\"].value";
    let body = change("Replace", work, "new@example.org").is(200).body;
    let expected = json!([{ "value": "new@example.org", "type": "work", "primary": true }]);
    assert_eq!(body["emails"], expected);
    let body = change("Add", "phoneNumbers[type eq \"work\"].value", "1")
        .is(200)
        .body;
    assert_eq!(
        body["phoneNumbers"],
        json!([{ "value": "1", "type": "work" }])
    );
    let body = change("Replace", "phoneNumbers[type eq \"work\"].value", "2")
        .is(200)
        .body;
    assert_eq!(body["phoneNumbers"][0]["value"], "2");
    // What the directory has no place for is no error: one such mapping must not stop the others.
    for other in [
        "phoneNumbers[type eq \"mobile\"].value",
        "emails[type eq \"home\"].value",
    ] {
        let same = change("Add", other, "3@example.org").is(200).body;
        assert_eq!(same["emails"], expected);
        assert_eq!(same["phoneNumbers"][0]["value"], "2");
        change("Replace", other, "3@example.org").refuses(400, "noTarget");
        let gone = json!([{ "op": "Remove", "path": other }]);
        client.patch(&path, &gone).is(200);
    }
    let gone = json!([{ "op": "Remove", "path": "phoneNumbers[type eq \"work\"]" }]);
    assert_eq!(
        client.patch(&path, &gone).is(200).body["phoneNumbers"],
        Value::Null
    );
}

/// The same tutorial: a value without a path, whose keys are paths, with the names of extensions
/// and with filters.
#[test]
fn entra_leaves_the_path_out_and_writes_paths_as_keys() {
    let (client, _, path) = ada();
    let department = format!("{ENTERPRISE}:department");
    let floor = format!("{TENURE}:floor");
    let ops = json!([{
        "op": "Replace",
        "value": {
            "displayName": "Somebody",
            "name.givenName": "Augusta",
            "emails[type eq \"work\"].value": "augusta@example.org",
            (department): "Board",
            (floor): "7",
            "urn:ietf:params:scim:schemas:core:2.0:User:externalId": "a-1",
        },
    }]);
    let body = client.patch(&path, &ops).is(200).body;
    assert_eq!(
        body["name"],
        json!({ "givenName": "Augusta", "familyName": "Lovelace" })
    );
    assert_eq!(body["displayName"], "Augusta Lovelace");
    assert_eq!(body["emails"][0]["value"], "augusta@example.org");
    assert_eq!(body[ENTERPRISE]["department"], "Board");
    assert_eq!(body[TENURE]["floor"], 7);
    assert_eq!(body["externalId"], "a-1");
}

/// The same tutorial, and scim2-server issue "Entra's manager as a bare string": attributes that
/// this directory does not keep are no error, in whatever form.
#[test]
fn entra_writes_attributes_that_a_directory_need_not_have() {
    let (client, _, path) = ada();
    let before = client.get(&path).body;
    let ops = json!([
        { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "2" },
        { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": [{ "$ref": "x", "value": "2" }] },
        { "op": "Replace", "path": format!("{ENTERPRISE}:manager.value"), "value": { "value": "2" } },
        { "op": "Replace", "path": "title", "value": "Countess" },
        { "op": "Replace", "path": "addresses[type eq \"work\"].formatted", "value": "London" },
        { "op": "Replace", "path": "preferredLanguage", "value": "en" },
        { "op": "Replace", "path": "displayName", "value": "Somebody" },
        { "op": "Replace", "path": "name.formatted", "value": "Somebody" },
        { "op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:CustomExtension:2.0:User:x", "value": 1 },
        { "op": "Remove", "path": "nickName" },
    ]);
    // "No value" is how a filter without a match is told, but not for what is not kept at all.
    assert_eq!(client.patch(&path, &ops).is(200).body, before);
    let unknown = with(
        user("bob"),
        &json!({ "urn:x:y": { "a": 1 }, "title": [], "a b": 1 }),
    );
    client.post("/Users", &unknown).is(201);
}

/// The same tutorial: an extension's attributes by their URN, and the whole extension at once.
#[test]
fn entra_changes_extensions_by_their_urn() {
    let (client, _, path) = ada();
    let patch = |op: &str, path_name: &str, value: &Value| {
        let ops = json!([{ "op": op, "path": path_name, "value": value }]);
        client.patch(&path, &ops).is(200).body
    };
    let department = format!("{ENTERPRISE}:department");
    assert_eq!(
        patch("Add", &department, &json!("Board"))[ENTERPRISE]["department"],
        "Board"
    );
    assert_eq!(
        patch("Replace", &department, &json!(""))[ENTERPRISE],
        Value::Null
    );
    let whole = json!({ "department": "Sales", "manager": { "value": "1" } });
    assert_eq!(
        patch("Replace", ENTERPRISE, &whole)[ENTERPRISE]["department"],
        "Sales"
    );
    let upper = department.to_uppercase();
    assert_eq!(
        patch("Replace", &upper, &json!("IT"))[ENTERPRISE]["department"],
        "IT"
    );
    assert_eq!(
        patch("Remove", &department, &Value::Null)[ENTERPRISE],
        Value::Null
    );
    assert_eq!(
        patch("Replace", "department", &json!("HR"))[ENTERPRISE]["department"],
        "HR"
    );
    assert_eq!(
        patch("Remove", ENTERPRISE, &Value::Null)[ENTERPRISE],
        Value::Null
    );
}

/// The same tutorial, "Update Group [Remove Members]", before the feature flag `aadOptscim062020`
/// (also authentik issue 24173): members to remove in a value.
#[test]
fn entra_removes_members_by_a_list_of_values() {
    let client = client();
    let (ada, bob) = (client.user("ada"), client.user("bob"));
    let id = client.group("Staff", &[&ada, &bob]);
    let path = format!("/Groups/{id}");
    let ops =
        json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": ada }] }]);
    client.patch(&path, &ops).is(200);
    assert_eq!(client.members(&id), [bob]);
}

/// The same tutorial: is there somebody already, and nobody is no error.
#[test]
fn entra_looks_before_it_makes_somebody() {
    let (client, id, _) = ada();
    let found = |filter: &str| {
        let query = format!("/Users?filter={}", super::escaped(filter));
        client.get(&query).is(200).body
    };
    let none = found("userName eq \"Test_User_dfeef4c5-5681-4387-b016-bdf221e82081\"");
    assert_eq!(none["totalResults"], 0);
    assert_eq!(none["Resources"], json!([]));
    let one = found("userName eq \"ADA\" and active eq \"true\"");
    assert_eq!(one["Resources"][0]["id"], id);
    let disable = json!([{ "op": "Replace", "path": "active", "value": "False" }]);
    client.patch(&format!("/Users/{id}"), &disable).is(200);
    assert_eq!(
        found("userName eq \"ada\"")["totalResults"],
        1,
        "disabled users are still there"
    );
}

/// Okta developer documentation, "Build a SCIM 2.0 server": deactivation without a path.
#[test]
fn okta_disables_without_a_path() {
    let (client, id, path) = ada();
    let ops = json!([{ "op": "replace", "value": { "active": false } }]);
    assert_eq!(client.patch(&path, &ops).is(200).body["active"], false);
    assert_eq!(client.stored(&id).status, Status::Disabled);
}

/// The same documentation: Okta puts back everything that it has read, with what only the server
/// decides in it.
#[test]
fn okta_puts_back_what_it_has_read() {
    let (client, _, path) = ada();
    let mut whole = client.get(&path).body;
    whole["name"]["givenName"] = json!("Augusta");
    whole["name"]["middleName"] = json!("King");
    whole["password"] = json!("correct horse battery");
    whole["groups"] = json!([]);
    whole["meta"] = json!({ "version": "x" });
    whole["emails"] = json!([
        { "value": "second@example.org", "type": "secondary" },
        { "value": "ada@example.org", "type": "work", "primary": true },
    ]);
    let body = client.put(&path, &whole).is(200).body;
    assert_eq!(body["name"]["givenName"], "Augusta");
    assert_eq!(body["emails"].as_array().map(Vec::len), Some(1));
    assert_eq!(body["emails"][0]["value"], "ada@example.org");
    assert_eq!(body["groups"][0]["display"], "DEFAULT");
}

/// The same documentation, "Group Push": members removed by a path with a filter, and the name
/// changed with the id in the value.
#[test]
fn okta_pushes_groups() {
    let client = client();
    let (ada, bob) = (client.user("ada"), client.user("bob"));
    let id = client.group("Staff", &[&ada, &bob]);
    let path = format!("/Groups/{id}");
    let ops = json!([
        { "op": "remove", "path": format!("members[value eq \"{ada}\"]") },
        { "op": "replace", "value": { "id": id, "displayName": "Everybody" } },
        { "op": "add", "path": "members", "value": [{ "value": ada, "display": "ada" }] },
    ]);
    let body = client.patch(&path, &ops).is(200).body;
    assert_eq!(body["displayName"], "Everybody");
    assert_eq!(client.members(&id), [ada, bob]);
}

/// Microsoft's SCIM Reference Code, "SCIM Validation Tests": every single-valued attribute is
/// replaced and read again; an empty text and null clear it.
#[test]
fn every_attribute_is_replaced_and_cleared() {
    let (client, _, path) = ada();
    let department = format!("{ENTERPRISE}:department");
    for (attribute, pointer) in [
        ("externalId", "/externalId".to_owned()),
        ("name.givenName", "/name/givenName".to_owned()),
        ("name.familyName", "/name/familyName".to_owned()),
        (
            "phoneNumbers[type eq \"work\"].value",
            "/phoneNumbers/0/value".to_owned(),
        ),
        (&department, format!("/{ENTERPRISE}/department")),
    ] {
        for empty in [json!(""), Value::Null] {
            for op in ["add", "replace"] {
                let change = |value: &Value| {
                    let ops = json!([{ "op": op, "path": attribute, "value": value }]);
                    client.patch(&path, &ops).is(200);
                    client.get(&path).body.pointer(&pointer).cloned()
                };
                assert_eq!(
                    change(&json!("Änderung")),
                    Some(json!("Änderung")),
                    "{attribute}"
                );
                assert_eq!(change(&empty), None, "{attribute} {op} {empty}");
            }
        }
    }
}

/// Okta's runscope tests: a user without names, and one who is made again.
#[test]
fn a_user_needs_no_names() {
    let client = client();
    let body = json!({
        "schemas": [USER],
        "userName": "x",
        "name": {},
        "emails": [{ "primary": true, "value": "x@example.org" }],
        "active": true,
        "groups": [],
        "displayName": "",
        "locale": "en-US",
    });
    client.post("/Users", &body).is(201);
    client.post("/Users", &body).refuses(409, "uniqueness");
}
