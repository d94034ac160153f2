//! Which block of one definition is which block of the other.
//!
//! The number decides, unless what it stands for says otherwise: files from elsewhere number their
//! blocks anew. **Invariant:** the pairs are the same whichever definition is called the older one.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::definition::{Definition, Node, NodeId, NodeKind};

pub(super) struct Pairs<'a> {
    pub(super) old: &'a Definition,
    pub(super) new: &'a Definition,
    by_old: BTreeMap<NodeId, NodeId>,
    by_new: BTreeMap<NodeId, NodeId>,
}

/// A block of either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Old(NodeId),
    New(NodeId),
}

impl<'a> Pairs<'a> {
    pub(super) fn of(old: &'a Definition, new: &'a Definition) -> Self {
        let mut pairs = Self {
            old,
            new,
            by_old: BTreeMap::new(),
            by_new: BTreeMap::new(),
        };
        // Most blocks of one workflow keep their numbers; where hardly any does, the numbers mean
        // nothing, and what the blocks do comes first.
        let same = |id, node: &Node| Some((id, label(node), does(node)));
        let alike = |_, node: &Node| Some((label(node), node.title().to_owned(), does(node)));
        let is_renumbered = pairs.shared(alike) > 2 * pairs.shared(same);
        pairs.join(same);
        if is_renumbered {
            pairs.join(alike);
        }
        pairs.join(|id, node| Some((id, label(node), node.title().to_owned())));
        pairs.join(alike);
        pairs.join(|id, node| Some((id, label(node))));
        pairs.join(|_, node| (!node.name.is_empty()).then(|| (label(node), node.name.clone())));
        pairs.join(|_, node| is_single(&node.kind).then(|| label(node)));
        pairs
    }

    /// Pairs what has the same key and no partner yet, one after the other.
    fn join<K: Ord>(&mut self, key: impl Fn(NodeId, &Node) -> Option<K>) {
        for (old, new) in self.alike(key) {
            self.by_old.insert(old, new);
            self.by_new.insert(new, old);
        }
    }

    /// How many pairs a key would make.
    fn shared<K: Ord>(&self, key: impl Fn(NodeId, &Node) -> Option<K>) -> usize {
        self.alike(key).len()
    }

    fn alike<K: Ord>(&self, key: impl Fn(NodeId, &Node) -> Option<K>) -> Vec<(NodeId, NodeId)> {
        let mut open: BTreeMap<K, (Vec<NodeId>, Vec<NodeId>)> = BTreeMap::new();
        for (id, node) in self
            .old
            .nodes()
            .filter(|(id, _)| !self.by_old.contains_key(id))
        {
            if let Some(key) = key(id, node) {
                open.entry(key).or_default().0.push(id);
            }
        }
        for (id, node) in self
            .new
            .nodes()
            .filter(|(id, _)| !self.by_new.contains_key(id))
        {
            if let Some(key) = key(id, node) {
                open.entry(key).or_default().1.push(id);
            }
        }
        let sides = open.into_values();
        sides
            .flat_map(|(old, new)| old.into_iter().zip(new))
            .collect()
    }

    pub(super) fn new_of(&self, old: NodeId) -> Option<NodeId> {
        self.by_old.get(&old).copied()
    }

    pub(super) fn old_of(&self, new: NodeId) -> Option<NodeId> {
        self.by_new.get(&new).copied()
    }

    /// The blocks of the newer definition as a walk comes to them, and those that are gone after
    /// the block that they came after.
    pub(super) fn reading_order(&self) -> Vec<Side> {
        let new = walk_order(self.new);
        let ranks: BTreeMap<NodeId, usize> = new
            .iter()
            .enumerate()
            .map(|(rank, id)| (*id, rank + 1))
            .collect();
        let mut order: Vec<(usize, usize, Side)> = Vec::new();
        for id in new {
            let rank = ranks.get(&id).copied().unwrap_or_default();
            order.push((rank, 0, Side::New(id)));
        }
        let mut after = 0;
        for (rank, id) in walk_order(self.old).into_iter().enumerate() {
            match self.new_of(id).and_then(|new| ranks.get(&new)) {
                Some(place) => after = *place,
                None => order.push((after, rank + 1, Side::Old(id))),
            }
        }
        order.sort_by_key(|(place, rank, _)| (*place, *rank));
        order.into_iter().map(|(_, _, side)| side).collect()
    }
}

fn label(node: &Node) -> &'static str {
    node.kind.label()
}

/// Of these a workflow has one.
fn is_single(kind: &NodeKind) -> bool {
    matches!(
        kind,
        NodeKind::Start | NodeKind::Trigger(_) | NodeKind::Event(_)
    )
}

/// What a block does, apart from the numbers that its targets have in one directory.
fn does(node: &Node) -> String {
    let mut kind = node.kind.clone();
    if let NodeKind::Task(task) = &mut kind {
        for target in task.targets_mut() {
            target.id = None;
        }
    }
    serde_json::to_string(&kind).unwrap_or_default()
}

/// From Start along the ports, the main one first; what no walk reaches comes last.
pub(super) fn walk_order(definition: &Definition) -> Vec<NodeId> {
    let start = definition.find(|kind| *kind == NodeKind::Start);
    let rest = definition.nodes().map(|(id, _)| id);
    let mut order = Vec::with_capacity(definition.len());
    let mut seen = BTreeSet::new();
    for first in start.into_iter().chain(rest) {
        let mut open = vec![first];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                order.push(id);
                let onward: Vec<NodeId> = definition.out(id).map(|edge| edge.to).collect();
                open.extend(onward.into_iter().rev());
            }
        }
    }
    order
}
