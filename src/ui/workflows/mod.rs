//! The Workflows screen.

use super::Ctx;

#[derive(Default)]
pub(super) struct WorkflowsScreen {}

impl WorkflowsScreen {
    pub(super) fn ui(
        &mut self,
        _ctx: &mut Ctx<'_>,
        ui: &mut egui::Ui,
        _workflow: Option<crate::model::id::WorkflowId>,
    ) {
        ui.label("Workflows");
    }
}
