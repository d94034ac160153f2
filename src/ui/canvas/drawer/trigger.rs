//! What starts the workflow.

use egui::Ui;

use super::{complaint, section};
use crate::{
    model::{
        definition::Trigger,
        event::{EventKind, Source},
    },
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
        text::note(ui, meaning(trigger));
    });
    let event = trigger.event();
    let offered = event.map_or(&[][..], EventKind::sources);
    let sources = trigger.sources_mut();
    section(ui, "Sources", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for source in offered.iter().copied() {
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

fn meaning(trigger: &Trigger) -> &'static str {
    match trigger {
        Trigger::Registration { .. } => {
            "Decides over every new user: only who passes the filters is created."
        }
        Trigger::Update { .. } => {
            "Runs after a user was changed. The change stays, whatever the filters say; they decide \
             only whether the tasks run. What workflows change starts none."
        }
    }
}

fn sentence(source: Source) -> &'static str {
    match source {
        Source::SelfRegistration => {
            "People who sign up themselves on the sign-up page, or sign in through a provider for \
             the first time."
        }
        Source::AdminPortal => {
            "Users that an administrator creates here, imports from a file or adds on the command \
             line, and those that a program creates through the API."
        }
        Source::EndUserDetails => "People who change their own profile on the portal.",
        Source::EndUserMfa => "People who set up or remove their own second factor on the portal.",
        Source::JustInTime => {
            "Somebody signs in through a provider, which says something new about them."
        }
        Source::AdminDetails => {
            "An administrator edits, enables, disables or unlocks a user here, imports a file or \
             uses the command line."
        }
        Source::AdminMfa => "An administrator removes a user's second factor.",
        Source::Api => "A program changes one user through SCIM.",
    }
}
