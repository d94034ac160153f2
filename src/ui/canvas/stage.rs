//! One frame of the canvas: draws the draft and collects what the admin does to it.

use egui::{
    EventFilter, Modifiers, PointerButton, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2,
    WidgetInfo, vec2,
};

use super::{
    CanvasMode,
    act::{Act, Gesture, Selection, Spot},
    block::{Block, Walked},
    draft::Draft,
    geometry::{self, Line, port_position},
    paint::{Brush, EdgeLook},
    problems::Tally,
};
use crate::{
    model::{
        definition::{Edge, Node, NodeId, NodeKind, Port},
        draw::PlaceholderKind,
    },
    ui::{icons::Icon, tokens::canvas},
};

/// How near to an edge, in points of the screen, the pointer must be.
const REACH: f32 = 7.0;

pub(super) struct Stage<'a> {
    pub(super) ui: &'a Ui,
    pub(super) brush: Brush<'a>,
    pub(super) screen: Rect,
    pub(super) draft: &'a Draft,
    pub(super) mode: CanvasMode<'a>,
    pub(super) selection: &'a Selection,
    pub(super) gesture: Gesture,
    pub(super) tally: &'a Tally,
    pub(super) acts: Vec<Act>,

    /// The node that has the keyboard.
    pub(super) focused: Option<NodeId>,

    /// Something else of the canvas has it.
    pub(super) has_other_focus: bool,
}

/// What belongs to one node in this frame.
struct Turn<'a> {
    id: NodeId,
    node: &'a Node,
    rect: Rect,
    title: &'a str,
    is_selected: bool,
}

impl<'a> Stage<'a> {
    pub(super) fn show(&mut self, background: &Response) {
        self.brush.background(self.screen);
        let hot_edge = self.hot_edge(background);
        self.background_ui(background, hot_edge);
        for line in self.draft.drawing().geometry.edges() {
            if self.is_visible(self.brush.view.rect(line.bounds)) {
                self.brush.edge(line, self.edge_look(line, hot_edge));
            }
        }
        for id in &self.draft.drawing().order {
            self.node_and_ports(*id, hot_edge);
        }
        self.pull_ui();
        self.lasso_ui(background);
    }

    fn is_visible(&self, rect: Rect) -> bool {
        rect.expand(24.0).intersects(self.screen)
    }

    fn is_editing(&self) -> bool {
        matches!(self.mode, CanvasMode::Edit)
    }

    fn pointer(&self) -> Option<Pos2> {
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
            self.acts
                .push(hot_edge.map_or(Act::Deselect, Act::SelectEdge));
        }
        if background.drag_started_by(PointerButton::Primary)
            && shift
            && let Some(at) = self.ui.input(|input| input.pointer.press_origin())
        {
            let from = self.brush.view.canvas(at);
            self.acts.push(Act::Begin(Gesture::Lasso(from)));
        }
        let is_lasso = matches!(self.gesture, Gesture::Lasso(_)) || shift;
        if background.dragged() && !(is_lasso && background.dragged_by(PointerButton::Primary)) {
            self.acts.push(Act::Pan(background.drag_delta()));
        }
        self.has_other_focus |= background.has_focus();
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
        if self.selection.edge == Some(line.edge) {
            EdgeLook::Selected
        } else if hot == Some(line.edge) {
            EdgeLook::Hovered
        } else {
            EdgeLook::Plain
        }
    }

    fn node_and_ports(&mut self, id: NodeId, hot_edge: Option<Edge>) {
        let draft = self.draft;
        let (Some(node), Some(rect), Some(texts)) = (
            draft.definition().node(id),
            draft.drawing().geometry.node(id),
            draft.drawing().texts.get(&id),
        ) else {
            return;
        };
        let turn = Turn {
            id,
            node,
            rect: self.brush.view.rect(rect),
            title: &texts.title,
            is_selected: self.selection.nodes.contains(&id),
        };
        let is_visible = self.is_visible(turn.rect);
        let response = self.body(&turn);
        if is_visible {
            let block = Block {
                kind: &node.kind,
                texts,
                is_disabled: node.is_disabled,
                is_selected: turn.is_selected,
                is_hovered: response.hovered(),
                has_focus: response.has_focus(),
                problems: self.tally.of(id),
                walk: self.walked(id),
            };
            block.paint(&self.brush, turn.rect);
            self.buttons(&turn, &response);
        }
        if self.is_editing() {
            self.ports(&turn, is_visible);
            for edge in draft.definition().out(id) {
                self.edge_button(edge, hot_edge == Some(edge));
            }
        }
    }

    fn walked(&self, id: NodeId) -> Walked<'a> {
        match self.mode {
            CanvasMode::Walk(walk) => walk
                .steps
                .get(&id)
                .map_or(Walked::NotReached, Walked::Reached),
            _ => Walked::No,
        }
    }

    /// The block itself. It is there for keyboard and assistive technology even off the screen.
    fn body(&mut self, turn: &Turn<'_>) -> Response {
        let sense = if self.is_editing() {
            Sense::click_and_drag()
        } else {
            Sense::click()
        };
        let widget = self.ui.scope_id().with(("node", turn.id.0));
        let response = self.ui.interact(turn.rect, widget, sense);
        response.widget_info(|| {
            let name = self.node_name(turn);
            WidgetInfo::selected(Role::ListBoxOption, true, turn.is_selected, name)
        });
        let shift = self.ui.input(|input| input.modifiers.shift);
        if response.clicked() {
            response.request_focus();
            self.acts.push(if shift {
                Act::Toggle(turn.id)
            } else {
                Act::Select(turn.id)
            });
        }
        if response.double_clicked() {
            self.acts.push(Act::Open {
                node: turn.id,
                name: false,
            });
        }
        self.take_focus(turn.id, &response);
        self.drag(turn, &response);
        response
    }

    fn take_focus(&mut self, id: NodeId, response: &Response) {
        if !response.has_focus() {
            return;
        }
        self.focused = Some(id);
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: true,
            tab: false,
        };
        self.ui
            .memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let by_keyboard = self
            .ui
            .input(|input| !input.pointer.any_down() && !input.pointer.any_released());
        if response.gained_focus() && by_keyboard {
            if !self.selection.nodes.contains(&id) {
                self.acts.push(Act::Select(id));
            }
            if !self.screen.contains_rect(response.rect) {
                self.acts.push(Act::Show(id));
            }
        }
    }

    fn drag(&mut self, turn: &Turn<'_>, response: &Response) {
        let is_pan = self.ui.input(|input| input.key_down(egui::Key::Space))
            || !response.dragged_by(PointerButton::Primary);
        if response.drag_started_by(PointerButton::Primary) {
            if !turn.is_selected {
                self.acts.push(Act::Select(turn.id));
            }
            response.request_focus();
            self.acts.push(Act::Begin(Gesture::Moving));
        }
        if response.dragged() && response.drag_delta() != Vec2::ZERO {
            let by = response.drag_delta();
            self.acts.push(if is_pan {
                Act::Pan(by)
            } else {
                Act::Move(by / self.brush.view.zoom())
            });
        }
        if response.drag_stopped() && self.gesture == Gesture::Moving {
            self.acts.push(Act::Drop(turn.id));
        }
    }

    fn node_name(&self, turn: &Turn<'_>) -> String {
        let kind = turn.node.kind.label();
        let mut name = if turn.title == kind {
            kind.to_owned()
        } else {
            format!("{kind}: {}", turn.title)
        };
        let texts = self.draft.drawing().texts.get(&turn.id);
        if let Some(texts) = texts.filter(|it| !it.summary.is_empty()) {
            name = format!("{name}. {}", texts.summary);
        }
        if turn.node.is_disabled {
            name += ". Disabled";
        }
        match self.tally.of(turn.id) {
            Some((1, _)) => name += ". 1 problem",
            Some((count, _)) => name = format!("{name}. {count} problems"),
            None => (),
        }
        match self.walked(turn.id) {
            Walked::No => name,
            Walked::NotReached => name + ". Not reached",
            Walked::Reached(step) => format!("{name}. {}", step.sentence()),
        }
    }

    /// Edit and delete, in the upper right corner.
    fn buttons(&mut self, turn: &Turn<'_>, body: &Response) {
        if !self.brush.view.shows_text() {
            return;
        }
        let is_hot = body.contains_pointer() || body.has_focus() || turn.is_selected;
        let is_step = turn.node.kind.is_step() && self.is_editing();
        let size = Vec2::splat(self.brush.view.length(24.0));
        let is_small = turn.rect.height() < self.brush.view.length(canvas::NODE.y) - 1.0;
        let top = if is_small { 10.0 } else { 5.0 };
        let zoom = self.brush.view.zoom();
        let slot = |from_right: f32| {
            let corner = vec2(-from_right, top) * zoom;
            Rect::from_min_size(turn.rect.right_top() + corner, size)
        };
        let (icon, word) = if self.is_editing() {
            (Icon::Edit, "Edit")
        } else {
            (Icon::Preview, "Show")
        };
        let edit = slot(if is_step { 62.0 } else { 36.0 });
        if self.button(turn, edit, icon, word, is_hot) {
            self.acts.push(Act::Open {
                node: turn.id,
                name: false,
            });
        }
        if is_step && self.button(turn, slot(36.0), Icon::Delete, "Delete", is_hot) {
            self.acts.push(Act::DeleteNode(turn.id));
        }
    }

    fn button(
        &mut self,
        turn: &Turn<'_>,
        rect: Rect,
        icon: Icon,
        word: &str,
        is_hot: bool,
    ) -> bool {
        let widget = self.ui.scope_id().with((word, turn.id.0));
        let response = self
            .ui
            .interact(rect, widget, sense_click(turn.is_selected));
        let name = || format!("{word} {}", turn.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name()));
        if is_hot || response.hovered() || response.has_focus() {
            let tokens = self.brush.tokens;
            let mut ink = tokens.muted;
            if response.hovered() || response.has_focus() {
                self.brush.painter.rect_filled(rect, 5.0, tokens.sunken);
                ink = if icon == Icon::Delete {
                    tokens.danger.ink
                } else {
                    tokens.accent.ink
                };
            }
            if response.has_focus() {
                self.brush.focus_ring(rect.shrink(3.0), 4.0);
                self.has_other_focus = true;
            }
            self.brush.icon(rect.center(), icon, 15.0, ink);
        }
        let clicked = response.clicked();
        if response.hovered() {
            response.on_hover_text(name());
        }
        clicked
    }

    fn ports(&mut self, turn: &Turn<'_>, is_visible: bool) {
        if !is_visible || !self.brush.view.shows_text() {
            return;
        }
        for port in turn.node.kind.ports() {
            if turn.node.kind == NodeKind::Start {
                continue;
            }
            self.port(turn, *port);
        }
    }

    fn port(&mut self, turn: &Turn<'_>, port: Port) {
        let at = port_position(turn.rect, &turn.node.kind, port);
        let size = Vec2::splat(self.brush.view.length(20.0).max(14.0));
        let rect = Rect::from_center_size(at, size);
        let widget = self.ui.scope_id().with(("port", turn.id.0, port.label()));
        let sense = sense_click(turn.is_selected) | Sense::DRAG;
        let response = self.ui.interact(rect, widget, sense);
        let name = || format!("Output {} of {}", port.label(), turn.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name()));
        let to = self.draft.definition().after(turn.id, port);
        let is_pulled = self.gesture
            == Gesture::Pulling {
                from: turn.id,
                port,
            };
        let is_hot = response.hovered() || response.has_focus() || is_pulled;
        if port.is_optional() && to.is_none() && !is_hot && !turn.is_selected {
            // An output that may stay open does not ask for attention.
        } else {
            self.brush.port(at, is_hot, to.is_some());
        }
        if response.has_focus() {
            self.has_other_focus = true;
            if let Some(to) = to {
                let edge = Edge {
                    from: turn.id,
                    port,
                    to,
                };
                self.delete_by_key(edge);
            }
        }
        self.port_gestures(turn, port, to, &response);
        if response.hovered() {
            response.on_hover_text(format!(
                "{}: drag to connect, click to add a step",
                port.label()
            ));
        }
    }

    fn delete_by_key(&mut self, edge: Edge) {
        let pressed = self.ui.input_mut(|input| {
            input.consume_key(Modifiers::NONE, egui::Key::Delete)
                || input.consume_key(Modifiers::NONE, egui::Key::Backspace)
        });
        if pressed {
            self.acts.push(Act::SelectEdge(edge));
            self.acts.push(Act::Delete);
        }
    }

    fn port_gestures(&mut self, turn: &Turn<'_>, port: Port, to: Option<NodeId>, it: &Response) {
        let from = turn.id;
        if it.clicked() {
            let spot = match to {
                Some(to) => Spot::On(Edge { from, port, to }),
                None => Spot::After {
                    from,
                    port,
                    at: self.free_place(turn, port),
                },
            };
            let at = it.rect.right_center();
            self.acts.push(Act::OfferSteps { spot, at });
        }
        if it.drag_started_by(PointerButton::Primary) {
            self.acts.push(Act::Begin(Gesture::Pulling { from, port }));
        }
    }

    /// Where a step goes that is added to an open port by a click.
    fn free_place(&self, turn: &Turn<'_>, port: Port) -> Pos2 {
        use crate::model::draw::{COLUMN, ROW};
        let [left, top] = turn.node.position;
        let is_main = turn.node.kind.main_port() == Some(port);
        let column = if is_main { 0.0 } else { COLUMN };
        egui::pos2(left + column + canvas::NODE.x / 2.0, top + ROW)
    }

    /// The placeholder of an edge, or its "+".
    fn edge_button(&mut self, edge: Edge, is_hot: bool) {
        let geometry = &self.draft.drawing().geometry;
        if let Some(it) = geometry.invitation(edge) {
            self.invitation(it);
            return;
        }
        let definition = self.draft.definition();
        let is_start = |id| {
            definition
                .node(id)
                .is_some_and(|it| it.kind == NodeKind::Start)
        };
        let (Some(line), false) = (geometry.edge(edge), is_start(edge.from)) else {
            return;
        };
        let at = self.brush.view.pos(line.middle());
        let rect = Rect::from_center_size(at, Vec2::splat(self.brush.view.length(22.0)));
        if !self.is_visible(rect) || !self.brush.view.shows_text() {
            return;
        }
        let is_near = self.selection.edge == Some(edge)
            || self.selection.nodes.contains(&edge.from)
            || self.selection.nodes.contains(&edge.to);
        let widget = (edge.from.0, edge.port.label(), "plus");
        let widget = self.ui.scope_id().with(widget);
        let response = self.ui.interact(rect, widget, sense_click(is_near));
        response.widget_info(|| {
            let name = format!(
                "Add step between {} and {}",
                self.title(edge.from),
                self.title(edge.to)
            );
            WidgetInfo::labeled(Role::Button, true, name)
        });
        if is_hot || response.hovered() || response.has_focus() || self.selection.edge == Some(edge)
        {
            self.brush
                .plus(rect, response.hovered() || response.has_focus());
        }
        self.has_other_focus |= response.has_focus();
        if response.clicked() {
            self.offer(edge, rect);
        }
    }

    fn offer(&mut self, edge: Edge, rect: Rect) {
        self.acts.push(Act::OfferSteps {
            spot: Spot::On(edge),
            at: rect.right_center(),
        });
    }

    fn invitation(&mut self, it: &geometry::Invitation) {
        let rect = self.brush.view.rect(it.rect);
        let widget = (it.edge.from.0, it.edge.port.label(), "invitation");
        let response = self
            .ui
            .interact(rect, self.ui.scope_id().with(widget), Sense::click());
        let is_trigger = it.kind == PlaceholderKind::AddTrigger;
        response.widget_info(|| {
            let name = if is_trigger {
                "Add trigger".to_owned()
            } else {
                format!("Add step after {}", self.title(it.edge.from))
            };
            WidgetInfo::labeled(Role::Button, true, name)
        });
        if self.is_visible(rect) {
            let is_hot = response.hovered() || response.has_focus();
            self.brush.invitation(it, is_hot, response.has_focus());
        }
        self.has_other_focus |= response.has_focus();
        if response.clicked() && is_trigger {
            self.acts.push(Act::AddTrigger);
        } else if response.clicked() {
            self.offer(it.edge, rect);
        }
    }

    fn title(&self, id: NodeId) -> &str {
        let texts = self.draft.drawing().texts.get(&id);
        texts.map_or("", |it| it.title.as_str())
    }

    /// The edge that is being pulled out of a port.
    fn pull_ui(&mut self) {
        let (Gesture::Pulling { from, port }, Some(pointer)) = (self.gesture, self.pointer())
        else {
            return;
        };
        let definition = self.draft.definition();
        let geometry = &self.draft.drawing().geometry;
        let (Some(node), Some(rect)) = (definition.node(from), geometry.node(from)) else {
            self.acts.push(Act::End);
            return;
        };
        let at = self.brush.view.canvas(pointer);
        let over = geometry.node_at(at).filter(|id| *id != from);
        let edge = over.map(|to| Edge { from, port, to });
        let refusal = edge.and_then(|edge| definition.check_edge(edge).err());
        let tokens = self.brush.tokens;
        let tone = if refusal.is_some() {
            tokens.danger
        } else {
            tokens.accent
        };
        let end = over
            .and_then(|to| geometry.node(to))
            .map_or(at, |target| target.center_top());
        let is_main = node.kind.main_port() == Some(port);
        let points = geometry::way(rect, end, is_main);
        self.brush.arrow(&points, Stroke::new(2.0, tone.ink));
        if let Some(refusal) = refusal {
            self.brush.remark(pointer, &refusal.to_string());
        }
        if self.ui.input(|input| !input.pointer.primary_down()) {
            self.acts.push(Act::End);
            self.acts.push(match (edge, refusal) {
                (Some(_), Some(refusal)) => Act::Notice(refusal.to_string()),
                (Some(edge), None) => Act::Connect(edge),
                (None, _) if rect.contains(at) => Act::End,
                (None, _) => Act::OfferSteps {
                    spot: Spot::After { from, port, at },
                    at: pointer,
                },
            });
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

/// Small controls are stops of the Tab key only where the admin is at work.
fn sense_click(is_stop: bool) -> Sense {
    if is_stop {
        Sense::click()
    } else {
        Sense::CLICK
    }
}
