//! The Email Templates screen: what mails say. The outbox shares its header.

use egui::Ui;

use super::{
    Ctx, Route,
    widgets::{page_header, tabs},
};
use crate::model::template::Template;

#[derive(Default)]
pub(super) struct TemplatesScreen {}

impl TemplatesScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, _template: Option<Template>) {
        header_ui(ctx, ui, Route::Templates, |_| ());
    }

    pub(super) fn may_leave(&mut self, _to: Route) -> bool {
        true
    }
}

/// The title and the tabs of templates and outbox.
pub(super) fn header_ui(
    ctx: &mut Ctx<'_>,
    ui: &mut Ui,
    here: Route,
    actions: impl FnOnce(&mut Ui),
) {
    let subtitle = "What mails say, and what became of them";
    page_header(ui, "Email Templates", subtitle, actions);
    let mut tab = here;
    let all = [(Route::Templates, "Templates"), (Route::Outbox, "Outbox")];
    if tabs(ui, "Mails", &mut tab, &all) {
        ctx.go(tab);
    }
    ui.add_space(super::tokens::gap::M);
}
