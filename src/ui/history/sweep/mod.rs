//! One scheduled execution: how far it has come, whom it is about, and what an admin decides.
//!
//! **Invariant:** whatever matters is asked about first, with the number of users that it is about.

mod asking;
mod chosen;
mod head;
mod item;
mod items;
mod mails;
mod walk;

use egui::Ui;

use self::{asking::Asking, items::ItemsTab, mails::MailsTab, walk::WalkTab};
use super::facts::Facts;
use crate::{
    model::id::{ExecutionId, UserId},
    ui::{Ctx, run_now::RunDialog, tokens::gap, widgets::tabs},
};

#[derive(Default)]
pub(super) struct SweepPage {
    execution: Option<ExecutionId>,
    tab: Tab,
    items: ItemsTab,
    mails: MailsTab,
    walk: WalkTab,
    asking: Option<Asking>,
    running: Option<RunDialog>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    Users,
    Mails,
    Walk,
}

impl SweepPage {
    /// Shows what became of this user, once the execution is shown.
    pub(super) fn show_user(&mut self, execution: ExecutionId, user: UserId) {
        *self = Self {
            execution: Some(execution),
            ..Self::default()
        };
        self.items.select(user);
    }

    /// Returns the user whose history is wanted.
    pub(super) fn ui(
        &mut self,
        ctx: &mut Ctx<'_>,
        ui: &mut Ui,
        facts: &Facts,
    ) -> Option<(UserId, String)> {
        let id = facts.summary.id;
        if self.execution != Some(id) {
            *self = Self {
                execution: Some(id),
                ..Self::default()
            };
        }
        let asked = head::header_ui(ctx, ui, facts);
        let asked = head::state_ui(ctx, ui, facts).or(asked);
        let asked = head::commanded(ctx, facts).or(asked);
        match asked {
            Some(head::Wish::Ask(asking)) => self.asking = Some(asking),
            Some(head::Wish::RunNow) => {
                self.running = Some(RunDialog::of(facts.summary.workflow));
            }
            Some(head::Wish::Show(state)) => {
                self.tab = Tab::Users;
                self.items.show_only(state);
            }
            None => (),
        }
        let wish = self.body_ui(ctx, ui, facts);
        self.dialogs_ui(ctx, facts);
        wish
    }

    fn body_ui(
        &mut self,
        ctx: &mut Ctx<'_>,
        ui: &mut Ui,
        facts: &Facts,
    ) -> Option<(UserId, String)> {
        // A due time that was skipped has nobody.
        let sweep = facts.sweep.as_ref()?;
        let mails: u64 = facts.mails.iter().map(|(_, count)| count).sum();
        let mails = format!("Mails {}", crate::ui::numbers::grouped(mails));
        let users = crate::ui::numbers::grouped(sweep.progress.total());
        let users = format!("Users {users}");
        let options = [
            (Tab::Users, users.as_str()),
            (Tab::Mails, mails.as_str()),
            (Tab::Walk, "Walk"),
        ];
        tabs(ui, "Parts of the execution", &mut self.tab, &options);
        ui.add_space(gap::S);
        match self.tab {
            Tab::Users => {
                let wish = self.items.ui(ctx, ui, facts, sweep)?;
                match wish {
                    items::Wish::History(user, name) => return Some((user, name)),
                    items::Wish::Ask(asking) => self.asking = Some(asking),
                }
            }
            Tab::Mails => self.mails.ui(ctx, ui, facts),
            Tab::Walk => self.walk.ui(ui, facts),
        }
        None
    }

    fn dialogs_ui(&mut self, ctx: &mut Ctx<'_>, facts: &Facts) {
        if let (Some(asking), Some(sweep)) = (&mut self.asking, &facts.sweep)
            && asking.ui(ctx, facts, sweep)
        {
            self.asking = None;
            self.items.forget_choice();
        }
        if let Some(running) = &mut self.running
            && running.ui(ctx)
        {
            self.running = None;
        }
    }
}
