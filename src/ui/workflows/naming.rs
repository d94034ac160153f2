//! The dialog in which a workflow gets its name and description, when it is made and later.

use egui::{Key, Ui};

use super::buttons;
use crate::{
    command::{Command, CommandError, Reply},
    model::{
        id::WorkflowId,
        text::{MAX_DESCRIPTION, MAX_FIELD},
    },
    ui::{
        Ctx, Route,
        sender::Ticket,
        sentence,
        tokens::gap,
        widgets::{Answer, Banner, Button, Dialog, Mood, TextField},
    },
};

pub(super) struct Naming {
    /// `None` for a workflow that is to be made.
    workflow: Option<WorkflowId>,
    name: String,
    description: String,
    refusal: Option<CommandError>,
    ticket: Option<Ticket>,
}

impl Naming {
    pub(super) fn new_workflow() -> Self {
        Self {
            workflow: None,
            name: String::new(),
            description: String::new(),
            refusal: None,
            ticket: None,
        }
    }

    pub(super) fn of(workflow: WorkflowId, name: &str, description: &str) -> Self {
        Self {
            workflow: Some(workflow),
            name: name.to_owned(),
            description: description.to_owned(),
            ..Self::new_workflow()
        }
    }

    /// Says whether it is done.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let title = match self.workflow {
            None => "Create a workflow",
            Some(_) => "Rename the workflow",
        };
        let shown = Dialog::new(title).show(ctx.egui, |ui, opening| self.contents(ui, opening));
        match shown.inner {
            Some(Answer::Confirmed) => self.send(ctx),
            Some(Answer::Cancelled) => return true,
            None if shown.dismissed => return true,
            None => (),
        }
        self.receive(ctx)
    }

    fn contents(&mut self, ui: &mut Ui, opening: bool) -> Option<Answer> {
        ui.spacing_mut().item_spacing.y = gap::M;
        let at = |field: &str| self.refusal.as_ref().and_then(|it| complaint(it, field));
        let (name, description) = (at("name"), at("description"));
        if let Some(refusal) = &self.refusal
            && name.is_none()
            && description.is_none()
        {
            Banner::new(Mood::Danger, &sentence(refusal)).show(ui);
        }
        let typed = TextField::new("Name")
            .hint("Welcome new hires")
            .required()
            .limit(MAX_FIELD)
            .focus(opening)
            .error(name.as_deref())
            .show(ui, &mut self.name);
        TextField::new("Description")
            .hint("What it is for, and whom to ask")
            .lines(3)
            .limit(MAX_DESCRIPTION)
            .error(description.as_deref())
            .show(ui, &mut self.description);
        ui.add_space(gap::XS);
        let can_send = !self.name.trim().is_empty() && self.ticket.is_none();
        let word = match self.workflow {
            None => Button::primary("Create").why_not("Give it a name"),
            Some(_) => Button::primary("Save").why_not("Give it a name"),
        };
        let answer = buttons(ui, Some((word, can_send)), "Cancel");
        let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        answer.or_else(|| (entered && can_send).then_some(Answer::Confirmed))
    }

    fn send(&mut self, ctx: &Ctx<'_>) {
        let (name, description) = (self.name.clone(), self.description.clone());
        self.ticket = Some(ctx.commands.send(match self.workflow {
            None => Command::CreateWorkflow { name, description },
            Some(id) => Command::UpdateWorkflow {
                id,
                name,
                description,
            },
        }));
    }

    fn receive(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let Some(outcome) = self.ticket.as_mut().and_then(Ticket::poll) else {
            return false;
        };
        self.ticket = None;
        match outcome {
            Ok(Reply::Draft { version, .. }) => {
                ctx.go(Route::Editor(version));
                true
            }
            Ok(_) => {
                ctx.toast(Mood::Success, "Workflow saved");
                true
            }
            Err(err) => {
                self.refusal = Some(err);
                false
            }
        }
    }
}

/// The refusal, if it is about this field.
fn complaint(err: &CommandError, field: &str) -> Option<String> {
    let concerns = match err {
        CommandError::NameTaken { .. } => field == "name",
        CommandError::Text { field: about, .. } => field == *about,
        _ => false,
    };
    concerns.then(|| sentence(err))
}
