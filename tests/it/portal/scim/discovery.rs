//! What the service says about itself.

use axum::http::Method;
use serde_json::{Value, json};
use tenure::model::attribute::{AttributeKind, AttributeSpec};

use super::{ENTERPRISE, TENURE, USER, client};
use crate::support::done;

#[test]
fn it_says_what_it_can_do() {
    let body = client().get("/ServiceProviderConfig").is(200).body;
    for feature in ["patch", "bulk", "filter", "sort", "etag", "changePassword"] {
        assert_eq!(body[feature]["supported"], true, "{feature}");
    }
    assert_eq!(body["bulk"]["maxOperations"], 1_000);
    assert_eq!(body["bulk"]["maxPayloadSize"], 1_048_576);
    assert_eq!(body["filter"]["maxResults"], 200);
    assert_eq!(body["authenticationSchemes"][0]["type"], "oauthbearertoken");
}

fn names(schema: &Value) -> Vec<&str> {
    let attributes = schema["attributes"].as_array().expect("attributes").iter();
    attributes
        .map(|it| it["name"].as_str().expect("a name"))
        .collect()
}

#[test]
fn the_schemas_are_the_directory_as_it_is_now() {
    let client = client();
    let schema = |urn: &str| client.get(&format!("/Schemas/{urn}"));
    schema(TENURE).refuses(404, "");
    schema(ENTERPRISE).refuses(404, "");
    client.attribute("COSTCENTER", AttributeKind::Number);
    client.attribute("floor", AttributeKind::Number);
    client.attribute("remote", AttributeKind::YesNo);
    let options = vec!["Red".to_owned(), "Blue".to_owned()];
    let kind = AttributeKind::Choice { options };
    let spec = AttributeSpec {
        is_required: true,
        ..super::super::attribute("team", kind, true)
    };
    done(
        &client.store,
        tenure::command::Command::CreateAttribute(spec),
    );

    let enterprise = schema(ENTERPRISE).is(200).body;
    assert_eq!(names(&enterprise), ["costCenter"]);
    assert_eq!(enterprise["attributes"][0]["type"], "string");
    let own = schema(TENURE).is(200).body;
    assert_eq!(names(&own), ["floor", "remote", "team"]);
    let part = |index: usize, key: &str| own["attributes"][index][key].clone();
    assert_eq!(part(0, "type"), "decimal");
    assert_eq!(part(1, "type"), "boolean");
    assert_eq!(part(2, "canonicalValues"), json!(["Red", "Blue"]));
    assert_eq!(
        (part(0, "required"), part(2, "required")),
        (json!(false), json!(true))
    );

    let list = client.get("/Schemas").is(200).body;
    assert_eq!(list["totalResults"], 7);
    let types = client.get("/ResourceTypes/User").is(200).body;
    let extensions = json!([
        { "schema": ENTERPRISE, "required": false },
        { "schema": TENURE, "required": true },
    ]);
    assert_eq!(types["schemaExtensions"], extensions);
    assert_eq!(types["schema"], USER);
    assert_eq!(client.get("/ResourceTypes").is(200).body["totalResults"], 2);
    client.get("/ResourceTypes/Role").refuses(404, "");
    client.get("/Schemas?filter=id%20pr").refuses(403, "");
}

/// Everything that a schema promises can be filtered by, but for passwords, and is answered.
#[test]
fn what_a_schema_promises_is_kept() {
    let client = client();
    client.attribute("department", AttributeKind::Text);
    client.attribute("floor", AttributeKind::Number);
    let list = client.get("/Schemas").is(200).body;
    let schemas = list["Resources"].as_array().expect("schemas").iter();
    for schema in schemas {
        let urn = schema["id"].as_str().expect("a name");
        let endpoint = match urn.rsplit(':').next() {
            Some("User") => "Users",
            Some("Group") => "Groups",
            _ => continue,
        };
        for attribute in schema["attributes"].as_array().expect("attributes") {
            let name = attribute["name"].as_str().expect("a name");
            let subs = attribute["subAttributes"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let subs = subs
                .iter()
                .map(|it| format!("{urn}:{name}.{}", it["name"].as_str().expect("a name")));
            for path in subs.chain([format!("{urn}:{name}")]) {
                let is_special = path.ends_with("password") || path.ends_with("$ref");
                if is_special || path.ends_with("groups.type") {
                    continue;
                }
                let filter = super::escaped(&format!("{path} pr"));
                client.get(&format!("/{endpoint}?filter={filter}")).is(200);
            }
        }
    }
}

#[test]
fn what_describes_the_service_is_only_read() {
    let client = client();
    for path in [
        "/ServiceProviderConfig",
        "/Schemas",
        "/ResourceTypes",
        "/Schemas/x",
        "/ResourceTypes/x",
    ] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = client.ask(method, path, "{}", &[]).refuses(405, "");
            assert!(answer.header("allow").contains("GET"), "{path}");
        }
    }
    client
        .ask(Method::DELETE, "/Users", "", &[])
        .refuses(405, "");
    client.ask(Method::PUT, "/Bulk", "", &[]).refuses(405, "");
    client
        .ask(Method::GET, "/Users/.search", "", &[])
        .refuses(405, "");
}

#[test]
fn a_token_is_nobody() {
    let client = client();
    for method in [
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ] {
        client.ask(method, "/Me", "{}", &[]).refuses(501, "");
    }
}
