//! Choices that are all in sight: check boxes, radio buttons, segments.

use egui::{CornerRadius, Frame, Margin, Response, Role, Stroke, Ui, UiBuilder, WidgetInfo, vec2};

use super::{focus_ring, text::shown};
use crate::ui::{
    fonts,
    tokens::{Tokens, radius, size, type_size},
};

pub fn checkbox(ui: &mut Ui, checked: &mut bool, label: &str) -> Response {
    let tokens = Tokens::of(ui.theme());
    let before = ui.style().clone();
    if *checked {
        let widgets = &mut ui.style_mut().visuals.widgets;
        for state in [
            &mut widgets.inactive,
            &mut widgets.hovered,
            &mut widgets.active,
        ] {
            state.bg_fill = tokens.accent.fill;
            state.bg_stroke.color = tokens.accent.fill;
            // Also the colour of the text, which is therefore set below.
            state.fg_stroke = Stroke::new(size::FOCUS, tokens.accent.on_fill);
        }
    }
    let text = egui::RichText::new(shown(label)).color(tokens.text);
    let response = ui.add(egui::Checkbox::new(checked, text));
    ui.set_style(before);
    if response.has_focus() {
        focus_ring(ui, response.rect, radius::SMALL);
    }
    response
}

/// One of several; the response has `changed()` when it was chosen.
pub fn radio<T: PartialEq>(ui: &mut Ui, current: &mut T, value: T, label: &str) -> Response {
    let tokens = Tokens::of(ui.theme());
    let chosen = *current == value;
    let before = ui.style().clone();
    if chosen {
        let widgets = &mut ui.style_mut().visuals.widgets;
        for state in [
            &mut widgets.inactive,
            &mut widgets.hovered,
            &mut widgets.active,
        ] {
            state.bg_stroke = Stroke::new(1.5, tokens.accent.ink);
            state.fg_stroke.color = tokens.accent.ink;
        }
    }
    let text = egui::RichText::new(shown(label)).color(tokens.text);
    let mut response = ui.add(egui::RadioButton::new(chosen, text));
    ui.set_style(before);
    if response.has_focus() {
        focus_ring(ui, response.rect, radius::SMALL);
    }
    if response.clicked() && !chosen {
        *current = value;
        response.mark_changed();
    }
    response
}

/// A few short words in one frame, one of them chosen. Says whether that changed.
pub fn segmented<T: PartialEq + Clone>(
    ui: &mut Ui,
    name: &str,
    current: &mut T,
    options: &[(T, &str)],
) -> bool {
    let tokens = Tokens::of(ui.theme());
    let mut changed = false;
    let group = UiBuilder::new().accessibility_role(Role::RadioGroup);
    ui.scope_builder(group, |ui| {
        ui.ctx()
            .accesskit_node_builder(ui.unique_id(), |node| node.set_label(name.to_owned()));
        Frame::new()
            .fill(tokens.sunken)
            .stroke(Stroke::new(size::LINE, tokens.control))
            .corner_radius(CornerRadius::same(radius::CONTROL))
            .inner_margin(Margin::same(2))
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                ui.spacing_mut().interact_size.y = size::CONTROL - 6.0;
                ui.spacing_mut().button_padding.y = 2.0;
                ui.horizontal(|ui| {
                    for (value, text) in options {
                        if segment(ui, tokens, *value == *current, text).clicked() {
                            changed |= *value != *current;
                            *current = value.clone();
                        }
                    }
                });
            });
    });
    changed
}

fn segment(ui: &mut Ui, tokens: &Tokens, chosen: bool, text: &str) -> Response {
    let (font, ink) = if chosen {
        (fonts::semibold(type_size::BODY), tokens.accent.ink)
    } else {
        (fonts::regular(type_size::BODY), tokens.text)
    };
    let text = shown(text);
    let mut button = egui::Button::new(egui::RichText::new(text.as_ref()).font(font).color(ink))
        .corner_radius(CornerRadius::same(radius::SMALL))
        .stroke(Stroke::NONE)
        .min_size(vec2(0.0, size::CONTROL - 6.0));
    button = if chosen {
        button
            .fill(tokens.surface)
            .stroke(Stroke::new(size::LINE, tokens.accent.ink))
    } else {
        button.fill(tokens.sunken)
    };
    let response = ui.add(button);
    response
        .widget_info(|| WidgetInfo::selected(Role::RadioButton, ui.is_enabled(), chosen, &text));
    if response.has_focus() {
        focus_ring(ui, response.rect, radius::SMALL);
    }
    response
}
