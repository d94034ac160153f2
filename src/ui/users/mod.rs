//! The Users screen.

use super::Ctx;

#[derive(Default)]
pub(super) struct UsersScreen {}

impl UsersScreen {
    pub(super) fn ui(&mut self, _ctx: &mut Ctx<'_>, ui: &mut egui::Ui) {
        ui.label("Users");
    }
}
