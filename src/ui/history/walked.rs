//! What each step of a walk saw and did, in words.
//!
//! Conditions are asked again about the user as the step saw one: the state of the event, and what
//! earlier steps changed since. The model is pure, so the answers are those of that time.

use super::facts::Facts;
use crate::model::{
    condition::{Condition, Finding, Seen},
    definition::{Node, NodeId, NodeKind},
    effect::{Applied, Performed},
    event::{Event, EventKind},
    execution::Step,
    task::{RunMode, Target, Task},
    user::UserState,
};

/// One step, ready to be read.
pub(super) struct Walked {
    pub(super) id: NodeId,

    /// As it was configured then; `None` if the drawing is lost.
    pub(super) node: Option<Node>,
    pub(super) step: Step,
    pub(super) asked: Vec<Asked>,

    /// Each effect with what became of it, and whether it changed something.
    pub(super) effects: Vec<(String, bool)>,

    /// The user before the step.
    pub(super) before: Option<UserState>,
}

/// One condition of a step, and what was found.
pub(super) struct Asked {
    /// "Rule 2"
    pub(super) title: String,
    pub(super) sentence: String,
    pub(super) holds: bool,
    pub(super) findings: Vec<Finding>,
}

impl Walked {
    pub(super) fn title(&self) -> &str {
        self.node.as_ref().map_or("Step", Node::title)
    }

    pub(super) fn is_failed(&self) -> bool {
        self.step.failure.is_some()
    }
}

/// Every step of the walk, in its order.
pub(super) fn walked(facts: &Facts) -> Vec<Walked> {
    let mut state = facts.event.as_ref().map(|it| it.after.clone());
    let kind = facts.event.as_ref().map(|it| it.kind);
    let is_update = kind == Some(EventKind::UserUpdated);
    let add_earlier = |state: &mut Option<UserState>| {
        for effect in &facts.earlier {
            if let Some(state) = state {
                state.apply(effect);
            }
        }
    };
    // All filters in front of the Event decide over a registration before anything is done; an
    // update's workflows run one after the other from their Start.
    if is_update {
        add_earlier(&mut state);
    }
    let mut walked = Vec::with_capacity(facts.steps.len());
    for step in &facts.steps {
        let failure = step.failure.as_deref();
        let drawn = facts.definition.as_ref().and_then(|it| it.node(step.node));
        let node = failure.map(|it| &it.node).or(drawn).cloned();
        let is_event = node.as_ref().is_some_and(|it| it.kind.is_event());
        if is_event && !is_update {
            add_earlier(&mut state);
        }
        let before = failure.map(|it| it.state.clone()).or_else(|| state.clone());
        let asked = match (&node, &before, &facts.event) {
            (Some(node), Some(before), Some(event)) => asked(node, before, event),
            _ => Vec::new(),
        };
        let effect = |it: &Performed| (it.sentence(), it.applied == Applied::Changed);
        walked.push(Walked {
            id: step.node,
            node,
            asked,
            effects: step.effects.iter().map(effect).collect(),
            before,
            step: step.clone(),
        });
        if let Some(state) = &mut state {
            for performed in &step.effects {
                state.apply(&performed.effect);
            }
        }
    }
    walked
}

/// The step that decided over the outcome: the one that failed, or the filter that turned away.
pub(super) fn deciding(walked: &[Walked]) -> Option<usize> {
    let failed = walked.iter().rposition(Walked::is_failed);
    failed.or_else(|| {
        walked
            .iter()
            .rposition(|it| it.step.decision == crate::model::execution::Decision::Otherwise)
    })
}

fn asked(node: &Node, user: &UserState, event: &Event) -> Vec<Asked> {
    let seen = Seen {
        user,
        before: event.before.as_ref(),
        source: Some(event.source),
        sweep: None,
    };
    let ask = |title: String, condition: &Condition| Asked {
        title,
        sentence: condition.sentence(),
        holds: condition.holds(seen),
        findings: condition.findings(seen),
    };
    if node.is_disabled {
        return Vec::new();
    }
    match &node.kind {
        NodeKind::Filter(Some(condition)) => vec![ask("Lets pass if".to_owned(), condition)],
        NodeKind::Task(task) => {
            let mut all = Vec::new();
            if let RunMode::Conditional(condition) = &task.mode {
                all.push(ask("Runs only if".to_owned(), condition));
            }
            for (index, rule) in task.rules.iter().enumerate() {
                if let Some(condition) = &rule.when {
                    all.push(ask(format!("Rule {} applies if", index + 1), condition));
                }
            }
            all
        }
        _ => Vec::new(),
    }
}

/// How a node is configured, a sentence per line.
pub(super) fn configuration(node: &Node) -> Vec<String> {
    let mut lines = match &node.kind {
        NodeKind::Start | NodeKind::End | NodeKind::Event(_) | NodeKind::Note(_) => {
            vec![node.kind.summary()]
        }
        NodeKind::Trigger(trigger) => {
            if let Some(schedule) = trigger.schedule() {
                return vec![schedule.summary()];
            }
            let labels: Vec<&str> = trigger.sources().iter().map(|it| it.label()).collect();
            vec![format!("Starts for: {}", labels.join(", "))]
        }
        NodeKind::Filter(None) => vec!["No condition".to_owned()],
        NodeKind::Filter(Some(condition)) => {
            vec![format!("Lets pass if {}", condition.sentence())]
        }
        NodeKind::Task(task) => task_lines(task),
        NodeKind::Sweep(task) => vec![task.summary()],
    };
    lines.retain(|line| !line.is_empty());
    if node.is_disabled {
        lines.push("Disabled".to_owned());
    }
    lines
}

fn task_lines(task: &Task) -> Vec<String> {
    let names = |targets: &[Target]| {
        let names: Vec<&str> = targets.iter().map(|it| it.name.as_str()).collect();
        names.join(", ")
    };
    let mut lines = vec![match &task.mode {
        RunMode::Always => format!("{}, always", task.action.label()),
        RunMode::Conditional(when) => {
            format!("{}, only if {}", task.action.label(), when.sentence())
        }
        RunMode::Fallback => format!(
            "{}, only if no conditional task was performed before",
            task.action.label()
        ),
    }];
    for (index, rule) in task.rules.iter().enumerate() {
        let when = match &rule.when {
            None => "always".to_owned(),
            Some(when) => format!("if {}", when.sentence()),
        };
        let targets = names(&rule.targets);
        lines.push(format!("Rule {}: {targets}, {when}", index + 1));
    }
    if !task.fallback.is_empty() {
        lines.push(format!("Fallback: {}", names(&task.fallback)));
    }
    lines
}
