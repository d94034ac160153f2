//! The Connections screen.

use egui::Ui;

use super::Ctx;

#[derive(Default)]
pub(super) struct ConnectionsScreen {}

impl ConnectionsScreen {
    pub(super) fn ui(&mut self, _ctx: &mut Ctx<'_>, _ui: &mut Ui) {}
}
