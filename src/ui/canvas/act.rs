//! What a gesture or a key means, and what it does to the draft.
//!
//! Drawing only collects acts, so that the draft stands still while it is drawn.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2};

use super::{Canvas, CanvasOutcome, Opened, find::Seek, menu::StepMenu, view::View};
use crate::{
    model::{
        definition::{Definition, Edge, Node, NodeId, NodeKind, Port},
        draw::ROW,
    },
    ui::tokens::canvas,
};

/// How near to another block's edge a dropped block snaps to it.
const MAGNET: f32 = 10.0;

/// What is going on while a button is down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Gesture {
    #[default]
    None,
    Moving,

    /// An edge is being pulled out of a port.
    Pulling {
        from: NodeId,
        port: Port,
    },

    /// A rectangle selects; where it began, on the canvas.
    Lasso(Pos2),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Selection {
    pub(super) nodes: BTreeSet<NodeId>,
    pub(super) edge: Option<Edge>,
}

/// Where a new step goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spot {
    On(Edge),

    /// After a port, at a place of the canvas.
    After {
        from: NodeId,
        port: Port,
        at: Pos2,
    },
}

#[derive(Clone, Debug)]
pub(super) enum Act {
    Select(NodeId),
    Toggle(NodeId),
    SelectIn(Rect),
    SelectAll,
    SelectEdge(Edge),
    Deselect,
    Open {
        node: NodeId,
        name: bool,
    },
    Close,
    AddTrigger,
    OfferSteps {
        spot: Spot,
        at: Pos2,
    },
    Add {
        spot: Spot,
        kind: NodeKind,
    },
    Connect(Edge),
    Delete,
    DeleteNode(NodeId),
    Begin(Gesture),
    Move(Vec2),
    Drop(NodeId),
    End,
    Pan(Vec2),
    Zoom {
        at: Pos2,
        factor: f32,
    },
    NaturalSize,
    Fit,
    FitSelection,
    CentreOn(Pos2),
    Undo,
    Redo,
    /// Brings it onto the screen, with the keyboard or without.
    Show(NodeId),
    Reveal(NodeId),
    ShowProblems,
    Seek(Seek),
    MiniMap,
    Notice(String),
}

impl Canvas {
    pub(super) fn perform(&mut self, act: Act, outcome: &mut CanvasOutcome) {
        match act {
            Act::Select(node) => self.select(node),
            Act::Toggle(node) => self.toggle(node),
            Act::SelectIn(area) => self.select_in(area),
            Act::SelectAll => self.select_in(Rect::EVERYTHING),
            Act::SelectEdge(edge) => self.select_edge(edge),
            Act::Deselect => self.selection = Selection::default(),
            Act::Open { node, name } => self.open(node, name, outcome),
            Act::Close => self.close(outcome),
            Act::AddTrigger => outcome.add_trigger = true,
            Act::OfferSteps { spot, at } => self.menu = Some(StepMenu::new(spot, at)),
            Act::Add { spot, kind } => self.add(spot, kind, outcome),
            Act::Connect(edge) => self.connect(edge, outcome),
            Act::Delete => self.delete_selection(outcome),
            Act::DeleteNode(node) => self.delete_nodes([node].into(), outcome),
            Act::Begin(gesture) => self.gesture = gesture,
            Act::Move(by) => self.draft.shift(&self.selection.nodes, by.into()),
            Act::Drop(node) => self.drop(node),
            Act::End => self.gesture = Gesture::None,
            Act::Pan(by) => self.change_view(|view| view.pan(by)),
            Act::Zoom { at, factor } => self.change_view(|view| view.zoom_about(at, factor)),
            Act::NaturalSize => self.natural_size(),
            Act::Fit => self.fit(),
            Act::FitSelection => self.fit_selection(),
            Act::CentreOn(at) => {
                let screen = self.screen;
                self.change_view(|view| view.centre_on(at, screen));
            }
            Act::Undo => self.undo(),
            Act::Redo => self.redo(),
            Act::Show(node) => self.show(node),
            Act::Reveal(node) => self.reveal = Some(node),
            Act::ShowProblems => self.shows_problems = true,
            Act::Seek(seek) => self.seek(seek),
            Act::MiniMap => self.mini_map.toggle(),
            Act::Notice(text) => outcome.notice = Some(text),
        }
    }

    pub fn select(&mut self, node: NodeId) {
        self.selection = Selection {
            nodes: [node].into(),
            edge: None,
        };
    }

    fn toggle(&mut self, node: NodeId) {
        self.selection.edge = None;
        if !self.selection.nodes.remove(&node) {
            self.selection.nodes.insert(node);
        }
    }

    fn select_in(&mut self, area: Rect) {
        let nodes = self.draft.drawing().geometry.nodes_in(area).collect();
        self.selection = Selection { nodes, edge: None };
    }

    fn select_edge(&mut self, edge: Edge) {
        self.selection = Selection {
            nodes: BTreeSet::new(),
            edge: Some(edge),
        };
    }

    fn open(&mut self, node: NodeId, name: bool, outcome: &mut CanvasOutcome) {
        self.select(node);
        self.reveal = Some(node);
        outcome.edit = Some(Opened {
            node,
            is_new: false,
            is_naming: name,
        });
    }

    /// Esc: first the search goes, then the selection, then whatever the screen shows beside the
    /// canvas.
    fn close(&mut self, outcome: &mut CanvasOutcome) {
        if self.finder.is_open() {
            self.seek(Seek::Close);
            return;
        }
        let had_selection = self.selection != Selection::default();
        self.selection = Selection::default();
        outcome.escaped = !had_selection;
    }

    fn add(&mut self, spot: Spot, kind: NodeKind, outcome: &mut CanvasOutcome) {
        let is_step = kind.is_step();
        let saw_everything = self.shows_everything();
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

    fn connect(&mut self, edge: Edge, outcome: &mut CanvasOutcome) {
        if let Err(refusal) = self.draft.definition().check_edge(edge) {
            outcome.notice = Some(refusal.to_string());
            return;
        }
        self.draft.edit(|definition| definition.connect(edge).ok());
        self.select_edge(edge);
    }

    fn delete_selection(&mut self, outcome: &mut CanvasOutcome) {
        if let Some(edge) = self.selection.edge.take() {
            self.draft
                .edit(|definition| definition.disconnect(edge.from, edge.port));
        } else {
            self.delete_nodes(self.selection.nodes.clone(), outcome);
        }
    }

    /// What may not go stays, and the reason is given.
    fn delete_nodes(&mut self, nodes: BTreeSet<NodeId>, outcome: &mut CanvasOutcome) {
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
    fn drop(&mut self, node: NodeId) {
        self.gesture = Gesture::None;
        let geometry = &self.draft.drawing().geometry;
        let Some(rect) = geometry.node(node) else {
            return;
        };
        let others = geometry
            .nodes()
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

    pub(super) fn change_view(&mut self, change: impl FnOnce(&mut View)) {
        self.reopens = false;
        self.glide = None;
        if let Some(view) = &mut self.view {
            change(view);
        }
    }

    fn natural_size(&mut self) {
        let middle = self.screen.center();
        if let Some(mut view) = self.view {
            view.zoom_about(middle, 1.0 / view.zoom());
            self.glide_to(view);
        }
    }

    /// Shows another part of the canvas, by way of what lies between.
    fn glide_to(&mut self, view: View) {
        self.reopens = false;
        self.wanted = Some(view);
    }

    pub(super) fn shows_everything(&self) -> bool {
        let bounds = self.draft.drawing().geometry.bounds();
        let view = self.view.map(|view| view.rect(bounds));
        view.is_some_and(|bounds| self.screen.contains_rect(bounds))
    }

    /// Whoever saw the whole drawing still does after it has grown, unless it would be too small.
    pub(super) fn keep_in_sight(&mut self, saw_everything: bool) {
        if saw_everything && !self.shows_everything() {
            let bounds = self.draft.drawing().geometry.bounds();
            self.view = Some(View::opening(bounds, self.screen));
            self.glide = None;
            self.reopens = true;
        }
    }

    /// Shows all of the drawing.
    pub fn fit(&mut self) {
        self.glide_to(View::fit(self.extent(), self.screen));
    }

    /// Shows what is selected as large as it goes.
    fn fit_selection(&mut self) {
        let geometry = &self.draft.drawing().geometry;
        let nodes = self.selection.nodes.iter();
        let nodes = nodes.filter_map(|id| geometry.node(*id));
        let edge = self.selection.edge.and_then(|edge| geometry.edge(edge));
        let edge = edge.map(|line| line.bounds);
        if let Some(bounds) = nodes.chain(edge).reduce(Rect::union) {
            self.glide_to(View::fit(bounds, self.screen));
        }
    }

    /// Gives the keyboard to a node and brings it onto the screen.
    pub fn show(&mut self, node: NodeId) {
        self.reveal = Some(node);
        self.focus = Some(node);
    }

    pub fn undo(&mut self) {
        let changed = self.draft.undo();
        self.point_at(changed);
    }

    pub fn redo(&mut self) {
        let changed = self.draft.redo();
        self.point_at(changed);
    }

    /// Selects what undo or redo changed, and brings it onto the screen.
    fn point_at(&mut self, changed: Option<BTreeSet<NodeId>>) {
        let Some(nodes) = changed else {
            return;
        };
        self.forget_what_is_gone();
        if let Some(first) = nodes.first() {
            self.reveal = Some(*first);
            self.selection = Selection { nodes, edge: None };
        }
    }

    pub(super) fn forget_what_is_gone(&mut self) {
        let definition = self.draft.definition();
        self.selection
            .nodes
            .retain(|id| definition.node(*id).is_some());
        self.selection.edge = self
            .selection
            .edge
            .filter(|edge| definition.after(edge.from, edge.port) == Some(edge.to));
    }
}

/// Why a node may not be deleted together with those that go already.
fn why_it_stays(definition: &Definition, id: NodeId, going: &[NodeId]) -> Option<&'static str> {
    match definition.node(id)?.kind {
        NodeKind::Start => Some("Start stays: every workflow begins with it"),
        NodeKind::Trigger(_) => {
            Some("the trigger stays: edit it to start the workflow differently")
        }
        NodeKind::Event => Some("the event stays: it belongs to the trigger"),
        NodeKind::End => {
            let mut ends = definition
                .nodes()
                .filter(|(_, node)| node.kind == NodeKind::End);
            let is_last = ends.all(|(end, _)| end == id || going.contains(&end));
            is_last.then_some("the last End stays: every workflow needs one")
        }
        NodeKind::Filter(_) | NodeKind::Task(_) => None,
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
    definition.node(from)?;
    let top = at.y.max(definition.node(from)?.position[1] + ROW * 0.5);
    let left = at.x - canvas::NODE.x / 2.0;
    let id = definition.add(Node::new(kind, [left.round(), top.round()]));
    let edge = Edge { from, port, to: id };
    definition.connect(edge).ok()?;
    Some(id)
}
