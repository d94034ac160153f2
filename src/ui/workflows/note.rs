//! The dialog in which a version gets its note.

use super::buttons;
use crate::{
    command::{Command, CommandError},
    model::{id::VersionId, text::MAX_DESCRIPTION, version::Version},
    ui::{
        Ctx,
        sender::Ticket,
        sentence,
        tokens::gap,
        widgets::{Answer, Button, Dialog, Mood, TextField},
    },
};

pub(super) struct NoteDialog {
    version: VersionId,
    number: u32,
    note: String,
    refusal: Option<CommandError>,
    ticket: Option<Ticket>,
}

impl NoteDialog {
    pub(super) fn new(version: &Version) -> Self {
        Self {
            version: version.id,
            number: version.number,
            note: version.note.clone(),
            refusal: None,
            ticket: None,
        }
    }

    /// Says whether it is done.
    pub(super) fn ui(&mut self, ctx: &mut Ctx<'_>) -> bool {
        let title = format!("Note on version {}", self.number);
        let refusal = self.refusal.as_ref().map(sentence);
        let shown = Dialog::new(&title).show(ctx.egui, |ui, opening| {
            ui.spacing_mut().item_spacing.y = gap::M;
            TextField::new("Note")
                .hint("What changed, and why")
                .lines(4)
                .limit(MAX_DESCRIPTION)
                .focus(opening)
                .error(refusal.as_deref())
                .show(ui, &mut self.note);
            let save = Button::primary("Save");
            buttons(ui, Some((save, self.ticket.is_none())), "Cancel")
        });
        match shown.inner {
            Some(Answer::Confirmed) => {
                self.ticket = Some(ctx.commands.send(Command::SetNote {
                    version: self.version,
                    note: self.note.clone(),
                }));
            }
            Some(Answer::Cancelled) => return true,
            None if shown.dismissed => return true,
            None => (),
        }
        match self.ticket.as_mut().and_then(Ticket::poll) {
            None => false,
            Some(Ok(_)) => {
                ctx.toast(Mood::Success, "Note saved");
                true
            }
            Some(Err(err)) => {
                self.ticket = None;
                self.refusal = Some(err);
                false
            }
        }
    }
}
