//! The History screen.

use super::Ctx;

#[derive(Default)]
pub(super) struct HistoryScreen {}

impl HistoryScreen {
    pub(super) fn ui(
        &mut self,
        _ctx: &mut Ctx<'_>,
        ui: &mut egui::Ui,
        _execution: Option<crate::model::id::ExecutionId>,
    ) {
        ui.label("History");
    }
}
