//! The days of the week, each of which can be pressed.

use std::collections::BTreeSet;

use egui::{Button, CornerRadius, Response, RichText, Role, Stroke, Ui, WidgetInfo, vec2};

use crate::{
    model::schedule::Weekday,
    ui::{
        fonts,
        tokens::{Tokens, gap, radius, size, type_size},
        widgets::{field::FieldFrame, focus_ring},
    },
};

pub(super) fn weekdays(ui: &mut Ui, days: &mut BTreeSet<Weekday>) {
    let mut frame = FieldFrame::new("Weekdays");
    frame.help = Some("Runs on the chosen days of each week.");
    frame.error = days.is_empty().then_some("Choose at least one weekday.");
    frame.required = true;
    frame.show(ui, |ui| {
        let row = ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap::XS;
            ui.spacing_mut().button_padding.x = 0.0;
            let count = Weekday::ALL.len() as f32;
            let width = (ui.available_width() - gap::XS * (count - 1.0)) / count;
            for day in Weekday::ALL {
                if day_ui(ui, day, days.contains(&day), width.floor()).clicked()
                    && !days.remove(&day)
                {
                    days.insert(day);
                }
            }
        });
        row.response
    });
}

fn day_ui(ui: &mut Ui, day: Weekday, is_chosen: bool, width: f32) -> Response {
    let tokens = Tokens::of(ui.theme());
    let label = day.label();
    let (font, ink) = if is_chosen {
        (fonts::semibold(type_size::LABEL), tokens.accent.on_fill)
    } else {
        (fonts::regular(type_size::LABEL), tokens.text)
    };
    // The first three letters tell the days apart.
    let mut button = Button::new(RichText::new(&label[..3]).font(font).color(ink))
        .corner_radius(CornerRadius::same(radius::CONTROL))
        .min_size(vec2(width, size::CONTROL));
    if is_chosen {
        let border = Stroke::new(size::LINE, tokens.accent.fill);
        button = button.fill(tokens.accent.fill).stroke(border);
    }
    let response = ui.add(button);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, enabled, is_chosen, label));
    if response.has_focus() {
        focus_ring(ui, response.rect, radius::CONTROL);
    }
    response.on_hover_text(label)
}
