//! How the canvas and its edges look.

use egui::{Align2, Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, Vec2, pos2, vec2};

use super::{
    far::Far,
    find::Mark,
    geometry::{Invitation, Line},
    view::View,
};
use crate::{
    model::{definition::Port, draw::PlaceholderKind},
    ui::{
        fonts,
        icons::Icon,
        tokens::{Tokens, canvas},
    },
};

/// What everything is painted with.
pub(super) struct Brush<'a> {
    pub(super) painter: &'a Painter,
    pub(super) tokens: &'static Tokens,
    pub(super) view: View,
}

/// How an edge stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EdgeLook {
    Plain,
    Hovered,
    Selected,

    /// An execution went this way, or did not.
    Walked,
    NotWalked,
    Failed,

    /// The other version does not have it.
    Added,
    Removed,
}

impl Brush<'_> {
    pub(super) fn background(&self, screen: Rect) {
        self.painter.rect_filled(screen, 0.0, self.tokens.canvas);
        let mut step = self.view.length(canvas::GRID);
        while step < canvas::GRID * 0.7 {
            step *= 2.0;
        }
        let origin = self.view.pos(Pos2::ZERO);
        let first = |low: f32, origin: f32| origin + ((low - origin) / step).ceil() * step;
        let (left, top) = (
            first(screen.left(), origin.x),
            first(screen.top(), origin.y),
        );
        let columns = ((screen.right() - left) / step).max(0.0) as u32;
        let rows = ((screen.bottom() - top) / step).max(0.0) as u32;
        // Thousands of dots in every frame: one mesh costs a fraction of as many shapes.
        let dot = Vec2::splat(2.0 * canvas::DOT);
        let mut dots = Mesh::default();
        for column in 0..=columns {
            for row in 0..=rows {
                let at = pos2(left + column as f32 * step, top + row as f32 * step);
                dots.add_colored_rect(Rect::from_center_size(at, dot), self.tokens.grid);
            }
        }
        self.painter.add(dots);
    }

    pub(super) fn edge(&self, line: &Line, look: EdgeLook) {
        let stroke = self.edge_stroke(look);
        let color = stroke.color;
        self.arrow(&line.points, stroke);
        if self.view.shows_text() && line.edge.port != Port::Next {
            self.port_label(line, color, look);
        }
    }

    /// The same from far away, where its bends are a few pixels.
    pub(super) fn edge_from_far(&self, far: &mut Far, line: &Line, look: EdgeLook) {
        let Stroke { width, color } = self.edge_stroke(look);
        let view = self.view;
        far.line(line.points.iter().map(|at| view.pos(*at)), width, color);
        if let [.., before, tip] = line.points.as_slice() {
            let direction = (*tip - *before).normalized();
            let size = canvas::ARROW * (view.zoom() * 1.7).clamp(0.3, 0.6);
            far.head(view.pos(*tip), direction, size, color);
        }
    }

    fn edge_stroke(&self, look: EdgeLook) -> Stroke {
        let width = match look {
            EdgeLook::Plain | EdgeLook::NotWalked => canvas::WIRE,
            _ => canvas::WIRE * 1.6,
        };
        Stroke::new(width, self.edge_color(look))
    }

    fn edge_color(&self, look: EdgeLook) -> Color32 {
        let tokens = self.tokens;
        match look {
            EdgeLook::Plain => tokens.wire,
            EdgeLook::Hovered => tokens.text,
            EdgeLook::Selected => tokens.accent.ink,
            EdgeLook::Walked | EdgeLook::Added => tokens.success.ink,
            EdgeLook::NotWalked => tokens.wire.gamma_multiply(0.45),
            EdgeLook::Failed | EdgeLook::Removed => tokens.danger.ink,
        }
    }

    /// A line with a head, along points of the canvas.
    pub(super) fn arrow(&self, points: &[Pos2], stroke: Stroke) {
        let head = canvas::ARROW * self.view.zoom().max(0.6);
        let mut points: Vec<Pos2> = points.iter().map(|at| self.view.pos(*at)).collect();
        let Some(tip) = points.pop() else {
            return;
        };
        let before = points.last().copied().unwrap_or(tip - Vec2::DOWN);
        let direction = (tip - before).normalized();
        let base = tip - direction * head.y;
        points.push(base);
        self.painter.add(Shape::line(points, stroke));
        let side = direction.rot90() * head.x / 2.0;
        let head = vec![tip, base + side, base - side];
        self.painter
            .add(Shape::convex_polygon(head, stroke.color, Stroke::NONE));
    }

    fn port_label(&self, line: &Line, color: Color32, look: EdgeLook) {
        let Some(start) = line.points.first() else {
            return;
        };
        let is_side = line.edge.port.is_optional();
        let (offset, align) = if is_side {
            (vec2(10.0, -4.0), Align2::LEFT_BOTTOM)
        } else {
            (vec2(9.0, 7.0), Align2::LEFT_TOP)
        };
        let color = match look {
            EdgeLook::Plain => self.tokens.muted,
            _ => color,
        };
        let font = self.view.font(fonts::regular(canvas::TEXT_KIND));
        let at = self.view.pos(*start + offset);
        self.painter
            .text(at, align, line.edge.port.label(), font, color);
    }

    pub(super) fn invitation(&self, it: &Invitation, is_hot: bool, has_focus: bool) {
        let rect = self.view.rect(it.rect);
        let accent = self.tokens.accent;
        let color = if is_hot {
            accent.ink
        } else {
            self.tokens.muted
        };
        let radius = canvas::NODE_RADIUS * self.view.zoom();
        let fill = if is_hot {
            accent.soft
        } else {
            self.tokens.canvas
        };
        self.painter.rect_filled(rect, radius, fill);
        let line = if is_hot { accent.ink } else { self.tokens.wire };
        self.dashed(rect, Stroke::new(1.2, line));
        if has_focus {
            self.focus_ring(rect, radius);
        }
        if !self.view.shows_text() {
            return;
        }
        let text = match it.kind {
            PlaceholderKind::AddTrigger => "Add trigger",
            PlaceholderKind::AddStep => "Add step",
        };
        let font = self.view.font(fonts::semibold(canvas::TEXT_DETAIL + 1.0));
        let galley = self.painter.layout_no_wrap(text.to_owned(), font, color);
        let icon = self.view.length(15.0);
        let gap = self.view.length(6.0);
        let left = rect.center().x - (icon + gap + galley.size().x) / 2.0;
        self.icon(
            pos2(left + icon / 2.0, rect.center().y),
            Icon::Add,
            15.0,
            color,
        );
        let top = rect.center().y - galley.size().y / 2.0;
        self.painter
            .galley(pos2(left + icon + gap, top), galley, color);
    }

    /// The "+" in the middle of an edge.
    pub(super) fn plus(&self, rect: Rect, is_hot: bool) {
        let accent = self.tokens.accent;
        let (fill, ink) = if is_hot {
            (accent.fill, accent.on_fill)
        } else {
            (self.tokens.raised, accent.ink)
        };
        let stroke = Stroke::new(1.0, accent.ink);
        self.painter
            .circle(rect.center(), rect.width() / 2.0, fill, stroke);
        let size = rect.width() * 0.7 / self.view.zoom();
        self.icon(rect.center(), Icon::Add, size, ink);
    }

    pub(super) fn port(&self, at: Pos2, is_hot: bool, is_connected: bool) {
        let radius = canvas::PORT * self.view.zoom().clamp(0.5, 1.4);
        let tokens = self.tokens;
        let (fill, line) = match (is_hot, is_connected) {
            (true, _) => (tokens.accent.fill, tokens.accent.ink),
            (false, true) => (tokens.wire, tokens.wire),
            (false, false) => (tokens.surface, tokens.wire),
        };
        let radius = if is_hot { radius * 1.35 } else { radius };
        self.painter
            .circle(at, radius, fill, Stroke::new(1.5, line));
    }

    pub(super) fn icon(&self, center: Pos2, icon: Icon, size: f32, color: Color32) {
        if self.view.length(size) < canvas::ICON_SMALLEST {
            return;
        }
        let font = self.view.font(fonts::icon(size));
        self.painter
            .text(center, Align2::CENTER_CENTER, icon.glyph(), font, color);
    }

    pub(super) fn focus_ring(&self, rect: Rect, radius: f32) {
        let stroke = Stroke::new(2.0, self.tokens.focus);
        self.painter.rect_stroke(
            rect.expand(3.0),
            radius + 3.0,
            stroke,
            egui::StrokeKind::Outside,
        );
    }

    /// A ring and a magnifier around what the search found; a double ring around the current match.
    pub(super) fn found(&self, rect: Rect, mark: Mark) {
        let width = match mark {
            Mark::None | Mark::Passed => return,
            Mark::Found => 1.5,
            Mark::Current => 3.0,
        };
        let tone = self.tokens.warning;
        let radius = self.view.length(canvas::NODE_RADIUS) + 4.0;
        let ring = |room: f32, stroke| {
            self.painter.rect_stroke(
                rect.expand(room),
                radius + room,
                stroke,
                egui::StrokeKind::Outside,
            );
        };
        ring(4.0, Stroke::new(width, tone.ink));
        if mark == Mark::Current {
            ring(9.0, Stroke::new(1.0, tone.ink));
        }
        let radius = 11.0 * self.view.zoom().clamp(0.4, 1.0);
        let at = rect.left_top();
        let (fill, ink) = match mark {
            Mark::Current => (tone.fill, tone.on_fill),
            _ => (tone.soft, tone.ink),
        };
        self.painter
            .circle(at, radius, fill, Stroke::new(1.0, tone.ink));
        self.icon(at, Icon::Search, radius * 1.2 / self.view.zoom(), ink);
    }

    fn dashed(&self, rect: Rect, stroke: Stroke) {
        let corners = [
            rect.left_top(),
            rect.right_top(),
            rect.right_bottom(),
            rect.left_bottom(),
            rect.left_top(),
        ];
        let (dash, gap) = (5.0, 4.0);
        self.painter
            .extend(Shape::dashed_line(&corners, stroke, dash, gap));
    }

    /// The rectangle that selects.
    pub(super) fn lasso(&self, rect: Rect) {
        let accent = self.tokens.accent;
        self.painter.rect(
            rect,
            2.0,
            accent.ink.gamma_multiply(0.10),
            Stroke::new(1.0, accent.ink),
            egui::StrokeKind::Inside,
        );
    }

    /// Words below a block.
    pub(super) fn caption(&self, rect: Rect, text: &str) {
        self.remark(rect.left_bottom() - vec2(8.0, 0.0), text);
    }

    /// A remark beside the pointer: why an edge cannot be.
    pub(super) fn remark(&self, at: Pos2, text: &str) {
        let tone = self.tokens.danger;
        let font = fonts::regular(canvas::TEXT_DETAIL + 1.0);
        let text = crate::ui::widgets::text::shown_lines(text).into_owned();
        let galley = self.painter.layout(text, font, tone.ink, 280.0);
        let at = at + vec2(18.0, 14.0);
        let rect = Rect::from_min_size(at, galley.size()).expand2(vec2(10.0, 6.0));
        self.painter.rect(
            rect,
            6.0,
            tone.soft,
            Stroke::new(1.0, tone.ink),
            egui::StrokeKind::Inside,
        );
        self.painter.galley(at, galley, tone.ink);
    }
}
