//! Lists of groups or roles: searched, created in place, taken away.

use egui::{Ui, UiBuilder};

use super::{Desk, Entry, awaited::Place, complaint};
use crate::{
    model::task::{Action, Target, TargetKind, Task},
    ui::{
        fonts,
        icons::Icon,
        tokens::{Tokens, type_size},
        widgets::{IconButton, Picker, text},
    },
};

/// Where the list stands in the drawer, and how it is called there.
pub(super) struct TargetList<'a> {
    pub(super) action: Action,
    pub(super) place: Place,

    /// "rule 2" or "the fallback".
    pub(super) owner: &'a str,
}

impl TargetList<'_> {
    /// Returns the name of a group or role that is to be created.
    pub(super) fn show(
        &self,
        ui: &mut Ui,
        desk: &Desk<'_>,
        targets: &mut Vec<Target>,
    ) -> Option<String> {
        let kind = self.action.target_kind();
        let mut removed = None;
        for (index, target) in targets.iter().enumerate() {
            if self.row(ui, desk, target) {
                removed = Some(index);
            }
        }
        if let Some(index) = removed {
            targets.remove(index);
        }
        let created = self.picker(ui, desk, kind, targets);
        self.remarks(ui, desk, kind, targets);
        created
    }

    /// Says whether the target is to go.
    fn row(&self, ui: &mut Ui, desk: &Desk<'_>, target: &Target) -> bool {
        let tokens = Tokens::of(ui.theme());
        let objection = desk.choices.objection(self.action.target_kind(), target);
        let icon = match self.action.target_kind() {
            TargetKind::Group => Icon::Group,
            TargetKind::Role => Icon::Role,
        };
        let mut goes = false;
        ui.horizontal(|ui| {
            let ink = if objection.is_some() {
                tokens.danger.ink
            } else {
                tokens.muted
            };
            text::picture(ui, icon.text(ink));
            let name = format!("Remove {} from {}", target.name, self.owner);
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            ui.with_layout(layout, |ui| {
                goes = ui
                    .add(IconButton::new(Icon::Close, &name).small())
                    .clicked();
                let layout = egui::Layout::left_to_right(egui::Align::Center);
                ui.with_layout(layout, |ui| {
                    let font = fonts::regular(type_size::BODY);
                    text::elided(ui, &target.name, font, tokens.text);
                });
            });
        });
        if let Some(objection) = objection {
            complaint(ui, &super::capitalised(&objection));
        }
        goes
    }

    fn picker(
        &self,
        ui: &mut Ui,
        desk: &Desk<'_>,
        kind: TargetKind,
        targets: &mut Vec<Target>,
    ) -> Option<String> {
        let is_one = kind == TargetKind::Role;
        let memory = ui.scope_id().with(("typed", self.owner));
        let typed: String = ui.data(|data| data.get_temp(memory)).unwrap_or_default();
        let entries = desk.choices.targets(kind, &typed);
        let (label, placeholder) = match (kind, targets.is_empty()) {
            (TargetKind::Group, _) => (format!("Add group to {}", self.owner), "Choose a group…"),
            (TargetKind::Role, true) => (format!("Role of {}", self.owner), "Choose a role…"),
            (TargetKind::Role, false) => (format!("Role of {}", self.owner), "Choose another…"),
        };
        let picker = Picker::new(&label, &entries)
            .placeholder(placeholder)
            .narrowed_elsewhere()
            .creates()
            .focus(self.place == Place::Rule(0) && desk.enters(Entry::Targets));
        let mut chosen = None;
        // Its own name in the window: the keyboard stays at it when a line comes or goes above.
        let scope = UiBuilder::new().scope_id(ui.scope_id().with(("picker", self.owner)));
        let shown = ui.scope_builder(scope, |ui| picker.show_one(ui, &mut chosen));
        let picked = shown.inner;
        ui.data_mut(|data| data.insert_temp(memory, picked.typed.unwrap_or_default()));
        if let Some(target) = chosen {
            add(targets, target, is_one);
        }
        picked.create
    }

    fn remarks(&self, ui: &mut Ui, desk: &Desk<'_>, kind: TargetKind, targets: &[Target]) {
        let mut is_refused = false;
        for awaited in desk.awaited.iter().filter(|it| it.place == self.place) {
            match &awaited.refusal {
                None => drop(text::note(ui, &format!("Creating “{}”…", awaited.name))),
                Some(reason) => {
                    complaint(ui, &super::capitalised(reason));
                    is_refused = true;
                }
            }
        }
        if is_refused {
            return;
        }
        if desk.is_strict && targets.is_empty() {
            complaint(ui, &format!("Choose at least one {}", kind.word()));
        } else if kind == TargetKind::Role && targets.len() > 1 {
            complaint(ui, "Choose exactly one role");
        }
    }
}

/// Of roles there is one: another one takes its place.
fn add(targets: &mut Vec<Target>, target: Target, is_one: bool) {
    if is_one {
        targets.clear();
    }
    if !targets.iter().any(|it| it.id == target.id) {
        targets.push(target);
    }
}

/// Says whether there is such a place.
pub(super) fn put(task: &mut Task, place: Place, target: Target) -> bool {
    let is_one = task.action.target_kind() == TargetKind::Role;
    let list = match place {
        Place::Rule(index) => task.rules.get_mut(index).map(|it| &mut it.targets),
        Place::Fallback => Some(&mut task.fallback),
    };
    let is_there = list.is_some();
    if let Some(list) = list {
        add(list, target, is_one);
    }
    is_there
}
