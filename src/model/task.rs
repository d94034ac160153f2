//! What a Task node does, and when.

use serde::{Deserialize, Serialize};

use super::{
    condition::{Condition, Seen},
    effect::Effect,
    id::{GroupId, RoleId},
};

/// How many rules a task and how many targets a rule may hold.
pub const MAX_RULES: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub action: Action,
    pub mode: RunMode,

    /// In order; every one whose condition matches applies its targets.
    pub rules: Vec<Rule>,

    /// Applied only when no rule matched; empty when there is no fallback.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<Target>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    AssignGroup,
    AssignRole,
    UnassignGroup,
    UnassignRole,
}

/// When a task runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    Always,
    Conditional(Condition),

    /// Only if no conditional task earlier in this execution was performed.
    Fallback,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `None`: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    pub targets: Vec<Target>,
}

/// A group or role (the action says which).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// `None` in a file, where targets go by name, until the directory is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<i64>,

    /// Its name when it was chosen, for the day when it no longer exists.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TargetKind {
    Group,
    Role,
}

/// Which rules applied, and what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Positions in [`Task::rules`].
    pub rules: Vec<usize>,
    pub is_fallback: bool,
    pub effects: Vec<Effect>,
}

impl Action {
    pub const ALL: [Self; 4] = [
        Self::AssignGroup,
        Self::AssignRole,
        Self::UnassignGroup,
        Self::UnassignRole,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::AssignGroup => "Assign Group to User",
            Self::AssignRole => "Assign Role to User",
            Self::UnassignGroup => "Unassign Group from User",
            Self::UnassignRole => "Unassign Role from User",
        }
    }

    /// How a sentence begins that names its target.
    fn verb(self) -> &'static str {
        match self {
            Self::AssignGroup => "Add to",
            Self::AssignRole => "Give the role",
            Self::UnassignGroup => "Remove from",
            Self::UnassignRole => "Take away the role",
        }
    }

    pub fn target_kind(self) -> TargetKind {
        match self {
            Self::AssignGroup | Self::UnassignGroup => TargetKind::Group,
            Self::AssignRole | Self::UnassignRole => TargetKind::Role,
        }
    }

    pub fn is_assign(self) -> bool {
        matches!(self, Self::AssignGroup | Self::AssignRole)
    }

    /// What it does to `target`; `None` while the target is known by name only.
    fn effect(self, target: &Target) -> Option<Effect> {
        let number = target.id?;
        let name = target.name.clone();
        let (group, role) = (GroupId::new(number), RoleId::new(number));
        Some(match self {
            Self::AssignGroup => Effect::AssignGroup { group, name },
            Self::AssignRole => Effect::AssignRole { role, name },
            Self::UnassignGroup => Effect::UnassignGroup { group, name },
            Self::UnassignRole => Effect::UnassignRole { role, name },
        })
    }
}

impl TargetKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Role => "role",
        }
    }
}

impl RunMode {
    pub fn label(&self) -> &'static str {
        match self {
            Self::Always => "Always",
            Self::Conditional(_) => "Conditional",
            Self::Fallback => "Fallback",
        }
    }
}

impl Task {
    /// A task that is not configured yet.
    pub fn new(action: Action) -> Self {
        Self {
            action,
            mode: RunMode::Always,
            rules: vec![Rule {
                when: None,
                targets: Vec::new(),
            }],
            fallback: Vec::new(),
        }
    }

    /// Every target it names, those of the fallback last.
    pub fn targets(&self) -> impl Iterator<Item = &Target> {
        self.rules
            .iter()
            .flat_map(|rule| &rule.targets)
            .chain(&self.fallback)
    }

    pub fn targets_mut(&mut self) -> impl Iterator<Item = &mut Target> {
        self.rules
            .iter_mut()
            .flat_map(|rule| &mut rule.targets)
            .chain(&mut self.fallback)
    }

    /// Every condition it asks.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let mode = match &self.mode {
            RunMode::Conditional(condition) => Some(condition),
            RunMode::Always | RunMode::Fallback => None,
        };
        let rules = self.rules.iter().filter_map(|rule| rule.when.as_ref());
        mode.into_iter().chain(rules)
    }

    /// Applies the rules: all that match, or else the fallback. A target is named once.
    pub fn choose(&self, seen: Seen<'_>) -> Chosen {
        let matches = |rule: &Rule| rule.when.as_ref().is_none_or(|when| when.holds(seen));
        let rules: Vec<usize> = (0..self.rules.len())
            .filter(|index| self.rules.get(*index).is_some_and(matches))
            .collect();
        let is_fallback = rules.is_empty() && !self.fallback.is_empty();
        let chosen: Vec<&Target> = if is_fallback {
            self.fallback.iter().collect()
        } else {
            rules
                .iter()
                .filter_map(|index| self.rules.get(*index))
                .flat_map(|rule| &rule.targets)
                .collect()
        };
        let mut effects: Vec<Effect> = Vec::with_capacity(chosen.len());
        for effect in chosen.into_iter().filter_map(|it| self.action.effect(it)) {
            if !effects.contains(&effect) {
                effects.push(effect);
            }
        }
        Chosen {
            rules,
            is_fallback,
            effects,
        }
    }

    /// What it does in a few words: "Add to Staff and 2 more", "Add to Staff if Email ends with
    /// @example.org", "Add to Staff or 2 more by rule, otherwise Guests".
    pub fn summary(&self) -> String {
        let targets = names(self.rules.iter().flat_map(|rule| &rule.targets));
        let Some((first, others)) = targets.split_first() else {
            return format!("No {} chosen yet", self.action.target_kind().word());
        };
        let is_by_rule = self.rules.iter().any(|rule| rule.when.is_some());
        let only_rule = self.rules.first().filter(|_| self.rules.len() == 1);
        let more = match others.len() {
            0 => String::new(),
            more if is_by_rule && only_rule.is_none() => format!(" or {more} more"),
            more => format!(" and {more} more"),
        };
        let mut text = format!("{} {first}{more}", self.action.verb());
        if let Some(when) = only_rule.and_then(|rule| rule.when.as_ref()) {
            text = format!("{text} if {}", when.summary());
        } else if is_by_rule {
            text += " by rule";
        }
        if let Some((first, others)) = names(self.fallback.iter()).split_first() {
            text = format!("{text}, otherwise {first}");
            if !others.is_empty() {
                text = format!("{text} and {} more", others.len());
            }
        }
        match &self.mode {
            RunMode::Always => text,
            RunMode::Conditional(condition) => format!("{text}, only if {}", condition.summary()),
            RunMode::Fallback => text + ", as a fallback",
        }
    }
}

/// Each name once, in their order.
fn names<'a>(targets: impl Iterator<Item = &'a Target>) -> Vec<&'a str> {
    let mut names = Vec::new();
    for target in targets {
        if !names.contains(&target.name.as_str()) {
            names.push(target.name.as_str());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::{
        condition::{Operator, Subject},
        event::Source,
        user::{Status, UserState},
    };

    fn target(number: i64) -> Target {
        Target {
            id: Some(number),
            name: format!("g{number}"),
        }
    }

    fn rule(first_name: Option<&str>, targets: &[i64]) -> Rule {
        Rule {
            when: first_name.map(|name| Condition::test(Subject::FirstName, Operator::Equal, name)),
            targets: targets.iter().copied().map(target).collect(),
        }
    }

    /// Applies the rules to somebody whose first name is Ada.
    #[track_caller]
    fn check(rules: &[Rule], fallback: &[i64], matched: &[usize], groups: &[i64]) {
        let task = Task {
            rules: rules.to_vec(),
            fallback: fallback.iter().copied().map(target).collect(),
            ..Task::new(Action::AssignGroup)
        };
        let user = UserState {
            username: "ada".to_owned(),
            email: "ada@example.org".to_owned(),
            first_name: "Ada".to_owned(),
            last_name: String::new(),
            phone: String::new(),
            status: Status::Active,
            attributes: BTreeMap::new(),
            groups: BTreeMap::new(),
            roles: BTreeMap::new(),
            mfa: [].into(),
        };
        let chosen = task.choose(Seen {
            user: &user,
            before: None,
            source: Some(Source::AdminPortal),
            sweep: None,
        });
        let expected: Vec<Effect> = groups
            .iter()
            .filter_map(|number| Action::AssignGroup.effect(&target(*number)))
            .collect();
        assert_eq!(
            (chosen.rules.as_slice(), chosen.effects),
            (matched, expected)
        );
    }

    #[test]
    fn every_rule_that_matches_applies_its_targets() {
        let rules = [
            rule(Some("Ada"), &[1]),
            rule(Some("Bob"), &[2]),
            rule(None, &[3]),
        ];
        check(&rules, &[9], &[0, 2], &[1, 3]);
    }

    #[test]
    fn the_fallback_applies_only_when_no_rule_matched() {
        check(&[rule(Some("Bob"), &[2])], &[9], &[], &[9]);
        check(&[rule(Some("Bob"), &[2])], &[], &[], &[]);
    }

    #[test]
    fn a_target_of_two_rules_is_applied_once() {
        check(
            &[rule(None, &[1, 2]), rule(None, &[2, 3])],
            &[],
            &[0, 1],
            &[1, 2, 3],
        );
    }

    #[test]
    fn a_summary_is_what_a_person_would_say() {
        let task = |action, rules: &[Rule], fallback: &[i64], mode| Task {
            action,
            mode,
            rules: rules.to_vec(),
            fallback: fallback.iter().copied().map(target).collect(),
        };
        let ada = || Condition::test(Subject::FirstName, Operator::Equal, "Ada");
        let (plain, asks) = (
            |ids: &[i64]| rule(None, ids),
            |ids: &[i64]| rule(Some("Bob"), ids),
        );
        let always = || RunMode::Always;
        for (task, expected) in [
            (Task::new(Action::AssignRole), "No role chosen yet"),
            (
                task(Action::AssignGroup, &[plain(&[1])], &[], always()),
                "Add to g1",
            ),
            (
                task(Action::UnassignGroup, &[plain(&[1, 2, 3])], &[], always()),
                "Remove from g1 and 2 more",
            ),
            (
                task(Action::AssignRole, &[asks(&[1])], &[], always()),
                "Give the role g1 if First Name is Bob",
            ),
            (
                task(
                    Action::AssignGroup,
                    &[asks(&[1]), plain(&[2, 1])],
                    &[9, 8],
                    always(),
                ),
                "Add to g1 or 1 more by rule, otherwise g9 and 1 more",
            ),
            (
                task(
                    Action::UnassignRole,
                    &[plain(&[1])],
                    &[],
                    RunMode::Conditional(ada()),
                ),
                "Take away the role g1, only if First Name is Ada",
            ),
            (
                task(Action::AssignGroup, &[plain(&[1])], &[], RunMode::Fallback),
                "Add to g1, as a fallback",
            ),
        ] {
            assert_eq!(task.summary(), expected);
        }
    }
}
