//! Conditions as the editor shows them, always groups, and as they are kept, as simple as possible.

use crate::model::{
    condition::Condition,
    definition::{Node, NodeKind},
    sweep::{DormantAction, SweepTask},
    task::RunMode,
};

/// With every condition as a group, which is what the editor shows.
pub(super) fn arranged(mut node: Node) -> Node {
    let arrange = |condition: &mut Condition| {
        if matches!(condition, Condition::Test(_)) {
            let test = std::mem::replace(condition, Condition::All(Vec::new()));
            *condition = Condition::All(vec![test]);
        }
    };
    match &mut node.kind {
        NodeKind::Filter(condition) => {
            arrange(condition.get_or_insert_with(|| Condition::All(Vec::new())));
        }
        NodeKind::Task(task) => {
            if let RunMode::Conditional(condition) = &mut task.mode {
                arrange(condition);
            }
            for rule in &mut task.rules {
                rule.when.iter_mut().for_each(arrange);
            }
        }
        _ => (),
    }
    node
}

/// As it is kept: only a name that says more than the kind, without spaces around it.
pub(super) fn kept(node: &Node) -> Node {
    let kind = tidied(node.kind.clone());
    let name = node.name.trim();
    let name = if name == kind.default_name() {
        ""
    } else {
        name
    };
    Node {
        name: name.to_owned(),
        kind,
        ..node.clone()
    }
}

/// What is out of sight is not set. It is set again when it comes back into sight.
fn forget_hidden(task: &mut SweepTask) {
    match task {
        SweepTask::IdentifyDormant(task) => {
            task.reports_too &= task.action != DormantAction::Report;
            task.notifies_user &= task.action == DormantAction::Disable;
        }
        SweepTask::NotifyExpiry(task) => task.includes_disabled &= task.reports_to_admins,
    }
}

/// A group of one condition is that condition; a filter without any has none. What the editor shows
/// of it stays the same.
fn tidied(mut kind: NodeKind) -> NodeKind {
    let tidy = |condition: &mut Condition| {
        if let Condition::All(parts) = condition
            && let [Condition::Test(only)] = parts.as_slice()
        {
            *condition = Condition::Test(only.clone());
        }
    };
    match &mut kind {
        NodeKind::Filter(condition) => {
            if *condition == Some(Condition::All(Vec::new())) {
                *condition = None;
            }
            condition.iter_mut().for_each(tidy);
        }
        NodeKind::Task(task) => {
            if let RunMode::Conditional(condition) = &mut task.mode {
                tidy(condition);
            }
            for rule in &mut task.rules {
                rule.when.iter_mut().for_each(tidy);
            }
        }
        NodeKind::Sweep(task) => forget_hidden(task),
        NodeKind::Note(note) => *note = note.cleaned(),
        _ => (),
    }
    kind
}
