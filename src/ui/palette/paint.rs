//! How a line of the palette looks, and what assistive technology is told of it.

use egui::{Align2, Color32, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::lines::{Choice, Line};
use crate::ui::{
    fonts,
    tokens::{Tokens, gap, radius, size, type_size},
    widgets::text::shown,
};

/// One line; `is_current` is the one that Enter takes.
pub(super) fn line_ui(ui: &mut Ui, line: &Line, is_current: bool) -> Response {
    let tokens = Tokens::of(ui.theme());
    let room = vec2(ui.available_width(), size::CONTROL);
    // Not a stop of the Tab key: the keyboard stays in the search field.
    let (rect, response) = ui.allocate_exact_size(room, Sense::CLICK);
    let text = shown(&line.text);
    let keys = keys(ui, line);
    let is_possible = line.refusal.is_none();
    response
        .widget_info(|| WidgetInfo::selected(Role::ListBoxOption, is_possible, is_current, &text));
    let description = line.refusal.unwrap_or(&line.detail);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.clear_toggled();
        node.set_selected(is_current);
        if !description.is_empty() {
            node.set_description(description);
        }
        if !keys.is_empty() {
            node.set_keyboard_shortcut(keys.as_str());
        }
    });
    if is_current || response.hovered() {
        let fill = if is_current {
            tokens.selection
        } else {
            tokens.sunken
        };
        ui.painter().rect_filled(rect, radius::CONTROL, fill);
    }
    let ink = if is_possible {
        tokens.text
    } else {
        tokens.muted
    };
    ui.painter().text(
        rect.left_center() + vec2(gap::L + 2.0, 0.0),
        Align2::CENTER_CENTER,
        line.icon.glyph(),
        fonts::icon(type_size::ICON),
        tokens.muted,
    );
    let mut inside = rect
        .with_min_x(rect.left() + gap::XXL + gap::XS)
        .with_max_x(rect.right() - gap::S);
    if !keys.is_empty() {
        inside.max.x = keys_ui(ui, inside, &keys) - gap::S;
    }
    // Painted and not labels, so that the line is one thing to assistive technology.
    let end = paint_line(ui, inside, &text, type_size::BODY, ink);
    if !description.is_empty() && end + gap::M < inside.right() {
        let rest = inside.with_min_x(end + gap::M);
        paint_line(ui, rest, description, type_size::SMALL, tokens.muted);
    }
    if end >= inside.right() - 1.0 {
        return response.on_hover_text(text.as_ref());
    }
    response
}

fn keys(ui: &Ui, line: &Line) -> String {
    let Choice::Command(command) = line.choice else {
        return String::new();
    };
    command.keys(ui.ctx()).unwrap_or_default()
}

/// At the right end of `room`. Returns where it begins.
fn keys_ui(ui: &Ui, room: Rect, keys: &str) -> f32 {
    let tokens = Tokens::of(ui.theme());
    let font = fonts::regular(type_size::SMALL);
    let galley = ui
        .painter()
        .layout_no_wrap(keys.to_owned(), font, tokens.muted);
    let area = Rect::from_min_size(
        pos2(
            room.right() - galley.size().x - 2.0 * gap::S,
            room.center().y - size::BADGE / 2.0,
        ),
        vec2(galley.size().x + 2.0 * gap::S, size::BADGE),
    );
    let at = area.center() - galley.size() / 2.0;
    ui.painter()
        .rect_filled(area, radius::SMALL, tokens.neutral.soft);
    ui.painter().galley(at, galley, tokens.muted);
    area.left()
}

/// One line of text, cut with `…` at the end of `room`. Returns where it ends.
fn paint_line(ui: &Ui, room: Rect, text: &str, size: f32, color: Color32) -> f32 {
    let font = fonts::regular(size);
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room.width());
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let (elided, width) = (galley.elided, galley.size().x);
    let at = pos2(room.left(), room.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, color);
    if elided {
        room.right()
    } else {
        room.left() + width
    }
}

/// A heading over some lines.
pub(super) fn heading_ui(ui: &mut Ui, heading: &str) {
    let tokens = Tokens::of(ui.theme());
    ui.add_space(gap::XS);
    ui.horizontal(|ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        ui.add_space(gap::S);
        let text = egui::RichText::new(heading)
            .font(fonts::semibold(type_size::SMALL))
            .color(tokens.muted);
        let label = ui.label(text);
        crate::ui::widgets::text::name_heading(ui, &label, heading);
    });
}
