//! A message that stays in the page until its cause is gone.

use egui::{CornerRadius, Frame, Margin, Stroke, Ui, UiBuilder};

use super::{Button, Mood, text};
use crate::ui::{
    fonts,
    tokens::{Tokens, gap, radius, size, type_size},
};

#[must_use = "call `show`"]
pub struct Banner<'a> {
    mood: Mood,
    text: &'a str,
    title: Option<&'a str>,
    action: Option<&'a str>,
}

impl<'a> Banner<'a> {
    pub fn new(mood: Mood, text: &'a str) -> Self {
        Self {
            mood,
            text,
            title: None,
            action: None,
        }
    }

    pub fn title(mut self, title: &'a str) -> Self {
        self.title = Some(title);
        self
    }

    pub fn action(mut self, text: &'a str) -> Self {
        self.action = Some(text);
        self
    }

    /// Says whether the action was pressed.
    pub fn show(self, ui: &mut Ui) -> bool {
        let tokens = Tokens::of(ui.theme());
        let tone = self.mood.tone(tokens);
        let mut pressed = false;
        let role = UiBuilder::new().accessibility_role(egui::Role::Alert);
        ui.scope_builder(role, |ui| {
            Frame::new()
                .fill(tone.soft)
                .stroke(Stroke::new(size::LINE, tone.ink.gamma_multiply(0.35)))
                .corner_radius(CornerRadius::same(radius::CONTROL))
                .inner_margin(Margin::symmetric(12, 10))
                .show(ui, |ui| {
                    ui.set_min_width(ui.available_width());
                    pressed = self.contents(ui, tokens);
                });
        });
        pressed
    }

    fn contents(&self, ui: &mut Ui, tokens: &Tokens) -> bool {
        let tone = self.mood.tone(tokens);
        let mut pressed = false;
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if let Some(action) = self.action {
                pressed = ui.add(Button::secondary(action).small()).clicked();
                ui.add_space(gap::XS);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Min), |ui| {
                ui.label(self.mood.icon().sized(type_size::ICON, tone.ink));
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    if let Some(title) = self.title {
                        text::elided(ui, title, fonts::semibold(type_size::BODY), tone.ink);
                    }
                    text::paragraph(ui, self.text);
                });
            });
        });
        pressed
    }
}
