//! The definition under an admin's hands: its undo points, and what is worked out from it once per
//! change instead of once per frame.
//!
//! **Invariant:** an undo point is taken only of a finished change: never in the middle of a drag or
//! of a word. A drag ends with the frame in which no button is down ([`Draft::settle`]); a word goes on
//! over many frames, until whoever watches the keyboard calls [`Draft::finish`]. Any other change ends
//! both.

use std::collections::{BTreeMap, BTreeSet};

use egui::util::undoer::{self, Undoer};

use super::{geometry::Geometry, tidy::Drift};
use crate::model::definition::{Definition, Node, NodeId, NodeKind};

/// Words are undo points too, so that an hour of work is more than a few dozen.
const MAX_UNDOS: usize = 300;

pub(super) struct Draft {
    definition: Definition,
    undoer: Undoer<Definition>,

    /// What has changed since the last undo point.
    unfinished: Option<Unfinished>,

    /// What it was before the change that is going on.
    before: Option<Definition>,

    /// Counts finished changes.
    revision: u64,

    /// Counts finished changes after which it may read differently or have other problems: all but
    /// moves.
    meaning: u64,

    /// The change that is going on is more than a move.
    is_meant: bool,

    /// Counts drawings, also those in the middle of a drag.
    drawn: u64,
    drawing: Drawing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unfinished {
    Gesture,
    Word,
}

/// What painting needs of the definition.
#[derive(Default)]
pub(super) struct Drawing {
    pub(super) geometry: Geometry,
    pub(super) texts: BTreeMap<NodeId, Texts>,

    /// As a reader meets the nodes: along the main ports, then the branches, then what is loose, then
    /// the notes.
    pub(super) order: Vec<NodeId>,
}

pub(super) struct Texts {
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) summary: String,
}

impl Draft {
    pub(super) fn new(definition: Definition) -> Self {
        let settings = undoer::Settings {
            stable_time: 0.0,
            max_undos: MAX_UNDOS,
            ..Default::default()
        };
        let mut undoer = Undoer::with_settings(settings);
        undoer.add_undo(&definition);
        let drawing = Drawing::new(&definition);
        Self {
            definition,
            undoer,
            unfinished: None,
            before: None,
            revision: 0,
            meaning: 0,
            is_meant: false,
            drawn: 0,
            drawing,
        }
    }

    pub(super) fn definition(&self) -> &Definition {
        &self.definition
    }

    pub(super) fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) fn meaning(&self) -> u64 {
        self.meaning
    }

    /// Another number for every drawing that looks different.
    pub(super) fn drawn(&self) -> u64 {
        self.drawn
    }

    /// Part of a change that is still going on, like a drag.
    pub(super) fn adjust<R>(&mut self, change: impl FnOnce(&mut Definition) -> R) -> R {
        self.go_on(Unfinished::Gesture);
        let result = change(&mut self.definition);
        self.is_meant = true;
        self.drawing = Drawing::new(&self.definition);
        result
    }

    /// Part of a word that is being typed.
    pub(super) fn type_in(&mut self, change: impl FnOnce(&mut Definition)) {
        self.go_on(Unfinished::Word);
        change(&mut self.definition);
        self.is_meant = true;
        self.drawn += 1;
        self.drawing = Drawing::new(&self.definition);
    }

    fn go_on(&mut self, with: Unfinished) {
        if self.unfinished.is_some_and(|it| it != with) {
            self.finish();
        }
        if self.unfinished.replace(with).is_none() {
            self.before = Some(self.definition.clone());
        }
        self.drawn += 1;
    }

    /// Moves nodes, as part of a drag. Neither their texts nor their order depend on it.
    pub(super) fn shift(&mut self, nodes: &BTreeSet<NodeId>, by: [f32; 2]) {
        self.go_on(Unfinished::Gesture);
        for id in nodes {
            self.definition.shift(*id, by);
        }
        self.drawing.geometry.follow(&self.definition, nodes);
    }

    /// Takes back the drag that is going on, as if it had not begun.
    pub(super) fn abandon(&mut self) {
        if self.unfinished != Some(Unfinished::Gesture) {
            return;
        }
        self.unfinished = None;
        self.is_meant = false;
        if let Some(before) = self.before.take() {
            self.definition = before;
            self.drawing = Drawing::new(&self.definition);
            self.drawn += 1;
        }
    }

    /// Gives a note another size, as part of a drag.
    pub(super) fn resize(&mut self, note: NodeId, size: [u16; 2]) {
        self.go_on(Unfinished::Gesture);
        if let Some(NodeKind::Note(note)) = self.definition.node_mut(note).map(|it| &mut it.kind) {
            note.size = size;
        }
        self.drawn += 1;
        self.drawing
            .geometry
            .follow(&self.definition, &BTreeSet::from([note]));
    }

    /// Draws the nodes on their way to where they are.
    pub(super) fn show_between(&mut self, drift: &Drift, progress: f32) {
        let between = drift.between(&self.definition, progress);
        self.drawn += 1;
        self.drawing.geometry = Geometry::new(&between);
    }

    /// Draws the nodes where they are.
    pub(super) fn show_there(&mut self) {
        self.drawn += 1;
        self.drawing.geometry = Geometry::new(&self.definition);
    }

    /// A whole change: one undo point.
    pub(super) fn edit<R>(&mut self, change: impl FnOnce(&mut Definition) -> R) -> R {
        self.finish();
        let result = self.adjust(change);
        self.finish();
        result
    }

    /// No button is down: a drag is over. A word is not.
    pub(super) fn settle(&mut self) {
        if self.unfinished == Some(Unfinished::Gesture) {
            self.finish();
        }
    }

    /// Whether a change is going on.
    pub(super) fn is_unfinished(&self) -> bool {
        self.unfinished.is_some()
    }

    /// Ends the change that is going on. Says whether there was one.
    pub(super) fn finish(&mut self) -> bool {
        if self.unfinished.take().is_none() {
            return false;
        }
        self.before = None;
        let is_meant = std::mem::take(&mut self.is_meant);
        self.undoer.feed_state(0.0, &self.definition);
        if !self.undoer.is_in_flux() {
            return false;
        }
        // The first look began the change, the second one finds it at rest and ends it. Unlike
        // `add_undo` this also forgets what was undone before.
        self.undoer.feed_state(0.0, &self.definition);
        self.revision += 1;
        self.meaning += u64::from(is_meant);
        true
    }

    pub(super) fn can_undo(&self) -> bool {
        self.undoer.has_undo(&self.definition)
    }

    pub(super) fn can_redo(&self) -> bool {
        self.undoer.has_redo(&self.definition)
    }

    /// Returns the nodes that are another one now, or are there again.
    pub(super) fn undo(&mut self) -> Option<BTreeSet<NodeId>> {
        self.finish();
        let earlier = self.undoer.undo(&self.definition).cloned();
        self.replace(earlier)
    }

    /// Returns the nodes that are another one now, or are there again.
    pub(super) fn redo(&mut self) -> Option<BTreeSet<NodeId>> {
        self.finish();
        let later = self.undoer.redo(&self.definition).cloned();
        self.replace(later)
    }

    fn replace(&mut self, definition: Option<Definition>) -> Option<BTreeSet<NodeId>> {
        let before = std::mem::replace(&mut self.definition, definition?);
        let changed = changed(&before, &self.definition);
        if before.means_the_same_as(&self.definition) {
            self.drawing.geometry.follow(&self.definition, &changed);
        } else {
            self.drawing = Drawing::new(&self.definition);
            self.meaning += 1;
        }
        self.drawn += 1;
        self.revision += 1;
        Some(changed)
    }
}

/// The nodes that differ; if none does, those from which an edge comes or goes.
fn changed(before: &Definition, after: &Definition) -> BTreeSet<NodeId> {
    let differs = |(id, node): &(NodeId, &Node)| before.node(*id) != Some(*node);
    let nodes: BTreeSet<NodeId> = after.nodes().filter(differs).map(|(id, _)| id).collect();
    if !nodes.is_empty() {
        return nodes;
    }
    let edges = |of: &Definition| of.edges().collect::<BTreeSet<_>>();
    let (old, new) = (edges(before), edges(after));
    let differing = old.symmetric_difference(&new).map(|edge| edge.from);
    differing.filter(|id| after.node(*id).is_some()).collect()
}

impl Drawing {
    fn new(definition: &Definition) -> Self {
        let text = |title: &str| crate::ui::widgets::text::shown(title).into_owned();
        let texts = definition
            .nodes()
            .map(|(id, node)| {
                let texts = Texts {
                    kind: node.kind.label(),
                    title: text(node.title()),
                    summary: text(&node.kind.summary()),
                };
                (id, texts)
            })
            .collect();
        Self {
            geometry: Geometry::new(definition),
            texts,
            order: reading_order(definition),
        }
    }
}

fn reading_order(definition: &Definition) -> Vec<NodeId> {
    let entered: BTreeSet<NodeId> = definition.edges().map(|edge| edge.to).collect();
    let ids = definition.blocks().map(|(id, _)| id);
    let mut open: Vec<NodeId> = ids.rev().filter(|id| !entered.contains(id)).collect();
    let mut order = Vec::with_capacity(definition.len());
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        order.push(id);
        let mut onward: Vec<NodeId> = definition.out(id).map(|edge| edge.to).collect();
        onward.reverse();
        open.extend(onward);
    }
    order.extend(definition.notes().map(|(id, _)| id));
    order
}
