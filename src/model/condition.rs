//! Conditions: questions about a user, asked by filters, tasks and rules.

mod operator;
mod single;
mod subject;

pub use self::{
    operator::Operator,
    single::{Finding, Seen, Test},
    subject::Subject,
};

use serde::{Deserialize, Serialize};

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
    #[error("asks whether the {0} changed, which no update does")]
    NeverChanges(&'static str),
    #[error("has a value for “Changed”, which takes none: choose Changed To or Changed From")]
    NeedlessValue,
    #[error("nests groups of conditions more than {MAX_DEPTH} deep")]
    TooDeep,
    #[error("has more than {MAX_TESTS} conditions")]
    TooMany,
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

    /// Whether it compares what was before an update with what is now.
    pub fn looks_back(&self) -> bool {
        self.tests().iter().any(|test| test.operator.looks_back())
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
