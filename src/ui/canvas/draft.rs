//! The definition under an admin's hands: its undo points, and what is worked out from it once per
//! change instead of once per frame.
//!
//! **Invariant:** an undo point is taken only of a finished change: never in the middle of a drag.

use std::collections::{BTreeMap, BTreeSet};

use egui::util::undoer::{self, Undoer};

use super::geometry::Geometry;
use crate::model::definition::{Definition, Node, NodeId};

pub(super) struct Draft {
    definition: Definition,
    undoer: Undoer<Definition>,

    /// Changed since the last undo point.
    is_dirty: bool,

    /// Counts finished changes.
    revision: u64,

    /// Counts changes after which it may read differently or have other problems: all but moves.
    meaning: u64,
    drawing: Drawing,
}

/// What painting needs of the definition.
#[derive(Default)]
pub(super) struct Drawing {
    pub(super) geometry: Geometry,
    pub(super) texts: BTreeMap<NodeId, Texts>,

    /// As a reader meets the nodes: along the main ports, then the branches, then what is loose.
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
            ..Default::default()
        };
        let mut undoer = Undoer::with_settings(settings);
        undoer.add_undo(&definition);
        let drawing = Drawing::new(&definition);
        Self {
            definition,
            undoer,
            is_dirty: false,
            revision: 0,
            meaning: 0,
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

    /// Part of a change that is still going on, like a drag.
    pub(super) fn adjust<R>(&mut self, change: impl FnOnce(&mut Definition) -> R) -> R {
        let result = change(&mut self.definition);
        self.is_dirty = true;
        self.meaning += 1;
        self.drawing = Drawing::new(&self.definition);
        result
    }

    /// Moves nodes, as part of a drag. Neither their texts nor their order depend on it.
    pub(super) fn shift(&mut self, nodes: &BTreeSet<NodeId>, by: [f32; 2]) {
        for id in nodes {
            self.definition.shift(*id, by);
        }
        self.is_dirty = true;
        self.drawing.geometry.follow(&self.definition, nodes);
    }

    /// A whole change: one undo point.
    pub(super) fn edit<R>(&mut self, change: impl FnOnce(&mut Definition) -> R) -> R {
        self.finish();
        let result = self.adjust(change);
        self.finish();
        result
    }

    /// Ends the change that is going on. Says whether there was one.
    pub(super) fn finish(&mut self) -> bool {
        if !std::mem::take(&mut self.is_dirty) {
            return false;
        }
        self.undoer.feed_state(0.0, &self.definition);
        if !self.undoer.is_in_flux() {
            return false;
        }
        // The first look began the change, the second one finds it at rest and ends it. Unlike
        // `add_undo` this also forgets what was undone before.
        self.undoer.feed_state(0.0, &self.definition);
        self.revision += 1;
        true
    }

    pub(super) fn can_undo(&self) -> bool {
        self.undoer.has_undo(&self.definition)
    }

    pub(super) fn can_redo(&self) -> bool {
        self.undoer.has_redo(&self.definition)
    }

    pub(super) fn undo(&mut self) -> bool {
        self.finish();
        let earlier = self.undoer.undo(&self.definition).cloned();
        self.replace(earlier)
    }

    pub(super) fn redo(&mut self) -> bool {
        self.finish();
        let later = self.undoer.redo(&self.definition).cloned();
        self.replace(later)
    }

    fn replace(&mut self, definition: Option<Definition>) -> bool {
        let Some(definition) = definition else {
            return false;
        };
        if definition.means_the_same_as(&self.definition) {
            let place = |(id, node): (NodeId, &Node)| (id, node.position.map(f32::to_bits));
            let before: BTreeSet<_> = self.definition.nodes().map(place).collect();
            let now = definition.nodes().map(place);
            let moved = now.filter(|it| !before.contains(it)).map(|(id, _)| id);
            let moved: BTreeSet<NodeId> = moved.collect();
            self.definition = definition;
            self.drawing.geometry.follow(&self.definition, &moved);
        } else {
            self.definition = definition;
            self.drawing = Drawing::new(&self.definition);
            self.meaning += 1;
        }
        self.revision += 1;
        true
    }
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
    let ids = definition.nodes().map(|(id, _)| id);
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
    order
}
