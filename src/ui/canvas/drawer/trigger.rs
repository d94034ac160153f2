//! What starts the workflow.

use egui::Ui;

use super::{Around, complaint, section};
use crate::{
    model::{
        definition::Trigger,
        event::{EventKind, Source},
        text::list,
    },
    ui::{
        tokens::{gap, size},
        widgets::{Banner, Mood, checkbox, radio, schedule_field, text},
    },
};

/// How many steps a sentence names.
const NAMED: usize = 3;

/// `aside` keeps the triggers of the other types as they were left.
pub(super) fn show(
    ui: &mut Ui,
    around: &Around<'_>,
    trigger: &mut Trigger,
    aside: &mut Vec<Trigger>,
) {
    section(ui, "Starts with", |ui| {
        let before = trigger.clone();
        for offered in around.choices.triggers() {
            let label = offered.label();
            let mut is_chosen = label == before.label();
            if radio(ui, &mut is_chosen, true, label).changed() {
                *trigger = switched(&before, offered, aside);
            }
        }
        text::note(ui, meaning(trigger));
        let (lost, foreign) = (around.lost_steps(), around.foreign_tasks());
        if !lost.is_empty() {
            let words = words(&lost, "asks for something", "ask for something");
            let text = format!("{words} that never happens with this trigger.");
            Banner::new(Mood::Warning, &text).show(ui);
        }
        if !foreign.is_empty() {
            let words = words(&foreign, "does", "do");
            let text = format!("{words} not go with this trigger: delete what is not meant.");
            Banner::new(Mood::Danger, &text).show(ui);
        }
    });
    let now = around.choices.now();
    if let Some(schedule) = trigger.schedule_mut() {
        section(ui, "Schedule", |ui| schedule_field(ui, schedule, now));
    } else {
        sources(ui, trigger);
    }
}

/// What was set for a type comes back with it. Types with a schedule have it in common.
fn switched(before: &Trigger, mut offered: Trigger, aside: &mut Vec<Trigger>) -> Trigger {
    if let (Some(schedule), Some(kept)) = (offered.schedule_mut(), before.schedule()) {
        schedule.clone_from(kept);
        return offered;
    }
    aside.push(before.clone());
    let is_alike = |it: &Trigger| match (it.schedule(), offered.schedule()) {
        (None, None) => it.label() == offered.label(),
        (one, other) => one.is_some() && other.is_some(),
    };
    let found = aside.iter().position(is_alike);
    let Some(kept) = found.map(|at| aside.remove(at)) else {
        return offered;
    };
    match (kept.schedule(), offered.schedule_mut()) {
        (Some(kept), Some(schedule)) => {
            schedule.clone_from(kept);
            offered
        }
        _ => kept,
    }
}

fn sources(ui: &mut Ui, trigger: &mut Trigger) {
    let offered = trigger.event().map_or(&[][..], EventKind::sources);
    let Some(sources) = trigger.sources_mut() else {
        return;
    };
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

/// "“Moved” and 2 more ask for something"
fn words(steps: &[&str], verb_of_one: &str, verb: &str) -> String {
    let quoted: Vec<String> = steps.iter().map(|it| format!("“{it}”")).collect();
    match quoted.as_slice() {
        [only] => format!("{only} {verb_of_one}"),
        all => format!("{} {verb}", few(all)),
    }
}

fn few(names: &[String]) -> String {
    let (first, rest) = names.split_at(names.len().min(NAMED));
    match rest.len() {
        0 => list(first, "and"),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

fn meaning(trigger: &Trigger) -> &'static str {
    match trigger {
        Trigger::Registration { .. } => {
            "Decides over every new user: only who passes the filters is created."
        }
        Trigger::Update { .. } => {
            "Runs after a user was changed. The change stays, whatever the filters say; they decide \
             only whether the tasks run. What workflows change themselves starts nothing."
        }
        Trigger::Dormant { .. } => {
            "Looks at every user when it is due, and finds those without a sign of life."
        }
        Trigger::PasswordExpiry { .. } => {
            "Looks at every user when it is due, and finds those whose password is about to expire \
             or has expired."
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
        Source::EndUserDetails => "Somebody changes their own profile on the portal.",
        Source::EndUserMfa => "Somebody sets up or removes their own second factor on the portal.",
        Source::JustInTime => {
            "Somebody signs in through a provider, which says something new about them."
        }
        Source::AdminDetails => {
            "An administrator edits, enables, disables or unlocks a user here, imports a file or \
             uses the command line."
        }
        Source::AdminMfa => "An administrator removes somebody’s second factor.",
        Source::Api => "A program changes a user through SCIM.",
    }
}
