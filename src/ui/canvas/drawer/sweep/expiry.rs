//! Notify Password Expiry: on which days users get a mail, and whether admins get a report.

use egui::Ui;

use super::{
    super::{Desk, complaint, section},
    explained_box,
};
use crate::{
    model::sweep::{Days, EXPIRY_DAYS, NotifyExpiry, SweepTaskError},
    ui::{
        tokens::gap,
        widgets::{checkbox, text},
    },
};

const COLUMNS: usize = 2;

pub(super) fn show(ui: &mut Ui, desk: &Desk<'_>, task: &mut NotifyExpiry) {
    section(ui, "Send Mail Before Expiry", |ui| {
        text::note(ui, "A password that still works on that day.");
        days(ui, "before expiry", &mut task.before);
    });
    section(ui, "Send Mail After Expiry", |ui| {
        text::note(ui, "A password that no longer works on that day.");
        days(ui, "after expiry", &mut task.after);
    });
    let sentence = "Per run everybody gets at most one mail, for the nearest of the chosen days, \
                    and never two for one password and day. Disabled users get none.";
    text::note(ui, sentence);
    section(ui, "Tell admins", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let sentence = "One mail per run to those named in the settings, with the list of whose \
                        password one of the chosen days concerns. Without any day chosen, all of \
                        them count.";
        let reports = &mut task.reports_to_admins;
        explained_box(ui, reports, "Send Report to Admin", sentence);
        if task.reports_to_admins {
            let label = "Include Disabled Users in Report";
            let sentence = "They are listed, too. They still get no mail.";
            explained_box(ui, &mut task.includes_disabled, label, sentence);
        }
    });
    let is_empty = task.before.is_empty() && task.after.is_empty() && !task.reports_to_admins;
    if desk.is_strict && is_empty {
        complaint(ui, &crate::ui::sentence(&SweepTaskError::NothingSelected));
    }
}

/// Each day has the same name in both groups, so assistive technology hears the group as well.
fn days(ui: &mut Ui, group: &str, chosen: &mut Days) {
    ui.columns_const::<COLUMNS, _>(|columns| {
        for (index, day) in EXPIRY_DAYS.into_iter().enumerate() {
            let rows = EXPIRY_DAYS.len().div_ceil(COLUMNS);
            let Some(ui) = columns.get_mut(index / rows) else {
                continue;
            };
            ui.spacing_mut().item_spacing.y = gap::XS;
            let label = match day {
                0 => "Same Day".to_owned(),
                days => format!("{days} days"),
            };
            let mut is_chosen = chosen.contains(&day);
            let shown = checkbox(ui, &mut is_chosen, &label);
            if shown.changed() && !chosen.remove(&day) {
                chosen.insert(day);
            }
            ui.ctx().accesskit_node_builder(shown.id, |node| {
                node.set_label(format!("{label} {group}"));
            });
        }
    });
}
