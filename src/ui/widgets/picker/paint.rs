//! How the field, the lines and the chips of a picker look.

use egui::{Id, Response, RichText, Role, Ui, WidgetInfo, vec2};

use super::Entry;
use crate::ui::{
    fonts,
    icons::Icon,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::{combo::chevron, focus_ring, say_selected, text::shown},
};

/// Looks like a combo box, because it is used like one.
pub(super) fn opener(ui: &mut Ui, text: &str, empty: bool) -> Response {
    let tokens = Tokens::of(ui.theme());
    let ink = if empty { tokens.muted } else { tokens.text };
    let text = shown(text);
    let room = vec2(ui.available_width(), size::CONTROL);
    let button = egui::Button::new(RichText::new(text.as_ref()).color(ink))
        .right_text(RichText::new(" "))
        .truncate()
        .min_size(room);
    let response = ui.add(button);
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let mut info = WidgetInfo::new(Role::ComboBox);
        info.enabled = enabled;
        info.current_text_value = Some(text.clone().into_owned());
        info
    });
    let side = vec2(type_size::ICON, type_size::ICON);
    let at = response.rect.right_center() - vec2(gap::L + 4.0, 0.0);
    chevron(ui, egui::Rect::from_center_size(at, side));
    response
}

pub(super) fn entry_ui<K>(ui: &mut Ui, entry: &Entry<K>, current: bool, chosen: bool) -> Response {
    let icon = chosen.then_some(Icon::Check);
    line_ui(ui, icon, &entry.text, &entry.detail, current, chosen)
}

/// One line of the list; `current` is the one that Enter takes.
pub(super) fn line_ui(
    ui: &mut Ui,
    icon: Option<Icon>,
    text: &str,
    detail: &str,
    current: bool,
    chosen: bool,
) -> Response {
    let tokens = Tokens::of(ui.theme());
    let (text, detail) = (shown(text), shown(detail));
    let room = vec2(ui.available_width(), size::CONTROL);
    // Not a stop of the Tab key: the keyboard stays in the search field.
    let (rect, response) = ui.allocate_exact_size(room, egui::Sense::CLICK);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &text));
    say_selected(&response, chosen);
    if !detail.is_empty() {
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_description(detail.as_ref());
        });
    }
    if current || response.hovered() {
        let fill = if current {
            tokens.selection
        } else {
            tokens.sunken
        };
        ui.painter().rect_filled(rect, radius::SMALL, fill);
    }
    if let Some(icon) = icon {
        ui.painter().text(
            rect.left_center() + vec2(gap::L, 0.0),
            egui::Align2::CENTER_CENTER,
            icon.glyph(),
            fonts::icon(type_size::BODY),
            tokens.accent.ink,
        );
    }
    // Painted and not labels, so that the line is one thing to assistive technology.
    let inside = rect
        .with_min_x(rect.left() + 28.0)
        .with_max_x(rect.right() - gap::S);
    let text_end = paint_line(ui, inside, &text, type_size::BODY, tokens.text);
    if !detail.is_empty() && text_end + gap::S < inside.right() {
        let rest = inside.with_min_x(text_end + gap::S);
        paint_line(ui, rest, &detail, type_size::SMALL, tokens.muted);
    }
    if text_end >= inside.right() - 1.0 {
        return response.on_hover_text(text.as_ref());
    }
    response
}

/// One line of text, cut with `…` at the end of `room`. Returns where it ends.
fn paint_line(ui: &Ui, room: egui::Rect, text: &str, size: f32, color: egui::Color32) -> f32 {
    let font = fonts::regular(size);
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room.width());
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let (elided, width) = (galley.elided, galley.size().x);
    let at = egui::pos2(room.left(), room.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
    if elided {
        room.right()
    } else {
        room.left() + width
    }
}

/// A chosen thing. Says whether its cross was pressed.
pub(super) fn chip(ui: &mut Ui, index: usize, text: &str) -> bool {
    let tokens = Tokens::of(ui.theme());
    let text = shown(text);
    // Of a whole line: a chip that does not fit beside others begins the next one.
    let most = ui.max_rect().width().max(120.0) - 44.0;
    let mut job = egui::text::LayoutJob::simple_singleline(
        text.clone().into_owned(),
        fonts::regular(type_size::SMALL + 1.0),
        tokens.text,
    );
    job.wrap = egui::text::TextWrapping::truncate_at_width(most.min(size::DRAWER_MIN - 80.0));
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let room = vec2(galley.size().x + 36.0, size::CONTROL_SMALL);
    let (rect, whole) = ui.allocate_exact_size(room, egui::Sense::hover());
    if galley.elided {
        whole.on_hover_text(text.as_ref());
    }
    ui.painter()
        .rect_filled(rect, radius::CONTROL, tokens.neutral.soft);
    let at = egui::pos2(rect.left() + 10.0, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, tokens.text);

    let cross =
        egui::Rect::from_center_size(rect.right_center() - vec2(14.0, 0.0), vec2(20.0, 20.0));
    let id: Id = ui.scope_id().with(("chip", index));
    let response = ui.interact(cross, id, egui::Sense::click());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, ui.is_enabled(), format!("Remove {text}"))
    });
    let ink = if response.hovered() || response.has_focus() {
        tokens.danger.ink
    } else {
        tokens.muted
    };
    ui.painter().text(
        cross.center(),
        egui::Align2::CENTER_CENTER,
        Icon::Close.glyph(),
        fonts::icon(type_size::BODY),
        ink,
    );
    if response.has_focus() {
        focus_ring(ui, cross, radius::SMALL);
    }
    response.clicked()
}
