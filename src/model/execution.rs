//! One run of one version, as a state machine.
//!
//! [`Execution::next`] says what comes next, [`Execution::record`] is told how it went. Neither
//! does anything: who performs the effects and keeps the steps is somebody else's business.

use serde::{Deserialize, Serialize};

use super::{
    Timestamp,
    condition::Seen,
    definition::{Node, NodeId, NodeKind, Port},
    effect::{Effect, Performed},
    problem::Runnable,
    task::{RunMode, Task},
    user::UserState,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Reached an End.
    Succeeded,

    /// A step failed, and its `failed` output was left open.
    Failed,

    /// Left the workflow before its Event.
    Filtered,
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

/// What a node decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Start, Trigger, Event, End, or a disabled step.
    Passed,
    Matched,
    Otherwise,

    /// A task ran: the positions of the rules that matched.
    Performed {
        rules: Vec<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_fallback: bool,
    },
    Skipped(Skip),
}

/// Why a task did not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    Disabled,
    ConditionNotMet,
    ConditionalPerformed,
}

/// The record of one node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub node: NodeId,
    pub decision: Decision,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Performed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Box<Failure>>,
}

/// Why a step failed, with everything that it takes to understand it later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// One plain sentence.
    pub error: String,

    /// What led to it, the outermost first.
    pub causes: Vec<String>,

    /// What to do about it.
    pub remedy: String,
    pub attempt: u32,
    pub at: Timestamp,

    /// The user before the step.
    pub state: UserState,

    /// The step as it was configured.
    pub node: Node,
}

impl Status {
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::Failed, Self::Filtered];

    pub fn label(self) -> &'static str {
        match self {
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
            Self::Filtered => "Filtered",
        }
    }
}

impl Decision {
    /// What a person reads about it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Passed => "Passed".to_owned(),
            Self::Matched => "The conditions match".to_owned(),
            Self::Otherwise => "The conditions do not match".to_owned(),
            Self::Performed {
                is_fallback: true, ..
            } => "No rule matched, the fallback applies".to_owned(),
            Self::Performed { rules, .. } if rules.is_empty() => {
                "No rule matched, and there is no fallback".to_owned()
            }
            Self::Performed { rules, .. } => {
                let numbers: Vec<String> = rules.iter().map(|it| (it + 1).to_string()).collect();
                let word = if rules.len() == 1 { "Rule" } else { "Rules" };
                format!("{word} {} matched", super::text::list(&numbers, "and"))
            }
            Self::Skipped(Skip::Disabled) => "Skipped: this step is disabled".to_owned(),
            Self::Skipped(Skip::ConditionNotMet) => {
                "Skipped: its conditions do not match".to_owned()
            }
            Self::Skipped(Skip::ConditionalPerformed) => {
                "Skipped: a conditional task was performed before".to_owned()
            }
        }
    }
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
            has_passed_event: false,
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
        node.is_some_and(|it| it.kind == NodeKind::Event)
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
            NodeKind::Task(_) if node.is_disabled => {
                (Decision::Skipped(Skip::Disabled), Vec::new())
            }
            NodeKind::Task(task) => self.decide_task(task, seen),
            _ => (Decision::Passed, Vec::new()),
        }
    }

    fn decide_task(&self, task: &Task, seen: Seen<'_>) -> (Decision, Vec<Effect>) {
        let skip = match &task.mode {
            RunMode::Conditional(when) if !when.holds(seen) => Some(Skip::ConditionNotMet),
            RunMode::Fallback if self.has_performed_conditional => Some(Skip::ConditionalPerformed),
            _ => None,
        };
        if let Some(skip) = skip {
            return (Decision::Skipped(skip), Vec::new());
        }
        let chosen = task.choose(seen);
        let decision = Decision::Performed {
            rules: chosen.rules,
            is_fallback: chosen.is_fallback,
        };
        (decision, chosen.effects)
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
        self.has_passed_event |= node.kind == NodeKind::Event;
        self.position = match self.way_out(definition, step.node, node, step) {
            Some(next) => Position::At(next),
            None if failed => Position::Ended(Status::Failed),
            None => Position::Ended(self.end_status()),
        };
    }

    fn way_out(
        &self,
        definition: &Runnable,
        id: NodeId,
        node: &Node,
        step: &Step,
    ) -> Option<NodeId> {
        let port = match step.decision {
            Decision::Otherwise => Port::Otherwise,
            _ if step.failure.is_some() => Port::Failed,
            _ => node.kind.main_port()?,
        };
        definition.definition().after(id, port)
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
