//! One block in one frame: what it looks like, and what the admin does to it.

use egui::{
    EventFilter, Id, PointerButton, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, vec2,
};

use super::{
    CanvasMode,
    act::{Act, Gesture},
    block::{self, Block, Walked},
    context_menu::About,
    draft::Texts,
    find::Mark,
    keys::is_by_keyboard,
    paint::Brush,
    stage::Stage,
};
use crate::{
    model::{
        compare,
        definition::{Edge, Node, NodeId},
    },
    ui::{
        icons::Icon,
        tokens::canvas,
        widgets::{
            say_selected,
            text::{self, shown},
        },
    },
};

/// What belongs to one node in this frame.
pub(super) struct Turn<'a> {
    pub(super) id: NodeId,
    pub(super) node: &'a Node,
    pub(super) rect: Rect,
    pub(super) texts: &'a Texts,
    pub(super) title: &'a str,
    pub(super) is_selected: bool,

    /// Its controls are stops of the Tab key.
    pub(super) is_stop: bool,
}

/// The block as a widget of the canvas.
pub(super) fn node_widget(ui: &Ui, node: NodeId) -> Id {
    ui.scope_id().with(("node", node.0))
}

impl<'a> Stage<'a> {
    pub(super) fn turn(&self, id: NodeId) -> Option<Turn<'a>> {
        let drawing = self.draft.drawing();
        let texts = drawing.texts.get(&id)?;
        Some(Turn {
            id,
            node: self.draft.definition().node(id)?,
            rect: self.brush.view.rect(drawing.geometry.node(id)?),
            texts,
            title: &texts.title,
            is_selected: self.selection.nodes.contains(&id),
            is_stop: self.is_at_work(id),
        })
    }

    /// A block. Notes lie below and are drawn already.
    pub(super) fn node_and_ports(&mut self, id: NodeId, hot_edge: Option<Edge>) {
        let Some(turn) = self.turn(id).filter(|it| !it.node.kind.is_note()) else {
            return;
        };
        let (draft, node, texts) = (self.draft, turn.node, turn.texts);
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
                mark: self.mark(id),
            };
            self.paint_marked(&block, &turn);
            self.badge(&turn);
        }
        self.say_problem(&turn, &response);
        self.buttons(&turn, &response, is_visible);
        if self.is_editing() {
            self.ports(&turn, is_visible);
        }
        for edge in draft.definition().out(id) {
            self.edge(edge);
            if self.is_editing() {
                self.edge_button(edge, hot_edge == Some(edge));
            }
        }
    }

    /// A block that nobody can touch in this frame. Thousands of them may be in sight at once.
    pub(super) fn far_block(&mut self, id: NodeId) {
        let Some(turn) = self.turn(id).filter(|it| !it.node.kind.is_note()) else {
            return;
        };
        let block = Block {
            kind: &turn.node.kind,
            texts: turn.texts,
            is_disabled: turn.node.is_disabled,
            is_selected: turn.is_selected,
            is_hovered: false,
            has_focus: false,
            problems: self.tally.of(id),
            walk: self.walked(id),
            mark: self.mark(id),
        };
        self.paint_marked(&block, &turn);
    }

    /// The block, and whether the search found it.
    fn paint_marked(&mut self, block: &Block<'_>, turn: &Turn<'_>) {
        let mark = self.finder.mark(turn.id);
        if let Some(far) = &mut self.far {
            block.paint_from_far(&self.brush, far, turn.rect);
            self.brush.found(turn.rect, mark);
            return;
        }
        if mark != Mark::Passed {
            block.paint(&self.brush, turn.rect);
            self.brush.found(turn.rect, mark);
            return;
        }
        let mut painter = self.brush.painter.clone();
        painter.multiply_opacity(canvas::PASSED_OPACITY);
        let brush = Brush {
            painter: &painter,
            ..self.brush
        };
        block.paint(&brush, turn.rect);
    }

    /// The badge says in words what it counts.
    fn badge(&self, turn: &Turn<'_>) {
        let walked = self.walked(turn.id);
        let count = self
            .tally
            .of(turn.id)
            .filter(|_| matches!(walked, Walked::No));
        let is_shown = count.is_some() || matches!(walked, Walked::Reached(_));
        let rect = block::badge_rect(&self.brush, turn.rect, count.is_some());
        if !is_shown || !self.ui.rect_contains_pointer(rect) {
            return;
        }
        let widget = self.ui.scope_id().with(("badge", turn.id.0));
        let badge = self.ui.interact(rect, widget, Sense::hover());
        badge.on_hover_ui(|ui| {
            let sentences = match walked {
                Walked::Reached(step) => vec![step.sentence()],
                _ => self.tally.sentences(turn.id),
            };
            for sentence in sentences {
                text::body(ui, &shown(&sentence));
            }
        });
    }

    /// Who comes by keyboard reads what is wrong without a pointer.
    fn say_problem(&mut self, turn: &Turn<'_>, response: &Response) {
        let sentences = || self.tally.sentences(turn.id).join("\n");
        if self.tally.of(turn.id).is_none() || !matches!(self.walked(turn.id), Walked::No) {
            return;
        }
        self.ui
            .ctx()
            .accesskit_node_builder(response.id, |node| node.set_description(sentences()));
        if response.has_focus() && !response.contains_pointer() && self.gesture == Gesture::None {
            self.remark = Some((turn.rect, sentences()));
        }
    }

    pub(super) fn mark(&self, id: NodeId) -> Option<compare::Mark> {
        match self.mode {
            CanvasMode::Compare(compared) => compared.marks.nodes.get(&id).copied(),
            _ => None,
        }
    }

    pub(super) fn walked(&self, id: NodeId) -> Walked<'a> {
        match self.mode {
            CanvasMode::Walk(walk) => walk
                .steps
                .get(&id)
                .map_or(Walked::NotReached, Walked::Reached),
            _ => Walked::No,
        }
    }

    /// The block itself. It is there for keyboard and assistive technology even off the screen.
    pub(super) fn body(&mut self, turn: &Turn<'_>) -> Response {
        let sense = if self.is_editing() {
            Sense::click_and_drag()
        } else {
            Sense::click()
        };
        let widget = node_widget(self.ui, turn.id);
        let response = self.ui.interact(turn.rect, widget, sense);
        response.widget_info(|| {
            let name = self.node_name(turn);
            WidgetInfo::selected(Role::ListBoxOption, true, turn.is_selected, name)
        });
        say_selected(&response, turn.is_selected);
        if response.clicked() {
            response.request_focus();
            self.acts.push(if self.adds() {
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
        if response.secondary_clicked()
            && let Some(at) = self.pointer()
        {
            if !turn.is_selected {
                self.acts.push(Act::Select(turn.id));
            }
            response.request_focus();
            let about = About::Blocks;
            self.acts.push(Act::OpenMenu { about, at });
        }
        response
    }

    /// Whether what is chosen now comes to what is selected.
    fn adds(&self) -> bool {
        self.ui
            .input(|input| input.modifiers.shift || input.modifiers.command)
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
        if response.gained_focus() && is_by_keyboard(self.ui) {
            if !self.selection.nodes.contains(&id) {
                self.acts.push(Act::Select(id));
            }
            if !self.screen.contains_rect(response.rect) {
                self.acts.push(Act::Show(id));
            }
        }
    }

    fn drag(&mut self, turn: &Turn<'_>, response: &Response) {
        if !response.drag_started() && !response.dragged() && !response.drag_stopped() {
            return;
        }
        let mut gesture = self.gesture;
        if response.drag_started_by(PointerButton::Primary) {
            if self.ui.input(|input| input.key_down(egui::Key::Space)) {
                gesture = Gesture::Panning;
            } else {
                gesture = Gesture::Moving;
                if !turn.is_selected {
                    self.acts.push(if self.adds() {
                        Act::Toggle(turn.id)
                    } else {
                        Act::Select(turn.id)
                    });
                }
            }
            response.request_focus();
            self.acts.push(Act::Begin(gesture));
        }
        let by = response.drag_delta();
        if response.dragged() && by != Vec2::ZERO {
            let is_primary = response.dragged_by(PointerButton::Primary);
            match gesture {
                Gesture::Moving if is_primary => {
                    self.acts.push(Act::Move(by / self.brush.view.zoom()));
                }
                Gesture::Panning => self.acts.push(Act::Pan(by)),
                _ if !is_primary => self.acts.push(Act::Pan(by)),
                _ => (),
            }
        }
        if response.drag_stopped() {
            match self.gesture {
                Gesture::Moving => self.acts.push(Act::Drop(turn.id)),
                Gesture::Panning => self.acts.push(Act::End),
                _ => (),
            }
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
        if let Some(mark) = self.mark(turn.id) {
            name = format!("{}: {name}", mark.word());
        }
        match self.walked(turn.id) {
            // No walk ever meets a note.
            _ if turn.node.kind.is_note() => name,
            Walked::No => name,
            Walked::NotReached => name + ". Not reached",
            Walked::Reached(step) => format!("{name}. {}", step.sentence()),
        }
    }

    /// Edit and delete, in the upper right corner.
    pub(super) fn buttons(&mut self, turn: &Turn<'_>, body: &Response, is_visible: bool) {
        let is_seen = is_visible && self.brush.view.shows_text();
        // Two canvases are compared by looking at both; there is no drawer to show anything in.
        let is_compared = matches!(self.mode, CanvasMode::Compare(_));
        let is_seen = is_seen && self.is_in_reach(turn.id, turn.rect);
        if is_compared || (!is_seen && !self.is_read && !turn.is_stop) {
            return;
        }
        let is_hot = body.contains_pointer() || body.has_focus() || turn.is_selected;
        let is_step = turn.node.kind.is_step() && self.is_editing();
        let size = Vec2::splat(self.brush.view.length(24.0));
        let is_small = turn.rect.height() < self.brush.view.length(canvas::NODE.y) - 1.0;
        let top = if is_small { 10.0 } else { 2.0 };
        let zoom = self.brush.view.zoom();
        // The badge with the number of problems has the corner.
        let aside = if self.tally.of(turn.id).is_some() {
            30.0
        } else {
            0.0
        };
        let slot = |from_right: f32| {
            let corner = vec2(-from_right - aside, top) * zoom;
            Rect::from_min_size(turn.rect.right_top() + corner, size)
        };
        let (icon, word) = if self.is_editing() {
            (Icon::Edit, "Edit")
        } else {
            (Icon::Preview, "Show")
        };
        let edit = slot(if is_step { 62.0 } else { 36.0 });
        if self.button(turn, edit, (icon, word), is_hot, is_seen) {
            self.acts.push(Act::Open {
                node: turn.id,
                name: false,
            });
        }
        if is_step && self.button(turn, slot(36.0), (Icon::Delete, "Delete"), is_hot, is_seen) {
            self.acts.push(Act::DeleteNode(turn.id));
        }
    }

    fn button(
        &mut self,
        turn: &Turn<'_>,
        rect: Rect,
        (icon, word): (Icon, &str),
        is_hot: bool,
        is_seen: bool,
    ) -> bool {
        let widget = self.ui.scope_id().with((word, turn.id.0));
        let sense = sense_click(turn.is_stop);
        let Some(response) = self.control(turn.id, rect, widget, sense, is_seen) else {
            return false;
        };
        let name = || format!("{word} {}", turn.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name()));
        let is_shown = is_seen && is_hot;
        if is_shown || response.hovered() || response.has_focus() {
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
                self.follow_focus(turn.id, &response);
            }
            self.brush.icon(rect.center(), icon, 15.0, ink);
        }
        let clicked = response.clicked();
        if response.hovered() {
            response.on_hover_text(name());
        }
        clicked
    }
}

/// Small controls are stops of the Tab key only where the admin is at work.
pub(super) fn sense_click(is_stop: bool) -> Sense {
    if is_stop {
        Sense::click()
    } else {
        Sense::CLICK
    }
}
