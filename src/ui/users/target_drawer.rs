//! One group or role: created, changed, deleted.

use egui::Ui;

use super::{
    Wish,
    fields::Faults,
    target::{self, Target},
};
use crate::{
    command::{Command, CommandError, Reply},
    model::{
        group::{GroupChange, Role},
        id::{GroupId, RoleId},
        task::TargetKind,
        text,
        user::FieldError,
    },
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        numbers::users,
        sender::Ticket,
        sentence,
        widgets::{
            Answer, Banner, Button, Confirm, Drawer, DrawerAnswer, Mood, TextField, checkbox,
            section,
        },
    },
};

pub(super) struct TargetDrawer {
    kind: TargetKind,

    /// What is edited; `None` while it is being created.
    target: Option<Target>,
    base: Draft,
    draft: Draft,
    faults: Faults,
    refusal: Option<String>,
    saving: Option<Ticket>,
    deleting: Option<Ticket>,
    confirms: bool,
    count: Loaded<i64, u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Draft {
    name: String,
    description: String,
    is_protected: bool,
    is_default: bool,
}

impl TargetDrawer {
    pub(super) fn create(kind: TargetKind) -> Self {
        let mut faults = Faults::default();
        faults.focus("name");
        Self {
            kind,
            target: None,
            base: Draft::default(),
            draft: Draft::default(),
            faults,
            refusal: None,
            saving: None,
            deleting: None,
            confirms: false,
            count: Loaded::default(),
        }
    }

    pub(super) fn edit(target: Target) -> Self {
        let draft = Draft {
            name: target.name().to_owned(),
            description: target.description().to_owned(),
            is_protected: target.is_protected(),
            is_default: target.is_default(),
        };
        Self {
            base: draft.clone(),
            draft,
            faults: Faults::default(),
            target: Some(target.clone()),
            ..Self::create(target.kind())
        }
    }

    pub(super) fn has_changes(&self) -> bool {
        self.draft != self.base
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        if self.is_saved(ctx) || self.is_deleted(ctx) {
            return Some(Wish::Done);
        }
        let word = target::word(self.kind);
        let (title, save) = match &self.target {
            None => (format!("New {word}"), format!("Create {word}")),
            Some(target) => (target.name().to_owned(), "Save".to_owned()),
        };
        let can_save = self.saving.is_none() && (self.target.is_none() || self.has_changes());
        let mut wish = None;
        let answer = Drawer::new(&title)
            .icon(target::icon(self.kind))
            .save_word(&save)
            .can_save(can_save, "Nothing has been changed")
            .show(ui, |ui| wish = self.body_ui(ui));
        match answer {
            Some(DrawerAnswer::Save) => self.save(ctx),
            Some(DrawerAnswer::Cancel) => return Some(Wish::Close),
            None => (),
        }
        self.confirm_ui(ctx);
        wish
    }

    fn body_ui(&mut self, ui: &mut Ui) -> Option<Wish> {
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal).show(ui);
        }
        let built_in = self.target.as_ref().and_then(Target::built_in);
        if let Some(explanation) = built_in {
            Banner::new(Mood::Info, explanation)
                .title("Built in")
                .show(ui);
        }
        self.fields_ui(ui, built_in.is_some());
        self.flags_ui(ui, built_in.is_some());
        let target = self.target.as_ref()?;
        let mut wish = None;
        section(ui, "Users", "", |ui| {
            if ui
                .add(Button::secondary("Show its users").icon(Icon::Users))
                .clicked()
            {
                wish = Some(Wish::Members(target.filter()));
            }
        });
        if built_in.is_none() {
            let text = format!("Delete {}", target::word(self.kind));
            section(ui, "Delete", "", |ui| {
                if ui
                    .add(Button::secondary(&text).icon(Icon::Delete))
                    .clicked()
                {
                    self.confirms = true;
                }
            });
        }
        wish
    }

    fn fields_ui(&mut self, ui: &mut Ui, is_built_in: bool) {
        let error = self.faults.of("name", "Name");
        let name = TextField::new("Name")
            .required()
            .enabled(!is_built_in)
            .error(error.as_deref())
            .focus(self.faults.takes_focus("name"));
        if name.show(ui, &mut self.draft.name).changed() {
            self.faults.forget("name");
        }
        let error = self.faults.of("description", "Description");
        let description = TextField::new("Description")
            .lines(3)
            .error(error.as_deref())
            .focus(self.faults.takes_focus("description"));
        if description.show(ui, &mut self.draft.description).changed() {
            self.faults.forget("description");
        }
    }

    fn flags_ui(&mut self, ui: &mut Ui, is_built_in: bool) {
        let (means, default) = match self.kind {
            TargetKind::Group => (
                "No workflow may add users to a protected group or take them out of it.",
                None,
            ),
            TargetKind::Role => (
                "No workflow may give or take a protected role.",
                Some(
                    "New users get a default role at once, so no workflow may have it as a target.",
                ),
            ),
        };
        let can_protect = self.kind == TargetKind::Role || !is_built_in;
        section(ui, "Protection", means, |ui| {
            ui.add_enabled_ui(can_protect, |ui| {
                checkbox(ui, &mut self.draft.is_protected, "Protected");
            });
        });
        if let (Some(means), false) = (default, is_built_in) {
            section(ui, "Default", means, |ui| {
                checkbox(ui, &mut self.draft.is_default, "New users get this role");
            });
        }
    }

    fn save(&mut self, ctx: &Ctx<'_>) {
        self.refusal = None;
        self.faults.clear();
        let command = match &self.target {
            Some(target) => self.update(target.number()),
            None => self.creation(),
        };
        self.saving = Some(ctx.commands.send(command));
    }

    fn creation(&self) -> Command {
        let Draft {
            name, description, ..
        } = self.draft.clone();
        match self.kind {
            TargetKind::Group => Command::CreateGroup { name, description },
            TargetKind::Role => Command::CreateRole { name, description },
        }
    }

    fn update(&self, number: i64) -> Command {
        let Draft {
            name,
            description,
            is_protected,
            is_default,
        } = self.draft.clone();
        match self.kind {
            TargetKind::Group => Command::ChangeGroup {
                id: GroupId::new(number),
                change: GroupChange {
                    name: Some(name),
                    description: Some(description),
                    is_protected: Some(is_protected),
                    ..GroupChange::default()
                },
                if_revision: None,
            },
            TargetKind::Role => Command::UpdateRole(Role {
                id: RoleId::new(number),
                name,
                description,
                is_default,
                is_protected,
            }),
        }
    }

    fn is_saved(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.saving.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.saving = None;
        let name = self.draft.name.trim();
        match outcome {
            Ok(reply) => {
                let created = match reply {
                    Reply::Group(id) => Some(id.number()),
                    Reply::Role(id) => Some(id.number()),
                    _ => None,
                };
                // A new one begins without flags.
                if let Some(number) = created
                    && (self.draft.is_protected || self.draft.is_default)
                {
                    ctx.send(self.update(number), "");
                }
                let done = if created.is_some() {
                    "created"
                } else {
                    "saved"
                };
                ctx.toast(Mood::Success, format!("{name} was {done}"));
                return true;
            }
            Err(CommandError::Text { field, reason }) => self.refuse(field, reason),
            Err(CommandError::NameTaken { .. }) => {
                self.refuse("name", "is taken: choose another one");
            }
            Err(err) => self.refusal = Some(sentence(&err)),
        }
        false
    }

    fn refuse(&mut self, field: &str, message: impl std::fmt::Display) {
        self.faults.refuse(vec![FieldError::new(field, message)]);
    }

    fn is_deleted(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.deleting.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.deleting = None;
        match outcome {
            Ok(_) => {
                ctx.toast(Mood::Success, format!("{} was deleted", self.base.name));
                true
            }
            Err(err) => {
                self.refusal = Some(sentence(&err));
                false
            }
        }
    }

    /// Says what deleting means before it is done.
    fn confirm_ui(&mut self, ctx: &Ctx<'_>) {
        let Some(target) = self.target.as_ref().filter(|_| self.confirms) else {
            return;
        };
        let counted = target.clone();
        let count = match self
            .count
            .get(ctx, &target.number(), move |store| counted.count(store))
        {
            Shown::Value(count) => Some(*count),
            Shown::Loading | Shown::Failed(_) => None,
        };
        let word = target::word(self.kind);
        let body = meaning(word, count, &target.named_by(ctx.config));
        let title = format!("Delete the {word} {}?", target.name());
        let confirm = Confirm::new(&title, &body, "Delete").danger();
        match confirm.show(ctx.egui) {
            Some(Answer::Confirmed) => {
                self.confirms = false;
                self.deleting = Some(ctx.commands.send(target.delete()));
            }
            Some(Answer::Cancelled) => self.confirms = false,
            None => (),
        }
    }
}

/// What it means to delete a group or role that so many users have and these workflows name.
fn meaning(word: &str, count: Option<u64>, workflows: &[String]) -> String {
    let users = match count {
        None => "All its users lose it.".to_owned(),
        Some(0) => "No user has it.".to_owned(),
        Some(1) => "1 user loses it.".to_owned(),
        Some(count) => format!("{} lose it.", users(count)),
    };
    let tasks = if workflows.is_empty() {
        "No active workflow names it.".to_owned()
    } else {
        let quoted: Vec<String> = workflows.iter().map(|it| format!("“{it}”")).collect();
        let names = text::list(&quoted, "and");
        format!("These active workflows name it, and their steps with it will fail: {names}.")
    };
    format!("{users} {tasks}\n\nA deleted {word} cannot be restored.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deleting_is_explained_with_users_and_workflows() {
        let both = meaning("group", Some(2), &["Joiner".to_owned(), "Mover".to_owned()]);
        assert_eq!(
            both,
            "2 users lose it. These active workflows name it, and their steps with it \
             will fail: “Joiner” and “Mover”.\n\nA deleted group cannot be restored."
        );
        let neither = meaning("role", Some(0), &[]);
        assert!(neither.starts_with("No user has it. No active workflow names it."));
    }
}
