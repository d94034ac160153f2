//! A message that stays in the page until its cause is gone.

use egui::{Align, CornerRadius, Frame, Layout, Margin, Stroke, Ui, UiBuilder};

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
        let top = Layout::right_to_left(Align::Min);
        ui.with_layout(top, |ui| {
            if let Some(action) = self.action {
                pressed = level(ui, |ui| ui.add(Button::secondary(action).small())).clicked();
                ui.add_space(gap::XS);
            }
            ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                // The first line stands level with the button.
                let drop = if self.action.is_some() { gap::XS } else { 0.0 };
                lowered(ui, drop, |ui| {
                    ui.label(self.mood.icon().sized(type_size::ICON, tone.ink))
                });
                lowered(ui, drop, |ui| {
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

/// Contents that begin `drop` below the top of a row.
pub(super) fn lowered<R>(ui: &mut Ui, drop: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.vertical(|ui| {
        ui.add_space(drop);
        contents(ui)
    })
    .inner
}

/// Small controls at the right end of a row of text, in the middle of their own height.
pub(super) fn level<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let room = egui::vec2(ui.available_width(), size::CONTROL_SMALL);
    ui.allocate_ui_with_layout(room, Layout::right_to_left(Align::Center), contents)
        .inner
}
