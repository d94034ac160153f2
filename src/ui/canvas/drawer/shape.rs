//! Conditions as the editor shows them, always groups, and as they are kept, as simple as possible.

use crate::model::{
    condition::Condition,
    definition::{Node, NodeKind},
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

/// A group of one is that one; a filter without conditions has none.
pub(super) fn tidied(mut kind: NodeKind) -> NodeKind {
    let tidy = |condition: &mut Condition| {
        if let Condition::All(parts) | Condition::Any(parts) = condition
            && parts.len() == 1
            && let Some(only) = parts.pop()
        {
            *condition = only;
        }
    };
    match &mut kind {
        NodeKind::Filter(condition) => {
            let is_empty = condition.as_ref().is_some_and(|it| it.tests().is_empty());
            if is_empty {
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
        NodeKind::Note(note) => *note = note.cleaned(),
        _ => (),
    }
    kind
}
