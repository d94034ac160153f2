//! Edges that came and went, and what is said of them.
//!
//! A step that was put on an edge replaces that edge by two: the step is news, its edges are not.

use super::{Comparison, blocks::subject, pairs::Pairs};
use crate::model::definition::{Definition, NodeId, Port};

/// Marks the edges that the other side does not have.
pub(super) fn mark(pairs: &Pairs<'_>, comparison: &mut Comparison) {
    for edge in pairs.old.edges() {
        let there = pairs.new_of(edge.from);
        let there = there.and_then(|from| pairs.new.after(from, edge.port));
        if there.is_none() || there != pairs.new_of(edge.to) {
            comparison.old.edges.insert((edge.from, edge.port));
        }
    }
    for edge in pairs.new.edges() {
        let there = pairs.old_of(edge.from);
        let there = there.and_then(|from| pairs.old.after(from, edge.port));
        if there.is_none() || there != pairs.old_of(edge.to) {
            comparison.new.edges.insert((edge.from, edge.port));
        }
    }
}

/// What is said of the ports of a block that both sides have.
pub(super) fn sentences(pairs: &Pairs<'_>, old: NodeId, new: NodeId) -> Vec<String> {
    let kind = |definition: &Definition, id| definition.node(id).map(|it| it.kind.ports());
    let ports = kind(pairs.new, new).or_else(|| kind(pairs.old, old));
    let ports = ports.unwrap_or_default();
    ports
        .iter()
        .filter_map(|port| sentence(pairs, old, new, *port))
        .collect()
}

fn sentence(pairs: &Pairs<'_>, old: NodeId, new: NodeId, port: Port) -> Option<String> {
    let before = pairs.old.after(old, port);
    let now = pairs.new.after(new, port);
    let is_same = match (before, now) {
        (Some(before), Some(now)) => pairs.new_of(before) == Some(now),
        (None, None) => true,
        _ => false,
    };
    if is_same || is_told_by_a_step(pairs, before, now) {
        return None;
    }
    let on = match port {
        Port::Next => String::new(),
        port => format!(" on {}", port.label()),
    };
    let was = before.map(|id| subject(pairs.old, id));
    let is = now.map(|id| subject(pairs.new, id));
    Some(match (was, is) {
        (Some(was), Some(is)) => format!("now leads to {is}{on} instead of {was}"),
        (None, Some(is)) => format!("now leads to {is}{on}"),
        (Some(was), None) => format!("no longer leads to {was}{on}"),
        (None, None) => return None,
    })
}

/// Whether the way is the same but for steps on it that came or went, of which is said so.
fn is_told_by_a_step(pairs: &Pairs<'_>, before: Option<NodeId>, now: Option<NodeId>) -> bool {
    let (Some(before), Some(now)) = (before, now) else {
        return false;
    };
    let before = onward(pairs.old, before, |id| pairs.new_of(id).is_some());
    let now = onward(pairs.new, now, |id| pairs.old_of(id).is_some());
    match (before, now) {
        (Some(before), Some(now)) => pairs.new_of(before) == Some(now),
        _ => false,
    }
}

/// The first block on the way straight down that both sides have.
fn onward(
    definition: &Definition,
    from: NodeId,
    is_on_both: impl Fn(NodeId) -> bool,
) -> Option<NodeId> {
    let mut at = from;
    // No way is longer than there are blocks.
    for _ in 0..definition.len() {
        if is_on_both(at) {
            return Some(at);
        }
        let main = definition.node(at)?.kind.main_port()?;
        at = definition.after(at, main)?;
    }
    None
}
