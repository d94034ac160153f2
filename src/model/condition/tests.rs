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
        source: Source::AdminPortal,
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
        source: Source::AdminPortal,
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
    fn a_negative_operator_denies_its_positive(value in ".{0,8}", subject in proptest::sample::select(Subject::BUILT_IN.to_vec())) {
        for (yes, no) in [(Operator::Equal, Operator::NotEqual), (Operator::Contains, Operator::NotContains)] {
            let yes = Condition::test(subject.clone(), yes, &value);
            let no = Condition::test(subject.clone(), no, &value);
            prop_assert_ne!(holds(&yes), holds(&no));
        }
    }
}
