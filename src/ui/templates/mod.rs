//! The Email Templates screen: what mails say. The outbox shares its header.
//!
//! **Invariant:** what was typed into a template is lost only when somebody says so.

mod area;
mod editor;
mod insert;
mod list;
mod preview;
mod test_mail;

use egui::{CentralPanel, Frame, Margin, Ui};

use self::{editor::Editor, list::List};
use super::{
    Ctx, Route,
    tokens::{Tokens, gap},
    widgets::{page_header, tabs},
};
use crate::model::template::Template;

#[derive(Default)]
pub(super) struct TemplatesScreen {
    list: List,
    editor: Option<Box<Editor>>,
}

impl TemplatesScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, template: Option<Template>) {
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).background)
            .inner_margin(Margin::same(gap::XL as i8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            let Some(template) = template else {
                header_ui(ctx, ui, Route::Templates, |_| ());
                self.list.ui(ctx, ui);
                return;
            };
            let is_other = |it: &mut Box<Editor>| it.template() != template;
            self.editor.take_if(is_other);
            let editor = self
                .editor
                .get_or_insert_with(|| Box::new(Editor::new(template)));
            editor.ui(ctx, ui);
        });
    }

    /// Whether the editor can be left for another screen; if not, it asks.
    pub(super) fn may_leave(&mut self, to: Route) -> bool {
        let may = self.editor.as_mut().is_none_or(|it| it.may_leave(to));
        if may {
            self.editor = None;
        }
        may
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
    ui.add_space(gap::M);
}
