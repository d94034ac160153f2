//! What a drawing comes to when it runs: conditions that never hold, and what may not be meant.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, Problem, ProblemKind};
use crate::model::{
    attribute::Attribute,
    condition::{Condition, Operator, Subject, Test},
    definition::{Definition, NodeId, NodeKind, Trigger},
    event::{EventKind, Source},
    task::{RunMode, Task},
    text::fold,
};

impl Definition {
    /// Conditions about earlier values, where nothing comes before.
    pub(super) fn check_past(&self, problems: &mut Vec<Problem>) {
        let event = self.trigger().and_then(|(_, trigger)| trigger.event());
        if self.trigger().is_some() && event != Some(EventKind::UserUpdated) {
            self.each_test(problems, |test| {
                let asks = test.operator.looks_back() && test.check().is_ok();
                asks.then(|| ProblemKind::NothingBefore(test.sentence()))
            });
        }
    }

    /// Conditions that want a source for which the trigger does not wait. A schedule has none at all.
    fn check_sources(&self, problems: &mut Vec<Problem>) {
        let Some((_, trigger)) = self.trigger() else {
            return;
        };
        let awaited: Vec<_> = trigger
            .sources()
            .iter()
            .map(|it| fold(it.label()))
            .collect();
        self.each_test(problems, |test| {
            let wanted = fold(test.value.trim());
            let wants_one = match test.operator {
                Operator::Equal => !awaited.contains(&wanted),
                Operator::Contains | Operator::StartWith | Operator::EndWith => awaited.is_empty(),
                _ => false,
            };
            let is_lost = test.attribute == Subject::Source && wants_one && !wanted.is_empty();
            is_lost.then(|| ProblemKind::SourceNotAwaited(test.sentence()))
        });
    }

    /// Says the same about the same step only once.
    fn each_test(&self, problems: &mut Vec<Problem>, wrong: impl Fn(&Test) -> Option<ProblemKind>) {
        for (id, condition) in self.conditions() {
            for kind in condition.tests().into_iter().filter_map(&wrong) {
                let problem = Problem::of(id, kind);
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
    }

    /// What can run but may not be meant.
    pub(super) fn check_meaning(&self, known: &Known, problems: &mut Vec<Problem>) {
        self.check_sources(problems);
        let mut leading: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for edge in self.edges() {
            leading.entry(edge.to).or_default().push(edge.from);
        }
        for (id, task) in self.tasks() {
            let before = all_before(&leading, id);
            let earlier: Vec<&Task> = self
                .tasks()
                .filter(|(other, _)| before.contains(other))
                .map(|(_, task)| task)
                .collect();
            let is_conditional = |it: &&Task| matches!(it.mode, RunMode::Conditional(_));
            if task.mode == RunMode::Fallback && !earlier.iter().any(is_conditional) {
                problems.push(Problem::of(id, ProblemKind::FallbackWithoutConditional));
            }
            if let Some(problem) = self.writable_attribute(known, &before, task) {
                problems.push(Problem::of(id, problem));
            }
            for name in taken_back(&earlier, task) {
                problems.push(Problem::of(id, ProblemKind::BackAndForth(name)));
            }
        }
    }

    /// An attribute that decides over this task's targets and that the person writes themselves.
    fn writable_attribute(
        &self,
        known: &Known,
        before: &BTreeSet<NodeId>,
        task: &Task,
    ) -> Option<ProblemKind> {
        let (_, trigger) = self.trigger()?;
        if !task.action.is_assign() {
            return None;
        }
        let filters = self.nodes().filter_map(|(filter, node)| match &node.kind {
            NodeKind::Filter(Some(condition)) if before.contains(&filter) => Some(condition),
            _ => None,
        });
        let subject = filters
            .chain(task.conditions())
            .flat_map(Condition::tests)
            .map(|test| &test.attribute)
            .find(|subject| is_written_by_people(subject, trigger, &known.attributes))?;
        let target = task.targets().next()?;
        Some(ProblemKind::WritableAttribute {
            subject: subject.label().to_owned(),
            kind: task.action.target_kind(),
            name: target.name.clone(),
        })
    }
}

/// Every node from which a walk can get to `id`, found in one search backwards.
fn all_before(leading: &BTreeMap<NodeId, Vec<NodeId>>, id: NodeId) -> BTreeSet<NodeId> {
    let mut before = BTreeSet::new();
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        for from in leading.get(&id).into_iter().flatten() {
            if before.insert(*from) {
                open.push(*from);
            }
        }
    }
    before
}

/// Targets of this task that an earlier one on the same way did the opposite with.
fn taken_back(earlier: &[&Task], task: &Task) -> Vec<String> {
    let is_opposite = |other: &&&Task| {
        other.action.target_kind() == task.action.target_kind()
            && other.action.is_assign() != task.action.is_assign()
    };
    let opposite: Vec<&&Task> = earlier.iter().filter(is_opposite).collect();
    task.targets()
        .filter(|target| {
            opposite
                .iter()
                .any(|it| it.targets().any(|other| other.id == target.id))
        })
        .map(|target| target.name.clone())
        .collect()
}

/// Whether people say themselves what it is, on a page that the trigger waits for. A second factor
/// is no claim: whoever sets it up has it.
fn is_written_by_people(subject: &Subject, trigger: &Trigger, attributes: &[Attribute]) -> bool {
    let waits_for = |source| trigger.sources().contains(&source);
    let signs_up = waits_for(Source::SelfRegistration);
    let is_own = signs_up || waits_for(Source::EndUserDetails);
    match subject {
        // It is chosen once.
        Subject::Username => signs_up,
        Subject::Email | Subject::FirstName | Subject::LastName => is_own,
        Subject::Custom(name) => {
            let is_asked = |it: &Attribute| it.spec.name == *name && it.spec.is_on_sign_up;
            is_own && attributes.iter().any(is_asked)
        }
        Subject::UserStatus
        | Subject::MfaMethod
        | Subject::Group
        | Subject::Role
        | Subject::Source => false,
    }
}
