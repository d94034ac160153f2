//! Many operations in one request (RFC 7644 §3.7).

use serde_json::{Value, json};
use tenure::{command::Command, model::token::Scope};

use super::{BULK, Client, GROUP, PATCH, client, token, user};
use crate::support::done;

fn bulk(client: &Client, more: Value) -> Value {
    let mut body = more;
    body["schemas"] = json!([BULK]);
    client.post("/Bulk", &body).is(200).body["Operations"].clone()
}

fn make(bulk_id: &str, name: &str) -> Value {
    json!({ "method": "POST", "path": "/Users", "bulkId": bulk_id, "data": user(name) })
}

fn group(bulk_id: &str, name: &str, member: &str) -> Value {
    let data = json!({
        "schemas": [GROUP],
        "displayName": name,
        "members": [{ "value": member }],
    });
    json!({ "method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data })
}

fn statuses(results: &Value) -> Vec<&str> {
    let results = results.as_array().expect("results").iter();
    results
        .map(|it| it["status"].as_str().expect("a status"))
        .collect()
}

#[test]
fn operations_are_done_one_by_one_and_each_says_what_became_of_it() {
    let client = client();
    let id = client.user("ada");
    let path = format!("/Users/{id}");
    let patch = json!({
        "schemas": [PATCH],
        "Operations": [{ "op": "replace", "path": "active", "value": "False" }],
    });
    let results = bulk(
        &client,
        json!({ "Operations": [
            make("b", "bob"),
            { "method": "patch", "path": path, "data": patch },
            { "method": "PUT", "path": path, "data": user("ada2"), "version": "W/\"999\"" },
            { "method": "DELETE", "path": "/Users/999" },
            make("again", "bob"),
            { "method": "DELETE", "path": path },
        ] }),
    );
    assert_eq!(
        statuses(&results),
        ["201", "200", "412", "404", "409", "204"]
    );
    assert_eq!(results[0]["bulkId"], "b");
    let location = results[0]["location"].as_str().expect("a place");
    assert!(
        location.starts_with("http://tenure.example:8480/scim/v2/Users/"),
        "{location}"
    );
    assert_eq!(results[1]["method"], "PATCH");
    assert_eq!(results[4]["response"]["scimType"], "uniqueness");
    assert_eq!(results[4]["location"], Value::Null);
    let gone = "http://tenure.example:8480/scim/v2/Users/999";
    assert_eq!(results[3]["location"], gone);
    assert_eq!(client.names(""), ["bob"]);
}

#[test]
fn what_is_made_can_be_referred_to_before_and_after() {
    let client = client();
    let results = bulk(
        &client,
        json!({ "Operations": [
            group("g", "Staff", "bulkId:a"),
            make("a", "ada"),
            { "method": "DELETE", "path": "/Users/bulkId:b" },
            make("b", "bob"),
        ] }),
    );
    assert_eq!(statuses(&results), ["201", "201", "201", "204"]);
    let id = client
        .get("/Groups?filter=displayName%20eq%20%22Staff%22")
        .body["Resources"][0]
        .clone();
    let ada = client.get("/Users").body["Resources"][0]["id"].clone();
    assert_eq!(id["members"][0]["value"], ada);
    assert_eq!(client.names(""), ["ada"]);
}

#[test]
fn circles_and_what_is_not_made_are_refused() {
    let client = client();
    let results = bulk(
        &client,
        json!({ "Operations": [
            group("x", "X", "bulkId:y"),
            group("y", "Y", "bulkId:x"),
            group("z", "Z", "bulkId:nobody"),
            make("bad", "a b"),
            group("w", "W", "bulkId:bad"),
            make("u", "ada"),
            make("u", "bob"),
        ] }),
    );
    let mut found = statuses(&results);
    found.sort_unstable();
    assert_eq!(found, ["201", "400", "400", "400", "400", "400", "409"]);
    assert_eq!(client.names(""), ["ada"]);
    assert_eq!(client.get("/Groups").body["totalResults"], 1);
}

#[test]
fn it_ends_after_as_many_errors_as_the_client_says() {
    let client = client();
    let operations = json!([
        { "method": "DELETE", "path": "/Users/997" },
        make("a", "ada"),
        { "method": "DELETE", "path": "/Users/998" },
        make("b", "bob"),
    ]);
    let results = bulk(
        &client,
        json!({ "failOnErrors": 2, "Operations": operations }),
    );
    assert_eq!(statuses(&results), ["404", "201", "404"]);
    assert_eq!(client.names(""), ["ada"]);
    let results = bulk(&client, json!({ "Operations": operations }));
    assert_eq!(statuses(&results), ["404", "409", "404", "201"]);
}

#[test]
fn what_is_no_operation_is_an_error_of_that_operation_only() {
    let client = client();
    let results = bulk(
        &client,
        json!({ "Operations": [
            "x",
            {},
            { "method": "POST", "path": 1 },
            { "method": "POST", "path": "/Users", "data": user("eve") },
            { "method": "POST", "path": "/Users", "bulkId": "e" },
            { "method": "GET", "path": "/Users" },
            { "method": "POST", "path": "/Users/1", "bulkId": "p", "data": {} },
            { "method": "DELETE", "path": "/Users" },
            { "method": "DELETE", "path": "Users/1" },
            { "method": "DELETE", "path": "/Schemas/1" },
            make("a", "ada"),
        ] }),
    );
    let expected = [
        "400", "400", "400", "400", "400", "400", "400", "400", "404", "404", "201",
    ];
    assert_eq!(statuses(&results), expected);
    assert_eq!(client.names(""), ["ada"]);
}

#[test]
fn a_bulk_request_has_limits() {
    let client = client();
    let operation = json!({ "method": "DELETE", "path": "/Users/999" });
    let many = |count| json!({ "schemas": [BULK], "Operations": vec![operation.clone(); count] });
    client.post("/Bulk", &many(1_000)).is(200);
    client.post("/Bulk", &many(1_001)).refuses(413, "");
    for bad in [
        json!({ "Operations": [] }),
        json!({ "schemas": [BULK] }),
        json!({ "schemas": [BULK], "Operations": {} }),
    ] {
        client.post("/Bulk", &bad).refuses(400, "invalidSyntax");
    }
    for bad in [json!(0), json!(-1), json!("x"), json!(1.5)] {
        let body = json!({ "schemas": [BULK], "Operations": [], "failOnErrors": bad });
        client.post("/Bulk", &body).refuses(400, "invalidValue");
    }
}

#[test]
fn a_token_that_is_revoked_meanwhile_does_nothing_more() {
    let client = client();
    let (_, other) = token(&client.store, Scope::Write);
    assert_ne!(other, client.token);
    // Revoked by somebody else when some have been made.
    let operations: Vec<_> = (0..200)
        .map(|it| make(&format!("b{it}"), &format!("u{it}")))
        .collect();
    let results = std::thread::scope(|scope| {
        let (store, token) = (client.store.clone(), client.token);
        scope.spawn(move || {
            let mut revision = store.watch();
            let runtime = tokio::runtime::Runtime::new().expect("threads");
            while store.read(tenure::store::users::count).expect("a count") < 20 {
                let commit = runtime.block_on(revision.changed());
                commit.expect("a commit");
            }
            done(&store, Command::RevokeToken(token));
        });
        bulk(&client, json!({ "Operations": operations }))
    });
    let statuses = statuses(&results);
    let made = statuses.iter().filter(|it| **it == "201").count();
    assert_eq!(statuses.len(), 200);
    assert!((20..200).contains(&made), "{made} were made");
    assert!(
        statuses[made..].iter().all(|it| *it == "401"),
        "{statuses:?}"
    );
    let count = client
        .store
        .read(tenure::store::users::count)
        .expect("a count");
    assert_eq!(
        count, made as u64,
        "what was done stays, and nothing more is done"
    );
}
