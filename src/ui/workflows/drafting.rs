//! New drafts: blank, from another version, or from a file. When a workflow has no room for another
//! version, the oldest one that is not in use can be deleted on the spot.

use super::buttons;
use crate::{
    command::{Command, CommandError, Reply},
    model::{
        id::{VersionId, WorkflowId},
        version::{Version, VersionStatus, oldest_unused},
    },
    store::{Store, StoreError, executions, workflows},
    ui::{
        Ctx, Route,
        loaded::{Loaded, Shown},
        moment,
        sender::Ticket,
        sentence,
        tokens::gap,
        widgets::{Answer, Banner, Button, Dialog, Mood, skeleton_rows, text},
    },
};

/// Makes a draft and opens it.
#[derive(Default)]
pub(crate) struct Drafting {
    pending: Option<(Command, Ticket)>,
    full: Option<Full>,
}

/// There is no room: the oldest unused version has to go first.
struct Full {
    command: Command,
    refusal: String,
    oldest: Loaded<(), Option<Oldest>>,
    deleting: Option<Ticket>,
    complaint: Option<String>,
}

#[derive(Clone)]
struct Oldest {
    id: VersionId,
    number: u32,
    described: String,
}

impl Drafting {
    /// From nothing.
    pub(crate) fn draft(&mut self, ctx: &Ctx<'_>, workflow: WorkflowId) {
        let note = String::new();
        self.start(
            ctx,
            Command::CreateDraft {
                workflow,
                from: None,
                note,
            },
        );
    }

    /// Drawn like another version.
    pub(crate) fn draft_from(&mut self, ctx: &Ctx<'_>, version: &Version) {
        self.start(
            ctx,
            Command::CreateDraft {
                workflow: version.workflow,
                from: Some(version.id),
                note: format!("From version {}", version.number),
            },
        );
    }

    /// Sends a command that answers with a draft.
    pub(crate) fn start(&mut self, ctx: &Ctx<'_>, command: Command) {
        if self.pending.is_none() {
            let ticket = ctx.commands.send(command.clone());
            self.pending = Some((command, ticket));
        }
    }

    /// Opens the draft once it is there, or says why there is none.
    pub(crate) fn ui(&mut self, ctx: &mut Ctx<'_>) {
        let outcome = self.pending.as_mut().and_then(|(_, it)| it.poll());
        if let Some(outcome) = outcome
            && let Some((command, _)) = self.pending.take()
        {
            match outcome {
                Ok(Reply::Draft { version, .. }) => ctx.go(Route::Editor(version)),
                Ok(_) => (),
                Err(err @ CommandError::VersionLimit { .. }) => {
                    self.full = Some(Full::new(command, &err));
                }
                Err(err) => ctx.toast(Mood::Danger, sentence(&err)),
            }
        }
        let Some(full) = &mut self.full else {
            return;
        };
        match full.ui(ctx) {
            None => (),
            Some(Answer::Cancelled) => self.full = None,
            Some(Answer::Confirmed) => {
                if let Some(full) = self.full.take() {
                    self.start(ctx, full.command);
                }
            }
        }
    }
}

impl Full {
    fn new(command: Command, refusal: &CommandError) -> Self {
        Self {
            command,
            refusal: sentence(refusal),
            oldest: Loaded::default(),
            deleting: None,
            complaint: None,
        }
    }

    /// Confirmed once there is room.
    fn ui(&mut self, ctx: &mut Ctx<'_>) -> Option<Answer> {
        let (command, zone) = (self.command.clone(), ctx.zone());
        let oldest = self
            .oldest
            .get(ctx, &(), move |store| find(store, &command, zone));
        let oldest = match oldest {
            Shown::Value(oldest) => oldest.clone(),
            Shown::Loading | Shown::Failed(_) => None,
        };
        let complaint = self.complaint.as_deref();
        let is_idle = self.deleting.is_none();
        let shown = Dialog::new("No room for another version").show(ctx.egui, |ui, _| {
            ui.spacing_mut().item_spacing.y = gap::M;
            if let Some(complaint) = complaint {
                Banner::new(Mood::Danger, complaint).show(ui);
            }
            text::paragraph(ui, &self.refusal);
            let Some(oldest) = &oldest else {
                skeleton_rows(ui, 1);
                return buttons(ui, None, "Cancel");
            };
            text::note(ui, &oldest.described);
            let word = format!("Delete version {} and go on", oldest.number);
            buttons(ui, Some((Button::danger(&word), is_idle)), "Cancel")
        });
        match (shown.inner, oldest) {
            (Some(Answer::Confirmed), Some(oldest)) => {
                let command = Command::DeleteVersion(oldest.id);
                self.deleting = Some(ctx.commands.send(command));
            }
            (Some(Answer::Cancelled), _) => return Some(Answer::Cancelled),
            (None, _) if shown.dismissed => return Some(Answer::Cancelled),
            _ => (),
        }
        match self.deleting.as_mut()?.poll()? {
            Ok(_) => Some(Answer::Confirmed),
            Err(err) => {
                self.deleting = None;
                self.complaint = Some(sentence(&err));
                None
            }
        }
    }
}

fn find(
    store: &Store,
    command: &Command,
    zone: chrono_tz::Tz,
) -> Result<Option<Oldest>, StoreError> {
    store.read(|db| {
        let workflow = match command {
            Command::CreateDraft { workflow, .. } => Some(*workflow),
            Command::Import(document) => {
                workflows::by_name(db, document.name.trim())?.map(|it| it.id)
            }
            _ => None,
        };
        let Some(workflow) = workflow else {
            return Ok(None);
        };
        let versions = workflows::versions(db, workflow)?;
        let Some(oldest) = oldest_unused(&versions) else {
            return Ok(None);
        };
        let runs = executions::count_of_version(db, oldest.id)?;
        let status = match oldest.status {
            VersionStatus::Draft => "never active",
            VersionStatus::Active | VersionStatus::Published => "has been active",
        };
        let changed = moment(oldest.changed, zone);
        let runs = match runs {
            1 => "1 run".to_owned(),
            more => format!("{more} runs"),
        };
        let author = &oldest.author;
        Ok(Some(Oldest {
            id: oldest.id,
            number: oldest.number,
            described: format!(
                "Version {} by {author}, changed {changed}, {status}, {runs}. History keeps \
                 what it did.",
                oldest.number
            ),
        }))
    })
}
