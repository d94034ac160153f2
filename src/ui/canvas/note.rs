//! Notes: quiet sheets behind the edges and blocks. They are moved, selected and opened like blocks,
//! and their lower right corner gives them another size.

use egui::{
    CornerRadius, CursorIcon, EventFilter, Modifiers, PointerButton, Pos2, Rect, Response, Role,
    Sense, Shape, Stroke, StrokeKind, Vec2, WidgetInfo,
    epaint::text::{LayoutJob, TextWrapping},
    pos2,
};

use super::{
    Canvas, CanvasOutcome, Opened,
    act::{Act, Gesture},
    compared,
    geometry::{Geometry, Line},
    keys::ARROWS,
    node::Turn,
    stage::Stage,
};
use crate::{
    model::{
        definition::{Edge, Node, NodeId, NodeKind},
        note::{NEW_SIZE, Note, within_limits},
    },
    ui::{
        fonts,
        tokens::{canvas, gap},
        widgets::text,
    },
};

/// What an empty note says.
const INVITATION: &str = "Double-click to write";

impl Stage<'_> {
    /// What lies on a note, such as an edge, is clicked instead of it.
    pub(super) fn note_ui(&mut self, id: NodeId, hot_edge: Option<Edge>) {
        let (Some(turn), Some(rect)) = (self.turn(id), self.draft.drawing().geometry.node(id))
        else {
            return;
        };
        let NodeKind::Note(note) = &turn.node.kind else {
            return;
        };
        let response = self.body(&turn);
        if let Some(edge) = hot_edge.filter(|_| response.clicked()) {
            self.acts.push(Act::SelectEdge(edge));
        }
        let is_visible = self.is_visible(turn.rect);
        if is_visible {
            self.sheet(&turn, &response);
            self.words(note, turn.rect);
        }
        self.buttons(&turn, &response, is_visible);
        if is_visible && self.is_editing() {
            self.grip(&turn, note, rect, response.hovered());
        }
    }

    fn sheet(&self, turn: &Turn<'_>, response: &Response) {
        let tokens = self.brush.tokens;
        let tone = tokens.kinds.note;
        let mark = self.mark(turn.id);
        let line = if turn.is_selected {
            Stroke::new(2.0, tokens.accent.ink)
        } else if mark.is_some() {
            compared::stroke(tokens, mark)
        } else if response.hovered() {
            Stroke::new(1.0, tokens.control)
        } else {
            Stroke::new(1.0, tone.ink.gamma_multiply(0.35))
        };
        let radius = self.brush.view.length(canvas::NODE_RADIUS / 2.0);
        let corner = CornerRadius::from(radius);
        let painter = self.brush.painter;
        painter.rect(turn.rect, corner, tone.soft, line, StrokeKind::Inside);
        if response.has_focus() {
            self.brush.focus_ring(turn.rect, radius);
        }
        if let Some(mark) = mark {
            compared::badge(&self.brush, turn.rect, mark);
        }
        self.brush.found(turn.rect, self.finder.mark(turn.id));
    }

    fn words(&self, note: &Note, rect: Rect) {
        let view = self.brush.view;
        if !view.shows_text() {
            return;
        }
        let tokens = self.brush.tokens;
        let inner = rect.shrink(view.length(canvas::NOTE_MARGIN));
        let (words, color) = if note.text.is_empty() {
            (INVITATION.into(), tokens.muted)
        } else {
            (text::shown_lines(&note.text), tokens.text)
        };
        let font = view.font(fonts::regular(canvas::TEXT_NOTE));
        let line = font.size * 1.25;
        let mut job = LayoutJob::simple(words.into_owned(), font, color, inner.width());
        job.wrap = TextWrapping {
            max_width: inner.width(),
            max_rows: (inner.height() / line).max(1.0) as usize,
            ..TextWrapping::default()
        };
        let painter = self
            .brush
            .painter
            .with_clip_rect(rect.intersect(self.screen));
        let galley = painter.layout_job(job);
        painter.galley(inner.min, galley, color);
    }

    /// The corner that changes the size.
    fn grip(&mut self, turn: &Turn<'_>, sheet: &Note, rect: Rect, is_hovered: bool) {
        let side = self.brush.view.length(canvas::GRIP).max(canvas::GRIP / 2.0);
        let corner = turn.rect.max;
        let area = Rect::from_min_max(corner - Vec2::splat(side), corner);
        let widget = self.ui.scope_id().with(("grip", turn.id.0));
        // A stop of the Tab key only where the admin is at work.
        let sense = if turn.is_stop {
            Sense::drag()
        } else {
            Sense::DRAG
        };
        let response = self.ui.interact(area, widget, sense);
        response.widget_info(|| {
            let name = format!("Resize note: {}", turn.title);
            WidgetInfo::labeled(Role::Button, true, name)
        });
        self.grip_keys(turn, &response);
        let is_hot = response.hovered() || response.dragged() || response.has_focus();
        if is_hot || is_hovered || turn.is_selected {
            self.grip_lines(area, is_hot);
        }
        if response.hovered() || response.dragged() {
            self.ui.set_cursor_icon(CursorIcon::ResizeNwSe);
        }
        let view = self.brush.view;
        if response.drag_started_by(PointerButton::Primary)
            && let Some(at) = self.ui.input(|input| input.pointer.press_origin())
        {
            self.acts.push(Act::Select(turn.id));
            self.acts.push(Act::Begin(Gesture::Sizing {
                note: turn.id,
                grip: rect.max - view.canvas(at),
            }));
        }
        let Gesture::Sizing { note, grip } = self.gesture else {
            return;
        };
        if note != turn.id {
            return;
        }
        if let Some(at) = self.pointer() {
            let to = view.canvas(at) + grip - rect.min;
            // A corner that is held still must not keep an idle window busy.
            if within_limits(to.into()) != sheet.size {
                self.acts.push(Act::Resize { note, to });
            }
        }
        if self.ui.input(|input| !input.pointer.any_down()) {
            self.acts.push(Act::End);
        }
    }

    /// With the keyboard at the corner, the arrows alone give the note another size.
    fn grip_keys(&mut self, turn: &Turn<'_>, response: &Response) {
        self.ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_description("Arrow keys give it another size");
        });
        if !response.has_focus() {
            return;
        }
        self.follow_focus(turn.id, response);
        self.brush.focus_ring(response.rect, 4.0);
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        self.ui
            .memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = self.ui.input_mut(|input| {
            ARROWS
                .into_iter()
                .find(|(key, _)| input.consume_key(Modifiers::NONE, *key))
        });
        if let Some((_, direction)) = pressed {
            self.acts.push(Act::Select(turn.id));
            self.acts.push(Act::Grow(direction * canvas::GRID));
        }
    }

    fn grip_lines(&self, area: Rect, is_hot: bool) {
        let tokens = self.brush.tokens;
        let color = if is_hot {
            tokens.accent.ink
        } else {
            tokens.kinds.note.ink
        };
        let end = area.max - Vec2::splat(area.width() * 0.2);
        for part in [0.25, 0.55] {
            let length = area.width() * part;
            let line = [pos2(end.x - length, end.y), pos2(end.x, end.y - length)];
            let stroke = Stroke::new(1.2, color);
            self.brush.painter.add(Shape::line_segment(line, stroke));
        }
    }
}

/// The upper left corner of a free place: left of the block, right of it, or left of everything.
fn beside(geometry: &Geometry, block: Rect, size: Vec2) -> Pos2 {
    let far_left = geometry.bounds().left() - gap::XXL - size.x;
    let places = [
        block.left() - gap::XXL - size.x,
        block.right() + gap::XXL,
        far_left,
    ];
    let corner = |left: f32| pos2(left, block.top());
    let is_free = |at: &Pos2| {
        let area = Rect::from_min_size(*at, size).expand(gap::XS);
        let crosses = |line: &Line| {
            let pieces = line.points.iter().zip(line.points.iter().skip(1));
            let mut pieces = pieces.map(|(a, b)| Rect::from_two_pos(*a, *b));
            line.bounds.intersects(area) && pieces.any(|piece| piece.intersects(area))
        };
        let is_covered = |rect: Rect| rect.intersects(area);
        !geometry.nodes().any(|(_, rect)| is_covered(rect))
            && !geometry.invitations().iter().any(|it| is_covered(it.rect))
            && !geometry.edges().iter().any(crosses)
    };
    let mut free = places.into_iter().map(corner).filter(is_free);
    free.next().unwrap_or_else(|| corner(far_left))
}

/// At `wish`, or beside the blocks and invitations that a note there would cover.
fn near(geometry: &Geometry, wish: Pos2, size: Vec2) -> Pos2 {
    let area = Rect::from_min_size(wish, size);
    let rects = geometry.nodes().map(|(_, rect)| rect);
    let invitations = geometry.invitations().iter().map(|it| it.rect);
    let covered = rects.chain(invitations).filter(|it| it.intersects(area));
    match covered.reduce(Rect::union) {
        Some(covered) => beside(geometry, covered, size),
        None => wish,
    }
}

impl Canvas {
    /// A new note, beside the selected block or else in the middle of what is shown.
    pub(super) fn add_note(&mut self, outcome: &mut CanvasOutcome) {
        let size = Vec2::from(NEW_SIZE.map(f32::from));
        let geometry = &self.draft.drawing().geometry;
        let selected = self.selection.nodes.iter().next();
        let at = match selected.and_then(|id| geometry.node(*id)) {
            Some(block) => beside(geometry, block, size),
            None => match &self.view {
                Some(view) => {
                    let middle = view.canvas(self.screen.center());
                    near(geometry, middle - size / 2.0, size)
                }
                None => pos2(0.0, 0.0),
            },
        };
        let note = NodeKind::Note(Note::default());
        let saw_everything = self.shows_everything();
        let node = Node::new(note, [at.x.round(), at.y.round()]);
        let node = self.draft.edit(|definition| definition.add(node));
        self.select(node);
        // The keyboard goes into its text, which the drawer shows.
        self.reveal = Some(node);
        self.keep_in_sight(saw_everything);
        outcome.edit = Some(Opened {
            node,
            is_new: true,
            is_naming: true,
        });
    }

    /// As part of a drag.
    pub(super) fn resize_note(&mut self, note: NodeId, to: Vec2) {
        let size = within_limits(to.into());
        let is_other = |it: &Node| matches!(&it.kind, NodeKind::Note(note) if note.size != size);
        if self.draft.definition().node(note).is_some_and(is_other) {
            self.draft.resize(note, size);
        }
    }

    /// The selected notes, by the keyboard.
    pub(super) fn grow_notes(&mut self, by: Vec2) {
        for id in self.selection.nodes.clone() {
            let node = self.draft.definition().node(id);
            if let Some(NodeKind::Note(note)) = node.map(|it| &it.kind) {
                let size = Vec2::from(note.size.map(f32::from));
                self.resize_note(id, size + by);
            }
        }
    }
}
