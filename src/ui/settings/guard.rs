//! The guardrails: how many users may be disabled or deleted before a person has looked.

use egui::Ui;

use super::{
    error_at,
    form::{Errors, Field, Form},
    pair,
};
use crate::{
    model::guard::Limit,
    store::{Store, users},
    ui::{
        Ctx,
        loaded::{Loaded, Shown},
        numbers::{grouped, users as counted},
        widgets::{TextField, text},
    },
};

#[derive(Default)]
pub(super) struct Guard {
    directory: Loaded<(), u64>,
}

impl Guard {
    pub(super) fn ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, form: &mut Form, errors: &Errors) {
        text::paragraph(
            ui,
            "One execution may disable or delete at most so many users, whichever is more:",
        );
        pair(ui, |left, right| {
            TextField::new("Users")
                .help("Allowed in any directory.")
                .error(error_at(errors, Field::LimitUsers))
                .limit(10)
                .show(left, &mut form.limit_users);
            TextField::new("Percent of the directory")
                .help("0 to 100. 0 leaves only the number.")
                .error(error_at(errors, Field::LimitPercent))
                .limit(3)
                .show(right, &mut form.limit_percent);
        });
        self.allowed_ui(ctx, ui, form);
        text::note(
            ui,
            "It is counted before anything happens. An execution with more users waits in \
             quarantine until an administrator releases all or some of them, or discards it. A \
             workflow can have a limit of its own.",
        );
        TextField::new("Taken away within an hour")
            .help(
                "From how many users events may take groups or roles away, or disable or delete \
                 them, within any hour.",
            )
            .error(error_at(errors, Field::Burst))
            .limit(10)
            .show(ui, &mut form.burst);
    }

    /// What the limit comes to in this directory.
    fn allowed_ui(&mut self, ctx: &Ctx<'_>, ui: &mut Ui, form: &Form) {
        let number = |text: &str| text.trim().parse::<u32>().ok();
        let (Some(users), Some(percent)) = (number(&form.limit_users), number(&form.limit_percent))
        else {
            return;
        };
        let Ok(limit) = (Limit { users, percent }).checked() else {
            return;
        };
        let fetch = |store: &Store| store.read(users::count);
        if let Shown::Value(directory) = self.directory.get(ctx, &(), fetch) {
            let allowed = grouped(limit.allowed(*directory));
            let said = format!(
                "That is {allowed} in this directory of {}.",
                counted(*directory)
            );
            text::note(ui, &said);
        }
    }
}
