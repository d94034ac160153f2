//! One custom attribute: created, changed, deleted.

use egui::Ui;

use super::{Wish, fields::Faults};
use crate::{
    command::{Command, CommandError, Reply},
    model::{
        attribute::{Attribute, AttributeError, AttributeKind, AttributeSpec},
        id::AttributeId,
        user::FieldError,
    },
    store::attributes,
    ui::{
        Ctx,
        icons::Icon,
        loaded::{Loaded, Shown},
        numbers::users,
        sender::Ticket,
        sentence,
        widgets::{
            Answer, Banner, Button, Combo, Confirm, Drawer, DrawerAnswer, Mood, TextField,
            checkbox, section,
        },
    },
};

pub(super) struct AttributeDrawer {
    /// What is edited; `None` while it is being created.
    id: Option<AttributeId>,
    base: Draft,
    draft: Draft,
    faults: Faults,
    refusal: Option<String>,
    saving: Option<Ticket>,
    deleting: Option<Ticket>,
    confirms: bool,
    count: Loaded<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Draft {
    name: String,
    label: String,

    /// The choices of a choice are beside it, so that they survive a look at other types.
    kind: AttributeKind,

    /// One choice per line.
    options: String,
    is_required: bool,
    is_on_sign_up: bool,
}

impl Draft {
    fn of(spec: &AttributeSpec) -> Self {
        let options = match &spec.kind {
            AttributeKind::Choice { options } => options.join("\n"),
            _ => String::new(),
        };
        Self {
            name: spec.name.clone(),
            label: spec.label.clone(),
            kind: bare(&spec.kind),
            options,
            is_required: spec.is_required,
            is_on_sign_up: spec.is_on_sign_up,
        }
    }

    fn spec(&self) -> AttributeSpec {
        let lines = self.options.lines().map(str::trim);
        let options = lines
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect();
        AttributeSpec {
            name: self.name.trim().to_owned(),
            label: self.label.clone(),
            kind: match &self.kind {
                AttributeKind::Choice { .. } => AttributeKind::Choice { options },
                kind => kind.clone(),
            },
            is_required: self.is_required,
            is_on_sign_up: self.is_on_sign_up,
        }
    }
}

fn bare(kind: &AttributeKind) -> AttributeKind {
    match kind {
        AttributeKind::Choice { .. } => AttributeKind::Choice {
            options: Vec::new(),
        },
        kind => kind.clone(),
    }
}

impl AttributeDrawer {
    pub(super) fn create() -> Self {
        let spec = AttributeSpec {
            name: String::new(),
            label: String::new(),
            kind: AttributeKind::Text,
            is_required: false,
            is_on_sign_up: false,
        };
        let mut drawer = Self::new(None, &spec);
        drawer.faults.focus("label");
        drawer
    }

    pub(super) fn edit(attribute: Attribute) -> Self {
        Self::new(Some(attribute.id), &attribute.spec)
    }

    fn new(id: Option<AttributeId>, spec: &AttributeSpec) -> Self {
        Self {
            id,
            base: Draft::of(spec),
            draft: Draft::of(spec),
            faults: Faults::default(),
            refusal: None,
            saving: None,
            deleting: None,
            confirms: false,
            count: Loaded::default(),
        }
    }

    pub(super) fn has_changes(&self) -> bool {
        self.draft != self.base
    }

    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>, ui: &mut Ui) -> Option<Wish> {
        if self.is_saved(ctx) || self.is_deleted(ctx) {
            return Some(Wish::Done);
        }
        let (title, save) = match self.id {
            None => ("New attribute", "Create attribute"),
            Some(_) => (self.base.label.as_str(), "Save"),
        };
        let title = title.to_owned();
        let can_save = self.saving.is_none() && (self.id.is_none() || self.has_changes());
        let answer = Drawer::new(&title)
            .icon(Icon::Attribute)
            .save_word(save)
            .can_save(can_save, "Nothing has been changed")
            .show(ui, |ui| self.body_ui(ui));
        match answer {
            Some(DrawerAnswer::Save) => self.save(ctx),
            Some(DrawerAnswer::Cancel) => return Some(Wish::Close),
            None => (),
        }
        self.confirm_ui(ctx);
        None
    }

    fn body_ui(&mut self, ui: &mut Ui) {
        if let Some(refusal) = &self.refusal {
            Banner::new(Mood::Danger, refusal).show(ui);
        }
        let Self { draft, faults, .. } = self;
        field_ui(
            ui,
            faults,
            "label",
            "Label",
            "What people read beside the field.",
            true,
            &mut draft.label,
        );
        let help = "Names it in files, conditions and requests. It never changes.";
        field_ui(
            ui,
            faults,
            "name",
            "Name",
            help,
            self.id.is_none(),
            &mut draft.name,
        );
        let kinds = [
            AttributeKind::Text,
            AttributeKind::Number,
            AttributeKind::YesNo,
            AttributeKind::Date,
            AttributeKind::Choice {
                options: Vec::new(),
            },
        ];
        let options: Vec<_> = kinds.iter().map(|it| (it.clone(), it.label())).collect();
        let error = faults.of("type", "Type");
        let kind = Combo::new("Type").error(error.as_deref());
        if kind.show(ui, &mut draft.kind, &options).changed() {
            faults.forget("type");
        }
        if matches!(draft.kind, AttributeKind::Choice { .. }) {
            let error = faults.of("options", "Choices");
            let options = TextField::new("Choices")
                .lines(5)
                .required()
                .help("One per line.")
                .error(error.as_deref());
            if options.show(ui, &mut draft.options).changed() {
                faults.forget("options");
            }
        }
        let means = "Workflows test only attributes that are not required.";
        section(ui, "Use", means, |ui| {
            checkbox(ui, &mut draft.is_required, "Required");
            checkbox(
                ui,
                &mut draft.is_on_sign_up,
                "Asked for on the sign-up page",
            );
        });
        if self.id.is_some() {
            section(ui, "Delete", "", |ui| {
                let button = Button::secondary("Delete attribute").icon(Icon::Delete);
                if ui.add(button).clicked() {
                    self.confirms = true;
                }
            });
        }
    }

    fn save(&mut self, ctx: &Ctx<'_>) {
        self.refusal = None;
        self.faults.clear();
        let spec = self.draft.spec();
        let command = match self.id {
            None => Command::CreateAttribute(spec),
            Some(id) => Command::UpdateAttribute { id, spec },
        };
        self.saving = Some(ctx.commands.send(command));
    }

    fn is_saved(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.saving.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.saving = None;
        let label = self.draft.label.trim();
        let (field, message) = match outcome {
            Ok(Reply::Attribute(_)) => {
                ctx.toast(Mood::Success, format!("{label} was created"));
                return true;
            }
            Ok(_) => {
                ctx.toast(Mood::Success, format!("{label} was saved"));
                return true;
            }
            Err(CommandError::NameTaken { .. }) => {
                ("name", "is taken: choose another one".to_owned())
            }
            Err(CommandError::AttributeInUse { count, .. }) => (
                "type",
                format!("cannot change while {} have a value", users(count)),
            ),
            Err(CommandError::Attribute(err)) => match err {
                AttributeError::Text(reason) => ("label", reason.to_string()),
                AttributeError::BuiltIn(_) => (
                    "name",
                    "belongs to a built-in field: choose another one".to_owned(),
                ),
                AttributeError::BadName(_) => (
                    "name",
                    "must consist of letters, digits, - and _, beginning with a letter".to_owned(),
                ),
                AttributeError::BadOptions => {
                    ("options", "must be at least one, each different".to_owned())
                }
                other => {
                    self.refusal = Some(sentence(&other));
                    return false;
                }
            },
            Err(err) => {
                self.refusal = Some(sentence(&err));
                return false;
            }
        };
        self.faults.refuse(vec![FieldError::new(field, message)]);
        false
    }

    fn is_deleted(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.deleting.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.deleting = None;
        match outcome {
            Ok(_) => {
                ctx.toast(Mood::Success, format!("{} was deleted", self.base.label));
                true
            }
            Err(err) => {
                self.refusal = Some(sentence(&err));
                false
            }
        }
    }

    /// Says how many users have a value before it is gone.
    fn confirm_ui(&mut self, ctx: &Ctx<'_>) {
        let Some(id) = self.id.filter(|_| self.confirms) else {
            return;
        };
        let name = self.base.name.clone();
        let fetch =
            move |store: &crate::store::Store| store.read(|db| attributes::count_values(db, &name));
        let values = match self.count.get(ctx, &self.base.name, fetch) {
            Shown::Value(0) => "No user has a value for it.".to_owned(),
            Shown::Value(1) => "1 user has a value for it, which is lost.".to_owned(),
            Shown::Value(count) => format!("{} have a value for it, which is lost.", users(*count)),
            Shown::Loading | Shown::Failed(_) => "The values of all users are lost.".to_owned(),
        };
        let title = format!("Delete the attribute {}?", self.base.label);
        let body = format!("{values}\n\nActive workflows that test it will find it empty.");
        match Confirm::new(&title, &body, "Delete")
            .danger()
            .show(ctx.egui)
        {
            Some(Answer::Confirmed) => {
                self.confirms = false;
                self.deleting = Some(ctx.commands.send(Command::DeleteAttribute(id)));
            }
            Some(Answer::Cancelled) => self.confirms = false,
            None => (),
        }
    }
}

fn field_ui(
    ui: &mut Ui,
    faults: &mut Faults,
    field: &str,
    label: &str,
    help: &str,
    is_enabled: bool,
    value: &mut String,
) {
    let error = faults.of(field, label);
    let edit = TextField::new(label)
        .required()
        .help(help)
        .enabled(is_enabled)
        .error(error.as_deref())
        .focus(faults.takes_focus(field));
    if edit.show(ui, value).changed() {
        faults.forget(field);
    }
}
