//! What a definition does, a sentence per step, for those who are about to let it run.

use super::{blocks::quoted, pairs::walk_order};
use crate::model::{
    definition::{Definition, Node, NodeKind, Trigger},
    schedule::Schedule,
    task::{Action, RunMode, Task},
    text,
};

/// In the order of a walk.
pub fn describe(definition: &Definition) -> Vec<String> {
    let nodes = walk_order(definition)
        .into_iter()
        .filter_map(|id| definition.node(id));
    nodes.filter_map(sentence).collect()
}

/// "Staff only: goes on only if Email ends with @example.org"
fn sentence(node: &Node) -> Option<String> {
    let what = step(node)?;
    if node.is_disabled {
        let what = match node.kind {
            NodeKind::Filter(_) => "lets every user pass",
            _ => "does nothing",
        };
        return Some(format!("{}: disabled, it {what}", node.title()));
    }
    if node.name.is_empty() {
        let mut letters = what.chars();
        let first = letters.next()?.to_uppercase();
        return Some(first.chain(letters).collect());
    }
    Some(format!("{}: {what}", node.title()))
}

/// As it goes on in a sentence.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// What a block does; nothing for those whose name says it all.
pub(super) fn step(node: &Node) -> Option<String> {
    match &node.kind {
        NodeKind::Trigger(trigger) => Some(trigger_words(trigger)),
        NodeKind::Filter(Some(condition)) if !condition.tests().is_empty() => {
            Some(format!("goes on only if {}", condition.sentence()))
        }
        NodeKind::Filter(_) => Some("no condition yet".to_owned()),
        NodeKind::Task(task) => Some(task_words(task)),
        NodeKind::Sweep(task) => Some(lower(&task.summary())),
        NodeKind::Start | NodeKind::Event(_) | NodeKind::End | NodeKind::Note(_) => None,
    }
}

/// "runs every day at 12:00, Europe/Berlin"
pub(super) fn schedule_words(schedule: &Schedule) -> String {
    format!("runs {}", lower(&schedule.summary()))
}

/// "runs for new users from “User Self-Registration”"
pub(super) fn trigger_words(trigger: &Trigger) -> String {
    let who = match trigger {
        Trigger::Registration { .. } => "new users",
        Trigger::Update { .. } => "updates of users",
        Trigger::Dormant { schedule } | Trigger::PasswordExpiry { schedule } => {
            return schedule_words(schedule);
        }
    };
    let sources = trigger.sources().iter();
    let labels: Vec<String> = sources.map(|it| quoted(it.label())).collect();
    if labels.is_empty() {
        "runs never: no source is chosen".to_owned()
    } else {
        format!("runs for {who} from {}", text::list(&labels, "and"))
    }
}

/// "assigns group “Staff” if Email contains @example.org, or else group “Guests”"
fn task_words(task: &Task) -> String {
    let kind = task.action.target_kind().word();
    let verb = match task.action {
        Action::AssignGroup | Action::AssignRole => "assigns",
        Action::UnassignGroup | Action::UnassignRole => "takes away",
    };
    let named = |names: Vec<String>| match names.as_slice() {
        [] => format!("no {kind} yet"),
        [only] => format!("{kind} {only}"),
        names => format!("{kind}s {}", text::list(names, "and")),
    };
    let mut rules = Vec::new();
    for rule in &task.rules {
        let what = named(rule.targets.iter().map(|it| quoted(&it.name)).collect());
        rules.push(match &rule.when {
            Some(when) => format!("{what} if {}", when.sentence()),
            None => what,
        });
    }
    let mut words = format!("{verb} {}", rules.join("; "));
    if !task.fallback.is_empty() {
        let what = named(task.fallback.iter().map(|it| quoted(&it.name)).collect());
        words = format!("{words}; or else {what}");
    }
    match &task.mode {
        RunMode::Always => words,
        RunMode::Conditional(when) => format!("{words}, only if {}", when.sentence()),
        RunMode::Fallback => format!("{words}, only if no conditional task was performed before"),
    }
}
