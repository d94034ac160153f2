//! Identify Dormant Account: after how many days, what is done then, and who is told.

use egui::Ui;

use super::{super::section, explained, explained_box};
use crate::{
    model::{
        sweep::{DORMANT_DAYS, DormantAction, IdentifyDormant, MAX_DORMANT_DAYS},
        text::MAX_FIELD,
    },
    ui::widgets::{Combo, TextField, radio, typed},
};

pub(super) fn show(ui: &mut Ui, task: &mut IdentifyDormant) {
    section(ui, "Dormant after", |ui| days(ui, &mut task.days));
    section(ui, "Action", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for action in DormantAction::ALL {
            let choice = radio(ui, &mut task.action, action, action.label());
            explained(ui, choice, meaning(action));
        }
    });
    if task.action == DormantAction::Report {
        return;
    }
    section(ui, "Tell people", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let sentence = "One mail per run to those named in the settings, with the list of whom it \
                        concerned. Nobody found, no mail.";
        explained_box(
            ui,
            &mut task.reports_too,
            DormantAction::Report.label(),
            sentence,
        );
        if task.action == DormantAction::Disable {
            let sentence = "Everybody who is disabled gets a mail that says so.";
            explained_box(ui, &mut task.notifies_user, "Notify User", sentence);
        }
    });
}

fn days(ui: &mut Ui, days: &mut u32) {
    let memory = ui.scope_id().with("custom days");
    let is_kept = ui.data(|data| data.get_temp(memory)).unwrap_or(false);
    let is_custom = is_kept || !DORMANT_DAYS.contains(days);
    let mut chosen = (!is_custom).then_some(*days);
    let listed = DORMANT_DAYS.map(|it| (Some(it), format!("{it} days")));
    let mut options = listed.to_vec();
    options.push((None, "Custom".to_owned()));
    let help = "Days without a sign-in and without any use through a program. Who never signed in \
                counts from the day the account was created.";
    let combo = Combo::new("Number of days").help(help);
    if combo.show(ui, &mut chosen, &options).changed() {
        *days = chosen.unwrap_or(*days);
        ui.data_mut(|data| data.insert_temp(memory, chosen.is_none()));
    }
    if chosen.is_none() {
        custom(ui, days);
    }
}

fn custom(ui: &mut Ui, days: &mut u32) {
    let read = |text: &str| {
        let found = text.trim().parse().ok();
        let found = found.filter(|it| (1..=MAX_DORMANT_DAYS).contains(it));
        found.ok_or_else(|| format!("Write a whole number from 1 to {MAX_DORMANT_DAYS}."))
    };
    typed(ui, "Day count", days, read, |ui, text, error| {
        let field = TextField::new("Day count").limit(MAX_FIELD);
        field.required().error(error).show(ui, text)
    });
}

fn meaning(action: DormantAction) -> &'static str {
    match action {
        DormantAction::Delete => {
            "Moves the users to the recycle bin, from where they can be restored. Protected users \
             are skipped."
        }
        DormantAction::Disable => {
            "The users can no longer sign in, until somebody enables them. Protected users and \
             those who are disabled already are skipped."
        }
        DormantAction::Report => {
            "Changes nobody. Those named in the settings get one mail per run with the list of all \
             dormant users, also of protected and disabled ones."
        }
    }
}
