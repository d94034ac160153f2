//! The graph that an admin draws.
//!
//! A [`Definition`] may be wrong while it is being drawn; [`super::problem`] says what is wrong.
//! **Invariant:** an output port has at most one edge, and both ends of an edge exist.

mod drawing;
mod edges;
mod node;

pub use self::{
    drawing::DrawingError,
    edges::{Edge, EdgeError},
    node::{Node, NodeId, NodeKind, Port, Trigger},
};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::{drawing::Drawing, node::SharedNode};
use super::{
    condition::Condition,
    note::Note,
    task::{Target, TargetKind, Task},
};

/// More nodes than anyone can survey; a limit for files from elsewhere.
pub const MAX_NODES: usize = 5_000;

/// How far from its origin the canvas reaches, in both directions.
pub const REACH: f32 = 1e6;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Drawing", into = "Drawing")]
pub struct Definition {
    nodes: BTreeMap<NodeId, SharedNode>,
    edges: BTreeMap<(NodeId, Port), NodeId>,
}

impl Definition {
    /// The same but for where the nodes lie: it does the same, has the same problems, and reads the
    /// same.
    pub fn means_the_same_as(&self, other: &Self) -> bool {
        self.edges == other.edges
            && self.nodes.len() == other.nodes.len()
            && self
                .nodes
                .iter()
                .zip(&other.nodes)
                .all(|(a, b)| a.0 == b.0 && a.1.means_the_same_as(b.1))
    }

    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().map(|(id, node)| (*id, &**node))
    }

    /// The nodes that walks are made of: all but the notes.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> {
        self.nodes().filter(|(_, node)| !node.kind.is_note())
    }

    pub fn notes(&self) -> impl Iterator<Item = (NodeId, &Note)> {
        self.nodes().filter_map(|(id, node)| match &node.kind {
            NodeKind::Note(note) => Some((id, note)),
            _ => None,
        })
    }

    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(&id).map(|node| &**node)
    }

    /// For changes that keep the kind; the ports of the edges depend on it.
    pub fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(&id).map(SharedNode::unshared)
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub fn edges(&self) -> impl Iterator<Item = Edge> {
        self.edges.iter().map(|((from, port), to)| Edge {
            from: *from,
            port: *port,
            to: *to,
        })
    }

    /// Where the port leads.
    pub fn after(&self, id: NodeId, port: Port) -> Option<NodeId> {
        self.edges.get(&(id, port)).copied()
    }

    pub fn has(&self, edge: Edge) -> bool {
        self.after(edge.from, edge.port) == Some(edge.to)
    }

    pub fn edges_into(&self, id: NodeId) -> impl Iterator<Item = Edge> {
        self.edges().filter(move |edge| edge.to == id)
    }

    pub fn edges_from(&self, id: NodeId) -> impl Iterator<Item = Edge> {
        self.edges().filter(move |edge| edge.from == id)
    }

    /// The first node of a kind.
    pub fn find(&self, is_wanted: impl Fn(&NodeKind) -> bool) -> Option<NodeId> {
        self.nodes()
            .find(|(_, node)| is_wanted(&node.kind))
            .map(|(id, _)| id)
    }

    pub fn trigger(&self) -> Option<(NodeId, &Trigger)> {
        self.nodes().find_map(|(id, node)| match &node.kind {
            NodeKind::Trigger(trigger) => Some((id, trigger)),
            _ => None,
        })
    }

    pub fn add(&mut self, node: Node) -> NodeId {
        let last = self.nodes.keys().next_back();
        let next = last.map_or(Some(1), |last| last.0.checked_add(1));
        let is_free = |id: &u32| !self.nodes.contains_key(&NodeId(*id));
        // A file may have given the highest number away; there are always lower ones.
        let id = NodeId(next.or_else(|| (1..u32::MAX).find(is_free)).unwrap_or(1));
        self.nodes.insert(id, SharedNode::new(node));
        id
    }

    /// Removes a node together with its edges.
    pub fn remove(&mut self, id: NodeId) -> Option<Node> {
        self.edges.retain(|(from, _), to| *from != id && *to != id);
        self.nodes.remove(&id).map(SharedNode::own)
    }

    /// Removes a node and leads what led to it on to where its main port led.
    pub fn remove_and_close(&mut self, id: NodeId) -> Option<Node> {
        let main = self.node(id)?.kind.main_port()?;
        let onward = self.after(id, main);
        let incoming: Vec<Edge> = self.edges_into(id).collect();
        let removed = self.remove(id);
        for edge in incoming {
            if let Some(onward) = onward {
                // What led here could lead there: the path existed, so no circle can come of it.
                self.edges.insert((edge.from, edge.port), onward);
            }
        }
        removed
    }

    /// Moves a node, as far as the canvas reaches.
    pub fn shift(&mut self, id: NodeId, by: [f32; 2]) {
        if let Some(node) = self.node_mut(id) {
            for (at, by) in node.position.iter_mut().zip(by) {
                if by.is_finite() {
                    *at = (*at + by).clamp(-REACH, REACH);
                }
            }
        }
    }

    /// The groups and roles that tasks name.
    pub fn targets(&self) -> impl Iterator<Item = (TargetKind, &Target)> {
        self.tasks().flat_map(|(_, task)| {
            let kind = task.action.target_kind();
            task.targets().map(move |target| (kind, target))
        })
    }

    pub fn targets_mut(&mut self) -> impl Iterator<Item = (TargetKind, &mut Target)> {
        self.nodes
            .values_mut()
            .filter_map(|node| match &mut node.unshared().kind {
                NodeKind::Task(task) => Some(task),
                _ => None,
            })
            .flat_map(|task| {
                let kind = task.action.target_kind();
                task.targets_mut().map(move |target| (kind, target))
            })
    }

    pub fn tasks(&self) -> impl Iterator<Item = (NodeId, &Task)> {
        self.nodes().filter_map(|(id, node)| match &node.kind {
            NodeKind::Task(task) => Some((id, task)),
            _ => None,
        })
    }

    /// Every condition that a node asks, with the node.
    pub fn conditions(&self) -> Vec<(NodeId, &Condition)> {
        let mut found = Vec::new();
        for (id, node) in self.nodes() {
            match &node.kind {
                NodeKind::Filter(Some(condition)) => found.push((id, condition)),
                NodeKind::Task(task) => found.extend(task.conditions().map(|it| (id, it))),
                _ => (),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
