//! Conditions asked about Ada, and the laws that hold for all of them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::model::{
    event::Source,
    id::GroupId,
    user::{MfaMethod, Status, UserState},
};

fn ada() -> UserState {
    UserState {
        username: "ada".to_owned(),
        email: "Ada@Example.org".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Lovelace".to_owned(),
        phone: String::new(),
        status: Status::Active,
        attributes: BTreeMap::from([("team".to_owned(), "Engines".to_owned())]),
        groups: BTreeMap::from([
            (GroupId::new(1), "DEFAULT".to_owned()),
            (GroupId::new(2), "Staff".to_owned()),
        ]),
        roles: BTreeMap::new(),
        mfa: [].into(),
    }
}

fn holds(condition: &Condition) -> bool {
    condition.holds(Seen {
        user: &ada(),
        before: None,
        source: Some(Source::AdminPortal),
        sweep: None,
    })
}

#[track_caller]
fn check(attribute: Subject, operator: Operator, value: &str, expected: bool) {
    let condition = Condition::test(attribute, operator, value);
    assert_eq!(holds(&condition), expected, "{}", condition.sentence());
}

#[test]
fn every_operator_compares_without_case() {
    use Operator::*;
    check(Subject::Email, Equal, "ADA@EXAMPLE.ORG", true);
    check(Subject::Email, Equal, "ada", false);
    check(Subject::Email, NotEqual, "ada", true);
    check(Subject::Email, Contains, "@example", true);
    check(Subject::Email, NotContains, "@example", false);
    check(Subject::Email, StartWith, "ada@", true);
    check(Subject::Email, StartWith, "example", false);
    check(Subject::Email, EndWith, ".ORG", true);
    check(Subject::Email, EndWith, ".com", false);
}

#[test]
fn every_attribute_can_be_asked_about() {
    use Operator::Equal;
    check(Subject::Username, Equal, "ada", true);
    check(Subject::UserStatus, Equal, "active", true);
    check(Subject::FirstName, Equal, "ada", true);
    check(Subject::LastName, Equal, "lovelace", true);
    check(Subject::Custom("team".to_owned()), Equal, "engines", true);
    check(Subject::Source, Equal, "Create User via Admin Portal", true);
    check(Subject::Group, Equal, "staff", true);
}

#[test]
fn a_missing_value_is_the_empty_text() {
    use Operator::*;
    let city = || Subject::Custom("city".to_owned());
    check(city(), Equal, "", true);
    check(city(), NotEqual, "Paris", true);
    check(city(), Contains, "Paris", false);
}

#[test]
fn of_several_groups_one_must_do_and_none_may_for_a_denial() {
    use Operator::*;
    check(Subject::Group, Equal, "DEFAULT", true);
    check(Subject::Group, NotEqual, "DEFAULT", false);
    check(Subject::Group, NotEqual, "Guests", true);
    check(Subject::Role, Contains, "admin", false);
    check(Subject::Role, NotContains, "admin", true);
}

#[test]
fn a_finding_names_first_what_made_the_difference() {
    let Condition::Test(test) = Condition::test(Subject::Group, Operator::Equal, "staff") else {
        panic!("it is a test");
    };
    let finding = test.finding(Seen {
        user: &ada(),
        before: None,
        source: Some(Source::AdminPortal),
        sweep: None,
    });
    assert_eq!(finding.actual, ["Staff", "DEFAULT"]);
    assert!(finding.holds);
}

#[test]
fn groups_of_conditions_nest() {
    let yes = || Condition::test(Subject::Username, Operator::Equal, "ada");
    let no = || Condition::test(Subject::Username, Operator::Equal, "bob");
    assert!(holds(&Condition::Any(vec![
        no(),
        Condition::All(vec![yes(), yes()])
    ])));
    assert!(!holds(&Condition::All(vec![
        yes(),
        Condition::Any(vec![no(), no()])
    ])));
}

#[test]
fn a_condition_that_asks_nothing_is_a_mistake() {
    let mut deep = Condition::test(Subject::Username, Operator::Equal, "x");
    for _ in 0..=MAX_DEPTH {
        deep = Condition::All(vec![deep]);
    }
    let many = Condition::Any(vec![
        Condition::test(Subject::Username, Operator::Equal, "x");
        MAX_TESTS + 1
    ]);
    let check = |condition: Condition, expected| assert_eq!(condition.check(), Err(expected));
    check(Condition::All(vec![]), ConditionError::EmptyGroup);
    check(
        Condition::test(Subject::Email, Operator::Contains, " "),
        ConditionError::NoValue,
    );
    check(
        Condition::test(Subject::Email, Operator::Equal, "a\0"),
        ConditionError::BadValue,
    );
    for (subject, word) in [
        (Subject::Group, "group"),
        (Subject::Role, "role"),
        (Subject::UserStatus, "status"),
        (Subject::Source, "source"),
    ] {
        for operator in [Operator::Equal, Operator::NotEqual] {
            check(
                Condition::test(subject.clone(), operator, " "),
                ConditionError::NotChosen(word),
            );
        }
    }
    check(deep, ConditionError::TooDeep);
    check(many, ConditionError::TooMany);
}

#[test]
fn whether_a_text_is_missing_may_be_asked() {
    for operator in [Operator::Equal, Operator::NotEqual] {
        let condition = Condition::test(Subject::LastName, operator, "");
        assert_eq!(condition.check(), Ok(()));
    }
}

#[test]
fn reads_like_a_sentence() {
    let test = |subject, operator, value| Condition::test(subject, operator, value);
    let condition = Condition::Any(vec![
        test(Subject::Email, Operator::EndWith, "@example.org"),
        Condition::All(vec![
            test(Subject::FirstName, Operator::Equal, "Ada"),
            test(Subject::Custom("team".to_owned()), Operator::NotEqual, ""),
        ]),
    ]);
    assert_eq!(
        condition.sentence(),
        "Email ends with @example.org or (First Name is Ada and team is not empty)"
    );
    assert_eq!(
        condition.summary(),
        "Email ends with @example.org or 2 more"
    );
    let alone = Condition::All(vec![condition.clone()]);
    assert_eq!(alone.summary(), condition.summary());
    let unwritten = test(Subject::Email, Operator::Contains, "");
    assert_eq!(unwritten.sentence(), "Email contains …");
}

/// Ada as she was: called Byron and Disabled, at another address, of no team, without a second factor.
fn before() -> UserState {
    UserState {
        email: "ada@example.com".to_owned(),
        last_name: "Byron".to_owned(),
        status: Status::Disabled,
        attributes: BTreeMap::new(),
        groups: BTreeMap::new(),
        ..ada()
    }
}

fn after() -> UserState {
    UserState {
        mfa: [MfaMethod::Totp].into(),
        ..ada()
    }
}

/// An update that made Ada what she is.
#[track_caller]
fn changed(attribute: Subject, operator: Operator, value: &str, expected: bool) {
    let condition = Condition::test(attribute, operator, value);
    let (user, before) = (&after(), Some(&before()));
    let source = Source::Api;
    let seen = Seen {
        user,
        before,
        source: Some(source),
        sweep: None,
    };
    assert_eq!(condition.holds(seen), expected, "{}", condition.sentence());
}

#[test]
fn what_an_update_changed_can_be_asked_about_every_attribute_of_the_user() {
    let team = || Subject::Custom("team".to_owned());
    for (subject, was, is, has_changed) in [
        (Subject::Username, "ada", "ada", false),
        (Subject::FirstName, "Ada", "Ada", false),
        (Subject::Custom("city".to_owned()), "", "", false),
        (Subject::Email, "ADA@example.com", "ada@EXAMPLE.org", true),
        (Subject::LastName, "byron", "LOVELACE", true),
        (Subject::UserStatus, "disabled", "active", true),
        (Subject::MfaMethod, "", "authenticator app", true),
        (team(), " ", "engines", true),
    ] {
        changed(subject.clone(), Operator::Changed, "", has_changed);
        changed(subject.clone(), Operator::ChangedFrom, was, has_changed);
        changed(subject.clone(), Operator::ChangedTo, is, has_changed);
        changed(subject.clone(), Operator::ChangedFrom, is, false);
        changed(subject, Operator::ChangedTo, was, false);
    }
}

#[test]
fn a_change_of_case_alone_is_a_change() {
    let (was, user) = (
        ada(),
        UserState {
            last_name: "LOVELACE".to_owned(),
            ..ada()
        },
    );
    let holds = |operator, value| {
        Condition::test(Subject::LastName, operator, value).holds(Seen {
            user: &user,
            before: Some(&was),
            source: Some(Source::Api),
            sweep: None,
        })
    };
    assert!(holds(Operator::Changed, ""));
    assert!(holds(Operator::ChangedTo, "lovelace"));
    assert!(holds(Operator::ChangedFrom, "lovelace"));
}

#[test]
fn memberships_and_the_source_never_change_and_asking_is_a_mistake() {
    for (subject, word) in [
        (Subject::Group, "group"),
        (Subject::Role, "role"),
        (Subject::Source, "source"),
    ] {
        for operator in [
            Operator::Changed,
            Operator::ChangedTo,
            Operator::ChangedFrom,
        ] {
            // She is in Staff now, and was not.
            changed(subject.clone(), operator, "Staff", false);
            let value = if operator.takes_value() { "Staff" } else { "" };
            let condition = Condition::test(subject.clone(), operator, value);
            assert_eq!(condition.check(), Err(ConditionError::NeverChanges(word)));
        }
    }
}

#[test]
fn without_anything_before_nothing_has_changed() {
    for subject in Subject::BUILT_IN {
        check(subject.clone(), Operator::Changed, "", false);
        check(subject.clone(), Operator::ChangedTo, "ada", false);
        check(subject, Operator::ChangedFrom, "", false);
    }
}

#[test]
fn a_change_to_or_from_nothing_may_be_asked_but_not_one_of_a_status() {
    use Operator::{Changed, ChangedFrom, ChangedTo};
    for operator in [ChangedTo, ChangedFrom] {
        let check = |subject| Condition::test(subject, operator, " ").check();
        assert_eq!(check(Subject::LastName), Ok(()));
        assert_eq!(check(Subject::MfaMethod), Ok(()));
        let status = check(Subject::UserStatus);
        assert_eq!(status, Err(ConditionError::NotChosen("status")));
    }
    let needless = Condition::test(Subject::Email, Changed, "x");
    assert_eq!(needless.check(), Err(ConditionError::NeedlessValue));
    let unwanted = Condition::test(Subject::Email, Changed, "a\0");
    assert_eq!(unwanted.check(), Err(ConditionError::BadValue));
    assert_eq!(Condition::test(Subject::Email, Changed, "").check(), Ok(()));
}

#[test]
fn a_finding_that_looks_back_has_both_values() {
    let (user, before) = (&after(), Some(&before()));
    let finding = |operator| {
        let test = Test {
            attribute: Subject::LastName,
            operator,
            value: String::new(),
        };
        test.finding(Seen {
            user,
            before,
            source: Some(Source::Api),
            sweep: None,
        })
    };
    let back = finding(Operator::Changed);
    assert_eq!(back.was, Some(vec!["Byron".to_owned()]));
    assert_eq!(back.actual, ["Lovelace"]);
    assert!(back.holds);
    assert_eq!(
        finding(Operator::NotEqual).was,
        None,
        "it does not look back"
    );
}

#[test]
fn a_change_reads_like_a_sentence() {
    let said = |operator, value| Condition::test(Subject::LastName, operator, value).sentence();
    assert_eq!(said(Operator::Changed, ""), "Last Name changed");
    assert_eq!(
        said(Operator::ChangedTo, "Lovelace"),
        "Last Name changed to Lovelace"
    );
    assert_eq!(said(Operator::ChangedTo, ""), "Last Name changed to empty");
    assert_eq!(
        said(Operator::ChangedFrom, "Byron"),
        "Last Name changed from Byron"
    );
}

#[test]
fn what_is_written_by_hand_is_read_or_refused() {
    let json = r#"{"attribute": "last_name", "operator": "changed_from", "value": "Byron"}"#;
    let read: Condition = serde_json::from_str(json).expect("a condition");
    let expected = Condition::test(Subject::LastName, Operator::ChangedFrom, "Byron");
    assert_eq!(read, expected);
    for wrong in [
        r#"{"attribute": "last_name", "operator": "altered", "value": ""}"#,
        r#"{"attribute": "mfa", "operator": "changed", "value": ""}"#,
        r#"{"attribute": "mfa_method", "operator": "changed", "value": null}"#,
    ] {
        assert!(serde_json::from_str::<Condition>(wrong).is_err(), "{wrong}");
    }
}

/// Often the same one twice, or another spelling of it.
fn any_value() -> impl Strategy<Value = String> {
    let few = proptest::sample::select(vec!["", "a", "A", "é", "e\u{301}"]);
    prop_oneof![few.prop_map(str::to_owned), ".{0,4}"]
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let operator = proptest::sample::select(Operator::ALL.to_vec());
    let subject = proptest::sample::select(Subject::BUILT_IN.to_vec());
    let leaf = (subject, operator, ".{0,8}")
        .prop_map(|(attribute, operator, value)| Condition::test(attribute, operator, &value));
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Condition::All),
            proptest::collection::vec(inner, 0..4).prop_map(Condition::Any),
        ]
    })
}

proptest! {
    #[test]
    fn json_gives_back_what_it_was_given(condition in any_condition()) {
        let json = serde_json::to_string(&condition).expect("a condition is JSON");
        prop_assert_eq!(serde_json::from_str::<Condition>(&json).expect("it was JSON"), condition);
    }

    #[test]
    fn a_group_of_one_means_the_same_as_its_only_part(condition in any_condition()) {
        prop_assert_eq!(holds(&Condition::All(vec![condition.clone()])), holds(&condition));
        prop_assert_eq!(holds(&Condition::Any(vec![condition.clone()])), holds(&condition));
    }

    #[test]
    fn changed_means_not_the_same_as_before(was in any_value(), is in any_value(), wanted in any_value()) {
        let with = |first_name: &str| UserState { first_name: first_name.to_owned(), ..ada() };
        let (before, user) = (with(&was), with(&is));
        let asked = |operator, value: &str, user| {
            let condition = Condition::test(Subject::FirstName, operator, value);
            condition.holds(Seen { user, before: Some(&before), source: Some(Source::Api), sweep: None })
        };
        let has_changed = was != is;
        prop_assert_eq!(asked(Operator::Changed, "", &user), has_changed);
        for value in [&was, &is, &wanted] {
            let equal = |user| asked(Operator::Equal, value, user);
            prop_assert_eq!(asked(Operator::ChangedTo, value, &user), has_changed && equal(&user));
            prop_assert_eq!(asked(Operator::ChangedFrom, value, &user), has_changed && equal(&before));
        }
    }

    #[test]
    fn a_negative_operator_denies_its_positive(value in ".{0,8}", subject in proptest::sample::select(Subject::BUILT_IN.to_vec())) {
        for (yes, no) in [(Operator::Equal, Operator::NotEqual), (Operator::Contains, Operator::NotContains)] {
            let yes = Condition::test(subject.clone(), yes, &value);
            let no = Condition::test(subject.clone(), no, &value);
            prop_assert_ne!(holds(&yes), holds(&no));
        }
    }
}
