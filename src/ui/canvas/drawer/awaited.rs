//! Groups and roles that are created from the drawer: asked for now, there a moment later.

use super::targets;
use crate::model::{
    definition::{Definition, NodeId, NodeKind},
    task::{Rule, Target, TargetKind},
};

/// A target that the screen creates, and where it goes then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui::canvas) struct Awaited {
    pub(in crate::ui::canvas) node: NodeId,
    pub(super) place: Place,
    pub(in crate::ui::canvas) kind: TargetKind,
    pub(in crate::ui::canvas) name: String,

    /// Why it was not created.
    pub(in crate::ui::canvas) refusal: Option<String>,
}

/// Which list of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Rule(usize),
    Fallback,
}

/// What is to be done with a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// It stands there from now on.
    To(usize),
    Remove,
}

impl Awaited {
    /// Puts what was created where it was wanted. Says whether that place is still there.
    pub(in crate::ui::canvas) fn put(&self, definition: &mut Definition, target: Target) -> bool {
        let node = definition.node_mut(self.node);
        let Some(NodeKind::Task(task)) = node.map(|it| &mut it.kind) else {
            return false;
        };
        task.action.target_kind() == self.kind && targets::put(task, self.place, target)
    }

    /// Goes with its rule. Says whether that is still there.
    pub(super) fn follow(&mut self, moved: usize, order: Order) -> bool {
        let Place::Rule(at) = &mut self.place else {
            return true;
        };
        match order {
            Order::Remove if *at == moved => return false,
            Order::Remove if *at > moved => *at -= 1,
            Order::To(to) if *at == moved => *at = to,
            Order::To(to) if moved < *at && *at <= to => *at -= 1,
            Order::To(to) if to <= *at && *at < moved => *at += 1,
            _ => (),
        }
        true
    }
}

impl Order {
    pub(super) fn apply(self, rules: &mut Vec<Rule>, index: usize) {
        if index >= rules.len() {
            return;
        }
        let rule = rules.remove(index);
        if let Self::To(to) = self {
            rules.insert(to.min(rules.len()), rule);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: usize, moved: usize, order: Order, expected: Option<usize>) {
        let mut awaited = Awaited {
            node: NodeId(1),
            place: Place::Rule(at),
            kind: TargetKind::Group,
            name: String::new(),
            refusal: None,
        };
        let stays = awaited.follow(moved, order);
        let place = stays.then_some(awaited.place);
        assert_eq!(place, expected.map(Place::Rule));
    }

    #[test]
    fn what_is_awaited_goes_with_its_rule() {
        check(1, 1, Order::To(0), Some(0));
        check(0, 1, Order::To(0), Some(1));
        check(2, 1, Order::To(0), Some(2));
        check(1, 1, Order::To(3), Some(3));
        check(3, 1, Order::To(3), Some(2));
        check(0, 1, Order::To(3), Some(0));
        check(4, 1, Order::To(3), Some(4));
        check(2, 1, Order::Remove, Some(1));
        check(0, 1, Order::Remove, Some(0));
        check(1, 1, Order::Remove, None);
    }
}
