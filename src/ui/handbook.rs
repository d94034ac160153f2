//! The Handbook screen.

use super::Ctx;

#[derive(Default)]
pub(super) struct HandbookScreen {}

impl HandbookScreen {
    pub(super) fn ui(&mut self, _ctx: &mut Ctx<'_>, ui: &mut egui::Ui) {
        ui.label("Handbook");
    }
}
