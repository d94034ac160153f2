//! The Editor screen.

use super::Ctx;

#[derive(Default)]
pub(super) struct EditorScreen {}

impl EditorScreen {
    pub(super) fn ui(
        &mut self,
        _ctx: &mut Ctx<'_>,
        ui: &mut egui::Ui,
        _version: crate::model::id::VersionId,
    ) {
        ui.label("Editor");
    }
}
