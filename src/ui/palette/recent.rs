//! What was used last, kept between starts with the position of the window.

use egui::{Context, Id};
use serde::{Deserialize, Serialize};

use crate::{model::id::VersionId, ui::menu::MenuCommand};

/// More are not kept.
const KEPT: usize = 20;

/// The newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Recent {
    pub(super) commands: Vec<MenuCommand>,

    /// Opened on the canvas.
    pub(super) versions: Vec<VersionId>,
}

impl Recent {
    pub(super) fn read(egui: &Context) -> Self {
        let kept = egui.data_mut(|data| data.get_persisted::<Self>(id()));
        kept.unwrap_or_default()
    }

    pub(super) fn used(egui: &Context, command: MenuCommand) {
        Self::change(egui, |recent| to_front(&mut recent.commands, command));
    }

    pub(super) fn opened(egui: &Context, version: VersionId) {
        Self::change(egui, |recent| to_front(&mut recent.versions, version));
    }

    fn change(egui: &Context, change: impl FnOnce(&mut Self)) {
        let mut recent = Self::read(egui);
        change(&mut recent);
        egui.data_mut(|data| data.insert_persisted(id(), recent));
    }
}

fn id() -> Id {
    Id::unique("recently used")
}

fn to_front<T: PartialEq>(list: &mut Vec<T>, it: T) {
    list.retain(|other| *other != it);
    list.insert(0, it);
    list.truncate(KEPT);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_used_comes_first_and_only_once() {
        let egui = Context::default();
        for command in [MenuCommand::Undo, MenuCommand::Redo, MenuCommand::Undo] {
            Recent::used(&egui, command);
        }
        Recent::opened(&egui, VersionId::new(7));
        let recent = Recent::read(&egui);
        assert_eq!(recent.commands, [MenuCommand::Undo, MenuCommand::Redo]);
        assert_eq!(recent.versions, [VersionId::new(7)]);
    }

    #[test]
    fn only_so_many_are_kept() {
        let egui = Context::default();
        for number in 0..100 {
            Recent::opened(&egui, VersionId::new(number));
        }
        let recent = Recent::read(&egui);
        assert_eq!(recent.versions.len(), KEPT);
        assert_eq!(recent.versions.first(), Some(&VersionId::new(99)));
    }
}
