//! Choosing groups and roles from a directory that may have thousands of them.

use std::collections::BTreeMap;

use egui::Ui;

use super::target::{self, Target};
use crate::{
    model::task::TargetKind,
    store::StoreError,
    ui::{
        Ctx,
        loaded::{Loaded, Shown},
        widgets::{Entry, Picker},
    },
};

/// How many are offered at once; typing narrows them.
const OFFERED: usize = 100;

/// The groups or roles that match what is typed into a picker.
#[derive(Default)]
pub(super) struct Choices {
    typed: String,
    found: Loaded<String, Vec<Target>>,

    /// Of what is chosen as a filter.
    chosen: Loaded<Option<i64>, Option<String>>,
}

impl Choices {
    fn found(&mut self, ctx: &Ctx<'_>, kind: TargetKind) -> &[Target] {
        let typed = self.typed.clone();
        let fetch = move |store: &_| target::page(store, kind, &typed, None, OFFERED);
        match self.found.get(ctx, &self.typed, fetch) {
            Shown::Value(found) => found,
            Shown::Loading | Shown::Failed(_) => &[],
        }
    }

    /// What can be chosen, those of `chosen` first; without the group that everyone is in.
    fn entries(
        &mut self,
        ctx: &Ctx<'_>,
        kind: TargetKind,
        chosen: &BTreeMap<i64, String>,
    ) -> Vec<Entry<i64>> {
        let mut entries: Vec<_> = chosen
            .iter()
            .map(|(key, name)| Entry::new(*key, name))
            .collect();
        for target in self.found(ctx, kind) {
            let is_everyone = kind == TargetKind::Group && target.is_default();
            if !is_everyone && !chosen.contains_key(&target.number()) {
                entries
                    .push(Entry::new(target.number(), target.name()).detail(target.description()));
            }
        }
        entries
    }

    /// Chips and a list to choose from. `chosen` maps numbers to names.
    pub(super) fn chips_ui(
        &mut self,
        ctx: &Ctx<'_>,
        ui: &mut Ui,
        kind: TargetKind,
        chosen: &BTreeMap<i64, String>,
    ) -> Change {
        let entries = self.entries(ctx, kind, chosen);
        let mut keys: Vec<i64> = chosen.keys().copied().collect();
        let placeholder = format!("Add a {}…", target::word(kind));
        // Chips are told apart by where they are, so each list needs a place of its own.
        let picked = ui.push_id(target::plural(kind), |ui| {
            Picker::new(target::plural(kind), &entries)
                .placeholder(&placeholder)
                .show_many(ui, &mut keys)
        });
        let picked = picked.inner;
        self.typed = picked.typed.unwrap_or_default();
        let name = |key: i64| {
            entries
                .iter()
                .find(|it| it.key == key)
                .map(|it| it.text.clone())
        };
        let added = keys.iter().find(|key| !chosen.contains_key(*key));
        let removed = chosen.keys().find(|key| !keys.contains(key));
        Change {
            added: added.and_then(|key| Some((*key, name(*key)?))),
            removed: removed.copied(),
        }
    }

    /// One of them as a filter, or all. Says whether it has changed.
    pub(super) fn filter_ui(
        &mut self,
        ctx: &Ctx<'_>,
        ui: &mut Ui,
        kind: TargetKind,
        chosen: &mut Option<i64>,
    ) -> bool {
        let mut names = BTreeMap::new();
        if let (Some(number), Some(name)) = (*chosen, self.name(ctx, kind, *chosen)) {
            names.insert(number, name);
        }
        let (label, all) = match kind {
            TargetKind::Group => ("Group", "All groups"),
            TargetKind::Role => ("Role", "All roles"),
        };
        let mut entries = vec![Entry::new(None, all)];
        let found = self.entries(ctx, kind, &names);
        entries.extend(
            found
                .into_iter()
                .map(|it| Entry::new(Some(it.key), it.text)),
        );
        let mut key = Some(*chosen);
        let picked = Picker::new(label, &entries)
            .placeholder("(deleted)")
            .show_one(ui, &mut key);
        self.typed = picked.typed.unwrap_or_default();
        *chosen = key.flatten();
        picked.changed
    }

    fn name(&mut self, ctx: &Ctx<'_>, kind: TargetKind, chosen: Option<i64>) -> Option<String> {
        let fetch = move |store: &crate::store::Store| -> Result<Option<String>, StoreError> {
            let Some(number) = chosen else {
                return Ok(None);
            };
            store.read(|db| {
                Ok(match kind {
                    TargetKind::Group => {
                        let group =
                            crate::store::groups::get(db, crate::model::id::GroupId::new(number))?;
                        group.map(|it| it.name)
                    }
                    TargetKind::Role => {
                        let role =
                            crate::store::roles::get(db, crate::model::id::RoleId::new(number))?;
                        role.map(|it| it.name)
                    }
                })
            })
        };
        match self.chosen.get(ctx, &chosen, fetch) {
            Shown::Value(name) => name.clone(),
            Shown::Loading | Shown::Failed(_) => None,
        }
    }
}

/// What was chosen or taken away in this frame.
#[derive(Debug, Default)]
pub(super) struct Change {
    pub(super) added: Option<(i64, String)>,
    pub(super) removed: Option<i64>,
}

impl Change {
    pub(super) fn apply(self, chosen: &mut BTreeMap<i64, String>) {
        chosen.extend(self.added);
        if let Some(number) = self.removed {
            chosen.remove(&number);
        }
    }
}
