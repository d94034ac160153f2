//! How a block looks.

use egui::{
    Color32, CornerRadius, FontId, Painter, Pos2, Rect, Stroke, StrokeKind,
    epaint::text::{LayoutJob, TextWrapping},
    pos2, vec2,
};

use super::{compared, draft::Texts, paint::Brush, walk::WalkStep};
use crate::{
    model::{
        compare::Mark, definition::NodeKind, execution::Decision, problem::Severity, task::Action,
    },
    ui::{
        fonts,
        icons::Icon,
        tokens::{Tokens, Tone, canvas},
        widgets::text,
    },
};

/// Room for text at the left and right of a block, after the tile.
pub(super) const TEXT_LEFT: f32 = 58.0;
pub(super) const TEXT_RIGHT: f32 = 12.0;

/// From the top of a block to its title.
pub(super) const TITLE_TOP: f32 = 24.0;

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a state of its own, and any may come with any other"
)]
pub(super) struct Block<'a> {
    pub(super) kind: &'a NodeKind,
    pub(super) texts: &'a Texts,
    pub(super) is_disabled: bool,
    pub(super) is_selected: bool,
    pub(super) is_hovered: bool,
    pub(super) has_focus: bool,

    /// How many problems it has, and the worst of them.
    pub(super) problems: Option<(usize, Severity)>,
    pub(super) walk: Walked<'a>,

    /// What became of it from one version to another.
    pub(super) mark: Option<Mark>,
}

/// What an execution did with a block.
#[derive(Clone, Copy)]
pub(super) enum Walked<'a> {
    /// No execution is shown.
    No,
    NotReached,
    Reached(&'a WalkStep),
}

pub(super) fn tone(tokens: &Tokens, kind: &NodeKind) -> Tone {
    let kinds = &tokens.kinds;
    match kind {
        NodeKind::Start => kinds.start,
        NodeKind::Trigger(_) => kinds.trigger,
        NodeKind::Filter(_) => kinds.filter,
        NodeKind::Event => kinds.event,
        NodeKind::Task(_) => kinds.task,
        NodeKind::End => kinds.end,
    }
}

pub(super) fn icon(kind: &NodeKind) -> Icon {
    match kind {
        NodeKind::Start => Icon::Start,
        NodeKind::Trigger(_) => Icon::Trigger,
        NodeKind::Filter(_) => Icon::Filter,
        NodeKind::Event => Icon::Event,
        NodeKind::End => Icon::End,
        NodeKind::Task(task) => match task.action {
            Action::AssignGroup | Action::UnassignGroup => Icon::Group,
            Action::AssignRole | Action::UnassignRole => Icon::Role,
        },
    }
}

impl Block<'_> {
    pub(super) fn paint(&self, brush: &Brush<'_>, rect: Rect) {
        let mut painter = brush.painter.clone();
        if matches!(self.walk, Walked::NotReached) {
            painter.multiply_opacity(0.5);
        }
        let brush = Brush {
            painter: &painter,
            ..*brush
        };
        self.frame(&brush, rect);
        let tone = if self.is_disabled {
            brush.tokens.neutral
        } else {
            tone(brush.tokens, self.kind)
        };
        self.tile(&brush, rect, tone);
        if brush.view.shows_text() {
            self.write(&brush, rect, tone);
        }
        match self.mark {
            Some(mark) => compared::badge(&brush, rect, mark),
            None => self.corner(&brush, rect),
        }
    }

    fn frame(&self, brush: &Brush<'_>, rect: Rect) {
        let tokens = brush.tokens;
        let radius = brush.view.length(canvas::NODE_RADIUS);
        let corner = CornerRadius::from(radius);
        if brush.view.shows_text() {
            brush.painter.add(tokens.shadow_node.as_shape(rect, corner));
        }
        let fill = if self.is_disabled {
            tokens.sunken
        } else {
            let fill = self.mark.and_then(|it| compared::fill(tokens, it));
            fill.unwrap_or(tokens.surface)
        };
        brush
            .painter
            .rect(rect, corner, fill, self.line(tokens), StrokeKind::Inside);
        if self.has_focus {
            brush.focus_ring(rect, radius);
        }
    }

    fn line(&self, tokens: &Tokens) -> Stroke {
        match self.walk {
            _ if self.is_selected => Stroke::new(2.0, tokens.accent.ink),
            _ if self.mark.is_some() => compared::stroke(tokens, self.mark),
            Walked::Reached(step) if step.failure.is_some() => Stroke::new(2.0, tokens.danger.ink),
            Walked::Reached(_) => Stroke::new(1.5, tokens.success.ink),
            _ if self.is_hovered => Stroke::new(1.0, tokens.control),
            _ => Stroke::new(1.0, tokens.border),
        }
    }

    fn tile(&self, brush: &Brush<'_>, rect: Rect, tone: Tone) {
        let is_small = rect.height() < brush.view.length(canvas::NODE.y) - 1.0;
        let side = brush
            .view
            .length(if is_small { 28.0 } else { canvas::TILE });
        let center = rect.left_center() + vec2(brush.view.length(30.0), 0.0);
        let tile = Rect::from_center_size(center, vec2(side, side));
        let radius = brush.view.length(8.0);
        brush.painter.rect_filled(tile, radius, tone.soft);
        let size = if is_small { 15.0 } else { 19.0 };
        brush.icon(center, icon(self.kind), size, tone.ink);
    }

    fn write(&self, brush: &Brush<'_>, rect: Rect, tone: Tone) {
        let tokens = brush.tokens;
        let view = brush.view;
        let left = rect.left() + view.length(TEXT_LEFT);
        let width = rect.right() - view.length(TEXT_RIGHT) - left;
        let at = |offset: f32| pos2(left, rect.top() + view.length(offset));
        let put = |at: Pos2, text: &str, font: FontId, color: Color32, width: f32| {
            line(brush.painter, at, text, view.font(font), color, width);
        };
        let title = fonts::semibold(canvas::TEXT_TITLE - 1.0);
        let ink = if self.is_disabled {
            tokens.muted
        } else {
            tokens.text
        };
        let detail = self.detail();
        if detail.is_empty() {
            put(at(13.0), &self.texts.title, title, ink, width);
            return;
        }
        let kind = if self.is_disabled {
            format!("{} · Disabled", self.texts.kind)
        } else {
            self.texts.kind.to_owned()
        };
        let small = fonts::semibold(canvas::TEXT_KIND);
        put(at(9.0), &kind, small, tone.ink, width - view.length(52.0));
        put(at(TITLE_TOP), &self.texts.title, title, ink, width);
        let color = match self.walk {
            Walked::Reached(step) if step.failure.is_some() => tokens.danger.ink,
            _ => tokens.muted,
        };
        let font = fonts::regular(canvas::TEXT_DETAIL);
        put(at(46.0), &detail, font, color, width);
    }

    /// The line below the title: what happened, or else what the block does.
    fn detail(&self) -> String {
        match self.walk {
            Walked::Reached(step)
                if step.failure.is_some() || step.decision != Decision::Passed =>
            {
                text::shown(&step.sentence()).into_owned()
            }
            _ => self.texts.summary.clone(),
        }
    }

    /// The badge on the upper right corner: problems, or what a walk did here.
    fn corner(&self, brush: &Brush<'_>, rect: Rect) {
        let tokens = brush.tokens;
        let (icon, tone, count) = match (self.walk, self.problems) {
            (Walked::Reached(step), _) if step.failure.is_some() => {
                (Icon::Failed, tokens.danger, 0)
            }
            (Walked::Reached(step), _) if matches!(step.decision, Decision::Skipped(_)) => {
                (Icon::Skipped, tokens.neutral, 0)
            }
            (Walked::Reached(_), _) => (Icon::Success, tokens.success, 0),
            (_, Some((count, Severity::Error))) => (Icon::Error, tokens.danger, count),
            (_, Some((count, Severity::Warning))) => (Icon::Warning, tokens.warning, count),
            _ => return,
        };
        let zoom = brush.view.zoom();
        let height = 22.0 * zoom.max(0.5);
        let width = if count > 0 { height * 1.75 } else { height };
        let center = rect.right_top() + vec2(-width / 2.0 + 8.0 * zoom, 0.0);
        let pill = Rect::from_center_size(center, vec2(width, height));
        brush.painter.rect(
            pill,
            height / 2.0,
            tone.soft,
            Stroke::new(1.0, tone.ink),
            StrokeKind::Inside,
        );
        let size = height * 0.64 / zoom;
        if count == 0 {
            brush.icon(center, icon, size, tone.ink);
            return;
        }
        let middle = height * 0.52;
        brush.icon(pill.left_center() + vec2(middle, 0.0), icon, size, tone.ink);
        brush.painter.text(
            pill.right_center() - vec2(height * 0.52, 0.0),
            egui::Align2::CENTER_CENTER,
            count,
            brush.view.font(fonts::semibold(height * 0.55 / zoom)),
            tone.ink,
        );
    }
}

/// One line of text, cut with `…` where the room ends.
fn line(painter: &Painter, at: Pos2, text: &str, font: FontId, color: Color32, width: f32) {
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(width);
    let galley = painter.layout_job(job);
    painter.galley(at, galley, color);
}
