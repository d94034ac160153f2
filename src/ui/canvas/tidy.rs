//! Tidying up, and how blocks drift to their new places.
//!
//! **Invariant:** the draft is at its goal from the start; only the drawing is in between, and only for
//! a moment.

use std::collections::{BTreeMap, BTreeSet};

use egui::Ui;

use super::{Canvas, CanvasOutcome, view::View};
use crate::{
    model::definition::{Definition, NodeId},
    ui::{motion, tokens::seconds},
};

/// Where the nodes come from.
#[derive(Debug)]
pub(super) struct Drift {
    from: BTreeMap<NodeId, [f32; 2]>,

    /// `None` until the first frame, because only a frame knows the time.
    began: Option<f64>,
}

impl Drift {
    pub(super) fn from(definition: &Definition) -> Self {
        Self {
            from: definition
                .nodes()
                .map(|(id, it)| (id, it.position))
                .collect(),
            began: None,
        }
    }

    fn is_needed(&self, definition: &Definition) -> bool {
        let mut nodes = definition.nodes();
        nodes.any(|(id, it)| {
            self.from
                .get(&id)
                .is_some_and(|from| is_elsewhere(*from, it.position))
        })
    }

    /// A drawing with every node so far on its way.
    pub(super) fn between(&self, definition: &Definition, progress: f32) -> Definition {
        let mut drawn = definition.clone();
        for (id, from) in &self.from {
            if let Some(node) = drawn.node_mut(*id) {
                let [x, y] =
                    [0, 1].map(|axis| from[axis] + (node.position[axis] - from[axis]) * progress);
                node.position = [x, y];
            }
        }
        drawn
    }
}

impl Canvas {
    /// Lays out the selected blocks, or all of them if there are fewer than two.
    pub(super) fn tidy_up(&mut self, outcome: &mut CanvasOutcome) {
        let mut tidy = self.draft.definition().clone();
        let selected = &self.selection.nodes;
        let is_block = |id: &&NodeId| tidy.node(**id).is_some_and(|it| !it.kind.is_note());
        let is_part = selected.iter().filter(is_block).count() >= 2;
        let chosen: Option<BTreeSet<NodeId>> = is_part.then(|| selected.clone());
        if !tidy.tidy_up(chosen.as_ref()) {
            let what = if is_part {
                "the selected blocks are"
            } else {
                "everything is"
            };
            outcome.notice = Some(format!("{what} tidy already"));
            return;
        }
        self.drifting(|canvas| {
            canvas.draft.edit(|definition| *definition = tidy);
            Some(())
        });
    }

    /// Makes a change after which blocks drift to where they are then. Whoever saw everything still
    /// does.
    pub(super) fn drifting<R>(&mut self, change: impl FnOnce(&mut Self) -> Option<R>) -> Option<R> {
        let saw_everything = self.shows_everything();
        let drift = Drift::from(self.draft.definition());
        let result = change(self)?;
        self.drift = Some(drift).filter(|it| it.is_needed(self.draft.definition()));
        if saw_everything && !self.shows_everything() {
            let bounds = self.draft.drawing().geometry.bounds();
            self.glide_to(View::opening(bounds, self.screen));
            self.reopens = true;
        }
        Some(result)
    }

    /// Brings the blocks on their way; a press of a button ends it.
    pub(super) fn drift(&mut self, ui: &Ui) {
        let Some(drift) = &mut self.drift else {
            return;
        };
        let (now, is_pressed) = ui.input(|input| (input.time, input.pointer.any_pressed()));
        let began = *drift.began.get_or_insert(now);
        let progress = motion::progress(ui.ctx(), began, seconds::GLIDE);
        if progress < 1.0 && !is_pressed {
            self.draft.show_between(drift, progress);
            ui.ctx().request_repaint();
        } else {
            self.draft.show_there();
            self.drift = None;
        }
    }
}

fn is_elsewhere(a: [f32; 2], b: [f32; 2]) -> bool {
    a.iter().zip(&b).any(|(a, b)| (a - b).abs() > 0.0)
}

/// Whether nothing but the places of nodes is different.
pub(super) fn is_only_moved(before: &Definition, after: &Definition) -> bool {
    let mut back = before.clone();
    for (id, node) in after.nodes() {
        if let Some(it) = back.node_mut(id) {
            it.position = node.position;
        }
    }
    back == *after
}
