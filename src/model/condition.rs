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
mod tests;
