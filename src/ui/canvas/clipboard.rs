//! Cut, copy, paste and duplicate. What goes to the clipboard is text, so that it gets into other
//! workflows, other windows, mails and files, and back.

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2, vec2};

use super::{
    Canvas, CanvasOutcome, ClipboardWish,
    act::Selection,
    geometry::{Geometry, node_rect},
};
use crate::{
    model::{
        definition::{Definition, NodeId},
        fragment::{Fragment, FragmentError, Source},
    },
    ui::tokens::canvas,
};

/// How many steps of the grid away a free place is looked for.
const TRIES: u8 = 60;

impl Canvas {
    pub(super) fn copy(&self, outcome: &mut CanvasOutcome) {
        self.is_copied(outcome);
    }

    fn is_copied(&self, outcome: &mut CanvasOutcome) -> bool {
        match Fragment::of(self.draft.definition(), &self.selection.nodes) {
            Ok(piece) => {
                outcome.clipboard = Some(ClipboardWish::Put(piece.to_json()));
                true
            }
            Err(why) => {
                outcome.notice = Some(why.to_string());
                false
            }
        }
    }

    /// What cannot be copied stays.
    pub(super) fn cut(&mut self, outcome: &mut CanvasOutcome) {
        if self.is_copied(outcome) {
            let definition = self.draft.definition();
            let is_copied = |id: &NodeId| {
                let node = definition.node(*id);
                node.is_some_and(|it| it.kind.is_copyable())
            };
            let selected = self.selection.nodes.iter().copied();
            let copied = selected.filter(is_copied).collect();
            self.delete_nodes(copied, outcome);
        }
    }

    /// Around `at` on the screen, or in its middle; on the selected edge if the piece is a chain.
    pub(super) fn paste(&mut self, text: &str, at: Option<Pos2>, outcome: &mut CanvasOutcome) {
        let mut piece = match Fragment::from_text(text) {
            Ok(piece) => piece,
            Err(why) => {
                outcome.notice = Some(why.to_string());
                return;
            }
        };
        piece.find_targets(self.choices.known());
        let chosen = self.menu_at.take().or(at);
        let at = chosen.filter(|at| self.screen.contains(*at));
        let at = at.unwrap_or_else(|| self.screen.center());
        let at = self.view.map_or(at, |view| view.canvas(at));
        let is_pasted = self.bring_in(outcome, |geometry, selection, definition| {
            if let Some(edge) = selection.edge.filter(|edge| definition.has(*edge))
                && let Some(nodes) = piece.put_on(definition, edge)?
            {
                return Ok(nodes);
            }
            let corner = at - size(&piece) / 2.0;
            piece.put(definition, free_place(geometry, &piece, corner).into())
        });
        if is_pasted && piece.source() == Source::Workflow {
            let what = "only the steps of this workflow were pasted: import it to have all of it";
            outcome.notice = Some(what.to_owned());
        }
    }

    /// The clipboard keeps what it has.
    pub(super) fn duplicate(&mut self, outcome: &mut CanvasOutcome) {
        let piece = match Fragment::of(self.draft.definition(), &self.selection.nodes) {
            Ok(piece) => piece,
            Err(why) => {
                outcome.notice = Some(why.to_string());
                return;
            }
        };
        self.bring_in(outcome, |geometry, selection, definition| {
            let copied = selection.nodes.iter().filter(|id| {
                let node = definition.node(**id);
                node.is_some_and(|it| it.kind.is_copyable())
            });
            let rects = copied.filter_map(|id| geometry.node(*id));
            let corner = rects.fold(Rect::NOTHING, Rect::union).min;
            let beside = corner + Vec2::splat(canvas::GRID);
            piece.put(definition, free_place(geometry, &piece, beside).into())
        });
    }

    /// Adds nodes as one undo point and selects them, or says why not.
    fn bring_in(
        &mut self,
        outcome: &mut CanvasOutcome,
        put: impl FnOnce(
            &Geometry,
            &Selection,
            &mut Definition,
        ) -> Result<BTreeSet<NodeId>, FragmentError>,
    ) -> bool {
        let saw_everything = self.shows_everything();
        let mut changed = self.draft.definition().clone();
        let geometry = &self.draft.drawing().geometry;
        let nodes = match put(geometry, &self.selection, &mut changed) {
            Ok(nodes) => nodes,
            Err(why) => {
                outcome.notice = Some(why.to_string());
                return false;
            }
        };
        self.draft.edit(|definition| *definition = changed);
        if let Some(first) = nodes.first() {
            self.show(*first);
        }
        self.selection = Selection { nodes, edge: None };
        self.keep_in_sight(saw_everything);
        true
    }
}

fn rects(piece: &Fragment) -> Vec<Rect> {
    let nodes = piece.steps().nodes();
    nodes.map(|(_, node)| node_rect(node)).collect()
}

fn size(piece: &Fragment) -> Vec2 {
    let all = rects(piece);
    all.into_iter().fold(Rect::NOTHING, Rect::union).size()
}

/// Where the piece covers nothing: at `corner`, or a little further down to the right, so that one
/// that is pasted twice shows twice; in a crowd, to the right of everything.
fn free_place(geometry: &Geometry, piece: &Fragment, corner: Pos2) -> Pos2 {
    let rects = rects(piece);
    let around = rects.iter().copied().fold(Rect::NOTHING, Rect::union);
    let corner = corner.round();
    let is_free = |at: &Pos2| {
        let by = at.to_vec2();
        let area = around.translate(by).expand(canvas::GRID / 2.0);
        let near = geometry.nodes_in(area).filter_map(|id| geometry.node(id));
        let near: Vec<Rect> = near.map(|it| it.expand(canvas::GRID / 2.0)).collect();
        // Looking at each pair pays for small pieces only.
        let covers = |it: &Rect| near.iter().any(|other| other.intersects(it.translate(by)));
        near.is_empty() || (rects.len() <= 50 && !rects.iter().any(covers))
    };
    let steps = (0..TRIES).map(|step| corner + Vec2::splat(f32::from(step) * canvas::GRID));
    let mut steps = steps.filter(is_free);
    steps.next().unwrap_or_else(|| {
        let right = geometry.bounds().right() + canvas::NODE_GAP.x;
        corner + vec2((right - corner.x).max(0.0), 0.0)
    })
}
