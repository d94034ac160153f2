//! The guardrails: how many users may be disabled or deleted before a person has looked.

use egui::{Key, Response, Ui};

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
        let typed = (&mut form.limit_users, &mut form.limit_percent);
        let errors_at = [Field::LimitUsers, Field::LimitPercent].map(|it| error_at(errors, it));
        limit_fields(ui, typed, errors_at);
        self.allowed_ui(ctx, ui, form);
        text::note(
            ui,
            "It is counted before anything happens. An execution with more users waits in \
             quarantine until an administrator releases all or some of them, or discards it. A \
             workflow can have a limit of its own: Limit… beside its versions sets it.",
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
            let allowed = limit.allowed(*directory);
            text::note(ui, &allowed_words(allowed, *directory));
        }
    }
}

/// The two numbers of a limit, as typed, and what is wrong with each. Says whether Enter was pressed.
pub(in crate::ui) fn limit_fields(
    ui: &mut Ui,
    (users, percent): (&mut String, &mut String),
    [users_error, percent_error]: [Option<&str>; 2],
) -> bool {
    let mut entered = false;
    let mut look = |typed: &Response| {
        entered |= typed.lost_focus() && typed.ctx.input(|input| input.key_pressed(Key::Enter));
    };
    pair(ui, |left, right| {
        let typed = TextField::new("Users")
            .help("Allowed in any directory.")
            .error(users_error)
            .limit(10)
            .show(left, users);
        look(&typed);
        let typed = TextField::new("Percent of the directory")
            .help("0 to 100. 0 leaves only the number.")
            .error(percent_error)
            .limit(3)
            .show(right, percent);
        look(&typed);
    });
    entered
}

/// What a limit comes to in this directory.
pub(in crate::ui) fn allowed_words(allowed: u64, directory: u64) -> String {
    let counted = counted(directory);
    if directory > 0 && allowed >= directory {
        return format!("That is everyone in this directory of {counted}.");
    }
    let allowed = grouped(allowed);
    format!("That is {allowed} in this directory of {counted}.")
}
