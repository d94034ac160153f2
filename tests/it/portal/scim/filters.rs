//! Lists: filters, orders and pages (RFC 7644 §3.4.2). The table of filters follows the storage
//! contract of scim2-server (`scim2_server/testing.py`), for what this directory keeps.

use serde_json::{Value, json};
use tenure::model::attribute::AttributeKind;

use super::{Client, ENTERPRISE, SEARCH, TENURE, client, escaped, user, with};

/// Four people, who differ in everything; `Zoë%` has hardly anything.
fn company() -> Client {
    let client = client();
    client.attribute("department", AttributeKind::Text);
    client.attribute("floor", AttributeKind::Number);
    client.attribute("remote", AttributeKind::YesNo);
    client.attribute("start", AttributeKind::Date);
    let people = [
        (
            "ada",
            json!({
                "externalId": "X1",
                "name": { "givenName": "Ada", "familyName": "Lovelace" },
                "phoneNumbers": [{ "value": "+44 1", "type": "work" }],
                (ENTERPRISE): { "department": "Sales" },
                (TENURE): { "floor": 9, "remote": true, "start": "2030-01-05" },
            }),
        ),
        (
            "bob_b",
            json!({
                "externalId": "x1",
                "name": { "givenName": "Bob", "familyName": "Müller" },
                "active": false,
                (ENTERPRISE): { "department": "sales EU" },
                (TENURE): { "floor": 10, "remote": false },
            }),
        ),
        (
            "Carol",
            json!({ "name": { "givenName": "Carol" }, (TENURE): { "start": "2031-07-01" } }),
        ),
        ("Zoë%", json!({ "emails": [{ "value": "zoe@other.org" }] })),
    ];
    for (name, more) in people {
        client.post("/Users", &with(user(name), &more)).is(201);
        client.visitor.clock.advance(chrono::TimeDelta::hours(1));
    }
    client
}

#[track_caller]
fn check(client: &Client, filter: &str, expected: &[&str]) {
    assert_eq!(client.matching(filter), expected, "{filter}");
}

#[test]
fn every_operator_finds_whom_it_means() {
    let client = company();
    let all = ["ada", "bob_b", "Carol", "Zoë%"];
    for (filter, expected) in [
        ("userName eq \"ADA\"", &all[..1]),
        ("userName EQ \"ada\"", &all[..1]),
        ("USERNAME eq \"ada\"", &all[..1]),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ada\"",
            &all[..1],
        ),
        ("userName ne \"ada\"", &all[1..]),
        ("userName co \"O\"", &["bob_b", "Carol", "Zoë%"]),
        ("userName sw \"ZOË\"", &all[3..]),
        ("userName ew \"L\"", &all[2..3]),
        ("userName pr", &all),
        ("userName gt \"ada\"", &all[1..]),
        ("userName ge \"ada\"", &all),
        ("userName lt \"bob_b\"", &all[..1]),
        ("userName le \"bob_b\"", &all[..2]),
        ("userName co \"\"", &all),
        ("userName co \"_\"", &all[1..2]),
        ("userName co \"%\"", &all[3..]),
        ("userName ew \"%\"", &all[3..]),
        ("userName eq \"*\"", &[]),
        ("externalId eq \"X1\"", &all[..1]),
        ("externalId eq \"x1\"", &all[1..2]),
        ("externalId pr", &all[..2]),
        ("not (externalId pr)", &all[2..]),
        ("externalId eq null", &all[2..]),
        ("externalId ne null", &all[..2]),
        ("externalId ne \"X1\"", &all[1..]),
        ("externalId lt \"x1\"", &all[..1]),
        ("name.familyName eq \"MÜLLER\"", &all[1..2]),
        ("name.familyName eq \"mu\u{308}ller\"", &all[1..2]),
        ("name.familyName pr", &all[..2]),
        ("name.familyName lt \"n\"", &all[..2]),
        ("name pr", &all[..3]),
        ("name.formatted eq \"ada lovelace\"", &all[..1]),
        ("displayName eq \"zoë%\"", &all[3..]),
        ("displayName co \" \"", &all[..2]),
        ("active eq true", &["ada", "Carol", "Zoë%"]),
        ("active eq false", &all[1..2]),
        ("active eq \"False\"", &all[1..2]),
        ("active ne true", &all[1..2]),
        ("active pr", &all),
        ("emails eq \"ADA@example.org\"", &all[..1]),
        ("emails.value ew \"@other.org\"", &all[3..]),
        (
            "emails[type eq \"work\" and value co \"@other\"]",
            &all[3..],
        ),
        (
            "emails[type eq \"work\"].value eq \"ada@example.org\"",
            &all[..1],
        ),
        ("emails[type eq \"home\"]", &[]),
        ("emails.type eq \"work\"", &all),
        ("emails[primary eq true]", &all),
        ("phoneNumbers pr", &all[..1]),
        ("phoneNumbers.type eq \"work\"", &all[..1]),
        ("phoneNumbers[type eq \"work\"]", &all[..1]),
        ("phoneNumbers[not (value eq \"1\")]", &all[..1]),
        ("roles.value eq \"end user\"", &all),
        ("groups.display eq \"default\"", &all),
        ("groups.value eq \"1\"", &all),
        ("id eq \"x\"", &[]),
        ("id ne \"x\"", &all),
        ("id pr", &all),
        ("meta.created gt \"2030-12-24T13:00:00Z\"", &all[2..]),
        ("meta.created ge \"2030-12-24T14:00:00+01:00\"", &all[1..]),
        ("meta.lastModified le \"2030-12-24T12:00:00Z\"", &all[..1]),
        ("meta.resourceType eq \"User\"", &all),
        ("meta.resourceType eq \"Group\"", &[]),
        (
            "schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"",
            &all,
        ),
        (
            "userName sw \"a\" or userName sw \"b\" and active eq true",
            &all[..1],
        ),
        (
            "(userName sw \"a\" or userName sw \"b\") and active eq false",
            &all[1..2],
        ),
        ("not (userName sw \"a\" or userName sw \"b\")", &all[2..]),
    ] {
        check(&client, filter, expected);
    }
}

#[test]
fn custom_attributes_are_compared_by_their_type() {
    let client = company();
    let all = ["ada", "bob_b", "Carol", "Zoë%"];
    let department = format!("{ENTERPRISE}:department");
    let floor = format!("{TENURE}:floor");
    let remote = format!("{TENURE}:remote");
    let start = format!("{TENURE}:start");
    for (attribute, rest, expected) in [
        (&department, "eq \"SALES\"", &all[..1]),
        (&department, "sw \"sales\"", &all[..2]),
        (&department, "pr", &all[..2]),
        (&department, "ne \"Sales\"", &all[1..]),
        // As numbers, and not as texts.
        (&floor, "gt 9", &all[1..2]),
        (&floor, "eq 9.0", &all[..1]),
        (&floor, "eq \"9\"", &all[..1]),
        (&floor, "pr", &all[..2]),
        (&floor, "lt 100", &all[..2]),
        (&remote, "eq true", &all[..1]),
        (&remote, "eq false", &all[1..2]),
        (&remote, "pr", &all[..2]),
        (&start, "gt \"2030-12-31\"", &all[2..3]),
        (&start, "lt \"2030-12-31\"", &all[..1]),
    ] {
        check(&client, &format!("{attribute} {rest}"), expected);
    }
}

#[test]
fn members_are_found_by_their_group() {
    let client = company();
    let staff = client.group("Staff", &[&client.user("temp")]);
    let temp = &client.get("/Users?filter=userName%20eq%20%22temp%22").body["Resources"][0]["id"];
    let temp = temp.as_str().expect("an id").to_owned();
    let in_group = |filter: String| check(&client, &filter, &["temp"]);
    in_group(format!("groups eq \"{staff}\""));
    in_group(format!("groups.value eq \"{staff}\""));
    in_group("groups.display eq \"STAFF\"".to_owned());
    in_group(format!("groups[value eq \"{staff}\"]"));
    in_group(format!("groups[value eq \"{staff}\" or display eq \"x\"]"));
    in_group(format!("id eq \"{temp}\""));
    client.delete(&format!("/Users/{temp}")).is(204);
}

#[test]
fn a_filter_that_means_nothing_is_refused() {
    let client = company();
    for filter in [
        "userName",
        "userName eq",
        "userName eq ada",
        "userName like \"a\"",
        "userName eq 1",
        "userName eq true",
        "nickName eq \"a\"",
        "urn:x:y:z eq \"a\"",
        &format!("{ENTERPRISE}:manager eq \"1\""),
        &format!("{TENURE}:department eq \"Sales\""),
        "name eq \"Ada\"",
        "meta eq \"a\"",
        "active gt true",
        "active eq \"maybe\"",
        "active eq 1",
        "id co \"1\"",
        "id eq 1",
        "meta.created eq \"yesterday\"",
        "meta.created co \"2030\"",
        "groups.display co \"a\"",
        "groups[value eq \"1\" and display eq \"DEFAULT\"]",
        &format!("{TENURE}:floor co \"9\""),
        &format!("{TENURE}:floor gt \"high\""),
        "password eq \"correct horse battery\"",
        "password pr",
        "emails[value[x eq 1]]",
        "(userName pr",
        "userName pr)",
        &"(".repeat(5_000),
        &"[".repeat(20_000),
    ] {
        let path = format!("/Users?filter={}", escaped(filter));
        client.get(&path).refuses(400, "invalidFilter");
        let search = json!({ "schemas": [SEARCH], "filter": filter });
        client
            .post("/Users/.search", &search)
            .refuses(400, "invalidFilter");
    }
}

#[test]
fn values_are_data_and_nothing_else() {
    let client = company();
    for value in [
        "x' OR 1=1 --",
        "'; DROP TABLE users; --",
        "\\",
        "\"",
        "\u{0}",
        "?1",
        "%",
        "a%",
        "_da",
        "*",
    ] {
        let value = json!(value);
        check(&client, &format!("userName eq {value}"), &[]);
        check(&client, &format!("name.givenName eq {value}"), &[]);
        check(&client, &format!("{ENTERPRISE}:department eq {value}"), &[]);
        check(&client, &format!("groups.display eq {value}"), &[]);
    }
    for value in ["\u{0}", "a\u{0}", "'", "\\", "*"] {
        let value = json!(value);
        for operator in ["co", "sw", "ew"] {
            check(&client, &format!("userName {operator} {value}"), &[]);
            check(&client, &format!("name.givenName {operator} {value}"), &[]);
        }
    }
    assert_eq!(client.matching("userName pr").len(), 4);
}

#[test]
fn lists_come_in_the_order_that_is_asked_for() {
    let client = company();
    for (by, expected) in [
        ("userName", ["ada", "bob_b", "Carol", "Zoë%"]),
        ("USERNAME", ["ada", "bob_b", "Carol", "Zoë%"]),
        ("name.familyName", ["ada", "bob_b", "Carol", "Zoë%"]),
        ("displayName", ["ada", "bob_b", "Carol", "Zoë%"]),
        ("externalId", ["ada", "bob_b", "Carol", "Zoë%"]),
        ("emails.value", ["ada", "bob_b", "Carol", "Zoë%"]),
        ("meta.created", ["ada", "bob_b", "Carol", "Zoë%"]),
        ("active", ["bob_b", "ada", "Carol", "Zoë%"]),
        ("id", ["ada", "bob_b", "Carol", "Zoë%"]),
        (
            "urn:ietf:params:scim:schemas:extension:tenure:2.0:User:floor",
            ["ada", "bob_b", "Carol", "Zoë%"],
        ),
        ("", ["ada", "bob_b", "Carol", "Zoë%"]),
    ] {
        assert_eq!(client.names(&format!("sortBy={by}")), expected, "{by}");
    }
    for (by, expected) in [
        ("userName", ["Zoë%", "Carol", "bob_b", "ada"]),
        // Without a value: last upwards, first downwards.
        ("name.familyName", ["Carol", "Zoë%", "bob_b", "ada"]),
        ("active", ["ada", "Carol", "Zoë%", "bob_b"]),
    ] {
        let query = format!("sortBy={by}&sortOrder=descending");
        assert_eq!(client.names(&query), expected, "{by}");
    }
    client
        .get("/Users?sortBy=groups.display")
        .refuses(400, "invalidPath");
    client
        .get("/Users?sortBy=password")
        .refuses(400, "invalidPath");
    client
        .get("/Users?sortBy=%27%3B--")
        .refuses(400, "invalidPath");
    client
        .get("/Users?sortBy=userName&sortOrder=up")
        .refuses(400, "invalidValue");
}

#[test]
fn pages_have_limits_and_say_how_many_there_are() {
    let client = client();
    for number in 0..205 {
        client.user(&format!("u{number:03}"));
    }
    let page = |query: &str| {
        let body = client.get(&format!("/Users?{query}")).is(200).body;
        let number = |key: &str| body[key].as_u64().expect("a number");
        let resources = body["Resources"].as_array().expect("resources");
        assert_eq!(number("itemsPerPage"), resources.len() as u64);
        let first = resources
            .first()
            .map_or("", |it| it["userName"].as_str().expect("a name"));
        let first = first.to_owned();
        (
            number("totalResults"),
            number("startIndex"),
            resources.len(),
            first,
        )
    };
    let is = |query: &str, start: u64, count: usize, first: &str| {
        assert_eq!(
            page(query),
            (205, start, count, first.to_owned()),
            "{query}"
        );
    };
    is("", 1, 100, "u000");
    is("count=10000", 1, 200, "u000");
    is("startIndex=201&count=10", 201, 5, "u200");
    is("startIndex=0&count=5", 1, 5, "u000");
    is("startIndex=-7&count=5", 1, 5, "u000");
    is("count=0", 1, 0, "");
    is("count=-1", 1, 0, "");
    is("startIndex=206", 206, 0, "");
    is(
        "startIndex=9223372036854775807&count=200",
        9_223_372_036_854_775_807,
        0,
        "",
    );
    client.get("/Users?count=x").refuses(400, "invalidValue");
    client
        .get("/Users?startIndex=1e3")
        .refuses(400, "invalidValue");

    // Okta's import goes on like this until it has everyone.
    let mut seen = Vec::new();
    while seen.len() < 205 {
        let start = seen.len() + 1;
        seen.extend(client.names(&format!("startIndex={start}&count=99&sortBy=userName")));
    }
    let expected: Vec<String> = (0..205).map(|it| format!("u{it:03}")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_search_over_everything_finds_users_and_groups() {
    let client = company();
    client.group("Ada's", &[]);
    let search = |more: &Value| {
        let body = with(json!({ "schemas": [SEARCH] }), more);
        client.post("/.search", &body)
    };
    let found = |more: &Value| {
        let body = search(more).is(200).body;
        let resources = body["Resources"].as_array().expect("resources");
        let name = |it: &Value| it["displayName"].as_str().expect("a name").to_owned();
        let names: Vec<String> = resources.iter().map(name).collect();
        (body["totalResults"].as_u64().expect("a number"), names)
    };
    let all = [
        "Ada Lovelace",
        "Bob Müller",
        "Carol",
        "Zoë%",
        "DEFAULT",
        "Ada's",
    ];
    let is = |more: &Value, total: u64, names: &[&str]| {
        let names = names.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(found(more), (total, names), "{more}");
    };
    is(&json!({}), 6, &all);
    is(&json!({ "startIndex": 4, "count": 2 }), 6, &all[3..5]);
    is(&json!({ "startIndex": 5, "count": 2 }), 6, &all[4..]);
    is(&json!({ "startIndex": 7 }), 6, &[]);
    is(&json!({ "count": 4 }), 6, &all[..4]);
    is(
        &json!({ "filter": "displayName sw \"ada\"" }),
        2,
        &["Ada Lovelace", "Ada's"],
    );
    is(&json!({ "filter": "userName eq \"ada\"" }), 1, &all[..1]);
    is(
        &json!({ "filter": "meta.resourceType eq \"Group\"" }),
        2,
        &all[4..],
    );
    search(&json!({ "sortBy": "displayName" })).refuses(501, "");
    assert_eq!(client.get("/").is(200).body["totalResults"], 6);
    let only = json!({ "schemas": [SEARCH], "attributes": ["userName"], "count": 1 });
    let body = client.post("/Users/.search", &only).is(200).body;
    let keys: Vec<_> = body["Resources"][0]
        .as_object()
        .expect("a user")
        .keys()
        .collect();
    assert_eq!(keys, ["id", "schemas", "userName"]);
}
