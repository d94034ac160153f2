//! One frame of the canvas: draws the draft and collects what the admin does to it.

use std::collections::BTreeSet;

use egui::{Id, PointerButton, Pos2, Rect, Response, Sense, Shape, Ui, Vec2};

use super::{
    CanvasMode,
    act::{Act, Gesture, Selection},
    context_menu::About,
    draft::Draft,
    far::Far,
    find::Finder,
    geometry::Line,
    node::node_widget,
    paint::{Brush, EdgeLook},
    problems::Tally,
};
use crate::{
    model::definition::{Edge, NodeId, Port},
    ui::tokens::canvas,
};

/// How near to an edge, in points of the screen, the pointer must be.
const REACH: f32 = 7.0;

/// Nearer to a block than this the pointer may be about to use its small controls.
const NEAR: f32 = 80.0;

pub(super) struct Stage<'a> {
    pub(super) ui: &'a Ui,
    pub(super) brush: Brush<'a>,

    /// Where text is too small to read, what all blocks and edges are painted into.
    pub(super) far: Option<Far>,
    pub(super) screen: Rect,
    pub(super) draft: &'a Draft,
    pub(super) mode: CanvasMode<'a>,
    pub(super) selection: &'a Selection,
    pub(super) gesture: Gesture,
    pub(super) tally: &'a Tally,
    pub(super) finder: &'a Finder,

    /// For controls that the pointer cannot reach: off the screen, or too small for it.
    pub(super) unseen: Ui,

    /// Somebody reads the accessibility tree: everything is in it, not only what the keyboard is near.
    pub(super) is_read: bool,

    /// The block that one of the controls belonged to that had the keyboard in the last frame, and
    /// that has it now.
    pub(super) was_at_work: Option<NodeId>,
    pub(super) at_work: Option<NodeId>,

    /// What is wrong with the block that has the keyboard, to be said below it.
    pub(super) remark: Option<(Rect, String)>,
    pub(super) hover: Option<Pos2>,

    /// The node that had the keyboard in the last frame, or one of whose controls had it.
    pub(super) was_focused: Option<NodeId>,
    pub(super) acts: Vec<Act>,

    /// The node that has the keyboard.
    pub(super) focused: Option<NodeId>,

    /// Something else of the canvas has it, and the node that it belongs to.
    pub(super) has_other_focus: bool,
}

impl Stage<'_> {
    pub(super) fn show(&mut self, background: &Response) {
        self.brush.background(self.screen);
        let hot_edge = self.hot_edge(background);
        self.background_ui(background, hot_edge);
        for (note, _) in self.draft.definition().notes() {
            self.note_ui(note, hot_edge);
        }
        // Below whatever is painted from here on.
        let far = self.brush.painter.add(Shape::Noop);
        let leading = self.edges(hot_edge);
        self.blocks(&leading, hot_edge);
        if let Some(all) = self.far.take() {
            self.brush.painter.set(far, all.into_mesh());
        }
        if let (Some(edge), true) = (self.selection.edge, self.is_editing()) {
            self.edge_end(edge);
        }
        if let Some((rect, text)) = self.remark.take() {
            self.brush.caption(rect, &text);
        }
        self.pull_ui();
        self.lasso_ui(background);
        self.scroll_at_border();
    }

    /// Whoever drags something to the border of the canvas wants to see what lies beyond.
    fn scroll_at_border(&mut self) {
        let carries = matches!(
            self.gesture,
            Gesture::Moving | Gesture::Pulling { .. } | Gesture::Lasso(_)
        );
        let (Some(pointer), true) = (self.pointer(), carries) else {
            return;
        };
        let inner = self.screen.shrink(canvas::BORDER);
        let beyond = pointer - inner.clamp(pointer);
        if beyond == Vec2::ZERO || !self.ui.input(|input| input.pointer.primary_down()) {
            return;
        }
        let seconds = self.ui.input(|input| input.stable_dt.min(0.1));
        let speed = beyond.length().min(canvas::BORDER) / canvas::BORDER * canvas::SCROLL_SPEED;
        let by = beyond.normalized() * speed * seconds;
        self.acts.push(Act::Pan(-by));
        if self.gesture == Gesture::Moving {
            self.acts.push(Act::Move(by / self.brush.view.zoom()));
        }
    }

    /// Paints those in sight. Returns the nodes that they come from, in their order.
    fn edges(&mut self, hot_edge: Option<Edge>) -> Vec<NodeId> {
        let geometry = &self.draft.drawing().geometry;
        let mut leading = Vec::new();
        for line in geometry.edges() {
            if !self.is_visible(self.brush.view.rect(line.bounds)) {
                continue;
            }
            leading.push(line.edge.from);
            let look = self.edge_look(line, hot_edge);
            match &mut self.far {
                Some(far) => self.brush.edge_from_far(far, line, look),
                None => self.brush.edge(line, look),
            }
        }
        leading.sort_unstable();
        leading
    }

    /// Every block that somebody can see, hear of, or come to with the next press of Tab.
    fn blocks(&mut self, leading: &[NodeId], hot_edge: Option<Edge>) {
        let drawing = self.draft.drawing();
        let order = &drawing.order;
        let focused = self.was_focused;
        let focused = order.iter().position(|id| Some(*id) == focused);
        // The block under the pointer carries the others: it must not be lost on the way.
        let dragged = self.ui.ctx().dragged_id();
        let invitations = drawing.geometry.invitations().iter();
        let inviting: BTreeSet<NodeId> = invitations.map(|it| it.edge.from).collect();
        for (index, id) in order.iter().enumerate() {
            let is_next = focused.is_some_and(|at| index.abs_diff(at) <= 1);
            let is_end = index == 0 || index + 1 == order.len();
            let is_needed = self.is_read
                || is_next
                || is_end
                || inviting.contains(id)
                || self.is_at_work(*id)
                || dragged.is_some_and(|it| it == node_widget(self.ui, *id));
            let rect = drawing.geometry.node(*id);
            let rect = rect.map_or(Rect::NOTHING, |it| self.brush.view.rect(it));
            let is_seen = self.is_visible(rect);
            if is_seen && !is_needed && self.far.is_some() && !self.is_near(rect) {
                self.far_block(*id);
            } else if is_seen || is_needed || leading.binary_search(id).is_ok() {
                self.node_and_ports(*id, hot_edge);
            }
        }
    }

    /// Whether the pointer may be on it in the next frame. A finger is nowhere until it presses.
    fn is_near(&self, rect: Rect) -> bool {
        self.hover.is_none_or(|at| rect.expand(NEAR).contains(at))
    }

    pub(super) fn is_visible(&self, rect: Rect) -> bool {
        rect.expand(24.0).intersects(self.screen)
    }

    /// A small control of a block: a button, a port, an edge. It takes part where the pointer can
    /// reach it, where the keyboard is near, and where somebody reads the accessibility tree.
    pub(super) fn control(
        &self,
        owner: NodeId,
        rect: Rect,
        id: Id,
        sense: Sense,
        is_seen: bool,
    ) -> Option<Response> {
        if is_seen {
            Some(self.ui.interact(rect, id, sense))
        } else if self.is_read || self.is_at_work(owner) {
            Some(self.unseen.interact(rect, id, sense))
        } else {
            None
        }
    }

    /// Whether the keyboard or the selection is at this block, so that its controls are stops of Tab.
    pub(super) fn is_at_work(&self, id: NodeId) -> bool {
        self.was_at_work == Some(id)
            || self.selection.nodes.contains(&id)
            || self.selection.edge.is_some_and(|edge| edge.from == id)
    }

    /// To be called for each control of a block.
    pub(super) fn follow_focus(&mut self, owner: NodeId, response: &Response) {
        if !response.has_focus() {
            return;
        }
        self.has_other_focus = true;
        self.at_work = Some(owner);
        if response.gained_focus() && !self.screen.contains_rect(response.rect) {
            self.acts.push(Act::Reveal(owner));
        }
    }

    pub(super) fn is_editing(&self) -> bool {
        matches!(self.mode, CanvasMode::Edit)
    }

    /// Small controls are there only where somebody may be about to use them: in every frame each of
    /// them costs as much as its block.
    pub(super) fn is_in_reach(&self, node: NodeId, rect: Rect) -> bool {
        self.is_read
            || self.is_near(rect)
            || self.was_focused == Some(node)
            || self.is_at_work(node)
            || matches!(self.gesture, Gesture::Pulling { from, .. } if from == node)
    }

    pub(super) fn pointer(&self) -> Option<Pos2> {
        self.ui.input(|input| input.pointer.interact_pos())
    }

    fn hot_edge(&self, background: &Response) -> Option<Edge> {
        if self.gesture != Gesture::None || !self.ui.rect_contains_pointer(self.screen) {
            return None;
        }
        let at = self.brush.view.canvas(background.ctx.pointer_hover_pos()?);
        let geometry = &self.draft.drawing().geometry;
        if geometry.node_at(at).is_some() {
            return None;
        }
        geometry.edge_at(at, REACH / self.brush.view.zoom())
    }

    fn background_ui(&mut self, background: &Response, hot_edge: Option<Edge>) {
        let shift = self.ui.input(|input| input.modifiers.shift);
        if background.clicked() {
            background.request_focus();
            self.acts.push(match (hot_edge, self.hidden_block()) {
                (Some(edge), _) => Act::SelectEdge(edge),
                (None, Some(node)) => Act::Select(node),
                (None, None) => Act::Deselect,
            });
        }
        if background.secondary_clicked()
            && let Some(at) = self.pointer()
        {
            background.request_focus();
            let (act, about) = match hot_edge {
                Some(edge) => (Act::SelectEdge(edge), About::Edge),
                None => (Act::Deselect, About::Ground),
            };
            self.acts.push(act);
            self.acts.push(Act::OpenMenu { about, at });
        }
        if background.drag_started_by(PointerButton::Primary)
            && shift
            && let Some(at) = self.ui.input(|input| input.pointer.press_origin())
        {
            let from = self.brush.view.canvas(at);
            self.acts.push(Act::Begin(Gesture::Lasso(from)));
        }
        let is_lasso = matches!(self.gesture, Gesture::Lasso(_)) || shift;
        let by = background.drag_delta();
        if by != Vec2::ZERO && !(is_lasso && background.dragged_by(PointerButton::Primary)) {
            self.acts.push(Act::Pan(by));
        }
        self.has_other_focus |= background.has_focus();
    }

    /// The block under the pointer, if it is drawn from far and came under the pointer so suddenly
    /// that it did not take part yet.
    fn hidden_block(&self) -> Option<NodeId> {
        self.far.as_ref()?;
        let at = self.brush.view.canvas(self.pointer()?);
        self.draft.drawing().geometry.node_at(at)
    }

    fn edge_look(&self, line: &Line, hot: Option<Edge>) -> EdgeLook {
        if let CanvasMode::Walk(walk) = self.mode {
            let failed = line.edge.port == Port::Failed;
            return match walk.took(self.draft.definition(), line.edge) {
                true if failed => EdgeLook::Failed,
                true => EdgeLook::Walked,
                false => EdgeLook::NotWalked,
            };
        }
        let (from, port) = (line.edge.from, line.edge.port);
        if self.gesture == (Gesture::Pulling { from, port }) {
            // Another one takes its place.
            EdgeLook::NotWalked
        } else if let CanvasMode::Compare(compared) = self.mode
            && let Some(look) = compared.edge_look(line.edge)
        {
            look
        } else if self.selection.edge == Some(line.edge) {
            EdgeLook::Selected
        } else if hot == Some(line.edge) {
            EdgeLook::Hovered
        } else {
            EdgeLook::Plain
        }
    }

    fn lasso_ui(&mut self, background: &Response) {
        let (Gesture::Lasso(from), Some(pointer)) = (self.gesture, self.pointer()) else {
            return;
        };
        let area = Rect::from_two_pos(from, self.brush.view.canvas(pointer));
        self.brush.lasso(self.brush.view.rect(area));
        self.acts.push(Act::SelectIn(area));
        if background.drag_stopped() || self.ui.input(|input| !input.pointer.any_down()) {
            self.acts.push(Act::End);
        }
    }
}
