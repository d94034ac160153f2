//! How far something long has come.

use egui::{Role, Sense, Ui, WidgetInfo, vec2};

use super::{Button, text};
use crate::ui::tokens::{Tokens, radius, size};

/// A bar under its text, with a button to stop. Says whether that was pressed.
pub fn progress(
    ui: &mut Ui,
    name: &str,
    detail: &str,
    fraction: f32,
    cancel: Option<&str>,
) -> bool {
    let tokens = Tokens::of(ui.theme());
    let fraction = fraction.clamp(0.0, 1.0);
    let mut pressed = false;
    let room = vec2(ui.available_width(), size::CONTROL);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        if let Some(cancel) = cancel {
            pressed = ui.add(Button::secondary(cancel)).clicked();
        }
        ui.with_layout(egui::Layout::top_down(egui::Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            ui.spacing_mut().interact_size.y = 0.0;
            ui.horizontal(|ui| {
                text::strong(ui, name);
                text::muted(ui, detail);
            });
            let room = vec2(ui.available_width(), size::PROGRESS);
            let (bar, response) = ui.allocate_exact_size(room, Sense::hover());
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, name);
                info.value = Some(f64::from(fraction) * 100.0);
                info
            });
            ui.painter()
                .rect_filled(bar, radius::SMALL, tokens.neutral.soft);
            let done = bar.with_max_x(bar.left() + bar.width() * fraction);
            ui.painter()
                .rect_filled(done, radius::SMALL, tokens.accent.fill);
        });
    });
    pressed
}
