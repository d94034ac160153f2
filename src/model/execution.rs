//! One run of one version, as a state machine.
//!
//! [`Execution::next`] says what comes next, [`Execution::record`] is told how it went. Neither
//! does anything: who performs the effects and keeps the steps is somebody else's business.

mod record;

use serde::{Deserialize, Serialize};

pub use self::record::{Decision, Failure, Skip, Status, Step};
use super::{
    condition::Seen,
    definition::{Node, NodeId, NodeKind, Port},
    effect::Effect,
    problem::Runnable,
    sweep::{SweepTask, Verdict},
    task::{RunMode, Task},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    position: Position,

    /// Whether what the trigger waited for has become a fact.
    has_passed_event: bool,

    /// Whether a conditional task has been performed, which silences the fallback tasks.
    has_performed_conditional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Position {
    At(NodeId),
    Ended(Status),
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Step {
        node: NodeId,
        decision: Decision,

        /// To be performed, all or none, before the step is recorded.
        effects: Vec<Effect>,
    },
    End(Status),
}

impl Execution {
    /// At the beginning of `definition`.
    pub fn new(definition: &Runnable) -> Self {
        let position = match definition.start() {
            Some(start) => Position::At(start),
            None => Position::Ended(Status::Filtered),
        };
        Self {
            position,
            // Where a schedule starts it, there is nothing to become a fact.
            has_passed_event: definition.trigger().is_some_and(|it| it.event().is_none()),
            has_performed_conditional: false,
        }
    }

    /// How it ended, if it has.
    pub fn status(&self) -> Option<Status> {
        match self.position {
            Position::At(_) => None,
            Position::Ended(status) => Some(status),
        }
    }

    pub fn is_at_event(&self, definition: &Runnable) -> bool {
        let Position::At(id) = self.position else {
            return false;
        };
        let node = definition.definition().node(id);
        node.is_some_and(|it| it.kind.is_event())
    }

    pub fn next(&self, definition: &Runnable, seen: Seen<'_>) -> Next {
        let node = match self.position {
            Position::At(id) => definition.definition().node(id).map(|node| (id, node)),
            Position::Ended(status) => return Next::End(status),
        };
        let Some((id, node)) = node else {
            return Next::End(self.end_status());
        };
        let (decision, effects) = self.decide(node, seen);
        Next::Step {
            node: id,
            decision,
            effects,
        }
    }

    fn decide(&self, node: &Node, seen: Seen<'_>) -> (Decision, Vec<Effect>) {
        match &node.kind {
            NodeKind::Filter(Some(condition)) if !node.is_disabled => {
                if condition.holds(seen) {
                    (Decision::Matched, Vec::new())
                } else {
                    (Decision::Otherwise, Vec::new())
                }
            }
            NodeKind::Task(_) | NodeKind::Sweep(_) if node.is_disabled => {
                (Decision::Skipped(Skip::Disabled), Vec::new())
            }
            NodeKind::Task(task) => task.decide(seen, self.has_performed_conditional),
            NodeKind::Sweep(task) => find(task, seen),
            _ => (Decision::Passed, Vec::new()),
        }
    }

    /// Moves on from the node that `step` is the record of.
    pub fn record(&mut self, definition: &Runnable, step: &Step) {
        let Some(node) = definition.definition().node(step.node) else {
            return;
        };
        let failed = step.failure.is_some();
        let performed = matches!(step.decision, Decision::Performed { .. }) && !failed;
        if let NodeKind::Task(task) = &node.kind
            && matches!(task.mode, RunMode::Conditional(_))
        {
            self.has_performed_conditional |= performed;
        }
        self.has_passed_event |= node.kind.is_event();
        self.position = match way_out(definition, node, step) {
            Some(next) => Position::At(next),
            None if failed => Position::Ended(Status::Failed),
            None => Position::Ended(self.end_status()),
        };
    }

    /// Nothing has happened to a user whose walk left before the Event. After it, an open
    /// `otherwise` ends the walk as well as an End does.
    fn end_status(&self) -> Status {
        if self.has_passed_event {
            Status::Succeeded
        } else {
            Status::Filtered
        }
    }
}

impl Task {
    /// Whether it runs and which rules apply; `is_silenced` says that a conditional task was
    /// performed before.
    pub fn decide(&self, seen: Seen<'_>, is_silenced: bool) -> (Decision, Vec<Effect>) {
        let skip = match &self.mode {
            RunMode::Conditional(when) if !when.holds(seen) => Some(Skip::ConditionNotMet),
            RunMode::Fallback if is_silenced => Some(Skip::ConditionalPerformed),
            _ => None,
        };
        if let Some(skip) = skip {
            return (Decision::Skipped(skip), Vec::new());
        }
        let chosen = self.choose(seen);
        let decision = Decision::Performed {
            rules: chosen.rules,
            is_fallback: chosen.is_fallback,
        };
        (decision, chosen.effects)
    }
}

/// Whether a scheduled task looks for this user. Without a schedule it looks for nobody.
fn find(task: &SweepTask, seen: Seen<'_>) -> (Decision, Vec<Effect>) {
    let verdict = seen.sweep.map_or(Verdict::Passed, |(facts, moment)| {
        task.decide(seen.user, facts, moment)
    });
    match verdict {
        Verdict::Passed => (Decision::NotFound, Vec::new()),
        Verdict::AlreadyDisabled => (Decision::Skipped(Skip::AlreadyDisabled), Vec::new()),
        Verdict::Found(effects) => (Decision::Found, effects),
    }
}

/// Where a step leads; `None` when that output is open.
fn way_out(definition: &Runnable, node: &Node, step: &Step) -> Option<NodeId> {
    let port = match step.decision {
        Decision::Otherwise => Port::Otherwise,
        _ if step.failure.is_some() => Port::Failed,
        _ => node.kind.main_port()?,
    };
    definition.definition().after(step.node, port)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::{
        condition::{Condition, Operator, Subject},
        definition::{Definition, Edge, Trigger},
        effect::Refusal,
        event::{EventKind, Source},
        plan::{Outcome, Refused, Until, Walk},
        task::{Action, Rule, Target},
        user,
    };

    /// What an effect's target is called when it may not be touched.
    const FORBIDDEN: i64 = 9;

    fn is_named(name: &str) -> Condition {
        Condition::test(Subject::FirstName, Operator::Equal, name)
    }

    fn assign(mode: RunMode, group: i64) -> NodeKind {
        NodeKind::Task(Task {
            mode,
            rules: vec![Rule {
                when: None,
                targets: vec![Target {
                    id: Some(group),
                    name: format!("g{group}"),
                }],
            }],
            ..Task::new(Action::AssignGroup)
        })
    }

    /// Start, trigger, `before`, event, `after`, end, in a row; nodes count from 1.
    fn row(before: &[NodeKind], after: &[NodeKind]) -> Definition {
        let start = [
            NodeKind::Start,
            NodeKind::Trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0)),
        ];
        let kinds = start
            .into_iter()
            .chain(before.iter().cloned())
            .chain([NodeKind::Event(EventKind::UserCreated)])
            .chain(after.iter().cloned())
            .chain([NodeKind::End]);
        let mut definition = Definition::default();
        let mut last: Option<(NodeId, Port)> = None;
        for kind in kinds {
            let port = kind.main_port();
            let to = definition.add(Node::new(kind, [0.0, 0.0]));
            if let Some((from, port)) = last {
                definition.connect(Edge { from, port, to }).expect("a row");
            }
            last = port.map(|port| (to, port));
        }
        definition
    }

    fn ada() -> UserState {
        UserState {
            username: "ada".to_owned(),
            email: "ada@example.org".to_owned(),
            first_name: "Ada".to_owned(),
            last_name: String::new(),
            phone: String::new(),
            status: user::Status::Active,
            attributes: BTreeMap::new(),
            groups: BTreeMap::new(),
            roles: BTreeMap::new(),
            mfa: [].into(),
        }
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it stands in for one that can fail"
    )]
    fn perform(_: &UserState, effects: &[Effect]) -> Result<Outcome, std::convert::Infallible> {
        let forbidden = effects.iter().find(|effect| {
            matches!(effect, Effect::AssignGroup { group, .. } if group.number() == FORBIDDEN)
        });
        Ok(match forbidden {
            Some(effect) => Err(Refused {
                effect: effect.clone(),
                refusal: Refusal::GroupGone("g9".to_owned()),
            }),
            None => Ok(effects
                .iter()
                .map(|effect| Performed {
                    effect: effect.clone(),
                    applied: crate::model::effect::Applied::Changed,
                })
                .collect()),
        })
    }

    /// Runs `definition` for Ada: how it ends, which nodes it passes, and her groups then.
    #[track_caller]
    fn check(definition: Definition, status: Status, nodes: &[u32], groups: &[i64]) {
        let runnable = Runnable::try_from(definition).expect("it can run");
        let walk = Walk {
            before: None,
            definition: &runnable,
            source: Some(Source::AdminPortal),
            sweep: None,
            now: Timestamp::UNIX_EPOCH,
        };
        let (mut execution, mut user) = (Execution::new(&runnable), ada());
        let Ok(steps) = walk.drive(&mut execution, &mut user, Until::End, perform);
        let passed: Vec<u32> = steps.iter().map(|step| step.node.0).collect();
        let in_groups: Vec<i64> = user.groups.keys().map(|id| id.number()).collect();
        assert_eq!(
            (execution.status(), passed.as_slice(), in_groups.as_slice()),
            (Some(status), nodes, groups)
        );
    }

    #[test]
    fn walks_from_start_to_end() {
        check(row(&[], &[]), Status::Succeeded, &[1, 2, 3, 4], &[]);
        let filter = NodeKind::Filter(Some(is_named("ada")));
        check(
            row(&[filter], &[assign(RunMode::Always, 1)]),
            Status::Succeeded,
            &[1, 2, 3, 4, 5, 6],
            &[1],
        );
    }

    #[test]
    fn who_leaves_before_the_event_is_filtered() {
        let filter = || NodeKind::Filter(Some(is_named("bob")));
        check(row(&[filter()], &[]), Status::Filtered, &[1, 2, 3], &[]);

        let mut led_to_the_end = row(&[filter()], &[]);
        let edge = Edge {
            from: NodeId(3),
            port: Port::Otherwise,
            to: NodeId(5),
        };
        led_to_the_end.connect(edge).expect("an edge");
        check(led_to_the_end, Status::Filtered, &[1, 2, 3, 5], &[]);
    }

    #[test]
    fn an_open_otherwise_after_the_event_ends_it_well() {
        let filter = NodeKind::Filter(Some(is_named("bob")));
        check(row(&[], &[filter]), Status::Succeeded, &[1, 2, 3, 4], &[]);
    }

    #[test]
    fn a_refused_step_fails_unless_its_failed_output_leads_on() {
        let tasks = [
            assign(RunMode::Always, FORBIDDEN),
            assign(RunMode::Always, 2),
        ];
        check(row(&[], &tasks), Status::Failed, &[1, 2, 3, 4], &[]);

        let mut caught = row(&[], &tasks);
        let edge = Edge {
            from: NodeId(4),
            port: Port::Failed,
            to: NodeId(5),
        };
        caught.connect(edge).expect("an edge");
        check(caught, Status::Succeeded, &[1, 2, 3, 4, 5, 6], &[2]);
    }

    #[test]
    fn a_fallback_runs_only_if_no_conditional_task_was_performed() {
        let conditional = |name, group| assign(RunMode::Conditional(is_named(name)), group);
        let fallback = || assign(RunMode::Fallback, 5);
        let all = [1, 2, 3, 4, 5, 6];
        let performed = [conditional("ada", 1), fallback()];
        check(row(&[], &performed), Status::Succeeded, &all, &[1]);
        let skipped = [conditional("bob", 1), fallback()];
        check(row(&[], &skipped), Status::Succeeded, &all, &[5]);
    }

    #[test]
    fn a_conditional_task_that_failed_was_not_performed() {
        let tasks = [
            assign(RunMode::Conditional(is_named("ada")), FORBIDDEN),
            assign(RunMode::Fallback, 5),
        ];
        let mut caught = row(&[], &tasks);
        let edge = Edge {
            from: NodeId(4),
            port: Port::Failed,
            to: NodeId(5),
        };
        caught.connect(edge).expect("an edge");
        check(caught, Status::Succeeded, &[1, 2, 3, 4, 5, 6], &[5]);
    }

    #[test]
    fn a_disabled_step_lets_everyone_pass_and_does_nothing() {
        let filter = NodeKind::Filter(Some(is_named("bob")));
        let mut definition = row(&[filter], &[assign(RunMode::Always, 1)]);
        for id in [NodeId(3), NodeId(5)] {
            definition.node_mut(id).expect("a step").is_disabled = true;
        }
        check(definition, Status::Succeeded, &[1, 2, 3, 4, 5, 6], &[]);
    }
}
