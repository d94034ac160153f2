//! What changes the drawing: adding, connecting, moving, deleting, disabling, naming.

use std::collections::BTreeSet;

use egui::{Pos2, Rect};

use super::{
    Canvas, CanvasOutcome, Opened,
    act::{Gesture, Spot},
    ports::Control,
};
use crate::{
    model::{
        definition::{Definition, Edge, MAX_NODES, Node, NodeId, NodeKind, Port},
        draw::ROW,
        fragment::FragmentError,
        text::{self, MAX_FIELD},
    },
    ui::tokens::canvas,
};

/// How near to another block's edge a dropped block snaps to it.
const MAGNET: f32 = 10.0;

impl Canvas {
    pub(super) fn add(&mut self, spot: Spot, kind: NodeKind, outcome: &mut CanvasOutcome) {
        let is_step = kind.is_step();
        let saw_everything = self.shows_everything();
        if self.draft.definition().len() >= MAX_NODES {
            outcome.notice = Some(FragmentError::TooMany.to_string());
            return;
        }
        let added = self.draft.edit(|definition| match spot {
            Spot::On(edge) => definition.insert(edge, kind),
            Spot::After { from, port, at } => add_after(definition, from, port, at, kind),
        });
        let Some(node) = added else {
            outcome.notice = Some("there is no room for a step here".to_owned());
            return;
        };
        self.select(node);
        self.show(node);
        self.keep_in_sight(saw_everything);
        if is_step {
            outcome.edit = Some(Opened {
                node,
                is_new: true,
                is_naming: false,
            });
        }
    }

    pub(super) fn connect(&mut self, edge: Edge, outcome: &mut CanvasOutcome) {
        if let Err(refusal) = self.draft.definition().check_edge(edge) {
            outcome.notice = Some(refusal.to_string());
            return;
        }
        self.draft.edit(|definition| definition.connect(edge).ok());
        self.select_edge(edge);
    }

    pub(super) fn delete_selection(&mut self, outcome: &mut CanvasOutcome) {
        if let Some(edge) = self.selection.edge.take() {
            self.draft
                .edit(|definition| definition.disconnect(edge.from, edge.port));
            // The output stays, and the keyboard with it.
            self.control_focus = Some(Control::Port(edge.from, edge.port));
        } else {
            self.delete_nodes(self.selection.nodes.clone(), outcome);
        }
    }

    /// What may not go stays, and the reason is given.
    pub(super) fn delete_nodes(&mut self, nodes: BTreeSet<NodeId>, outcome: &mut CanvasOutcome) {
        let mut going = Vec::new();
        for id in nodes {
            match why_it_stays(self.draft.definition(), id, &going) {
                Some(reason) => outcome.notice = Some(reason.to_owned()),
                None => going.push(id),
            }
        }
        if going.is_empty() {
            return;
        }
        self.draft.edit(|definition| {
            for id in &going {
                if definition.remove_and_close(*id).is_none() {
                    definition.remove(*id);
                }
            }
        });
        for id in going {
            self.selection.nodes.remove(&id);
        }
    }

    /// Ends a drag: a block that was dropped nearly below another one stands exactly below it, and
    /// a loose step that was dropped on an edge becomes part of the way.
    pub(super) fn drop(&mut self, node: NodeId) {
        self.gesture = Gesture::None;
        let geometry = &self.draft.drawing().geometry;
        let Some(rect) = geometry.node(node) else {
            return;
        };
        let others = geometry
            .blocks()
            .filter(|(id, _)| !self.selection.nodes.contains(id));
        let offset = others
            .map(|(_, other)| other.left() - rect.left())
            .filter(|offset| offset.abs() <= MAGNET)
            .min_by(|a, b| a.abs().total_cmp(&b.abs()));
        if let Some(offset) = offset {
            self.draft.shift(&self.selection.nodes, [offset, 0.0]);
        }
        self.join_edge(node, rect);
    }

    fn join_edge(&mut self, node: NodeId, rect: Rect) {
        let definition = self.draft.definition();
        let is_loose = definition.edges_into(node).next().is_none();
        let is_step = definition.node(node).is_some_and(|it| it.kind.is_step());
        if self.selection.nodes.len() != 1 || !is_loose || !is_step {
            return;
        }
        let geometry = &self.draft.drawing().geometry;
        let reach = canvas::PLACEHOLDER.y;
        let Some(edge) = geometry.edge_at(rect.center(), reach) else {
            return;
        };
        if edge.from != node {
            self.draft
                .adjust(|definition| definition.insert_existing(edge, node).ok());
        }
    }

    /// Disables all selected steps; if all are disabled, enables them.
    pub(super) fn toggle_disabled(&mut self) {
        let definition = self.draft.definition();
        let selected = self.selection.nodes.iter().copied();
        let is_step = |id: &NodeId| definition.node(*id).is_some_and(|it| it.kind.is_step());
        let steps: Vec<NodeId> = selected.filter(is_step).collect();
        let is_on = |id: &NodeId| definition.node(*id).is_some_and(|it| !it.is_disabled);
        let disables = steps.iter().any(is_on);
        if steps.is_empty() {
            return;
        }
        self.draft.edit(|definition| {
            for id in steps {
                if let Some(node) = definition.node_mut(id) {
                    node.is_disabled = disables;
                }
            }
        });
    }

    /// An empty name is the one of the kind.
    pub(super) fn rename(&mut self, node: NodeId, typed: &str, outcome: &mut CanvasOutcome) {
        let name = match text::line(typed, MAX_FIELD) {
            Ok(name) => name,
            Err(reason) => {
                outcome.notice = Some(format!("the name {reason}"));
                return;
            }
        };
        self.draft.edit(|definition| {
            if let Some(node) = definition.node_mut(node) {
                let is_default = name == node.kind.default_name();
                node.name = if is_default { String::new() } else { name };
            }
        });
    }
}

/// Why a node may not be deleted together with those that go already.
fn why_it_stays(definition: &Definition, id: NodeId, going: &[NodeId]) -> Option<&'static str> {
    match definition.node(id)?.kind {
        NodeKind::Start => Some("Start stays: every workflow begins with it"),
        NodeKind::Trigger(_) => {
            Some("the trigger stays: edit it to start the workflow differently")
        }
        NodeKind::Event(_) => Some("the event stays: it belongs to the trigger"),
        NodeKind::End => {
            let mut ends = definition
                .nodes()
                .filter(|(_, node)| node.kind == NodeKind::End);
            let is_last = ends.all(|(end, _)| end == id || going.contains(&end));
            is_last.then_some("the last End stays: every workflow needs one")
        }
        NodeKind::Filter(_) | NodeKind::Task(_) | NodeKind::Sweep(_) | NodeKind::Note(_) => None,
    }
}

/// A new node at a place of its own; what its port led to comes after it.
fn add_after(
    definition: &mut Definition,
    from: NodeId,
    port: Port,
    at: Pos2,
    kind: NodeKind,
) -> Option<NodeId> {
    let onward = definition.after(from, port);
    let top = at.y.max(definition.node(from)?.position[1] + ROW * 0.5);
    let left = at.x - canvas::NODE.x / 2.0;
    let main = kind.main_port();
    let id = definition.add(Node::new(kind, [left.round(), top.round()]));
    let edge = Edge { from, port, to: id };
    definition.connect(edge).ok()?;
    if let (Some(port), Some(to)) = (main, onward) {
        definition.connect(Edge { from: id, port, to }).ok()?;
    }
    Some(id)
}
