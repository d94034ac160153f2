//! Tabs of one page.

use egui::{Response, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, vec2};

use super::{focus_ring, say_selected, text::shown};
use crate::ui::{
    fonts,
    tokens::{Tokens, gap, radius, size, type_size},
};

/// In less room than this, tabs stand closer together.
const NARROW: f32 = 460.0;

/// A line of tabs with the current one underlined. Says whether another one was chosen.
pub fn tabs<T: PartialEq + Clone>(
    ui: &mut Ui,
    name: &str,
    current: &mut T,
    options: &[(T, &str)],
) -> bool {
    let tokens = Tokens::of(ui.theme());
    let mut changed = false;
    let list = UiBuilder::new().accessibility_role(Role::TabList);
    let line = ui
        .scope_builder(list, |ui| {
            ui.ctx()
                .accesskit_node_builder(ui.unique_id(), |node| node.set_label(name.to_owned()));
            ui.horizontal(|ui| {
                let is_narrow = ui.available_width() < NARROW;
                ui.spacing_mut().item_spacing.x = if is_narrow { 0.0 } else { gap::XS };
                let padding = if is_narrow { 6.0 } else { gap::M };
                for (value, text) in options {
                    let chosen = value == current;
                    if tab(ui, tokens, chosen, text, padding).clicked() {
                        changed |= !chosen;
                        *current = value.clone();
                    }
                }
            });
        })
        .response
        .rect;
    let stroke = Stroke::new(size::LINE, tokens.border);
    let across = line.left()..=line.left() + ui.available_width();
    ui.painter().hline(across, line.bottom(), stroke);
    changed
}

fn tab(ui: &mut Ui, tokens: &Tokens, chosen: bool, text: &str, padding: f32) -> Response {
    let text = shown(text);
    let (font, ink) = if chosen {
        (fonts::semibold(type_size::BODY), tokens.accent.ink)
    } else {
        (fonts::regular(type_size::BODY), tokens.muted)
    };
    let galley = ui
        .painter()
        .layout_no_wrap(text.clone().into_owned(), font, ink);
    let room = vec2(galley.size().x + 2.0 * padding, size::CONTROL + gap::XS);
    let (rect, response) = ui.allocate_exact_size(room, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), chosen, &text));
    say_selected(&response, chosen);
    if response.hovered() && !chosen {
        ui.painter()
            .rect_filled(rect.shrink2(vec2(2.0, 4.0)), radius::CONTROL, tokens.sunken);
    }
    let ink = if response.hovered() && !chosen {
        tokens.text
    } else {
        ink
    };
    let at = rect.center() - galley.size() / 2.0;
    ui.painter()
        .galley_with_override_text_color(at, galley, ink);
    if chosen {
        let across = rect.left() + gap::S..=rect.right() - gap::S;
        let stroke = Stroke::new(size::FOCUS, tokens.accent.ink);
        ui.painter().hline(across, rect.bottom() - 1.0, stroke);
    }
    if response.has_focus() {
        focus_ring(ui, rect.shrink(3.0), radius::CONTROL);
    }
    response
}
