//! What clients write, what nobody should write, and the law that writing and reading agree.

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[track_caller]
fn reads(text: &str, expected: &str) {
    let read = filter(text).unwrap_or_else(|err| panic!("{text:?}: {err}"));
    assert_eq!(read.to_string(), expected);
}

#[track_caller]
fn refuses(text: &str, expected: &str) {
    let refused = filter(text).expect_err(text);
    assert_eq!(refused.to_string(), expected);
}

#[track_caller]
fn reads_path(text: &str, attribute: &str, sub: Option<&str>, inner: Option<&str>) {
    let read = path(text).unwrap_or_else(|err| panic!("{text:?}: {err}"));
    assert_eq!(read.name.attribute, attribute, "{text}");
    assert_eq!(read.name.sub.as_deref(), sub, "{text}");
    let filter = read.filter.map(|it| it.to_string());
    assert_eq!(filter.as_deref(), inner, "{text}");
}

#[test]
fn the_examples_of_rfc_7644_are_read() {
    for text in [
        r#"userName eq "bjensen""#,
        r#"name.familyName co "O'Malley""#,
        r#"userName sw "J""#,
        r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
        "title pr",
        r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
        r#"title pr and userType eq "Employee""#,
        r#"title pr or userType eq "Intern""#,
        r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
        r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
        r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
        r#"userType eq "Employee" and (emails.type eq "work")"#,
        r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
        r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
    ] {
        filter(text).unwrap_or_else(|err| panic!("{text}: {err}"));
    }
}

#[test]
fn and_binds_stronger_than_or_and_case_does_not_matter() {
    reads(
        "a pr OR b Pr AND c EQ 1 or Not(d pr)",
        "a pr or (b pr and c eq 1) or not (d pr)",
    );
    reads("  ( a pr )  ", "a pr");
    reads("not pr", "not pr");
    reads("not eq 1 and and pr", "not eq 1 and and pr");
    reads(
        "active eq True and b eq FALSE",
        "active eq true and b eq false",
    );
    reads("a eq null", "a eq null");
    reads("a eq -1.5e3", "a eq -1500.0");
}

#[test]
fn what_entra_writes_after_brackets_is_read() {
    reads(
        r#"emails[type eq "work"].value eq "a@b.org""#,
        r#"emails[type eq "work" and value eq "a@b.org"]"#,
    );
}

#[test]
fn values_are_json_and_hold_anything() {
    let text = json!("x' OR 1=1 --\0%_*\\\"\u{1F980}\n").to_string();
    let read = filter(&format!("userName eq {text}")).expect("a filter");
    let value = json!("x' OR 1=1 --\0%_*\\\"\u{1F980}\n");
    let name = Name::plain("userName", None);
    assert_eq!(read, Filter::Compare(name, Operator::Eq, value));
}

#[test]
fn mistakes_are_said_with_their_place() {
    let value = "a value in JSON, a text in double quotes is expected";
    refuses("", "at character 1: the name of an attribute is expected");
    refuses("a", "at character 2: an operator is expected");
    refuses(
        "a like 1",
        "at character 3: \"like\" is no operator; there are eq, ne, co, sw, ew, pr, gt, ge, lt and le",
    );
    refuses("a eq", &format!("at character 5: {value}"));
    refuses("a eq 'x'", &format!("at character 6: {value}"));
    refuses("a eq \"x", &format!("at character 6: {value}"));
    refuses("a eq [1]", &format!("at character 6: {value}"));
    refuses("a eq {}", &format!("at character 6: {value}"));
    refuses("a eq \"\\q\"", &format!("at character 6: {value}"));
    refuses(
        "a pr b",
        "at character 6: `and`, `or` or the end is expected",
    );
    refuses(
        "é eq 1",
        "at character 1: the name of an attribute is expected",
    );
    refuses("(a pr", "at character 6: `)`, `and` or `or` is expected");
    refuses("a[b pr", "at character 7: `]`, `and` or `or` is expected");
    refuses("a[b[c pr]]", "at character 4: an operator is expected");
    refuses(
        "a pr and",
        "at character 9: the name of an attribute is expected",
    );
    refuses(
        "1a pr",
        "at character 1: the name of an attribute is expected",
    );
    refuses(
        "aéé:b pr",
        "at character 1: the name of an attribute is expected",
    );
    refuses(
        "x:a pr",
        "at character 1: the name of an attribute is expected",
    );
}

#[test]
fn nothing_grows_without_limit() {
    let nested = |depth: usize| format!("{}a pr{}", "(".repeat(depth), ")".repeat(depth));
    assert!(filter(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(filter(&nested(MAX_DEPTH + 1)), Err(FilterError::TooDeep));
    assert_eq!(filter(&nested(4_000)), Err(FilterError::TooDeep));
    assert_eq!(filter(&nested(5_000)), Err(FilterError::TooLong));
    assert_eq!(filter(&"[".repeat(20_000)), Err(FilterError::TooLong));
    let wide = |terms: usize| vec!["a pr"; terms].join(" or ");
    assert!(filter(&wide(MAX_TERMS)).is_ok());
    assert_eq!(filter(&wide(MAX_TERMS + 1)), Err(FilterError::TooWide));
    let nots = "not (".repeat(MAX_DEPTH + 1);
    assert_eq!(filter(&nots), Err(FilterError::TooDeep));
}

#[test]
fn paths_name_attributes_and_choose_values() {
    reads_path("userName", "userName", None, None);
    reads_path("name.familyName", "name", Some("familyName"), None);
    reads_path(
        "members[value eq \"12\"]",
        "members",
        None,
        Some("value eq \"12\""),
    );
    reads_path(
        "emails[type eq \"work\"].value",
        "emails",
        Some("value"),
        Some("type eq \"work\""),
    );
    reads_path("members.$ref", "members", Some("$ref"), None);
    let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let read = path(&format!("{enterprise}:department")).expect("a path");
    assert_eq!(read.name.schema.as_deref(), Some(enterprise));
    assert_eq!(read.name.attribute, "department");
    let whole = path(&enterprise.to_uppercase()).expect("a path");
    assert_eq!(whole.name.attribute, "");
    for bad in [
        "",
        "a.b.c",
        "a[",
        "a[]",
        "a[b pr].c.d",
        "a b",
        "a[b pr]c",
        "ä",
        ".a",
        "a.",
    ] {
        assert!(path(bad).is_err(), "{bad:?}");
    }
}

fn name() -> impl Strategy<Value = Name> {
    let word = "[a-zA-Z$][a-zA-Z0-9_$-]{0,6}";
    let schema = proptest::option::of("urn:[a-z]{1,5}:2\\.0:User");
    (schema, word, proptest::option::of(word)).prop_map(|(schema, attribute, sub)| Name {
        schema,
        attribute,
        sub,
    })
}

fn comparison() -> impl Strategy<Value = Filter> {
    let value = prop_oneof![
        any::<String>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    let operator = proptest::sample::select(Operator::ALL.to_vec());
    prop_oneof![
        name().prop_map(Filter::Present),
        (name(), operator, value)
            .prop_map(|(name, operator, value)| Filter::Compare(name, operator, value)),
    ]
}

/// Every filter in the form in which it is read: no list of one, no list directly in its like.
fn any_filter() -> impl Strategy<Value = Filter> {
    let inner = |leaf: BoxedStrategy<Filter>| {
        leaf.prop_recursive(4, 24, 4, |part| {
            prop_oneof![
                proptest::collection::vec(part.clone(), 2..4).prop_map(Filter::All),
                proptest::collection::vec(part.clone(), 2..4).prop_map(Filter::Any),
                part.prop_map(|it| Filter::Not(Box::new(it))),
            ]
        })
        .boxed()
    };
    let within = (name(), inner(comparison().boxed()))
        .prop_map(|(name, filter)| Filter::Within(name, Box::new(filter)));
    inner(prop_oneof![comparison(), within].boxed())
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(expected in any_filter()) {
        let text = expected.to_string();
        prop_assume!(text.len() <= MAX_LENGTH);
        prop_assert_eq!(filter(&text).map_err(|err| err.to_string()), Ok(expected), "{}", text);
    }

    #[test]
    fn no_text_makes_it_fall(text in "[a-z.:\\[\\]()\" \\\\$0-9é]{0,60}") {
        drop(filter(&text));
        drop(path(&text));
    }

    #[test]
    fn a_path_that_is_written_is_read_as_it_was(name in name(), inner in proptest::option::of(comparison())) {
        let expected = Path { name, filter: inner };
        prop_assert_eq!(path(&expected.to_string()).map_err(|err| err.to_string()), Ok(expected));
    }
}
