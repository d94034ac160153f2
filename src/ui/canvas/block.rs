//! How a block looks.

use std::borrow::Cow;

use egui::{
    Color32, CornerRadius, FontId, Pos2, Rect, Stroke, StrokeKind,
    epaint::text::{LayoutJob, TextWrapping},
    pos2, vec2,
};

use super::{compared, draft::Texts, far::Far, paint::Brush, walk::WalkStep};
use crate::{
    model::{
        compare::Mark, definition::NodeKind, execution::Decision, problem::Severity,
        sweep::SweepTask, task::Action,
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
const TEXT_ROOM: f32 = canvas::NODE.x - TEXT_LEFT - TEXT_RIGHT;

/// What the badge takes of it, and the buttons.
const TEXT_ASIDE: f32 = 52.0;

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
        NodeKind::Event(_) => kinds.event,
        NodeKind::Task(_) | NodeKind::Sweep(_) => kinds.task,
        NodeKind::End => kinds.end,
        NodeKind::Note(_) => kinds.note,
    }
}

pub(in crate::ui) fn icon(kind: &NodeKind) -> Icon {
    match kind {
        NodeKind::Start => Icon::Start,
        NodeKind::Trigger(trigger) if trigger.schedule().is_some() => Icon::Waiting,
        NodeKind::Trigger(_) => Icon::Trigger,
        NodeKind::Filter(_) => Icon::Filter,
        NodeKind::Event(_) => Icon::Event,
        NodeKind::End => Icon::End,
        NodeKind::Note(_) => Icon::Note,
        NodeKind::Task(task) => match task.action {
            Action::AssignGroup | Action::UnassignGroup => Icon::Group,
            Action::AssignRole | Action::UnassignRole => Icon::Role,
        },
        NodeKind::Sweep(SweepTask::IdentifyDormant(_)) => Icon::Search,
        NodeKind::Sweep(SweepTask::NotifyExpiry(_)) => Icon::Mail,
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
        let tone = self.tone(brush.tokens);
        self.tile(&brush, rect, tone);
        self.write(&brush, rect, tone);
        match self.mark {
            Some(mark) => compared::badge(&brush, rect, mark),
            None => self.corner(&brush, rect),
        }
    }

    /// From far away: a frame, a tile, and a dot for what the badge says.
    pub(super) fn paint_from_far(&self, brush: &Brush<'_>, far: &mut Far, rect: Rect) {
        let tokens = brush.tokens;
        // Half transparent, without what lies behind it shining through.
        let color = |color: Color32| match self.walk {
            Walked::NotReached => tokens.canvas.lerp_to_gamma(color, 0.5),
            _ => color,
        };
        let rect = far.whole(rect);
        let radius = brush.view.length(canvas::NODE_RADIUS);
        let line = self.line(tokens);
        let width = (line.width / far.pixel()).round().max(1.0) * far.pixel();
        far.rounded(rect, radius, color(line.color));
        far.rounded(rect.shrink(width), radius - width, color(self.fill(tokens)));
        let (tile, size) = self.tile_rect(brush, rect);
        let tone = self.tone(tokens);
        far.rounded(
            tile,
            brush.view.length(canvas::TILE_RADIUS),
            color(tone.soft),
        );
        brush.icon(tile.center(), icon(self.kind), size, color(tone.ink));
        let mark = self.mark.map(|it| compared::mark_look(it).0.tone(tokens));
        if let Some(tone) = mark.or_else(|| self.badge(tokens).map(|(_, tone, _)| tone)) {
            let side = brush.view.length(canvas::BADGE).max(canvas::BADGE_SMALLEST);
            let corner = rect.right_top() + vec2(-side / 4.0, side / 4.0);
            far.dot(corner, side, color(tone.ink));
        }
        if self.has_focus {
            brush.focus_ring(rect, radius);
        }
    }

    fn tone(&self, tokens: &Tokens) -> Tone {
        if self.is_disabled {
            tokens.neutral
        } else {
            tone(tokens, self.kind)
        }
    }

    fn fill(&self, tokens: &Tokens) -> Color32 {
        if self.is_disabled {
            tokens.sunken
        } else {
            let fill = self.mark.and_then(|it| compared::fill(tokens, it));
            fill.unwrap_or(tokens.surface)
        }
    }

    fn frame(&self, brush: &Brush<'_>, rect: Rect) {
        let tokens = brush.tokens;
        let radius = brush.view.length(canvas::NODE_RADIUS);
        let corner = CornerRadius::from(radius);
        brush.painter.add(tokens.shadow_node.as_shape(rect, corner));
        let fill = self.fill(tokens);
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
        let (tile, size) = self.tile_rect(brush, rect);
        let radius = brush.view.length(canvas::TILE_RADIUS);
        brush.painter.rect_filled(tile, radius, tone.soft);
        brush.icon(tile.center(), icon(self.kind), size, tone.ink);
    }

    /// And the size of the icon in it.
    fn tile_rect(&self, brush: &Brush<'_>, rect: Rect) -> (Rect, f32) {
        let is_small = matches!(self.kind, NodeKind::Start | NodeKind::End);
        let (side, icon) = if is_small {
            (28.0, 15.0)
        } else {
            (canvas::TILE, 19.0)
        };
        let center = rect.left_center() + vec2(brush.view.length(30.0), 0.0);
        let side = brush.view.length(side);
        (Rect::from_center_size(center, vec2(side, side)), icon)
    }

    fn write(&self, brush: &Brush<'_>, rect: Rect, tone: Tone) {
        let tokens = brush.tokens;
        let view = brush.view;
        let left = rect.left() + view.length(TEXT_LEFT);
        let put = |top: f32, text: &str, font: FontId, color: Color32, room: f32| {
            let at = pos2(left, rect.top() + view.length(top));
            line(brush, at, text, font, color, room);
        };
        let title = fonts::semibold(canvas::TEXT_TITLE - 1.0);
        let ink = if self.is_disabled {
            tokens.muted
        } else {
            tokens.text
        };
        let detail = self.detail();
        if detail.is_empty() {
            put(13.0, &self.texts.title, title, ink, TEXT_ROOM);
            return;
        }
        let kind = if self.is_disabled {
            Cow::Owned(format!("{} · Disabled", self.texts.kind))
        } else {
            Cow::Borrowed(self.texts.kind)
        };
        let small = fonts::semibold(canvas::TEXT_KIND);
        put(9.0, &kind, small, tone.ink, TEXT_ROOM - TEXT_ASIDE);
        put(TITLE_TOP, &self.texts.title, title, ink, TEXT_ROOM);
        let color = match self.walk {
            Walked::Reached(step) if step.failure.is_some() => tokens.danger.ink,
            _ => tokens.muted,
        };
        let font = fonts::regular(canvas::TEXT_DETAIL);
        put(46.0, &detail, font, color, TEXT_ROOM);
    }

    /// The line below the title: what happened, or else what the block does.
    fn detail(&self) -> Cow<'_, str> {
        match self.walk {
            Walked::Reached(step)
                if step.failure.is_some() || step.decision != Decision::Passed =>
            {
                Cow::Owned(text::shown(&step.sentence()).into_owned())
            }
            _ => Cow::Borrowed(&self.texts.summary),
        }
    }

    /// What the upper right corner says: problems and how many, or what a walk did here.
    fn badge(&self, tokens: &Tokens) -> Option<(Icon, Tone, usize)> {
        Some(match (self.walk, self.problems) {
            (Walked::Reached(step), _) if step.failure.is_some() => {
                (Icon::Failed, tokens.danger, 0)
            }
            (Walked::Reached(step), _) if matches!(step.decision, Decision::Skipped(_)) => {
                (Icon::Skipped, tokens.neutral, 0)
            }
            (Walked::Reached(_), _) => (Icon::Success, tokens.success, 0),
            (_, Some((count, Severity::Error))) => (Icon::Error, tokens.danger, count),
            (_, Some((count, Severity::Warning))) => (Icon::Warning, tokens.warning, count),
            _ => return None,
        })
    }

    fn corner(&self, brush: &Brush<'_>, rect: Rect) {
        let Some((icon, tone, count)) = self.badge(brush.tokens) else {
            return;
        };
        let zoom = brush.view.zoom();
        let pill = badge_rect(brush, rect, count > 0);
        let (center, height) = (pill.center(), pill.height());
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

/// Where the badge of the block `rect` is, with a number in it or without.
pub(super) fn badge_rect(brush: &Brush<'_>, rect: Rect, has_count: bool) -> Rect {
    let zoom = brush.view.zoom();
    let height = 22.0 * zoom.max(0.5);
    let width = if has_count { height * 1.75 } else { height };
    let center = rect.right_top() + vec2(-width / 2.0 + 8.0 * zoom, 0.0);
    Rect::from_center_size(center, vec2(width, height))
}

/// One line of text, cut with `…` where the room ends.
///
/// The room grows in the same steps as the letters, so that zooming lays out a text once per step
/// instead of in every frame.
fn line(brush: &Brush<'_>, at: Pos2, text: &str, font: FontId, color: Color32, room: f32) {
    let natural = font.size;
    let font = brush.view.font(font);
    let room = room * font.size / natural;
    let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(room);
    let galley = brush.painter.layout_job(job);
    brush.painter.galley(at, galley, color);
}
