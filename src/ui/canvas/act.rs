//! What a gesture or a key means, and what it does to the draft.
//!
//! Drawing only collects acts, so that the draft stands still while it is drawn.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2};

use super::{
    Canvas, CanvasOutcome, ClipboardWish, Opened,
    context_menu::{About, ContextMenu},
    find::Seek,
    menu::StepMenu,
    ports::Control,
    rename::Renaming,
    tidy,
    view::View,
};
use crate::model::definition::{Definition, Edge, NodeId, NodeKind, Port};

/// Below this zoom nobody could read the name that is typed on a block.
const READABLE: f32 = 0.6;

/// What is going on while a button is down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Gesture {
    #[default]
    None,
    Moving,

    /// Space was held when the drag began.
    Panning,

    /// An edge is being pulled out of a port.
    Pulling {
        from: NodeId,
        port: Port,
    },

    /// A note is given another size; how far its corner is from the pointer, on the canvas.
    Sizing {
        note: NodeId,
        grip: Vec2,
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
    AddNote,
    TidyUp,
    Resize {
        note: NodeId,
        to: Vec2,
    },
    Grow(Vec2),
    Connect(Edge),
    Delete,
    DeleteNode(NodeId),
    ToggleDisabled,
    Cut,
    Copy,
    Paste,
    PasteText {
        text: String,
        at: Option<Pos2>,
    },
    Duplicate,
    StartRename(NodeId),
    Rename {
        node: NodeId,
        name: String,
    },
    OpenMenu {
        about: About,
        at: Pos2,
    },
    Begin(Gesture),
    Move(Vec2),
    Drop(NodeId),
    End,

    /// Ends a gesture as if it had not begun.
    Cancel,
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
            Act::TidyUp => self.tidy_up(outcome),
            Act::AddNote => self.add_note(outcome),
            Act::Resize { note, to } => self.resize_note(note, to),
            Act::Grow(by) => self.grow_notes(by),
            Act::Connect(edge) => self.connect(edge, outcome),
            Act::Delete => self.delete_selection(outcome),
            Act::DeleteNode(node) => self.delete_nodes([node].into(), outcome),
            Act::ToggleDisabled => self.toggle_disabled(),
            Act::Cut => self.cut(outcome),
            Act::Copy => self.copy(outcome),
            Act::Paste => outcome.clipboard = Some(ClipboardWish::Paste),
            Act::PasteText { text, at } => self.paste(&text, at, outcome),
            Act::Duplicate => self.duplicate(outcome),
            Act::StartRename(node) => self.start_rename(node),
            Act::Rename { node, name } => self.rename(node, &name, outcome),
            Act::OpenMenu { about, at } => self.context_menu = Some(ContextMenu::new(about, at)),
            Act::Begin(gesture) => self.begin(gesture),
            Act::Move(by) => self.draft.shift(&self.selection.nodes, by.into()),
            Act::Drop(node) => self.drop(node),
            Act::End => self.gesture = Gesture::None,
            Act::Cancel => self.cancel(),
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

    /// What a rectangle touches, beside what was selected when it was begun.
    fn select_in(&mut self, area: Rect) {
        let mut nodes: BTreeSet<NodeId> = self.draft.drawing().geometry.nodes_in(area).collect();
        if matches!(self.gesture, Gesture::Lasso(_)) {
            nodes.extend(&self.before);
        }
        self.selection = Selection { nodes, edge: None };
    }

    fn begin(&mut self, gesture: Gesture) {
        self.gesture = gesture;
        self.before = self.selection.nodes.clone();
    }

    fn cancel(&mut self) {
        match std::mem::take(&mut self.gesture) {
            Gesture::Moving | Gesture::Sizing { .. } => self.draft.abandon(),
            Gesture::Lasso(_) => self.selection.nodes = std::mem::take(&mut self.before),
            Gesture::None | Gesture::Panning | Gesture::Pulling { .. } => (),
        }
    }

    /// Shows a field for the name where the name stands, in a size in which it can be read.
    fn start_rename(&mut self, node: NodeId) {
        let Some(named) = self.draft.definition().node(node) else {
            return;
        };
        self.renaming = Some(Renaming::new(node, &named.name));
        self.reveal = Some(node);
        let rect = self.draft.drawing().geometry.node(node);
        if let (Some(view), Some(rect)) = (self.view, rect)
            && view.zoom() < READABLE
        {
            let at = view.pos(rect.center());
            self.change_view(|view| view.zoom_about(at, 1.0 / view.zoom()));
        }
    }

    pub(super) fn select_edge(&mut self, edge: Edge) {
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
    pub(super) fn glide_to(&mut self, view: View) {
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

    /// Gives the keyboard to "Add trigger".
    pub(super) fn show_placeholder(&mut self) {
        let definition = self.draft.definition();
        let start = definition.find(|kind| *kind == NodeKind::Start);
        let edge = start.and_then(|start| definition.out(start).next());
        self.control_focus = edge.map(Control::Invitation);
    }

    /// The keyboard goes elsewhere than to what was to have it next.
    pub(super) fn keep_keyboard_away(&mut self) {
        self.focus = None;
        self.control_focus = None;
    }

    pub fn undo(&mut self) {
        let before = self.draft().clone();
        let changed = self.drifting(|canvas| canvas.draft.undo());
        self.point_at(changed, &before);
    }

    pub fn redo(&mut self) {
        let before = self.draft().clone();
        let changed = self.drifting(|canvas| canvas.draft.redo());
        self.point_at(changed, &before);
    }

    /// Selects what undo or redo changed, and brings it onto the screen. Where a whole layout came
    /// back, nothing stands out.
    fn point_at(&mut self, changed: Option<BTreeSet<NodeId>>, before: &Definition) {
        let Some(nodes) = changed else {
            return;
        };
        self.forget_what_is_gone();
        if nodes.len() > 1 && tidy::is_only_moved(before, self.draft()) {
            return;
        }
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
