//! One condition: an attribute, an operator and a value.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{ConditionError, Operator, Subject};
use crate::model::{
    event::Source,
    sweep::{Facts, Moment},
    text::{self, MAX_FIELD},
    user::UserState,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    pub attribute: Subject,
    pub operator: Operator,

    /// Empty where the operator takes none.
    pub value: String,
}

/// What a condition is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub user: &'a UserState,

    /// The user before the change; `None` where nothing came before.
    pub before: Option<&'a UserState>,

    /// `None` where a schedule asks.
    pub source: Option<Source>,

    /// What the tasks of schedules look at; `None` elsewhere.
    pub sweep: Option<(&'a Facts, &'a Moment)>,
}

/// Whether one test holds, and what it looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub test: Test,
    pub actual: Vec<String>,

    /// The values before the update, if the test looks back and there was one.
    pub was: Option<Vec<String>>,
    pub holds: bool,
}

impl Test {
    /// Of several values (groups, roles) one must do; a negative operator wants that none does.
    ///
    /// A test that looks back asks for a value that came or went with the update. Whether one did is
    /// a matter of every letter; whether it is the wanted one is compared as always. Where nothing
    /// came before, nothing has changed.
    pub fn holds(&self, seen: Seen<'_>) -> bool {
        let wanted = text::fold(self.value.trim());
        let accepts = |it: &Cow<'_, str>| self.operator.accepts(&text::fold(it), &wanted);
        let is = self.values(seen.user, seen);
        if !self.operator.looks_back() {
            return is.iter().any(accepts) != self.operator.is_negative();
        }
        let (Some(before), None) = (seen.before, self.attribute.why_constant()) else {
            return false;
        };
        let was = self.values(before, seen);
        let mut gone = was.iter().filter(|it| !is.contains(it));
        let mut come = is.iter().filter(|it| !was.contains(it));
        match self.operator {
            Operator::ChangedTo => come.any(accepts),
            Operator::ChangedFrom => gone.any(accepts),
            _ => gone.chain(come).next().is_some(),
        }
    }

    fn values<'a>(&self, user: &'a UserState, seen: Seen<'_>) -> Vec<Cow<'a, str>> {
        self.attribute.values(user, seen.source)
    }

    /// What it looked at, those values first that made the difference.
    pub fn finding(&self, seen: Seen<'_>) -> Finding {
        let wanted = text::fold(self.value.trim());
        let sorted = |user| {
            let values = self.values(user, seen).into_iter();
            let (mut first, others): (Vec<_>, Vec<_>) =
                values.partition(|it| self.operator.accepts(&text::fold(it), &wanted));
            first.extend(others);
            first.into_iter().map(Cow::into_owned).collect()
        };
        let before = seen.before.filter(|_| self.operator.looks_back());
        Finding {
            test: self.clone(),
            actual: sorted(seen.user),
            was: before.map(sorted),
            holds: self.holds(seen),
        }
    }

    /// "Email contains @example.org", "Last Name changed"
    pub fn sentence(&self) -> String {
        let attribute = self.attribute.label();
        let words = self.operator.words();
        if !self.operator.takes_value() {
            return format!("{attribute} {words}");
        }
        match self.value.as_str() {
            "" if self.operator.is_whole() => format!("{attribute} {words} empty"),
            // Not written yet.
            "" => format!("{attribute} {words} …"),
            value => format!("{attribute} {words} {value}"),
        }
    }

    /// Whether it asks something that can be true of one user and not of another.
    pub fn check(&self) -> Result<(), ConditionError> {
        let Ok(value) = text::line(&self.value, MAX_FIELD) else {
            return Err(ConditionError::BadValue);
        };
        match self.attribute.why_constant() {
            Some(word) if self.operator.looks_back() => {
                return Err(ConditionError::NeverChanges(word));
            }
            _ => (),
        }
        if !self.operator.takes_value() {
            return if value.is_empty() {
                Ok(())
            } else {
                Err(ConditionError::NeedlessValue)
            };
        }
        // A whole value may be missing; parts of nothing would be found in everyone.
        match self.attribute.never_empty() {
            _ if !value.is_empty() => Ok(()),
            Some(word) if self.operator.is_whole() => Err(ConditionError::NotChosen(word)),
            None if self.operator.is_whole() => Ok(()),
            _ => Err(ConditionError::NoValue),
        }
    }
}
