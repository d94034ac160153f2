//! The History screen: every execution, and what each of its steps saw and did.
//!
//! `list` shows executions, `details` one of them. What is recorded never changes, so rows that were
//! fetched stay; only what is new is looked for.

mod changes;
mod details;
mod export;
mod facts;
mod filters;
mod list;
mod rows;
mod saving;
mod step;
mod walked;

use egui::{CentralPanel, Frame, Margin, Ui};

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
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui, execution: Option<ExecutionId>) {
        let frame = Frame::new()
            .fill(Tokens::of(ui.theme()).background)
            .inner_margin(Margin::same(gap::XL as i8));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            let Some(id) = execution else {
                self.list.ui(ctx, ui);
                return;
            };
            if let Some((user, name)) = self.details.ui(ctx, ui, id) {
                self.list.show_user(user, &name);
                ctx.go(super::Route::History);
            }
        });
    }
}

fn mood(status: Status) -> (Mood, Icon) {
    match status {
        Status::Succeeded => (Mood::Success, Icon::Success),
        Status::Failed => (Mood::Danger, Icon::Failed),
        Status::Filtered => (Mood::Warning, Icon::Filter),
        Status::Queued | Status::Running => (Mood::Info, Icon::Running),
        Status::CompletedWithErrors => (Mood::Warning, Icon::Warning),
        Status::Quarantined => (Mood::Danger, Icon::Warning),
        Status::Canceled => (Mood::Neutral, Icon::Close),
    }
}
