//! The Workflows screen: all workflows, and the versions of one of them.

mod activation;
mod drafting;
mod export;
mod files;
mod import;
mod limit;
mod list;
mod naming;
mod note;
mod rows;
mod runs;
mod versions;

use egui::{CentralPanel, Frame, Margin, Ui};

pub(super) use self::{
    activation::Activation,
    drafting::Drafting,
    limit::LimitDialog,
    runs::{Dues, NextDue, next_dues, runs},
};
use self::{list::ListPage, versions::VersionsPage};
use super::{
    Ctx, ToastAction,
    icons::Icon,
    tokens::{Tokens, size},
    widgets::{Answer, Button, Mood, text},
};
use crate::{
    command::Command,
    model::{id::WorkflowId, version::VersionStatus},
};

#[derive(Default)]
pub(super) struct WorkflowsScreen {
    list: ListPage,
    versions: VersionsPage,
}

impl WorkflowsScreen {
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, workflow: Option<WorkflowId>) {
        page(ui, |ui| match workflow {
            None => self.list.ui(ctx, ui),
            Some(id) => self.versions.ui(ctx, ui, id),
        });
    }
}

/// A page with its margin, in the room that is left.
pub(super) fn page<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let frame = Frame::new()
        .fill(Tokens::of(ui.theme()).background)
        .inner_margin(Margin::same(24));
    CentralPanel::default()
        .frame(frame)
        .show(ui, contents)
        .inner
}

/// How the status of a version looks.
pub(super) fn status_look(status: VersionStatus) -> (Mood, Icon) {
    match status {
        VersionStatus::Draft => (Mood::Info, Icon::Draft),
        VersionStatus::Active => (Mood::Success, Icon::Activate),
        VersionStatus::Published => (Mood::Neutral, Icon::Check),
    }
}

/// Stops a workflow from running, and offers to let it run again.
pub(super) fn disable(ctx: &mut Ctx<'_>, id: WorkflowId, name: &str) {
    let done = format!("“{name}” is disabled and no longer runs");
    let active = ctx.config.active.iter().find(|it| it.workflow == id);
    let Some(version) = active.map(|it| it.version) else {
        return ctx.send(Command::Disable(id), done);
    };
    // What was warned of when it was activated was accepted then.
    let command = Command::Activate {
        version,
        reason: "Disabling it was undone".to_owned(),
    };
    let undo = ToastAction::Send {
        command: Box::new(command),
        done: format!("“{name}” runs again"),
    };
    ctx.send_undoable(Command::Disable(id), done, undo);
}

/// The buttons at the foot of a dialog: the word, and Cancel before it.
fn buttons(ui: &mut Ui, word: Option<(Button<'_>, bool)>, cancel: &str) -> Option<Answer> {
    let room = egui::vec2(ui.available_width(), size::CONTROL);
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        let confirmed = word.is_some_and(|(word, can)| ui.add(word.enabled(can)).clicked());
        let cancelled = ui.add(Button::secondary(cancel)).clicked();
        match (confirmed, cancelled) {
            (true, _) => Some(Answer::Confirmed),
            (false, true) => Some(Answer::Cancelled),
            (false, false) => None,
        }
    })
    .inner
}

/// What stands under a page that could not be read.
fn failure(ui: &mut Ui, reason: &str) {
    super::widgets::Banner::new(Mood::Danger, reason).show(ui);
    text::note(ui, "It is tried again when something changes.");
}
