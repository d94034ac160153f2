//! Conditions: questions about a user, asked by filters, tasks and rules.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{
    event::Source,
    text::{self, MAX_FIELD},
    user::UserState,
};

/// How deep groups of conditions may nest: more than a person can read, and no deeper than a
/// recursive walk can go.
pub const MAX_DEPTH: usize = 8;

/// How many tests one condition may hold.
pub const MAX_TESTS: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    #[serde(untagged)]
    Test(Test),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    pub attribute: Subject,
    pub operator: Operator,
    pub value: String,
}

/// What a test looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Username,
    Email,
    UserStatus,
    FirstName,
    LastName,

    /// The names of the user's groups.
    Group,

    /// The names of the user's roles.
    Role,

    /// Where the change came from.
    Source,

    /// A custom attribute, by its name.
    Custom(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    Equal,
    NotEqual,
    Contains,
    NotContains,
    StartWith,
    EndWith,
}

/// What a condition is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub user: &'a UserState,

    /// The user before the change; `None` where nothing came before.
    pub before: Option<&'a UserState>,
    pub source: Source,
}

/// Whether one test holds, and what it looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub test: Test,
    pub actual: Vec<String>,
    pub holds: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    #[error("has a group without conditions")]
    EmptyGroup,
    #[error("has a condition without a value")]
    NoValue,
    #[error("has a condition without a {0}: choose a {0}")]
    NotChosen(&'static str),
    #[error("has a value that is too long or contains control characters")]
    BadValue,
    #[error("nests groups of conditions more than {MAX_DEPTH} deep")]
    TooDeep,
    #[error("has more than {MAX_TESTS} conditions")]
    TooMany,
}

impl Subject {
    /// Those that every directory has, in the order in which they are offered.
    pub const BUILT_IN: [Self; 8] = [
        Self::Username,
        Self::Email,
        Self::UserStatus,
        Self::FirstName,
        Self::LastName,
        Self::Group,
        Self::Role,
        Self::Source,
    ];

    /// The label of a built-in one; the name of a custom attribute.
    pub fn label(&self) -> &str {
        match self {
            Self::Username => "Username",
            Self::Email => "Email",
            Self::UserStatus => "User Status",
            Self::FirstName => "First Name",
            Self::LastName => "Last Name",
            Self::Group => "Group",
            Self::Role => "Role",
            Self::Source => "Source",
            Self::Custom(name) => name,
        }
    }

    /// What has to be chosen, where no user has the empty text.
    fn never_empty(&self) -> Option<&'static str> {
        match self {
            Self::Group => Some("group"),
            Self::Role => Some("role"),
            Self::UserStatus => Some("status"),
            Self::Source => Some("source"),
            Self::Username | Self::Email | Self::FirstName | Self::LastName | Self::Custom(_) => {
                None
            }
        }
    }

    /// The values it has; a missing one is the empty text.
    fn values<'a>(&self, seen: Seen<'a>) -> Vec<Cow<'a, str>> {
        let user = seen.user;
        let one = |value: &'a str| vec![Cow::Borrowed(value)];
        match self {
            Self::Username => one(&user.username),
            Self::Email => one(&user.email),
            Self::UserStatus => one(user.status.label()),
            Self::FirstName => one(&user.first_name),
            Self::LastName => one(&user.last_name),
            Self::Source => one(seen.source.label()),
            Self::Custom(name) => one(user.attributes.get(name).map_or("", String::as_str)),
            Self::Group => user
                .groups
                .values()
                .map(|it| Cow::Borrowed(it.as_str()))
                .collect(),
            Self::Role => user
                .roles
                .values()
                .map(|it| Cow::Borrowed(it.as_str()))
                .collect(),
        }
    }
}

impl Operator {
    pub const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::Contains,
        Self::NotContains,
        Self::StartWith,
        Self::EndWith,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Equal => "Equal",
            Self::NotEqual => "Not Equal",
            Self::Contains => "Contains",
            Self::NotContains => "Not Contains",
            Self::StartWith => "Start With",
            Self::EndWith => "End With",
        }
    }

    /// As a sentence says it: "Email *contains* @example.org".
    pub fn words(self) -> &'static str {
        match self {
            Self::Equal => "is",
            Self::NotEqual => "is not",
            Self::Contains => "contains",
            Self::NotContains => "does not contain",
            Self::StartWith => "starts with",
            Self::EndWith => "ends with",
        }
    }

    /// Whether it denies what another operator says.
    pub fn is_negative(self) -> bool {
        matches!(self, Self::NotEqual | Self::NotContains)
    }

    /// The operator, or the one it denies, on folded texts.
    fn accepts(self, actual: &str, wanted: &str) -> bool {
        match self {
            Self::Equal | Self::NotEqual => actual == wanted,
            Self::Contains | Self::NotContains => actual.contains(wanted),
            Self::StartWith => actual.starts_with(wanted),
            Self::EndWith => actual.ends_with(wanted),
        }
    }
}

impl Test {
    /// Of several values (groups, roles) one must do; a negative operator wants that none does.
    pub fn holds(&self, seen: Seen<'_>) -> bool {
        let wanted = text::fold(self.value.trim());
        let values = self.attribute.values(seen);
        let any = values
            .iter()
            .any(|actual| self.operator.accepts(&text::fold(actual), &wanted));
        any != self.operator.is_negative()
    }

    /// What it looked at, those values first that made the difference.
    pub fn finding(&self, seen: Seen<'_>) -> Finding {
        let wanted = text::fold(self.value.trim());
        let values = self.attribute.values(seen).into_iter();
        let (mut actual, others): (Vec<_>, Vec<_>) =
            values.partition(|it| self.operator.accepts(&text::fold(it), &wanted));
        actual.extend(others);
        Finding {
            test: self.clone(),
            actual: actual.into_iter().map(Cow::into_owned).collect(),
            holds: self.holds(seen),
        }
    }

    /// "Email contains @example.org"
    pub fn sentence(&self) -> String {
        let attribute = self.attribute.label();
        let words = self.operator.words();
        match self.operator {
            Operator::Equal | Operator::NotEqual if self.value.is_empty() => {
                format!("{attribute} {words} empty")
            }
            // Not written yet.
            _ if self.value.is_empty() => format!("{attribute} {words} …"),
            _ => format!("{attribute} {words} {}", self.value),
        }
    }

    /// Whether it asks something that can be true of one user and not of another.
    pub fn check(&self) -> Result<(), ConditionError> {
        // "Equal" to nothing asks whether a value is missing; the others would hold for everyone.
        let may_be_empty = matches!(self.operator, Operator::Equal | Operator::NotEqual);
        match text::line(&self.value, MAX_FIELD) {
            Ok(value) if value.is_empty() && may_be_empty => match self.attribute.never_empty() {
                Some(word) => Err(ConditionError::NotChosen(word)),
                None => Ok(()),
            },
            Ok(value) if value.is_empty() && !may_be_empty => Err(ConditionError::NoValue),
            Ok(_) => Ok(()),
            Err(_) => Err(ConditionError::BadValue),
        }
    }
}

impl Condition {
    pub fn test(attribute: Subject, operator: Operator, value: &str) -> Self {
        Self::Test(Test {
            attribute,
            operator,
            value: value.to_owned(),
        })
    }

    pub fn holds(&self, seen: Seen<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(seen)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(seen)),
            Self::Test(test) => test.holds(seen),
        }
    }

    /// Every test with what it found, in the order in which a person reads them.
    pub fn findings(&self, seen: Seen<'_>) -> Vec<Finding> {
        let tests = self.tests().into_iter();
        tests.map(|test| test.finding(seen)).collect()
    }

    /// The tests it is made of.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Test(test) => vec![test],
        }
    }

    /// Whether it asks anything, and nothing too large.
    pub fn check(&self) -> Result<(), ConditionError> {
        self.check_at(1)?;
        if self.tests().len() > MAX_TESTS {
            return Err(ConditionError::TooMany);
        }
        Ok(())
    }

    fn check_at(&self, depth: usize) -> Result<(), ConditionError> {
        match self {
            Self::Test(test) => test.check(),
            Self::All(_) | Self::Any(_) if depth > MAX_DEPTH => Err(ConditionError::TooDeep),
            Self::All(parts) | Self::Any(parts) if parts.is_empty() => {
                Err(ConditionError::EmptyGroup)
            }
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().try_for_each(|part| part.check_at(depth + 1))
            }
        }
    }

    /// "Email contains @example.org or (First Name is Ada and Last Name is Lovelace)"
    pub fn sentence(&self) -> String {
        let joined = |parts: &[Self], word: &str| {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match part {
                    Self::Test(test) => test.sentence(),
                    group => format!("({})", group.sentence()),
                })
                .collect();
            parts.join(word)
        };
        match self {
            Self::All(parts) => joined(parts, " and "),
            Self::Any(parts) => joined(parts, " or "),
            Self::Test(test) => test.sentence(),
        }
    }

    /// The sentence, cut after the first test: "Email contains @example.org or 2 more".
    pub fn summary(&self) -> String {
        // A group of one means what its part means, whatever it is called.
        if let Self::All(parts) | Self::Any(parts) = self
            && let [only] = parts.as_slice()
        {
            return only.summary();
        }
        let tests = self.tests();
        let Some(first) = tests.first() else {
            return "no condition yet".to_owned();
        };
        let word = if matches!(self, Self::Any(_)) {
            "or"
        } else {
            "and"
        };
        match tests.len() - 1 {
            0 => first.sentence(),
            more => format!("{} {word} {more} more", first.sentence()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::{id::GroupId, user::Status};

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
        let Condition::Test(test) = Condition::test(Subject::Group, Operator::Equal, "staff")
        else {
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
}
