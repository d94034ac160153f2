//! Ports, placeholders and the "+" of edges in one frame, and the edge that is being pulled.

use egui::{
    Id, Modifiers, PointerButton, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo,
};

use super::{
    CanvasMode,
    act::{Act, Gesture, Spot},
    context_menu::About,
    geometry::{self, Geometry, port_position},
    node::{Turn, sense_click},
    stage::Stage,
};
use crate::{
    model::{
        definition::{Edge, Node, NodeId, NodeKind, Port},
        draw::PlaceholderKind,
    },
    ui::tokens::{canvas, gap},
};

/// So near to its output an edge that is pulled is let go of, on the canvas.
const BACK: f32 = 24.0;

/// So many columns are looked at for a free place.
const COLUMNS: u16 = 12;

/// A control of a block that the keyboard can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Port(NodeId, Port),
    Edge(Edge),

    /// A placeholder.
    Invitation(Edge),
}

impl Control {
    pub(super) fn id(self, ui: &Ui) -> Id {
        let scope = ui.scope_id();
        match self {
            Self::Port(node, port) => scope.with(("port", node.0, port.label())),
            Self::Edge(edge) => scope.with(("edge", edge.from.0, edge.port.label())),
            Self::Invitation(edge) => scope.with((edge.from.0, edge.port.label(), "invitation")),
        }
    }
}

impl Stage<'_> {
    pub(super) fn ports(&mut self, turn: &Turn<'_>, is_visible: bool) {
        let is_seen = is_visible && self.brush.view.shows_text();
        if !is_seen && !self.is_read && !turn.is_stop {
            return;
        }
        for port in turn.node.kind.ports() {
            if turn.node.kind == NodeKind::Start {
                continue;
            }
            self.port(turn, *port, is_seen);
        }
    }

    fn port(&mut self, turn: &Turn<'_>, port: Port, is_seen: bool) {
        let at = port_position(turn.rect, &turn.node.kind, port);
        let to = self.draft.definition().after(turn.id, port);
        if !self.is_in_reach(turn.id, turn.rect) {
            if is_seen && (!port.is_optional() || to.is_some()) {
                self.brush.port(at, false, to.is_some());
            }
            return;
        }
        let size = Vec2::splat(self.brush.view.length(20.0).max(14.0));
        let rect = Rect::from_center_size(at, size);
        let widget = Control::Port(turn.id, port).id(self.ui);
        let sense = sense_click(turn.is_stop) | Sense::DRAG;
        let Some(response) = self.control(turn.id, rect, widget, sense, is_seen) else {
            return;
        };
        let name = || format!("Output {} of {}", port.label(), turn.title);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name()));
        self.ui.ctx().accesskit_node_builder(widget, |node| {
            node.set_description(match to {
                Some(to) => format!("Leads to {}", self.title(to)),
                None => "Leads nowhere".to_owned(),
            });
        });
        let is_pulled = self.gesture
            == Gesture::Pulling {
                from: turn.id,
                port,
            };
        let is_hot = response.hovered() || response.has_focus() || is_pulled;
        if !is_seen && !response.has_focus() {
            // Somebody may hear of it, but nobody sees it.
        } else if port.is_optional() && to.is_none() && !is_hot && !turn.is_selected {
            // An output that may stay open does not ask for attention.
        } else {
            self.brush.port(at, is_hot, to.is_some());
        }
        self.follow_focus(turn.id, &response);
        if response.has_focus() {
            self.brush
                .focus_ring(Rect::from_center_size(at, Vec2::splat(8.0)), 4.0);
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
                    at: free_place(&self.draft.drawing().geometry, turn.node, port),
                },
            };
            let at = it.rect.right_center();
            self.acts.push(Act::OfferSteps { spot, at });
        }
        if it.drag_started_by(PointerButton::Primary) {
            self.acts.push(Act::Begin(Gesture::Pulling { from, port }));
        }
    }

    /// The edge as something that can be read out and chosen. The pointer finds it by its line.
    pub(super) fn edge(&mut self, edge: Edge) {
        if !self.is_read && !self.is_at_work(edge.from) {
            return;
        }
        let Some(line) = self.draft.drawing().geometry.edge(edge) else {
            return;
        };
        let rect = self.brush.view.rect(line.bounds);
        let widget = Control::Edge(edge).id(self.ui);
        let sense = sense_click(self.is_at_work(edge.from));
        let Some(response) = self.control(edge.from, rect, widget, sense, false) else {
            return;
        };
        let is_selected = self.selection.edge == Some(edge);
        response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, self.edge_name(edge)));
        self.ui
            .ctx()
            .accesskit_node_builder(widget, |node| node.set_selected(is_selected));
        self.follow_focus(edge.from, &response);
        if response.clicked() || (response.gained_focus() && !is_selected) {
            self.acts.push(Act::SelectEdge(edge));
        }
        if response.has_focus() {
            let middle = self.brush.view.pos(line.middle());
            let size = Vec2::splat(self.brush.view.length(26.0).max(8.0));
            self.brush
                .focus_ring(Rect::from_center_size(middle, size), size.x / 2.0);
        }
    }

    /// "Edge from Company address, matched, to User created"
    fn edge_name(&self, edge: Edge) -> String {
        let (from, to) = (self.title(edge.from), self.title(edge.to));
        let way = match edge.port {
            Port::Next => String::new(),
            port => format!(", {},", port.label()),
        };
        let name = format!("Edge from {from}{way} to {to}");
        match self.mode {
            CanvasMode::Walk(walk) if walk.took(self.draft.definition(), edge) => name + ". Taken",
            _ => name,
        }
    }

    /// The placeholder of an edge, or its "+".
    pub(super) fn edge_button(&mut self, edge: Edge, is_hot: bool) {
        let geometry = &self.draft.drawing().geometry;
        if let Some(it) = geometry.invitation(edge) {
            self.invitation(it);
            return;
        }
        if self.far.is_some() && !self.is_read && !self.is_at_work(edge.from) {
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
        let is_seen = self.is_visible(rect)
            && self.brush.view.shows_text()
            && (is_hot || self.is_in_reach(edge.from, rect));
        let is_near = self.is_at_work(edge.from) || self.selection.nodes.contains(&edge.to);
        let widget = (edge.from.0, edge.port.label(), "plus");
        let widget = self.ui.scope_id().with(widget);
        let sense = sense_click(is_near);
        let Some(response) = self.control(edge.from, rect, widget, sense, is_seen) else {
            return;
        };
        response.widget_info(|| {
            let name = format!(
                "Add step between {} and {}",
                self.title(edge.from),
                self.title(edge.to)
            );
            WidgetInfo::labeled(Role::Button, true, name)
        });
        let is_selected = is_seen && self.selection.edge == Some(edge);
        if is_hot || response.hovered() || response.has_focus() || is_selected {
            self.brush
                .plus(rect, response.hovered() || response.has_focus());
        }
        self.follow_focus(edge.from, &response);
        if response.clicked() {
            self.offer(edge, rect);
        }
        self.edge_menu(edge, &response);
    }

    fn edge_menu(&mut self, edge: Edge, response: &Response) {
        if response.secondary_clicked()
            && let Some(at) = self.pointer()
        {
            self.acts.push(Act::SelectEdge(edge));
            let about = About::Edge;
            self.acts.push(Act::OpenMenu { about, at });
        }
    }

    /// The head of the selected edge: dragged to another block, the edge leads there.
    pub(super) fn edge_end(&mut self, edge: Edge) {
        let Some(line) = self.draft.drawing().geometry.edge(edge) else {
            return;
        };
        let (Some(tip), true) = (line.points.last(), self.brush.view.shows_text()) else {
            return;
        };
        let at = self.brush.view.pos(*tip);
        let rect = Rect::from_center_size(at, Vec2::splat(self.brush.view.length(20.0).max(14.0)));
        let widget = self
            .ui
            .scope_id()
            .with((edge.from.0, edge.port.label(), "end"));
        let sense = Sense::click() | Sense::DRAG;
        let response = self.ui.interact(rect, widget, sense);
        response.widget_info(|| {
            let (from, to) = (self.title(edge.from), self.title(edge.to));
            let name = format!("End of the edge from {from} to {to}");
            WidgetInfo::labeled(Role::Button, true, name)
        });
        let Edge { from, port, .. } = edge;
        let is_pulled = self.gesture == Gesture::Pulling { from, port };
        if !is_pulled {
            let is_hot = response.hovered() || response.has_focus();
            self.brush.port(at, is_hot, false);
        }
        self.has_other_focus |= response.has_focus();
        if response.clicked() {
            self.offer(edge, rect);
        }
        if response.drag_started_by(PointerButton::Primary) {
            self.acts.push(Act::Begin(Gesture::Pulling { from, port }));
        }
        if response.hovered() {
            response.on_hover_text("Drag to another block to lead the edge there");
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
        let widget = Control::Invitation(it.edge).id(self.ui);
        let response = self.ui.interact(rect, widget, Sense::click());
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
        self.follow_focus(it.edge.from, &response);
        if response.clicked() && is_trigger {
            self.acts.push(Act::AddTrigger);
        } else if response.clicked() {
            self.offer(it.edge, rect);
        }
        self.edge_menu(it.edge, &response);
    }

    fn title(&self, id: NodeId) -> &str {
        let texts = self.draft.drawing().texts.get(&id);
        texts.map_or("", |it| it.title.as_str())
    }

    /// The edge that is being pulled out of a port.
    pub(super) fn pull_ui(&mut self) {
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
        let over = geometry.target_at(at);
        let port_at = port_position(rect, &node.kind, port);
        // Whoever comes back to the output has changed their mind.
        let over = over.filter(|id| *id != from || port_at.distance(at) > BACK);
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
            self.brush.remark(pointer, &crate::ui::sentence(&refusal));
        }
        if self.ui.input(|input| !input.pointer.primary_down()) {
            self.acts.push(Act::End);
            self.acts.push(match (edge, refusal) {
                (Some(_), Some(refusal)) => Act::Notice(refusal.to_string()),
                (Some(edge), None) => Act::Connect(edge),
                (None, _) if port_at.distance(at) <= BACK => Act::End,
                (None, _) => Act::OfferSteps {
                    spot: Spot::After { from, port, at },
                    at: pointer,
                },
            });
        }
    }
}

/// Where a step goes that is added to an open port by a click or a key. Where another block stands
/// already, it goes further to the right.
pub(super) fn free_place(geometry: &Geometry, node: &Node, port: Port) -> Pos2 {
    use crate::model::draw::{COLUMN, ROW};
    let [left, top] = node.position;
    let is_main = node.kind.main_port() == Some(port);
    let first = u16::from(!is_main);
    let corner = |column: u16| egui::pos2(left + COLUMN * f32::from(column), top + ROW);
    let is_free = |corner: &Pos2| {
        let area = Rect::from_min_size(*corner, canvas::NODE).expand(gap::XS);
        !geometry.blocks().any(|(_, it)| it.intersects(area))
    };
    let columns = first..first + COLUMNS;
    let free = columns.map(corner).find(is_free);
    let corner = free.unwrap_or_else(|| {
        let right = geometry.bounds().right() + canvas::NODE_GAP.x;
        egui::pos2(right.max(left), top + ROW)
    });
    corner + egui::vec2(canvas::NODE.x / 2.0, 0.0)
}
