//! The edges of a definition: which ones can be, and where they lead.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Definition, NodeId, NodeKind, Port};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub from: NodeId,
    pub port: Port,
    pub to: NodeId,
}

/// Why an edge cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EdgeError {
    #[error("one end of the edge does not exist")]
    NoSuchNode,
    #[error("this step has no such output")]
    NoSuchPort,
    #[error("this output has an edge already")]
    PortTaken,
    #[error("nothing leads into Start")]
    IntoStart,
    #[error("only Start leads to the trigger")]
    IntoTrigger,
    #[error("Start leads to the trigger first")]
    PastTrigger,
    #[error("a note is no step: nothing leads to it")]
    IntoNote,
    #[error("a step cannot lead to itself")]
    Itself,
    #[error("the steps would go round in a circle")]
    Cycle,
}

impl Definition {
    /// Whether the edge may be drawn, disregarding an edge that its port has now.
    pub fn check_edge(&self, edge: Edge) -> Result<(), EdgeError> {
        self.check_ends(edge)?;
        if edge.to == edge.from {
            return Err(EdgeError::Itself);
        }
        if self.reaches(edge.to, edge.from) {
            return Err(EdgeError::Cycle);
        }
        Ok(())
    }

    pub(super) fn check_ends(&self, edge: Edge) -> Result<(), EdgeError> {
        let from = self.node(edge.from).ok_or(EdgeError::NoSuchNode)?;
        let to = self.node(edge.to).ok_or(EdgeError::NoSuchNode)?;
        if !from.kind.ports().contains(&edge.port) {
            return Err(EdgeError::NoSuchPort);
        }
        let from_start = from.kind == NodeKind::Start;
        match &to.kind {
            NodeKind::Start => return Err(EdgeError::IntoStart),
            NodeKind::Note(_) => return Err(EdgeError::IntoNote),
            NodeKind::Trigger(_) if !from_start => return Err(EdgeError::IntoTrigger),
            NodeKind::Trigger(_) => (),
            _ if from_start && self.trigger().is_some() => return Err(EdgeError::PastTrigger),
            _ => (),
        }
        Ok(())
    }

    /// An edge that closes a circle, if there is one: what stays when all nodes without an
    /// incoming edge are taken away, again and again.
    pub(super) fn circle(&self) -> Option<Edge> {
        let mut incoming: BTreeMap<NodeId, usize> = BTreeMap::new();
        for to in self.edges.values() {
            *incoming.entry(*to).or_default() += 1;
        }
        let is_free = |id: &NodeId| !incoming.contains_key(id);
        let mut free: Vec<NodeId> = self.nodes.keys().copied().filter(is_free).collect();
        while let Some(id) = free.pop() {
            for edge in self.out(id) {
                let left = incoming.entry(edge.to).or_default();
                *left -= 1;
                if *left == 0 {
                    incoming.remove(&edge.to);
                    free.push(edge.to);
                }
            }
        }
        self.edges()
            .find(|edge| incoming.contains_key(&edge.to) && incoming.contains_key(&edge.from))
    }

    /// Draws an edge; the one that its port had is gone.
    pub fn connect(&mut self, edge: Edge) -> Result<(), EdgeError> {
        self.check_edge(edge)?;
        self.edges.insert((edge.from, edge.port), edge.to);
        Ok(())
    }

    /// Draws the edges that `other` has among nodes that are copied here under new numbers. Where
    /// there was no circle, their copies make none.
    pub(in crate::model) fn copy_edges(
        &mut self,
        other: &Self,
        numbers: &BTreeMap<NodeId, NodeId>,
    ) {
        for edge in other.edges() {
            if let (Some(from), Some(to)) = (numbers.get(&edge.from), numbers.get(&edge.to)) {
                self.edges.insert((*from, edge.port), *to);
            }
        }
    }

    pub fn disconnect(&mut self, from: NodeId, port: Port) {
        self.edges.remove(&(from, port));
    }

    /// Whether a walk can get from one node to the other; a node reaches itself.
    pub fn reaches(&self, from: NodeId, to: NodeId) -> bool {
        self.reachable(from).contains(&to)
    }

    /// All nodes that a walk can get to, `from` among them.
    pub fn reachable(&self, from: NodeId) -> BTreeSet<NodeId> {
        let mut reached = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            for edge in self.out(id) {
                if reached.insert(edge.to) {
                    open.push(edge.to);
                }
            }
        }
        reached
    }

    /// The edges out of a node, found by its ports instead of by looking at all edges.
    pub fn out(&self, id: NodeId) -> impl Iterator<Item = Edge> {
        let ports = self.node(id).map_or(&[][..], |it| it.kind.ports());
        ports.iter().filter_map(move |port| {
            self.after(id, *port).map(|to| Edge {
                from: id,
                port: *port,
                to,
            })
        })
    }
}
