//! The History screen: every execution, and what each of its steps saw and did.
//!
//! `list` shows executions, `details` one that an event started and `sweep` one that a schedule
//! started. What is recorded of what has ended never changes, so rows that were fetched stay; only
//! what is new and what goes on is looked for.

mod changes;
mod details;
mod export;
mod facts;
mod filters;
mod list;
mod rows;
mod saving;
mod step;
mod sweep;
mod walked;
pub(super) mod words;

use egui::{CentralPanel, Frame, Margin, Ui};

pub(super) use self::list::Shows;
use self::{details::DetailsPage, list::ListPage};
use super::{
    Ctx,
    icons::Icon,
    tokens::{Tokens, gap},
    widgets::Mood,
};
use crate::model::{execution::Status, id::ExecutionId};

#[derive(Default)]
pub(super) struct HistoryScreen {
    list: ListPage,
    details: DetailsPage,
}

impl HistoryScreen {
    /// Shows a part of the list.
    pub(super) fn show_only(&mut self, shown: Shows) {
        self.list.show_only(shown);
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, execution: Option<ExecutionId>) {
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).background)
            .inner_margin(Margin::same(gap::XL as i8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            let Some(id) = execution else {
                if let Some((execution, user)) = self.list.ui(ctx, ui) {
                    self.details.show_user(execution, user);
                }
                return;
            };
            if let Some((user, name)) = self.details.ui(ctx, ui, id) {
                self.list.show_user(user, &name);
                ctx.go(super::Route::History);
            }
        });
    }
}

pub(super) fn mood(status: Status) -> (Mood, Icon) {
    match status {
        Status::Succeeded => (Mood::Success, Icon::Success),
        Status::Failed => (Mood::Danger, Icon::Failed),
        Status::Filtered => (Mood::Warning, Icon::Filter),
        Status::Queued => (Mood::Info, Icon::Waiting),
        Status::Running => (Mood::Info, Icon::Running),
        Status::CompletedWithErrors => (Mood::Warning, Icon::Warning),
        Status::Quarantined => (Mood::Danger, Icon::Quarantine),
        Status::Canceled => (Mood::Neutral, Icon::Close),
    }
}
