//! Status pills: an icon and a word, so that nobody depends on the colour.

use egui::{Align2, Response, Role, Sense, Ui, WidgetInfo, vec2};

use super::text::shown;
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, Tone, gap, radius, size, type_size},
};

/// What a colour says. Always said in words as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Neutral,
    Accent,
    Info,
    Success,
    Warning,
    Danger,
}

impl Mood {
    pub fn tone(self, tokens: &Tokens) -> Tone {
        match self {
            Self::Neutral => tokens.neutral,
            Self::Accent => tokens.accent,
            Self::Info => tokens.info,
            Self::Success => tokens.success,
            Self::Warning => tokens.warning,
            Self::Danger => tokens.danger,
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            Self::Neutral | Self::Accent | Self::Info => Icon::Info,
            Self::Success => Icon::Success,
            Self::Warning => Icon::Warning,
            Self::Danger => Icon::Error,
        }
    }
}

/// A pill that is at most as wide as the room that is left.
pub fn badge(ui: &mut Ui, mood: Mood, icon: Icon, text: &str) -> Response {
    let tone = mood.tone(Tokens::of(ui.theme()));
    let text = shown(text);
    let pad = vec2(gap::S, 0.0);
    let icon_width = type_size::SMALL + gap::XS;
    let room = (ui.available_width() - 2.0 * pad.x - icon_width).max(0.0);
    let mut job = egui::text::LayoutJob::simple_singleline(
        text.clone().into_owned(),
        fonts::regular(type_size::SMALL),
        tone.ink,
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width(room);
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let width = galley.size().x + 2.0 * pad.x + icon_width;
    let (rect, response) = ui.allocate_exact_size(vec2(width, size::BADGE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    if ui.is_rect_visible(rect) {
        let painter = ui.painter();
        painter.rect_filled(rect, radius::PILL, tone.soft);
        painter.text(
            rect.left_center() + vec2(pad.x + type_size::SMALL / 2.0, 0.0),
            Align2::CENTER_CENTER,
            icon.glyph(),
            fonts::icon(type_size::SMALL),
            tone.ink,
        );
        let left = rect.left() + pad.x + icon_width;
        let top = rect.center().y - galley.size().y / 2.0;
        painter.galley(egui::pos2(left, top), galley.clone(), tone.ink);
    }
    if galley.elided {
        response.on_hover_text(text)
    } else {
        response
    }
}
