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
        let is_narrow = ui.available_width() < size::BANNER_WIDE;
        let Some(action) = self.action else {
            ui.horizontal_top(|ui| self.words(ui, tokens, 0.0));
            return false;
        };
        let button = Button::secondary(action).small();
        if is_narrow {
            ui.horizontal_top(|ui| self.words(ui, tokens, 0.0));
            ui.add_space(gap::XS);
            return ui
                .horizontal(|ui| {
                    // Below the words, not below their icon.
                    ui.add_space(type_size::ICON + gap::S);
                    ui.add(button).clicked()
                })
                .inner;
        }
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let pressed = level(ui, |ui| ui.add(button)).clicked();
            ui.add_space(gap::XS);
            // The first line stands level with the button.
            let layout = Layout::left_to_right(Align::Min);
            ui.with_layout(layout, |ui| self.words(ui, tokens, gap::XS));
            pressed
        })
        .inner
    }

    fn words(&self, ui: &mut Ui, tokens: &Tokens, drop: f32) {
        let tone = self.mood.tone(tokens);
        lowered(ui, drop, |ui| {
            text::picture(ui, self.mood.icon().sized(type_size::ICON, tone.ink));
        });
        lowered(ui, drop, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if let Some(title) = self.title {
                text::elided(ui, title, fonts::semibold(type_size::BODY), tone.ink);
            }
            text::paragraph(ui, self.text);
        });
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
