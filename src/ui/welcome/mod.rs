//! The Welcome screen.

use super::Ctx;

#[derive(Default)]
pub(super) struct WelcomeScreen {}

impl WelcomeScreen {
    pub(super) fn ui(&mut self, _ctx: &mut Ctx<'_>, ui: &mut egui::Ui) {
        ui.label("Welcome");
    }
}
