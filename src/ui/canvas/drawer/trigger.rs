//! What starts the workflow.

use egui::Ui;

use super::{complaint, section};
use crate::{
    model::{definition::Trigger, event::Source},
    ui::{
        tokens::{gap, size},
        widgets::{checkbox, radio, text},
    },
};

pub(super) fn show(ui: &mut Ui, trigger: &mut Trigger) {
    section(ui, "Starts with", |ui| {
        for offered in Trigger::offered() {
            let label = offered.label();
            let mut chosen = trigger.label() == label;
            if radio(ui, &mut chosen, true, label).changed() {
                *trigger = offered;
            }
        }
        text::note(
            ui,
            "Decides over every new user: only who passes the filters is created.",
        );
    });
    let Trigger::Registration { sources } = trigger;
    section(ui, "Sources", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for source in Source::ALL {
            let mut is_chosen = sources.contains(&source);
            if checkbox(ui, &mut is_chosen, source.label()).changed() {
                if is_chosen {
                    sources.insert(source);
                } else {
                    sources.remove(&source);
                }
            }
            ui.horizontal_top(|ui| {
                ui.add_space(size::CHECK + gap::S);
                text::note(ui, sentence(source));
            });
            ui.add_space(gap::S);
        }
        if sources.is_empty() {
            complaint(ui, "Choose at least one source");
        }
    });
}

fn sentence(source: Source) -> &'static str {
    match source {
        Source::SelfRegistration => "People who sign up themselves on the sign-up page.",
        Source::AdminPortal => {
            "Users that an administrator creates here, imports from a file or adds on the command \
             line."
        }
    }
}
