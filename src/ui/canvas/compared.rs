//! A version beside another one: what differs is marked by colour, icon and word, and both canvases
//! are moved together.

use egui::{Color32, Rect, Stroke, StrokeKind, vec2};

use super::{
    Canvas,
    paint::{Brush, EdgeLook},
    view::{Sight, View},
};
use crate::{
    model::{
        compare::{Mark, Marks},
        definition::{Edge, NodeId},
    },
    ui::{
        fonts,
        icons::Icon,
        tokens::{Tokens, canvas},
        widgets::Mood,
    },
};

/// What to mark on one of two canvases.
#[derive(Clone, Debug)]
pub struct CompareView {
    /// "Version 2"
    pub name: String,
    pub marks: Marks,

    /// The newer of the two.
    pub is_new: bool,

    /// One bar serves both canvases.
    pub has_toolbar: bool,
}

impl CompareView {
    pub(super) fn canvas_name(&self, blocks: usize) -> String {
        format!("{}, {blocks} blocks", self.name)
    }

    /// Whether a block was added, removed or changed, not only moved.
    pub(super) fn stands_out(&self, node: NodeId) -> bool {
        let mark = self.marks.nodes.get(&node);
        mark.is_some_and(|mark| *mark != Mark::Moved)
    }

    /// `None` for an edge that both versions have.
    pub(super) fn edge_look(&self, edge: Edge) -> Option<EdgeLook> {
        let is_lone = self.marks.edges.contains(&(edge.from, edge.port));
        is_lone.then_some(if self.is_new {
            EdgeLook::Added
        } else {
            EdgeLook::Removed
        })
    }
}

/// How a mark looks, here and in lists.
pub fn mark_look(mark: Mark) -> (Mood, Icon) {
    match mark {
        Mark::Added => (Mood::Success, Icon::Add),
        Mark::Removed => (Mood::Danger, Icon::Minus),
        Mark::Changed => (Mood::Warning, Icon::Edit),
        Mark::Moved => (Mood::Neutral, Icon::Move),
    }
}

/// Behind the words of a block; what was only moved looks as always.
pub(super) fn fill(tokens: &Tokens, mark: Mark) -> Option<Color32> {
    (mark != Mark::Moved).then(|| mark_look(mark).0.tone(tokens).soft)
}

pub(super) fn stroke(tokens: &Tokens, mark: Option<Mark>) -> Stroke {
    match mark {
        Some(Mark::Moved) | None => Stroke::new(1.0, tokens.control),
        Some(mark) => Stroke::new(2.0, mark_look(mark).0.tone(tokens).ink),
    }
}

/// On the upper right corner of a block: what became of it, as an icon and, where there is room, a
/// word.
pub(super) fn badge(brush: &Brush<'_>, rect: Rect, mark: Mark) {
    let (mood, icon) = mark_look(mark);
    let tone = mood.tone(brush.tokens);
    let zoom = brush.view.zoom();
    let height = 22.0 * zoom.max(0.5);
    let word = brush.view.shows_text().then(|| {
        let font = brush.view.font(fonts::semibold(canvas::TEXT_KIND));
        let word = mark.word().to_owned();
        brush.painter.layout_no_wrap(word, font, tone.on_fill)
    });
    let width = height + word.as_ref().map_or(0.0, |it| it.size().x + height * 0.3);
    let center = rect.right_top() + vec2(8.0 * zoom - width / 2.0, 0.0);
    let pill = Rect::from_center_size(center, vec2(width, height));
    let line = Stroke::new(1.0, tone.fill);
    let round = height / 2.0;
    brush
        .painter
        .rect(pill, round, tone.fill, line, StrokeKind::Inside);
    let at = pill.left_center() + vec2(height / 2.0, 0.0);
    brush.icon(at, icon, height * 0.6 / zoom, tone.on_fill);
    if let Some(word) = word {
        let top = pill.center().y - word.size().y / 2.0;
        let at = egui::pos2(pill.left() + height * 0.9, top);
        brush.painter.galley(at, word, tone.on_fill);
    }
}

impl Canvas {
    /// Both drawings of a comparison are fitted as if they were one.
    pub fn set_beside(&mut self, other: &Self) {
        self.beside = Some(other.draft.drawing().geometry.bounds());
    }

    /// What is to be seen when everything is.
    pub(super) fn extent(&self) -> Rect {
        let own = self.draft.drawing().geometry.bounds();
        self.beside.map_or(own, |other| own.union(other))
    }

    /// Changes when the drawing is moved or enlarged.
    pub fn sight(&self) -> Option<Sight> {
        self.view.map(|view| view.sight(self.screen))
    }

    /// Moves as `other` was moved since it had this sight.
    pub fn follow(&mut self, other: &Self, before: Option<Sight>) {
        let (Some(before), Some(after)) = (before, other.sight()) else {
            return;
        };
        if before == after {
            return;
        }
        if other.is_fitted() {
            self.fit();
        } else if let Some(view) = &mut self.view {
            view.follow(before, after, self.screen);
        }
    }

    fn is_fitted(&self) -> bool {
        self.view == Some(View::fit(self.extent(), self.screen))
    }
}
