//! The small bar on the canvas: undo, redo, zoom, fit.

use egui::{Frame, Margin, Rect, Sense, Stroke, Ui, UiBuilder, vec2};

use super::act::Act;
use crate::ui::{
    icons::Icon,
    tokens::{Tokens, canvas, gap, radius, size},
    widgets::{Button, IconButton},
};

pub(super) struct Toolbar {
    pub(super) is_editing: bool,
    pub(super) can_undo: bool,
    pub(super) can_redo: bool,
    pub(super) zoom: f32,
}

impl Toolbar {
    /// In the lower left corner of `screen`.
    pub(super) fn show(&self, ui: &mut Ui, screen: Rect) -> Vec<Act> {
        let tokens = Tokens::of(ui.theme());
        let height = size::CONTROL + 2.0 * gap::XS;
        let width = if self.is_editing { 292.0 } else { 178.0 };
        let corner = screen.left_bottom() + vec2(gap::M, -gap::M - height);
        let area = Rect::from_min_size(corner, vec2(width, height));
        // The blocks below it must not see clicks that miss a button.
        ui.interact(
            area,
            ui.scope_id().with("toolbar"),
            Sense::CLICK | Sense::DRAG,
        );
        let mut acts = Vec::new();
        ui.scope_builder(UiBuilder::new().max_rect(area), |ui| {
            Frame::new()
                .fill(tokens.raised)
                .stroke(Stroke::new(size::LINE, tokens.border))
                .corner_radius(radius::CARD)
                .shadow(tokens.shadow_node)
                .inner_margin(Margin::same(4))
                .show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 2.0;
                        acts = self.buttons(ui, screen);
                    });
                });
        });
        acts
    }

    fn buttons(&self, ui: &mut Ui, screen: Rect) -> Vec<Act> {
        let mut acts = Vec::new();
        let mut button = |ui: &mut Ui, icon, name: &str, is_enabled, act| {
            let button = IconButton::new(icon, name).enabled(is_enabled);
            if ui.add(button).clicked() {
                acts.push(act);
            }
        };
        if self.is_editing {
            button(ui, Icon::Undo, "Undo", self.can_undo, Act::Undo);
            button(ui, Icon::Redo, "Redo", self.can_redo, Act::Redo);
            button(ui, Icon::TidyUp, "Tidy up", true, Act::TidyUp);
            ui.add_space(gap::XS);
        }
        let at = screen.center();
        let zoom = |factor| Act::Zoom { at, factor };
        let (out, into) = (1.0 / canvas::ZOOM_STEP, canvas::ZOOM_STEP);
        let can_shrink = self.zoom > canvas::ZOOM_MIN;
        let can_grow = self.zoom < canvas::ZOOM_MAX;
        button(ui, Icon::ZoomOut, "Zoom out", can_shrink, zoom(out));
        let percent = format!("{:.0} %", self.zoom * 100.0);
        let name = format!("Zoom is {percent}, set to 100 %");
        let wide = egui::Vec2::new(62.0, size::CONTROL);
        let natural = ui.add_sized(wide, Button::quiet(&percent).name(&name));
        button(ui, Icon::ZoomIn, "Zoom in", can_grow, zoom(into));
        button(ui, Icon::Fit, "Fit to window", true, Act::Fit);
        if natural.on_hover_text("Set to 100 %").clicked() {
            acts.push(Act::NaturalSize);
        }
        acts
    }
}
