//! Tasks of scheduled workflows: whom they look for, and what follows.

mod dormant;
mod expiry;
#[cfg(test)]
mod tests;

use egui::{Response, Ui};

use super::Desk;
use crate::{
    model::sweep::SweepTask,
    ui::{
        tokens::{gap, size},
        widgets::{checkbox, text},
    },
};

pub(super) fn show(ui: &mut Ui, desk: &Desk<'_>, task: &mut SweepTask) {
    match task {
        SweepTask::IdentifyDormant(task) => dormant::show(ui, task),
        SweepTask::NotifyExpiry(task) => expiry::show(ui, desk, task),
    }
}

/// A choice, and below it what it does.
fn explained(ui: &mut Ui, choice: Response, sentence: &str) -> Response {
    ui.horizontal_top(|ui| {
        ui.add_space(size::CHECK + gap::S);
        text::note(ui, sentence);
    });
    ui.add_space(gap::S);
    choice
}

fn explained_box(ui: &mut Ui, is_on: &mut bool, label: &str, sentence: &str) {
    let choice = checkbox(ui, is_on, label);
    explained(ui, choice, sentence);
}
