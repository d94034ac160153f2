//! The Settings screen.

use super::Ctx;

#[derive(Default)]
pub(super) struct SettingsScreen {}

impl SettingsScreen {
    pub(super) fn ui(&mut self, _ctx: &mut Ctx<'_>, ui: &mut egui::Ui) {
        ui.label("Settings");
    }

    /// Whether the screen can be left for another one; if not, it asks.
    pub(super) fn may_leave(&mut self, _to: super::Route) -> bool {
        true
    }
}
